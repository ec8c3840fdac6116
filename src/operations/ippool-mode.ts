/** Shows how the traffic of a pool is carried, or changes it after saying what that means. */
import type { Context } from '../context.ts';
import { Conflict, NotFound, Unavailable } from '../datastore/errors.ts';
import { usageOf } from '../ipam/usage.ts';
import type { Usage } from '../ipam/usage.ts';
import { requireKind } from '../kinds/index.ts';
import type { Ref, Resource } from '../kinds/resource.ts';
import { isJsonObject } from '../kinds/schema.ts';
import { parseCidrOrIp } from '../net/cidr.ts';
import { encapsulationOf, pathOf, sameModes } from '../overlay/modes.ts';
import type { Mode, Modes, Path } from '../overlay/modes.ts';
import { neighbourhood } from '../overlay/pairs.ts';
import type { Neighbourhood, Pairs } from '../overlay/pairs.ts';
import { OperationError } from './errors.ts';
import { openSession } from './input.ts';
import type { CommonOptions } from './input.ts';
import { poolModes, podMtu } from './ippool-mtu.ts';
import type { PodMtu, PoolModes } from './ippool-mtu.ts';
import { poolOperator } from './ippool-operator.ts';
import type { PoolOperator } from './ippool-operator.ts';
import { poolRisks } from './ippool-risks.ts';
import type { PoolRisk } from './ippool-risks.ts';
import { readSurroundings } from './ippool-view.ts';
import { Interrupted } from './outcome.ts';
import { ResourceClient } from './resource-client.ts';

export type { Mode, Modes, Path } from '../overlay/modes.ts';
export { MODES } from '../overlay/modes.ts';
export type { MtuSetting } from './ippool-mtu.ts';
export type { PoolOperator } from './ippool-operator.ts';
export type { PoolRisk } from './ippool-risks.ts';

export interface PoolModeInput extends CommonOptions {
  readonly name: string;
  /** the modes to set; with neither the pool is only looked at */
  readonly ipip: Mode | undefined;
  readonly vxlan: Mode | undefined;
  /** told what will be done, and how to undo it, before anything is written */
  readonly planned: (plan: PoolModePlan) => void;
}

/** A kind of pairs of nodes, and how packets travel between the two. */
export interface PairPath {
  readonly pairs: keyof Pairs;
  readonly count: number;
  /** both ways of a one-way pair, the sending node's own subnet first; empty when not known */
  readonly before: readonly Path[];
  readonly after: readonly Path[];
}

export interface PoolNodes {
  readonly total: number;
  /** nodes without a usable address of the pool's IP version */
  readonly withoutAddress: number;
  readonly alone: number;
  readonly subnets: Neighbourhood['subnets'];
  readonly paths: readonly PairPath[];
  /** pairs whose packets travel in another way afterwards */
  readonly changing: number;
}

/** What is, and what would be. Parts that are undefined could not be read. */
export interface PoolModePlan {
  readonly name: string;
  readonly cidr: string;
  readonly before: Modes;
  readonly after: Modes;
  /** whether modes were asked for */
  readonly asked: boolean;
  readonly changed: boolean;
  readonly mtu: PodMtu;
  readonly usage: Usage | undefined;
  readonly nodes: PoolNodes | undefined;
  readonly others: readonly (PoolModes & { readonly disabled: boolean })[] | undefined;
  readonly operator: PoolOperator;
  /** none where nothing changes */
  readonly risks: readonly PoolRisk[];
}

export interface PoolModeResult {
  readonly plan: PoolModePlan;
  /** `refused`: risky and `safe`, so nothing was written; under dry run `configured` is what would have happened */
  readonly result: 'shown' | 'unchanged' | 'configured' | 'refused';
}

/**
 * One write at most, against the revision that the plan was made from.
 * @throws {OperationError} for modes that exclude each other, and the datastore's errors
 */
export async function poolMode(context: Context, input: PoolModeInput): Promise<PoolModeResult> {
  const client = new ResourceClient(await openSession(context, input));
  const ref: Ref = { kind: 'IPPool', name: input.name };
  const reading = readSurroundings(client);
  reading.catch(() => undefined);
  let stored: Resource;
  try {
    stored = await client.get(ref);
  } catch (error) {
    if (!(error instanceof NotFound)) throw error;
    const known = (await reading).pools?.map(({ metadata }) => metadata.name ?? '') ?? [];
    throw new OperationError(error.message, known.length === 0 ? [] : [`pools: ${known.join(', ')}`], error);
  }
  const pool = poolModes(stored);
  const after = wantedModes(pool, input);
  const surroundings = await reading;
  const asked = input.ipip !== undefined || input.vxlan !== undefined;
  const changed = !sameModes(pool, after);
  const mtu = podMtu(pool, after, surroundings);
  const [usage] = surroundings.blocks === undefined ? [] : usageOf([pool.cidr], surroundings.blocks);
  const neighbours = surroundings.nodes && neighboursOf(surroundings.nodes, pool.version);
  const operator = poolOperator(stored, after, surroundings.installation);
  const live = client.session.datastore.type !== 'local';
  const facts = { version: pool.version, before: pool, after, mtu, operator, nodes: neighbours, usage, live };
  const plan: PoolModePlan = {
    name: pool.name,
    cidr: pool.cidr,
    before: { ipipMode: pool.ipipMode, vxlanMode: pool.vxlanMode },
    after,
    asked,
    changed,
    mtu,
    usage,
    nodes: neighbours && withPaths(neighbours, pool, after),
    others: surroundings.pools?.map(poolModes).filter(({ name }) => name !== pool.name),
    operator,
    risks: changed ? poolRisks({ ...facts, surroundings }) : [],
  };
  input.planned(plan);
  if (!changed) return { plan, result: asked ? 'unchanged' : 'shown' };
  if (input.safe && plan.risks.length > 0) return { plan, result: 'refused' };
  await write(client, stored, after);
  return { plan, result: 'configured' };
}

