/** Which nodes become route reflectors. */
import { selectorFault } from '../../selectors/index.ts';
import { FAMILIES, nodesMatching } from '../model.ts';
import type { BgpCluster, BgpNode, Family } from '../model.ts';
import { someNames } from '../words.ts';
import type { Failure } from './plan.ts';

export type Choice =
  | { readonly type: 'names'; readonly names: readonly string[] }
  | { readonly type: 'selector'; readonly selector: string }
  /** `spread`: a label whose values they are spread over, a rack or a zone */
  | { readonly type: 'count'; readonly count: number; readonly spread: string | undefined };

/** Workloads by node name; undefined where they could not be counted. */
export type Workloads = ReadonlyMap<string, number> | undefined;

/** Families in which any node of the cluster has an address. */
export function usedFamilies({ nodes }: BgpCluster): readonly Family[] {
  return FAMILIES.filter((family) => nodes.some((node) => node[family] !== ''));
}

/** The chosen nodes: as they were named, else in bytewise order of their names. */
export function chooseReflectors(
  cluster: BgpCluster,
  workloads: Workloads,
  choice: Choice,
): { readonly nodes: readonly BgpNode[]; readonly failures: readonly Failure[] } {
  switch (choice.type) {
    case 'names': {
      const byName = new Map(cluster.nodes.map((node) => [node.name, node]));
      const names = [...new Set(choice.names)];
      const missing = names.filter((name) => !byName.has(name));
      const failures = missing.map(unknownNode);
      return { nodes: names.flatMap((name) => byName.get(name) ?? []), failures };
    }
    case 'selector': {
      const fault = selectorFault(choice.selector);
      if (fault !== undefined) return { nodes: [], failures: [noNode(`${choice.selector} is no selector: ${fault}`)] };
      const nodes = nodesMatching(cluster.nodes, choice.selector);
      return { nodes, failures: nodes.length === 0 ? [noNode(`selector ${choice.selector} matches no node`)] : [] };
    }
    case 'count':
      return chosenByCount(cluster, workloads, choice.count, choice.spread);
  }
}

function chosenByCount(
  cluster: BgpCluster,
  workloads: Workloads,
  count: number,
  spread: string | undefined,
): ReturnType<typeof chooseReflectors> {
  const families = usedFamilies(cluster);
  const load = ({ name }: BgpNode): number => workloads?.get(name) ?? 0;
  const rank = (a: BgpNode, b: BgpNode): number =>
    Number(a.clusterId === '') - Number(b.clusterId === '') || load(a) - load(b) || (a.name < b.name ? -1 : 1);
  const fit = cluster.nodes.filter((node) => families.every((family) => node[family] !== '')).sort(rank);
  const places = new Map<string, BgpNode[]>();
  for (const node of fit) {
    const place = spread === undefined ? '' : (node.labels[spread] ?? '');
    const there = places.get(place);
    if (there === undefined) places.set(place, [node]);
    else there.push(node);
  }
  const nodes: BgpNode[] = [];
  // The best of every place, then the second best of every place, …
  for (let round = 0; nodes.length < count && round < fit.length; round++) {
    const next = [...places.values()].flatMap((there) => there[round] ?? []).sort(rank);
    nodes.push(...next.slice(0, count - nodes.length));
  }
  nodes.sort((a, b) => (a.name < b.name ? -1 : 1));
  const failures: Failure[] = [];
  if (nodes.length < count) {
    const unfit = cluster.nodes.filter((node) => !fit.includes(node)).map(({ name }) => name);
    const message = `${count} reflectors are wanted, and only ${fit.length} nodes have an address in every family in use`;
    failures.push({ code: 'too-few', message, hint: unfit.length === 0 ? '' : `without one: ${someNames(unfit)}` });
  }
  if (spread !== undefined && fit.length > 0 && !fit.some(({ labels }) => Object.hasOwn(labels, spread)))
    failures.push(noNode(`no node has the label ${spread} over which to spread`));
  return { nodes, failures };
}

/** A node that was named and does not exist. */
export function unknownNode(name: string): Failure {
  return { ...noNode(`node ${name} does not exist`), missing: name };
}

const noNode = (message: string): Failure => ({ code: 'no-such-node', message, hint: '' });
