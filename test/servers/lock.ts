import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const pollMilliseconds = 200;

/**
 * Runs `work` while this process holds the lock file `path`, so that two processes do not fill the same folder at once.
 * A lock whose owner no longer lives is taken over. `waiting` is called once if another process holds the lock.
 * Processes are recognised by their id: the file must not be shared between machines.
 */
export async function withLock<T>(
  path: string,
  work: () => Promise<T>,
  waiting: (owner: number) => void = () => {},
): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  await acquire(path, waiting);
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function acquire(path: string, waiting: (owner: number) => void): Promise<void> {
  const mine = `${path}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  await writeFile(mine, `${process.pid}\n`);
  try {
    for (let told = false; ;) {
      // A hard link appears whole or not at all, so a reader never sees a lock without its owner.
      if (await succeeds(link(mine, path), 'EEXIST')) return;
      const owner = await ownerOf(path);
      if (owner === undefined) continue;
      if (isAlive(owner)) {
        if (!told) waiting(owner);
        told = true;
        await sleep(pollMilliseconds);
      } else {
        await removeStale(path, owner, mine);
      }
    }
  } finally {
    await rm(mine, { force: true });
  }
}

async function removeStale(path: string, owner: number, mine: string): Promise<void> {
  const aside = `${mine}.stale`;
  if (!(await succeeds(rename(path, aside), 'ENOENT'))) return;
  // Between reading and renaming another process may have taken the lock over: then it gets its lock back.
  if ((await ownerOf(aside)) !== owner) await succeeds(link(aside, path), 'EEXIST');
  await rm(aside, { force: true });
}

async function ownerOf(path: string): Promise<number | undefined> {
  try {
    return Number.parseInt(await readFile(path, 'utf8'), 10);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

async function succeeds(operation: Promise<unknown>, expectedCode: string): Promise<boolean> {
  try {
    await operation;
    return true;
  } catch (error) {
    if (codeOf(error) === expectedCode) return false;
    throw error;
  }
}

/** The `code` of a system error (`ENOENT`, `ESRCH`…), undefined for anything else. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
