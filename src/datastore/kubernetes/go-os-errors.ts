/** Errors of the operating system in the words of Go. */

/** What Go calls an errno: the text of strerror(3) on Linux, in lower case. */
const ERRNO: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EADDRNOTAVAIL: 'cannot assign requested address',
  ECONNABORTED: 'software caused connection abort',
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset by peer',
  EHOSTDOWN: 'host is down',
  EHOSTUNREACH: 'no route to host',
  EINVAL: 'invalid argument',
  EIO: 'input/output error',
  EISDIR: 'is a directory',
  ELOOP: 'too many levels of symbolic links',
  EMFILE: 'too many open files',
  ENAMETOOLONG: 'file name too long',
  ENETDOWN: 'network is down',
  ENETUNREACH: 'network is unreachable',
  ENOENT: 'no such file or directory',
  ENOEXEC: 'exec format error',
  ENOTDIR: 'not a directory',
  EPERM: 'operation not permitted',
  EPIPE: 'broken pipe',
  ETIMEDOUT: 'connection timed out',
};

/** The `code` of a Node error, such as `ENOENT`; empty when it has none. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** The text of an errno; undefined for codes that are none. */
export function errnoText(code: string): string | undefined {
  return Object.hasOwn(ERRNO, code) ? ERRNO[code] : undefined;
}

/** `open /x: permission denied`: a failed operation on a file, as Go's os.PathError says it. */
export function osErrorText(operation: string, path: string, error: unknown): string {
  const code = codeOf(error);
  const what = errnoText(code) ?? (error instanceof Error ? error.message : String(error));
  // A directory opens well and fails when it is read.
  return `${code === 'EISDIR' ? 'read' : operation} ${path}: ${what}`;
}
