import { describe, expect, it } from 'vitest';
import type { BgpCluster, BgpNode } from '../../src/bgp/model.ts';
import { explain } from '../../src/bgp/explain.ts';
import type { Peer } from '../../src/bgp/explain.ts';
import { expectedSessions, SessionPlan } from '../../src/bgp/sessions.ts';
import { topology } from '../../src/bgp/topology/topology.ts';
import type { Topology } from '../../src/bgp/topology/topology.ts';
import type { JsonObject } from '../../src/kinds/schema.ts';
import type { Resource } from '../../src/kinds/resource.ts';
import { RandomClusters } from './random-clusters.ts';
import { neighbours } from './small-bgp.ts';
import { clusterOf, MESH_OFF, node, peer, reflector, TO_RR } from './support.ts';

/** Nodes `n0`, `n1`, … in racks of so many. */
const racks = (count: number, size: number, key = 'rack'): readonly Resource[] =>
  Array.from({ length: count }, (_, index) =>
    node(`n${index}`, `10.1.${Math.floor(index / 250)}.${index % 250}`, {}, { [key]: `r${Math.floor(index / size)}` }),
  );

const R = [reflector('r1', '10.0.0.11', '1.0.0.1'), reflector('r2', '10.0.0.12', '1.0.0.2')];

/** `name (members): other count, …` for every box. */
function drawn({ boxes, edges }: Topology): readonly string[] {
  const names = new Map(boxes.map(({ id, name }) => [id, name]));
  return boxes.map(({ id, name, members, isCritical }) => {
    const lines = edges
      .filter(({ from }) => from === id)
      .map(({ to, sessions }) => `${names.get(to) ?? ''} ${Object.values(sessions).join('+')}`);
    return `${name}${isCritical ? '!' : ''} (${members.length})${lines.length === 0 ? '' : `: ${lines.join(', ')}`}`;
  });
}

const ipv4 = (resources: readonly Resource[], groupBy?: string): Topology =>
  topology(clusterOf(...resources), ['ipv4'], groupBy);

describe('topology()', () => {
  it('gives each of a few nodes a box of its own', () => {
    const { boxes, edges, grouping } = ipv4([...racks(3, 1), ...R, TO_RR]);
    expect([drawn({ boxes, edges, grouping, families: [] }), grouping]).toEqual([
      ['n0 (1)', 'n1 (1)', 'n2 (1)', 'r1 (1): n0 1, n1 1, n2 1, r2 1', 'r2 (1): n0 1, n1 1, n2 1'],
      { by: 'none', reason: 'there are no more than 20 nodes' },
    ]);
  });

  it.each<[string, readonly Resource[], string | undefined, readonly string[], string]>([
    [
      'by rack when most nodes have such a label',
      [MESH_OFF, ...racks(40, 10, 'example.com/rack'), ...R, TO_RR],
      undefined,
      [
        'example.com/rack r0 (10)',
        'example.com/rack r1 (10)',
        'example.com/rack r2 (10)',
        'example.com/rack r3 (10)',
        'r1 (1): example.com/rack r0 10, example.com/rack r1 10, example.com/rack r2 10, example.com/rack r3 10, r2 1',
        'r2 (1): example.com/rack r0 10, example.com/rack r1 10, example.com/rack r2 10, example.com/rack r3 10',
      ],
      'there are more than 20 nodes, and most have that label',
    ],
    [
      'by cluster ID when they have none',
      [MESH_OFF, ...racks(40, 40), ...R, TO_RR],
      undefined,
      [
        'clients of 1.0.0.1, 1.0.0.2 (40)',
        'r1 (1): clients of 1.0.0.1, 1.0.0.2 40, r2 1',
        'r2 (1): clients of 1.0.0.1, 1.0.0.2 40',
      ],
      'there are more than 20 nodes, and no label of a rack or zone that most of them have',
    ],
    [
      'by a label that is asked for',
      [MESH_OFF, ...racks(4, 2), ...R, TO_RR],
      'rack',
      ['r1 (1): r2 1, rack r0 2, rack r1 2', 'r2 (1): rack r0 2, rack r1 2', 'rack r0 (2)', 'rack r1 (2)'],
      'as asked for',
    ],
    [
      'with a reflector that is the only one marked',
      [MESH_OFF, ...racks(4, 2), reflector('r1', '10.0.0.11'), TO_RR],
      'cluster-id',
      ['clients of 244.0.0.1 (4)', 'r1! (1): clients of 244.0.0.1 4'],
      'as asked for',
    ],
    [
      'by AS number for many neighbours outside',
      [
        MESH_OFF,
        ...racks(20, 1),
        ...Array.from({ length: 20 }, (_, index) =>
          peer(`p${index}`, { node: `n${index}`, peerIP: `10.9.0.${index}`, asNumber: 65000 + (index % 2) }),
        ),
      ],
      'cluster-id',
      [
        'nodes without reflector (20): peers of AS 65000 10, peers of AS 65001 10',
        'peers of AS 65000 (10)',
        'peers of AS 65001 (10)',
      ],
      'as asked for',
    ],
  ])('groups nodes %s', (_, resources, groupBy, boxes, reason) => {
    const found = ipv4(resources, groupBy);
    expect([[...drawn(found)].sort(), found.grouping.reason]).toEqual([[...boxes].sort(), reason]);
  });

  it.each<[string, (count: number) => readonly Resource[]]>([
    ['a mesh', (count) => racks(count, 40)],
    [
      'a mesh of BGPPeers',
      (count) => [MESH_OFF, ...racks(count, 40), peer('all', { nodeSelector: 'all()', peerSelector: 'all()' })],
    ],
    ['reflectors', (count) => [MESH_OFF, ...racks(count, 40), ...R, TO_RR]],
  ])('draws few boxes and edges of %s, however many nodes there are', (_, resources) => {
    const { boxes, edges } = ipv4(resources(200));
    expect({ boxes: boxes.length < 12, edges: edges.length < 30 }).toEqual({ boxes: true, edges: true });
  });

  it('counts sessions that cannot come up as explain() tells of them, in 200 random clusters', () => {
    const random = new RandomClusters(1771);
    const different = [];
    let down = 0;
    for (let run = 0; run < 200; run++) {
      const bad = random.pick<JsonObject>([
        { nodeSelector: "rack == '1'", peerIP: '10.9.9.9' },
        { node: 'n1', peerIP: '10.0.0.2' },
        { peerIP: '10.9.9.9', asNumber: 65000 },
        { peerIP: '10.0.0.3' },
      ]);
      const cluster = clusterOf(...random.resources(), peer('zz', bad));
      const { families, edges } = topology(cluster, ['ipv4'], undefined);
      const { faulty = 0, faultyMesh = 0 } = families[0]?.sessions ?? {};
      const expected = faultyIn(cluster);
      if (expected > 0) down++;
      const drawnFaulty = edges.reduce((sum, edge) => sum + edge.faulty, 0) + faultyMesh;
      if (faulty !== expected || drawnFaulty !== expected)
        different.push({ run, faulty, drawnFaulty, expected, cluster });
    }
    expect(different.slice(0, 1)).toEqual([]);
    expect(down).toBeGreaterThan(50);
  });

  it('connects nodes whose configuration BIRD refuses with nobody', () => {
    const cluster = [...racks(4, 2), peer('tor', { node: 'n1', peerIP: '10.9.9.9' })];
    const [family] = ipv4(cluster).families;
    expect([family?.sessions, family?.partitions, family?.refused]).toEqual([
      { mesh: 6, peers: 0, external: 1, faulty: 4, faultyMesh: 3 },
      [['n0', 'n2', 'n3'], ['n1']],
      ['n1'],
    ]);
  });

  it('counts the sessions of the mesh of each box, inside and with others', () => {
    const { boxes } = topology(clusterOf(...racks(5, 3), node('six', '10.2.0.1 fd00::1')), ['ipv4', 'ipv6'], 'rack');
    expect(boxes.map(({ name, meshSessions }) => [name, meshSessions])).toEqual([
      ['no label rack', { ipv4: 5 }],
      ['rack r0', { ipv4: 12 }],
      ['rack r1', { ipv4: 9 }],
    ]);
  });

  it('counts what there is, and finds the parts, in 200 random clusters', () => {
    const random = new RandomClusters(42);
    const different = [];
    let split = 0;
    for (let run = 0; run < 200; run++) {
      const cluster = clusterOf(...random.resources());
      const { families, edges } = topology(cluster, ['ipv4'], random.pick([undefined, 'rack', 'cluster-id']));
      const [counts] = families;
      const { mesh = 0, peers = 0, external = 0 } = counts?.sessions ?? {};
      const actual = {
        between: mesh + peers,
        external,
        edges: edges.reduce((sum, { sessions }) => sum + (sessions.ipv4 ?? 0), 0) - peers - external,
        parts: (counts?.partitions ?? []).map((names) => names.join()).sort(),
      };
      const expected = { ...counted(cluster), edges: 0, parts: parts(cluster) };
      if (expected.parts.length > 1) split++;
      if (JSON.stringify(actual) !== JSON.stringify(expected)) different.push({ run, actual, expected, cluster });
    }
    expect(different.slice(0, 1)).toEqual([]);
    expect(split).toBeGreaterThan(20);
  });
});

