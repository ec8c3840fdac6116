/**
 * Single points of failure: a node, or a session, without which routes between others are lost. What counts is where BGP takes routes (RFC 4271,
 * RFC 4456), not whether some chain of sessions is left.
 */
import type { FamilyLinks, Link } from './links.ts';
import { Losses, ordered } from './losses.ts';
import type { BgpCluster, BgpNode } from './model.ts';
import { routeMap } from './route-map.ts';
import type { Vertex } from './route-map.ts';
import { reachability } from './routes.ts';

export interface SinglePoint {
  /** the node, or the two ends of the session */
  readonly ends: readonly [BgpNode] | readonly [BgpNode, BgpNode];
  /** other nodes that hold the like of this session: nothing tells them from the first end */
  readonly alike: readonly BgpNode[];
  /** names of nodes that lose all routes, or, where none do, of the fewer that no longer exchange some */
  readonly cutsOff: readonly string[];
}

export interface SinglePoints {
  /** in bytewise order of their names; undefined when the network is too large and too varied to look */
  readonly nodes: readonly SinglePoint[] | undefined;
  readonly sessions: readonly SinglePoint[] | undefined;
}

/** Looks at links that one kind of point may cost: a few seconds. */
const LIMIT = 1_500_000;

/**
 * Takes every node that passes routes on away in turn, and every session that is unlike the others, and looks at what is missing. A session is
 * one when more than the routes of its two ends to each other is lost.
 */
export function singlePoints(cluster: BgpCluster, links: FamilyLinks): SinglePoints {
  const { gaps, isolated } = reachability(cluster, links);
  const before = new Losses(
    links.members.map(({ name }) => name),
    isolated,
    gaps,
  );
  const map = routeMap(cluster, links);
  const cost = links.links.length + links.members.length;
  const transits = map.filter((vertex) => passesOn(vertex, map));
  const pairs = sessionsOf(map);
  const look = (without: FamilyLinks, ends: SinglePoint['ends'], alike: readonly BgpNode[]): readonly SinglePoint[] => {
    const cutsOff = lost(before, cluster, without, ends);
    return cutsOff.length === 0 ? [] : [{ ends, alike, cutsOff }];
  };
  const named = (points: readonly SinglePoint[]): readonly SinglePoint[] =>
    [...points].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  return {
    nodes:
      transits.length * cost > LIMIT
        ? undefined
        : named(transits.flatMap(({ nodes: [node] }) => (node ? look(withoutNode(links, node), [node], []) : []))),
    sessions:
      pairs.length * cost > LIMIT
        ? undefined
        : named(pairs.flatMap(({ a, b, alike }) => look(withoutSession(links, a, b), [a, b], alike))),
  };
}

const keyOf = ({ ends }: SinglePoint): string => ends.map(({ name }) => name).join(' ');

/** Whether others may need a node. One of several that nothing tells apart is never needed. */
function passesOn({ nodes, arcs, outside }: Vertex, map: readonly Vertex[]): boolean {
  if (nodes.length > 1) return false;
  const neighbours = arcs.reduce((sum, { to }) => sum + (map[to]?.nodes.length ?? 0), outside === undefined ? 0 : 1);
  if (neighbours < 2) return false;
  return nodes[0]?.clusterId !== '' || outside !== undefined || arcs.some(({ external }) => external);
}

interface Pair {
  readonly a: BgpNode;
  readonly b: BgpNode;
  readonly alike: readonly BgpNode[];
}

/** One session of each sort. Those inside a vertex are those of a mesh: like many others, unless there are two nodes only. */
function sessionsOf(map: readonly Vertex[]): readonly Pair[] {
  return map.flatMap((vertex, from) =>
    vertex.arcs.flatMap(({ to }): readonly Pair[] => {
      const other = map[to];
      if (other === undefined || to < from) return [];
      const [many, few] = vertex.nodes.length < other.nodes.length ? [other, vertex] : [vertex, other];
      const [first, ...alike] = many.nodes;
      if (from === to) {
        const [second] = alike;
        return first !== undefined && second !== undefined && alike.length === 1
          ? [{ a: first, b: second, alike: [] }]
          : [];
      }
      const [b] = few.nodes;
      if (first === undefined || b === undefined) return [];
      const isSwapped = alike.length === 0 && b.name < first.name;
      return [isSwapped ? { a: b, b: first, alike } : { a: first, b, alike }];
    }),
  );
}

function withoutNode(links: FamilyLinks, gone: BgpNode): FamilyLinks {
  return {
    ...links,
    members: links.members.filter((node) => node !== gone),
    mesh: links.mesh.filter((node) => node !== gone),
    links: links.links.filter(({ a, b }) => a !== gone && b !== gone),
    external: new Map([...links.external].filter(([name]) => name !== gone.name)),
  };
}

function withoutSession(links: FamilyLinks, one: BgpNode, two: BgpNode): FamilyLinks {
  const { family } = links;
  const [a, b] = one.name < two.name ? [one, two] : [two, one];
  const down: Link = { family, a, b, ofA: undefined, ofB: undefined, faults: ['one-sided'] };
  return { ...links, links: [...links.links.filter((link) => link.a !== a || link.b !== b), down] };
}

/** What the nodes that are left miss, apart from what two ends of a session miss of each other. */
function lost(
  before: Losses,
  cluster: BgpCluster,
  links: FamilyLinks,
  [one, two]: SinglePoint['ends'],
): readonly string[] {
  const { gaps, isolated } = reachability(cluster, links);
  const left = links.members.map(({ name }) => name);
  const alone = isolated.filter(
    (name) =>
      before.isNotAlone(name) &&
      // What others had to do with the node itself is no loss of theirs.
      (two !== undefined || left.some((other) => other !== name && before.reaches(name, other))),
  );
  if (alone.length > 0) return alone;
  const cutOff = new Set<string>();
  for (const gap of gaps) {
    const own = new Set(gap.from);
    for (const [sender, receiver] of ordered(gap)) {
      if (two !== undefined && isBetween(one, two, sender, receiver)) continue;
      if (before.reaches(sender, receiver)) cutOff.add(own.has(sender) ? sender : receiver);
    }
  }
  return [...cutOff].sort();
}

function isBetween(one: BgpNode, two: BgpNode, sender: string, receiver: string): boolean {
  return (sender === one.name && receiver === two.name) || (sender === two.name && receiver === one.name);
}
