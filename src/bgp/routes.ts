/** Which nodes learn the routes of which others, and which do not. */
import type { FamilyLinks } from './links.ts';
import { meshFault } from './links.ts';
import type { BgpCluster, Family } from './model.ts';
import { routeMap } from './route-map.ts';
import type { Vertex } from './route-map.ts';
import { spread } from './spread.ts';
import type { Block } from './spread.ts';

/** Nodes whose routes do not reach others. */
export interface RouteGap {
  readonly family: Family;
  /** nodes whose routes are missed: the smaller side where routes miss each other */
  readonly from: readonly string[];
  /** nodes that do not learn them; the same as `from` where no two of them learn each other's */
  readonly to: readonly string[];
  /** nor do routes come the other way */
  readonly mutual: boolean;
  readonly cause: GapCause;
}

export type GapCause =
  /** no chain of sessions connects them */
  | { readonly type: 'apart' }
  /** reflectors drop routes that carry their own cluster ID */
  | { readonly type: 'cluster-id'; readonly clusterId: string; readonly nodes: readonly string[] }
  /** a node between them passes nothing on, as it is no reflector */
  | { readonly type: 'no-reflector'; readonly node: string }
  /** an AS number would be twice in the path */
  | { readonly type: 'as-path' };

export interface Reachability {
  readonly gaps: readonly RouteGap[];
  /** nodes without any session that can come up, where there are others */
  readonly isolated: readonly string[];
}

/** The work is linear in nodes and in sessions that BGPPeers make; only what is found missing costs more. */
export function reachability(cluster: BgpCluster, family: FamilyLinks): Reachability {
  if (isWholeMesh(cluster, family)) return { gaps: [], isolated: [] };
  const map = routeMap(cluster, family);
  const { parts, alone } = components(map);
  const isolated = alone.flatMap(namesOf).sort();
  const finder = new GapFinder(family.family, map);
  const gaps = [...apart(family.family, parts), ...parts.flatMap((part) => finder.gapsIn(part))];
  return { gaps, isolated: family.members.length > 1 ? isolated : [] };
}

/** Every node has a session with every other, so nothing has to be passed on. */
function isWholeMesh(cluster: BgpCluster, { members, mesh, links }: FamilyLinks): boolean {
  if (links.some(({ faults }) => faults.length > 0)) return false;
  if (links.length === (members.length * (members.length - 1)) / 2) return true;
  if (mesh.length < members.length) return false;
  const withOwn = mesh.find(({ ownAs }) => ownAs !== undefined && ownAs !== cluster.asNumber);
  const without = mesh.find(({ ownAs }) => ownAs === undefined);
  return withOwn === undefined || without === undefined || meshFault(cluster, withOwn, without) === undefined;
}

const namesOf = ({ nodes }: Vertex): readonly string[] => nodes.map(({ name }) => name);

interface Component {
  readonly indexes: readonly number[];
  readonly vertices: readonly Vertex[];
}

/** Vertices that chains of sessions connect, most nodes first, and those without any. */
function components(map: readonly Vertex[]): {
  readonly parts: readonly Component[];
  readonly alone: readonly Vertex[];
} {
  const left = new Set(map.keys());
  let outside = [...map.keys()].filter((index) => map[index]?.outside !== undefined);
  const parts: Component[] = [];
  const alone: Vertex[] = [];
  for (const [start, vertex] of map.entries()) {
    if (!left.delete(start)) continue;
    if (vertex.arcs.length === 0 && vertex.outside === undefined) {
      alone.push(vertex);
      continue;
    }
    const indexes = [start];
    for (const index of indexes) {
      for (const { to } of map[index]?.arcs ?? []) if (left.delete(to)) indexes.push(to);
      if (map[index]?.outside === undefined) continue;
      indexes.push(...outside.filter((other) => left.delete(other)));
      outside = [];
    }
    parts.push({ indexes, vertices: indexes.flatMap((index) => map[index] ?? []) });
  }
  const size = ({ vertices }: Component): number => vertices.reduce((sum, { nodes }) => sum + nodes.length, 0);
  return { parts: parts.sort((a, b) => size(b) - size(a)), alone };
}

/** One gap for every part but the largest. */
function apart(family: Family, [largest, ...others]: readonly Component[]): readonly RouteGap[] {
  if (largest === undefined || others.length === 0) return [];
  const all = [largest, ...others].map(({ vertices }) => vertices.flatMap(namesOf).sort());
  return all.slice(1).map((from) => {
    const own = new Set(from);
    const to = all.flatMap((names) => names.filter((name) => !own.has(name))).sort();
    return { family, from, to, mutual: true, cause: { type: 'apart' } };
  });
}

