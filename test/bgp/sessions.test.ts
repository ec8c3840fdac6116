import { describe, expect, it } from 'vitest';
import { splitPeer } from '../../src/bgp/entries.ts';
import { expectedSessions, SessionPlan } from '../../src/bgp/sessions.ts';
import type { Resource } from '../../src/kinds/resource.ts';
import { ABC, clusterOf, configuration, MESH_OFF, node, peer, reflector, RR, sessionNames, TO_RR } from './support.ts';

const [a, b] = ABC.slice(0, 2);
const two = [a, b].filter((one) => one !== undefined);
const withReflector = [...two, reflector('c', '10.0.0.3')];

describe('expectedSessions(): from a mesh to a reflector', () => {
  it('has a session between every two nodes in a mesh, and the end with the lower address waits', () => {
    expect(sessionNames(clusterOf(...ABC))).toEqual({
      a: 'Mesh_10_0_0_2 p, Mesh_10_0_0_3 p',
      b: 'Mesh_10_0_0_1, Mesh_10_0_0_3 p',
      c: 'Mesh_10_0_0_1, Mesh_10_0_0_2',
    });
  });

  it('takes a node with a cluster ID out of the mesh, with or without peers', () => {
    expect(sessionNames(clusterOf(...withReflector))).toEqual({ a: 'Mesh_10_0_0_2 p', b: 'Mesh_10_0_0_1' });
  });

  it('gives a reflector sessions with its clients, which keep their mesh', () => {
    expect(sessionNames(clusterOf(...withReflector, TO_RR))).toEqual({
      a: 'Mesh_10_0_0_2 p, Node_10_0_0_3',
      b: 'Mesh_10_0_0_1, Node_10_0_0_3',
      c: 'Node_10_0_0_1 C, Node_10_0_0_2 C',
    });
  });

  it('leaves only the sessions of BGPPeers when the mesh is off', () => {
    expect(sessionNames(clusterOf(...withReflector, TO_RR, MESH_OFF))).toEqual({
      a: 'Node_10_0_0_3',
      b: 'Node_10_0_0_3',
      c: 'Node_10_0_0_1 C, Node_10_0_0_2 C',
    });
  });

  it('calls sessions of a peer without nodeSelector global', () => {
    const global = peer('to-rr', { peerSelector: 'has(route-reflector)' });
    expect(sessionNames(clusterOf(...withReflector, global, MESH_OFF))).toEqual({
      a: 'Global_10_0_0_3',
      b: 'Global_10_0_0_3',
      c: 'Node_10_0_0_1 C, Node_10_0_0_2 C',
    });
  });

  it('has two sessions to one address while the label is there and the cluster ID is not', () => {
    expect(sessionNames(clusterOf(...two, node('c', '10.0.0.3', {}, RR), TO_RR))).toEqual({
      a: 'Mesh_10_0_0_2 p, Mesh_10_0_0_3 p, Node_10_0_0_3',
      b: 'Mesh_10_0_0_1, Mesh_10_0_0_3 p, Node_10_0_0_3',
      c: 'Mesh_10_0_0_1, Mesh_10_0_0_2, Node_10_0_0_1, Node_10_0_0_2',
    });
  });

  it('writes a listen port into the names of all but mesh sessions', () => {
    expect(sessionNames(clusterOf(...withReflector, TO_RR, configuration({ listenPort: 178 })))).toEqual({
      a: 'Mesh_10_0_0_2 p, Node_10_0_0_3_port_178',
      b: 'Mesh_10_0_0_1, Node_10_0_0_3_port_178',
      c: 'Node_10_0_0_1_port_178 C, Node_10_0_0_2_port_178 C',
    });
  });
});

