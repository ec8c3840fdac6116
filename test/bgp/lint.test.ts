// Longer than 350 lines because every published rule stands here with a layout that breaks it and one that keeps it.
import { describe, expect, it } from 'vitest';
import { lint } from '../../src/bgp/lint.ts';
import { LINT_RULES } from '../../src/bgp/lint-rules.ts';
import type { JsonObject } from '../../src/kinds/schema.ts';
import type { Resource } from '../../src/kinds/resource.ts';
import { ABC, clusterOf, configuration, MESH_OFF, node, peer, reflector, RR, TO_RR } from './support.ts';

/** `BGP001 Kind(name) message`, one line for each finding. */
function findings(...resources: readonly Resource[]): readonly string[] {
  return lint(clusterOf(...resources)).map(
    ({ rule, subject, message }) => `${rule.id} ${subject.kind}(${subject.name}) ${message}`,
  );
}

const R1 = reflector('r1', '10.0.0.11');
const R2 = reflector('r2', '10.0.0.12');
/** A cluster in which nothing is wrong. */
const GOOD = [MESH_OFF, ...ABC, R1, R2, TO_RR];
const [A = R1, B = R1] = ABC;
const manual = (name: string, spec: JsonObject): Resource =>
  peer(name, { asNumber: 64512, reversePeering: 'Manual', ...spec });
const A_TO_B = { node: 'a', peerIP: '10.0.0.2' };
const B_TO_A = { node: 'b', peerIP: '10.0.0.1' };
const mesh = (count: number): readonly Resource[] =>
  Array.from({ length: count }, (_, index) => node(`n${index}`, `10.0.0.${index + 1}`));
const secret = (key: string): JsonObject => ({ password: { secretKeyRef: { name: 'bgp', key } } });

interface Example {
  readonly good: readonly Resource[];
  readonly bad: readonly Resource[];
  readonly says: readonly string[];
}

