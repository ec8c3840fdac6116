import { describe, expect, it } from 'vitest';
import type { Choice } from '../../../src/bgp/convert/choose.ts';
import { countSessions } from '../../../src/bgp/convert/counts.ts';
import type { FailureCode } from '../../../src/bgp/convert/plan.ts';
import { undone, withWrites } from '../../../src/bgp/convert/writes.ts';
import { bgpCluster } from '../../../src/bgp/model.ts';
import { expectedSessions } from '../../../src/bgp/sessions.ts';
import type { Resource } from '../../../src/kinds/resource.ts';
import { ABC, configuration, MESH_OFF, node, peer, reflector, RR, TO_RR } from '../support.ts';
import { named, planned, SETTINGS, summary } from './support.ts';

const R1 = node('r1', '10.0.0.11');
const R2 = node('r2', '10.0.0.12');
const CLUSTER = [...ABC, R1, R2];

describe('planToReflectors()', () => {
  it('makes the BGPPeer, then one reflector after the other with label and cluster ID in one write, and turns the mesh off last', () => {
    const made = planned(CLUSTER, named('r2', 'r1'));
    expect(summary(made)).toEqual({
      steps: [
        `create BGPPeer(route-reflectors) {"nodeSelector":"all()","peerSelector":"route-reflector == 'true'"}`,
        'update Node(r2) metadata.labels.route-reflector: null → "true", spec.bgp.routeReflectorClusterID: null → "244.0.0.1"',
        'update Node(r1) metadata.labels.route-reflector: null → "true", spec.bgp.routeReflectorClusterID: null → "244.0.0.1"',
        'create BGPConfiguration(default) {"nodeToNodeMeshEnabled":false}',
      ],
      failures: [],
    });
    expect([made.plan.before, ...made.plan.steps.map(({ after }) => after)]).toEqual([
      { sessions: { ipv4: 10, ipv6: 0 }, most: 4 },
      { sessions: { ipv4: 10, ipv6: 0 }, most: 4 },
      { sessions: { ipv4: 10, ipv6: 0 }, most: 4 },
      { sessions: { ipv4: 10, ipv6: 0 }, most: 4 },
      { sessions: { ipv4: 7, ipv6: 0 }, most: 4 },
    ]);
  });

  it('hands password and restart time of the mesh over to the BGPPeer, because they may not stay when the mesh is off', () => {
    const nodeMeshPassword = { secretKeyRef: { name: 'bgp', key: 'mesh' } };
    const mesh = configuration({ asNumber: 64512, nodeMeshPassword, nodeMeshMaxRestartTime: '5m0s' });
    const { steps, failures } = summary(planned([...CLUSTER, mesh], named('r1', 'r2')));
    expect([steps[0], steps.at(-1), failures]).toEqual([
      `create BGPPeer(route-reflectors) {"nodeSelector":"all()","peerSelector":"route-reflector == 'true'","password":{"secretKeyRef":{"name":"bgp","key":"mesh"}},"maxRestartTime":"5m0s"}`,
      'update BGPConfiguration(default) spec.nodeToNodeMeshEnabled: null → false, spec.nodeMeshPassword: {"secretKeyRef":{"name":"bgp","key":"mesh"}} → null, spec.nodeMeshMaxRestartTime: "5m0s" → null',
      [],
    ]);
  });

  it('plans writes that taken back leave everything as it was', () => {
    const mesh = configuration({ nodeMeshMaxRestartTime: '5m0s' });
    const resources = [...CLUSTER, mesh];
    const { plan } = planned(resources, named('r1', 'r2'));
    const writes = plan.steps.flatMap((step) => step.writes);
    const after = withWrites(resources, writes);
    expect(bgpCluster(after)).not.toEqual(bgpCluster(resources));
    expect(bgpCluster(withWrites(after, writes.toReversed().map(undone)))).toEqual(bgpCluster(resources));
  });

  it('leaves out what is there already', () => {
    const there = peer('route-reflectors', { nodeSelector: 'all()', peerSelector: "route-reflector == 'true'" });
    const made = planned([...ABC, reflector('r1', '10.0.0.11'), R2, there], named('r1', 'r2'));
    expect(summary(made)).toEqual({
      steps: [
        'update Node(r2) metadata.labels.route-reflector: null → "true", spec.bgp.routeReflectorClusterID: null → "244.0.0.1"',
        'create BGPConfiguration(default) {"nodeToNodeMeshEnabled":false}',
      ],
      failures: [],
    });
  });

  it('warns of reflectors that carry workloads, and of nodes that take no part', () => {
    const { plan } = planned([...CLUSTER, node('vxlan', '')], named('r1', 'r2'), { workloads: new Map([['r2', 3]]) });
    expect(plan.warnings).toEqual([
      'node r2 carries 3 workloads, which cannot be reached for about 2 s when it becomes a reflector: drain it first, or choose another',
      'without an address for BGP, and not concerned: vxlan',
    ]);
  });

  const secret = { password: { secretKeyRef: { name: 'bgp', key: 'k' } } };
  const refused: readonly (readonly [FailureCode, readonly Resource[], Choice, string])[] = [
    ['already-there', [...CLUSTER, MESH_OFF, TO_RR], named('r1', 'r2'), 'the mesh is off already'],
    ['no-such-node', CLUSTER, named('r1', 'r2', 'r9'), 'node r9 does not exist'],
    ['no-such-node', CLUSTER, { type: 'selector', selector: 'has(x)' }, 'selector has(x) matches no node'],
    [
      'no-such-node',
      CLUSTER,
      { type: 'selector', selector: 'has(x' },
      "has(x is no selector: no closing ')' after has( at character 6",
    ],
    [
      'no-such-node',
      CLUSTER,
      { type: 'count', count: 2, spread: 'rack' },
      'no node has the label rack over which to spread',
    ],
    ['too-few', CLUSTER, named('r1'), '1 reflector: when it goes away, all nodes lose their routes'],
    [
      'too-few',
      CLUSTER,
      { type: 'count', count: 9, spread: undefined },
      '9 reflectors are wanted, and only 5 nodes have an address in every family in use',
    ],
    [
      'missing-family',
      [...CLUSTER, node('d', '10.0.0.4 fd00::4'), node('r3', '10.0.0.13 fd00::13')],
      named('r1', 'r3'),
      'node r1 has no IPv6 address, and other nodes use IPv6',
    ],
    [
      'as-mismatch',
      [...ABC, R1, node('r2', '10.0.0.12', { asNumber: 65001 })],
      named('r1', 'r2'),
      'nodes have different AS numbers (AS 64512: a, b, c, r1; AS 65001: r2), and a reflector has clients in its own AS only (RFC 4456)',
    ],
    [
      'other-reflectors',
      [...CLUSTER, reflector('x', '10.0.0.13'), TO_RR],
      named('r1', 'r2'),
      'node x has a cluster ID already and is not chosen',
    ],
    [
      'other-reflectors',
      [...ABC, R1, reflector('x', '10.0.0.13', '244.0.0.9'), TO_RR],
      named('r1', 'x'),
      'node x has cluster ID 244.0.0.9, and 244.0.0.1 is planned',
    ],
    [
      'label-in-use',
      [...CLUSTER, node('x', '10.0.0.13', {}, RR)],
      named('r1', 'r2'),
      'node x has the label route-reflector=true already and is not chosen',
    ],
    [
      'peer-exists',
      [...CLUSTER, peer('route-reflectors', { nodeSelector: 'all()', peerSelector: 'has(rack)' })],
      named('r1', 'r2'),
      'BGPPeer route-reflectors exists already with other contents',
    ],
    [
      'manual-peering',
      [...CLUSTER, peer('m', { nodeSelector: 'has(x)', peerSelector: 'has(y)', reversePeering: 'Manual' })],
      named('r1', 'r2'),
      'BGPPeer m is between nodes and has reversePeering Manual: its other end is not made by itself',
    ],
    [
      'hidden',
      [...CLUSTER, peer('old', { peerSelector: "route-reflector == 'true'", ...secret })],
      named('r1', 'r2'),
      'BGPPeer old makes the sessions of 5 nodes (a, b, c and 2 more) with the reflectors, so BGPPeer route-reflectors would make none there',
    ],
    [
      'lint',
      [...CLUSTER, peer('tor', { peerIP: '10.9.9.9' })],
      named('r1', 'r2'),
      'BGP014 BGPPeer(tor): peerIP 10.9.9.9 has no asNumber, so BIRD refuses the configuration of 5 nodes (a, b, c and 2 more)',
    ],
    [
      'lint-after',
      [...CLUSTER, peer('odd', { nodeSelector: "route-reflector == 'true'", peerIP: '10.0.0.1', asNumber: 65009 })],
      named('r1', 'r2'),
      'after "make node r1 a route reflector": BGP006 BGPPeer(route-reflectors): between a and r1 (IPv4): one end is AS 64512 and expects 64512, the other is AS 64512 and expects 65009',
    ],
  ];
  it.each(refused)('is refused as %s', (code, resources, choice, message) => {
    const { failures } = planned(resources, choice);
    expect(failures.filter((failure) => failure.code === code).map((failure) => failure.message)).toContain(message);
  });

  it.each<Choice>([named('r1', 'r9'), { type: 'selector', selector: 'has(x)' }])(
    'does not count reflectors while it is not known which are meant: %j',
    (choice) => {
      const codes = planned(CLUSTER, choice).failures.map(({ code }) => code);
      expect([codes.includes('no-such-node'), codes.includes('too-few')]).toEqual([true, false]);
    },
  );

  it('is content with one reflector when that is asked for', () => {
    expect(planned(CLUSTER, named('r1'), { allowSingle: true }).failures).toEqual([]);
  });

  it('counts the sessions of 1,000 nodes with both families, and of each step', () => {
    const nodes = Array.from({ length: 1000 }, (_, index) =>
      node(`n${index}`, `10.0.${index >> 8}.${index & 255} fd00::${index.toString(16)}`),
    );
    const { plan, failures } = planned(nodes, { type: 'count', count: 3, spread: undefined });
    const mesh = (members: number): number => (members * (members - 1)) / 2;
    const counts = [0, 0, 1, 2, 3].map(
      (reflectors) => mesh(1000 - reflectors) + mesh(reflectors) + reflectors * (1000 - reflectors),
    );
    const last = mesh(3) + 3 * 997;
    expect(failures).toEqual([]);
    expect([plan.before, ...plan.steps.map(({ after }) => after)].map(({ sessions }) => sessions)).toEqual(
      [...counts, last].map((count) => ({ ipv4: count, ipv6: count })),
    );
    expect([plan.before.most, plan.steps.at(-1)?.after.most]).toEqual([1998, 1998]);
  });
});

