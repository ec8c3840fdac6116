/**
 * Many steps in few transactions, each with the outcome that it would have by itself. A transaction makes all of its steps or none; when one of the
 * compares does not hold, it answers what is stored instead, which tells whose: the others are sent again without those.
 *
 * Transactions inside a transaction would give each step its own outcome at once, but etcd does not check what a user may write in them.
 */
import { ServerError } from '../errors.ts';
import type { Settled, Step } from './step.ts';
import { holds, judge, mayReadBack, unknown, unreadable } from './step.ts';
import type { KeyValue, Transport, TxnResult } from './transport.ts';
import { RequestFailed } from './transport.ts';

/** etcd's default for `--max-txn-ops`. */
const MOST_STEPS = 128;
/** Bytes of keys and values: well below etcd's default for `--max-request-bytes`, 1.5 MiB. */
const MOST_BYTES = 1024 * 1024;
/** So many transactions are under way at once. */
const AT_ONCE = 4;
/** How often steps are sent without those that were refused, before they go one by one: others write the same objects. */
const ROUNDS = 3;
const TOO_MANY = 'etcdserver: too many operations in txn request';
const TOO_LARGE = 'etcdserver: request is too large';

type Results<T> = readonly Settled<T>[];

/** How often steps were sent: after a lost answer, and after a refusal of some of them. */
interface Tries {
  readonly attempt: number;
  readonly round: number;
}

const FIRST: Tries = { attempt: 1, round: 1 };

