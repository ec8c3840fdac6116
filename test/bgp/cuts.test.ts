import { describe, expect, it } from 'vitest';
import { newCuts, newRisks } from '../../src/bgp/cuts.ts';
import { linkBetween } from '../../src/bgp/links.ts';
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
    [
      'an AS number for one node of a mesh',
      ABC,
      [node('a', '10.0.0.1', { asNumber: 65001 }), ...ABC.slice(1)],
      [
        'BGP006: 2 IPv4 sessions of the mesh cannot come up: node a with AS 65001 of their own and the 2 without expect different AS numbers of each other',
        'BGP004: node a: no IPv4 session to another node can come up',
      ],
    ],
    [
      'an AS number for another node of a mesh, where one had it already',
      [node('a', '10.0.0.1', { asNumber: 65001 }), ...ABC.slice(1)],
      [node('a', '10.0.0.1', { asNumber: 65001 }), node('b', '10.0.0.2', { asNumber: 65002 }), ...ABC.slice(2)],
      [
        'BGP006: 2 IPv4 sessions of the mesh cannot come up: 2 nodes (a, b) with AS 65001, 65002 of their own and the 1 without expect different AS numbers of each other',
        'BGP004: node c: no IPv4 session to another node can come up',
      ],
    ],
    [
      'a description that changes while an AS number is wrong',
      [node('a', '10.0.0.1', { asNumber: 65001 }), ...ABC.slice(1)],
      [node('a', '10.0.0.1', { asNumber: 65003 }), ...ABC.slice(1)],
      [],
    ],
    [
      'one of two redundant sessions that gets another AS number',
      [MESH_OFF, ...ABC, R1, R2, TO_RR],
      [
        MESH_OFF,
        ...ABC,
        R1,
        reflector('r2', '10.0.0.12'),
        peer('odd', { peerIP: '10.0.0.12', asNumber: 65000 }),
        TO_RR,
      ],
      [
        'BGP006: between a and r2 and 3 more (IPv4): one end is AS 64512 and expects 65000, the other is AS 64512 and expects 64512',
        'BGP004: node r2: no IPv4 session to another node can come up',
      ],
    ],
    [
      'a peering whose other end is taken away',
      [...ABC, peer('p', { node: 'a', peerIP: '10.0.0.2', asNumber: 64512 }), MESH_OFF],
      [...ABC, peer('p', { node: 'a', peerIP: '10.0.0.2', asNumber: 64512, reversePeering: 'Manual' }), MESH_OFF],
      [
        'BGP010: between a and b (IPv4): only one end has the session, as reversePeering is Manual',
        'BGP004: node a: no IPv4 session to another node can come up',
        'BGP008: 2 nodes (b, c) have an IPv4 address but no IPv4 session',
      ],
    ],
    [
      'the first end of a peering that is made by hand',
      [MESH_OFF, ...ABC, R1, R2, TO_RR],
      [
        MESH_OFF,
        ...ABC,
        R1,
        R2,
        TO_RR,
        peer('p', { node: 'a', peerIP: '10.0.0.2', asNumber: 64512, reversePeering: 'Manual' }),
      ],
      [],
    ],
    [
      'a peering without AS number',
      ABC,
      [...ABC, peer('tor', { node: 'a', peerIP: '10.9.9.9' })],
      ['BGP014: peerIP 10.9.9.9 has no asNumber, so BIRD refuses the configuration of node a'],
    ],
    [
      'a second peering without AS number for one that has such a peering, and one for nobody',
      [...ABC, peer('tor', { node: 'a', peerIP: '10.9.9.9' })],
      [
        ...ABC,
        peer('tor', { node: 'a', peerIP: '10.9.9.9' }),
        peer('tor2', { node: 'a', peerIP: '10.9.9.8' }),
        peer('tor3', { nodeSelector: 'none == "x"', peerIP: '10.9.9.8' }),
      ],
      [],
    ],
    [
      'a node that joins one for which a peering has no AS number',
      [...ABC, peer('tor', { peerIP: '10.9.9.9' })],
      [...ABC, node('d', '10.0.0.4'), peer('tor', { peerIP: '10.9.9.9' })],
      [],
    ],
    [
      'a peering without AS number in a family that was well',
      [node('a', '10.0.0.1 fd00::1'), node('b', '10.0.0.2 fd00::2'), peer('tor', { peerIP: '10.9.9.9' })],
      [
        node('a', '10.0.0.1 fd00::1'),
        node('b', '10.0.0.2 fd00::2'),
        peer('tor', { peerIP: '10.9.9.9' }),
        peer('tor6', { peerIP: 'fd00::9' }),
      ],
      ['BGP014: peerIP fd00::9 has no asNumber, so BIRD refuses the configuration of 2 nodes (a, b)'],
    ],
    [
      'a node with the address of another',
      ABC,
      [...ABC, node('d', '10.0.0.3')],
      ['BGP013: node d has the address 10.0.0.3 of node c'],
    ],
  ])('finds what is new: %s', (_, before, after, expected) => {
    expect(cuts(before, after)).toEqual(expected);
  });

  it.each<[string, readonly Resource[], readonly Resource[], readonly string[]]>([
    [
      'a port for all nodes',
      [...ABC, node('d', '')],
      [...ABC, node('d', ''), configuration({ listenPort: 1790 })],
      ['BGP024: 3 nodes (a, b, c) listen on another port only when all BGP sessions there have been stopped'],
    ],
    [
      'the port of one node',
      [...ABC, configuration({ listenPort: 178 })],
      [...ABC, configuration({ listenPort: 178 }), configuration({ listenPort: 1790 }, 'node.b')],
      ['BGP024: node b listens on another port only when all BGP sessions there have been stopped'],
    ],
    ['the default port, written out', ABC, [...ABC, configuration({ listenPort: 179 })], []],
    [
      'a port where no session is',
      [MESH_OFF, ...ABC],
      [configuration({ nodeToNodeMeshEnabled: false, listenPort: 178 }), ...ABC],
      [],
    ],
    ['a new node with a port', ABC, [...ABC, node('d', '10.0.0.4'), configuration({ listenPort: 1790 }, 'node.d')], []],
  ])('knows of a port that BIRD does not take at once: %s', (_, before, after, expected) => {
    const found = newRisks(clusterOf(...before), clusterOf(...after));
    expect(found.map(({ rule, message }) => `${rule.id}: ${message}`)).toEqual(expected);
  });

  it('is what nodes that speak BGP with each other no longer learn, in 500 random changes', () => {
    const random = new RandomClusters(1997);
    const different = [];
    let cutting = 0;
    let breaking = 0;
    for (let run = 0; run < 500; run++) {
      const resources = random.resources();
      const changed = change(random, resources);
      const [before, after] = [clusterOf(...resources), clusterOf(...changed)];
      const known = unlearnt(before);
      const lost = [...unlearnt(after)].filter((pair) => !known.has(pair));
      const all = newCuts(before, after);
      const broken = brokenSessions(before, after);
      if (broken.length > 0) breaking++;
      if (broken.length > 0 !== all.some(({ rule }) => SESSIONS.has(rule.id)))
        different.push({ run, before, after, found: all, broken });
      const found = all.filter(({ rule }) => ROUTES.has(rule.id));
      if (found.length > 0) cutting++;
      if (found.length === 0 ? lost.length > 0 : lost.length === 0 && !anyBare(before, after))
        different.push({ run, before, after, found, lost });
    }
    expect(different.slice(0, 1)).toEqual([]);
    const often = [cutting, 500 - cutting, breaking, 500 - breaking].map((count) => count > 20);
    expect(often).toEqual([true, true, true, true]);
  });
});

const ROUTES = new Set(['BGP003', 'BGP004', 'BGP005', 'BGP008', 'BGP012']);
const SESSIONS = new Set(['BGP006', 'BGP010', 'BGP018', 'BGP019', 'BGP022']);

/** Each two nodes whose session can come up before and not after. */
function brokenSessions(before: BgpCluster, after: BgpCluster): readonly string[] {
  const [was, is] = [new SessionPlan(before), new SessionPlan(after)];
  const worked = (first: string, second: string): boolean => {
    const [a, b] = [first, second].map((name) => before.nodes.find((one) => one.name === name));
    return a !== undefined && b !== undefined && linkBetween(was, 'ipv4', a, b)?.faults.length === 0;
  };
  return after.nodes.flatMap((a, index) =>
    after.nodes.slice(index + 1).flatMap((b) => {
      const faults = linkBetween(is, 'ipv4', a, b)?.faults ?? [];
      return faults.length > 0 && worked(a.name, b.name) ? [`${a.name} ${b.name}: ${faults.join()}`] : [];
    }),
  );
}

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
