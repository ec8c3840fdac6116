import { describe, expect, it } from 'vitest';
import { singlePoints } from '../../src/bgp/failures.ts';
import type { SinglePoint } from '../../src/bgp/failures.ts';
import { familyLinks } from '../../src/bgp/links.ts';
import type { BgpCluster } from '../../src/bgp/model.ts';
import { SessionPlan } from '../../src/bgp/sessions.ts';
import type { Resource } from '../../src/kinds/resource.ts';
import { RandomClusters } from './random-clusters.ts';
import { neighbours, unlearnt } from './small-bgp.ts';
import { ABC, clusterOf, MESH_OFF, node, peer, reflector, TO_RR } from './support.ts';

const pointsOf = (cluster: BgpCluster): ReturnType<typeof singlePoints> =>
  singlePoints(cluster, familyLinks(new SessionPlan(cluster), 'ipv4'));

const text = ({ ends, alike, cutsOff }: SinglePoint): string =>
  `${ends.map(({ name }) => name).join('-')}${alike.map(({ name }) => ` ${name}`).join('')}: ${cutsOff.join(' ')}`;

/** `node: whom it cuts off`, and the same of sessions, with the nodes that have the like. */
function found(...resources: readonly Resource[]): readonly (readonly string[] | undefined)[] {
  const { nodes, sessions } = pointsOf(clusterOf(...resources));
  return [nodes?.map(text), sessions?.map(text)];
}

const R1 = reflector('r1', '10.0.0.11');
const R2 = reflector('r2', '10.0.0.12', '244.0.0.2');

describe('singlePoints()', () => {
  it.each<[string, readonly Resource[], readonly string[], readonly string[]]>([
    ['a mesh', ABC, [], []],
    ['two reflectors', [MESH_OFF, ...ABC, R1, R2, TO_RR], [], []],
    ['one reflector', [MESH_OFF, ...ABC, R1, TO_RR], ['r1: a b c'], ['a-r1 b c: a']],
    [
      'a client of one of two reflectors',
      [
        MESH_OFF,
        ...ABC,
        node('d', '10.0.0.4', {}, { x: '' }),
        R1,
        R2,
        peer('d', { nodeSelector: 'has(x)', peerIP: '10.0.0.11', asNumber: 64512 }),
        peer('to-rr', { nodeSelector: '!has(x)', peerSelector: "route-reflector == 'true'" }),
      ],
      ['r1: d'],
      ['d-r1: d', 'r1-r2: r2'],
    ],
    ['two nodes', ABC.slice(0, 2), [], ['a-b: a b']],
  ])('finds those of %s', (_, resources, nodes, sessions) => {
    expect(found(...resources)).toEqual([nodes, sessions]);
  });

  it('finds what is lost without a node or a session, in 100 random clusters', () => {
    const random = new RandomClusters(1771);
    const different = [];
    let some = 0;
    for (let run = 0; run < 100; run++) {
      const cluster = clusterOf(...random.resources());
      const points = pointsOf(cluster);
      const nodes = (points.nodes ?? []).map(({ ends: [{ name }] }) => name);
      const sessions = (points.sessions ?? []).flatMap(({ ends: [a, b], alike }) =>
        [a, ...alike].map(({ name }) => [name, b?.name ?? ''].sort().join('-')),
      );
      const expected = { nodes: neededNodes(cluster), sessions: neededSessions(cluster) };
      if (expected.nodes.length > 0 && expected.sessions.length > 0) some++;
      const actual = { nodes, sessions: [...new Set(sessions)].sort() };
      if (JSON.stringify(actual) !== JSON.stringify(expected)) different.push({ run, actual, expected, cluster });
    }
    expect(different.slice(0, 1)).toEqual([]);
    expect(some).toBeGreaterThan(5);
  });
});

function neededNodes(cluster: BgpCluster): readonly string[] {
  const known = unlearnt(cluster);
  const names = cluster.nodes.map(({ name }) => name);
  return names.filter((gone) => {
    const left = unlearnt(cluster, (one, other) => one === gone || other === gone);
    return [...left].some((pair) => !known.has(pair) && !pair.split('>').includes(gone));
  });
}

function neededSessions(cluster: BgpCluster): readonly string[] {
  const known = unlearnt(cluster);
  const near = neighbours(cluster);
  const needed: string[] = [];
  for (const [a, others] of near) {
    for (const b of others) {
      if (b <= a) continue;
      const left = unlearnt(cluster, (one, other) => (one === a && other === b) || (one === b && other === a));
      const isLost = [...left].some((pair) => !known.has(pair) && pair !== `${a}>${b}` && pair !== `${b}>${a}`);
      if (isLost || others.length === 1 || near.get(b)?.length === 1) needed.push(`${a}-${b}`);
    }
  }
  return needed.sort();
}
