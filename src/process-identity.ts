/**
 * Names that processes have for each other, to be written where another process finds them: the one that holds a lock may have been killed since.
 */
import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

let identity: string | undefined;

/** `<scope>.<process number>.<start>`, made once. */
export function ownIdentity(): string {
  identity ??= `${ownScope()}.${process.pid}.${processFacts(process.pid).began}`;
  return identity;
}

/**
 * Whether the process of an identity still runs; more may follow the identity behind a dot. undefined for a process that cannot be looked up,
 * because it runs on another machine or in another container.
 */
export function isRunning(text: string): boolean | undefined {
  const [theirScope = '', pid = '', start = ''] = text.split('.');
  if (theirScope !== ownScope()) return undefined;
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
  const { state, began } = processFacts(Number(pid));
  // Ended, and only not yet noticed by its parent.
  if (state === 'Z' || state === 'X') return false;
  return began === '' || start === '' || began === start;
}

let scope: string | undefined;

/** Names the machine, its boot and the process number space: processes of one scope can look each other up. */
function ownScope(): string {
  if (scope === undefined) {
    const boot = attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'latin1'));
    const space = attempt(() => readlinkSync('/proc/self/ns/pid'));
    scope = createHash('sha256').update(`${hostname()}\n${boot}\n${space}`).digest('hex').slice(0, 16);
  }
  return scope;
}

/**
 * State of a process, and when it began in ticks since boot, so that a number used again is noticed; empty where the system does not say.
 */
function processFacts(pid: number): { readonly state: string; readonly began: string } {
  const text = attempt(() => readFileSync(`/proc/${pid}/stat`, 'latin1'));
  // The second field is the program's name in parentheses and may hold blanks.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0] ?? '', began: fields[19] ?? '' };
}

/** The text that is read; empty when it is not there. */
function attempt(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}
