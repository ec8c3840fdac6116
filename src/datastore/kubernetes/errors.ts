/** The one place where answers of the Kubernetes API become errors of the datastore. */
import type { Ref } from '../../kinds/resource.ts';
import { AlreadyExists, Conflict, NotFound, ServerError, Unauthorized } from '../errors.ts';
import { ApiError } from './api.ts';

/**
 * What a failure means for an object, by the rules of libcalico-go (first match wins). Errors that are not the server's answer stay what they are:
 * no connection, wrong settings, a cancelled command.
 */
export function translate(error: unknown, ref: Ref): unknown {
  if (!(error instanceof ApiError)) return error;
  const { message, reason, code, causes } = error;
  if (reason === 'AlreadyExists') return new AlreadyExists(ref, message);
  if (is(error, 'NotFound', 404)) return new NotFound(ref, message);
  if (is(error, 'Forbidden', 403) || is(error, 'Unauthorized', 401)) return new Unauthorized(message);
  if (is(error, 'Conflict', 409)) {
    return message.includes('UID in precondition') ? new NotFound(ref, message) : new Conflict(ref);
  }
  if (reason === 'Expired' || reason === 'Gone' || code === 410) return new ServerError(message);
  // An update that names the uid or the revision of an object that is gone.
  const wrong = causes.every((cause) => cause.reason === 'FieldValueInvalid');
  const fields = new Set(causes.map(({ field }) => field));
  const identity = fields.size > 0 && [...fields].every((field) => IDENTITY.has(field));
  if (wrong && identity) return fields.has('metadata.uid') ? new NotFound(ref, message) : new Conflict(ref);
  return new ServerError(message);
}

const IDENTITY = new Set(['metadata.uid', 'metadata.resourceVersion']);

/** Reasons client-go knows; with any other, the HTTP status decides. */
const KNOWN_REASONS = new Set([
  'AlreadyExists',
  'BadRequest',
  'Conflict',
  'Expired',
  'Forbidden',
  'Gone',
  'InternalError',
  'Invalid',
  'MethodNotAllowed',
  'NotAcceptable',
  'NotFound',
  'RequestEntityTooLarge',
  'ServerTimeout',
  'ServiceUnavailable',
  'StoreReadError',
  'Timeout',
  'TooManyRequests',
  'Unauthorized',
  'UnsupportedMediaType',
]);

function is({ reason, code }: ApiError, wanted: string, status: number): boolean {
  return reason === wanted || (!KNOWN_REASONS.has(reason) && code === status);
}

/** Whether the server said that an object, its type or its namespace does not exist. */
export function isNotFound(error: unknown): boolean {
  return error instanceof ApiError && is(error, 'NotFound', 404);
}
