/** What can go wrong when the modes of a pool change. */
import type { Resource } from '../kinds/resource.ts';
import { encapsulationOf, pathOf } from '../overlay/modes.ts';
import type { Encapsulation, Modes } from '../overlay/modes.ts';
import { mtuField } from '../overlay/mtu.ts';
import type { Version } from '../overlay/mtu.ts';
import type { Neighbourhood } from '../overlay/pairs.ts';
import { bgpDisabled } from './ippool-operator.ts';
import type { PoolOperator } from './ippool-operator.ts';
import type { PodMtu } from './ippool-mtu.ts';
import type { PoolSurroundings } from './ippool-view.ts';

/** A risk and its facts; the words for it are the command's. */
export type PoolRisk =
  /** addresses of the pool are in use: their traffic changes path while it flows */
  | { readonly risk: 'in-use'; readonly allocations: number; readonly nodes: number }
  /** whether addresses are in use is not known */
  | { readonly risk: 'use-unknown' }
  /** pods that run keep an MTU that is too large by so many bytes */
  | { readonly risk: 'mtu-shrinks'; readonly bytes: number }
  /** the MTU set for the next encapsulation needs more of the hosts than the one set for the last */
  | { readonly risk: 'mtu-larger'; readonly field: string; readonly hostMtu: number; readonly before: number }
  | { readonly risk: 'reverted'; readonly operator: PoolOperator }
  /** without encapsulation, the network between subnets has to know the pool */
  | { readonly risk: 'not-routed'; readonly pairs: number; readonly unknown: number }
  /** nothing carries routes of the pool from node to node */
  | { readonly risk: 'no-bgp'; readonly because: 'operator' | 'no-sessions' }
  /** FelixConfigurations forbid the tunnel */
  | { readonly risk: 'tunnel-off'; readonly encapsulation: Encapsulation; readonly configurations: readonly string[] }
  /** CrossSubnet, and one way is encapsulated where the other is not */
  | { readonly risk: 'one-way'; readonly pairs: number }
  /** CrossSubnet, and nodes to which every other node is across */
  | { readonly risk: 'alone'; readonly nodes: number }
  /** nodes without an address of the pool's IP version: no path to them is known */
  | { readonly risk: 'no-address'; readonly nodes: number };

export interface RiskFacts {
  readonly version: Version;
  readonly before: Modes;
  readonly after: Modes;
  readonly mtu: PodMtu;
  readonly operator: PoolOperator;
  /** undefined when the nodes are not known */
  readonly nodes: (Neighbourhood & { readonly withoutAddress: number; readonly total: number }) | undefined;
  readonly usage: { readonly allocations: number; readonly nodes: ReadonlyMap<string, number> } | undefined;
  /** whether the datastore is one of a running cluster */
  readonly live: boolean;
  readonly surroundings: PoolSurroundings;
}

/** The risks of a change, the heaviest for running traffic first. */
export function poolRisks(facts: RiskFacts): readonly PoolRisk[] {
  return [...trafficRisks(facts), ...routeRisks(facts), ...mtuRisks(facts), ...nodeRisks(facts)];
}

function trafficRisks({ usage, live, operator }: RiskFacts): readonly PoolRisk[] {
  const risks: PoolRisk[] = [];
  if (usage === undefined) {
    if (live) risks.push({ risk: 'use-unknown' });
  } else if (usage.allocations > 0)
    risks.push({ risk: 'in-use', allocations: usage.allocations, nodes: usage.nodes.size });
  if (operator.state === 'reverts') risks.push({ risk: 'reverted', operator });
  return risks;
}

function routeRisks({ before, after, nodes, surroundings }: RiskFacts): readonly PoolRisk[] {
  const risks: PoolRisk[] = [];
  const { pairs } = nodes ?? {};
  const apart = pairs === undefined ? 0 : pairs.across + pairs.oneWay;
  if (pathOf(after, 'across') === 'direct' && pathOf(before, 'across') !== 'direct') {
    const unknown = pairs?.unknown ?? 0;
    if (apart > 0 || unknown > 0) risks.push({ risk: 'not-routed', pairs: apart, unknown });
  }
  const encapsulation = encapsulationOf(after);
  const felix = surroundings.felix ?? [];
  if (encapsulation !== 'VXLAN' && nodes?.total !== 1 && !routedByFelix(felix, encapsulation)) {
    const because = bgpOff(surroundings);
    if (because !== undefined) risks.push({ risk: 'no-bgp', because });
  }
  if (encapsulation !== undefined) {
    const field = encapsulation === 'IPIP' ? 'ipipEnabled' : 'vxlanEnabled';
    const configurations = felix.filter(({ spec }) => spec[field] === false).map(({ metadata }) => metadata.name ?? '');
    if (configurations.length > 0) risks.push({ risk: 'tunnel-off', encapsulation, configurations });
  }
  return risks;
}

function mtuRisks({ mtu, before, after, version, usage, live }: RiskFacts): readonly PoolRisk[] {
  const risks: PoolRisk[] = [];
  const bytes = (mtu.after.all ?? mtu.after.pool) - (mtu.before.all ?? mtu.before.pool);
  const runs = live && usage?.allocations !== 0;
  if (bytes > 0 && runs) risks.push({ risk: 'mtu-shrinks', bytes });
  const [last, next] = [encapsulationOf(before), encapsulationOf(after)];
  if (last === undefined || next === undefined || last === next) return risks;
  const set = (transport: Encapsulation) => {
    const field = mtuField({ transport, version });
    return mtu.settings?.find((setting) => setting.field === field && setting.configurations.includes('default'));
  };
  const [old, now] = [set(last), set(next)];
  if (old !== undefined && now !== undefined && now.hostMtu > old.hostMtu)
    risks.push({ risk: 'mtu-larger', field: now.field, hostMtu: now.hostMtu, before: old.hostMtu });
  return risks;
}

function nodeRisks({ nodes, after }: RiskFacts): readonly PoolRisk[] {
  const risks: PoolRisk[] = [];
  if (nodes === undefined) return risks;
  if (pathOf(after, 'same') !== pathOf(after, 'across')) {
    if (nodes.pairs.oneWay > 0) risks.push({ risk: 'one-way', pairs: nodes.pairs.oneWay });
    if (nodes.alone > 0) risks.push({ risk: 'alone', nodes: nodes.alone });
  }
  if (nodes.withoutAddress > 0) risks.push({ risk: 'no-address', nodes: nodes.withoutAddress });
  return risks;
}

/** Whether Felix itself programs the routes that are BIRD's otherwise. */
function routedByFelix(felix: readonly Resource[], encapsulation: Encapsulation | undefined): boolean {
  const setting = felix.find(({ metadata }) => metadata.name === 'default')?.spec['programClusterRoutes'];
  return setting === 'Enabled' || setting === (encapsulation === 'IPIP' ? 'EnabledIPIPOnly' : 'EnabledNoEncapOnly');
}

function bgpOff(surroundings: PoolSurroundings): 'operator' | 'no-sessions' | undefined {
  const { installation, bgpConfigurations, bgpPeers } = surroundings;
  if (bgpDisabled(installation)) return 'operator';
  const mesh = bgpConfigurations?.find(({ metadata }) => metadata.name === 'default')?.spec['nodeToNodeMeshEnabled'];
  return mesh === false && bgpPeers?.length === 0 ? 'no-sessions' : undefined;
}
