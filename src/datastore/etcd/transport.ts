/** The few things the driver asks of etcd, whatever carries them. A way to reach etcd is one file that implements this. */
import type { DatastoreError } from '../errors.ts';

export interface KeyValue {
  readonly key: string;
  readonly value: string;
  /** decimal: the revision of the last write of this key */
  readonly modRevision: string;
}

export interface RangeRequest {
  readonly key: string;
  /** every key that begins with `key` */
  readonly prefix?: boolean;
  /** decimal; the store as it was then */
  readonly revision?: string;
}

export interface RangeResult {
  /** in bytewise order of the keys */
  readonly entries: readonly KeyValue[];
  /** decimal: the revision of the whole store */
  readonly revision: string;
}

export interface Compare {
  readonly key: string;
  /** `version`: number of writes since the key was made, 0 when it does not exist; `mod`: revision of the last write */
  readonly target: 'version' | 'mod';
  /** decimal */
  readonly equals: string;
}

export type Operation =
  | { readonly type: 'put'; readonly key: string; readonly value: string }
  | { readonly type: 'delete'; readonly key: string }
  | { readonly type: 'range'; readonly key: string };

export interface TxnRequest {
  /** all must hold; none means yes */
  readonly compare: readonly Compare[];
  readonly success: readonly Operation[];
  readonly failure: readonly Operation[];
}

export interface TxnResult {
  /** whether the compares held */
  readonly succeeded: boolean;
  /** decimal: the revision of the whole store after this */
  readonly revision: string;
  /** per operation of the branch that ran: what a range found, what a delete removed, nothing for a put */
  readonly entries: readonly (readonly KeyValue[])[];
}

/**
 * A connection to one etcd cluster. Every request ends: with an answer, at the request's deadline, or with the signal's reason as soon as
 * the signal is aborted. Requests may run at the same time.
 */
export interface Transport {
  /** @throws {RequestFailed} */
  range(request: RangeRequest): Promise<RangeResult>;
  /** Sent once, never repeated. @throws {RequestFailed} */
  txn(request: TxnRequest): Promise<TxnResult>;
  close(): void;
}

/** A request without an answer, or with an error for an answer. */
export class RequestFailed extends Error {
  override readonly name = 'RequestFailed' as const;
  /** `nothing-done`: etcd did not do it; `lost`: it may have, or may still; `late`: the same, and the time for the request is up */
  readonly outcome: 'nothing-done' | 'lost' | 'late';
  /** for the caller of the driver; `note` is added to its message */
  readonly report: (note?: string) => DatastoreError;
  constructor(outcome: RequestFailed['outcome'], report: (note?: string) => DatastoreError) {
    super(report().message);
    this.outcome = outcome;
    this.report = report;
  }
}

/** The end of the range of all keys that begin with `key`: the same key with its last byte raised. */
export function endOfPrefix(key: Buffer): Buffer {
  const end = Buffer.from(key);
  // Keys are UTF-8, where no byte is 255: there is always a next one.
  end[end.length - 1] = (end.at(-1) ?? 0) + 1;
  return end;
}
