/** Both ends of the sessions between Calico nodes, and whether a session can come up (RFC 4271; BIRD 1.6's behaviour). */
import { asOf, DEFAULT_PORT, portOf } from './model.ts';
import type { BgpCluster, BgpNode, Family } from './model.ts';
import type { Session } from './session.ts';
import type { SessionPlan } from './sessions.ts';

/** What keeps a session from coming up. */
export type Fault = 'one-sided' | 'as' | 'port' | 'password' | 'ttl';

export interface Link {
  readonly family: Family;
  readonly a: BgpNode;
  readonly b: BgpNode;
  /** what a has for b, and b for a; undefined where it is missing */
  readonly ofA: Session | undefined;
  readonly ofB: Session | undefined;
  /** empty when the session can come up */
  readonly faults: readonly Fault[];
}

/**
 * The sessions of one family. Those of the mesh are not listed one by one: two members of `mesh` are linked unless `links` says otherwise or
 * {@link meshFault} holds.
 */
export interface FamilyLinks {
  readonly family: Family;
  /** nodes with an address in the family; of two with the same address only the first */
  readonly members: readonly BgpNode[];
  /** members in the node-to-node mesh */
  readonly mesh: readonly BgpNode[];
  /** links that BGPPeers make, each once, the node that comes first by name as `a` */
  readonly links: readonly Link[];
  /** sessions to others than Calico nodes, by node name */
  readonly external: ReadonlyMap<string, readonly Session[]>;
}

/** The work is linear in nodes and in sessions that BGPPeers make. */
export function familyLinks(plan: SessionPlan, family: Family): FamilyLinks {
  const { nodes } = plan.cluster;
  const byAddress = new Map<string, BgpNode>();
  for (const node of nodes) if (node[family] !== '' && !byAddress.has(node[family])) byAddress.set(node[family], node);
  const members = [...byAddress.values()];
  const numbers = new Map(members.map((node, index) => [node, index]));
  const pairs = new Map<number, Pair>();
  const external = new Map<string, readonly Session[]>();
  for (const [node, number] of numbers) {
    const others: Session[] = [];
    for (const session of plan.explicit(node, family)) {
      const other = byAddress.get(session.neighbor);
      if (other === undefined) others.push(session);
      else add(pairs, { node, number }, { node: other, number: numbers.get(other) ?? 0 }, members.length, session);
    }
    if (others.length > 0) external.set(node.name, others);
  }
  const inMesh = new Set(plan.mesh[family]);
  const links = [...pairs.values()].map((pair) => linkOf(plan, family, pair, inMesh));
  return { family, members, mesh: members.filter((node) => inMesh.has(node)), links, external };
}

/** The link between two nodes with addresses in the family, if either of them has a session for it. */
export function linkBetween(plan: SessionPlan, family: Family, one: BgpNode, two: BgpNode): Link | undefined {
  const [a, b] = one.name < two.name ? [one, two] : [two, one];
  const between = (node: BgpNode, other: BgpNode): Session[] =>
    plan.explicit(node, family).filter(({ neighbor }) => neighbor === other[family]);
  const pair = { a, b, ofA: between(a, b), ofB: between(b, a) };
  const link = linkOf(plan, family, pair, new Set(plan.mesh[family]));
  return link.ofA === undefined && link.ofB === undefined ? undefined : link;
}

interface Pair {
  readonly a: BgpNode;
  readonly b: BgpNode;
  readonly ofA: Session[];
  readonly ofB: Session[];
}

interface Numbered {
  readonly node: BgpNode;
  readonly number: number;
}

function add(pairs: Map<number, Pair>, from: Numbered, to: Numbered, size: number, session: Session): void {
  const forward = from.node.name < to.node.name;
  const [a, b] = forward ? [from, to] : [to, from];
  const key = a.number * size + b.number;
  let pair = pairs.get(key);
  if (pair === undefined) pairs.set(key, (pair = { a: a.node, b: b.node, ofA: [], ofB: [] }));
  (forward ? pair.ofA : pair.ofB).push(session);
}