export class Batches {
  readonly #transport: Transport;
  /** what the server is known to take; what it allows is not to be asked from it */
  #most = MOST_STEPS;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Does steps on different keys; the outcomes are in the order of the steps.
   * @throws the signal's reason, and what is no failure of a request
   */
  async run<T>(steps: readonly Step<T>[]): Promise<Results<T>> {
    const parts = portions(steps, this.#most);
    const results = parts.map((): Results<T> => []);
    const left = parts.entries();
    const worker = async (): Promise<void> => {
      for (const [index, portion] of left) results[index] = await this.#send(portion, FIRST);
    };
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, parts.length) }, worker));
    return results.flat();
  }

  async #send<T>(steps: readonly Step<T>[], tries: Tries): Promise<Results<T>> {
    let result: TxnResult;
    try {
      result = await this.#transport.txn({
        compare: steps.flatMap(({ compare }) => compare),
        success: steps.map(({ operation }) => operation),
        failure: steps.map(({ key }) => ({ type: 'range', key })),
      });
    } catch (error) {
      if (!(error instanceof RequestFailed)) throw error;
      return error.outcome === 'nothing-done' ? this.#refused(steps, error, tries) : this.#lost(steps, error, tries);
    }
    const { revision, entries } = result;
    if (result.succeeded) {
      return steps.map((step, index) => ({
        value: step.answer({ succeeded: true, revision, entries: [entries[index] ?? []] }),
      }));
    }
    const again: number[] = [];
    const outcomes = await Promise.all(
      steps.map(async (step, index): Promise<Settled<T> | undefined> => {
        const found = entries[index] ?? [];
        const succeeded = holds(step, found[0]);
        if (succeeded && step.operation.type !== 'range') {
          again.push(index);
          return undefined;
        }
        return settled(step, () => judge(step, { succeeded, revision, entries: [found] }, tries.attempt));
      }),
    );
    return this.#complete(steps, outcomes, again, { ...tries, round: tries.round + 1 });
  }

  /** Sends the steps that have no outcome yet, and puts theirs in their places. */
  async #complete<T>(
    steps: readonly Step<T>[],
    outcomes: readonly (Settled<T> | undefined)[],
    again: readonly number[],
    tries: Tries,
  ): Promise<Results<T>> {
    const left = steps.filter((_, index) => again.includes(index));
    const later = (
      left.length === 0 ? [] : await this.#inParts(tries.round > ROUNDS ? single(left) : [left], tries)
    ).values();
    return outcomes.map((outcome) => {
      const result = outcome ?? later.next().value;
      if (result === undefined) throw new TypeError('a step without an outcome');
      return result;
    });
  }

  async #inParts<T>(parts: readonly (readonly Step<T>[])[], tries: Tries): Promise<Results<T>> {
    const results: Settled<T>[] = [];
    for (const part of parts) results.push(...(await this.#send(part, tries)));
    return results;
  }

  /** No answer came: what is stored tells what became of the steps. */
  async #lost<T>(steps: readonly Step<T>[], error: RequestFailed, tries: Tries): Promise<Results<T>> {
    const stored = await this.#stored(steps.filter((step) => mayReadBack(step, error, tries.attempt)));
    const again: number[] = [];
    const outcomes = await Promise.all(
      steps.map(async (step, index): Promise<Settled<T> | undefined> => {
        if (stored instanceof RequestFailed) return { error: unreadable(step, error, stored) };
        if (!stored.has(step.key)) return { error: unknown(step, error) };
        try {
          const found = await step.readBack?.(stored.get(step.key));
          if (found !== undefined) return found;
        } catch (failure) {
          if (!(failure instanceof RequestFailed)) throw failure;
          return { error: unreadable(step, error, failure) };
        }
        again.push(index);
        return undefined;
      }),
    );
    // They did not take place. If they still do, the compares let only one of the two through.
    return this.#complete(steps, outcomes, again, { ...tries, attempt: tries.attempt + 1 });
  }

  /** What is stored under the keys of the steps. */
  async #stored(steps: readonly Step<unknown>[]): Promise<ReadonlyMap<string, KeyValue | undefined> | RequestFailed> {
    if (steps.length === 0) return new Map();
    try {
      const success = steps.map(({ key }) => ({ type: 'range', key }) as const);
      const { entries } = await this.#transport.txn({ compare: [], success, failure: [] });
      return new Map(steps.map(({ key }, index) => [key, entries[index]?.[0]]));
    } catch (error) {
      if (error instanceof RequestFailed) return error;
      throw error;
    }
  }

  /** The server did nothing of it: because of its limits, or because of one of the steps, or of any. */
  async #refused<T>(steps: readonly Step<T>[], error: RequestFailed, tries: Tries): Promise<Results<T>> {
    if (steps.length < 2 || !(error.report() instanceof ServerError))
      return steps.map(() => ({ error: error.report() }));
    const half = Math.ceil(steps.length / 2);
    if (error.message === TOO_MANY) this.#most = Math.min(this.#most, half);
    const isLimit = error.message === TOO_MANY || error.message === TOO_LARGE;
    return this.#inParts(isLimit ? [steps.slice(0, half), steps.slice(half)] : single(steps), tries);
  }
}

function single<T>(steps: readonly Step<T>[]): readonly (readonly Step<T>[])[] {
  return steps.map((step) => [step]);
}

async function settled<T>(step: Step<T>, run: () => Promise<T>): Promise<Settled<T>> {
  try {
    return { value: await run() };
  } catch (error) {
    if (!(error instanceof RequestFailed)) throw error;
    return { error: unknown(step, error) };
  }
}

/** The steps in order, in as few parts as the limits allow. */
function portions<T>(steps: readonly Step<T>[], most: number): readonly (readonly Step<T>[])[] {
  const parts: Step<T>[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const step of steps) {
    const { operation, key } = step;
    // A key is named three times: to compare, to write, to read.
    const size = 3 * Buffer.byteLength(key) + (operation.type === 'put' ? Buffer.byteLength(operation.value) : 0);
    const last = parts.at(-1);
    if (last === undefined || last.length === most || bytes + size > MOST_BYTES) {
      parts.push([step]);
      bytes = size;
    } else {
      last.push(step);
      bytes += size;
    }
  }
  return parts;
}
