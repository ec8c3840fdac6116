/** Both ends of every session between Calico nodes, and whether the session can come up (RFC 4271; BIRD 1.6's behaviour). */
import { DEFAULT_PORT, FAMILIES, portOf } from './model.ts';
import type { BgpCluster, BgpNode, Family } from './model.ts';
import type { NodeSessions, Session } from './sessions.ts';

/** What keeps a session from coming up. */
export type Fault = 'one-sided' | 'as' | 'port' | 'password' | 'both-passive';

export interface Link {
  readonly family: Family;
  readonly a: BgpNode;
  readonly b: BgpNode;
  /** the entry on a for b, and on b for a; undefined where it is missing */
  readonly ofA: Session | undefined;
  readonly ofB: Session | undefined;
  /** empty when the session can come up */
  readonly faults: readonly Fault[];
}

/**
 * Links between Calico nodes, each once, `a` before `b`. Sessions to other peers are no links. The work is linear in the number of sessions.
 */
export function linksOf(cluster: BgpCluster, sessions: ReadonlyMap<string, NodeSessions>): readonly Link[] {
  const links: Link[] = [];
  for (const family of FAMILIES) {
    const byAddress = new Map<string, BgpNode>();
    for (const node of cluster.nodes)
      if (node[family] !== '' && !byAddress.has(node[family])) byAddress.set(node[family], node);
    const found = new Map<string, { a: BgpNode; b: BgpNode; ofA?: Session; ofB?: Session }>();
    for (const node of cluster.nodes) {
      for (const session of sessions.get(node.name)?.[family] ?? []) {
        const other = byAddress.get(session.neighbor);
        if (other === undefined || other === node) continue;
        const forward = node.name < other.name;
        const [a, b] = forward ? [node, other] : [other, node];
        const key = `${a.name} ${b.name}`;
        let link = found.get(key);
        if (link === undefined) found.set(key, (link = { a, b }));
        // The first of several entries to one address runs; the others wait for it.
        if (forward) link.ofA ??= session;
        else link.ofB ??= session;
      }
    }
    for (const { a, b, ofA, ofB } of found.values())
      links.push({ family, a, b, ofA, ofB, faults: faultsOf(cluster, a, b, ofA, ofB) });
  }
  return links;
}

function faultsOf(
  cluster: BgpCluster,
  a: BgpNode,
  b: BgpNode,
  ofA: Session | undefined,
  ofB: Session | undefined,
): readonly Fault[] {
  if (ofA === undefined || ofB === undefined) return ['one-sided'];
  const faults: Fault[] = [];
  if (ofA.as !== ofB.localAs || ofB.as !== ofA.localAs) faults.push('as');
  if (ofA.password !== ofB.password || ofA.secret?.name !== ofB.secret?.name || ofA.secret?.key !== ofB.secret?.key)
    faults.push('password');
  if (ofA.passive && ofB.passive) faults.push('both-passive');
  const reaches = (session: Session, other: BgpNode): boolean =>
    !session.passive && (session.port ?? DEFAULT_PORT) === (portOf(cluster, other) ?? DEFAULT_PORT);
  if (!reaches(ofA, b) && !reaches(ofB, a) && !faults.includes('both-passive')) faults.push('port');
  return faults;
}

/**
 * Groups of nodes between which routes can pass in a family, largest first. A route that a node learnt from an iBGP peer is passed on only by a route
 * reflector, and only to or from its clients (RFC 4456); routes pass eBGP sessions freely. Nodes without an address in the family are left out.
 */
export function routeGroups(
  cluster: BgpCluster,
  links: readonly Link[],
  family: Family,
): readonly (readonly string[])[] {
  const members = cluster.nodes.filter((node) => node[family] !== '');
  const neighbours = new Map<string, Set<string>>(members.map(({ name }) => [name, new Set()]));
  for (const { family: of, a, b, faults } of links) {
    if (of !== family || faults.length > 0) continue;
    neighbours.get(a.name)?.add(b.name);
    neighbours.get(b.name)?.add(a.name);
  }
  const left = new Set(members.map(({ name }) => name));
  const groups: string[][] = [];
  for (const { name } of members) {
    if (!left.delete(name)) continue;
    const group = [name];
    for (let index = 0; index < group.length; index++) {
      for (const next of neighbours.get(group[index] ?? '') ?? []) if (left.delete(next)) group.push(next);
    }
    groups.push(group);
  }
  return groups.sort((x, y) => y.length - x.length);
}
