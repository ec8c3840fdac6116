/**
 * The ways that routes can take between the nodes of a family. Nodes that nothing tells apart, such as the members of a mesh or the clients of
 * the same reflectors, are one vertex, so that a thousand of them cost no more than one.
 */
import { compareIP, parseIP } from '../net/ip.ts';
import { meshFault } from './links.ts';
import type { FamilyLinks, Link } from './links.ts';
import { asOf } from './model.ts';
import type { BgpCluster, BgpNode } from './model.ts';
import type { Session } from './session.ts';

/** A node, or several that are linked to the same vertices in the same ways. */
export interface Vertex {
  readonly nodes: readonly BgpNode[];
  /** place of its lowest address among those of all vertices */
  readonly order: number;
  /** the ways out of each of its nodes; one that leads back means the others of the same vertex */
  readonly arcs: readonly Arc[];
  /** its sessions to others than Calico nodes, taken together */
  readonly outside: Outside | undefined;
}

/** A session that can come up, seen from the end that sends. */
export interface Arc {
  /** index of the vertex that receives */
  readonly to: number;
  readonly external: boolean;
  /** the receiver is a client of the sender */
  readonly client: boolean;
  /** the sender is a client of the receiver */
  readonly fromClient: boolean;
  readonly senderAs: number;
  readonly receiverAs: number;
  /** how often the receiver's own AS number may stand in a path */
  readonly allowed: number;
}

/** How a node is connected to the world outside. What happens there is not known, so routes are taken to pass it. */
export type Outside = 'external' | 'client' | 'internal';

/** Builds the vertices. The work is linear in nodes and links, and quadratic only in vertices of the mesh that differ. */
export function routeMap(cluster: BgpCluster, family: FamilyLinks): readonly Vertex[] {
  return new Builder(cluster, family).build();
}

type Way = Omit<Arc, 'to'>;

/** Vertices while they are built. */
interface Draft {
  readonly nodes: BgpNode[];
  readonly order: number;
  readonly arcs: Arc[];
  readonly outside: Outside | undefined;
  readonly inMesh: boolean;
}

class Builder {
  readonly #cluster: BgpCluster;
  readonly #family: FamilyLinks;
  /** by address, lowest first */
  readonly #members: readonly BgpNode[];
  readonly #inMesh: ReadonlySet<BgpNode>;
  readonly #allowedOf: ReadonlyMap<string, number>;
  readonly #links: readonly Link[];
  readonly #linksOf = new Map<BgpNode, Link[]>();
  readonly #singles = new Set<BgpNode>();
  readonly #drafts: Draft[] = [];
  readonly #indexOf = new Map<BgpNode, number>();

