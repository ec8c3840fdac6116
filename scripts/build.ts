/**
 * Bundles the program into `dist/`: `main.js`, and chunks for what is loaded later, with every library inside.
 * Usage: `node scripts/build.ts [--entry FILE] [--outdir FOLDER]`. Also writes THIRD-PARTY-NOTICES, when building `dist/`.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Metafile, OutputFile } from 'esbuild';
import { build, transform } from 'esbuild';
import packageJson from '../package.json' with { type: 'json' };
import { lazyKinds } from './lazy-kinds.ts';
import { lazyOclif, libraryPatches, namedExportsOfCommonJs } from './library-patches.ts';
import { ownSources } from './own-sources.ts';
import { thirdPartyNotices } from './third-party-notices.ts';

const ROOT = join(import.meta.dirname, '..');

/**
 * CommonJS libraries ask for built-in modules by `require`, which an ES module does not have. esbuild puts its stand-in
 * into one chunk; only that chunk needs the real thing.
 */
const REQUIRE = `import{createRequire as __createRequire}from"node:module";var require=__createRequire(import.meta.url);\n`;

/** `cjs`: files for the loader of bin/run.js, which Node could not load with a cache of all that ran; `esm`: for everything else. */
type Format = 'esm' | 'cjs';

/** Bundles `entry` into `outdir`, which is emptied first; returns what went where. Rejects when esbuild reports an error. */
export async function bundle(entry: string, outdir: string, format: Format = 'esm'): Promise<Metafile> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: { main: entry },
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22.12',
    mainFields: ['module', 'main'],
    chunkNames: 'chunks/[name]-[hash]',
    outExtension: { '.js': format === 'cjs' ? '.cjs' : '.js' },
    // Names stay readable in stack traces: nobody has to decode one.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    define: {
      'process.env.NODE_ENV': '"production"',
      __BUILD_VERSION__: JSON.stringify(packageJson.version),
      __BUILD_COMMIT__: JSON.stringify(commit()),
      // What CommonJS libraries know of their own place: the chunk's. Files beside it do not exist, so whatever is read
      // from there while a library loads has to be replaced in library-patches.ts.
      ...(format === 'esm' && { __dirname: 'import.meta.dirname', __filename: 'import.meta.filename' }),
    },
    plugins: [lazyKinds(), ownSources(), libraryPatches(), lazyOclif(), namedExportsOfCommonJs()],
    metafile: true,
    write: false,
    logLevel: 'warning',
  });
  // Executables are built by themselves, and may be what somebody has on the PATH.
  const old = existsSync(outdir) ? readdirSync(outdir).filter((name) => name !== 'standalone') : [];
  for (const name of old) rmSync(join(outdir, name), { recursive: true });
  for (const file of outputFiles) {
    mkdirSync(dirname(file.path), { recursive: true });
    writeFileSync(file.path, format === 'cjs' ? await asCommonJs(file) : withRequire(file));
  }
  return metafile;
}

/** A file of the bundle as CommonJS. At its end stands which build it is of: caches of compiled code go by it. */
async function asCommonJs({ text, hash }: OutputFile): Promise<string> {
  const { code } = await transform(text, {
    format: 'cjs',
    platform: 'node',
    target: 'node22.12',
    // Node refuses import() in code that comes from a cache.
    supported: { 'dynamic-import': false },
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
  });
  return `${lazyBuiltins(code)}//${hash}`;
}

const BUILTIN = /\b(import_\w+)=(require\("node:[\w/]+"\))/g;

/**
 * Loads built-in modules where they are used: a file of the bundle holds what several paths need, and `node:tls` alone takes as
 * long to load as half of a command. esbuild writes `import_x=require("node:x")` at the top and `import_x.y` wherever `y` stood.
 */
function lazyBuiltins(code: string): string {
  const loads = new Map<string, string>();
  const declared = code.replaceAll(BUILTIN, (_all, name: string, load: string) => {
    loads.set(name, load);
    return name;
  });
  return declared.replaceAll(/(?<![.\w$])(import_\w+)(?=\.)/g, (name) => {
    const load = loads.get(name);
    return load === undefined ? name : `(${name}??=${load})`;
  });
}

/** The commit that is built, short; `unknown` outside a checkout. */
function commit(): string {
  const { status, stdout } = spawnSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: ROOT, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : 'unknown';
}

function withRequire({ text }: OutputFile): string {
  return /typeof require\b/.test(text) ? REQUIRE + text : text;
}

/** The sizes of what was built, largest first: at once on start, and on some path. */
function report(metafile: Metafile, outdir: string): string {
  const sizes = Object.entries(metafile.outputs).map(([path, output]) => ({
    name: relative(outdir, resolve(ROOT, path)),
    bytes: output.bytes,
    atStart: false,
    path,
  }));
  const main = sizes.find(({ name }) => name.startsWith('main.'));
  if (main) markAtStart(main.path);
  function markAtStart(path: string): void {
    const entry = sizes.find((size) => size.path === path);
    if (!entry || entry.atStart) return;
    entry.atStart = true;
    for (const { path: next, kind } of metafile.outputs[path]?.imports ?? []) {
      if (kind === 'import-statement') markAtStart(next);
    }
  }
  const total = (list: typeof sizes): string => `${kilobytes(list.reduce((sum, { bytes }) => sum + bytes, 0))} kB`;
  const atStart = sizes.filter((size) => size.atStart);
  const lines = sizes
    .toSorted((a, b) => b.bytes - a.bytes)
    .map(
      ({ name, bytes, atStart: first }) => `${kilobytes(bytes).padStart(8)} kB  ${name}${first ? '  (at start)' : ''}`,
    );
  return [
    ...lines,
    `${basename(outdir)}: ${sizes.length} files, ${total(sizes)}; loaded at start: ${atStart.length} files, ${total(atStart)}`,
  ].join('\n');
}

function kilobytes(bytes: number): string {
  return (bytes / 1000).toFixed(1);
}

if (process.argv[1] === import.meta.filename) {
  const { values } = parseArgs({
    options: {
      entry: { type: 'string', default: join(ROOT, 'src/cli/main.ts') },
      outdir: { type: 'string', default: join(ROOT, 'dist') },
    },
  });
  const target = resolve(values.outdir);
  try {
    const built = await bundle(resolve(values.entry), target, 'cjs');
    if (target === join(ROOT, 'dist')) writeFileSync(join(ROOT, 'THIRD-PARTY-NOTICES'), thirdPartyNotices(ROOT, built));
    console.log(report(built, target));
  } catch (error) {
    // esbuild has printed its errors with their places.
    if (!(error instanceof Error && 'errors' in error)) throw error;
    process.exitCode = 1;
  }
}
