/** Both ends of the sessions between Calico nodes, and whether a session can come up (RFC 4271; BIRD 1.6's behaviour). */
import type { Entry } from './entry-table.ts';
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
  const byAddress = new Map<string, BgpNode>();
  for (const node of plan.cluster.nodes)
    if (node[family] !== '' && !byAddress.has(node[family])) byAddress.set(node[family], node);
  const members = [...byAddress.values()];
  const places = new Map(members.map((node, place) => [node, place]));
  const inMesh = new Set(plan.mesh[family]);
  const links: Link[] = [];
  const external = new Map<string, readonly Session[]>();
  // Pairs that the node which comes first has made a link of.
  const linked = new Set<number>();
  for (const [node, place] of places) {
    const others: Session[] = [];
    plan.forEachAddress(node, family, (ip, forth) => {
      const other = byAddress.get(ip);
      if (other === undefined) {
        for (const entry of forth) others.push(plan.session(node, family, entry));
        return;
      }
      const otherPlace = places.get(other) ?? 0;
      if (otherPlace < place && linked.has(place * members.length + otherPlace)) return;
      const isFirst = place < otherPlace;
      if (isFirst) linked.add(otherPlace * members.length + place);
      const back = isFirst ? plan.entriesTo(other, family, node[family]) : [];
      const ends =
        node.name < other.name ? ([node, other, forth, back] as const) : ([other, node, back, forth] as const);
      links.push(linkOf(plan, family, inMesh, ...ends));
    });
    if (others.length > 0) external.set(node.name, others);
  }
  return { family, members, mesh: members.filter((node) => inMesh.has(node)), links, external };
}

/** The link between two nodes with addresses in the family, if either of them has a session for it. */
export function linkBetween(plan: SessionPlan, family: Family, one: BgpNode, two: BgpNode): Link | undefined {
  const [a, b] = one.name < two.name ? [one, two] : [two, one];
  const [ofA, ofB] = [plan.entriesTo(a, family, b[family]), plan.entriesTo(b, family, a[family])];
  const link = linkOf(plan, family, new Set(plan.mesh[family]), a, b, ofA, ofB);
  return link.ofA === undefined && link.ofB === undefined ? undefined : link;
}

/** What makes a session: an entry, or the mesh. */
type Maker = Entry | 'mesh';

/** A link whose sessions are made anew when they are asked for: a large network has millions, and nearly all are never looked at. */
class PlannedLink implements Link {
  readonly family: Family;
  readonly a: BgpNode;
  readonly b: BgpNode;
  readonly faults: readonly Fault[];
  readonly #plan: SessionPlan;
  readonly #makerOfA: Maker | undefined;
  readonly #makerOfB: Maker | undefined;

  constructor(
    plan: SessionPlan,
    family: Family,
    [a, makerOfA]: readonly [BgpNode, Maker | undefined],
    [b, makerOfB]: readonly [BgpNode, Maker | undefined],
    faults: readonly Fault[],
  ) {
    this.family = family;
    this.a = a;
    this.b = b;
    this.faults = faults;
    this.#plan = plan;
    this.#makerOfA = makerOfA;
    this.#makerOfB = makerOfB;
  }

  get ofA(): Session | undefined {
    return this.#makerOfA && made(this.#plan, this.family, this.a, this.b, this.#makerOfA);
  }

  get ofB(): Session | undefined {
    return this.#makerOfB && made(this.#plan, this.family, this.b, this.a, this.#makerOfB);
  }
}

function made(plan: SessionPlan, family: Family, node: BgpNode, other: BgpNode, maker: Maker): Session {
  return maker === 'mesh' ? plan.meshSession(node, other, family) : plan.session(node, family, maker);
}

function linkOf(
  plan: SessionPlan,
  family: Family,
  inMesh: ReadonlySet<BgpNode>,
  a: BgpNode,
  b: BgpNode,
  entriesOfA: readonly Entry[],
  entriesOfB: readonly Entry[],
): Link {
  const isMeshed = inMesh.has(a) && inMesh.has(b) && a[family] !== b[family];
  const makersOfA: readonly Maker[] = isMeshed ? [...entriesOfA, 'mesh'] : entriesOfA;
  const makersOfB: readonly Maker[] = isMeshed ? [...entriesOfB, 'mesh'] : entriesOfB;
  const ofA = makersOfA.map((maker) => made(plan, family, a, b, maker));
  const ofB = makersOfB.map((maker) => made(plan, family, b, a, maker));
  const found = meetingOf(plan.cluster, a, b, ofA, ofB);
  if (found === undefined) return new PlannedLink(plan, family, [a, makersOfA[0]], [b, makersOfB[0]], ['one-sided']);
  const faults = found.faults.length === 0 ? NO_FAULTS : found.faults;
  const [makerOfA, makerOfB] = [makersOfA[ofA.indexOf(found.ofA)], makersOfB[ofB.indexOf(found.ofB)]];
  return new PlannedLink(plan, family, [a, makerOfA], [b, makerOfB], faults);
}

/** One array for nearly all links. */
const NO_FAULTS: readonly Fault[] = [];

/** The sessions of two nodes that run with each other in the end; undefined when one of them has none. */
function meetingOf(
  cluster: BgpCluster,
  a: BgpNode,
  b: BgpNode,
  ofA: readonly Session[],
  ofB: readonly Session[],
): Meeting | undefined {
  const [onlyA, onlyB] = [ofA[0], ofB[0]];
  // Nobody waits: the rule in its short form.
  if (onlyA !== undefined && onlyB !== undefined && ofA.length === 1 && ofB.length === 1) {
    const gets = reaches(cluster, onlyA, b) || reaches(cluster, onlyB, a);
    return { ofA: onlyA, ofB: onlyB, faults: gets ? faultsOf(onlyA, onlyB) : [...faultsOf(onlyA, onlyB), 'port'] };
  }
  const [endA, endB] = [new LinkEnd(ofA), new LinkEnd(ofB)];
  let found: Meeting | undefined;
  // Each round may be another arrangement of who holds and who waits; there are no more of them than this.
  for (let round = 0; round <= ofA.length * ofB.length; round++) {
    const meetings = meetingsOf(cluster, { node: a, end: endA }, { node: b, end: endB });
    const [best] = meetings.toSorted((x, y) => x.faults.length - y.faults.length);
    if (best === undefined) break;
    if (found === undefined || best.faults.length === 0) found = best;
    if (best.faults.length === 0) break;
    // Ends that got through and named different AS numbers give way to those that wait behind them.
    const refused = meetings.filter(({ faults }) => faults.length === 1 && faults[0] === 'as');
    const changes = refused.flatMap((one) => [endA.giveWay(one.ofA), endB.giveWay(one.ofB)]);
    if (!changes.includes(true)) break;
  }
  return found;
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
