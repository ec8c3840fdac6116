/** Errors of the operating system in the words of Go, which the Go calicoctl prints. */

/** What Go calls an errno: the text of strerror(3) on Linux, in lower case. */
const ERRNO: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EADDRNOTAVAIL: 'cannot assign requested address',
  EAGAIN: 'resource temporarily unavailable',
  ECONNABORTED: 'software caused connection abort',
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset by peer',
  EDQUOT: 'disk quota exceeded',
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
  ENOSPC: 'no space left on device',
  ENOTDIR: 'not a directory',
  ENOTSOCK: 'socket operation on non-socket',
  EPERM: 'operation not permitted',
  EPIPE: 'broken pipe',
  EROFS: 'read-only file system',
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
  return `${code === 'EISDIR' && operation === 'open' ? 'read' : operation} ${path}: ${what}`;
}

/** A failed operation on a file. */
export class FileError extends Error {
  override readonly name = 'FileError' as const;
  /** Node's, such as `ENOENT` */
  readonly code: string;
  constructor(operation: string, path: string, cause: unknown) {
    super(osErrorText(operation, path, cause), { cause });
    this.code = codeOf(cause);
  }
}

/** What an operation on a file gives. @throws {FileError} for what the system says */
export async function withFile<T>(operation: string, path: string, result: Promise<T>): Promise<T> {
  try {
    return await result;
  } catch (error) {
    throw errnoText(codeOf(error)) === undefined ? error : new FileError(operation, path, error);
  }
}
