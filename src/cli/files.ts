/** Reading the disk. */
import { stat } from 'node:fs';
import { join } from 'node:path';
import type { FileEntry, Files } from '../context.ts';
import { withFile } from '../system-errors.ts';

/** Loaded when something is read: every command asks whether its configuration file is there, and most have none. */
const disk = () => process.getBuiltinModule('node:fs/promises');

export const diskFiles: Files = {
  read: (path) => withFile('open', path, disk().readFile(path)),
  async list(directory) {
    const entries = await withFile('open', directory, disk().readdir(directory, { withFileTypes: true }));
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    return Promise.all(
      entries.map(async (entry): Promise<FileEntry> => {
        const { name } = entry;
        if (entry.isFile()) return { name, type: 'file' };
        if (entry.isDirectory()) return { name, type: 'directory' };
        if (!entry.isSymbolicLink()) return { name, type: 'other' };
        const target = await disk()
          .stat(join(directory, name))
          .catch(() => undefined);
        return { name, type: target?.isDirectory() ? 'link-to-directory' : 'link-to-file' };
      }),
    );
  },
  stat: (path) =>
    new Promise((resolve, reject) => {
      stat(path, (error, found) => {
        if (error) reject(error);
        else resolve(found.isDirectory() ? 'directory' : found.isFile() ? 'file' : 'other');
      });
    }),
  isLink: async (path) => (await disk().lstat(path)).isSymbolicLink(),
};
