/** Changes of single files that are either done or not, whenever the process or the machine stops. */
import { randomUUID } from 'node:crypto';
import { link, lstat, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { codeOf } from './errors.ts';

/** Files that a killed writer may leave behind. Whoever holds the lock of the folder may remove them. */
export const TEMPORARY = /^\.calicoctl-[-0-9a-f]+\.tmp$/;

/** Replaces a file's content, keeping its permissions. */
export async function replaceFile(path: string, content: string, mode: number): Promise<void> {
  const temporary = await writeTemporary(dirname(path), content, mode);
  try {
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncDirectory(dirname(path));
}

/** Makes a new file. Answers false, and changes nothing, when there is something of that name. */
export async function createFile(path: string, content: string): Promise<boolean> {
  const temporary = await writeTemporary(dirname(path), content);
  try {
    if (!(await place(temporary, path))) return false;
  } finally {
    await rm(temporary, { force: true });
  }
  await syncDirectory(dirname(path));
  return true;
}

export async function removeFile(path: string): Promise<void> {
  await rm(path);
  await syncDirectory(dirname(path));
}

async function place(temporary: string, path: string): Promise<boolean> {
  try {
    await link(temporary, path);
    return true;
  } catch (error) {
    const code = codeOf(error);
    if (code === 'EEXIST') return false;
    // Some file systems know no links; then the look and the rename are two steps.
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS' && code !== 'EOPNOTSUPP') throw error;
  }
  try {
    await lstat(path);
    return false;
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
  await rename(temporary, path);
  return true;
}

async function writeTemporary(directory: string, content: string, mode?: number): Promise<string> {
  const path = join(directory, `.calicoctl-${randomUUID()}.tmp`);
  const file = await open(path, 'wx');
  try {
    await file.writeFile(content);
    if (mode !== undefined) await file.chmod(mode & 0o7777);
    await file.sync();
  } catch (error) {
    await file.close();
    await rm(path, { force: true });
    throw error;
  }
  await file.close();
  return path;
}

/** Makes a change of a directory last. Systems that cannot do that do not need it. */
async function syncDirectory(path: string): Promise<void> {
  try {
    const directory = await open(path, 'r');
    try {
      await directory.sync();
    } finally {
      await directory.close();
    }
  } catch (error) {
    if (!['EISDIR', 'EPERM', 'EINVAL', 'EACCES', 'ENOTSUP'].includes(codeOf(error) ?? '')) throw error;
  }
}
