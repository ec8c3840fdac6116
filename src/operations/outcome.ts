/** What happened to each object of a command. */
import type { Context } from '../context.ts';
import { identifier, refOf } from '../kinds/resource.ts';
import type { Resource } from '../kinds/resource.ts';
import { Turns } from '../turns.ts';
import { atMost } from './at-most.ts';
import type { Target } from './input.ts';
import { Progress } from './progress.ts';

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

/** What a command did to one object. Absent is what does not exist. */
export interface Effect {
  readonly target: Target;
  readonly before?: Resource | undefined;
  readonly after?: Resource | undefined;
}

export interface Outcomes {
  readonly outcomes: readonly Outcome[];
  /** the kind all objects have, or undefined when they differ */
  readonly singleKind: string | undefined;
}

/** How many objects are worked on at once, and what is known of those that are. */
export interface Pacing {
  /** the objects, in order, in runs: within one the order does not matter */
  readonly runs: readonly Run[];
  /** whether anything is written at all: not under `--dry-run` */
  readonly writes: boolean;
  /** Whether something of an object that is worked on may have been written. */
  isTouched(target: Target): boolean;
  /** An object is done with. */
  forget(target: Target): void;
}

export interface Run {
  readonly targets: readonly Target[];
  readonly atOnce: number;
  begin(): Promise<void>;
}

/** One object after the other, none of them written. */
function oneByOne(targets: readonly Target[]): Pacing {
  const begin = (): Promise<void> => Promise.resolve();
  return { runs: [{ targets, atOnce: 1, begin }], writes: false, isTouched: () => false, forget: () => undefined };
}

/** Runs an action for each target; an error of one does not stop the others, a cancelled command does. The outcomes are in the order of the targets. */
export async function forEachTarget(
  targets: readonly Target[],
  context: Pick<Context, 'io' | 'signal'>,
  action: (target: Target) => Promise<Outcome>,
  pacing: Pacing = oneByOne(targets),
): Promise<Outcomes> {
  const { signal } = context;
  const progress = new Progress(context.io, targets.length);
  const known = new Map<Target, Outcome>();
  const begun = new Set<Target>();
  const inOrder = (): readonly Outcome[] => targets.flatMap((target) => known.get(target) ?? []);
  const turns = new Turns(signal);
  const work = async (target: Target): Promise<void> => {
    // What is written waits for answers anyway, and a pause would cut its batches.
    if (!pacing.writes && turns.due()) await turns.give();
    signal.throwIfAborted();
    begun.add(target);
    let outcome: Outcome;
    try {
      outcome = await action(target);
    } catch (error) {
      if (!(error instanceof Error) || signal.aborted) throw error;
      outcome = { target, error };
    }
    known.set(target, outcome);
    begun.delete(target);
    pacing.forget(target);
    progress.show(known.size);
  };
  try {
    for (const run of pacing.runs) {
      await run.begin();
      await atMost(run.atOnce, run.targets, work);
    }
  } catch (error) {
    if (!(error instanceof Error) || !signal.aborted) throw error;
    const touched = new Set([...begun].filter((target) => pacing.isTouched(target)));
    const unknown = targets.filter((target) => touched.has(target));
    const untouched = targets.filter((target) => !touched.has(target) && !known.has(target));
    const { writes } = pacing;
    const cause = signal.reason instanceof Error ? signal.reason : error;
    throw new Interrupted(inOrder(), { unknown, untouched, writes }, cause);
  } finally {
    progress.clear();
  }
  return { outcomes: inOrder(), singleKind: singleKindOf(targets) };
}

/** What Ctrl-C left of a command. */
interface Left {
  /** may have been written */
  readonly unknown: readonly Target[];
  /** was not written, nor checked */
  readonly untouched: readonly Target[];
  /** whether the command wrote anything; false: what is done was only checked */
  readonly writes?: boolean;
}

/** Ctrl-C ended the command. Whether `unknown` was written is not known; `untouched` was not. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted' as const;
  readonly outcomes: readonly Outcome[];
  readonly unknown: readonly Target[];
  readonly untouched: readonly Target[];
  readonly writes: boolean;
  constructor(outcomes: readonly Outcome[], { unknown, untouched, writes = true }: Left, cause: Error) {
    super(cause.message, { cause });
    this.outcomes = outcomes;
    this.unknown = unknown;
    this.untouched = untouched;
    this.writes = writes;
  }

  /** What was done and what was not, for the person who interrupted it. */
  get hints(): readonly string[] {
    const named = (targets: readonly Target[]): string =>
      targets.map(({ resource }) => identifier(refOf(resource))).join(', ');
    const done = this.outcomes.filter(({ error }) => error === undefined).map(({ target }) => target);
    const failed = this.outcomes.filter(({ error }) => error !== undefined).map(({ target }) => target);
    const { unknown, untouched } = this;
    return [
      ...(this.writes ? [] : ['nothing was written']),
      ...(done.length > 0 ? [`${this.writes ? 'done' : 'checked'}: ${named(done)}`] : []),
      ...(done.length === 0 && this.writes ? ['nothing was done before'] : []),
      ...(failed.length === 0 ? [] : [`failed: ${named(failed)}`]),
      ...(unknown.length === 0 ? [] : [`not known whether done: ${named(unknown)}`]),
      ...(untouched.length === 0 ? [] : [`not touched: ${named(untouched)}`]),
    ];
  }
}

/** The objects that are not what they were. */
export function effectsOf({ outcomes }: Pick<Outcomes, 'outcomes'>): readonly Effect[] {
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
