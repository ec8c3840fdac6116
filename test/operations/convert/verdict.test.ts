import { describe, expect, it } from 'vitest';
import { bgpCluster } from '../../../src/bgp/model.ts';
import { expectedSessions } from '../../../src/bgp/sessions.ts';
import type { SeenRoutes } from '../../../src/bird/routes.ts';
import type { Resource } from '../../../src/kinds/resource.ts';
import type { SeenSession, Sight } from '../../../src/operations/convert/sight.ts';
import { unseen } from '../../../src/operations/convert/sight.ts';
import { baselineOf, met, problemsOf } from '../../../src/operations/convert/verdict.ts';
import { node } from '../node-support.ts';

const NODES = [node('a', '10.0.0.1'), node('b', '10.0.0.2'), node('c', '10.0.0.3')];
const ALL: Resource = {
  apiVersion: 'projectcalico.org/v3',
  kind: 'BGPPeer',
  metadata: { name: 'all' },
  spec: { nodeSelector: 'all()', peerSelector: 'all()' },
};
const addresses = new Set(['10.0.0.1', '10.0.0.2', '10.0.0.3']);
const of = (...more: readonly Resource[]) => {
  const expected = expectedSessions(bgpCluster([...NODES, ...more])).get('a') ?? { ipv4: [], ipv6: [] };
  return { expected, waitedFor: expected, families: ['ipv4'] as const, nodes: addresses };
};
const seen = (type: SeenSession['type'], address: string, state = ''): SeenSession => ({
  family: 'ipv4',
  type,
  address,
  up: state === '',
  state,
});
const BLOCKS = ['10.1.2.0/26', '10.1.3.0/26'];
const routes = (learnt: readonly string[], own: readonly string[] = []): SeenRoutes => ({
  learnt: new Set(learnt),
  own: new Set(own),
});
const sight = (sessions: readonly SeenSession[], ipv4: SeenRoutes | null = routes(BLOCKS)): Sight => ({
  problem: '',
  sessions,
  routes: { ipv4, ipv6: null },
});
const WELL = [seen('mesh', '10.0.0.2'), seen('mesh', '10.0.0.3')];

describe('problemsOf()', () => {
  const problems = (looked: Sight, given = of(), baseline = sight(WELL)) =>
    problemsOf({ ...given, sight: looked, baseline: baselineOf({ ...given, sight: baseline }) });

  it('finds nothing where everything is there', () => {
    expect(problems(sight(WELL))).toEqual([]);
  });

  it('names what is missing or down', () => {
    expect(problems(sight([seen('mesh', '10.0.0.2', 'Active')]))).toEqual([
      '10.0.0.2 (b): Active',
      '10.0.0.3 (c): there is no such session yet',
    ]);
    expect(problems(unseen('it is gone'))).toEqual(['it is gone']);
  });

  it('takes no session of another kind for the one that must be there', () => {
    expect(problems(sight([seen('mesh', '10.0.0.2'), seen('node', '10.0.0.3')]))).toEqual([
      '10.0.0.3 (c): there is no such session yet',
      '10.0.0.3: a session that must end is still there',
    ]);
  });

  it('is content with one of two sessions that share an address and port, of which BIRD runs one', () => {
    const two = (mesh: string, peer: string) =>
      ['10.0.0.2', '10.0.0.3'].flatMap((address) => [seen('mesh', address, mesh), seen('node', address, peer)]);
    expect([problems(sight(two('', 'Idle')), of(ALL)), problems(sight(two('Idle', '')), of(ALL))]).toEqual([[], []]);
    expect(problems(sight(two('Active', 'Idle')), of(ALL))).toEqual(['10.0.0.2 (b): Active', '10.0.0.3 (c): Active']);
  });

  it('lets sessions be that were there before, and those with others than nodes', () => {
    const old = seen('global', '10.0.0.2');
    expect(problems(sight([...WELL, old]), of(), sight([...WELL, old]))).toEqual([]);
    expect(problems(sight([...WELL, seen('global', '10.9.9.9'), seen('local-workload', '10.0.0.2')]))).toEqual([]);
  });

  it('names the prefixes that it saw before and does not see now', () => {
    const later = (now: SeenRoutes | null, before: SeenRoutes | null = routes(BLOCKS)) =>
      problems(sight(WELL, now), of(), sight(WELL, before));
    // One that is gained hides none that is lost.
    expect([later(routes([...BLOCKS, '10.1.4.0/26'])), later(routes(['10.1.2.0/26', '10.1.4.0/26']))]).toEqual([
      [],
      ['it no longer sees the IPv4 prefix 10.1.3.0/26'],
    ]);
    const many = Array.from({ length: 8 }, (_, index) => `10.1.${index}.0/26`);
    expect(later(routes(many.slice(7)), routes(many))).toEqual([
      'it no longer sees the IPv4 prefixes 10.1.0.0/26, 10.1.1.0/26, 10.1.2.0/26, 10.1.3.0/26, 10.1.4.0/26 and 2 more',
    ]);
    expect(later(null)).toEqual(['it does not tell its IPv4 routes']);
    expect([later(routes([]), null), later(null, null)]).toEqual([[], ['it does not tell its IPv4 routes']]);
  });

  it('does not ask for prefixes of its own, nor that one is learnt that has become its own', () => {
    const before = sight(WELL, routes(['10.1.2.0/26'], ['10.1.1.0/26', '10.1.1.7/32']));
    expect(problems(sight(WELL, routes([], ['10.1.2.0/26'])), of(), before)).toEqual([]);
  });
});

describe('met()', () => {
  const now = routes(['10.1.2.0/26'], ['10.1.1.0/26']);

  it('leaves out what a node does not see', () => {
    const all = new Set(BLOCKS);
    expect([met(all, now), met(all, null), met(null, now)]).toEqual([new Set(['10.1.2.0/26']), all, null]);
  });
});
