import { describe, expect, it } from 'vitest';
import { newCuts } from '../../src/bgp/cuts.ts';
import { SessionPlan } from '../../src/bgp/sessions.ts';
import type { BgpCluster } from '../../src/bgp/model.ts';
import type { Resource } from '../../src/kinds/resource.ts';
import { RandomClusters } from './random-clusters.ts';
import { unlearnt } from './small-bgp.ts';
import { ABC, clusterOf, configuration, MESH_OFF, node, peer, reflector, TO_RR } from './support.ts';

const R1 = reflector('r1', '10.0.0.11');
const R2 = reflector('r2', '10.0.0.12');
const RACKS = [
  node('a', '10.0.0.1', {}, { rack: '1' }),
  node('b', '10.0.0.2', {}, { rack: '1' }),
  node('c', '10.0.0.3', {}, { rack: '2' }),
  node('d', '10.0.0.4', {}, { rack: '2' }),
];
const IN_RACK = ['1', '2'].map((rack) =>
  peer(`rack-${rack}`, { nodeSelector: `rack == '${rack}'`, peerSelector: `rack == '${rack}'` }),
);
const BETWEEN = peer('between', { nodeSelector: 'all()', peerSelector: 'all()' });

/** `rule: message` of what is cut off. */
const cuts = (before: readonly Resource[], after: readonly Resource[]): readonly string[] =>
  newCuts(clusterOf(...before), clusterOf(...after)).map(({ rule, message }) => `${rule.id}: ${message}`);

describe('newCuts()', () => {
  it.each<[string, readonly Resource[], readonly Resource[], readonly string[]]>([
    ['a node less in a mesh', ABC, ABC.slice(1), []],
    [
      'a mesh that goes away',
      ABC,
      [MESH_OFF, ...ABC],
      ['BGP012: nodeToNodeMeshEnabled is false, and none of 3 nodes has a session'],
    ],
    [
      'another setting where the mesh was away already',
      [MESH_OFF, ...ABC],
      [configuration({ nodeToNodeMeshEnabled: false, asNumber: 64999 }), ...ABC],
      [],
    ],
    [
      'sessions for some of those that have none',
      [MESH_OFF, ...ABC, R1],
      [MESH_OFF, ...ABC, R1, peer('p', { node: 'a', peerIP: '10.0.0.11', asNumber: 64512 })],
      [],
    ],
    [
      'a reflector without a peering',
      [...ABC, node('r1', '10.0.0.11')],
      [...ABC, R1],
      ['BGP003: node r1 has cluster ID 244.0.0.1, which takes it out of the mesh, and no session'],
    ],
    [
      'a peering with the reflectors that goes away',
      [MESH_OFF, ...ABC, R1, R2, TO_RR],
      [MESH_OFF, ...ABC, R1, R2],
      ['BGP012: nodeToNodeMeshEnabled is false, and none of 5 nodes has a session'],
    ],
    ['one reflector less of two', [MESH_OFF, ...ABC, R1, R2, TO_RR], [MESH_OFF, ...ABC, R1, TO_RR], []],
    [
      'the second family alone',
      [
        ...ABC,
        node('d', '10.0.0.4 fd00::4'),
        node('e', '10.0.0.5 fd00::5', { routeReflectorClusterID: '1.0.0.1' }),
        BETWEEN,
      ],
      [
        ...ABC,
        node('d', '10.0.0.4 fd00::4'),
        node('e', '10.0.0.5 fd00::5', { routeReflectorClusterID: '1.0.0.1' }),
        peer('four', { nodeSelector: 'all()', peerIP: '10.0.0.5', asNumber: 64512 }),
      ],
      ['BGP008: 2 nodes (d, e) have an IPv6 address but no IPv6 session'],
    ],
    [
      'racks that are split',
      [MESH_OFF, ...RACKS, BETWEEN],
      [MESH_OFF, ...RACKS, ...IN_RACK],
      ['BGP004: 2 nodes (c, d) exchange no IPv4 routes with 2 nodes (a, b): no chain of sessions connects them'],
    ],
    [
      'a node that joins one side of a split',
      [MESH_OFF, ...RACKS, ...IN_RACK],
      [MESH_OFF, ...RACKS, node('e', '10.0.0.5', {}, { rack: '2' }), ...IN_RACK],
      [],
    ],
    [
      'a node that is added to no side',
      [MESH_OFF, ...RACKS, ...IN_RACK],
      [MESH_OFF, ...RACKS, node('e', '10.0.0.5', {}, { rack: '3' }), ...IN_RACK],
      ['BGP008: node e has an IPv4 address but no IPv4 session'],
    ],
    [
      'a node that others cannot pass on the routes of',
      [MESH_OFF, ...ABC, R1, TO_RR],
      [MESH_OFF, ...ABC, node('d', '10.0.0.4'), R1, peer('to-rr', { nodeSelector: 'all()', peerSelector: 'all()' })],
      [],
    ],
    [
      'a reflector that becomes a plain node',
      [MESH_OFF, ...ABC, R1, TO_RR],
      [MESH_OFF, ...ABC, node('r1', '10.0.0.11', {}, { 'route-reflector': 'true' }), TO_RR],
      ['BGP004: 3 nodes (a, b, c) exchange no IPv4 routes with each other: node r1 between them is no reflector'],
    ],
  ])('finds what is new: %s', (_, before, after, expected) => {
    expect(cuts(before, after)).toEqual(expected);
  });

  it('is what nodes that speak BGP with each other no longer learn, in 500 random changes', () => {
    const random = new RandomClusters(1997);
    const different = [];
    let cutting = 0;
    for (let run = 0; run < 500; run++) {
      const resources = random.resources();
      const changed = change(random, resources);
      const [before, after] = [clusterOf(...resources), clusterOf(...changed)];
      const known = unlearnt(before);
      const lost = [...unlearnt(after)].filter((pair) => !known.has(pair));
      const found = newCuts(before, after);
      if (found.length > 0) cutting++;
      if (found.length === 0 ? lost.length > 0 : lost.length === 0 && !anyBare(before, after))
        different.push({ run, before, after, found, lost });
    }
    expect(different.slice(0, 1)).toEqual([]);
    expect({ someCut: cutting > 50, someNot: cutting < 450 }).toEqual({ someCut: true, someNot: true });
  });
});

/** One object less, or another in the place of one; the nodes stay. */
function change(random: RandomClusters, resources: readonly Resource[]): readonly Resource[] {
  const nodes = resources.filter(({ kind }) => kind === 'Node').length;
  const place = random.below(resources.length);
  return resources.flatMap((resource, index) => {
    if (index !== place) return [resource];
    if (resource.kind === 'Node') return [random.node(index, random.chance(30))];
    if (resource.kind === 'BGPConfiguration')
      return [configuration({ nodeToNodeMeshEnabled: resource.spec['nodeToNodeMeshEnabled'] !== true })];
    return random.chance(50) ? [] : [random.peer(resource.metadata.name ?? '', nodes)];
  });
}

/** Whether a node has no session at all that had one, which may have led nowhere: to a switch that nobody else is connected to. */
function anyBare(before: BgpCluster, after: BgpCluster): boolean {
  const [was, is] = [new SessionPlan(before), new SessionPlan(after)];
  return after.nodes.some((now, index) => {
    const then = before.nodes[index];
    return then !== undefined && was.hasSession(then, 'ipv4') && !is.hasSession(now, 'ipv4');
  });
}
