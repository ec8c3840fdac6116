/** From what the system says about files to the errors of the datastore contract. */
import { ServerError } from '../errors.ts';

/** The system's code of an error, e.g. `ENOENT`. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

const TEXTS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EDQUOT: 'disk quota exceeded',
  EIO: 'input/output error',
  EISDIR: 'is a directory',
  ELOOP: 'too many levels of symbolic links',
  EMFILE: 'too many open files',
  ENAMETOOLONG: 'file name too long',
  ENOENT: 'no such file or directory',
  ENOSPC: 'no space left on device',
  ENOTDIR: 'not a directory',
  EPERM: 'operation not permitted',
  EROFS: 'read-only file system',
};

/** The system's reason in words; undefined when the error is not one of the system's. */
export function systemReason(error: unknown): string | undefined {
  const code = codeOf(error);
  if (code === undefined || !(error instanceof Error) || !('syscall' in error)) return undefined;
  return TEXTS[code] ?? code;
}

/** An error of the system as one of the datastore: `open net/ippools: permission denied`. Others are what they were. */
export function translate(error: unknown): unknown {
  const reason = systemReason(error);
  if (reason === undefined || !(error instanceof Error)) return error;
  const call = 'syscall' in error && typeof error.syscall === 'string' ? error.syscall : 'file';
  const path = 'path' in error && typeof error.path === 'string' ? ` ${error.path}` : '';
  return new ServerError(`${call}${path}: ${reason}`, { cause: error });
}
