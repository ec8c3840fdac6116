import { describe, expect, it } from 'vitest';
import { describeNode, explain } from '../../src/bgp/explain.ts';
import type { Explanation, Peer } from '../../src/bgp/explain.ts';
import type { BgpCluster } from '../../src/bgp/model.ts';
import { SessionPlan } from '../../src/bgp/sessions.ts';
import type { Resource } from '../../src/kinds/resource.ts';
import { ABC, clusterOf, configuration, MESH_OFF, node, peer, reflector, TO_RR } from './support.ts';

function named(cluster: BgpCluster, name: string) {
  const found = cluster.nodes.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no node ${name}`);
  return found;
}

/** What is said about `a` and a peer, without what the ends have. */
function about(to: string, ...resources: readonly Resource[]): readonly Omit<Explanation, 'ends'>[] {
  const cluster = clusterOf(...resources);
  const other: Peer = /[.:]/.test(to) ? { type: 'address', address: to } : { type: 'node', node: named(cluster, to) };
  return explain(new SessionPlan(cluster), named(cluster, 'a'), other).map(({ ends: _, ...rest }) => rest);
}

const secret = { password: { secretKeyRef: { name: 'bgp', key: 'k' } } };

describe('explain(): two nodes', () => {
  it('shows both ends of a session that can come up, and what the datastore does not show', () => {
    const cluster = clusterOf(MESH_OFF, ...ABC, reflector('r', '10.0.0.11'), TO_RR);
    const [one] = explain(new SessionPlan(cluster), named(cluster, 'a'), { type: 'node', node: named(cluster, 'r') });
    const { ends = [], ...rest } = one ?? {};
    expect([
      ends.map(({ name, address, sessions }) => [name, address, sessions?.map(({ protocol }) => protocol)]),
      rest,
    ]).toEqual([
      [
        ['a', '10.0.0.1', ['Node_10_0_0_11']],
        ['r', '10.0.0.11', ['Node_10_0_0_1']],
      ],
      {
        family: 'ipv4',
        state: 'fine',
        faults: [],
        reasons: [],
        selectors: [
          "BGPPeer to-rr: nodeSelector all() matches a and r; peerSelector route-reflector == 'true' matches r, not a",
        ],
        checks: [
          'TCP port 179 of 10.0.0.11 (r) must be open for 10.0.0.1 (a)',
          'TCP port 179 of 10.0.0.1 (a) must be open for 10.0.0.11 (r)',
          'what BIRD says: calicoctl node status --node a -o wide',
          'what BIRD says: calicoctl node status --node r -o wide',
        ],
      },
    ]);
  });

  it('names the port of the end that is called, a password, and a router ID that is not there', () => {
    const mesh = configuration({ listenPort: 178, nodeMeshPassword: secret.password });
    expect(about('b', mesh, node('a', 'fd00::1'), node('b', 'fd00::2'))[0]?.checks).toEqual([
      'TCP port 178 of fd00::1 (a) must be open for fd00::2 (b)',
      'secret bgp must have the key k, or both ends go without password',
      'a has no IPv4 address: calico-node needs CALICO_ROUTER_ID there',
      'b has no IPv4 address: calico-node needs CALICO_ROUTER_ID there',
      'what BIRD says: calicoctl node status --node a -o wide',
      'what BIRD says: calicoctl node status --node b -o wide',
    ]);
  });

  it('says what keeps a session from coming up, and what helps', () => {
    const one = peer('p', { node: 'a', peerIP: '10.0.0.2', asNumber: 64512, reversePeering: 'Manual' });
    expect(about('b', MESH_OFF, ...ABC, one)).toEqual([
      {
        family: 'ipv4',
        state: 'faulty',
        faults: [{ fault: 'one-sided', text: 'only one end has the session, as reversePeering is Manual' }],
        reasons: [],
        selectors: [],
        checks: [expect.stringContaining('reversePeering')],
      },
    ]);
  });

  it('says which of the two the selectors of BGPPeers match, whether or not there is a session', () => {
    const some = peer('some', { nodeSelector: "rack == '1'", peerSelector: 'has(x)' });
    const others = ['p1', 'p2', 'p3', 'p4', 'p5', 'p6'].map((name) =>
      peer(name, { nodeSelector: 'has(x)', peerIP: '10.9.9.9' }),
    );
    const racks = [node('a', '10.0.0.1', {}, { rack: '1' }), node('b', '10.0.0.2')];
    expect(about('b', MESH_OFF, ...racks, some, ...others)[0]?.selectors).toEqual([
      ...['p1', 'p2', 'p3', 'p4', 'p5'].map((name) => `BGPPeer ${name}: nodeSelector has(x) matches neither a nor b`),
      'and 2 more BGPPeers',
    ]);
    expect(about('b', MESH_OFF, ...racks, some)[0]?.selectors).toEqual([
      "BGPPeer some: nodeSelector rack == '1' matches a, not b; peerSelector has(x) matches neither a nor b",
    ]);
    expect(about('10.9.9.9', MESH_OFF, ...racks, ...others.slice(0, 1))[0]?.selectors).toEqual([
      'BGPPeer p1: nodeSelector has(x) does not match a',
    ]);
    expect(about('b', MESH_OFF, ...racks, peer('broken', { peerSelector: 'has(x' }))[0]?.selectors).toEqual([
      "BGPPeer broken: peerSelector has(x is no selector: no closing ')' after has( at character 6",
    ]);
  });

  it('says when BIRD refuses all of a configuration', () => {
    const bad = peer('bad', { node: 'a', peerIP: '10.9.9.9' });
    expect(about('b', ...ABC, bad)[0]?.faults).toEqual([
      {
        fault: 'configuration',
        text: 'BIRD refuses the whole IPv4 configuration of a: Node_10_9_9_9 has no AS number (BGPPeer bad, node a, peerIP 10.9.9.9)',
      },
    ]);
    expect(about('b', ...ABC, node('d', '10.0.0.3'))[0]?.faults.map(({ text }) => text)).toEqual([
      'BIRD refuses the whole IPv4 configuration of a: Mesh_10_0_0_3 is there twice, as two nodes have the address 10.0.0.3',
      'BIRD refuses the whole IPv4 configuration of b: Mesh_10_0_0_3 is there twice, as two nodes have the address 10.0.0.3',
    ]);
  });

  it.each<[string, readonly Resource[], readonly string[]]>([
    ['the mesh is off', [MESH_OFF, ...ABC], ['the node-to-node mesh is off', 'there is no BGPPeer']],
    [
      'a cluster ID takes a node out of the mesh',
      [node('a', '10.0.0.1'), reflector('b', '10.0.0.2')],
      ['cluster ID 244.0.0.1 takes b out of the node-to-node mesh', 'there is no BGPPeer'],
    ],
    ['one has no address', [node('a', '10.0.0.1'), node('b', '')], ['b has no IPv4 address']],
    [
      'both have one address',
      [node('a', '10.0.0.1'), node('b', '10.0.0.1')],
      ['a and b have the same address 10.0.0.1'],
    ],
    [
      'a selector leaves one out',
      [
        MESH_OFF,
        node('a', '10.0.0.1', {}, { rack: '2' }),
        reflector('b', '10.0.0.2'),
        peer('p', { nodeSelector: "rack == '1'", peerSelector: 'has(route-reflector)' }),
        peer('q', { node: 'c', peerIP: '10.0.0.2', asNumber: 64512 }),
        peer('r', { peerIP: '10.9.9.9', asNumber: 65000 }),
      ],
      [
        'the node-to-node mesh is off',
        "BGPPeer p: peerSelector has(route-reflector) matches b, but nodeSelector rack == '1' does not match a",
        'BGPPeer q: peerIP 10.0.0.2 matches b, but node c does not match a',
        'neither a nor b is what BGPPeer r tells others to peer with',
      ],
    ],
    [
      'many peers are near and many are not',
      [
        MESH_OFF,
        node('a', '10.0.0.1'),
        node('b', '10.0.0.2'),
        ...[1, 2, 3, 4, 5, 6, 7].flatMap((number) => [
          peer(`near-${number}`, { node: 'x', peerIP: '10.0.0.2', asNumber: 64512 }),
          peer(`far-${number}`, { peerIP: '10.9.9.9', asNumber: 65000 }),
        ]),
      ],
      [
        'the node-to-node mesh is off',
        ...[1, 2, 3, 4, 5].map(
          (number) => `BGPPeer near-${number}: peerIP 10.0.0.2 matches b, but node x does not match a`,
        ),
        'and 2 more like these',
        'neither a nor b is what BGPPeer far-1, far-2, far-3, far-4, far-5 and 2 more tells others to peer with',
      ],
    ],
  ])('says why there is none: %s', (_, resources, reasons) => {
    expect(about('b', ...resources).map(({ state, ...rest }) => [state, rest.reasons])).toEqual([['none', reasons]]);
  });

  it('shows the labels that selectors look at', () => {
    expect(
      about('b', MESH_OFF, node('a', '10.0.0.1', {}, { z: '1', b: '2' }), node('b', '10.0.0.2'))[0]?.checks,
    ).toEqual(['labels of a: b=2, z=1', 'b has no labels']);
  });

  it('looks at each family that one of them has, and at both when there is none', () => {
    const families = (...resources: readonly Resource[]): readonly string[] =>
      about('b', ...resources).map(({ family, state }) => `${family} ${state}`);
    expect([
      families(node('a', '10.0.0.1 fd00::1'), node('b', '10.0.0.2')),
      families(node('a', 'fd00::1'), node('b', 'fd00::2')),
      families(node('a', ''), node('b', '')),
    ]).toEqual([['ipv4 fine', 'ipv6 none'], ['ipv6 fine'], ['ipv4 none', 'ipv6 none']]);
  });
});

describe('explain(): a node and an address', () => {
  const tor = peer('tor', { node: 'a', peerIP: '10.9.9.9:1790', asNumber: 65000, localASNumber: 65100, ...secret });

  it('says what the other end must be', () => {
    expect(about('10.9.9.9', ...ABC, tor)).toEqual([
      {
        family: 'ipv4',
        state: 'outside',
        faults: [],
        reasons: [],
        selectors: [],
        checks: [
          '10.9.9.9 must be AS 65000, and have a session to 10.0.0.1 with AS 65100',
          '10.9.9.9 must have the password that secret bgp holds',
          'TCP port 1790 of 10.9.9.9 must be open for 10.0.0.1',
          'what BIRD says: calicoctl node status --node a -o wide',
        ],
      },
    ]);
  });

  it.each<[string, readonly Resource[], string]>([
    ['10.9.9.8', [tor], 'no BGPPeer has peerIP 10.9.9.8, and no node has this address'],
    [
      '10.9.9.7',
      [peer('p', { nodeSelector: 'has(x)', peerIP: '10.9.9.7', asNumber: 65000 })],
      'BGPPeer p is for nodeSelector has(x), which does not match a',
    ],
    ['fd00::9', [peer('p', { peerIP: 'fd00::9', asNumber: 65000 })], 'a has no IPv6 address'],
  ])('says why there is none to %s', (address, peers, reason) => {
    expect(about(address, ...ABC, ...peers).map(({ state, reasons }) => [state, reasons])).toEqual([
      ['none', [reason]],
    ]);
  });

  it('says when BIRD refuses it', () => {
    const [one] = about('10.9.9.9', ...ABC, peer('p', { peerIP: '10.9.9.9' }));
    expect([one?.state, one?.faults.map(({ fault }) => fault)]).toEqual(['faulty', ['configuration']]);
  });
});

describe('describeNode()', () => {
  it.each([
    [node('a', '10.0.0.1 fd00::1'), 'a (10.0.0.1, fd00::1, AS 64512)'],
    [reflector('r', '10.0.0.1', '1.0.0.1', { asNumber: 65001 }), 'r (10.0.0.1, AS 65001, cluster ID 1.0.0.1)'],
  ])('%#', (resource, text) => {
    const cluster = clusterOf(resource);
    expect(cluster.nodes.map((one) => describeNode(cluster, one))).toEqual([text]);
  });
});
