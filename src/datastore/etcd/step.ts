/** One thing to do with one key, and how to find out afterwards whether it was done. */
import type { DatastoreError } from '../errors.ts';
import type { Compare, KeyValue, Operation, RequestFailed, TxnRequest, TxnResult } from './transport.ts';

export interface Step<T> {
  /** names the object in messages */
  readonly subject: string;
  readonly key: string;
  readonly compare: readonly Compare[];
  readonly operation: Operation;
  readonly answer: (result: TxnResult) => T;
  /** What came of it, judged by what is stored now; undefined when it did not take place. */
  readonly readBack?: (stored: KeyValue | undefined) => Promise<{ readonly value: T } | undefined>;
}

/** The outcome of a step that does not end the others. */
export type Settled<T> =
  { readonly value: T; readonly error?: undefined } | { readonly error: Error; readonly value?: undefined };

/** A step with something made of its value. */
export function mapped<T, U>(step: Step<T>, make: (value: T) => U): Step<U> {
  const { answer, readBack, ...rest } = step;
  return {
    ...rest,
    answer: (result) => make(answer(result)),
    ...(readBack !== undefined && {
      readBack: async (stored) => {
        const found = await readBack(stored);
        return found && { value: make(found.value) };
      },
    }),
  };
}

/** How often a step is sent when reading back shows that it did not take place. */
const ATTEMPTS = 3;

export function requestOf({ key, compare, operation }: Step<unknown>): TxnRequest {
  return { compare, success: [operation], failure: operation.type === 'range' ? [] : [{ type: 'range', key }] };
}

/** Whether the compares of a step hold for what is stored. Of versions only 0 can be told: that there is nothing. */
export function holds({ compare }: Step<unknown>, stored: KeyValue | undefined): boolean {
  return compare.every(({ target, equals }) =>
    target === 'version' ? (stored === undefined) === (equals === '0') : (stored?.modRevision ?? '0') === equals,
  );
}

/** What an answer says. An earlier attempt may have taken effect after it was read back. */
export async function judge<T>(step: Step<T>, result: TxnResult, attempt: number): Promise<T> {
  const late = attempt > 1 && !result.succeeded ? await step.readBack?.(result.entries[0]?.[0]) : undefined;
  return late === undefined ? step.answer(result) : late.value;
}

/** Whether what is stored may tell what became of a step without an answer. */
export function mayReadBack({ readBack }: Step<unknown>, { outcome }: RequestFailed, attempt: number): boolean {
  return outcome === 'lost' && readBack !== undefined && attempt < ATTEMPTS;
}

/** The error of a step of which nobody can tell what became of it. */
export function unknown(
  { subject, operation: { type } }: Step<unknown>,
  error: RequestFailed,
  rest = '',
): DatastoreError {
  if (type === 'range') return error.report();
  const note = `${subject} may or may not have been ${type === 'delete' ? 'deleted' : 'written'}${rest}`;
  return Object.assign(error.report(note), { isUncertain: true });
}

/** The same, when reading back failed too. */
export function unreadable(step: Step<unknown>, lost: RequestFailed, error: RequestFailed): DatastoreError {
  return unknown(step, lost, `, and reading it back failed: ${error.message}`);
}
