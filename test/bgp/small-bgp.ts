/**
 * A small BGP, to check what `src/bgp` says without one: every node keeps what each neighbour sent, takes the best, and sends it on by the rules
 * of RFC 4271 and RFC 4456, until nothing changes. Sessions to others than Calico nodes lead to one `world` that hands everything on.
 */
import { DEFAULT_PORT, portOf } from '../../src/bgp/model.ts';
import type { BgpCluster, BgpNode, Family } from '../../src/bgp/model.ts';
import { expectedSessions } from '../../src/bgp/sessions.ts';
import type { Session } from '../../src/bgp/sessions.ts';

interface Route {
  readonly path: readonly number[];
  readonly clusters: readonly string[];
  readonly learned: 'own' | 'external' | 'client' | 'internal';
  readonly from: string;
}

const WORLD = '';

/** Whether nothing passes between two nodes although they have a session. */
type Down = (one: string, other: string) => boolean;

/** For every node the names of those that learn its routes. */
export function learners(
  cluster: BgpCluster,
  family: Family,
  down: Down = () => false,
): ReadonlyMap<string, ReadonlySet<string>> {
  const network = new Network(cluster, family, down);
  return new Map(network.nodes.map(({ name }) => [name, network.learnersOf(name)]));
}

/** `a>b` for every two nodes of which the second does not learn the IPv4 routes of the first. */
export function unlearnt(cluster: BgpCluster, down?: Down): ReadonlySet<string> {
  const reached = learners(cluster, 'ipv4', down);
  const names = cluster.nodes.map(({ name }) => name);
  return new Set(
    names.flatMap((from) =>
      names.filter((to) => to !== from && reached.get(from)?.has(to) !== true).map((to) => `${from}>${to}`),
    ),
  );
}

/** For every node the names of the nodes with which it has an IPv4 session that comes up, and '' for others than nodes. */
export function neighbours(cluster: BgpCluster): ReadonlyMap<string, readonly string[]> {
  const network = new Network(cluster, 'ipv4', () => false);
  return new Map(network.nodes.map(({ name }) => [name, network.neighboursOf(name)]));
}

class Network {
  readonly nodes: readonly BgpNode[];
  readonly #cluster: BgpCluster;
  readonly #family: Family;
  readonly #down: Down;
  readonly #sessions: ReadonlyMap<string, readonly Session[]>;

  constructor(cluster: BgpCluster, family: Family, down: Down) {
    this.#down = down;
    this.#cluster = cluster;
    this.#family = family;
    this.nodes = cluster.nodes.filter((node) => node[family] !== '');
    this.#sessions = new Map([...expectedSessions(cluster)].map(([name, sessions]) => [name, sessions[family]]));
  }

  learnersOf(origin: string): ReadonlySet<string> {
    let best = new Map<string, Route>();
    for (let round = 0; round < 60; round++) {
      const next = new Map<string, Route>();
      for (const receiver of [...this.nodes.map(({ name }) => name), WORLD]) {
        const route =
          receiver === origin
            ? { path: [], clusters: [], learned: 'own' as const, from: origin }
            : this.#best([...best].flatMap(([sender, sent]) => this.#received(sender, sent, receiver) ?? []));
        if (route !== undefined) next.set(receiver, route);
      }
      if (JSON.stringify([...next]) === JSON.stringify([...best])) break;
      best = next;
    }
    return new Set([...best.keys()].filter((name) => name !== WORLD && name !== origin));
  }

  neighboursOf(name: string): readonly string[] {
    const nodes = this.nodes.map((node) => node.name).filter((other) => this.#pair(name, other) !== undefined);
    return this.#world(name) === undefined ? nodes : [...nodes, WORLD];
  }

  #best(routes: readonly Route[]): Route | undefined {
    const address = (name: string): number =>
      this.nodes
        .find((node) => node.name === name)
        ?.[this.#family].split('.')
        .reduce((sum, part) => sum * 256 + Number(part), 0) ?? Infinity;
    return routes.toSorted(
      (x, y) =>
        x.path.length - y.path.length ||
        Number(x.learned !== 'external') - Number(y.learned !== 'external') ||
        x.clusters.length - y.clusters.length ||
        address(x.from) - address(y.from),
    )[0];
  }

  #received(sender: string, route: Route, receiver: string): Route | undefined {
    if (this.#down(sender, receiver) || (route.from === receiver && route.learned !== 'own')) return undefined;
    if (sender === WORLD) {
      const learned = this.#world(receiver);
      return learned === undefined ? undefined : { path: [...route.path, 0], clusters: [], learned, from: WORLD };
    }
    if (receiver === WORLD) {
      const way = this.#world(sender);
      if (way === undefined || (way === 'internal' && route.learned === 'internal')) return undefined;
      // The AS numbers of the path are not known outside; how many there are is.
      return { path: [...route.path.map(() => 0), 0], clusters: [], learned: 'external', from: sender };
    }
    const [sent, received] = this.#pair(sender, receiver) ?? [];
    if (sent === undefined || received === undefined) return undefined;
    return passed(
      route,
      sender,
      sent,
      received,
      this.#clusterId(sender),
      this.#clusterId(receiver),
      this.#allowed(received),
    );
  }

  #clusterId(name: string): string {
    return this.nodes.find((node) => node.name === name)?.clusterId ?? '';
  }

