/**
 * Whom the routes of a node reach: RFC 4271 between autonomous systems, RFC 4456 inside one. What was learnt inside is passed on only by a route
 * reflector, from and to its clients, and never twice through one cluster ID. Each node passes on only the best it has.
 */
import type { Arc, Outside, Vertex } from './route-map.ts';

/** Why a node did not pass a route on, or another did not take it. */
export interface Block {
  /** vertex that had the route */
  readonly at: number;
  /** for `cluster-id`: the two reflectors that share it */
  readonly sharing: readonly number[];
  readonly cause: 'cluster-id' | 'no-reflector' | 'as-path';
}

export interface Spread {
  /** whether the vertex has the routes; of the origin's own vertex: whether all its nodes have them */
  readonly reached: readonly boolean[];
  /** the first reason for which a vertex was left out, by its index */
  readonly blocks: ReadonlyMap<number, Block>;
}

/** A list that shares its tail. */
interface List<T> {
  readonly head: T;
  readonly rest: List<T> | undefined;
}

interface Reflector {
  readonly clusterId: string;
  readonly vertex: number;
}

interface Route {
  /** less is better: AS path length, then external before internal, then length of the cluster list */
  readonly rank: number;
  readonly from: number | undefined;
  readonly learned: 'own' | Outside;
  readonly asPath: List<number> | undefined;
  /** the reflectors that passed it on */
  readonly clusters: List<Reflector> | undefined;
}

const AS_STEP = 1 << 16;

/** The routes of one node of the vertex, over all ways. Stops when `goal` vertices have them. */
export function spread(map: readonly Vertex[], origin: number, goal: number): Spread {
  return new Spreading(map, origin, goal).run();
}

class Spreading {
  readonly #map: readonly Vertex[];
  readonly #origin: number;
  #left: number;
  /** the world outside is one vertex more */
  readonly #outside: number;
  readonly #routes: (Route | undefined)[];
  readonly #offers = new Map<number, Map<number, Route>>();
  readonly #blocks = new Map<number, Block>();

  constructor(map: readonly Vertex[], origin: number, goal: number) {
    this.#map = map;
    this.#origin = origin;
    this.#left = goal;
    this.#outside = map.length;
    this.#routes = Array.from({ length: map.length + 1 });
  }

  run(): Spread {
    const own: Route = { rank: 0, from: undefined, learned: 'own', asPath: undefined, clusters: undefined };
    if (this.#map[this.#origin]?.nodes.length === 1) this.#routes[this.#origin] = own;
    this.#pass(this.#origin, own);
    while (this.#left > 0 && this.#offers.size > 0) {
      const rank = Math.min(...this.#offers.keys());
      const offers = this.#offers.get(rank) ?? new Map<number, Route>();
      this.#offers.delete(rank);
      const taken = [...offers].filter(([to]) => this.#routes[to] === undefined);
      for (const [to, route] of taken) {
        this.#routes[to] = route;
        if (to !== this.#outside) this.#left--;
      }
      for (const [to, route] of taken) if (this.#left > 0) this.#pass(to, route);
    }
    return { reached: this.#map.map((_, index) => this.#routes[index] !== undefined), blocks: this.#blocks };
  }

  #pass(at: number, route: Route): void {
    if (at === this.#outside) {
      this.#passIn(route);
      return;
    }
    const vertex = this.#map[at];
    if (vertex === undefined) return;
    for (const arc of vertex.arcs) if (this.#routes[arc.to] === undefined) this.#passOn(at, vertex, arc, route);
    const { outside } = vertex;
    if (outside === undefined || this.#routes[this.#outside] !== undefined) return;
    if (outside === 'internal' && route.learned === 'internal') return;
    this.#offer(this.#outside, { ...route, rank: route.rank + AS_STEP, from: at });
  }

  /** What comes back from outside: its path there is not known. */
  #passIn(route: Route): void {
    for (const [to, { outside: learned }] of this.#map.entries()) {
      if (learned === undefined || this.#routes[to] !== undefined) continue;
      const rank = Math.ceil((route.rank + 1) / AS_STEP) * AS_STEP + (learned === 'external' ? 0 : 1);
      this.#offer(to, { rank, from: undefined, learned, asPath: undefined, clusters: undefined });
    }
  }

  #passOn(at: number, vertex: Vertex, arc: Arc, route: Route): void {
    const clusterId = vertex.nodes[0]?.clusterId ?? '';
    const { to, external, client, fromClient, senderAs, receiverAs, allowed } = arc;
    const block = (cause: Block['cause'], ...sharing: readonly number[]): void => {
      if (!this.#blocks.has(to)) this.#blocks.set(to, { at, cause, sharing });
    };
    const reflected = !external && (route.learned === 'client' || route.learned === 'internal');
    if (reflected) {
      if (route.learned === 'internal' && !client)
        return clusterId === '' ? block('no-reflector') : block('cluster-id', route.from ?? at, at);
      const before = client ? reflectorOf(route.clusters, clusterId) : undefined;
      if (before !== undefined) return block('cluster-id', before.vertex, at);
    }
    const asPath = external ? { head: senderAs, rest: route.asPath } : route.asPath;
    const clusters = external || !reflected ? undefined : { head: { clusterId, vertex: at }, rest: route.clusters };
    if (count(asPath, receiverAs) > allowed) return block('as-path');
    const receiverId = this.#map[to]?.nodes[0]?.clusterId ?? '';
    // BIRD looks for its cluster ID only on sessions with clients: another reflector of the same ID takes the route, for itself.
    const before = fromClient ? reflectorOf(clusters, receiverId) : undefined;
    if (before !== undefined) return block('cluster-id', before.vertex, to);
    const rank = external ? (Math.floor(route.rank / AS_STEP) + 1) * AS_STEP : route.rank + 1;
    const learned = external ? 'external' : fromClient ? 'client' : 'internal';
    return this.#offer(to, { rank, from: at, learned, asPath, clusters });
  }

  /** Of routes of one rank the one from the lowest address is the best. */
  #offer(to: number, route: Route): void {
    const orderOf = ({ from }: Route): number => this.#map[from ?? -1]?.order ?? Infinity;
    let offers = this.#offers.get(route.rank);
    if (offers === undefined) this.#offers.set(route.rank, (offers = new Map<number, Route>()));
    const known = offers.get(to);
    if (known === undefined || orderOf(route) < orderOf(known)) offers.set(to, route);
  }
}

function reflectorOf(list: List<Reflector> | undefined, clusterId: string): Reflector | undefined {
  for (let item = list; item !== undefined; item = item.rest) if (item.head.clusterId === clusterId) return item.head;
  return undefined;
}

function count(list: List<number> | undefined, value: number): number {
  let times = 0;
  for (let item = list; item !== undefined; item = item.rest) if (item.head === value) times++;
  return times;
}
