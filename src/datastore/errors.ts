/**
 * The closed list of ways in which a datastore can fail. Drivers translate their library's errors into these in one file each; the
 * message is the text of the Go client (libcalico-go), so that it can be printed as it stands.
 */
import type { Ref, Resource } from '../kinds/resource.ts';
import { identifier } from '../kinds/resource.ts';

export { Invalid } from '../kinds/invalid.ts';
export { Unsupported } from '../kinds/refusal.ts';

/** Base class: everything a driver may throw apart from {@link Invalid} and {@link Unsupported}. */
export abstract class DatastoreError extends Error {
  /** of a write: nobody can tell whether it was made */
  isUncertain = false;
}

/** `cause` is the server's text; etcd has none and prints `<nil>`. */
export class NotFound extends DatastoreError {
  override readonly name = 'NotFound' as const;
  readonly ref: Ref;
  readonly detail: string | undefined;
  constructor(ref: Ref, detail?: string) {
    super(`resource does not exist: ${identifier(ref)} with error: ${detail ?? '<nil>'}`);
    this.ref = ref;
    this.detail = detail;
  }
}

export class AlreadyExists extends DatastoreError {
  override readonly name = 'AlreadyExists' as const;
  readonly ref: Ref;
  readonly #stored: Resource | undefined;
  constructor(ref: Ref, detail?: string, id = identifier(ref), stored?: Resource) {
    super(`resource already exists: ${id} with error: ${detail ?? '<nil>'}`);
    this.ref = ref;
    this.#stored = stored;
  }

  /** the object that is there, where the store answers with it */
  get stored(): Resource | undefined {
    return this.#stored;
  }
}

/** Somebody else wrote the object since it was read. */
export class Conflict extends DatastoreError {
  override readonly name = 'Conflict' as const;
  readonly ref: Ref;
  constructor(ref: Ref) {
    super(`update conflict: ${identifier(ref)}`);
    this.ref = ref;
  }
}

export class Unauthorized extends DatastoreError {
  override readonly name = 'Unauthorized' as const;
  constructor(detail: string) {
    super(`connection is unauthorized: ${detail}`);
  }
}

/** The part of an exchange in which a connection failed. */
export type Phase = 'resolve' | 'connect' | 'tls' | 'authenticate' | 'request' | 'response';

/** The server could not be reached or did not answer in time. The message names no secret. */
export class Unavailable extends DatastoreError {
  override readonly name = 'Unavailable' as const;
  readonly endpoint: string;
  readonly phase: Phase;
  /** where the endpoint was configured, e.g. `ETCD_ENDPOINTS` or `/etc/calico/calicoctl.cfg: spec.etcdEndpoints` */
  readonly setting: string;
  constructor(
    message: string,
    facts: { readonly endpoint: string; readonly phase: Phase; readonly setting: string },
    cause?: unknown,
  ) {
    super(message, { cause });
    this.endpoint = facts.endpoint;
    this.phase = facts.phase;
    this.setting = facts.setting;
  }
}

/** A stored value that cannot be read as the object it should be. */
export class Corrupt extends DatastoreError {
  override readonly name = 'Corrupt' as const;
}

/** Any other answer of the server, in its own words. */
export class ServerError extends DatastoreError {
  override readonly name = 'ServerError' as const;
}

/** The user has no right to do this, in the server's own words. Where the Go client tells it apart it is {@link Unauthorized}. */
export class PermissionDenied extends ServerError {}

/** Whether the user may not do what was asked, whichever datastore says so. */
export function isDenied(error: unknown): boolean {
  return error instanceof Unauthorized || error instanceof PermissionDenied;
}
