/** What is drawn of a topology: what many boxes have in common is drawn once, around them. */
import { counted, familyName } from '../../operations/bgp-topology.ts';
import type { Box, Edge, FamilyTopology, Topology } from '../../operations/bgp-topology.ts';
import type { Drawing, Edge as Line, Frame, Vertex } from '../../output/drawing.ts';

/** Boxes with the same neighbours from which on they get a frame. */
const ALIKE = 4;

export function drawingOf({ families, boxes, edges }: Topology): Drawing {
  const near = neighboursOf(boxes, edges);
  const mesh = meshFrame(families, boxes);
  const free = boxes.filter(({ inMesh, type }) => !inMesh && type !== 'external');
  const cliques = cliqueFrames(free, near, edges, families);
  const inClique = new Set(cliques.flatMap(({ members }) => members));
  const left = free.filter(({ id }) => !inClique.has(id));
  const frames = [...mesh, ...cliques, ...framesOfAlike(left, near), ...idleFrame(left, near)];
  const several = new Set(boxes.flatMap(({ type, asNumbers }) => (type === 'external' ? [] : asNumbers))).size > 1;
  const vertices = boxes.map((box) => vertexOf(box, edges, families, several));
  const nodes = new Set(boxes.flatMap(({ type, members }) => (type === 'external' ? [] : members))).size;
  return {
    title: `BGP sessions of ${counted(nodes, 'node')}, ${families.map(({ family }) => familyName(family)).join(' and ')}${families.length > 1 ? ' (numbers are those of each)' : ''}`,
    vertices,
    frames,
    edges: linesOf(
      boxes,
      edges.filter(
        ({ from, to, faulty }) =>
          faulty > 0 || !cliques.some(({ members }) => members.includes(from) && members.includes(to)),
      ),
      frames,
      families,
      near,
    ),
  };
}

type Neighbours = ReadonlyMap<string, ReadonlySet<string>>;

/** The ids of the boxes that each box has sessions with, those of the mesh apart. */
function neighboursOf(boxes: readonly Box[], edges: readonly Edge[]): Neighbours {
  const near = new Map(boxes.map(({ id }) => [id, new Set<string>()]));
  for (const { from, to } of edges) {
    if (from === to) continue;
    near.get(from)?.add(to);
    near.get(to)?.add(from);
  }
  return near;
}

function meshFrame(families: readonly FamilyTopology[], boxes: readonly Box[]): readonly Frame[] {
  const members = boxes.filter(({ inMesh }) => inMesh).map(({ id }) => id);
  const used = families.filter(({ meshNodes }) => meshNodes > 1);
  if (members.length === 0 || used.length === 0) return [];
  const texts = used.map(({ meshNodes, sessions: { mesh, faultyMesh } }) => {
    const trouble = faultyMesh === 0 ? '' : `, of which ${faultyMesh} cannot come up`;
    return `${counted(meshNodes, 'node')}, ${counted(mesh, 'session')}${trouble}`;
  });
  const same = new Set(texts).size === 1 && used.length === families.length;
  const counts = same
    ? (texts[0] ?? '')
    : used.map(({ family }, index) => `${familyName(family)} ${texts[index] ?? ''}`).join('; ');
  return [{ id: 'mesh', label: `node-to-node mesh: ${counts}`, members }];
}

/** Frames around boxes of which each has sessions with every other, such as the reflectors of a large cluster. */
function cliqueFrames(
  boxes: readonly Box[],
  near: Neighbours,
  edges: readonly Edge[],
  families: readonly FamilyTopology[],
): readonly Frame[] {
  const frames: Frame[] = [];
  const degree = ({ id }: Box): number => near.get(id)?.size ?? 0;
  let left = boxes.filter((box) => degree(box) >= ALIKE - 1).sort((a, b) => degree(b) - degree(a));
  while (left.length >= ALIKE) {
    const clique: Box[] = [];
    for (const box of left) if (clique.every(({ id }) => near.get(box.id)?.has(id))) clique.push(box);
    left = left.filter((box) => !clique.includes(box));
    if (clique.length < ALIKE) continue;
    const ids = new Set(clique.map(({ id }) => id));
    const total = edges
      .filter(({ from, to }) => from !== to && ids.has(from) && ids.has(to))
      .reduce<Edge | undefined>((all, edge) => (all === undefined ? edge : added(all, edge)), undefined);
    const count = total === undefined ? '' : countText(total, families);
    const label = `each with every other: ${count} sessions`;
    const members = boxes.filter(({ id }) => ids.has(id)).map(({ id }) => id);
    frames.push({ id: `clique${frames.length + 1}`, label, members });
  }
  return frames;
}