describe('chooseReflectors()', () => {
  const rack = (name: string, number: number, place: string): Resource =>
    node(name, `10.0.1.${number}`, {}, { rack: place });
  const racks = [
    rack('a1', 1, 'a'),
    rack('a2', 2, 'a'),
    rack('b1', 3, 'b'),
    rack('b2', 4, 'b'),
    node('none', '10.0.1.5'),
  ];
  const chosen = (choice: Choice, loads: Readonly<Record<string, number>> = {}, more: readonly Resource[] = []) =>
    planned([...racks, ...more], choice, { workloads: new Map(Object.entries(loads)) }).plan.reflectors;
  const count = (number: number, spread?: string): Choice => ({ type: 'count', count: number, spread });

  it('prefers nodes without workloads', () => {
    expect(chosen(count(2), { a1: 5, a2: 1, b1: 9 })).toEqual(['b2', 'none']);
  });
  it('spreads them over the values of a label, the best of each first', () => {
    expect(chosen(count(2, 'rack'), { a1: 5, b1: 9, none: 1 })).toEqual(['a2', 'b2']);
    expect(chosen(count(4, 'rack'), { a1: 5, b1: 9, none: 1 })).toEqual(['a1', 'a2', 'b2', 'none']);
  });
  it('passes over nodes that lack a family', () => {
    expect(chosen(count(2), {}, [node('x', '10.0.1.9 fd00::9'), node('y', '10.0.1.8 fd00::8')])).toEqual(['x', 'y']);
  });
  it('keeps those that are reflectors already', () => {
    expect(chosen(count(2), { z: 7 }, [reflector('z', '10.0.1.7')])).toEqual(['a1', 'z']);
  });
  it('takes what a selector matches', () => {
    expect(chosen({ type: 'selector', selector: "rack == 'b'" })).toEqual(['b1', 'b2']);
  });
});

describe('countSessions()', () => {
  it('counts what there is, each session once', () => {
    const tor = peer('tor', { nodeSelector: "rack == 'a'", peerIP: '10.9.9.9', asNumber: 65001 });
    const resources = [
      ...CLUSTER,
      node('d', '10.0.0.4 fd00::4', {}, { rack: 'a' }),
      node('e', '10.0.0.5 fd00::5'),
      tor,
    ];
    const { plan } = planned(resources, named('d', 'e'), { settings: { ...SETTINGS, peer: 'p' } });
    let now: readonly Resource[] = resources;
    for (const { writes } of plan.steps) {
      now = withWrites(now, writes);
      const cluster = bgpCluster(now);
      const ends = [...expectedSessions(cluster).values()].flatMap(({ ipv4, ipv6 }) => [...ipv4, ...ipv6]);
      const both = ends.filter(({ node: other }) => other !== null).length / 2;
      const { sessions } = countSessions(cluster);
      expect(sessions.ipv4 + sessions.ipv6).toBe(both + ends.filter(({ node: other }) => other === null).length);
    }
  });
});
