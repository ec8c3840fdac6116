/** Carries out the steps of a plan, forwards or backwards, each behind its gate. */
import type { Plan } from '../../bgp/convert/plan.ts';
import { idOf, undone } from '../../bgp/convert/writes.ts';
import type { Write } from '../../bgp/convert/writes.ts';
import type { ResourceClient } from '../resource-client.ts';
import type { ConvertEvent } from './events.ts';
import type { Gate } from './gate.ts';
import type { Direction, JournalWriter } from './journal.ts';
import type { StoredPlan } from './plan-file.ts';
import { Stopped } from './stopped.ts';
import { contentOf, differences, fingerprints, makeWrite, readWorld, stateIn } from './world.ts';
import type { World } from './world.ts';

export interface RunnerParts {
  readonly client: ResourceClient;
  readonly stored: StoredPlan;
  readonly gate: Gate;
  readonly journal: JournalWriter;
  readonly on: (event: ConvertEvent) => void;
}

export class Runner {
  readonly #parts: RunnerParts;
  readonly #plan: Plan;

  constructor(parts: RunnerParts) {
    this.#parts = parts;
    this.#plan = parts.stored.plan;
  }

  /** Makes the writes that are not made yet, in their order. @throws {Stopped}, and the datastore's errors */
  async forward(): Promise<void> {
    const { steps } = this.#plan;
    for (const [index, { writes, gate }] of steps.entries()) {
      let wrote = false;
      for (const [number, write] of writes.entries()) {
        const world = await asPlanned(this.#parts);
        if (stateIn(world, write) === 'after') continue;
        if (!wrote) this.#begin(index, 'forward');
        await this.#write(world, write, { direction: 'forward', step: index, write: number });
        wrote = true;
      }
      if (wrote) await this.#wait(index, 'forward', gate);
    }
  }

  /** Takes back the writes that were made, the last one first. @throws {Stopped}, and the datastore's errors */
  async back(): Promise<void> {
    const { steps } = this.#plan;
    for (const [index, { writes }] of [...steps.entries()].toReversed()) {
      let wrote = false;
      for (const [number, write] of [...writes.entries()].toReversed()) {
        const world = await touchedAsPlanned(this.#parts);
        if (stateIn(world, write) === 'before') continue;
        if (!wrote) this.#begin(index, 'back');
        await this.#write(world, undone(write), { direction: 'back', step: index, write: number });
        wrote = true;
      }
      if (wrote) await this.#wait(index, 'back', this.#parts.gate.backwards);
    }
  }

  #begin(index: number, direction: Direction): void {
    const step = this.#plan.steps[index];
    if (step === undefined) return;
    const { does, risk } = step;
    this.#parts.on({ event: 'step', direction, number: index + 1, of: this.#plan.steps.length, does, risk });
  }

  async #write(
    world: World,
    write: Write,
    place: { readonly direction: Direction; readonly step: number; readonly write: number },
  ): Promise<void> {
    const { client, journal, on } = this.#parts;
    const id = idOf(write);
    await journal.intent(place, id, contentOf(world.byId.get(id)));
    await makeWrite(client, write);
    await journal.done(place, id);
    on({ event: 'written', action: write.action, kind: write.kind, name: write.name });
  }

  async #wait(index: number, direction: Direction, until: string): Promise<void> {
    const { client, gate, journal, on } = this.#parts;
    on({ event: 'gate', number: index + 1, until });
    const { cluster } = await readWorld(client);
    await gate.pass(
      cluster,
      'gate',
      `step ${index + 1} of ${this.#plan.steps.length} is written, and its gate does not open`,
    );
    await journal.gate(direction, index);
    on({ event: 'passed', number: index + 1 });
  }
}

type Checked = Pick<RunnerParts, 'client' | 'stored'>;

/**
 * Reads the cluster, which must be as it was when the plan was made, but for the plan's own writes, of which the first ones may be made.
 * @throws {Stopped} a conflict
 */
export async function asPlanned({ client, stored }: Checked): Promise<World> {
  const world = await touchedAsPlanned({ client, stored });
  const changes = differences(stored.world, await fingerprints(world, stored.plan));
  if (changes.length > 0) throw conflict('the cluster is not as it was when the plan was made', changes);
  return world;
}

/** Reads the cluster, in which what the plan writes must be as it is before or after that. @throws {Stopped} a conflict */
export async function touchedAsPlanned({ client, stored }: Checked): Promise<World> {
  const world = await readWorld(client);
  const states = stored.plan.steps.flatMap(({ writes }) =>
    writes.map((write) => ({ id: idOf(write), state: stateIn(world, write) })),
  );
  const odd = states.filter(({ state }) => state === 'other').map(({ id }) => id);
  if (odd.length > 0)
    throw conflict(
      'what the plan writes is not as planned',
      odd.map((id) => `${id} is neither as before nor as after its step`),
    );
  const firstLeft = states.findIndex(({ state }) => state === 'before');
  const early = firstLeft < 0 ? [] : states.slice(firstLeft).filter(({ state }) => state === 'after');
  if (early.length > 0)
    throw conflict(
      'steps were made out of their order',
      early.map(({ id }) => `${id} is as after its step, and ${states[firstLeft]?.id ?? ''} is not`),
    );
  return world;
}

function conflict(message: string, changes: readonly string[]): Stopped {
  const shown = changes.slice(0, 10);
  return new Stopped('conflict', message, [
    ...shown,
    ...(changes.length > shown.length ? [`and ${changes.length - shown.length} more`] : []),
  ]);
}