/** @throws {OperationError} when they exclude each other */
function wantedModes(pool: PoolModes, { ipip, vxlan }: Pick<PoolModeInput, 'ipip' | 'vxlan'>): Modes {
  const wanted: Modes = { ipipMode: ipip ?? pool.ipipMode, vxlanMode: vxlan ?? pool.vxlanMode };
  const exclude = 'IPIP and VXLAN exclude each other';
  const command = `calicoctl ippool mode ${pool.name}`;
  if (pool.version === 6 && ipip !== undefined && ipip !== 'Never') {
    throw new OperationError('IPIP is not supported on IPv6 pools', [`VXLAN is: ${command} --vxlan ${ipip}`]);
  }
  if (wanted.ipipMode === 'Never' || wanted.vxlanMode === 'Never') return wanted;
  if (ipip !== undefined && vxlan !== undefined)
    throw new OperationError(`--ipip ${ipip} and --vxlan ${vxlan}: ${exclude}`, ['one of them has to be Never']);
  const [field, value, instead] =
    ipip === undefined
      ? ['ipipMode', pool.ipipMode, `--ipip Never --vxlan ${wanted.vxlanMode}`]
      : ['vxlanMode', pool.vxlanMode, `--ipip ${wanted.ipipMode} --vxlan Never`];
  throw new OperationError(`IPPool(${pool.name}) has ${field} ${value}: ${exclude}`, [
    `to change from one to the other: ${command} ${instead}`,
  ]);
}

type Neighbours = Neighbourhood & { readonly withoutAddress: number; readonly total: number };

function neighboursOf(nodes: readonly Resource[], version: 4 | 6): Neighbours {
  const addresses = nodes.flatMap(({ spec }) => {
    const address = isJsonObject(spec['bgp']) ? spec['bgp'][`ipv${version}Address`] : undefined;
    const cidr = typeof address === 'string' ? parseCidrOrIp(address) : undefined;
    return cidr?.ip.version === version ? cidr : [];
  });
  const withoutAddress = nodes.length - addresses.length;
  return { ...neighbourhood(addresses, withoutAddress), withoutAddress, total: nodes.length };
}

function withPaths({ pairs, ...nodes }: Neighbours, before: Modes, after: Modes): PoolNodes {
  const seen: readonly (readonly [keyof Pairs, (modes: Modes) => readonly Path[]])[] = [
    ['same', (modes) => [pathOf(modes, 'same')]],
    ['across', (modes) => [pathOf(modes, 'across')]],
    ['oneWay', (modes) => [pathOf(modes, 'same'), pathOf(modes, 'across')]],
    ['unknown', (modes) => (encapsulationOf(modes) === undefined ? ['direct'] : [])],
  ];
  const paths = seen.map(([name, path]) => ({
    pairs: name,
    count: pairs[name],
    before: path(before),
    after: path(after),
  }));
  const changing = paths
    .filter(({ pairs: name, before: from, after: to }) => name !== 'unknown' && from.join() !== to.join())
    .reduce((sum, { count }) => sum + count, 0);
  const { total, withoutAddress, alone, subnets } = nodes;
  return { total, withoutAddress, alone, subnets, paths, changing };
}

async function write(client: ResourceClient, stored: Resource, { ipipMode, vxlanMode }: Modes): Promise<void> {
  const next = { ...stored, spec: { ...stored.spec, ipipMode, vxlanMode } };
  const { signal } = client.session.context;
  signal.throwIfAborted();
  try {
    await client.update(next, stored);
  } catch (error) {
    if (signal.aborted && error instanceof Error) {
      const reason: unknown = signal.reason;
      const cause = reason instanceof Error ? reason : error;
      const unknown = [{ kind: requireKind('IPPool'), resource: next }];
      throw new Interrupted([], { unknown, untouched: [] }, cause);
    }
    if (error instanceof Conflict || error instanceof NotFound) {
      const hint = 'nothing was written: the pool has changed since the plan was made; run the command again';
      throw new OperationError(error.message, [hint], error);
    }
    if (error instanceof Unavailable && (error.phase === 'request' || error.phase === 'response')) {
      const { name = '' } = stored.metadata;
      const hint = `whether it was written is not known: calicoctl ippool mode ${name} shows it`;
      throw new OperationError(error.message, [hint], error);
    }
    throw error;
  }
}
