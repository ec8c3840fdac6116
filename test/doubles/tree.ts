import { join, normalize } from 'node:path/posix';
import type { FileEntry, Files } from '../../src/context.ts';
import { bytewise } from '../../src/kinds/schema.ts';

/** A file's content, a link to another path of the tree, or the code with which reading fails. */
export type Leaf = string | Uint8Array | { readonly link: string } | { readonly code: string };

/** Files that are nowhere: path → leaf. Folders are what paths imply; `'folder/'` makes an empty one. */
export function memoryTree(leaves: Readonly<Record<string, Leaf>>): Files {
  const clean = (path: string): string => normalize(path).replace(/\/+$/, '');
  const isFolder = (path: string): boolean =>
    path === '.' || Object.keys(leaves).some((known) => clean(known).startsWith(`${path}/`) || known === `${path}/`);
  /** Follows the links in a path. */
  const resolve = (path: string): string => {
    const names = clean(path).split('/');
    for (let count = 1; count <= names.length; count++) {
      const leaf = leaves[names.slice(0, count).join('/')];
      if (typeof leaf === 'object' && 'link' in leaf) return resolve(join(leaf.link, ...names.slice(count)));
    }
    return names.join('/');
  };
  const typeOf = (path: string): 'file' | 'directory' => {
    const target = resolve(path);
    if (isFolder(target)) return 'directory';
    if (leaves[target] === undefined) throw systemError('ENOENT');
    return 'file';
  };
  const entry = (folder: string, name: string): FileEntry => {
    const path = folder === '.' ? name : `${folder}/${name}`;
    const leaf = leaves[path];
    const isLink = typeof leaf === 'object' && 'link' in leaf;
    if (isLink) return { name, type: typeOf(path) === 'directory' ? 'link-to-directory' : 'link-to-file' };
    return { name, type: isFolder(path) ? 'directory' : 'file' };
  };
  return {
    async read(path) {
      const leaf = leaves[resolve(path)];
      if (leaf === undefined) throw systemError(isFolder(resolve(path)) ? 'EISDIR' : 'ENOENT');
      if (typeof leaf === 'string') return new TextEncoder().encode(leaf);
      if (leaf instanceof Uint8Array) return leaf;
      throw systemError('code' in leaf ? leaf.code : 'ELOOP');
    },
    async list(directory) {
      const folder = resolve(directory);
      const inside = Object.keys(leaves)
        .map((path) => path.replace(/^\.\//, ''))
        .filter((path) => folder === '.' || path.startsWith(`${folder}/`))
        .map((path) => (folder === '.' ? path : path.slice(folder.length + 1)).split('/')[0] ?? '')
        .filter((name) => name !== '');
      return [...new Set(inside)].sort(bytewise).map((name) => entry(folder, name));
    },
    stat: async (path) => typeOf(path),
    async isLink(path) {
      const leaf = leaves[path];
      return typeof leaf === 'object' && 'link' in leaf;
    },
  };
}

/** An error such as Node's file system throws. */
export function systemError(code: string): Error {
  return Object.assign(new Error(code), { code });
}
