/** Reading the disk. */
import { stat } from 'node:fs';
import { lstat, readdir, readFile, stat as statOf } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileEntry, Files } from '../context.ts';
import { withFile } from '../system-errors.ts';

export const diskFiles: Files = {
  read: (path) => withFile('open', path, readFile(path)),
  async list(directory) {
    const entries = await withFile('open', directory, readdir(directory, { withFileTypes: true }));
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    return Promise.all(
      entries.map(async (entry): Promise<FileEntry> => {
        const { name } = entry;
        if (entry.isFile()) return { name, type: 'file' };
        if (entry.isDirectory()) return { name, type: 'directory' };
        if (!entry.isSymbolicLink()) return { name, type: 'other' };
        const target = await statOf(join(directory, name)).catch(() => undefined);
        return { name, type: target?.isDirectory() ? 'link-to-directory' : 'link-to-file' };
      }),
    );
  },
  // Every command asks whether its configuration file is there: the promises of the file system take longer to load than this.
  stat: (path) =>
    new Promise((resolve, reject) => {
      stat(path, (error, found) => {
        if (error) reject(error);
        else resolve(found.isDirectory() ? 'directory' : found.isFile() ? 'file' : 'other');
      });
    }),
  isLink: async (path) => (await lstat(path)).isSymbolicLink(),
};
