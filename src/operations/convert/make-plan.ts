/** Making a plan, and writing it into a file. */
import type { Context, FileWriter } from '../../context.ts';
import type { Choice, Workloads } from '../../bgp/convert/choose.ts';
import type { Failure, ReflectorSettings, Target } from '../../bgp/convert/plan.ts';
import { planToMesh } from '../../bgp/convert/to-mesh.ts';
import { planToReflectors } from '../../bgp/convert/to-reflectors.ts';
import { openSession } from '../input.ts';
import type { CommonOptions } from '../input.ts';
import { withNodeMeant } from '../no-such-node.ts';
import { ResourceClient } from '../resource-client.ts';
import { isPlanText } from './plan-file.ts';
import type { StoredPlan } from './plan-file.ts';
import { journalOf, openJournal } from './journal-file.ts';
import { Stopped } from './stopped.ts';
import { fingerprints, readWorld } from './world.ts';

export type { Choice } from '../../bgp/convert/choose.ts';
export type { Failure, Plan, Step } from '../../bgp/convert/plan.ts';
export { planDocument, pointerOf } from './plan-file.ts';
export type { StoredPlan } from './plan-file.ts';
export type { Write } from '../../bgp/convert/writes.ts';

export interface MakePlanInput extends CommonOptions {
  readonly to: Target;
  readonly choice: Choice;
  readonly settings: ReflectorSettings;
  readonly allowSingle: boolean;
}

export interface MadePlan {
  readonly stored: StoredPlan;
  /** empty when the plan may be carried out */
  readonly failures: readonly Failure[];
}

/**
 * Makes a plan for the cluster as it is. Nothing is written.
 * @throws {Stopped} when there is no node, or something that decides about sessions cannot be read, and the datastore's errors
 */
export async function makePlan(context: Context, input: MakePlanInput): Promise<MadePlan> {
  const client = new ResourceClient(await openSession(context, input));
  const [world, workloads] = await Promise.all([
    readWorld(client),
    input.to === 'reflectors' ? countWorkloads(client) : undefined,
  ]);
  if (client.unread.size > 0)
    throw new Stopped('precondition', `stored, but not readable: ${[...client.unread].join(', ')}`, [
      'a plan without it would be made for another cluster: repair that first',
    ]);
  if (world.cluster.nodes.length === 0)
    throw new Stopped('precondition', 'there is no Node in the datastore, so there is nothing to plan', [
      'look whether this is the datastore that is meant: calicoctl get nodes',
    ]);
  const { plan, failures } =
    input.to === 'mesh' ? planToMesh(world.resources) : planToReflectors(world.resources, workloads, input);
  return {
    stored: { plan, world: await fingerprints(world, plan) },
    failures: withNodeMeant(failures, world.cluster.nodes),
  };
}

/** Looks whether a plan may be written into a file. @throws {Stopped} when it is there and holds something else */
export async function refuseOtherFile({ files }: Pick<Context, 'files'>, path: string): Promise<void> {
  let text;
  try {
    text = new TextDecoder().decode(await files.read(path));
  } catch {
    // Whatever stands in the way shows when it is written.
    return;
  }
  if (text.trim() !== '' && !isPlanText(text))
    throw new Stopped('precondition', `${path} is there and is no plan: it is kept`, [
      'write the plan into another file with --out',
    ]);
}

/** Workloads by node; undefined where they may not be listed. */
export async function countWorkloads(client: ResourceClient): Promise<Workloads> {
  const counts = new Map<string, number>();
  try {
    for (const { spec } of await client.list('WorkloadEndpoint')) {
      const { node } = spec;
      if (typeof node === 'string') counts.set(node, (counts.get(node) ?? 0) + 1);
    }
  } catch {
    client.session.context.signal.throwIfAborted();
    return undefined;
  }
  return counts;
}

/** Writes the text of a plan. @throws {Stopped} when the file is a plan that was begun or is being carried out, and the errors of the files */
export async function savePlan(writer: FileWriter, path: string, content: string): Promise<void> {
  const log = await openJournal(writer, path);
  try {
    const { state } = journalOf(log, path, () => new Date(0));
    if (state === 'begun' || state === 'applied')
      throw new Stopped('precondition', `${path} is a plan that was ${state}, and is kept`, [
        'write this one into another file with --out',
      ]);
    await writer.replace(path, content);
  } finally {
    await log.close();
  }
}
