import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, closeSync, constants, mkdtempSync, openSync, readFileSync, statfsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A server that runs beside the tests. */
export interface ServerProcess {
  readonly pid: number;
  /** False as soon as the server has ended, by whatever cause. */
  isRunning(): boolean;
  /** Everything the server wrote to stdout and stderr so far. */
  log(): string;
  /** Ends the server (politely for five seconds, then by force) and removes its folder. Harmless when repeated. */
  stop(): Promise<void>;
  /** Ends the server at once, as a crash would. Its folder stays until {@link stop} or the end of this process. */
  kill(): Promise<void>;
}

/** What {@link startProcess} starts. */
export interface ServerCommand {
  /** For messages. */
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** The server's own folder, from {@link makeFolder}. It holds the log, and is removed with the server. */
  readonly folder: string;
  /** Asks once whether the server serves (it is given the server's log): false or a rejection means not yet. */
  readonly ready: (log: string) => boolean | Promise<boolean>;
  /** How long the server may take until it is ready. */
  readonly deadlineMilliseconds?: number;
}

/** A server ended, or did not get ready in time, while it was being started. */
export class StartError extends Error {
  override readonly name = 'StartError';
  /** True if the server found its port taken by another process. */
  readonly portTaken: boolean;

  constructor(message: string, portTaken: boolean) {
    super(message);
    this.portTaken = portTaken;
  }
}

const politeMilliseconds = 5000;
const pollMilliseconds = 10;

/** A guard waits for a line. If its input ends instead (its parent is gone, however that came), it ends the server. */
const guardScript = 'if ! read -r line; then [ -z "$2" ] || kill -9 "$2" 2>/dev/null; sleep 1; rm -rf "$1"; fi';

/**
 * Starts a server and waits until it is ready. The server ends with this process, even if this process is killed.
 * Neither keeps this process alive. Throws {@link StartError} with the end of the server's log.
 */
export async function startProcess(command: ServerCommand): Promise<ServerProcess> {
  const logFile = join(command.folder, `${command.name}.log`);
  const logDescriptor = openSync(logFile, 'a');
  const child = spawn(command.program, command.args, {
    detached: true,
    stdio: ['ignore', logDescriptor, logDescriptor],
    env: command.env ?? serverEnvironment(),
    cwd: command.folder,
  });
  closeSync(logDescriptor);
  child.unref();
  const ended = new Promise<string>((resolve) => {
    child.once('exit', () => resolve('ended'));
    child.once('error', (error) => resolve(error.message));
  });
  const isRunning = () => child.exitCode === null && child.signalCode === null;
  const log = () => readFileSync(logFile, 'utf8');
  const { pid } = child;
  if (pid === undefined) {
    const reason = await ended;
    await rm(command.folder, { recursive: true, force: true });
    throw new StartError(`${command.name} cannot be started: ${reason}`, false);
  }
  const releaseGuard = startGuard(command.folder, pid);

  const kill = async () => {
    child.ref();
    child.kill('SIGKILL');
    await ended;
  };
  const stop = async () => {
    child.ref();
    child.kill('SIGTERM');
    const tooLong = new AbortController();
    await Promise.race([ended, sleep(politeMilliseconds, undefined, { signal: tooLong.signal }).catch(() => {})]);
    tooLong.abort();
    if (isRunning()) await kill();
    releaseGuard();
    await rm(command.folder, { recursive: true, force: true });
  };

  const limit = command.deadlineMilliseconds ?? 60_000;
  const deadline = Date.now() + limit;
  while (isRunning() && Date.now() < deadline) {
    if (await isReady(command, log())) return { pid, isRunning, log, stop, kill };
    await sleep(pollMilliseconds);
  }
  const said = log();
  const what = isRunning() ? `was not ready after ${limit / 1000} s` : 'ended while it was being started';
  await stop();
  throw new StartError(
    `${command.name} ${what}; the end of its log:\n${said.slice(-3000)}`,
    said.includes('address already in use'),
  );
}

async function isReady(command: ServerCommand, log: string): Promise<boolean> {
  try {
    return await command.ready(log);
  } catch {
    return false;
  }
}

/**
 * Makes sure that a folder, and the server that uses it, do not outlive this process. Gives the function that calls the
 * guard off.
 */
export function startGuard(folder: string, pid?: number): () => void {
  const guard = spawn('/bin/sh', ['-c', guardScript, 'guard', folder, String(pid ?? '')], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: '/',
  });
  guard.unref();
  // A pipe of a child is a socket, though it is typed as a mere Writable.
  if (guard.stdin instanceof Socket) guard.stdin.unref();
  guard.stdin.on('error', () => {});
  return () => {
    guard.stdin.end('done\n');
  };
}

/**
 * Calls `start` with free ports of 127.0.0.1, again with others if a server found one of them taken meanwhile (a port
 * is only known to be free until somebody else takes it).
 */
export async function withFreePorts<T>(count: number, start: (ports: readonly number[]) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const ports = await freePorts(count);
    try {
      return await start(ports);
    } catch (error) {
      if (attempt >= 4 || !(error instanceof StartError) || !error.portTaken) throw error;
    }
  }
}

/** Ports of `address` that nobody listens on at this moment, all different. */
export async function freePorts(count: number, address = '127.0.0.1'): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve, reject) => {
          server.once('error', reject);
          server.listen(0, address, () => {
            const bound = server.address();
            if (bound !== null && typeof bound === 'object') resolve(bound.port);
            else reject(new Error(`no port was given: ${String(bound)}`));
          });
        }),
    ),
  );
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}

const comfortableBytes = 2 ** 30;

/** A new folder for a server's data: in memory where there is room (`/dev/shm`), which spares the disk. */
export function makeFolder(name: string): string {
  return mkdtempSync(join(inMemory() ? '/dev/shm' : tmpdir(), `calicoctl-test-${name}-`));
}

function inMemory(): boolean {
  try {
    accessSync('/dev/shm', constants.W_OK);
    const { bavail, bsize } = statfsSync('/dev/shm');
    return bavail * bsize >= comfortableBytes;
  } catch {
    return false;
  }
}

/** An environment for servers and their tools: nothing of the user's settings (`ETCD_*`, `KUBECONFIG`…) reaches them. */
export function serverEnvironment(extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], HOME: process.env['HOME'], LANG: 'C.UTF-8', TMPDIR: tmpdir(), ...extra };
}
