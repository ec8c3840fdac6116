/** Writing the disk. */
import { randomUUID } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { open, readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { FileWriter, LineLog, LogHolder } from '../context.ts';
import { mayLive, ownIdentity } from '../process-identity.ts';
import { withFile } from '../system-errors.ts';

export const diskWriter: FileWriter = {
  replace: (path, content) => withFile('write', path, replaced(path, content)),
  openLog: (path) => withFile('open', path, openedLog(path)),
};

async function replaced(path: string, content: string): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`);
  try {
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function openedLog(path: string): Promise<LineLog | LogHolder> {
  const lock = await lockedBy(path);
  if (typeof lock !== 'string') return lock;
  try {
    return await opened(path, lock);
  } catch (error) {
    await rm(lock, { force: true });
    throw error;
  }
}

/**
 * Announces this process beside the file, under a name that nobody else ever uses, then looks who else is there: of two that come at the same time
 * at least one sees the other. What processes have left that were killed is removed.
 * @returns the announcement, or who has the file open
 */
async function lockedBy(path: string): Promise<string | LogHolder> {
  const prefix = `.${basename(path)}.lock.`;
  const own = `${prefix}${ownIdentity()}.${randomUUID()}`;
  const announced = join(dirname(path), own);
  await writeFile(announced, '', { flag: 'wx' });
  for (const name of await readdir(dirname(path))) {
    if (!name.startsWith(prefix) || name === own) continue;
    const lock = join(dirname(path), name);
    let foreign = false;
    // A run lasts as long as its gates do: no age of the announcement says that it is over.
    if (mayLive(name.slice(prefix.length), () => (foreign = true))) {
      await rm(announced, { force: true });
      return { lock, foreign };
    }
    await rm(lock, { force: true });
  }
  return announced;
}

async function opened(path: string, lock: string): Promise<LineLog> {
  const before = await readFile(path).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  });
  const whole = before?.subarray(0, before.lastIndexOf(0x0a) + 1) ?? Buffer.alloc(0);
  if (before !== undefined && whole.length < before.length) await truncate(path, whole.length);
  const text = whole.toString('utf8');
  let length = whole.length;
  let file: FileHandle | undefined;
  let broken: Error | undefined;
  return {
    lines: text.split('\n').slice(0, -1),
    async append(line) {
      if (broken !== undefined) throw broken;
      if (file === undefined) {
        file = await open(path, 'a');
        if (before === undefined) await syncFolder(dirname(path));
      }
      const bytes = Buffer.from(`${line}\n`);
      try {
        await file.appendFile(bytes);
        await file.sync();
        length += bytes.length;
      } catch (error) {
        // Half a line would spoil the one that follows it.
        await file.truncate(length).catch((cause: unknown) => {
          broken = new Error(`${path} ends in a line that is cut off`, { cause });
        });
        throw error;
      }
    },
    async close() {
      await file?.close();
      await rm(lock, { force: true });
    },
  };
}

/** Has the names in a folder survive a crash of the machine, where the system lets folders be written out. */
async function syncFolder(path: string): Promise<void> {
  let folder;
  try {
    folder = await open(path, 'r');
    await folder.sync();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code !== 'EISDIR' && code !== 'EPERM' && code !== 'EACCES' && code !== 'EINVAL') throw error;
  } finally {
    await folder?.close();
  }
}
