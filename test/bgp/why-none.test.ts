import { describe, expect, it } from 'vitest';
import { SessionPlan } from '../../src/bgp/sessions.ts';
import { whyNoSessions } from '../../src/bgp/why-none.ts';
import type { Resource } from '../../src/kinds/resource.ts';
import { ABC, clusterOf, MESH_OFF, node, peer, reflector, TO_RR } from './support.ts';

const why = (resources: readonly Resource[], name?: string): readonly string[] => {
  const plan = new SessionPlan(clusterOf(...resources));
  return whyNoSessions(
    plan,
    plan.cluster.nodes.filter((one) => name === undefined || one.name === name),
  );
};

describe('whyNoSessions()', () => {
  it.each<[string, readonly Resource[], string | undefined, readonly string[]]>([
    ['in a mesh', ABC, undefined, []],
    ['of no node', [MESH_OFF], undefined, ['there is no node']],
    [
      'without mesh and BGPPeer',
      [MESH_OFF, ...ABC],
      undefined,
      ['the node-to-node mesh is off, and there is no BGPPeer'],
    ],
    [
      'with a BGPPeer that selects nobody',
      [MESH_OFF, ...ABC, TO_RR],
      undefined,
      ['the node-to-node mesh is off, and no BGPPeer gives any node a neighbour: see calicoctl bgp lint'],
    ],
    [
      'of one node in a mesh',
      [node('a', '10.0.0.1')],
      undefined,
      ['nobody else is in the node-to-node mesh, and there is no BGPPeer'],
    ],
    [
      'of one node among others',
      [...ABC, reflector('r', '10.0.0.9'), peer('p', { node: 'a', peerIP: '10.9.9.9', asNumber: 65000 })],
      'r',
      ['a cluster ID takes r out of the node-to-node mesh, and no BGPPeer gives r a neighbour: see calicoctl bgp lint'],
    ],
    ['of a node without address', [...ABC, node('d', '')], 'd', ['node d without an address for BGP']],
  ])('%s', (_, resources, name, expected) => {
    expect(why(resources, name)).toEqual(expected.map((text) => `no session must exist: ${text}`));
  });
});
