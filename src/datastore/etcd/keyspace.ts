/**
 * Single keys with compare-and-set writes, safe against lost answers: a write whose answer did not come is never simply sent again. What is
 * stored is read back first, and tells whether the write took place.
 */
import type { DatastoreError } from '../errors.ts';
import type { KeyRange } from './keys.ts';
import type { Compare, KeyValue, Operation, RangeRequest, RangeResult, Transport, TxnResult } from './transport.ts';
import { RequestFailed } from './transport.ts';

/** What came of a write that depends on what is stored. */
export type Written =
  /** done; the revision it made */
  | { readonly done: true; readonly revision: string }
  /** refused; what is stored instead, if anything */
  | { readonly done: false; readonly stored: KeyValue | undefined };

export type Removed =
  /** done; what was there */
  | { readonly done: true; readonly previous: KeyValue }
  | { readonly done: false; readonly stored: KeyValue | undefined };

/** How often a write is sent when reading back shows that it did not take place. */
const ATTEMPTS = 3;

/** Errors of all methods: {@link DatastoreError}, and the reason of the signal. */
export class Keyspace {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  async get(key: string, revision?: string): Promise<KeyValue | undefined> {
    const { entries } = await this.#range(revision === undefined ? { key } : { key, revision });
    return entries[0];
  }

  list(range: KeyRange): Promise<RangeResult> {
    return this.#range(range);
  }

  /** Stores a value under a key that must not exist. `subject` names the object in messages. */
  create(subject: string, key: string, value: string): Promise<Written> {
    return this.#write<Written>(subject, {
      compare: [{ key, target: 'version', equals: '0' }],
      operation: { type: 'put', key, value },
      answer: writtenFrom,
      readBack: (stored) => this.#findWritten(key, value, '0', stored),
    });
  }

  /** Replaces a value if the key's revision is still `expected`. */
  async update(subject: string, key: string, value: string, expected: string): Promise<Written> {
    // etcd gives a missing key the revision 0: comparing with that would create it.
    if (BigInt(expected) <= 0n) return { done: false, stored: await this.get(key) };
    return this.#write<Written>(subject, {
      compare: [{ key, target: 'mod', equals: expected }],
      operation: { type: 'put', key, value },
      answer: writtenFrom,
      readBack: (stored) => this.#findWritten(key, value, expected, stored),
    });
  }

  /** Removes a key, with `expected` only if its revision is still that. */
  remove(subject: string, key: string, expected?: string): Promise<Removed> {
    return this.#write<Removed>(subject, {
      compare: expected === undefined ? [] : [{ key, target: 'mod', equals: expected }],
      operation: { type: 'delete', key },
      answer({ succeeded, entries: [found] }) {
        const [entry] = found ?? [];
        return succeeded && entry !== undefined ? { done: true, previous: entry } : { done: false, stored: entry };
      },
      // Whoever names no revision cannot tell afterwards whether what is there now is what was to be deleted.
      ...(expected !== undefined && {
        readBack: async (stored) => {
          if (stored?.modRevision === expected) return undefined;
          const previous = stored === undefined ? await this.#read(key, expected) : undefined;
          return previous === undefined ? { done: false, stored } : { done: true, previous };
        },
      }),
    });
  }

  /**
   * Tells by what is stored now, and by what was stored before that, whether a value was written on top of a revision (0: of nothing).
   * Undefined: it was not, and nothing else was either.
   */
  async #findWritten(
    key: string,
    value: string,
    base: string,
    stored: KeyValue | undefined,
  ): Promise<Written | undefined> {
    if ((stored?.modRevision ?? '0') === base) return undefined;
    let entry = stored;
    while (entry !== undefined && BigInt(entry.modRevision) > BigInt(base)) {
      if (entry.value === value) return { done: true, revision: entry.modRevision };
      // Others may have written since: each revision leads to the one before.
      entry = await this.#read(key, String(BigInt(entry.modRevision) - 1n));
    }
    return { done: false, stored };
  }

  /** @throws {RequestFailed} */
  async #read(key: string, revision?: string): Promise<KeyValue | undefined> {
    const { entries } = await this.#transport.range(revision === undefined ? { key } : { key, revision });
    return entries[0];
  }

  /** A range changes nothing, so it may be sent again. */
  async #range(request: RangeRequest): Promise<RangeResult> {
    try {
      return await this.#transport.range(request);
    } catch (error) {
      if (!(error instanceof RequestFailed)) throw error;
      if (error.outcome !== 'lost') throw error.report();
    }
    try {
      return await this.#transport.range(request);
    } catch (error) {
      throw error instanceof RequestFailed ? error.report() : error;
    }
  }

  async #write<T>(subject: string, write: Write<T>): Promise<T> {
    const { compare, operation, readBack } = write;
    const { key } = operation;
    const request = { compare, success: [operation], failure: [{ type: 'range', key }] } as const;
    for (let attempt = 1; ; attempt++) {
      try {
        const result = await this.#transport.txn(request);
        // An earlier attempt may have taken effect after it was read back.
        const late = attempt > 1 && !result.succeeded ? await readBack?.(result.entries[0]?.[0]) : undefined;
        return late ?? write.answer(result);
      } catch (error) {
        if (!(error instanceof RequestFailed)) throw error;
        if (error.outcome === 'nothing-done') throw error.report();
        const verb = operation.type === 'delete' ? 'deleted' : 'written';
        const unknown = (rest = ''): DatastoreError =>
          error.report(`${subject} may or may not have been ${verb}${rest}`);
        if (error.outcome === 'late' || readBack === undefined || attempt === ATTEMPTS) throw unknown();
        const outcome = await this.#readBack(key, readBack, unknown);
        if (outcome !== undefined) return outcome;
        // It did not take place. If it still does, the compare lets only one of the two through.
      }
    }
  }

  async #readBack<T>(
    key: string,
    readBack: NonNullable<Write<T>['readBack']>,
    unknown: (rest: string) => DatastoreError,
  ): Promise<T | undefined> {
    try {
      return await readBack(await this.#read(key));
    } catch (error) {
      if (!(error instanceof RequestFailed)) throw error;
      throw unknown(`, and reading it back failed: ${error.message}`);
    }
  }
}

function writtenFrom({ succeeded, revision, entries: [found] }: TxnResult): Written {
  return succeeded ? { done: true, revision } : { done: false, stored: found?.[0] };
}

interface Write<T> {
  readonly compare: readonly Compare[];
  readonly operation: Exclude<Operation, { readonly type: 'range' }>;
  answer(result: TxnResult): T;
  /** What came of the write, judged by what is stored now; undefined when it did not take place. */
  readonly readBack?: (stored: KeyValue | undefined) => Promise<T | undefined> | T | undefined;
}
