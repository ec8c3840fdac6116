/** Route reflectors on day two: which there are, one more, one fewer. */
import type { Context } from '../../context.ts';
import { planAdd, planRemove } from '../../bgp/convert/day-two.ts';
import { reflectorPeers, reflectorsOf } from '../../bgp/convert/reflector-peers.ts';
import { nodesMatching } from '../../bgp/model.ts';
import { SessionPlan } from '../../bgp/sessions.ts';
import { openSession } from '../input.ts';
import type { CommonOptions } from '../input.ts';
import { withNodeMeant } from '../no-such-node.ts';
import { ResourceClient } from '../resource-client.ts';
import { refuseUnknown } from './gate.ts';
import { NO_JOURNAL } from './journal.ts';
import { countWorkloads } from './make-plan.ts';
import type { MadePlan } from './make-plan.ts';
import { withGate } from './run.ts';
import type { GateInput } from './run.ts';
import { asPlanned, Runner } from './runner.ts';
import { Broken, Stopped } from './stopped.ts';
import { fingerprints, readWorld } from './world.ts';

export interface Reflector {
  readonly name: string;
  readonly clusterId: string;
  readonly ipv4: string;
  readonly ipv6: string;
  /** nodes that are its clients in any family */
  readonly clients: number;
  /** BGPPeers that select it */
  readonly peers: readonly string[];
  /** undefined where they could not be counted */
  readonly workloads: number | undefined;
}

export interface ReflectorList {
  readonly reflectors: readonly Reflector[];
  readonly meshEnabled: boolean;
}

/** The reflectors, in bytewise order of their names. @throws the datastore's errors */
export async function listReflectors(context: Context, options: CommonOptions): Promise<ReflectorList> {
  const client = new ResourceClient(await openSession(context, options));
  const [{ cluster }, workloads] = await Promise.all([readWorld(client), countWorkloads(client)]);
  const plan = new SessionPlan(cluster);
  const peers = reflectorPeers(cluster);
  const reflectors = reflectorsOf(cluster).map((node): Reflector => {
    const { name, clusterId, ipv4, ipv6 } = node;
    const clients = new Set(
      (['ipv4', 'ipv6'] as const)
        .flatMap((family) => plan.explicit(node, family))
        .flatMap((session) => (session.rrClient ? [session.node ?? session.neighbor] : [])),
    );
    return {
      name,
      clusterId,
      ipv4,
      ipv6,
      clients: clients.size,
      peers: peers
        .filter(({ peerSelector }) => nodesMatching([node], peerSelector).length > 0)
        .map((peer) => peer.name),
      workloads: workloads === undefined ? undefined : (workloads.get(name) ?? 0),
    };
  });
  return { reflectors, meshEnabled: cluster.meshEnabled };
}

export interface ChangeReflectorInput extends CommonOptions, GateInput {
  readonly verb: 'add' | 'remove';
  readonly node: string;
  /** of the new reflector; undefined for that of the others */
  readonly clusterId: string | undefined;
  /** other nodes may be left with one reflector */
  readonly allowSingle: boolean;
  /** asked before the write. @throws when nobody agrees */
  readonly agree: (made: MadePlan) => Promise<void>;
}

/**
 * Adds or removes one reflector behind a gate.
 * @returns false when there was nothing to do
 * @throws {Stopped} when it does not go on, and the datastore's errors
 */
export async function changeReflector(context: Context, input: ChangeReflectorInput): Promise<boolean> {
  const { verb, node, clusterId, allowSingle, on } = input;
  const client = new ResourceClient(await openSession(context, input));
  const [world, workloads] = await Promise.all([readWorld(client), countWorkloads(client)]);
  refuseUnknown(world.cluster, input.except);
  const { plan, failures } =
    verb === 'add'
      ? planAdd(world.resources, workloads, node, clusterId)
      : planRemove(world.resources, workloads, node, allowSingle);
  const [first, ...more] = withNodeMeant(failures, world.cluster.nodes);
  if (first !== undefined)
    throw new Stopped('precondition', first.message, [
      ...(first.hint === '' ? [] : [first.hint]),
      ...more.map(({ message }) => message),
      'nothing was written',
    ]);
  if (plan.steps.length === 0) return false;
  const stored = { plan, world: await fingerprints(world, plan) };
  await withGate(client, input, world.cluster, async (gate) => {
    // Whoever removes a reflector may do that because it is down.
    const down = verb === 'remove' ? node : undefined;
    await gate.check(world.cluster, down);
    await input.agree({ stored, failures });
    on({ event: 'measuring' });
    if (down !== undefined && (await gate.forgiveNode(world.cluster, down))) on({ event: 'forgiven', nodes: [down] });
    const baseline = await gate.measure(world.cluster);
    on({ event: 'measured', nodes: baseline.size });
    await asPlanned({ client, stored });
    try {
      await new Runner({ client, stored, gate, journal: NO_JOURNAL, on }).forward();
    } catch (error) {
      throw withHints(context, error, verb, node);
    }
  });
  return true;
}

function withHints({ signal }: Context, error: unknown, verb: 'add' | 'remove', node: string): Error {
  const reason: unknown = signal.aborted ? signal.reason : error;
  const cause = reason instanceof Error ? reason : new Error(String(reason));
  const next = [
    `see how it is: calicoctl bgp reflectors list`,
    verb === 'add'
      ? `take it back with: calicoctl bgp reflectors remove ${node}`
      : `take it back with: calicoctl bgp reflectors add ${node}`,
  ];
  return cause instanceof Stopped
    ? new Stopped(cause.reason, cause.message, [...cause.hints, ...next], cause.cause)
    : new Broken(cause, next);
}
