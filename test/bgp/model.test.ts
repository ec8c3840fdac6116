import { describe, expect, it } from 'vitest';
import { asOf, nodesMatching, portOf } from '../../src/bgp/model.ts';
import { clusterOf, configuration, node, peer } from './support.ts';

describe('bgpCluster()', () => {
  it('is a mesh of AS 64512 where nothing is configured', () => {
    expect(clusterOf()).toEqual({
      nodes: [],
      peers: [],
      asNumber: 64512,
      meshEnabled: true,
      meshPassword: undefined,
      meshMaxRestartTime: undefined,
      port: undefined,
    });
  });

  it('reads the default BGPConfiguration, and the listen port of single nodes', () => {
    const cluster = clusterOf(
      configuration({
        asNumber: 64600,
        listenPort: 178,
        nodeToNodeMeshEnabled: false,
        nodeMeshPassword: { secretKeyRef: { name: 'bgp', key: 'mesh' } },
        nodeMeshMaxRestartTime: '2m',
      }),
      configuration({ listenPort: 1790, asNumber: 1 }, 'node.b'),
      configuration({ listenPort: 1791 }, 'c'),
      node('a', '10.0.0.1'),
      node('b', '10.0.0.2', { asNumber: 65002 }),
      node('c', '10.0.0.3'),
    );
    const { nodes, peers, ...rest } = cluster;
    expect(rest).toEqual({
      asNumber: 64600,
      meshEnabled: false,
      meshPassword: { name: 'bgp', key: 'mesh' },
      meshMaxRestartTime: '2m',
      port: 178,
    });
    expect(peers).toEqual([]);
    expect(nodes.map((one) => [one.name, asOf(cluster, one), portOf(cluster, one)])).toEqual([
      ['a', 64600, 178],
      ['b', 65002, 1790],
      ['c', 64600, 178],
    ]);
  });

  it('takes listenPort 0 for none', () => {
    const cluster = clusterOf(
      configuration({ listenPort: 178 }),
      configuration({ listenPort: 0 }, 'node.a'),
      node('a', ''),
    );
    expect(cluster.nodes.map((one) => portOf(cluster, one))).toEqual([178]);
  });

  it('writes addresses in their normal spelling, and leaves out what is none', () => {
    const cluster = clusterOf(
      node('b', 'FD00:0::B'),
      node('a', '', { ipv4Address: '10.0.0.1', ipv6Address: 'not an address' }),
    );
    expect(cluster.nodes.map(({ name, ipv4, ipv6 }) => [name, ipv4, ipv6])).toEqual([
      ['a', '10.0.0.1', ''],
      ['b', '', 'fd00::b'],
    ]);
  });

  it('reads everything of a BGPPeer that makes a difference', () => {
    const spec = {
      node: 'a',
      peerIP: '10.0.0.254:1790',
      asNumber: 65000,
      localASNumber: 65100,
      nextHopMode: 'Keep',
      keepOriginalNextHop: true,
      password: { secretKeyRef: { name: 'bgp', key: 'tor' } },
      sourceAddress: 'None',
      reversePeering: 'Manual',
      maxRestartTime: '10s',
      keepaliveTime: '5s',
      ttlSecurity: 1,
      numAllowedLocalASNumbers: 2,
      filters: ['f'],
    };
    expect(clusterOf(peer('tor', spec)).peers).toEqual([
      {
        name: 'tor',
        node: 'a',
        nodeSelector: '',
        peerIP: '10.0.0.254:1790',
        asNumber: 65000,
        localAsNumber: 65100,
        peerSelector: '',
        localWorkloadSelector: '',
        nextHopMode: 'Keep',
        keepOriginalNextHop: true,
        password: { name: 'bgp', key: 'tor' },
        sourceAddress: 'None',
        reversePeering: 'Manual',
        maxRestartTime: '10s',
        keepaliveTime: '5s',
        ttlSecurity: 1,
        numAllowedLocalAsNumbers: 2,
        filters: ['f'],
      },
    ]);
  });
});

describe('nodesMatching()', () => {
  const { nodes } = clusterOf(node('a', '', {}, { rack: '1' }), node('b', ''));

  it.each([
    ['all()', ['a', 'b']],
    ["rack == '1'", ['a']],
    ['!has(rack)', ['b']],
    ['rack ==', []],
  ])('%s → %j', (selector, names) => {
    expect(nodesMatching(nodes, selector).map(({ name }) => name)).toEqual(names);
  });
});
