/** Counting sessions without making those of a mesh one by one. */
import { familyLinks } from '../links.ts';
import { FAMILIES } from '../model.ts';
import type { BgpCluster, BgpNode } from '../model.ts';
import { SessionPlan } from '../sessions.ts';
import type { Counts } from './plan.ts';

/** The sessions of a cluster. The work is linear in nodes and in sessions that BGPPeers make. */
export function countSessions(cluster: BgpCluster): Counts {
  const plan = new SessionPlan(cluster);
  const sessions = { ipv4: 0, ipv6: 0 };
  const ofNode = new Map<BgpNode, number>();
  const add = (node: BgpNode, count: number): void => void ofNode.set(node, (ofNode.get(node) ?? 0) + count);
  for (const family of FAMILIES) {
    const { mesh, links, external } = familyLinks(plan, family);
    const inMesh = new Set(mesh);
    sessions[family] = (mesh.length * (mesh.length - 1)) / 2;
    for (const node of mesh) add(node, mesh.length - 1);
    for (const { a, b } of links) {
      // BIRD runs one of two sessions with the same address: that of the mesh is counted already.
      if (inMesh.has(a) && inMesh.has(b)) continue;
      sessions[family]++;
      add(a, 1);
      add(b, 1);
    }
    for (const node of cluster.nodes) {
      const outside = external.get(node.name)?.length ?? 0;
      sessions[family] += outside;
      add(node, outside);
    }
  }
  let most = 0;
  for (const count of ofNode.values()) most = Math.max(most, count);
  return { sessions, most };
}
