import { describe, expect, it } from 'vitest';
import { describeGap } from '../../src/bgp/lint-network.ts';
import { familyLinks } from '../../src/bgp/links.ts';
import type { Family } from '../../src/bgp/model.ts';
import { reachability } from '../../src/bgp/routes.ts';
import { SessionPlan } from '../../src/bgp/sessions.ts';
import type { Resource } from '../../src/kinds/resource.ts';
import { ABC, clusterOf, MESH_OFF, node, peer, reflector, TO_RR } from './support.ts';

/** What does not get where, in words. */
function gaps(resources: readonly Resource[], family: Family = 'ipv4'): readonly string[] {
  const cluster = clusterOf(...resources);
  const reach = reachability(cluster, familyLinks(new SessionPlan(cluster), family));
  return [...reach.isolated.map((name) => `${name} is isolated`), ...reach.gaps.map(describeGap)];
}

const rack = (number: number): Resource => node(`l${number}`, `10.0.${number}.1`, {}, { rack: String(number) });
const between = (name: string, from: string, to: string): Resource =>
  peer(name, { nodeSelector: from, peerSelector: to });
const labelled = (name: string, address: string, clusterId: string, label: string): Resource =>
  node(name, address, { routeReflectorClusterID: clusterId }, { [label]: 'x' });

describe('reachability(): routes reach every node', () => {
  it.each<[string, readonly Resource[]]>([
    ['of a mesh', ABC],
    [
      'of a mesh of different AS numbers',
      ABC.map((one, index) => node(`${index}`, `10.0.0.${index + 1}`, { asNumber: 65000 + index })),
    ],
    ['of one reflector', [MESH_OFF, ...ABC, reflector('r', '10.0.0.11'), TO_RR]],
    [
      'of two reflectors of one cluster ID with all clients',
      [MESH_OFF, ...ABC, reflector('r1', '10.0.0.11'), reflector('r2', '10.0.0.12'), TO_RR],
    ],
    ['of a mesh and a reflector', [...ABC, reflector('r', '10.0.0.11'), TO_RR]],
    ['of a single node', ABC.slice(0, 1)],
    ['of no node', []],
    [
      'of reflectors of reflectors',
      [
        MESH_OFF,
        rack(1),
        rack(2),
        labelled('m1', '10.0.1.9', '1.0.0.1', 'mid1'),
        labelled('m2', '10.0.2.9', '1.0.0.2', 'mid2'),
        labelled('t1', '10.0.9.1', '1.0.0.9', 'top'),
        labelled('t2', '10.0.9.2', '1.0.0.9', 'top'),
        between('rack1', "rack == '1'", 'has(mid1)'),
        between('rack2', "rack == '2'", 'has(mid2)'),
        between('mids', 'has(mid1) || has(mid2)', 'has(top)'),
        between('tops', 'has(top)', 'has(top)'),
      ],
    ],
    ['that peer with switches', [MESH_OFF, ...ABC, peer('tor', { peerIP: '10.0.0.254', asNumber: 65000 })]],
    [
      'behind one that peers with a switch, from another AS',
      [
        MESH_OFF,
        node('a', '10.0.0.1'),
        node('b', '10.0.0.2'),
        node('c', '10.0.0.3'),
        peer('tor-a', { node: 'a', peerIP: '10.0.0.254', asNumber: 65000 }),
        peer('tor-b', { node: 'b', peerIP: '10.0.0.254', asNumber: 65000 }),
        peer('ac', { node: 'a', peerIP: '10.0.0.3', asNumber: 64512 }),
      ],
    ],
    [
      'over a node of another AS, which passes everything on',
      [
        MESH_OFF,
        node('a', '10.0.0.1', { asNumber: 65001 }),
        node('b', '10.0.0.2', { asNumber: 65002 }),
        node('c', '10.0.0.3', { asNumber: 65003 }),
        peer('ab', { node: 'a', peerIP: '10.0.0.2', asNumber: 65002 }),
        peer('bc', { node: 'b', peerIP: '10.0.0.3', asNumber: 65003 }),
      ],
    ],
    [
      'over another AS, when both ends accept their own AS number',
      [
        MESH_OFF,
        node('a', '10.0.0.1'),
        node('b', '10.0.0.2', { asNumber: 65002 }),
        node('c', '10.0.0.3'),
        ...[
          ['a', '10.0.0.2', 65002],
          ['c', '10.0.0.2', 65002],
          ['b', '10.0.0.1', 64512],
          ['b', '10.0.0.3', 64512],
        ].map(([from = '', peerIP = '', asNumber = 0], index) =>
          peer(`p${index}`, { node: from, peerIP, asNumber, numAllowedLocalASNumbers: 1, reversePeering: 'Manual' }),
        ),
      ],
    ],
  ])('%s', (_, resources) => {
    expect(gaps(resources)).toEqual([]);
  });
});

