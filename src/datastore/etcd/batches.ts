/**
 * Many steps in few transactions, each with the outcome that it would have by itself: a transaction of transactions, one for each step. What etcd allows in
 * one is not to be asked from it, so a batch that it refuses as too large is halved.
 */
import { ServerError } from '../errors.ts';
import type { Settled, Step } from './step.ts';
import { judge, mayReadBack, requestOf, unknown, unreadable } from './step.ts';
import type { Transport, TxnResult } from './transport.ts';
import { RequestFailed } from './transport.ts';

/** etcd's default for `--max-txn-ops` is 128; one of them is the operation inside each inner transaction. */
const MOST_STEPS = 127;
/** Bytes of keys and values: well below etcd's default for `--max-request-bytes`, 1.5 MiB. */
const MOST_BYTES = 1024 * 1024;
/** So many transactions are under way at once. */
const AT_ONCE = 4;
const TOO_MANY = 'etcdserver: too many operations in txn request';
const TOO_LARGE = 'etcdserver: request is too large';

type Results<T> = readonly Settled<T>[];

export class Batches {
  readonly #transport: Transport;
  /** what the server is known to take */
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
      for (const [index, portion] of left) results[index] = await this.#send(portion, 1);
    };
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, parts.length) }, worker));
    return results.flat();
  }

  async #send<T>(steps: readonly Step<T>[], attempt: number): Promise<Results<T>> {
    let results: readonly TxnResult[];
    try {
      results = await this.#transport.batch(steps.map(requestOf));
    } catch (error) {
      if (!(error instanceof RequestFailed)) throw error;
      return this.#failed(steps, error, attempt);
    }
    if (results.length !== steps.length)
      throw new TypeError('etcd answered another number of transactions than it was sent');
    return Promise.all(
      steps.map((step, index) => {
        const result = results[index];
        return settled(step, () => {
          if (result === undefined) throw new TypeError('a transaction without an answer');
          return judge(step, result, attempt);
        });
      }),
    );
  }

  async #failed<T>(steps: readonly Step<T>[], error: RequestFailed, attempt: number): Promise<Results<T>> {
    if (error.outcome === 'nothing-done') return this.#refused(steps, error, attempt);
    const readable = steps.filter((step) => mayReadBack(step, error, attempt));
    const stored = await this.#stored(readable);
    const again: { readonly index: number; readonly step: Step<T> }[] = [];
    const outcomes = await Promise.all(
      steps.map(async (step, index): Promise<Settled<T> | undefined> => {
        if (stored instanceof RequestFailed) return { error: unreadable(step, error, stored) };
        if (!stored.has(step.key)) return { error: unknown(step, error) };
        try {
          const found = await step.readBack?.(stored.get(step.key)?.[0]);
          if (found !== undefined) return found;
        } catch (failure) {
          if (!(failure instanceof RequestFailed)) throw failure;
          return { error: unreadable(step, error, failure) };
        }
        again.push({ index, step });
        return undefined;
      }),
    );
    // They did not take place. If they still do, the compare lets only one of the two through.
    const ordered = again.toSorted((a, b) => a.index - b.index);
    const second =
      ordered.length === 0
        ? []
        : await this.#send(
            ordered.map(({ step }) => step),
            attempt + 1,
          );
    const later = new Map(ordered.map(({ index }, place) => [index, second[place]]));
    return outcomes.map((outcome, index) => {
      const result = outcome ?? later.get(index);
      if (result === undefined) throw new TypeError('a step without an outcome');
      return result;
    });
  }

  /** What is stored under the keys of the steps, by key. */
  async #stored(
    steps: readonly Step<unknown>[],
  ): Promise<ReadonlyMap<string, TxnResult['entries'][number]> | RequestFailed> {
    if (steps.length === 0) return new Map();
    try {
      const reads = steps.map(({ key }) => ({ compare: [], success: [{ type: 'range', key } as const], failure: [] }));
      const results = await this.#transport.batch(reads);
      return new Map(steps.map(({ key }, index) => [key, results[index]?.entries[0] ?? []]));
    } catch (error) {
      if (error instanceof RequestFailed) return error;
      throw error;
    }
  }

  /** The server did nothing of it: because of its limits, or because of one of the steps, or of any. */
  async #refused<T>(steps: readonly Step<T>[], error: RequestFailed, attempt: number): Promise<Results<T>> {
    const report = error.report();
    if (steps.length < 2 || !(report instanceof ServerError)) return steps.map(() => ({ error: error.report() }));
    const half = Math.ceil(steps.length / 2);
    if (error.message === TOO_MANY) this.#most = Math.min(this.#most, half);
    const isLimit = error.message === TOO_MANY || error.message === TOO_LARGE;
    const parts = isLimit ? [steps.slice(0, half), steps.slice(half)] : steps.map((step) => [step]);
    const results: Settled<T>[] = [];
    for (const part of parts) results.push(...(await this.#send(part, attempt)));
    return results;
  }
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
    const size = 2 * Buffer.byteLength(key) + (operation.type === 'put' ? Buffer.byteLength(operation.value) : 0);
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