  #allowed({ reason }: Session): number {
    if (reason.type === 'reverse') return 0;
    return this.#cluster.peers.find(({ name }) => name === reason.peer)?.numAllowedLocalAsNumbers ?? 0;
  }

  /** The freest session to the outside. */
  #world(name: string): 'external' | 'client' | 'internal' | undefined {
    const addresses = new Set(this.nodes.map((node) => node[this.#family]));
    const out = (this.#sessions.get(name) ?? []).filter(({ neighbor, as }) => !addresses.has(neighbor) && as !== 0);
    if (out.length === 0) return undefined;
    if (out.some(({ as, localAs }) => as !== localAs)) return 'external';
    return out.some(({ rrClient }) => rrClient) ? 'client' : 'internal';
  }

  /** The two ends of a session that comes up: the sender's and the receiver's. */
  #pair(sender: string, receiver: string): readonly [Session, Session] | undefined {
    const [from, to] = [sender, receiver].map((name) => this.nodes.find((node) => node.name === name));
    if (from === undefined || to === undefined) return undefined;
    const all = (node: BgpNode, other: BgpNode): readonly Session[] =>
      (this.#sessions.get(node.name) ?? []).filter(({ neighbor }) => neighbor === other[this.#family]);
    const [ofFrom, ofTo] = [all(from, to), all(to, from)];
    // Who runs first of those with one port; calls come to the first of all, whoever runs.
    let turns = [ofFrom, ofTo] as const;
    for (let round = 0; round <= ofFrom.length * ofTo.length; round++) {
      const refused = new Set<Session>();
      for (const one of holders(turns[0]))
        for (const other of holders(turns[1])) {
          const called = (other === ofTo[0] && this.#dials(one, to)) || (one === ofFrom[0] && this.#dials(other, from));
          if (!called || !hears(one, other)) continue;
          if (one.as === other.localAs && other.as === one.localAs) return [one, other];
          refused.add(one).add(other);
        }
      const later = (sessions: readonly Session[]): readonly Session[] =>
        sessions.toSorted((x, y) => Number(refused.has(x)) - Number(refused.has(y)));
      turns = [later(turns[0]), later(turns[1])];
    }
    return undefined;
  }

  #dials(session: Session, node: BgpNode): boolean {
    return !session.passive && portTo(session) === (portOf(this.#cluster, node) ?? DEFAULT_PORT);
  }
}

const portTo = ({ port }: Session): number => port ?? DEFAULT_PORT;

function holders(sessions: readonly Session[]): readonly Session[] {
  return sessions.filter((session) => sessions.find((other) => portTo(other) === portTo(session)) === session);
}

/** Whether packets of one end are taken by the other. */
function hears(one: Session, other: Session): boolean {
  return (
    JSON.stringify(one.secret) === JSON.stringify(other.secret) &&
    (one.ttlSecurity === null) === (other.ttlSecurity === null)
  );
}

function passed(
  route: Route,
  sender: string,
  sent: Session,
  received: Session,
  senderId: string,
  receiverId: string,
  allowed: number,
): Route | undefined {
  const external = sent.as !== sent.localAs;
  const reflects = !external && (route.learned === 'client' || route.learned === 'internal');
  if (reflects && route.learned === 'internal' && !sent.rrClient) return undefined;
  if (reflects && sent.rrClient && route.clusters.includes(senderId)) return undefined;
  const path = external ? [sent.localAs, ...route.path] : route.path;
  const clusters = reflects ? [senderId, ...route.clusters] : [];
  if (path.filter((as) => as === received.localAs).length > allowed) return undefined;
  if (received.rrClient && clusters.includes(receiverId)) return undefined;
  return { path, clusters, learned: external ? 'external' : received.rrClient ? 'client' : 'internal', from: sender };
}