describe('reachability(): what is missing', () => {
  const apart = 'no chain of sessions connects them';

  it.each<[string, readonly Resource[], readonly string[]]>([
    ['a node without sessions', [...ABC, reflector('r', '10.0.0.11')], ['r is isolated']],
    ['everything without a mesh', [MESH_OFF, ...ABC], ['a is isolated', 'b is isolated', 'c is isolated']],
    [
      'what two groups know of each other',
      [
        MESH_OFF,
        ...[1, 2, 3, 4, 5].map((number) =>
          node(`n${number}`, `10.0.0.${number}`, {}, { side: number < 3 ? 'l' : 'r' }),
        ),
        between('left', "side == 'l'", "side == 'l'"),
        between('right', "side == 'r'", "side == 'r'"),
      ],
      [`2 nodes (n1, n2) exchange no IPv4 routes with 3 nodes (n3, n4, n5): ${apart}`],
    ],
    [
      'what nodes know of each other behind one that is no reflector',
      [MESH_OFF, ...ABC, node('hub', '10.0.0.9', {}, { hub: '' }), between('p', '!has(hub)', 'has(hub)')],
      ['3 nodes (a, b, c) exchange no IPv4 routes with each other: node hub between them is no reflector'],
    ],
    [
      'what clients of different reflectors with one cluster ID know of each other',
      [
        MESH_OFF,
        node('a', '10.0.0.1', {}, { side: 'l' }),
        node('b', '10.0.0.2', {}, { side: 'l' }),
        node('c', '10.0.0.3', {}, { side: 'r' }),
        labelled('r1', '10.0.0.11', '1.0.0.1', 'left'),
        labelled('r2', '10.0.0.12', '1.0.0.1', 'right'),
        between('left', "side == 'l'", 'has(left)'),
        between('right', "side == 'r'", 'has(right)'),
        between('reflectors', 'has(left)', 'has(right)'),
      ],
      ['node c exchanges no IPv4 routes with 2 nodes (a, b): r1, r2 share cluster ID 1.0.0.1 and not their clients'],
    ],
    [
      'what comes by a third reflector to one of the same cluster ID',
      [
        MESH_OFF,
        node('a', '10.0.0.1', {}, { side: 'l' }),
        node('c', '10.0.0.3', {}, { side: 'r' }),
        labelled('r1', '10.0.0.11', '1.0.0.1', 'left'),
        labelled('r2', '10.0.0.12', '1.0.0.1', 'right'),
        labelled('top', '10.0.0.13', '1.0.0.9', 'top'),
        between('left', "side == 'l'", 'has(left)'),
        between('right', "side == 'r'", 'has(right)'),
        between('top', 'has(left) || has(right)', 'has(top)'),
      ],
      [
        'IPv4 routes of node a do not reach 2 nodes (c, r2): r1, r2 share cluster ID 1.0.0.1 and not their clients',
        'IPv4 routes of node c do not reach 2 nodes (a, r1): r1, r2 share cluster ID 1.0.0.1 and not their clients',
      ],
    ],
    [
      'a third reflector of the same cluster ID that one of the others does not peer with',
      [
        MESH_OFF,
        node('a', '10.0.0.1', {}, { r1: '' }),
        node('x1', '10.0.0.11', { routeReflectorClusterID: '1.0.0.1' }, { r1: '', x: '1' }),
        node('x2', '10.0.0.12', { routeReflectorClusterID: '1.0.0.1' }, { x: '2' }),
        node('x3', '10.0.0.13', { routeReflectorClusterID: '1.0.0.1' }, { x: '3' }),
        between('client', '!has(x)', "x == '1'"),
        between('first', "x == '1'", "x == '2'"),
        between('second', "x == '2'", "x == '3'"),
      ],
      ['node x3 exchanges no IPv4 routes with 2 nodes (a, x1): x2, x3 share cluster ID 1.0.0.1 and not their clients'],
    ],
    [
      'what another AS brings back',
      [
        MESH_OFF,
        node('a', '10.0.0.1'),
        node('b', '10.0.0.2', { asNumber: 65002 }),
        node('c', '10.0.0.3'),
        peer('ab', { node: 'a', peerIP: '10.0.0.2', asNumber: 65002 }),
        peer('cb', { node: 'c', peerIP: '10.0.0.2', asNumber: 65002 }),
      ],
      ['2 nodes (a, c) exchange no IPv4 routes with each other: their AS number would be in the path already'],
    ],
    [
      'a mesh where some have an AS number of their own',
      [...ABC, node('d', '10.0.0.4', { asNumber: 65001 })],
      ['d is isolated'],
    ],
    [
      'a node of a mesh that a peer for all makes unreachable',
      [...ABC, peer('p', { peerIP: '10.0.0.2', asNumber: 64512, ttlSecurity: 1, reversePeering: 'Manual' })],
      ['b is isolated'],
    ],
  ])('%s', (_, resources, expected) => {
    expect(gaps(resources)).toEqual(expected);
  });

  it('a family that only some nodes have sessions in', () => {
    const resources = [
      node('a', '10.0.0.1 fd00::1'),
      reflector('r', '10.0.0.11 fd00::11'),
      node('b', '10.0.0.2 fd00::2'),
    ];
    const four = peer('p', { nodeSelector: 'all()', peerIP: '10.0.0.11', asNumber: 64512 });
    expect([gaps([...resources, four]), gaps([...resources, four], 'ipv6')]).toEqual([[], ['r is isolated']]);
  });
});