describe('expectedSessions(): oddities', () => {
  const layouts: readonly (readonly [string, readonly Resource[], Readonly<Record<string, string>>])[] = [
    [
      'compares addresses of the mesh as text',
      [node('a', '10.0.0.2'), node('b', '10.0.0.10')],
      { a: 'Mesh_10_0_0_10', b: 'Mesh_10_0_0_2 p' },
    ],
    [
      'takes a node without an AS number for one with that of the node it writes for',
      [node('a', '10.0.0.1', { asNumber: 65001 }), node('b', '10.0.0.2')],
      { a: 'Mesh_10_0_0_2 p as65001', b: 'Mesh_10_0_0_1 as65001' },
    ],
    [
      'gives nodes with one address no session with each other, and others one to each',
      [node('a', '10.0.0.1'), node('b', '10.0.0.1'), node('c', '10.0.0.3')],
      { a: 'Mesh_10_0_0_3 p', b: 'Mesh_10_0_0_3 p', c: 'Mesh_10_0_0_1, Mesh_10_0_0_1' },
    ],
    [
      'has two reflectors of one cluster ID as equals, and of two IDs as clients of each other',
      [
        MESH_OFF,
        reflector('r1', '10.0.0.11', '1.0.0.1'),
        reflector('r2', '10.0.0.12', '1.0.0.1'),
        reflector('r3', '10.0.0.13', '1.0.0.3'),
        TO_RR,
      ],
      {
        r1: 'Node_10_0_0_12, Node_10_0_0_13 C',
        r2: 'Node_10_0_0_11, Node_10_0_0_13 C',
        r3: 'Node_10_0_0_11 C, Node_10_0_0_12 C',
      },
    ],
    [
      'has no clients over external sessions',
      [MESH_OFF, node('a', '10.0.0.1'), reflector('r', '10.0.0.11', '1.0.0.1', { asNumber: 65011 }), TO_RR],
      { a: 'Node_10_0_0_11 as65011', r: 'Node_10_0_0_1' },
    ],
    [
      'adds the other end of a peerIP only where the AS number is that of the node',
      [
        MESH_OFF,
        ...ABC,
        peer('right', { node: 'a', peerIP: '10.0.0.2', asNumber: 64512 }),
        peer('wrong', { node: 'a', peerIP: '10.0.0.3', asNumber: 65000 }),
      ],
      { a: 'Node_10_0_0_2, Node_10_0_0_3 as65000', b: 'Node_10_0_0_1' },
    ],
    [
      'lets the end with the lower address wait when a peerIP for all nodes is that of a node',
      [MESH_OFF, ...ABC, peer('p', { peerIP: '10.0.0.2', asNumber: 64512 })],
      { a: 'Global_10_0_0_2 p', b: 'Node_10_0_0_1, Node_10_0_0_3', c: 'Global_10_0_0_2' },
    ],
    [
      'does not recognise a node whose address is spelled otherwise in peerIP',
      [MESH_OFF, node('a', 'fd00::1'), node('b', 'fd00::b'), peer('p', { peerIP: 'FD00::B', asNumber: 64512 })],
      {},
    ],
    [
      'adds no other end with reversePeering: Manual',
      [MESH_OFF, ...two, peer('p', { node: 'a', peerIP: '10.0.0.2', asNumber: 64512, reversePeering: 'Manual' })],
      { a: 'Node_10_0_0_2' },
    ],
    [
      'hides a peer for some nodes behind one for all with the same address and port',
      [
        MESH_OFF,
        ...two,
        peer('all', { peerIP: '10.0.0.254:179', asNumber: 65000 }),
        peer('one', { node: 'a', peerIP: '10.0.0.254', asNumber: 65001 }),
      ],
      { a: 'Global_10_0_0_254_port_179 as65000', b: 'Global_10_0_0_254_port_179 as65000' },
    ],
    [
      'uses localASNumber with a peerIP only, and not on the other end',
      [MESH_OFF, ...two, peer('p', { node: 'a', peerIP: '10.0.0.2', asNumber: 64512, localASNumber: 65100 })],
      { a: 'Node_10_0_0_2', b: 'Node_10_0_0_1' },
    ],
    [
      'gives nodes that lack a family sessions for a BGPPeer without a target',
      [MESH_OFF, ...two, peer('empty', {})],
      { a: 'Node_10_0_0_2', b: 'Node_10_0_0_1' },
    ],
    [
      'adds no other end when the port of all nodes is not that in peerIP, though the node listens there',
      [
        configuration({ nodeToNodeMeshEnabled: false, listenPort: 178 }),
        configuration({ listenPort: 1790 }, 'node.b'),
        ...two,
        peer('p', { node: 'a', peerIP: '10.0.0.2:1790', asNumber: 64512 }),
      ],
      { a: 'Node_10_0_0_2_port_1790' },
    ],
    [
      'has none for workloads, which are not in the datastore',
      [MESH_OFF, ...two, peer('w', { localWorkloadSelector: 'all()', asNumber: 65001 })],
      {},
    ],
  ];

  it.each(layouts)('%s', (_, resources, expected) => {
    expect(sessionNames(clusterOf(...resources))).toEqual(expected);
  });

  it('keeps the families apart', () => {
    const cluster = clusterOf(node('dual', '10.0.0.1 fd00::1'), node('four', '10.0.0.2'), node('six', 'fd00::3'));
    expect([sessionNames(cluster, 'ipv4'), sessionNames(cluster, 'ipv6')]).toEqual([
      { dual: 'Mesh_10_0_0_2 p', four: 'Mesh_10_0_0_1' },
      { dual: 'Mesh_fd00__3 p', six: 'Mesh_fd00__1' },
    ]);
  });
});

