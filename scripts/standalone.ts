/**
 * Builds executables that need no Node, in `dist/standalone`: the bundle, compiled to bytecode and put into Bun.
 * Usage: `node scripts/standalone.ts [--only TARGET]... [--outdir FOLDER]`.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Metafile } from 'esbuild';
import { bundle } from './build.ts';

const ROOT = join(import.meta.dirname, '..');

/** A system that an executable is built for. */
export interface Target {
  /** as in the executable's name, `linux-x64` */
  readonly name: string;
  /** the npm package with Bun for it, pinned by scripts/standalone/package-lock.json */
  readonly runtime: string;
  readonly os: NodeJS.Platform;
  readonly cpu: 'x64' | 'arm64';
  readonly libc?: 'glibc' | 'musl';
}

/** Every system there is an executable for. On x64 it is the Bun that does without AVX2: it runs on every processor. */
export const TARGETS: readonly Target[] = [
  { name: 'linux-x64', runtime: 'bun-linux-x64-baseline', os: 'linux', cpu: 'x64', libc: 'glibc' },
  { name: 'linux-arm64', runtime: 'bun-linux-aarch64', os: 'linux', cpu: 'arm64', libc: 'glibc' },
  { name: 'linux-x64-musl', runtime: 'bun-linux-x64-musl-baseline', os: 'linux', cpu: 'x64', libc: 'musl' },
  { name: 'linux-arm64-musl', runtime: 'bun-linux-aarch64-musl', os: 'linux', cpu: 'arm64', libc: 'musl' },
  { name: 'darwin-x64', runtime: 'bun-darwin-x64-baseline', os: 'darwin', cpu: 'x64' },
  { name: 'darwin-arm64', runtime: 'bun-darwin-aarch64', os: 'darwin', cpu: 'arm64' },
  { name: 'windows-x64', runtime: 'bun-windows-x64-baseline', os: 'win32', cpu: 'x64' },
];

/** The file name of the executable for a system. */
export function executableName(target: Target): string {
  return `calicoctl-${target.name}${target.os === 'win32' ? '.exe' : ''}`;
}

/** The targets of those names; all without names. Throws for a name that is none. */
export function targetsNamed(names: readonly string[] | undefined): readonly Target[] {
  if (names === undefined) return TARGETS;
  return names.map((name) => {
    const target = TARGETS.find((known) => known.name === name);
    if (target === undefined) throw new Error(`no target ${name}: ${TARGETS.map((known) => known.name).join(', ')}`);
    return target;
  });
}

/** Builds the executables of `targets` into `outdir`; returns what went into the bundle inside them. */
export async function buildStandalone(targets: readonly Target[], outdir: string): Promise<Metafile> {
  const compiler = runtime(hostTarget());
  const work = mkdtempSync(join(tmpdir(), 'calicoctl-standalone-'));
  try {
    const metafile = await bundle(join(ROOT, 'src/cli/standalone.ts'), join(work, 'bundle'));
    mkdirSync(outdir, { recursive: true });
    for (const target of targets) compile(compiler, target, work, join(outdir, executableName(target)));
    return metafile;
  } finally {
    rmSync(work, { recursive: true });
  }
}

function compile(compiler: string, target: Target, work: string, outfile: string): void {
  const executable = runtime(target);
  // A relative name: nothing of the build machine's paths goes into the executable.
  const args = [
    'build',
    './bundle/main.js',
    '--compile',
    '--bytecode',
    '--format=esm',
    '--splitting',
    '--minify-syntax',
    '--minify-whitespace',
    `--target=${bunTarget(target)}`,
    // Most commands end before compiling to machine code pays; src/cli/standalone.ts takes this back for the others.
    '--compile-jit-policy=100',
    // Files of the folder where the user happens to be do not decide what the program does.
    '--no-compile-autoload-dotenv',
    '--no-compile-autoload-bunfig',
    '--no-compile-autoload-tsconfig',
    '--no-compile-autoload-package-json',
    `--compile-executable-path=${executable}`,
    `--outfile=${outfile}`,
  ];
  const env = { ...process.env, BUN_OPTIONS: '', BUN_BE_BUN: '', BUN_INSTALL_CACHE_DIR: join(work, 'cache') };
  execFileSync(compiler, args, { cwd: work, env, stdio: ['ignore', 'ignore', 'inherit'] });
}

/** What Bun calls the system. */
function bunTarget({ os, cpu, libc, runtime: name }: Target): string {
  const system = os === 'win32' ? 'windows' : os;
  const parts = [
    'bun',
    system,
    cpu,
    ...(name.endsWith('-baseline') ? ['baseline'] : []),
    ...(libc === 'musl' ? ['musl'] : []),
  ];
  return parts.join('-');
}

/** The target whose Bun runs here. Throws when there is none. */
export function hostTarget(): Target {
  const found = TARGETS.find(
    ({ os, cpu, libc = libcHere() }) => os === process.platform && cpu === process.arch && libc === libcHere(),
  );
  if (found === undefined)
    throw new Error(`standalone executables cannot be built on ${process.platform} ${process.arch}`);
  return found;
}

function libcHere(): 'glibc' | 'musl' {
  const report: { readonly header?: { readonly glibcVersionRuntime?: string } } = process.report.getReport();
  return report.header?.glibcVersionRuntime === undefined ? 'musl' : 'glibc';
}

/** The path of Bun for a target, after getting it: only what the lockfile names, and its checksum proves. */
function runtime({ runtime: name, os, cpu, libc }: Target): string {
  const source = join(ROOT, 'scripts/standalone');
  const wanted = createHash('sha256')
    .update(readFileSync(join(source, 'package-lock.json')))
    .digest('hex');
  const folder = join(ROOT, '.bun', name);
  const program = join(folder, 'node_modules/@oven', name, 'bin', os === 'win32' ? 'bun.exe' : 'bun');
  const stamp = join(folder, 'lockfile.sha256');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return program;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const file of ['package.json', 'package-lock.json']) copyFileSync(join(source, file), join(folder, file));
  const system = [`--os=${os}`, `--cpu=${cpu}`, ...(libc === undefined ? [] : [`--libc=${libc}`])];
  // The level that tells of failed downloads: npm passes over optional packages that do not come, and calls it success.
  const args = [
    'ci',
    '--ignore-scripts',
    '--include=optional',
    '--no-audit',
    '--no-fund',
    '--loglevel=http',
    ...system,
  ];
  const { error, stderr } = spawnSync('npm', args, {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  if (!existsSync(program)) {
    const reasons = stderr.split('\n').filter((line) => /failed with|^npm (error|ERR!)/.test(line));
    const none = `npm ${error === undefined ? 'gave no reason: is it too old for --libc?' : `did not run: ${error.message}`}`;
    throw new Error([`npm did not install @oven/${name}`, ...(reasons.length > 0 ? reasons : [none])].join('\n'));
  }
  writeFileSync(stamp, wanted);
  return program;
}

if (process.argv[1] === import.meta.filename) {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', multiple: true },
      outdir: { type: 'string', default: join(ROOT, 'dist/standalone') },
    },
  });
  const wanted = targetsNamed(values.only);
  const outdir = resolve(values.outdir);
  await buildStandalone(wanted, outdir);
  for (const target of wanted) {
    const path = join(outdir, executableName(target));
    console.log(`${(statSync(path).size / 1e6).toFixed(1).padStart(8)} MB  ${path}`);
  }
}
