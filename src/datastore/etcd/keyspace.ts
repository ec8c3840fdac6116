/**
 * Single keys with compare-and-set writes, safe against lost answers: a write whose answer did not come is never simply sent again. What is
 * stored is read back first, and tells whether the write took place.
 */
import { Batches } from './batches.ts';
import type { KeyRange } from './keys.ts';
import type { Settled, Step } from './step.ts';
import { judge, mayReadBack, requestOf, unknown, unreadable } from './step.ts';
import type { KeyValue, RangeRequest, RangeResult, Transport, TxnResult } from './transport.ts';
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

/** Errors of all methods: {@link DatastoreError}, and the reason of the signal. */
export class Keyspace {
  readonly #transport: Transport;
  readonly #batches: Batches;

  constructor(transport: Transport) {
    this.#transport = transport;
    this.#batches = new Batches(transport);
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
    return this.#write(this.creation(subject, key, value));
  }

  /** Replaces a value if the key's revision is still `expected`. */
  async update(subject: string, key: string, value: string, expected: string): Promise<Written> {
    return this.#write(this.replacement(subject, key, value, expected));
  }

  /** Removes a key, with `expected` only if its revision is still that. */
  remove(subject: string, key: string, expected?: string): Promise<Removed> {
    return this.#write(this.removal(subject, key, expected));
  }

  /** Does several steps on different keys, with the outcome that each would have by itself. */
  batch<T>(steps: readonly Step<T>[]): Promise<readonly Settled<T>[]> {
    return this.#batches.run(steps);
  }

  /** Reads a key; `as` makes something of it. */
  reading<T>(subject: string, key: string, as: (stored: KeyValue | undefined) => T): Step<T> {
    return {
      subject,
      key,
      compare: [],
      operation: { type: 'range', key },
      answer: ({ entries: [found] }) => as(found?.[0]),
      readBack: (stored) => Promise.resolve({ value: as(stored) }),
    };
  }

  /** The step of {@link create}. */
  creation(subject: string, key: string, value: string): Step<Written> {
    return {
      subject,
      key,
      compare: [{ key, target: 'version', equals: '0' }],
      operation: { type: 'put', key, value },
      answer: writtenFrom,
      readBack: (stored) => this.#findWritten(key, value, '0', stored),
    };
  }

  /** The step of {@link update}. */
  replacement(subject: string, key: string, value: string, expected: string): Step<Written> {
    // etcd gives a missing key the revision 0: comparing with that would create it.
    if (BigInt(expected) <= 0n) return this.reading(subject, key, (stored): Written => ({ done: false, stored }));
    return {
      subject,
      key,
      compare: [{ key, target: 'mod', equals: expected }],
      operation: { type: 'put', key, value },
      answer: writtenFrom,
      readBack: (stored) => this.#findWritten(key, value, expected, stored),
    };
  }

  /** The step of {@link remove}. */
  removal(subject: string, key: string, expected?: string): Step<Removed> {
    return {
      subject,
      key,
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
          return { value: previous === undefined ? { done: false, stored } : { done: true, previous } };
        },
      }),
    };
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
  ): Promise<{ readonly value: Written } | undefined> {
    if ((stored?.modRevision ?? '0') === base) return undefined;
    let entry = stored;
    while (entry !== undefined && BigInt(entry.modRevision) > BigInt(base)) {
      if (entry.value === value) return { value: { done: true, revision: entry.modRevision } };
      // Others may have written since: each revision leads to the one before.
      entry = await this.#read(key, String(BigInt(entry.modRevision) - 1n));
    }
    return { value: { done: false, stored } };
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

  async #write<T>(step: Step<T>): Promise<T> {
    const request = requestOf(step);
    for (let attempt = 1; ; attempt++) {
      try {
        return await judge(step, await this.#transport.txn(request), attempt);
      } catch (error) {
        if (!(error instanceof RequestFailed)) throw error;
        if (error.outcome === 'nothing-done') throw error.report();
        if (!mayReadBack(step, error, attempt)) throw unknown(step, error);
        const found = await this.#readBack(step, error);
        if (found !== undefined) return found.value;
        // It did not take place. If it still does, the compare lets only one of the two through.
      }
    }
  }

  async #readBack<T>(step: Step<T>, lost: RequestFailed): Promise<{ readonly value: T } | undefined> {
    try {
      return await step.readBack?.(await this.#read(step.key));
    } catch (error) {
      if (!(error instanceof RequestFailed)) throw error;
      throw unreadable(step, lost, error);
    }
  }
}

function writtenFrom({ succeeded, revision, entries: [found] }: TxnResult): Written {
  return succeeded ? { done: true, revision } : { done: false, stored: found?.[0] };
}