describe('expectedSessions(): all there is to a session', () => {
  it('has everything of a peer, and passwords only by name', () => {
    const password = { secretKeyRef: { name: 'bgp', key: 'rr' } };
    const options = { password, ttlSecurity: 2, sourceAddress: 'None' };
    const cluster = clusterOf(
      MESH_OFF,
      node('a', '10.0.0.1'),
      reflector('r', '10.0.0.11'),
      peer('to-rr', { nodeSelector: '!has(route-reflector)', peerSelector: 'has(route-reflector)', ...options }),
    );
    const common = {
      port: null,
      as: 64512,
      localAs: 64512,
      source: null,
      passive: false,
      password: true,
      secret: { name: 'bgp', key: 'rr' },
      ttlSecurity: 2,
      rivals: [],
    };
    const text = 'BGPPeer to-rr, nodeSelector !has(route-reflector), peerSelector has(route-reflector)';
    expect(Object.fromEntries(expectedSessions(cluster))).toEqual({
      a: {
        ipv4: [
          {
            ...common,
            protocol: 'Node_10_0_0_11',
            neighbor: '10.0.0.11',
            rrClient: false,
            clusterId: null,
            node: 'r',
            reason: { type: 'node', peer: 'to-rr', text },
          },
        ],
        ipv6: [],
      },
      r: {
        ipv4: [
          {
            ...common,
            protocol: 'Node_10_0_0_1',
            neighbor: '10.0.0.1',
            rrClient: true,
            clusterId: '244.0.0.1',
            node: 'a',
            reason: { type: 'reverse', peer: 'to-rr', text: `${text}, the other end of it` },
          },
        ],
        ipv6: [],
      },
    });
  });

  it('names the peers that want one session with other settings, and none that want the same', () => {
    const tor = { peerIP: '10.0.0.254', asNumber: 65000 };
    const cluster = clusterOf(
      node('a', '10.0.0.1'),
      peer('one', { nodeSelector: 'all()', ...tor }),
      peer('same', { node: 'a', ...tor }),
      peer('two', { node: 'a', ...tor, maxRestartTime: '10s' }),
    );
    const [session] = expectedSessions(cluster).get('a')?.ipv4 ?? [];
    expect([session?.reason.peer, session?.rivals]).toEqual(['one', ['two']]);
  });
});

describe('SessionPlan.hiddenPeers()', () => {
  const hidden = (...resources: readonly Resource[]): readonly (readonly [string, string])[] =>
    new SessionPlan(clusterOf(MESH_OFF, ...withReflector, reflector('d', '10.0.0.4'), ...resources))
      .hiddenPeers()
      .map(({ peer: found, by }) => [found.name, by.name]);
  const among = peer('rr-mesh', { nodeSelector: 'has(route-reflector)', peerSelector: 'has(route-reflector)' });

  it('finds a peer that one without nodeSelector makes useless', () => {
    expect(hidden(among, peer('peer-with-rr', { peerSelector: 'has(route-reflector)' }))).toEqual([
      ['rr-mesh', 'peer-with-rr'],
    ]);
  });

  it('finds the second of two that make the same sessions', () => {
    const again = peer('again', { nodeSelector: "route-reflector == 'true'", peerSelector: 'has(route-reflector)' });
    expect(hidden(among, again)).toEqual([['rr-mesh', 'again']]);
  });

  it('leaves alone peers with a session of their own, with rivals, or with nobody', () => {
    const clients = peer('clients', { nodeSelector: '!has(route-reflector)', peerSelector: 'has(route-reflector)' });
    const rival = peer('rival', {
      nodeSelector: 'has(route-reflector)',
      peerSelector: 'has(route-reflector)',
      ttlSecurity: 1,
    });
    const nobody = peer('nobody', { nodeSelector: 'has(no)', peerSelector: 'has(route-reflector)' });
    expect(hidden(among, clients, rival, nobody)).toEqual([]);
  });
});

describe('splitPeer()', () => {
  it.each([
    ['10.0.0.1', { text: '10.0.0.1', ip: '10.0.0.1', port: undefined }],
    ['10.0.0.1:1790', { text: '10.0.0.1', ip: '10.0.0.1', port: 1790 }],
    ['10.0.0.1:0171', { text: '10.0.0.1', ip: '10.0.0.1', port: 121 }],
    ['10.0.0.1:0179', undefined],
    ['FD00::C', { text: 'FD00::C', ip: 'fd00::c', port: undefined }],
    ['[fd00::c]:179', { text: 'fd00::c', ip: 'fd00::c', port: 179 }],
    ['host', undefined],
    ['', undefined],
  ])('%s', (text, expected) => {
    expect(splitPeer(text)).toEqual(expected);
  });
});
