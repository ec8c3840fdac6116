/** Reading the disk. */
import { lstat, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileEntry, Files } from '../context.ts';

export const diskFiles: Files = {
  read: (path) => readFile(path),
  async list(directory) {
    const entries = await readdir(directory, { withFileTypes: true });
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    return Promise.all(
      entries.map(async (entry): Promise<FileEntry> => {
        const { name } = entry;
        if (entry.isFile()) return { name, type: 'file' };
        if (entry.isDirectory()) return { name, type: 'directory' };
        if (!entry.isSymbolicLink()) return { name, type: 'other' };
        const target = await stat(join(directory, name)).catch(() => undefined);
        return { name, type: target?.isDirectory() ? 'link-to-directory' : 'link-to-file' };
      }),
    );
  },
  async stat(path) {
    const found = await stat(path);
    return found.isDirectory() ? 'directory' : found.isFile() ? 'file' : 'other';
  },
  isLink: async (path) => (await lstat(path)).isSymbolicLink(),
};
