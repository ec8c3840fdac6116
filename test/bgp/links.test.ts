import { describe, expect, it } from 'vitest';
import { familyLinks, meshFault } from '../../src/bgp/links.ts';
import type { Family } from '../../src/bgp/model.ts';
import { SessionPlan } from '../../src/bgp/sessions.ts';
import type { JsonObject } from '../../src/kinds/schema.ts';
import type { Resource } from '../../src/kinds/resource.ts';
import { ABC, clusterOf, configuration, MESH_OFF, node, peer, reflector, TO_RR } from './support.ts';

/** `a Global_… - Mesh_… b: fault`, one line for each link. */
function links(resources: readonly Resource[], family: Family = 'ipv4'): readonly string[] {
  return familyLinks(new SessionPlan(clusterOf(...resources)), family).links.map(
    ({ a, b, ofA, ofB, faults }) =>
      `${a.name} ${ofA?.protocol ?? '?'} - ${ofB?.protocol ?? '?'} ${b.name}${faults.length === 0 ? '' : `: ${faults.join()}`}`,
  );
}

const four = [node('a', '10.0.0.1'), node('b', '10.0.0.2')];
const manual = (name: string, spec: JsonObject): Resource =>
  peer(name, { asNumber: 64512, reversePeering: 'Manual', ...spec });
const aToB = { node: 'a', peerIP: '10.0.0.2' };
const bToA = { node: 'b', peerIP: '10.0.0.1' };

