/** The program as a user starts it: a process of its own, with an environment that names only what the test gives. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { Readable } from 'node:stream';

export interface ProgramOptions {
  /** what names the datastore, and whatever else the test wants to be there */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly input?: string;
  /** a script for Node to start instead of {@link PROGRAM} */
  readonly program?: string;
  /** options of Node before such a script */
  readonly node?: readonly string[];
}

export interface Ended {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
  /** milliseconds from start to end */
  readonly took: number;
}

/** A program that runs, and is killed if it does not end within a minute. */
export interface Running {
  readonly ended: Promise<Ended>;
  kill(signal: NodeJS.Signals): void;
  /** resolves when standard error has this text in it */
  said(text: string): Promise<void>;
}

/**
 * The command line of the program under test, without arguments: `bin/run.js` of the checkout, or what
 * `CALICOCTL_TEST_PROGRAM` names by its absolute path (a standalone executable).
 */
export const PROGRAM: readonly [string, ...string[]] =
  process.env['CALICOCTL_TEST_PROGRAM'] === undefined
    ? [process.execPath, join(import.meta.dirname, '../../bin/run.js')]
    : [process.env['CALICOCTL_TEST_PROGRAM']];
const LIMIT = 60_000;

/** Starts calicoctl. */
export function startProgram(args: readonly string[], options: ProgramOptions = {}): Running {
  const { env = {}, cwd, input = '', program, node = [] } = options;
  const [command, ...first] = program === undefined ? PROGRAM : [process.execPath, ...node, program];
  const started = performance.now();
  const child = spawn(command, [...first, ...args], {
    env: { ...bareEnvironment(), ...env },
    ...(cwd === undefined ? {} : { cwd }),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const limit = setTimeout(() => child.kill('SIGKILL'), LIMIT);
  let [stdout, stderr] = ['', ''];
  const listeners = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    for (const listener of listeners) listener();
  });
  // It may end without reading its input.
  child.stdin.on('error', () => undefined);
  Readable.from([input]).pipe(child.stdin);
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(limit);
      if (code === null) reject(new Error(`ended by ${signal ?? 'nobody'}: ${stdout}${stderr}`));
      else resolve({ exit: code, stdout, stderr, took: performance.now() - started });
    });
  });
  return {
    ended,
    kill: (signal) => void child.kill(signal),
    said: (text) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!stderr.includes(text)) return;
          listeners.delete(look);
          resolve();
        };
        listeners.add(look);
        look();
      }),
  };
}

/** Runs calicoctl to its end. */
export function calicoctl(args: readonly string[], options: ProgramOptions = {}): Promise<Ended> {
  return startProgram(args, options).ended;
}

/** The surrounding environment without what could name a datastore or change what is printed. */
export function bareEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) =>
      !/^(CALICO|ETCD|DATASTORE|KUBE|K8S|NODE_|VITEST|NO_COLOR|FORCE_COLOR|HTTPS?_PROXY|https?_proxy)/.test(name),
  );
  // No home: neither a kubeconfig nor a code cache of whoever runs the tests.
  return { ...Object.fromEntries(kept), HOME: '/nonexistent' };
}
