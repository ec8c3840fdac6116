import { access, constants, mkdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { withLock } from './lock.ts';
import { fromDebian, fromGo } from './obtain.ts';
import { runBoth, RunError } from './run.ts';

/** A set of programs that are obtained together and lie in one folder of the cache. */
interface Package {
  /** The folder in the cache: name and version. */
  readonly folder: string;
  /** Fills the (empty, existing) directory with the package's programs. */
  readonly obtain: (directory: string) => Promise<void>;
}

interface Program {
  readonly file: string;
  readonly package: Package;
  /** Names a binary to use instead of anything that is found; its version is not looked at. */
  readonly variable: string;
  readonly versionArguments: readonly string[];
  /** What the program must say of its version. */
  readonly version: RegExp;
}

const etcd34: Package = {
  folder: 'etcd-3.4',
  obtain: (directory) => fromDebian(['etcd-server', 'etcd-client'], ['usr/bin/etcd', 'usr/bin/etcdctl'], directory),
};

const etcd36: Package = {
  folder: 'etcd-3.6.5',
  obtain: (directory) =>
    fromGo('etcd', { etcd: 'go.etcd.io/etcd/server/v3', etcdctl: 'go.etcd.io/etcd/etcdctl/v3' }, {}, directory),
};

const kubernetes: Package = {
  folder: 'kubernetes-1.34.4',
  obtain: (directory) =>
    fromGo(
      'kubernetes',
      { 'kube-apiserver': 'k8s.io/kubernetes/cmd/kube-apiserver', kubectl: 'k8s.io/kubernetes/cmd/kubectl' },
      {
        'k8s.io/component-base/version.gitVersion': 'v1.34.4',
        'k8s.io/component-base/version.gitMajor': '1',
        'k8s.io/component-base/version.gitMinor': '34',
      },
      directory,
    ),
};

const bird: Package = {
  folder: 'bird-1.6',
  obtain: (directory) => fromDebian(['bird'], ['usr/sbin/bird', 'usr/sbin/bird6', 'usr/sbin/birdc'], directory),
};

const ip: Package = {
  folder: 'ip',
  // iproute2 needs libraries that a small system lacks; this program needs none, and is what it is called.
  async obtain(directory) {
    await fromDebian(['busybox-static'], ['bin/busybox'], directory);
    await rename(join(directory, 'busybox'), join(directory, 'ip'));
  },
};

/** Every program that tests may ask for; etcd and its client come in two releases. */
export const programNames = [
  'etcd-3.4',
  'etcdctl-3.4',
  'etcd-3.6',
  'etcdctl-3.6',
  'kube-apiserver',
  'kubectl',
  'bird',
  'bird6',
  'birdc',
  'ip',
] as const;

/** One of {@link programNames}. */
export type ProgramName = (typeof programNames)[number];

const programs: Readonly<Record<ProgramName, Program>> = {
  'etcd-3.4': etcdProgram('etcd', 'CALICOCTL_TEST_ETCD_3_4', etcd34, /etcd Version: 3\.4\./),
  'etcdctl-3.4': etcdProgram('etcdctl', 'CALICOCTL_TEST_ETCDCTL_3_4', etcd34, /etcdctl version: 3\.4\./),
  'etcd-3.6': etcdProgram('etcd', 'CALICOCTL_TEST_ETCD_3_6', etcd36, /etcd Version: 3\.6\./),
  'etcdctl-3.6': etcdProgram('etcdctl', 'CALICOCTL_TEST_ETCDCTL_3_6', etcd36, /etcdctl version: 3\.6\./),
  'kube-apiserver': {
    file: 'kube-apiserver',
    package: kubernetes,
    variable: 'CALICOCTL_TEST_KUBE_APISERVER',
    versionArguments: ['--version'],
    version: /^Kubernetes v1\.34\./m,
  },
  kubectl: {
    file: 'kubectl',
    package: kubernetes,
    variable: 'CALICOCTL_TEST_KUBECTL',
    versionArguments: ['version', '--client'],
    // kubectl works with servers one minor release older or newer than itself.
    version: /^Client Version: v1\.3[345]\./m,
  },
  bird: birdProgram('bird', 'CALICOCTL_TEST_BIRD', /^BIRD version 1\.6\./m),
  bird6: birdProgram('bird6', 'CALICOCTL_TEST_BIRD6', /^BIRD version 1\.6\./m),
  // It has no way to tell its version, and any release speaks to any daemon.
  birdc: birdProgram('birdc', 'CALICOCTL_TEST_BIRDC', /^Usage: .*-s <control-socket>/m),
  ip: {
    file: 'ip',
    package: ip,
    variable: 'CALICOCTL_TEST_IP',
    versionArguments: ['-V'],
    version: /^(?:ip utility, iproute2|BusyBox)/m,
  },
};

function etcdProgram(file: string, variable: string, from: Package, version: RegExp): Program {
  return { file, package: from, variable, version, versionArguments: file === 'etcd' ? ['--version'] : ['version'] };
}

function birdProgram(file: string, variable: string, version: RegExp): Program {
  return { file, package: bird, variable, version, versionArguments: ['--version'] };
}

/** How long it may take to obtain everything on a slow and empty machine: for the time limits of tests, in milliseconds. */
export const obtainMilliseconds = 30 * 60_000;

const found = new Map<ProgramName, Promise<string>>();

/**
 * The absolute path of a program: the one its environment variable names; the one on `PATH` if its version fits; the one
 * in the private cache folder; else it is obtained (from a Debian package or built with Go), which is told on stderr and
 * may take minutes the first time. Looked up once per process. Throws an Error that says what could be done when there
 * is no way to get it: a test that needs a server never skips.
 */
export function findProgram(name: ProgramName): Promise<string> {
  let path = found.get(name);
  if (!path) {
    path = lookUp(name);
    found.set(name, path);
  }
  return path;
}

async function lookUp(name: ProgramName): Promise<string> {
  const program = programs[name];
  const named = process.env[program.variable];
  if (named !== undefined && named !== '') {
    if (await isExecutable(named)) return named;
    throw new Error(`${program.variable} is ${named}, which is no executable file`);
  }
  const onPath = await lookUpOnPath(program);
  if (onPath !== undefined) return onPath;
  const folder = join(cacheFolder(), program.package.folder);
  const path = join(folder, program.file);
  if (await isExecutable(path)) return path;
  try {
    await obtain(folder, program.package);
    const said = await versionOf(path, program);
    if (!program.version.test(said)) {
      throw new Error(
        `what was obtained is of another version than wanted (${program.version.source}): ${said.trim()}`,
      );
    }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(
      `no ${name} for the tests: set ${program.variable} to a binary, or put one on PATH, or repair this: ${reason}`,
      { cause },
    );
  }
  return path;
}

const obtained = new Map<Package, Promise<void>>();

function obtain(folder: string, from: Package): Promise<void> {
  let work = obtained.get(from);
  if (!work) {
    work = withLock(
      `${folder}.lock`,
      async () => {
        // Another process may have done it while this one waited for the lock.
        if (!(await isExecutable(folder))) await fill(folder, from);
      },
      (owner) => {
        report(`waiting for process ${owner}, which is getting ${from.folder}`);
      },
    );
    obtained.set(from, work);
  }
  return work;
}

async function fill(folder: string, from: Package): Promise<void> {
  const partial = `${folder}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  try {
    await from.obtain(partial);
    await rm(folder, { recursive: true, force: true });
    await rename(partial, folder);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  report(`${from.folder} is in ${folder}`);
}

async function lookUpOnPath(program: Program): Promise<string | undefined> {
  for (const directory of (process.env['PATH'] ?? '').split(delimiter)) {
    if (directory === '') continue;
    const path = join(directory, program.file);
    if ((await isExecutable(path)) && program.version.test(await versionOf(path, program))) return path;
  }
  return undefined;
}

/** What a program says of its version; empty if it cannot say it. */
async function versionOf(path: string, program: Program): Promise<string> {
  try {
    // etcdctl 3.3 and older speak the old protocol unless told otherwise; ETCD_* settings of the user must not matter.
    const { stdout, stderr } = await runBoth(path, program.versionArguments, {
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ETCDCTL_API: '3' },
    });
    return stdout + stderr;
  } catch (error) {
    return error instanceof RunError ? error.stdout + error.stderr : '';
  }
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The private folder that keeps what was obtained: in `XDG_CACHE_HOME`, by default `~/.cache`. */
export function cacheFolder(): string {
  const base = process.env['XDG_CACHE_HOME'];
  return join(base === undefined || base === '' ? join(homedir(), '.cache') : base, 'calicoctl-test-servers');
}

/** A `PATH` on which the given programs come first, under their own names. */
export async function pathWith(names: readonly ProgramName[]): Promise<string> {
  const directories = await Promise.all(names.map(async (name) => dirname(await findProgram(name))));
  return [...new Set(directories), process.env['PATH'] ?? ''].join(delimiter);
}

function report(line: string): void {
  process.stderr.write(`test servers: ${line}\n`);
}
