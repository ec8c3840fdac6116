/** From what the system says about files to the errors of the datastore contract. */
import { codeOf, errnoText } from '../../system-errors.ts';
import { ServerError } from '../errors.ts';

/** The system's reason in words; undefined when the error is not one of the system's. */
export function systemReason(error: unknown): string | undefined {
  const code = codeOf(error);
  if (code === '' || !(error instanceof Error) || !('syscall' in error)) return undefined;
  return errnoText(code) ?? code;
}

/** An error of the system as one of the datastore: `open net/ippools: permission denied`. Others are what they were. */
export function translate(error: unknown): unknown {
  const reason = systemReason(error);
  if (reason === undefined || !(error instanceof Error)) return error;
  const call = 'syscall' in error && typeof error.syscall === 'string' ? error.syscall : 'file';
  const path = 'path' in error && typeof error.path === 'string' ? ` ${error.path}` : '';
  return new ServerError(`${call}${path}: ${reason}`, { cause: error });
}
