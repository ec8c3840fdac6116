/** A cluster's BGP sessions as a graph that can be drawn: nodes or groups of nodes, and what connects them. */
import { singlePoints } from '../failures.ts';
import type { SinglePoints } from '../failures.ts';
import { familyLinks } from '../links.ts';
import type { BgpCluster, BgpNode, Family } from '../model.ts';
import { refusedNodes, withoutRefused } from '../refusals.ts';
import { reachability } from '../routes.ts';
import { SessionPlan } from '../sessions.ts';
import { Boxes } from './boxes.ts';
import type { Box } from './boxes.ts';
import { countFamily } from './counts.ts';
import type { FamilyCounts, FamilyNetwork } from './counts.ts';
import { chooseGrouping } from './grouping.ts';
import type { Grouping } from './grouping.ts';

export type { Box } from './boxes.ts';
export type { FamilyCounts } from './counts.ts';
export type { Grouping } from './grouping.ts';

export interface FamilyTopology extends FamilyCounts {
  readonly singlePoints: SinglePoints;
}

/** Sessions between two boxes that BGPPeers make, or inside one. */
export interface Edge {
  /** ids of boxes; of a reflector and another box the reflector is first */
  readonly from: string;
  readonly to: string;
  /** how many, by family; a family without any is left out */
  readonly sessions: Partial<Readonly<Record<Family, number>>>;
  /** how many of all cannot come up */
  readonly faulty: number;
}

export interface Topology {
  readonly families: readonly FamilyTopology[];
  readonly grouping: Grouping;
  readonly boxes: readonly Box[];
  /** without those of the mesh, which connects every two nodes that are in it */
  readonly edges: readonly Edge[];
}

/**
 * @param groupBy key of a label, `cluster-id` or `none`; undefined: what fits best
 */
export function topology(cluster: BgpCluster, families: readonly Family[], groupBy: string | undefined): Topology {
  const plan = new SessionPlan(cluster);
  const network = families.map((family): FamilyNetwork => {
    return { links: familyLinks(plan, family), refused: refusedNodes(plan, family) };
  });
  const counted = network.map(({ links, refused }): FamilyTopology => {
    const running = withoutRefused(links, refused);
    const counts = countFamily(cluster, { links, refused }, reachability(cluster, running));
    return { ...counts, singlePoints: singlePoints(cluster, running) };
  });
  const grouping = chooseGrouping(cluster, groupBy);
  const critical = new Set(
    counted.flatMap(({ singlePoints: { nodes = [] } }) => nodes.map(({ ends: [node] }) => node)),
  );
  const allLinks = network.map(({ links }) => links);
  const boxes = new Boxes(cluster, allLinks, grouping, critical);
  return { families: counted, grouping, boxes: boxes.all, edges: edgesOf(network, boxes) };
}

interface Draft {
  readonly from: Box;
  readonly to: Box;
  readonly sessions: Partial<Record<Family, number>>;
  faulty: number;
}

function edgesOf(network: readonly FamilyNetwork[], boxes: Boxes): readonly Edge[] {
  const edges = new Map<string, Draft>();
  const add = (one: Box, other: Box, family: Family, isFaulty: boolean): void => {
    const [from, to] = isBefore(one, other) ? [one, other] : [other, one];
    const key = `${from.id} ${to.id}`;
    let edge = edges.get(key);
    if (edge === undefined) edges.set(key, (edge = { from, to, sessions: {}, faulty: 0 }));
    edge.sessions[family] = (edge.sessions[family] ?? 0) + 1;
    if (isFaulty) edge.faulty++;
  };
  for (const { links: all, refused } of network) {
    const { family, links, mesh, external } = all;
    const inMesh = new Set<BgpNode>(mesh);
    const down = new Set([...refused].map(({ name }) => name));
    for (const { a, b, faults } of links)
      if (!inMesh.has(a) || !inMesh.has(b))
        add(boxes.of(a), boxes.of(b), family, faults.length > 0 || refused.has(a) || refused.has(b));
    for (const [name, sessions] of external)
      for (const session of sessions) add(boxes.named(name), boxes.outside(session), family, down.has(name));
  }
  const placed = [...edges.values()].map(({ from, to, ...edge }) => ({ ...edge, from: from.id, to: to.id }));
  const places = new Map(boxes.all.map(({ id }, place) => [id, place]));
  const place = (id: string): number => places.get(id) ?? 0;
  return placed.sort((a, b) => place(a.from) - place(b.from) || place(a.to) - place(b.to));
}

/** Reflectors first, others than nodes last. */
function isBefore(one: Box, other: Box): boolean {
  const rank = ({ type, clusterIds }: Box): number => (type === 'external' ? 2 : clusterIds.length > 0 ? 0 : 1);
  const number = ({ id }: Box): number => Number(id.slice(1));
  return rank(one) < rank(other) || (rank(one) === rank(other) && number(one) <= number(other));
}
