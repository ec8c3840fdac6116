import type { Files } from '../../src/context.ts';

/** Files that are nowhere: path → content, or the code of the error that reading gives. */
export function memoryFiles(contents: Readonly<Record<string, string | { readonly code: string }>>): Files {
  const look = (path: string): string | { readonly code: string } => {
    const content = contents[path];
    if (content === undefined) throw systemError('ENOENT');
    return content;
  };
  return {
    async read(path) {
      const content = look(path);
      if (typeof content !== 'string') throw systemError(content.code);
      return new TextEncoder().encode(content);
    },
    async stat(path) {
      return typeof look(path) === 'string' ? 'file' : 'other';
    },
    list: () => Promise.reject(systemError('ENOTDIR')),
    isLink: () => Promise.resolve(false),
  };
}

function systemError(code: string): Error {
  return Object.assign(new Error(code), { code });
}
