import { chmod, copyFile, mkdir, readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run, RunError } from './run.ts';

/** The oldest Go that builds the pinned releases, as their modules say. */
const goVersion = { major: 1, minor: 24 };

/**
 * Puts programs of Debian packages into `directory` without installing anything: `apt-get download` (which checks the
 * archive's signatures, and needs no root) and `dpkg -x`. `files` are paths inside the packages. Throws an Error that
 * names what is missing, on systems without apt too.
 */
export async function fromDebian(
  packages: readonly string[],
  files: readonly string[],
  directory: string,
): Promise<void> {
  const downloads = join(directory, 'packages');
  const contents = join(directory, 'contents');
  await mkdir(downloads);
  report(`downloading Debian packages: ${packages.join(' ')}`);
  await downloadPackages(packages, downloads);
  for (const file of await readdir(downloads)) {
    if (file.endsWith('.deb')) await run('dpkg', ['-x', join(downloads, file), contents]);
  }
  for (const file of files) {
    const target = join(directory, basename(file));
    await copyFile(join(contents, file), target);
    await chmod(target, 0o755);
  }
  await rm(downloads, { recursive: true });
  await rm(contents, { recursive: true });
}

async function downloadPackages(packages: readonly string[], directory: string): Promise<void> {
  const download = () => run('apt-get', ['download', ...packages], { cwd: directory });
  try {
    await download();
  } catch (error) {
    // On a fresh machine apt knows no packages until its lists are fetched once, which only root may do.
    if (!(error instanceof RunError) || error.exitCode === undefined || process.getuid?.() !== 0) throw error;
    report('updating the lists of packages');
    await run('apt-get', ['update']);
    await download();
  }
}

/**
 * Builds programs from Go modules into `directory`. What is built is pinned, with checksums, by `go.mod` and `go.sum` in
 * the folder `module` beside this file; `programs` maps a file name to a package path; `variables` are set in the
 * linked programs. Throws an Error that names what is missing.
 */
export async function fromGo(
  module: string,
  programs: Readonly<Record<string, string>>,
  variables: Readonly<Record<string, string>>,
  directory: string,
): Promise<void> {
  await checkGo();
  const cwd = fileURLToPath(new URL(`${module}/`, import.meta.url));
  const flags = Object.entries(variables).map(([name, value]) => `-X ${name}=${value}`);
  // The user's own GOFLAGS may ask for things that do not fit here (-mod=vendor, a workspace, another toolchain).
  const env = { ...process.env, GOFLAGS: '-mod=readonly', GOWORK: 'off', GOTOOLCHAIN: 'local' };
  for (const [file, path] of Object.entries(programs)) {
    report(`building ${file} from ${path} (minutes the first time)`);
    const args = ['build', '-trimpath', '-buildvcs=false', '-ldflags', ['-s', '-w', ...flags].join(' ')];
    await run('go', [...args, '-o', join(directory, file), path], { cwd, env });
  }
}

async function checkGo(): Promise<void> {
  const wanted = `Go ${goVersion.major}.${goVersion.minor} or newer`;
  let said: string;
  try {
    said = await run('go', ['version'], { env: { ...process.env, GOTOOLCHAIN: 'local' } });
  } catch (cause) {
    throw new Error(`${wanted} is needed on PATH to build it, and there is none`, { cause });
  }
  const [, major = '0', minor = '0'] = /go(\d+)\.(\d+)/.exec(said) ?? [];
  if (Number(major) !== goVersion.major || Number(minor) < goVersion.minor) {
    throw new Error(`${wanted} is needed on PATH to build it, and that one says: ${said.trim()}`);
  }
}

function report(line: string): void {
  process.stderr.write(`test servers: ${line}\n`);
}
