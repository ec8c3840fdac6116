/** What a family of a cluster amounts to, in numbers. */
import type { FamilyLinks, Link } from '../links.ts';
import { meshFault } from '../links.ts';
import type { BgpCluster, Family } from '../model.ts';
import type { Reachability, RouteGap } from '../routes.ts';

/** Numbers of sessions; each is counted once, not once for each end. */
export interface SessionCounts {
  /** of the node-to-node mesh */
  readonly mesh: number;
  /** between nodes, made by BGPPeers */
  readonly peers: number;
  /** to others than Calico nodes */
  readonly external: number;
  /** of those between nodes: how many cannot come up */
  readonly faulty: number;
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
}

/** Counts. The work is linear in nodes and in sessions that BGPPeers make. */
export function countFamily(cluster: BgpCluster, links: FamilyLinks, reach: Reachability): FamilyCounts {
  const { family, members, mesh } = links;
  const inMesh = new Set(mesh);
  const ofMesh = (link: Link): boolean => inMesh.has(link.a) && inMesh.has(link.b);
  const between = links.links.filter(ofMesh);
  const external = [...links.external.values()].reduce((sum, sessions) => sum + sessions.length, 0);
  return {
    family,
    nodes: members.length,
    meshNodes: mesh.length,
    sessions: {
      mesh: (mesh.length * (mesh.length - 1)) / 2,
      peers: links.links.length - between.length,
      external,
      faulty: links.links.filter(({ faults }) => faults.length > 0).length + meshFaults(cluster, links, between),
    },
    partitions: partitionsOf(links, reach),
    gaps: reach.gaps.filter(({ cause }) => cause.type !== 'apart'),
  };
}

/** Sessions of the mesh that cannot come up, apart from those that BGPPeers make too. */
function meshFaults(cluster: BgpCluster, { mesh }: FamilyLinks, listed: readonly Link[]): number {
  const without = mesh.filter(({ ownAs }) => ownAs === undefined);
  const [first] = without;
  if (first === undefined) return 0;
  const other = mesh.filter((node) => meshFault(cluster, node, first) !== undefined);
  const counted = listed.filter(({ a, b }) => meshFault(cluster, a, b) !== undefined).length;
  return without.length * other.length - counted;
}

function partitionsOf({ members }: FamilyLinks, { gaps, isolated }: Reachability): readonly (readonly string[])[] {
  const parts = [
    ...gaps.flatMap(({ cause, from }) => (cause.type === 'apart' ? [from] : [])),
    ...isolated.map((name) => [name]),
  ];
  const apart = new Set(parts.flat());
  const rest = members.map(({ name }) => name).filter((name) => !apart.has(name));
  return rest.length === 0 ? parts : [rest.sort(), ...parts];
}
