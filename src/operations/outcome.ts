/** What happened to each object of a command. */
import type { Resource } from '../kinds/resource.ts';
import type { Target } from './input.ts';

/** `unchanged`: written or not, nothing about the object is different now. `skipped`: counted as success because a flag says so. */
export type Change = 'created' | 'configured' | 'unchanged' | 'deleted' | 'validated' | 'skipped';

export type Outcome =
  | { readonly target: Target; readonly change: Change; readonly resource?: Resource; readonly error?: undefined }
  | { readonly target: Target; readonly error: Error; readonly namespace?: true };

export interface Outcomes {
  readonly outcomes: readonly Outcome[];
  /** the kind all objects have, or undefined when they differ */
  readonly singleKind: string | undefined;
}

/** Runs an action for each target in order; an error of one does not stop the others, a cancelled command does. */
export async function forEachTarget(
  targets: readonly Target[],
  signal: AbortSignal,
  action: (target: Target) => Promise<Outcome>,
): Promise<Outcomes> {
  const outcomes: Outcome[] = [];
  for (const target of targets) {
    try {
      signal.throwIfAborted();
      outcomes.push(await action(target));
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      if (signal.aborted) throw new Interrupted(outcomes, targets.length, error);
      outcomes.push({ target, error });
    }
  }
  return { outcomes, singleKind: singleKindOf(targets) };
}

/** Ctrl-C or a time limit ended the command between or during objects. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted' as const;
  readonly outcomes: readonly Outcome[];
  readonly total: number;
  constructor(outcomes: readonly Outcome[], total: number, cause: Error) {
    super(cause.message, { cause });
    this.outcomes = outcomes;
    this.total = total;
  }
}

function singleKindOf(targets: readonly Target[]): string | undefined {
  const names = new Set(targets.map(({ kind }) => kind.name));
  const [only] = names;
  return names.size === 1 ? only : undefined;
}

/** Whether two versions of an object differ in anything a person wrote. */
export function sameContent(a: Resource, b: Resource): boolean {
  return contentOf(a) === contentOf(b);
}

function contentOf({ metadata, spec, status }: Resource): string {
  const { labels = {}, annotations = {} } = metadata;
  const sorted = (map: Readonly<Record<string, string>>): unknown =>
    Object.entries(map).sort(([x], [y]) => (x < y ? -1 : 1));
  return JSON.stringify([sorted(labels), sorted(annotations), spec, status ?? null], (_, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );
}