  constructor(cluster: BgpCluster, family: FamilyLinks) {
    this.#cluster = cluster;
    this.#family = family;
    this.#members = byAddress(family);
    this.#inMesh = new Set(family.mesh);
    this.#allowedOf = new Map(cluster.peers.map(({ name, numAllowedLocalAsNumbers: times = 0 }) => [name, times]));
    for (const node of this.#members) this.#linksOf.set(node, []);
    // A link that cannot come up matters only where it takes the place of one of the mesh.
    this.#links = family.links.filter(
      ({ a, b, faults }) => faults.length === 0 || (this.#inMesh.has(a) && this.#inMesh.has(b)),
    );
    for (const link of this.#links) {
      this.#linksOf.get(link.a)?.push(link);
      this.#linksOf.get(link.b)?.push(link);
    }
  }

  build(): readonly Vertex[] {
    this.#chooseSingles();
    this.#classify();
    this.#linkArcs();
    this.#meshArcs();
    return this.#drafts;
  }

  /** The nodes that others are told apart by: reflectors, and of every other link one end. */
  #chooseSingles(): void {
    for (const node of this.#members) if (node.clusterId !== '') this.#singles.add(node);
    const degree = (node: BgpNode): number => this.#linksOf.get(node)?.length ?? 0;
    for (const { a, b } of this.#links)
      if (!this.#singles.has(a) && !this.#singles.has(b)) this.#singles.add(degree(b) > degree(a) ? b : a);
  }

  #classify(): void {
    const places = new Map(this.#members.map((node, place) => [node, place]));
    for (const node of this.#singles) this.#add(node, places.get(node) ?? 0);
    const classes = new Map<string, number>();
    for (const [node, place] of places) {
      if (this.#singles.has(node)) continue;
      const key = this.#signature(node);
      const known = classes.get(key);
      if (known === undefined) classes.set(key, this.#add(node, place));
      else {
        this.#drafts[known]?.nodes.push(node);
        this.#indexOf.set(node, known);
      }
    }
  }

  #add(node: BgpNode, order: number): number {
    const outside = outsideOf(this.#family.external.get(node.name) ?? []);
    const index = this.#drafts.push({ nodes: [node], order, arcs: [], outside, inMesh: this.#inMesh.has(node) }) - 1;
    this.#indexOf.set(node, index);
    return index;
  }

  #signature(node: BgpNode): string {
    const ways = (this.#linksOf.get(node) ?? []).map((link) => {
      const other = link.a === node ? link.b : link.a;
      return JSON.stringify([this.#indexOf.get(other), this.#way(link, other), this.#way(link, node)]);
    });
    const outside = outsideOf(this.#family.external.get(node.name) ?? []);
    return JSON.stringify([asOf(this.#cluster, node), node.ownAs, this.#inMesh.has(node), outside, ways.sort()]);
  }

  /** A link as its sender sees it; undefined for one that cannot come up. */
  #way({ a, ofA, ofB, faults }: Link, sender: BgpNode): Way | undefined {
    if (ofA === undefined || ofB === undefined || faults.length > 0) return undefined;
    const [sent, received] = sender === a ? [ofA, ofB] : [ofB, ofA];
    return {
      external: sent.as !== sent.localAs,
      client: sent.rrClient,
      fromClient: received.rrClient,
      senderAs: sent.localAs,
      receiverAs: received.localAs,
      allowed: received.reason.type === 'reverse' ? 0 : (this.#allowedOf.get(received.reason.peer ?? '') ?? 0),
    };
  }

  /** Every link has a single node at one end, and all nodes of the vertex at the other have the same link. */
  #linkArcs(): void {
    for (const [index, draft] of this.#drafts.entries()) {
      const [node] = draft.nodes;
      if (node === undefined) continue;
      for (const link of this.#linksOf.get(node) ?? []) {
        const other = link.a === node ? link.b : link.a;
        const to = this.#indexOf.get(other);
        if (to === undefined || (this.#singles.has(node) && !this.#singles.has(other))) continue;
        this.#join(index, to, this.#way(link, node));
        if (!this.#singles.has(node)) this.#join(to, index, this.#way(link, other));
      }
    }
  }

  #join(from: number, to: number, way: Way | undefined): void {
    if (way !== undefined) this.#drafts[from]?.arcs.push({ to, ...way });
  }

  #meshArcs(): void {
    const members = [...this.#drafts.entries()].filter(([, { inMesh }]) => inMesh);
    for (const [from, { nodes, arcs }] of members) {
      const [sender] = nodes;
      if (sender === undefined) continue;
      const linked = new Set(
        (this.#linksOf.get(sender) ?? []).map(({ a, b }) => this.#indexOf.get(a === sender ? b : a)),
      );
      for (const [to, { nodes: receivers }] of members) {
        const [receiver] = receivers;
        if (receiver === undefined || linked.has(to) || (from === to && nodes.length === 1)) continue;
        if (meshFault(this.#cluster, sender, receiver) !== undefined) continue;
        const [senderAs, receiverAs] = [asOf(this.#cluster, sender), asOf(this.#cluster, receiver)];
        const external = senderAs !== receiverAs;
        arcs.push({ to, external, client: false, fromClient: false, senderAs, receiverAs, allowed: 0 });
      }
    }
  }
}

function byAddress({ members, family }: FamilyLinks): readonly BgpNode[] {
  const parsed = members.flatMap((node) => {
    const ip = parseIP(node[family]);
    return ip === undefined ? [] : [{ node, ip }];
  });
  return parsed.sort((a, b) => compareIP(a.ip, b.ip)).map(({ node }) => node);
}

/** The freest of a node's sessions to the outside. A session without an AS number never comes up. */
function outsideOf(sessions: readonly Session[]): Outside | undefined {
  const running = sessions.filter(({ as }) => as !== 0);
  if (running.length === 0) return undefined;
  if (running.some(({ as, localAs }) => as !== localAs)) return 'external';
  return running.some(({ rrClient }) => rrClient) ? 'client' : 'internal';
}