function linkOf(plan: SessionPlan, family: Family, { a, b, ofA, ofB }: Pair, inMesh: ReadonlySet<BgpNode>): Link {
  if (inMesh.has(a) && inMesh.has(b) && a[family] !== b[family]) {
    ofA.push(plan.meshSession(a, b, family));
    ofB.push(plan.meshSession(b, a, family));
  }
  const [endA, endB] = [new LinkEnd(ofA), new LinkEnd(ofB)];
  let found: Meeting | undefined;
  // Each round may be another arrangement of who holds and who waits; there are no more of them than this.
  for (let round = 0; round <= ofA.length * ofB.length; round++) {
    const meetings = meetingsOf(plan.cluster, { node: a, end: endA }, { node: b, end: endB });
    const [best] = meetings.toSorted((x, y) => x.faults.length - y.faults.length);
    if (best === undefined) break;
    if (found === undefined || best.faults.length === 0) found = best;
    if (best.faults.length === 0) break;
    // Ends that got through and named different AS numbers give way to those that wait behind them.
    const refused = meetings.filter(({ faults }) => faults.length === 1 && faults[0] === 'as');
    const changes = refused.flatMap((one) => [endA.giveWay(one.ofA), endB.giveWay(one.ofB)]);
    if (!changes.includes(true)) break;
  }
  return { family, a, b, ...(found ?? { ofA: ofA[0], ofB: ofB[0], faults: ['one-sided'] }) };
}

/**
 * What a node has for another. Of several sessions to one address and port BIRD runs one, at first that whose name comes first; the others
 * wait until it fails. A call that comes in is for the session whose name comes first, whatever its port, and is refused while that waits.
 */
class LinkEnd {
  readonly first: Session | undefined;
  readonly #queues: readonly Session[][];

  constructor(sessions: readonly Session[]) {
    const sorted = sessions.length < 2 ? sessions : sessions.toSorted((a, b) => (a.protocol < b.protocol ? -1 : 1));
    this.first = sorted[0];
    const byPort = new Map<number, Session[]>();
    for (const session of sorted) {
      const queue = byPort.get(portTo(session));
      if (queue === undefined) byPort.set(portTo(session), [session]);
      else queue.push(session);
    }
    this.#queues = [...byPort.values()];
  }

  running(): readonly Session[] {
    return this.#queues.flatMap(([session]) => session ?? []);
  }

  /** Lets the next session run. @returns whether there is one */
  giveWay(session: Session): boolean {
    const queue = this.#queues.find(([holder]) => holder === session);
    if (queue === undefined || queue.length < 2) return false;
    queue.push(...queue.splice(0, 1));
    return true;
  }
}

interface Meeting {
  readonly ofA: Session;
  readonly ofB: Session;
  readonly faults: readonly Fault[];
}

interface Side {
  readonly node: BgpNode;
  readonly end: LinkEnd;
}

/** Which running sessions of two nodes can meet: one that calls, and the one that the other node takes calls with. */
function meetingsOf(cluster: BgpCluster, a: Side, b: Side): readonly Meeting[] {
  const [firstA, firstB] = [a.end.first, b.end.first];
  if (firstA === undefined || firstB === undefined) return [];
  const [runningA, runningB] = [a.end.running(), b.end.running()];
  const meet = (ofA: Session, ofB: Session): Meeting => {
    // A call is recognised by its address, so one end that dials the right port is enough.
    const gets = (ofB === firstB && reaches(cluster, ofA, b.node)) || (ofA === firstA && reaches(cluster, ofB, a.node));
    return { ofA, ofB, faults: [...faultsOf(ofA, ofB), ...(gets ? [] : (['port'] as const))] };
  };
  return [
    ...(runningB.includes(firstB) ? runningA.map((session) => meet(session, firstB)) : []),
    ...(runningA.includes(firstA)
      ? runningB.flatMap((session) => (session === firstB ? [] : meet(firstA, session)))
      : []),
  ];
}

const portTo = ({ port }: Session): number => port ?? DEFAULT_PORT;

function reaches(cluster: BgpCluster, session: Session, other: BgpNode): boolean {
  return !session.passive && portTo(session) === (portOf(cluster, other) ?? DEFAULT_PORT);
}

function faultsOf(ofA: Session, ofB: Session): readonly Fault[] {
  const faults: Fault[] = [];
  if (ofA.as !== ofB.localAs || ofB.as !== ofA.localAs) faults.push('as');
  if (ofA.secret?.name !== ofB.secret?.name || ofA.secret?.key !== ofB.secret?.key) faults.push('password');
  if ((ofA.ttlSecurity === null) !== (ofB.ttlSecurity === null)) faults.push('ttl');
  return faults;
}

/**
 * What keeps two members of the mesh apart: confd takes a node without an AS number of its own for one with the AS number of the node it
 * writes for. Nothing else can differ between the two ends.
 */
export function meshFault(cluster: BgpCluster, a: BgpNode, b: BgpNode): 'as' | undefined {
  const differs = (a.ownAs === undefined) !== (b.ownAs === undefined) && asOf(cluster, a) !== asOf(cluster, b);
  return differs ? 'as' : undefined;
}
