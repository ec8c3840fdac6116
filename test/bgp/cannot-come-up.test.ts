import { describe, expect, it } from 'vitest';
import { cannotComeUp } from '../../src/bgp/cannot-come-up.ts';
import { familyLinks, linkBetween } from '../../src/bgp/links.ts';
import { FAMILIES } from '../../src/bgp/model.ts';
import type { BgpNode } from '../../src/bgp/model.ts';
import { SessionPlan } from '../../src/bgp/sessions.ts';
import type { Resource } from '../../src/kinds/resource.ts';
import { RandomClusters } from './random-clusters.ts';
import { ABC, clusterOf, MESH_OFF, node, peer, reflector, TO_RR } from './support.ts';

const OWN_AS = node('d', '10.0.0.4', { asNumber: 65001 });

function found(resources: readonly Resource[], name?: string): ReturnType<typeof cannotComeUp> {
  const plan = new SessionPlan(clusterOf(...resources));
  return cannotComeUp(
    plan,
    plan.cluster.nodes.filter((one) => name === undefined || one.name === name),
  );
}

describe('cannotComeUp()', () => {
  const inMesh =
    'BGPConfiguration(default) 3 IPv4 sessions of the mesh cannot come up: node d with AS 65001 of their own and the 3 without expect different AS numbers of each other';

  it.each<[string, readonly Resource[], string | undefined, number, string]>([
    ['a mesh with an AS number of its own', [...ABC, OWN_AS], undefined, 3, inMesh],
    ['the node that has it', [...ABC, OWN_AS], 'd', 3, inMesh],
    ['another node', [...ABC, OWN_AS], 'a', 1, inMesh],
    [
      'a BGPPeer without the other end',
      [MESH_OFF, ...ABC, peer('p', { node: 'a', peerIP: '10.0.0.2', asNumber: 64512, reversePeering: 'Manual' })],
      'b',
      1,
      'BGPPeer(p) between a and b (IPv4): only one end has the session, as reversePeering is Manual',
    ],
  ])('tells of %s', (_, resources, name, sessions, cause) => {
    const down = found(resources, name);
    expect([down?.sessions, down?.cause.replace(/^BGP\d+ /, '')]).toEqual([sessions, cause]);
  });

  it.each<[string, readonly Resource[], string | undefined]>([
    ['all can', ABC, undefined],
    ['reflectors can', [MESH_OFF, ...ABC, reflector('r', '10.0.0.9'), TO_RR], undefined],
    [
      'only sessions of others cannot',
      [MESH_OFF, ...ABC, peer('p', { node: 'a', peerIP: '10.0.0.2', asNumber: 64512, reversePeering: 'Manual' })],
      'c',
    ],
  ])('says nothing where %s', (_, resources, name) => {
    expect(found(resources, name)).toBeUndefined();
  });

  it('counts what a look at every two nodes counts, in 500 random clusters', () => {
    const random = new RandomClusters(7);
    let some = 0;
    for (let round = 0; round < 500; round++) {
      const plan = new SessionPlan(clusterOf(...random.resources()));
      const [first] = plan.cluster.nodes;
      for (const nodes of [plan.cluster.nodes, first === undefined ? [] : [first]]) {
        const count = counted(plan, new Set(nodes));
        expect(cannotComeUp(plan, nodes)?.sessions ?? 0).toBe(count);
        if (count > 0) some++;
      }
    }
    expect(some).toBeGreaterThan(100);
  });
});

function counted(plan: SessionPlan, chosen: ReadonlySet<BgpNode>): number {
  return FAMILIES.flatMap((family) => {
    const { members } = familyLinks(plan, family);
    return members.flatMap((one, index) =>
      members
        .slice(index + 1)
        .filter((two) => chosen.has(one) || chosen.has(two))
        .filter((two) => (linkBetween(plan, family, one, two)?.faults.length ?? 0) > 0),
    );
  }).length;
}