/** Frames around boxes that have the same neighbours, and are none of each other. */
function framesOfAlike(boxes: readonly Box[], near: Neighbours): readonly Frame[] {
  const alike = new Map<string, Box[]>();
  for (const box of boxes) {
    if (box.clusterIds.length > 0 || box.isCritical) continue;
    const neighbours = [...(near.get(box.id) ?? [])].sort();
    if (neighbours.length === 0) continue;
    const key = neighbours.join(' ');
    const others = alike.get(key);
    if (others === undefined) alike.set(key, [box]);
    else others.push(box);
  }
  return [...alike.values()]
    .filter(({ length }) => length >= ALIKE)
    .map((members, index) => {
      const nodes = members.reduce((sum, box) => sum + box.members.length, 0);
      return {
        id: `alike${index + 1}`,
        label: `${nodes} nodes with the same neighbours`,
        members: members.map(({ id }) => id),
      };
    });
}

function idleFrame(boxes: readonly Box[], near: Neighbours): readonly Frame[] {
  const members = boxes.filter(({ id }) => near.get(id)?.size === 0).map(({ id }) => id);
  return members.length < 2 ? [] : [{ id: 'alone', label: 'no sessions with others', members }];
}

function vertexOf(box: Box, edges: readonly Edge[], families: readonly FamilyTopology[], several: boolean): Vertex {
  const { id, type, name, members, clusterIds, asNumbers, isCritical } = box;
  const numbers = `AS ${asNumbers.join(', ')}`;
  const inside = edges.find(({ from, to }) => from === id && to === id);
  const lines = [
    name,
    ...(type === 'group' ? [`${members.length} ${members.length === 1 ? 'node' : 'nodes'}`] : []),
    ...(type === 'node' && clusterIds.length > 0 ? [`reflector ${clusterIds.join(', ')}`] : []),
    ...(type === 'external'
      ? [name === `peers of ${numbers}` ? `${members.length} addresses` : numbers]
      : several
        ? [numbers]
        : []),
    ...(inside === undefined ? [] : [`${countText(inside, families) || '1'} inside`]),
  ];
  const look =
    type === 'external' ? 'outside' : type === 'group' ? 'group' : clusterIds.length > 0 ? 'important' : 'plain';
  return { id, lines, look, isCritical };
}

/** One line to a frame instead of one to each of its boxes, where all of them have the same neighbours. */
function linesOf(
  boxes: readonly Box[],
  edges: readonly Edge[],
  frames: readonly Frame[],
  families: readonly FamilyTopology[],
  near: Neighbours,
): readonly Line[] {
  const frameOf = new Map<string, string>();
  for (const { id, members } of frames) {
    const outside = members.map((member) => [...(near.get(member) ?? [])].filter((other) => !members.includes(other)));
    const isSame = new Set(outside.map((others) => others.sort().join(' '))).size === 1;
    if (members.length > 1 && isSame) for (const member of members) frameOf.set(member, id);
  }
  const byId = new Map(boxes.map((box) => [box.id, box]));
  const lines = new Map<string, { edge: Edge; isLevel: boolean }>();
  for (const edge of edges) {
    if (edge.from === edge.to) continue;
    const isInside = frameOf.has(edge.from) && frameOf.get(edge.from) === frameOf.get(edge.to);
    const [from, to] = [edge.from, edge.to].map((id) => (isInside ? id : (frameOf.get(id) ?? id)));
    if (from === undefined || to === undefined) continue;
    const key = `${from} ${to}`;
    const known = lines.get(key)?.edge;
    const isLevel = [edge.from, edge.to].every((id) => byId.get(id)?.clusterIds.length !== 0);
    lines.set(key, { edge: { ...(known === undefined ? edge : added(known, edge)), from, to }, isLevel });
  }
  return [...lines.values()].map(({ edge, isLevel }) => {
    const count = countText(edge, families);
    const trouble = edge.faulty === 0 ? '' : `${edge.faulty} cannot come up`;
    const label = [count, trouble].filter((text) => text !== '').join(', ');
    return { from: edge.from, to: edge.to, label, isBroken: edge.faulty > 0, isLevel };
  });
}

function added(one: Edge, other: Edge): Edge {
  const sessions = { ...one.sessions };
  for (const family of ['ipv4', 'ipv6'] as const) {
    const count = (one.sessions[family] ?? 0) + (other.sessions[family] ?? 0);
    if (count > 0) sessions[family] = count;
  }
  return { ...one, sessions, faulty: one.faulty + other.faulty };
}

/** How many sessions; empty for one in each family. */
function countText({ sessions }: Edge, families: readonly FamilyTopology[]): string {
  const counts = families.map(({ family }) => ({ family, count: sessions[family] ?? 0 }));
  const [first] = counts;
  if (counts.every(({ count }) => count === first?.count)) return first?.count === 1 ? '' : String(first?.count ?? 0);
  return counts
    .filter(({ count }) => count > 0)
    .map(({ family, count }) => `${familyName(family)}${count === 1 ? '' : ` ${count}`}`)
    .join(', ');
}
