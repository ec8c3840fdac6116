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

interface Made {
  readonly maker: Maker;
  readonly session: Session;
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
  const meshed = inMesh.has(a) && inMesh.has(b) && a[family] !== b[family];
  const sessionsOf = (node: BgpNode, other: BgpNode, entries: readonly Entry[]): readonly Made[] => {
    const makers: readonly Maker[] = meshed ? [...entries, 'mesh'] : entries;
    return makers.map((maker) => ({ maker, session: made(plan, family, node, other, maker) }));
  };
  const [ofA, ofB] = [sessionsOf(a, b, entriesOfA), sessionsOf(b, a, entriesOfB)];
  let best: { readonly one: Maker; readonly other: Maker; readonly faults: readonly Fault[] } | undefined;
  for (const one of running(ofA)) {
    for (const other of running(ofB)) {
      const faults = faultsOf(plan.cluster, a, b, one.session, other.session);
      if (best === undefined || faults.length < best.faults.length)
        best = { one: one.maker, other: other.maker, faults };
    }
  }
  return best === undefined
    ? new PlannedLink(plan, family, [a, ofA[0]?.maker], [b, ofB[0]?.maker], ['one-sided'])
    : new PlannedLink(plan, family, [a, best.one], [b, best.other], best.faults);
}

/** Of several sessions to one address and port BIRD runs the one whose name comes first; the others wait. */
function running(all: readonly Made[]): readonly Made[] {
  if (all.length < 2) return all;
  const first = new Map<number, Made>();
  for (const one of all) {
    const port = one.session.port ?? DEFAULT_PORT;
    const known = first.get(port);
    if (known === undefined || one.session.protocol < known.session.protocol) first.set(port, one);
  }
  return [...first.values()];
}

const NO_FAULTS: readonly Fault[] = [];

function faultsOf(cluster: BgpCluster, a: BgpNode, b: BgpNode, ofA: Session, ofB: Session): readonly Fault[] {
  const faults: Fault[] = [];
  if (ofA.as !== ofB.localAs || ofB.as !== ofA.localAs) faults.push('as');
  if (ofA.secret?.name !== ofB.secret?.name || ofA.secret?.key !== ofB.secret?.key) faults.push('password');
  if ((ofA.ttlSecurity === null) !== (ofB.ttlSecurity === null)) faults.push('ttl');
  // A call is recognised by its address, so one end that dials the right port is enough.
  const reaches = (session: Session, other: BgpNode): boolean =>
    !session.passive && (session.port ?? DEFAULT_PORT) === (portOf(cluster, other) ?? DEFAULT_PORT);
  if (!reaches(ofA, b) && !reaches(ofB, a)) faults.push('port');
  return faults.length === 0 ? NO_FAULTS : faults;
}

/**
 * What keeps two members of the mesh apart: confd takes a node without an AS number of its own for one with the AS number of the node it
 * writes for. Nothing else can differ between the two ends.
 */
export function meshFault(cluster: BgpCluster, a: BgpNode, b: BgpNode): 'as' | undefined {
  const differs = (a.ownAs === undefined) !== (b.ownAs === undefined) && asOf(cluster, a) !== asOf(cluster, b);
  return differs ? 'as' : undefined;
}
