/** In which order, and how many at a time, the objects of a command are written, so that the outcome is that of one after the other. */
import type { Datastore } from '../datastore/datastore.ts';
import { identifier, refOf } from '../kinds/resource.ts';
import type { Ref, Resource } from '../kinds/resource.ts';
import { Dispatcher } from './dispatch.ts';
import type { Target } from './input.ts';
import type { Pacing, Run } from './outcome.ts';
import type { Session } from './session.ts';
import type { Known } from './write.ts';

/** How many objects are written at once where nothing else is asked for. */
export const DEFAULT_CONCURRENCY = 16;
/** How many are worked on where they go in batches: two transactions of etcd, so that one is prepared while the other is under way. */
const WINDOW = 256;
/** So many reads cost as much as one request of a list. */
const READS_PER_LIST = 50;
/** Milliseconds for which a list is taken at its word that an object need not be written. */
const TRUSTED = 3000;

export interface PaceOptions {
  readonly session: Session;
  readonly targets: readonly Target[];
  /** what the command may do to an object */
  readonly writes: readonly ('create' | 'update' | 'delete')[];
  /** 1: strictly one after the other */
  readonly concurrency: number;
  /** the object as the command line places it; undefined when it cannot be placed */
  readonly place: (target: Target) => Resource | undefined;
}

export class Pace implements Pacing {
  /** the session to write through */
  readonly session: Session;
  readonly runs: readonly Run[];
  readonly #dispatcher: Dispatcher;
  readonly #options: PaceOptions;
  #known = new Map<string, Resource>();
  #listedAt = 0;

  constructor(options: PaceOptions) {
    const { session, concurrency } = options;
    this.#options = options;
    this.#dispatcher = new Dispatcher(session.datastore, concurrency > 1);
    this.session = session.through(this.#dispatcher);
    this.runs = this.#plan();
  }

  /** The object as it is stored, if the run began with a list. */
  known(ref: Ref): Known | undefined {
    const resource = this.#known.get(identifier(ref));
    return resource && { resource, isRecent: () => this.#isRecent() };
  }

  #isRecent(): boolean {
    const age = this.#now() - this.#listedAt;
    return age >= 0 && age < TRUSTED;
  }

  #now(): number {
    return this.#options.session.context.now().getTime();
  }

  get writes(): boolean {
    return !this.#options.session.dryRun;
  }

  isTouched(target: Target): boolean {
    if (!this.writes) return false;
    const { concurrency } = this.#options;
    const ref = this.#refOf(target);
    // What goes with deleting an object is done to others first.
    return concurrency === 1 || this.#isAlone(target) || (ref !== undefined && this.#dispatcher.isTouched(ref));
  }

  forget(target: Target): void {
    const ref = this.#refOf(target);
    if (ref !== undefined) this.#dispatcher.forget(ref);
  }

  #refOf(target: Target): Ref | undefined {
    const resource = this.#options.place(target);
    return resource && refOf(resource);
  }

  #isAlone({ kind }: Target): boolean {
    return this.#options.writes.some((write) => kind.client?.alone?.includes(write));
  }

  /** A run ends where the kind changes, and before an object that it has already: whoever comes later sees what came before. */
  #plan(): readonly Run[] {
    const runs: { readonly targets: Target[]; readonly atOnce: number; begin(): Promise<void> }[] = [];
    let names = new Names();
    for (const target of this.#options.targets) {
      const ref = this.#refOf(target);
      const last = runs.at(-1);
      if (last?.targets[0]?.kind === target.kind && !(ref !== undefined && names.has(ref))) last.targets.push(target);
      else {
        names = new Names();
        const targets = [target];
        runs.push({ targets, atOnce: this.#atOnce(target), begin: () => this.#begin(targets) });
      }
      if (ref !== undefined) names.add(ref);
    }
    return runs;
  }

  #atOnce(target: Target): number {
    const { concurrency, session } = this.#options;
    const { datastore, dryRun } = session;
    if (datastore.type === 'local' || this.#isAlone(target)) return 1;
    return concurrency > 1 && datastore.batch !== undefined && !dryRun ? WINDOW : concurrency;
  }

  async #begin(targets: readonly Target[]): Promise<void> {
    const [first] = targets;
    if (first === undefined) return;
    this.#dispatcher.beginRun(first.kind.name);
    this.#listedAt = this.#now();
    this.#known = await this.#survey(targets);
  }

  /** The stored objects of a run, if they are to be had for less than reading them one by one. */
  async #survey(targets: readonly Target[]): Promise<Map<string, Resource>> {
    const { session, writes, concurrency } = this.#options;
    const { datastore, context } = session;
    const requests = Math.floor(targets.length / READS_PER_LIST);
    const reads = writes.includes('update') || writes.includes('delete');
    if (concurrency === 1 || requests === 0 || !reads) return new Map();
    try {
      const items = (await datastore.survey?.(this.#selector(targets), requests)) ?? [];
      return new Map(items.map((item) => [identifier(refOf(item)), item]));
    } catch (error) {
      context.signal.throwIfAborted();
      // Whoever may not list them may still read them one by one; what else is wrong shows again.
      if (error instanceof Error) return new Map();
      throw error;
    }
  }

  #selector(targets: readonly Target[]): Parameters<Datastore['list']>[0] {
    const kind = targets[0]?.kind.name ?? '';
    const [namespace, ...others] = new Set(targets.map((target) => this.#refOf(target)?.namespace));
    return namespace === undefined || others.length > 0 ? { kind } : { kind, namespace };
  }
}

/** Names of objects of one kind. */
class Names {
  readonly #byNamespace = new Map<string, Set<string>>();

  has({ name, namespace = '' }: Ref): boolean {
    return this.#byNamespace.get(namespace)?.has(name) ?? false;
  }

  add({ name, namespace = '' }: Ref): void {
    const names = this.#byNamespace.get(namespace);
    if (names === undefined) this.#byNamespace.set(namespace, new Set([name]));
    else names.add(name);
  }
}