/** Sessions that explain() finds faulty: of each two nodes, and of each node with other neighbours. */
function faultyIn(cluster: BgpCluster): number {
  const plan = new SessionPlan(cluster);
  const addresses = new Set(cluster.nodes.map(({ ipv4: address }) => address));
  const isFaulty = (one: BgpNode, other: Peer): boolean =>
    explain(plan, one, other).some(({ family, state }) => family === 'ipv4' && state === 'faulty');
  return cluster.nodes.reduce((sum, one, index) => {
    const others = cluster.nodes.slice(index + 1).filter((other) => isFaulty(one, { type: 'node', node: other }));
    const outside = plan
      .sessions(one, 'ipv4')
      .filter(({ neighbor }) => !addresses.has(neighbor) && isFaulty(one, { type: 'address', address: neighbor }));
    return sum + others.length + outside.length;
  }, 0);
}

/** Pairs of nodes of which one at least has a session for the other, and sessions to others. */
function counted(cluster: BgpCluster): { readonly between: number; readonly external: number } {
  const names = new Map(cluster.nodes.map(({ ipv4: address, name }) => [address, name]));
  const pairs = new Set<string>();
  let external = 0;
  for (const [name, { ipv4: sessions }] of expectedSessions(cluster)) {
    for (const { neighbor } of sessions) {
      const other = names.get(neighbor);
      if (other === undefined) external++;
      else pairs.add([name, other].sort().join());
    }
  }
  return { between: pairs.size, external };
}

/** Nodes that chains of sessions connect. */
function parts(cluster: BgpCluster): readonly string[] {
  const near = neighbours(cluster);
  const left = new Set(near.keys());
  const found: string[] = [];
  for (const start of near.keys()) {
    if (!left.delete(start)) continue;
    const part = [start];
    for (const name of part) {
      const all =
        name === '' ? [...near].flatMap(([other, of]) => (of.includes('') ? [other] : [])) : (near.get(name) ?? []);
      for (const other of all) if (!part.includes(other)) part.push(other);
    }
    const names = part.filter((name) => name !== '');
    for (const name of names) left.delete(name);
    found.push(names.sort().join());
  }
  return found.sort();
}
