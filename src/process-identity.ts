/**
 * Names that processes have for each other, to be written where another process finds them: the one that holds a lock may have been killed since.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

let identity: string | undefined;

/** `<machine>-<boot>-<process number space>.<process number>.<start>`, made once. */
export function ownIdentity(): string {
  identity ??= `${ownScope()}.${process.pid}.${processFacts(process.pid).began}`;
  return identity;
}

/**
 * Whether the process of an identity still runs; more may follow the identity behind a dot. undefined for a process that cannot be looked up,
 * because it runs on another machine or in another container. No process outlives the boot of its machine.
 */
export function isRunning(text: string): boolean | undefined {
  const [theirScope = '', pid = '', start = ''] = text.split('.');
  if (theirScope !== ownScope()) return mayBeElsewhere(theirScope) ? undefined : false;
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

/**
 * Whether the process of an identity is to be reckoned with.
 * @param foreign decides about one that cannot be looked up
 */
export function mayLive(text: string, foreign: () => boolean): boolean {
  return isRunning(text) ?? foreign();
}

/** Whether a process of another scope may run: not when this machine was started anew, or when its process number space has gone. */
function mayBeElsewhere(theirs: string): boolean {
  const [machine = '', boot = '', space = ''] = theirs.split('-');
  const [ownMachine, ownBoot] = ownScope().split('-');
  if (machine !== ownMachine || space === '') return true;
  return boot === ownBoot && !isSpaceGone(space);
}

/** Of the first process number space, from which all others are seen. Source: PROC_PID_INIT_INO in Linux's proc_ns.h. */
const FIRST_SPACE = 'pid:[4026531836]';

/** Whether no process is left in a process number space of this machine; false where that cannot be seen. */
function isSpaceGone(space: string): boolean {
  if (attempt(() => readlinkSync('/proc/self/ns/pid')) !== FIRST_SPACE) return false;
  try {
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    // Without the first process others are hidden, too.
    return pids.includes('1') && pids.every((pid) => isOutside(pid, space));
  } catch {
    return false;
  }
}

function isOutside(pid: string, space: string): boolean {
  try {
    return short(readlinkSync(`/proc/${pid}/ns/pid`)) !== space;
  } catch (error) {
    // It has ended meanwhile. Any other error leaves open where it runs.
    return error instanceof Error && 'code' in error && error.code === 'ENOENT';
  }
}

let scope: string | undefined;

/** Names the machine, its boot and the process number space, in this order: processes of one scope can look each other up. */
function ownScope(): string {
  if (scope === undefined) {
    const machine = attempt(() => readFileSync('/etc/machine-id', 'latin1'));
    const boot = attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'latin1'));
    const space = attempt(() => readlinkSync('/proc/self/ns/pid'));
    scope = [`${hostname()}\n${machine}`, boot, space].map(short).join('-');
  }
  return scope;
}

const short = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 10);

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