const EXAMPLES: Readonly<Record<Exclude<keyof typeof LINT_RULES, 'lostSelector' | 'portChange'>, readonly Example[]>> =
  {
    noMatch: [
      {
        good: [...ABC, peer('p', { nodeSelector: 'all()', peerIP: '10.9.9.9', asNumber: 65000 })],
        bad: [...ABC, peer('p', { nodeSelector: 'has(x)', peerSelector: 'has(y)' })],
        says: [
          'BGP001 BGPPeer(p) nodeSelector has(x) matches none of 3 nodes',
          'BGP001 BGPPeer(p) peerSelector has(y) matches none of 3 nodes',
        ],
      },
      { good: [peer('p', { nodeSelector: 'has(x)', peerSelector: 'has(y)' })], bad: [], says: [] },
    ],
    reflectorWithoutId: [
      {
        good: GOOD,
        bad: [MESH_OFF, ...ABC, R1, node('r2', '10.0.0.12', {}, RR), TO_RR],
        says: [
          'BGP002 Node(r2) node r2 is selected by peerSelector of BGPPeer to-rr, but has no routeReflectorClusterID',
        ],
      },
      {
        good: [],
        bad: [MESH_OFF, ...ABC, node('r1', '10.0.0.11', {}, RR), TO_RR],
        says: [
          'BGP002 Node(r1) node r1 is selected by peerSelector of BGPPeer to-rr, but has no routeReflectorClusterID',
          'BGP004 Node(a) 3 nodes (a, b, c) exchange no IPv4 routes with each other: node r1 between them is no reflector',
        ],
      },
      {
        good: [
          MESH_OFF,
          node('a', '10.0.0.1', {}, { rack: '1' }),
          node('b', '10.0.0.2', {}, { rack: '1' }),
          node('c', '10.0.0.3', { routeReflectorClusterID: '1.0.0.1' }, { rack: '1' }),
          peer('rack', { nodeSelector: "rack == '1'", peerSelector: "rack == '1'" }),
        ],
        bad: [],
        says: [],
      },
    ],
    idWithoutPeer: [
      {
        good: GOOD,
        bad: [...ABC, R1],
        says: ['BGP003 Node(r1) node r1 has cluster ID 244.0.0.1, which takes it out of the mesh, and no session'],
      },
      { good: [R1], bad: [], says: [] },
    ],
    partition: [
      {
        good: GOOD,
        bad: [MESH_OFF, ...ABC, peer('hub', { nodeSelector: 'all()', peerIP: '10.0.0.1', asNumber: 64512 })],
        says: [
          'BGP004 Node(b) 2 nodes (b, c) exchange no IPv4 routes with each other: node a between them is no reflector',
        ],
      },
    ],
    sameCluster: [
      {
        good: GOOD,
        bad: [
          MESH_OFF,
          node('a', '10.0.0.1', {}, { rack: '1' }),
          node('b', '10.0.0.2', {}, { rack: '2' }),
          node('r1', '10.0.0.11', { routeReflectorClusterID: '1.0.0.1' }, { rr: '1' }),
          node('r2', '10.0.0.12', { routeReflectorClusterID: '1.0.0.1' }, { rr: '2' }),
          peer('p1', { nodeSelector: "rack == '1'", peerSelector: "rr == '1'" }),
          peer('p2', { nodeSelector: "rack == '2'", peerSelector: "rr == '2'" }),
          peer('rr', { nodeSelector: 'has(rr)', peerSelector: 'has(rr)' }),
        ],
        says: [
          'BGP005 Node(a) 2 nodes (a, b) exchange no IPv4 routes with each other: r1, r2 share cluster ID 1.0.0.1 and not their clients',
          'BGP007 Node(r1) node r1 is the only IPv4 reflector of node a',
          'BGP007 Node(r2) node r2 is the only IPv4 reflector of node b',
        ],
      },
    ],
    asMismatch: [
      {
        good: [MESH_OFF, A, B, peer('p', { ...A_TO_B, asNumber: 64512 })],
        bad: [MESH_OFF, A, B, peer('p', { ...A_TO_B, asNumber: 64512, localASNumber: 65100 })],
        says: [
          'BGP004 Node(a) 2 nodes (a, b): no IPv4 session to another node can come up',
          'BGP006 BGPPeer(p) between a and b (IPv4): one end is AS 65100 and expects 64512, the other is AS 64512 and expects 64512',
        ],
      },
      {
        good: [A, B, node('c', '10.0.0.3', { asNumber: 64512 })],
        bad: [A, B, node('c', '10.0.0.3', { asNumber: 65001 })],
        says: [
          'BGP004 Node(c) node c: no IPv4 session to another node can come up',
          'BGP006 BGPConfiguration(default) 2 IPv4 sessions of the mesh cannot come up: node c with AS 65001 of their own and the 2 without expect different AS numbers of each other',
        ],
      },
    ],
    oneReflector: [
      {
        good: GOOD,
        bad: [MESH_OFF, ...ABC, R1, TO_RR],
        says: ['BGP007 Node(r1) node r1 is the only IPv4 reflector of 3 nodes (a, b, c)'],
      },
      { good: [...ABC, R1, TO_RR], bad: [], says: [] },
      { good: [MESH_OFF, ...ABC, R1, TO_RR, peer('tor', { peerIP: '10.9.9.9', asNumber: 65000 })], bad: [], says: [] },
    ],
    noSession: [
      {
        good: GOOD,
        bad: [
          MESH_OFF,
          ...ABC,
          R1,
          R2,
          peer('to-rr', { nodeSelector: 'has(route-reflector)', peerSelector: 'has(route-reflector)' }),
        ],
        says: ['BGP008 Node(a) 3 nodes (a, b, c) have an IPv4 address but no IPv4 session'],
      },
      { good: [node('a', '10.0.0.1 fd00::1'), B], bad: [], says: [] },
    ],
    rivals: [
      {
        good: [
          A,
          peer('p', { peerIP: '10.9.9.9', asNumber: 65000, maxRestartTime: '10s' }),
          peer('q', { peerIP: '10.9.9.8', asNumber: 65000 }),
        ],
        bad: [
          A,
          peer('p', { peerIP: '10.9.9.9', asNumber: 65000, maxRestartTime: '10s' }),
          peer('q', { peerIP: '10.9.9.9', asNumber: 65000 }),
        ],
        says: ['BGP009 BGPPeer(q) makes the session of all nodes to 10.9.9.9 with other settings than BGPPeer p'],
      },
    ],
    oneSided: [
      {
        good: [MESH_OFF, A, B, manual('p', A_TO_B), manual('q', B_TO_A)],
        bad: [
          MESH_OFF,
          ...ABC,
          peer('all', { nodeSelector: 'all()', peerIP: '10.0.0.1', asNumber: 64512, reversePeering: 'Manual' }),
        ],
        says: [
          'BGP004 Node(b) 2 nodes (b, c): no IPv4 session to another node can come up',
          'BGP008 Node(a) node a has an IPv4 address but no IPv4 session',
          'BGP010 BGPPeer(all) between a and b and 1 more (IPv4): only one end has the session, as reversePeering is Manual',
        ],
      },
    ],
    largeMesh: [
      {
        good: mesh(100),
        bad: mesh(101),
        says: ['BGP011 BGPConfiguration(default) the mesh has 101 nodes and 5050 sessions'],
      },
    ],
    meshOff: [
      {
        good: ABC,
        bad: [MESH_OFF, ...ABC],
        says: ['BGP012 BGPConfiguration(default) nodeToNodeMeshEnabled is false, and none of 3 nodes has a session'],
      },
      { good: [MESH_OFF, A], bad: [], says: [] },
      { good: [MESH_OFF, ...ABC, peer('tor', { peerIP: '10.9.9.9', asNumber: 65000 })], bad: [], says: [] },
    ],
    sameAddress: [
      {
        good: ABC,
        bad: [...ABC, node('d', '10.0.0.1')],
        says: ['BGP013 Node(d) node d has the address 10.0.0.1 of node a'],
      },
    ],
    noAs: [
      {
        good: [...ABC, peer('p', { peerIP: '10.9.9.9', asNumber: 65000 })],
        bad: [...ABC, peer('p', { peerIP: '10.9.9.9' })],
        says: [
          'BGP014 BGPPeer(p) peerIP 10.9.9.9 has no asNumber, so BIRD refuses the configuration of 3 nodes (a, b, c)',
        ],
      },
    ],
    noRouterId: [
      {
        good: [node('a', '10.0.0.1 fd00::1'), node('b', '10.0.0.2 fd00::2'), node('c', '')],
        bad: [node('a', 'fd00::1')],
        says: ['BGP015 Node(a) node a has an IPv6 address only'],
      },
    ],
    unknownNode: [
      {
        good: [...ABC, peer('p', { node: 'a', peerIP: '10.9.9.9', asNumber: 65000 })],
        bad: [...ABC, peer('p', { node: 'z', peerIP: '10.9.9.9', asNumber: 65000 })],
        says: ['BGP016 BGPPeer(p) node z does not exist'],
      },
      { good: [peer('p', { node: 'z', peerIP: '10.9.9.9', asNumber: 65000 })], bad: [], says: [] },
    ],
    emptyPeer: [
      {
        good: [...ABC, peer('w', { localWorkloadSelector: 'all()', asNumber: 65000 })],
        bad: [...ABC, peer('p', {})],
        says: [
          'BGP017 BGPPeer(p) neither peerIP nor peerSelector is set',
          'BGP023 BGPPeer(p) makes 3 IPv4 sessions that the node-to-node mesh has too, between a and b and 2 more',
        ],
      },
    ],
    port: [
      {
        good: [MESH_OFF, A, B, manual('p', { ...A_TO_B, peerIP: '10.0.0.2:1790' }), manual('q', B_TO_A)],
        bad: [
          MESH_OFF,
          A,
          B,
          manual('p', { ...A_TO_B, peerIP: '10.0.0.2:1790' }),
          manual('q', { ...B_TO_A, peerIP: '10.0.0.1:1790' }),
        ],
        says: [
          'BGP004 Node(a) 2 nodes (a, b): no IPv4 session to another node can come up',
          'BGP018 BGPPeer(p) between a and b (IPv4): no end that may call dials the port on which the other listens',
        ],
      },
    ],
    password: [
      {
        good: [MESH_OFF, A, B, manual('p', { ...A_TO_B, ...secret('k') }), manual('q', { ...B_TO_A, ...secret('k') })],
        bad: [MESH_OFF, A, B, manual('p', { ...A_TO_B, ...secret('k') }), manual('q', B_TO_A)],
        says: [
          'BGP004 Node(a) 2 nodes (a, b): no IPv4 session to another node can come up',
          'BGP019 BGPPeer(p) between a and b (IPv4): one end uses secret bgp, key k, the other no password',
        ],
      },
    ],
    hidden: [
      {
        good: [
          MESH_OFF,
          ...ABC,
          R1,
          R2,
          peer('peer-with-rr', { nodeSelector: '!has(route-reflector)', peerSelector: 'has(route-reflector)' }),
          peer('rr-mesh', { nodeSelector: 'has(route-reflector)', peerSelector: 'has(route-reflector)' }),
        ],
        bad: [
          MESH_OFF,
          ...ABC,
          R1,
          R2,
          peer('peer-with-rr', { peerSelector: 'has(route-reflector)' }),
          peer('rr-mesh', { nodeSelector: 'has(route-reflector)', peerSelector: 'has(route-reflector)' }),
        ],
        says: [
          'BGP021 BGPPeer(rr-mesh) makes no session that BGPPeer peer-with-rr does not make already; was nodeSelector of peer-with-rr written as !has(…) without quotes, and lost?',
        ],
      },
    ],
    ttl: [
      {
        good: [MESH_OFF, A, B, peer('p', { ...A_TO_B, asNumber: 64512, ttlSecurity: 1 })],
        bad: [MESH_OFF, A, B, manual('p', { ...A_TO_B, ttlSecurity: 1 }), manual('q', B_TO_A)],
        says: [
          'BGP004 Node(a) 2 nodes (a, b): no IPv4 session to another node can come up',
          'BGP022 BGPPeer(p) between a and b (IPv4): only one end has ttlSecurity',
        ],
      },
    ],
    overMesh: [
      {
        good: [...ABC, R1, R2, TO_RR],
        // The mesh carries the routes until the cluster ID is set.
        bad: [...ABC, node('r1', '10.0.0.11', {}, RR), TO_RR],
        says: [
          'BGP023 BGPPeer(to-rr) makes 3 IPv4 sessions that the node-to-node mesh has too, between a and r1 and 2 more',
        ],
      },
      {
        good: [...ABC, peer('p', { node: 'a', peerIP: '10.9.9.9', asNumber: 65000 })],
        bad: [...ABC, peer('p', { node: 'a', peerIP: '10.0.0.2', asNumber: 64512 })],
        says: ['BGP023 BGPPeer(p) makes 1 IPv4 session that the node-to-node mesh has too, between a and b'],
      },
    ],
    brokenSelector: [
      {
        good: [...ABC, peer('w', { localWorkloadSelector: 'has(x)', asNumber: 65000 })],
        bad: [
          ...ABC,
          peer('p', { nodeSelector: 'has(x', peerSelector: "x = 'y'" }),
          peer('w', { localWorkloadSelector: "x in {'y'", asNumber: 65000 }),
        ],
        says: [
          "BGP025 BGPPeer(p) nodeSelector has(x is no selector: no closing ')' after has( at character 6",
          "BGP025 BGPPeer(p) peerSelector x = 'y' is no selector: expected == at character 3",
          "BGP025 BGPPeer(w) localWorkloadSelector x in {'y' is no selector: expected } at character 10",
        ],
      },
      // It can be told without a node.
      {
        good: [peer('p', { nodeSelector: 'has(x)', peerSelector: 'all()' })],
        bad: [peer('p', { nodeSelector: 'x y', peerSelector: 'all()' })],
        says: ['BGP025 BGPPeer(p) nodeSelector x y is no selector: expected operator after label "x" at character 3'],
      },
    ],
  };

