import { describe, expect, it } from 'vitest';
import { FAMILIES } from '../../src/bgp/model.ts';
import { refusalsOf, refusedFor, refusedNodes } from '../../src/bgp/refusals.ts';
import { SessionPlan } from '../../src/bgp/sessions.ts';
import type { JsonObject } from '../../src/kinds/schema.ts';
import { RandomClusters } from './random-clusters.ts';
import { ABC, clusterOf, MESH_OFF, node, peer } from './support.ts';

describe('refusedNodes()', () => {
  it('finds the nodes of which refusalsOf() finds something, in 300 random clusters', () => {
    const random = new RandomClusters(58);
    const different = [];
    const seen = { none: 0, some: 0 };
    for (let run = 0; run < 300; run++) {
      const bad = random.pick<JsonObject>([
        { nodeSelector: "rack == '1'", peerIP: '10.9.9.9' },
        { node: 'n1', peerIP: '10.0.0.2' },
        { peerIP: 'fd00::9' },
        { peerIP: '10.9.9.9', asNumber: 65000 },
        { peerIP: '10.0.0.3:1790', nodeSelector: '!has(r)' },
      ]);
      const twin = random.pick(['10.0.0.1', '10.0.0.2 fd00::1', '10.7.7.7', 'fd00::1']);
      const own = random.pick<JsonObject>([{}, {}, { asNumber: 0 }, { routeReflectorClusterID: '1.0.0.1' }]);
      const cluster = clusterOf(...random.resources(), peer('zz', bad), node('x', twin, own), node('y', 'fd00::1'));
      const plan = new SessionPlan(cluster);
      for (const family of FAMILIES) {
        const found = [...refusedNodes(plan, family)].map(({ name }) => name).sort();
        const expected = cluster.nodes
          .filter((one) => refusalsOf(plan, one, family).length > 0)
          .map(({ name }) => name);
        if (found.join() !== expected.join()) different.push({ run, family, found, expected, cluster });
        seen[expected.length === 0 ? 'none' : 'some']++;
      }
    }
    expect(different.slice(0, 1)).toEqual([]);
    expect([seen.none > 50, seen.some > 50]).toEqual([true, true]);
  });
});

describe('refusedFor()', () => {
  it('names the nodes that have the session without an AS number, not those where another BGPPeer makes it', () => {
    const good = peer('good', { node: 'b', peerIP: '10.9.9.9', asNumber: 65000 });
    const bad = peer('worse', { nodeSelector: 'all()', peerIP: '10.9.9.9' });
    const plan = new SessionPlan(clusterOf(MESH_OFF, ...ABC, good, bad));
    const names = plan.cluster.peers.map((one) => [one.name, refusedFor(plan, one).map(({ name }) => name)]);
    expect(Object.fromEntries(names)).toEqual({ good: [], worse: ['a', 'c'] });
  });
});