/** What an origin misses in its component. */
interface Missing {
  readonly origin: number;
  readonly targets: readonly number[];
  readonly cause: GapCause;
}

class GapFinder {
  readonly #family: Family;
  readonly #map: readonly Vertex[];

  constructor(family: Family, map: readonly Vertex[]) {
    this.#family = family;
    this.#map = map;
  }

  gapsIn({ indexes }: Component): readonly RouteGap[] {
    const missing = indexes.map((origin) => this.#missing(origin, indexes)).filter(({ targets }) => targets.length > 0);
    const byOrigin = new Map(missing.map(({ origin, targets }) => [origin, new Set(targets)]));
    const gaps: RouteGap[] = [];
    const reported = new Map<number, Set<number>>();
    for (const group of this.#grouped(missing)) {
      const origins = group.map(({ origin }) => origin);
      const targets = [...new Set(group.flatMap(({ targets: own }) => own))];
      if (group.every(({ origin, targets: own }) => own.every((target) => reported.get(origin)?.has(target)))) continue;
      const mutual = targets.every((target) =>
        origins.every((origin) => origin === target || byOrigin.get(target)?.has(origin)),
      );
      const [from, to] = [this.#names(origins), this.#names(targets)];
      gaps.push({ family: this.#family, from, to, mutual, cause: group[0]?.cause ?? { type: 'apart' } });
      for (const origin of origins) addAll(reported, origin, targets);
      if (mutual) for (const target of targets) addAll(reported, target, origins);
    }
    return gaps;
  }

  #missing(origin: number, indexes: readonly number[]): Missing {
    const single = this.#map[origin]?.nodes.length === 1;
    const { reached, blocks } = spread(this.#map, origin, indexes.length - (single ? 1 : 0));
    const targets = indexes.filter((index) => reached[index] !== true && !(single && index === origin));
    const [first = origin] = targets;
    const blocked = targets.find((target) => blocks.has(target)) ?? first;
    return { origin, targets, cause: this.#cause(blocks.get(blocked)) };
  }

  #cause(block: Block | undefined): GapCause {
    if (block === undefined) return { type: 'apart' };
    if (block.cause === 'as-path') return { type: 'as-path' };
    const [at] = this.#map[block.at]?.nodes ?? [];
    if (block.cause === 'no-reflector') return { type: 'no-reflector', node: at?.name ?? '' };
    const nodes = block.sharing.flatMap((index) => this.#map[index]?.nodes[0] ?? []);
    return { type: 'cluster-id', clusterId: nodes[0]?.clusterId ?? '', nodes: nodes.map(({ name }) => name).sort() };
  }

  /** Origins that miss the same, those of the fewest nodes first: some that all miss each other, or some that all miss others. */
  #grouped(missing: readonly Missing[]): readonly (readonly Missing[])[] {
    const keyOf = (indexes: Iterable<number>): string => [...indexes].sort((a, b) => a - b).join();
    const eachOther = groupBy(missing, ({ origin, targets }) => keyOf(new Set([origin, ...targets])));
    const groups: (readonly Missing[])[] = [];
    const others: Missing[] = [];
    for (const [key, group] of eachOther) {
      const whole = group.every(({ origin, targets }) => targets.includes(origin) || this.#isSingle(origin));
      if (group.length > 1 && whole && keyOf(group.map(({ origin }) => origin)) === key) groups.push(group);
      else others.push(...group);
    }
    groups.push(...groupBy(others, ({ targets }) => keyOf(targets)).values());
    const size = (group: readonly Missing[]): number => this.#names(group.map(({ origin }) => origin)).length;
    return groups.sort((a, b) => size(a) - size(b));
  }

  #isSingle(index: number): boolean {
    return this.#map[index]?.nodes.length === 1;
  }

  #names(indexes: readonly number[]): readonly string[] {
    return indexes.flatMap((index) => (this.#map[index]?.nodes ?? []).map(({ name }) => name)).sort();
  }
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

function addAll(sets: Map<number, Set<number>>, key: number, values: readonly number[]): void {
  const set = sets.get(key) ?? new Set();
  for (const value of values) set.add(value);
  sets.set(key, set);
}
