/**
 * The guard on writes that decide about BGP sessions: a person is told when sessions can no longer come up, nodes are left without any, or routes
 * without a way, and under `--safe` they are not made.
 *
 * Without `--safe` the datastore is read beside the first write. Where reading takes longer than writing the command waits for it no more than
 * {@link PATIENCE} milliseconds, and then says nothing; nor does it where looking takes long, at more than {@link QUICK} sessions. What was there before the writes is known from the writes themselves, so that it does not
 * matter when the reads took place. With `--safe` the command is first carried out as under `--dry-run`, and its outcome judged.
 */
import { isDenied, NotFound } from '../datastore/errors.ts';
import { OperationError } from './errors.ts';
import type { Target } from './input.ts';
import type { Told } from './bgp-cuts.ts';
import { effectsOf, Interrupted } from './outcome.ts';
import type { Effect } from './outcome.ts';
import { Session } from './session.ts';
import { sleep } from './sleep.ts';

/** Writes that are not made under `--safe`. The hints say what they would break, or why that is not known. */
export class UnsafeWrites extends OperationError {
  /** what was to be written, all of it */
  readonly targets: readonly Target[];
  constructor(targets: readonly Target[], why: string, hints: readonly string[]) {
    super(`refused: ${why}, nothing was written`, hints);
    this.targets = targets;
  }
}

/** Kinds that decide about sessions. */
const GUARDED: readonly string[] = ['Node', 'BGPPeer', 'BGPConfiguration'];

/** Milliseconds that a command waits for what it reads once its writes are done: less than a person notices. */
const PATIENCE = 100;

/** Sessions of BGPPeers that are looked at within a moment. */
const QUICK = 50_000;

export interface GuardedWrites<T> {
  readonly session: Session;
  /** what the command is about */
  readonly targets: readonly Target[];
  readonly safe: boolean;
  /** makes the writes; under `--safe` twice, the first time in a session that writes nothing */
  readonly write: (session: Session) => Promise<T>;
  /** what was changed; what failed or stayed as it was is left out */
  readonly effects: (result: T) => readonly Effect[];
}

/**
 * Makes the writes, and looks at what they do to BGP.
 * @throws {UnsafeWrites} under `--safe`, when they take sessions or routes away; and what the writes throw
 */
export async function guarded<T>(writes: GuardedWrites<T>): Promise<T> {
  const { session, targets, safe, write } = writes;
  if (!targets.some(isGuarded)) return write(session);
  return safe ? judgedFirst(writes) : toldAfterwards(writes);
}

/** Whether what is done to an object is judged. */
export const isGuarded = ({ kind }: Pick<Target, 'kind'>): boolean => GUARDED.includes(kind.name);

async function judgedFirst<T>({ session, targets, write, effects }: GuardedWrites<T>): Promise<T> {
  const rehearsal = session.dryRun ? session : new Session(session.context, session.datastore, { dryRun: true });
  const [looking, rehearsed] = await Promise.allSettled([look(session), write(rehearsal)]);
  if (rehearsed.status === 'rejected') throw rehearsed.reason;
  if (looking.status === 'rejected') throw looking.reason;
  const done = effects(rehearsed.value).filter(({ target }) => isGuarded(target));
  const unread = looking.value?.unread ?? [];
  if (unread.length > 0)
    throw new UnsafeWrites(targets, 'what becomes of BGP sessions cannot be told', [
      `stored, but not readable: ${unread.join(', ')}; repair that first, or write without --safe`,
    ]);
  const told = looking.value?.describeCuts([...done, ...dependent(targets, done)]);
  if (told !== undefined && told.cuts.length > 0)
    throw new UnsafeWrites(targets, 'BGP sessions or routes would be lost', told.cuts);
  for (const risk of told?.risks ?? []) session.context.warn(risk);
  return session.dryRun ? rehearsed.value : write(session);
}

/** BGPPeers that a rehearsal cannot create, because it does not create their filters, which are part of the same command. */
function dependent(targets: readonly Target[], done: readonly Effect[]): readonly Effect[] {
  if (!targets.some(({ kind }) => kind.name === 'BGPFilter')) return [];
  const known = new Set(done.map(({ target }) => target));
  return targets
    .filter((target) => target.kind.name === 'BGPPeer' && !known.has(target))
    .map((target) => ({ target, after: target.resource }));
}

async function toldAfterwards<T>({ session, write, effects }: GuardedWrites<T>): Promise<T> {
  const writing = write(session);
  const looking = look(session).catch(() => undefined);
  const tell = async (made: readonly Effect[]): Promise<void> => {
    const done = made.filter(({ target }) => isGuarded(target));
    if (done.length === 0) return;
    const view = await atOnce(looking, session.context.signal);
    try {
      const told = view?.describeCuts(done, QUICK);
      for (const line of [...(told?.cuts ?? []), ...(told?.risks ?? [])]) session.context.warn(line);
    } catch {
      // The writes are done: what cannot be judged of them does not make them fail.
    }
  };
  try {
    const result = await writing;
    await tell(effects(result));
    return result;
  } catch (error) {
    // What was looked at before Ctrl-C is still there.
    if (error instanceof Interrupted) await tell(effectsOf(error));
    throw error;
  }
}

interface View {
  /** objects that are stored and cannot be read */
  readonly unread: readonly string[];
  describeCuts(effects: readonly Effect[], most?: number): Told;
}

/** Reads what decides about sessions; undefined when some of it may not be read. */
async function look({ datastore }: Session): Promise<View | undefined> {
  const lists = GUARDED.map(async (kind) => {
    try {
      const { items, skipped = [] } = await datastore.list({ kind });
      return { items, skipped };
    } catch (error) {
      if (error instanceof NotFound) return { items: [], skipped: [] };
      throw error;
    }
  });
  try {
    const [{ describeCuts }, ...listed] = await Promise.all([import('./bgp-cuts.ts'), ...lists]);
    const resources = listed.flatMap(({ items }) => items);
    return {
      unread: [...new Set(listed.flatMap(({ skipped }) => skipped))],
      describeCuts: (effects, most) => describeCuts(resources, effects, most),
    };
  } catch (error) {
    if (isDenied(error)) return undefined;
    throw error;
  }
}

/** What a promise gives if it does so soon. */
async function atOnce<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  const enough = new AbortController();
  const late = sleep(PATIENCE, AbortSignal.any([signal, enough.signal])).then(
    () => undefined,
    () => undefined,
  );
  try {
    return await Promise.race([promise, late]);
  } finally {
    enough.abort();
  }
}