describe('reachability(): a node passes on only the best of what it has', () => {
  const id = (name: string, last: number, clusterId: string): Resource =>
    node(name, `10.0.0.${last}`, clusterId === '' ? {} : { routeReflectorClusterID: clusterId }, { [name]: '' });
  const chain = (...pairs: readonly string[]): readonly Resource[] =>
    pairs.map((pair) => {
      const [from = '', to = ''] = pair.split('-');
      return between(pair, `has(${from})`, `has(${to})`);
    });
  const lost = (...ways: readonly Resource[]): boolean =>
    gaps([MESH_OFF, id('o', 1, ''), id('t', 50, '9.0.0.9'), id('s', 60, '1.0.0.1'), id('c', 70, ''), ...ways]).some(
      (text) => text.startsWith('IPv4 routes of node o do not reach'),
    );
  const last = chain('t-s', 's-c');

  it('the one from the lowest address, of those through as many reflectors', () => {
    const through = (first: number, second: number): boolean =>
      lost(id('x', first, '1.0.0.1'), id('y', second, '2.0.0.2'), ...chain('o-x', 'o-y', 'x-t', 'y-t'), ...last);
    expect([through(11, 12), through(12, 11)]).toEqual([true, false]);
  });

  it('the one through the fewest reflectors', () => {
    const through = (first: string, ...way: readonly string[]): boolean =>
      lost(id('x', 20, first), id('y', 11, '2.0.0.2'), id('z', 12, '3.0.0.3'), ...chain('o-x', 'o-y', ...way), ...last);
    expect([through('1.0.0.1', 'x-t', 'y-z', 'z-t'), through('4.0.0.4', 'x-t', 'y-z', 'z-t')]).toEqual([true, false]);
  });
});
