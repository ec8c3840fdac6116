/** What a family of a cluster amounts to, in numbers. */
import type { FamilyLinks, Link } from '../links.ts';
import { meshFault } from '../links.ts';
import type { BgpCluster, BgpNode, Family } from '../model.ts';
import type { Reachability, RouteGap } from '../routes.ts';

/** The sessions that must exist in a family. */
export interface FamilyNetwork {
  readonly links: FamilyLinks;
  /** nodes whose configuration BIRD refuses */
  readonly refused: ReadonlySet<BgpNode>;
}

/** Numbers of sessions; each is counted once, not once for each end. */
export interface SessionCounts {
  /** of the node-to-node mesh */
  readonly mesh: number;
  /** between nodes, made by BGPPeers */
  readonly peers: number;
  /** to others than Calico nodes */
  readonly external: number;
  /** of all: how many cannot come up */
  readonly faulty: number;
  /** how many of those are of the mesh */
  readonly faultyMesh: number;
}

export interface FamilyCounts {
  readonly family: Family;
  readonly nodes: number;
  readonly meshNodes: number;
  readonly sessions: SessionCounts;
  /** names of the nodes of every part that no chain of sessions connects with the others, the largest first; one when all are connected */
  readonly partitions: readonly (readonly string[])[];
  /** where else routes do not get */
  readonly gaps: readonly RouteGap[];
  /** names of nodes whose configuration BIRD refuses, so that none of their sessions comes up */
  readonly refused: readonly string[];
}

/** Counts. The work is linear in nodes and in sessions that BGPPeers make. */
export function countFamily(cluster: BgpCluster, { links, refused }: FamilyNetwork, reach: Reachability): FamilyCounts {
  const { family, members, mesh } = links;
  const inMesh = new Set(mesh);
  const ofMesh = (link: Link): boolean => inMesh.has(link.a) && inMesh.has(link.b);
  const between = links.links.filter(ofMesh);
  const isDown = (link: Link): boolean => link.faults.length > 0 || refused.has(link.a) || refused.has(link.b);
  const external = [...links.external.values()].reduce((sum, sessions) => sum + sessions.length, 0);
  const lost = [...refused].reduce((sum, { name }) => sum + (links.external.get(name)?.length ?? 0), 0);
  const faultyMesh = between.filter(isDown).length + meshFaults(cluster, links, refused, between);
  return {
    family,
    nodes: members.length,
    meshNodes: mesh.length,
    sessions: {
      mesh: pairsOf(mesh.length),
      peers: links.links.length - between.length,
      external,
      faulty: links.links.filter((link) => !ofMesh(link) && isDown(link)).length + faultyMesh + lost,
      faultyMesh,
    },
    partitions: partitionsOf(links, reach),
    gaps: reach.gaps.filter(({ cause }) => cause.type !== 'apart'),
    refused: [...refused].map(({ name }) => name).sort(),
  };
}

/** Sessions of the mesh that cannot come up, apart from those that BGPPeers make too. */
function meshFaults(
  cluster: BgpCluster,
  { mesh }: FamilyLinks,
  refused: ReadonlySet<BgpNode>,
  listed: readonly Link[],
): number {
  const well = mesh.filter((node) => !refused.has(node));
  const without = well.filter(({ ownAs }) => ownAs === undefined);
  const [first] = without;
  const other = first === undefined ? [] : well.filter((node) => meshFault(cluster, node, first) !== undefined);
  const apart = listed.filter(({ a, b }) => refused.has(a) || refused.has(b) || meshFault(cluster, a, b) !== undefined);
  return pairsOf(mesh.length) - pairsOf(well.length) + without.length * other.length - apart.length;
}

const pairsOf = (count: number): number => (count * (count - 1)) / 2;

function partitionsOf({ members }: FamilyLinks, { gaps, isolated }: Reachability): readonly (readonly string[])[] {
  const parts = [
    ...gaps.flatMap(({ cause, from }) => (cause.type === 'apart' ? [from] : [])),
    ...isolated.map((name) => [name]),
  ];
  const apart = new Set(parts.flat());
  const rest = members.map(({ name }) => name).filter((name) => !apart.has(name));
  return rest.length === 0 ? parts : [rest.sort(), ...parts];
}