describe('familyLinks()', () => {
  it('lists links that BGPPeers make, and the mesh as its members', () => {
    const found = familyLinks(new SessionPlan(clusterOf(...ABC, reflector('r', '10.0.0.11'), TO_RR)), 'ipv4');
    expect({
      members: found.members.map(({ name }) => name),
      mesh: found.mesh.map(({ name }) => name),
      links: found.links.map(({ a, b }) => `${a.name}-${b.name}`),
      external: [...found.external],
    }).toEqual({ members: ['a', 'b', 'c', 'r'], mesh: ['a', 'b', 'c'], links: ['a-r', 'b-r', 'c-r'], external: [] });
  });

  it('takes of two nodes with one address the first', () => {
    const plan = new SessionPlan(clusterOf(...four, node('c', '10.0.0.1'), TO_RR));
    const { members, mesh } = familyLinks(plan, 'ipv4');
    expect([members.map(({ name }) => name), mesh.map(({ name }) => name)]).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
  });

  it('lists sessions to the outside by node', () => {
    const tor = peer('tor', { node: 'b', peerIP: '10.0.0.254', asNumber: 65000 });
    const { external } = familyLinks(new SessionPlan(clusterOf(MESH_OFF, ...four, tor)), 'ipv4');
    expect([...external].map(([name, sessions]) => [name, sessions.map(({ protocol }) => protocol)])).toEqual([
      ['b', ['Node_10_0_0_254']],
    ]);
  });

  it('finds a session that only one end has', () => {
    expect(links([MESH_OFF, ...four, manual('p', aToB)])).toEqual(['a Node_10_0_0_2 - ? b: one-sided']);
    expect(links([MESH_OFF, ...four, manual('p', bToA)])).toEqual(['a ? - Node_10_0_0_1 b: one-sided']);
  });

  it.each<[string, readonly Resource[], string]>([
    ['no fault in two ends that fit', [manual('p', aToB), manual('q', bToA)], ''],
    ['AS numbers that disagree', [peer('p', { ...aToB, asNumber: 64512, localASNumber: 65100 })], ': as'],
    [
      'different secrets',
      [manual('p', { ...aToB, password: { secretKeyRef: { name: 'bgp', key: 'a' } } }), manual('q', bToA)],
      ': password',
    ],
    ['TTL security on one end', [manual('p', { ...aToB, ttlSecurity: 1 }), manual('q', bToA)], ': ttl'],
    [
      'TTL security of different length on both',
      [manual('p', { ...aToB, ttlSecurity: 1 }), manual('q', { ...bToA, ttlSecurity: 2 })],
      '',
    ],
  ])('finds %s', (_, peers, fault) => {
    expect(links([MESH_OFF, ...four, ...peers])).toEqual([`a Node_10_0_0_2 - Node_10_0_0_1 b${fault}`]);
  });

  it('finds ports only where no end dials the right one', () => {
    const wrong = manual('p', { ...aToB, peerIP: '10.0.0.2:1790' });
    expect(links([MESH_OFF, ...four, wrong, manual('q', bToA)])).toEqual([
      'a Node_10_0_0_2_port_1790 - Node_10_0_0_1 b',
    ]);
    expect(links([MESH_OFF, ...four, wrong, manual('q', { ...bToA, peerIP: '10.0.0.1:1790' })])).toEqual([
      'a Node_10_0_0_2_port_1790 - Node_10_0_0_1_port_1790 b: port',
    ]);
  });

  it('finds ports where the only end that calls dials the wrong one', () => {
    const waits = peer('p', { peerIP: '10.0.0.2', asNumber: 64512, reversePeering: 'Manual' });
    const wrong = peer('q', { peerIP: '10.0.0.1:1790', asNumber: 64512, reversePeering: 'Manual' });
    expect(links([MESH_OFF, ...four, waits, wrong])).toEqual(['a Global_10_0_0_2 - Global_10_0_0_1_port_1790 b: port']);
  });

  it('lets the first name of those with one address and port run, and tries each port', () => {
    const all = peer('all', { nodeSelector: 'all()', peerSelector: 'all()' });
    expect(links([...four, all])).toEqual(['a Mesh_10_0_0_2 - Mesh_10_0_0_1 b']);
    const other = manual('p', { ...aToB, peerIP: '10.0.0.2:1790', ttlSecurity: 1 });
    expect(links([configuration({ listenPort: 1790 }, 'node.b'), ...four, other])).toEqual([
      'a Mesh_10_0_0_2 - Mesh_10_0_0_1 b',
    ]);
  });

  it('lets a session that is refused for its AS number give way to the next, if that may call', () => {
    const all = peer('all', { peerIP: '10.0.0.2', asNumber: 65000, reversePeering: 'Manual' });
    expect(links([...ABC, all])).toEqual([
      'a Global_10_0_0_2 - Mesh_10_0_0_1 b: as',
      'b Mesh_10_0_0_3 - Mesh_10_0_0_2 c',
    ]);
    const silent = peer('all', { peerIP: '10.0.0.2', asNumber: 64512, ttlSecurity: 1, reversePeering: 'Manual' });
    expect(links([...ABC, silent])).toEqual([
      'a Global_10_0_0_2 - Mesh_10_0_0_1 b: ttl',
      'b Mesh_10_0_0_3 - Global_10_0_0_2 c: ttl',
    ]);
  });

  it('gives a call to the first name, whatever its port', () => {
    const first = manual('p', { ...aToB, asNumber: 65000, peerIP: '10.0.0.2:178' });
    const second = manual('q', { ...aToB, peerIP: '10.0.0.2:1790' });
    expect(links([MESH_OFF, ...four, first, second, manual('r', bToA)])).toEqual([
      'a Node_10_0_0_2_port_178 - Node_10_0_0_1 b: as',
    ]);
  });

  it('looks at each family for itself', () => {
    const dual = [MESH_OFF, node('a', '10.0.0.1 fd00::1'), node('b', '10.0.0.2 fd00::2'), manual('p', aToB)];
    expect([links(dual), links(dual, 'ipv6')]).toEqual([['a Node_10_0_0_2 - ? b: one-sided'], []]);
  });
});

describe('meshFault()', () => {
  const cluster = clusterOf(
    node('a', '10.0.0.1'),
    node('b', '10.0.0.2', { asNumber: 64512 }),
    node('c', '10.0.0.3', { asNumber: 65001 }),
    node('d', '10.0.0.4', { asNumber: 65002 }),
  );
  const [a, b, c, d] = cluster.nodes;

  it('is there between a node without an AS number and one with another than that of the cluster', () => {
    const pairs = [
      [a, b],
      [a, c],
      [c, a],
      [b, c],
      [c, d],
    ] as const;
    const faults = pairs.map(([x, y]) => (x === undefined || y === undefined ? 'none' : meshFault(cluster, x, y)));
    expect(faults).toEqual([undefined, 'as', 'as', undefined, undefined]);
  });
});
