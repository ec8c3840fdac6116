import { describe, expect, it } from 'vitest';
import { drawingOf } from '../../src/commands/bgp/topology-drawing.ts';
import type { Box, Edge, FamilyTopology, Topology } from '../../src/operations/bgp-topology.ts';

const box = (id: string, changes: Partial<Box> = {}): Box => ({
  id,
  type: 'node',
  name: `name-${id}`,
  members: [`name-${id}`],
  clusterIds: [],
  asNumbers: [64512],
  inMesh: false,
  meshSessions: {},
  isCritical: false,
  ...changes,
});

const reflector = (id: string): Box => box(id, { clusterIds: ['244.0.0.1'] });

const edge = (from: string, to: string, sessions: Edge['sessions'] = { ipv4: 1 }, faulty = 0): Edge => ({
  from,
  to,
  sessions,
  faulty,
});

const family = (meshNodes: number, faultyMesh = 0): FamilyTopology => ({
  family: 'ipv4',
  nodes: 0,
  meshNodes,
  sessions: { mesh: (meshNodes * (meshNodes - 1)) / 2, peers: 0, external: 0, faulty: faultyMesh, faultyMesh },
  partitions: [],
  gaps: [],
  refused: [],
  singlePoints: { nodes: [], sessions: [] },
});

/** Frames as `label: members`, edges as `from to label`. */
function drawn(
  boxes: readonly Box[],
  edges: readonly Edge[],
  meshNodes = 0,
  faultyMesh = 0,
): readonly (readonly string[])[] {
  const topology: Topology = {
    families: [family(meshNodes, faultyMesh)],
    grouping: { by: 'none', reason: '' },
    boxes,
    edges,
  };
  const { frames, edges: lines } = drawingOf(topology);
  return [
    frames.map(({ label, members }) => `${label}: ${members.join(' ')}`),
    lines.map(
      ({ from, to, label, isBroken }) => `${from} ${to}${label === '' ? '' : ` ${label}`}${isBroken ? ' broken' : ''}`,
    ),
  ];
}

const pairs = (ids: readonly string[]): readonly Edge[] =>
  ids.flatMap((from, index) => ids.slice(index + 1).map((to) => edge(from, to)));

describe('drawingOf()', () => {
  it('draws a mesh as a frame, and what all of it have in common as one line', () => {
    const boxes = [reflector('b1'), ...['b2', 'b3', 'b4'].map((id) => box(id, { inMesh: true }))];
    const edges = ['b2', 'b3', 'b4'].map((id) => edge('b1', id));
    expect(drawn(boxes, edges, 3)).toEqual([['node-to-node mesh: 3 nodes, 3 sessions: b2 b3 b4'], ['b1 mesh 3']]);
  });

  it('says how many sessions of a mesh cannot come up', () => {
    const boxes = ['b1', 'b2', 'b3'].map((id) => box(id, { inMesh: true }));
    expect(drawn(boxes, [], 3, 2)[0]).toEqual([
      'node-to-node mesh: 3 nodes, 3 sessions, of which 2 cannot come up: b1 b2 b3',
    ]);
  });

  it('draws lines to single members of a mesh that have neighbours of their own', () => {
    const boxes = [reflector('b1'), box('b2', { inMesh: true }), box('b3', { inMesh: true })];
    expect(drawn(boxes, [edge('b1', 'b2')], 2)).toEqual([['node-to-node mesh: 2 nodes, 1 session: b2 b3'], ['b1 b2']]);
  });

  it('draws boxes that all have sessions with each other as a frame, and what cannot come up as lines', () => {
    const ids = ['b1', 'b2', 'b3', 'b4'];
    const boxes = [...ids.map(reflector), box('b5')];
    const edges = [
      ...pairs(ids).filter(({ to }) => to !== 'b4'),
      edge('b1', 'b4', { ipv4: 1 }, 1),
      edge('b2', 'b4'),
      edge('b3', 'b4'),
      edge('b1', 'b5'),
    ];
    expect(drawn(boxes, edges)).toEqual([
      ['each with every other: 6 sessions: b1 b2 b3 b4'],
      ['b1 b4 1 cannot come up broken', 'b1 b5'],
    ]);
  });

  it('puts boxes with the same neighbours into a frame, and those without any', () => {
    const leaves = ['b3', 'b4', 'b5', 'b6'];
    const boxes = [
      reflector('b1'),
      reflector('b2'),
      ...leaves.map((id) => box(id, { type: 'group' })),
      box('b7'),
      box('b8'),
    ];
    const edges = leaves.flatMap((id) => ['b1', 'b2'].map((hub) => edge(hub, id, { ipv4: 10 })));
    expect(drawn(boxes, edges)).toEqual([
      ['4 nodes with the same neighbours: b3 b4 b5 b6', 'no sessions with others: b7 b8'],
      ['b1 alike1 40', 'b2 alike1 40'],
    ]);
  });
});