describe('lint()', () => {
  it.each(
    Object.entries(EXAMPLES).flatMap(([name, examples]) =>
      examples.map((example, index) => [`${name}, example ${index + 1}`, example] as const),
    ),
  )('%s', (_, { good, bad, says }) => {
    expect({ good: findings(...good), bad: findings(...bad) }).toEqual({ good: [], bad: says });
  });

  it.each<[JsonObject, string]>([
    [{ ...A_TO_B, asNumber: 65000 }, ', as asNumber 65000 is not the node’s 64512'],
    [{ ...A_TO_B, peerIP: '10.0.0.2:1790', asNumber: 64512 }, ', as port 1790 is not the node’s 178'],
    [
      { node: 'a', peerIP: 'FD00::2', asNumber: 64512 },
      ', as peerIP FD00::2 is not spelled like the node’s address fd00::2',
    ],
    [
      { node: 'b', peerIP: '10.0.0.3:1790', asNumber: 64512 },
      ', as port 1790 is not the 178 of all nodes, which Calico compares too',
    ],
    [{ node: 'a', peerIP: '10.0.0.4' }, ', as asNumber is missing and is not the node’s 65004'],
    [{ node: 'a' }, ''],
  ])('says why Calico does not add the other end of %j', (spec, why) => {
    const lines = findings(
      configuration({ nodeToNodeMeshEnabled: false, listenPort: 178 }),
      configuration({ listenPort: 1790 }, 'node.c'),
      node('a', '10.0.0.1 fd00::1'),
      node('b', '10.0.0.2 fd00::2'),
      node('c', '10.0.0.3'),
      node('d', '10.0.0.4', { asNumber: 65004 }),
      peer('p', spec),
    );
    expect(
      lines.filter((line) => line.startsWith('BGP010')).map((line) => line.replace(/.* has the session/, '')),
    ).toEqual([why]);
  });

  it('finds nothing in nothing', () => {
    expect(findings()).toEqual([]);
  });

  it('names the nodes and the family of what it finds', () => {
    const [only] = lint(
      clusterOf(...ABC, node('d', '10.0.0.4 fd00::4'), node('e', 'fd00::5'), reflector('r', '10.0.0.9')),
    );
    expect({ id: only?.rule.id, nodes: only?.nodes, family: only?.family }).toEqual({
      id: 'BGP003',
      nodes: ['r'],
      family: undefined,
    });
    expect(lint(clusterOf(MESH_OFF, ...ABC, R1, TO_RR)).map(({ nodes, family }) => ({ nodes, family }))).toEqual([
      { nodes: ['a', 'b', 'c'], family: 'ipv4' },
    ]);
  });

  it('says once what many sessions have in common', () => {
    const wrong = peer('p', { nodeSelector: 'all()', peerIP: '10.0.0.1', asNumber: 64512, reversePeering: 'Manual' });
    expect(findings(MESH_OFF, ...mesh(50), wrong)).toEqual([
      'BGP004 Node(n1) 49 nodes (n1, n10, n11 and 46 more): no IPv4 session to another node can come up',
      'BGP008 Node(n0) node n0 has an IPv4 address but no IPv4 session',
      'BGP010 BGPPeer(p) between n0 and n1 and 48 more (IPv4): only one end has the session, as reversePeering is Manual',
    ]);
  });
});

describe('LINT_RULES', () => {
  it('have ids in order, and none twice', () => {
    const ids = Object.values(LINT_RULES).map(({ id }) => id);
    expect(ids).toEqual(Array.from({ length: ids.length }, (_, index) => `BGP${String(index + 1).padStart(3, '0')}`));
  });

  it('say what to do in whole sentences', () => {
    const odd = Object.values(LINT_RULES).filter(
      ({ title, help }) => !/^[A-Z].*\.$/.test(help) || /^[A-Z][a-z]|\.$/.test(title),
    );
    expect(odd).toEqual([]);
  });
});
