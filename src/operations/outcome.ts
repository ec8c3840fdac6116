/** What happened to each object of a command. */
import type { Context } from '../context.ts';
import { identifier, refOf } from '../kinds/resource.ts';
import type { Resource } from '../kinds/resource.ts';
import type { Target } from './input.ts';
import { Progress } from './progress.ts';
import type { Effect } from './write-guard.ts';

/** `unchanged`: written or not, nothing about the object is different now. `skipped`: counted as success because a flag says so. */
export type Change = 'created' | 'configured' | 'unchanged' | 'deleted' | 'validated' | 'skipped';

export type Outcome =
  | {
      readonly target: Target;
      readonly change: Change;
      /** as it is now; what was deleted */
      readonly resource?: Resource;
      /** what it was, when it was written over */
      readonly before?: Resource;
      readonly error?: undefined;
    }
  | { readonly target: Target; readonly error: Error; readonly namespace?: true };

export interface Outcomes {
  readonly outcomes: readonly Outcome[];
  /** the kind all objects have, or undefined when they differ */
  readonly singleKind: string | undefined;
}

/** Runs an action for each target in order; an error of one does not stop the others, a cancelled command does. */
export async function forEachTarget(
  targets: readonly Target[],
  context: Pick<Context, 'io' | 'signal'>,
  action: (target: Target) => Promise<Outcome>,
): Promise<Outcomes> {
  const { signal } = context;
  const progress = new Progress(context.io, targets.length);
  const outcomes: Outcome[] = [];
  try {
    for (const [index, target] of targets.entries()) {
      let begun = false;
      try {
        signal.throwIfAborted();
        begun = true;
        outcomes.push(await action(target));
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        if (signal.aborted) {
          const reason = signal.reason instanceof Error ? signal.reason : error;
          throw new Interrupted(outcomes, targets.slice(index), begun, reason);
        }
        outcomes.push({ target, error });
      }
      progress.show(outcomes.length);
    }
  } finally {
    progress.clear();
  }
  return { outcomes, singleKind: singleKindOf(targets) };
}

/** Ctrl-C ended the command. If the first of `left` was begun, whether it was written is not known. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted' as const;
  readonly outcomes: readonly Outcome[];
  readonly left: readonly Target[];
  readonly begun: boolean;
  constructor(outcomes: readonly Outcome[], left: readonly Target[], begun: boolean, cause: Error) {
    super(cause.message, { cause });
    this.outcomes = outcomes;
    this.left = left;
    this.begun = begun;
  }

  /** What was done and what was not, for the person who interrupted it. */
  get hints(): readonly string[] {
    const named = (targets: readonly Target[]): string =>
      targets.map(({ resource }) => identifier(refOf(resource))).join(', ');
    const done = this.outcomes.filter(({ error }) => error === undefined).map(({ target }) => target);
    const failed = this.outcomes.filter(({ error }) => error !== undefined).map(({ target }) => target);
    const current = this.left.slice(0, this.begun ? 1 : 0);
    const untouched = this.left.slice(current.length);
    return [
      ...(done.length === 0 ? ['nothing was done before'] : [`done: ${named(done)}`]),
      ...(failed.length === 0 ? [] : [`failed: ${named(failed)}`]),
      ...(current.length === 0 ? [] : [`not known whether done: ${named(current)}`]),
      ...(untouched.length === 0 ? [] : [`not touched: ${named(untouched)}`]),
    ];
  }
}

/** The objects that are not what they were. */
export function effectsOf({ outcomes }: Outcomes): readonly Effect[] {
  return outcomes.flatMap((outcome): readonly Effect[] => {
    if (outcome.error !== undefined) return [];
    const { target, change, resource, before } = outcome;
    switch (change) {
      case 'created':
        return [{ target, after: resource }];
      case 'configured':
        return [{ target, before, after: resource }];
      case 'deleted':
        return [{ target, before: resource }];
      default:
        return [];
    }
  });
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
