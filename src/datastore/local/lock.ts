/**
 * Mutual exclusion of processes that write to one folder, safe against a holder that is killed.
 *
 * A writer announces itself by creating a file of a name that nobody else ever uses, then looks who else is there. It may write when it
 * sees no living writer; of several that see each other those with the greater names withdraw. Two can never both go ahead: whoever
 * announced himself later has looked later, and saw the other. The name says which process it stands for, so that the file of a process
 * that has ended is known for one and removed. As no name is used twice, removing it cannot hit a living writer.
 */
import { randomUUID } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { mayLive, ownIdentity } from '../../process-identity.ts';
import { Unavailable } from '../errors.ts';
import { codeOf } from '../../system-errors.ts';

/** Folder, inside the folder of manifests, for the announcements of writers. */
const LOCK_FOLDER = '.calicoctl-lock';

/**
 * Milliseconds for which the announcement of a process counts that cannot be looked up, because it runs on another machine or in another
 * container. Writing takes a few milliseconds.
 */
const FOREIGN_LIFETIME = 15_000;

export interface LockOptions {
  readonly signal: AbortSignal;
  /** milliseconds to wait for other writers; 0 = no limit */
  readonly patience: number;
  /** where the folder was configured, for the message */
  readonly setting: string;
}

export interface Lock {
  /** throws when the announcement is gone: another process took this one for dead. To be called right before the change is made. */
  confirm(): void;
  release(): void;
}

/**
 * Waits until no other process writes to `directory`, which must exist.
 * @throws {Unavailable} when others kept writing for longer than `patience`
 */
export async function lockFolder(directory: string, options: LockOptions): Promise<Lock> {
  const folder = join(directory, LOCK_FOLDER);
  const name = `${ownIdentity()}.${randomUUID()}`;
  const path = join(folder, name);
  const withdraw = () => rmSync(path, { force: true });
  const started = performance.now();
  let announced = false;
  try {
    for (;;) {
      options.signal.throwIfAborted();
      let others = writers(folder, name);
      if (others.length === 0) {
        if (announced) break;
        announce(folder, path);
        announced = true;
        others = writers(folder, name);
        if (others.length === 0) break;
      }
      if (announced && others.some((other) => other < name)) {
        withdraw();
        announced = false;
      }
      const waited = performance.now() - started;
      if (options.patience > 0 && waited > options.patience) throw heldTooLong(directory, folder, others, options);
      await sleep(Math.min(1 + waited / 20, 20) * (0.5 + Math.random()));
    }
  } catch (error) {
    if (announced) withdraw();
    throw error;
  }
  return {
    confirm() {
      if (!existsSync(path)) throw takenOver(directory, options);
    },
    release: withdraw,
  };
}

/** Takes the folder for announcements away when nobody is announced in it. */
export function tidyLocks(directory: string): void {
  try {
    rmdirSync(join(directory, LOCK_FOLDER));
  } catch {
    // Another process writes, or was faster: the last one takes it away.
  }
}

function announce(folder: string, path: string): void {
  for (;;) {
    mkdirSync(folder, { recursive: true });
    try {
      closeSync(openSync(path, 'wx'));
      return;
    } catch (error) {
      // Another writer took the folder away in between.
      if (codeOf(error) !== 'ENOENT') throw error;
    }
  }
}

/** Names of the living writers besides this one. What dead ones have left is removed. */
function writers(folder: string, own: string): readonly string[] {
  let names;
  try {
    names = readdirSync(folder).sort();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
  const living: string[] = [];
  for (const name of names) {
    if (name === own) continue;
    const path = join(folder, name);
    if (mayLive(name, () => isFresh(path))) living.push(name);
    else rmSync(path, { force: true });
  }
  return living;
}

/** Whether an announcement of a process that cannot be looked up is still a new one. */
function isFresh(path: string): boolean {
  try {
    return Date.now() - statSync(path).mtimeMs < FOREIGN_LIFETIME;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

function heldTooLong(
  directory: string,
  folder: string,
  others: readonly string[],
  { setting }: LockOptions,
): Unavailable {
  const numbers = others.map((name) => name.split('.')[1]).join(', ');
  const message = `${directory} is being written to by process ${numbers} (if it is gone, remove ${folder})`;
  return new Unavailable(message, { endpoint: directory, phase: 'request', setting });
}

function takenOver(directory: string, { setting }: LockOptions): Unavailable {
  const message = `${directory}: this process was stopped for so long that another one began to write; nothing was written`;
  return new Unavailable(message, { endpoint: directory, phase: 'request', setting });
}
