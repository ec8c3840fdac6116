/** Writing the disk. */
import { randomUUID } from 'node:crypto';
import { open, readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { FileWriter, LineLog } from '../context.ts';
import { isRunning, ownIdentity } from '../process-identity.ts';

export const diskWriter: FileWriter = {
  async replace(path, content) {
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
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  },
  async openLog(path) {
    const lock = await lockedBy(path);
    if (lock === undefined) return undefined;
    try {
      return await opened(path, lock);
    } catch (error) {
      await rm(lock, { force: true });
      throw error;
    }
  },
};

/**
 * Announces this process beside the file, under a name that nobody else ever uses, then looks who else is there: of two that come at the same time
 * at least one sees the other. What processes have left that were killed is removed.
 * @returns the announcement; undefined when another process has the file open
 */
async function lockedBy(path: string): Promise<string | undefined> {
  const prefix = `.${basename(path)}.lock.`;
  const own = `${prefix}${ownIdentity()}.${randomUUID()}`;
  const announced = join(dirname(path), own);
  await writeFile(announced, '', { flag: 'wx' });
  for (const name of await readdir(dirname(path))) {
    if (!name.startsWith(prefix) || name === own) continue;
    // One that cannot be looked up may live.
    if (isRunning(name.slice(prefix.length)) !== false) {
      await rm(announced, { force: true });
      return undefined;
    }
    await rm(join(dirname(path), name), { force: true });
  }
  return announced;
}

async function opened(path: string, lock: string): Promise<LineLog> {
  const before = await readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  });
  const whole = before.slice(0, before.lastIndexOf('\n') + 1);
  if (whole !== before) await truncate(path, Buffer.byteLength(whole));
  const file = await open(path, 'a');
  return {
    lines: whole.split('\n').slice(0, -1),
    async append(line) {
      await file.write(`${line}\n`);
      await file.sync();
    },
    async close() {
      await file.close();
      await rm(lock, { force: true });
    },
  };
}
