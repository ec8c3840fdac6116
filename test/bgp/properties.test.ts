import { describe, expect, it } from 'vitest';
import { lint } from '../../src/bgp/lint.ts';
import { familyLinks } from '../../src/bgp/links.ts';
import type { BgpCluster, BgpNode } from '../../src/bgp/model.ts';
import { reachability } from '../../src/bgp/routes.ts';
import { SessionPlan } from '../../src/bgp/sessions.ts';
import type { JsonObject } from '../../src/kinds/schema.ts';
import type { Resource } from '../../src/kinds/resource.ts';
import { RandomClusters } from './random-clusters.ts';
import { unlearnt } from './small-bgp.ts';
import { clusterOf, configuration, node, peer, reflector, TO_RR } from './support.ts';

/** `a>b` for every two nodes of which the second does not learn the routes of the first. */
function missingPairs(cluster: BgpCluster): readonly string[] {
  const { gaps, isolated } = reachability(cluster, familyLinks(new SessionPlan(cluster), 'ipv4'));
  const pairs = new Set<string>();
  const add = (from: readonly string[], to: readonly string[]): void => {
    for (const one of from) for (const other of to) if (one !== other) pairs.add(`${one}>${other}`);
  };
  const names = cluster.nodes.map(({ name }) => name);
  add(isolated, names);
  add(names, isolated);
  for (const { from, to, mutual } of gaps) {
    add(from, to);
    if (mutual) add(to, from);
  }
  return [...pairs].sort();
}

describe('reachability()', () => {
  it('is what nodes that speak BGP with each other learn, in 3,000 random clusters', { timeout: 240_000 }, () => {
    const random = new RandomClusters(4271);
    const different = [];
    let whole = 0;
    for (let run = 0; run < 3000; run++) {
      const cluster = clusterOf(...random.resources());
      const missing = [...unlearnt(cluster)].sort();
      if (missing.length === 0) whole++;
      const found = missingPairs(cluster);
      if (found.join() !== missing.join()) different.push({ run, cluster, found, missing });
    }
    expect(different.slice(0, 1)).toEqual([]);
    expect({ enoughWhole: whole > 300, enoughBroken: whole < 2700 }).toEqual({ enoughWhole: true, enoughBroken: true });
  });
});

/** The cluster with nodes that count how often they are looked at. */
function counting(cluster: BgpCluster): { readonly cluster: BgpCluster; readonly looks: () => number } {
  let count = 0;
  const watched = (one: BgpNode): BgpNode =>
    new Proxy(one, {
      get(target, key, receiver): unknown {
        count++;
        return Reflect.get(target, key, receiver);
      },
    });
  return { cluster: { ...cluster, nodes: cluster.nodes.map(watched) }, looks: () => count };
}

const many = (count: number, bgp: JsonObject = {}): readonly Resource[] =>
  Array.from({ length: count }, (_, index) =>
    node(`n${index}`, `10.${1 + Math.floor(index / 250)}.0.${index % 250} fd00::${index.toString(16)}`, bgp),
  );

describe('lint()', () => {
  const reflectors = [reflector('r1', '10.0.0.1 fd00::a:1'), reflector('r2', '10.0.0.2 fd00::a:2')];
  const off = configuration({ nodeToNodeMeshEnabled: false });

  it.each<[string, (count: number) => readonly Resource[]]>([
    ['a mesh', (count) => many(count)],
    ['a mesh of different AS numbers', (count) => many(count, { asNumber: 65001 })],
    ['reflectors', (count) => [off, ...many(count), ...reflectors, TO_RR]],
    ['reflectors beside a mesh', (count) => [...many(count), ...reflectors, TO_RR]],
    ['nodes that only some selector leaves out', (count) => [off, ...many(count), ...reflectors]],
    ['switches', (count) => [off, ...many(count), peer('tor', { peerIP: '10.9.9.9', asNumber: 65000 })]],
    [
      'a hub that is no reflector',
      (count) => [off, ...many(count), peer('hub', { nodeSelector: 'all()', peerIP: '10.1.0.0', asNumber: 64512 })],
    ],
  ])('looks at nodes of %s ten times as often when there are ten times as many', (_, resources) => {
    const [small, large] = [100, 1000].map((count) => {
      const { cluster, looks } = counting(clusterOf(...resources(count)));
      lint(cluster);
      return looks();
    });
    expect((large ?? Infinity) / (small ?? 1)).toBeLessThan(14);
  });

  it('looks at each of the sessions of BGPPeers as often when there are nine times as many', () => {
    const all = peer('all', { nodeSelector: 'all()', peerSelector: 'all()' });
    const [small, large] = [60, 180].map((count) => {
      const { cluster, looks } = counting(clusterOf(off, ...many(count), all));
      lint(cluster);
      return looks();
    });
    expect((large ?? Infinity) / (small ?? 1)).toBeLessThan(11);
  });
});
