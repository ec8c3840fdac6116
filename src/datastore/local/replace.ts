/** Changes of single files that are either done or not, whenever the process or the machine stops. */
import { randomUUID } from 'node:crypto';
import {
  closeSync,
  fchmodSync,
  fsyncSync,
  linkSync,
  lstatSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { codeOf } from '../../system-errors.ts';

/** Files that a killed writer may leave behind. Whoever holds the lock of the folder may remove them. */
export const TEMPORARY = /^\.calicoctl-[-0-9a-f]+\.tmp$/;

/** Replaces a file's content, keeping its permissions. */
export function replaceFile(path: string, content: string, mode: number): void {
  const temporary = writeTemporary(dirname(path), content, mode);
  try {
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  syncDirectory(dirname(path));
}

/** Makes a new file. Answers false, and changes nothing, when there is something of that name. */
export function createFile(path: string, content: string): boolean {
  const temporary = writeTemporary(dirname(path), content);
  try {
    if (!place(temporary, path)) return false;
  } finally {
    rmSync(temporary, { force: true });
  }
  syncDirectory(dirname(path));
  return true;
}

export function removeFile(path: string): void {
  rmSync(path);
  syncDirectory(dirname(path));
}

function place(temporary: string, path: string): boolean {
  try {
    linkSync(temporary, path);
    return true;
  } catch (error) {
    const code = codeOf(error);
    if (code === 'EEXIST') return false;
    // Some file systems know no links; then the look and the rename are two steps.
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS' && code !== 'EOPNOTSUPP') throw error;
  }
  try {
    lstatSync(path);
    return false;
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
  renameSync(temporary, path);
  return true;
}

function writeTemporary(directory: string, content: string, mode?: number): string {
  const path = join(directory, `.calicoctl-${randomUUID()}.tmp`);
  const file = openSync(path, 'wx');
  try {
    writeFileSync(file, content);
    if (mode !== undefined) fchmodSync(file, mode & 0o7777);
    fsyncSync(file);
  } catch (error) {
    closeSync(file);
    rmSync(path, { force: true });
    throw error;
  }
  closeSync(file);
  return path;
}

/** Makes a change of a directory last. Systems that cannot do that do not need it. */
function syncDirectory(path: string): void {
  try {
    const directory = openSync(path, 'r');
    try {
      fsyncSync(directory);
    } finally {
      closeSync(directory);
    }
  } catch (error) {
    if (!['EISDIR', 'EPERM', 'EINVAL', 'EACCES', 'ENOTSUP'].includes(codeOf(error))) throw error;
  }
}
