/**
 * Makes what a release consists of: an archive with an executable for each system, SHA256SUMS, a bill of materials, third-party
 * notices, the folder that the container image is built from and, when it is known where archives will be downloaded from, the
 * manifest for krew. The same commit gives the same files.
 * Usage: `scripts/release [--only TARGET]... [--outdir FOLDER] [--download-url URL]`; `{version}` in the URL is replaced.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  cpSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { zipSync } from 'fflate';
import packageJson from '../package.json' with { type: 'json' };
import { billOfMaterials } from './bill-of-materials.ts';
import type { Target } from './standalone.ts';
import { buildStandalone, executableName, targetsNamed } from './standalone.ts';
import { thirdPartyNotices } from './third-party-notices.ts';

const ROOT = join(import.meta.dirname, '..');
const { version } = packageJson;

/** What Go, krew and containers call the processors. */
const GO_CPU = { x64: 'amd64', arm64: 'arm64' } as const;

async function release(targets: readonly Target[], outdir: string, downloadUrl: string | undefined): Promise<void> {
  const time = commitTime();
  rmSync(outdir, { recursive: true, force: true });
  const work = join(outdir, 'work');
  mkdirSync(work, { recursive: true });
  const metafile = await buildStandalone(targets, work);
  const bun = readFileSync(join(ROOT, 'scripts/standalone/NOTICES-BUN'), 'utf8');
  const notices = `${thirdPartyNotices(ROOT, metafile)}\n${'-'.repeat(80)}\n\n${bun}`;
  writeFileSync(join(work, 'THIRD-PARTY-NOTICES'), notices);
  copyFileSync(join(ROOT, 'LICENSE'), join(work, 'LICENSE'));
  const archives = targets.map((target) => ({ target, path: archive(target, work, outdir, time) }));
  const bill = join(outdir, `calicoctl-${version}.cdx.json`);
  writeFileSync(bill, billOfMaterials(metafile, time));
  const sums = [...archives.map(({ path }) => path), bill].map((path) => `${sha256(path)}  ${basename(path)}\n`);
  writeFileSync(join(outdir, 'SHA256SUMS'), sums.join(''));
  imageFolder(targets, work, join(outdir, 'image'));
  if (downloadUrl === undefined) console.error('no --download-url: no manifest for krew');
  else writeFileSync(join(outdir, 'krew.yaml'), krewManifest(archives, downloadUrl));
  rmSync(work, { recursive: true });
}

/** The time of the commit, so that a second run makes the same archives. */
function commitTime(): Date {
  const seconds =
    process.env['SOURCE_DATE_EPOCH'] ??
    execFileSync('git', ['log', '-1', '--format=%ct'], { cwd: ROOT, encoding: 'utf8' }).trim();
  return new Date(Number(seconds) * 1000);
}

/** Packs the executable, as `calicoctl`, with its licences. Returns the path: a zip for Windows, else a tar.gz. */
function archive(target: Target, work: string, outdir: string, time: Date): string {
  const program = target.os === 'win32' ? 'calicoctl.exe' : 'calicoctl';
  const files = [program, 'LICENSE', 'THIRD-PARTY-NOTICES'];
  renameSync(join(work, executableName(target)), join(work, program));
  for (const file of files) utimesSync(join(work, file), time, time);
  const path = join(outdir, archiveName(target));
  if (target.os === 'win32') {
    const entries = files.map((file) => [file, readFileSync(join(work, file))] as const);
    writeFileSync(path, zipSync(Object.fromEntries(entries), { mtime: time }));
  } else {
    // GNU tar, without the names of whoever packs; gzip without the time at which it does.
    const plain = ['--owner=0', '--group=0', '--numeric-owner', '--format=ustar', '--mode=u+rw,go=rX'];
    execFileSync('tar', ['--create', ...plain, '--use-compress-program=gzip -n', `--file=${path}`, ...files], {
      cwd: work,
    });
  }
  renameSync(join(work, program), join(work, executableName(target)));
  return path;
}

function archiveName({ name, os }: Target): string {
  return `calicoctl-${version}-${name}.${os === 'win32' ? 'zip' : 'tar.gz'}`;
}

function sha256(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

/** The folder in which packaging/Dockerfile builds: the executables that its base can run, by the name Docker has for the processor. */
function imageFolder(targets: readonly Target[], work: string, folder: string): void {
  mkdirSync(folder);
  for (const file of ['LICENSE', 'THIRD-PARTY-NOTICES']) copyFileSync(join(work, file), join(folder, file));
  cpSync(join(ROOT, 'packaging/Dockerfile'), join(folder, 'Dockerfile'));
  for (const target of targets.filter(({ libc }) => libc === 'glibc')) {
    mkdirSync(join(folder, GO_CPU[target.cpu]));
    linkSync(join(work, executableName(target)), join(folder, GO_CPU[target.cpu], 'calicoctl'));
  }
}

function krewManifest(archives: readonly { readonly target: Target; readonly path: string }[], url: string): string {
  const base = url.replaceAll('{version}', version).replace(/\/$/, '');
  // krew does not tell one C library from another.
  const platforms = archives
    .filter(({ target }) => target.libc !== 'musl')
    .map(({ target: { os, cpu }, path }) => {
      const program = os === 'win32' ? 'calicoctl.exe' : 'calicoctl';
      return `
    - selector:
        matchLabels:
          os: ${os === 'win32' ? 'windows' : os}
          arch: ${GO_CPU[cpu]}
      uri: ${base}/${basename(path)}
      sha256: ${sha256(path)}
      bin: ${program}`;
    });
  return readFileSync(join(ROOT, 'packaging/krew.yaml'), 'utf8')
    .replace(/^#.*\n/gm, '')
    .replace('VERSION', version)
    .replace(' PLATFORMS', platforms.join(''));
}

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    outdir: { type: 'string', default: join(ROOT, 'dist/release') },
    'download-url': { type: 'string' },
  },
});
await release(targetsNamed(values.only), resolve(values.outdir), values['download-url']);
