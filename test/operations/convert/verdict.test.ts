import { describe, expect, it } from 'vitest';
import { bgpCluster } from '../../../src/bgp/model.ts';
import { expectedSessions } from '../../../src/bgp/sessions.ts';
import type { Resource } from '../../../src/kinds/resource.ts';
import type { SeenSession, Sight } from '../../../src/operations/convert/sight.ts';
import { unseen } from '../../../src/operations/convert/sight.ts';
import { baselineOf, problemsOf } from '../../../src/operations/convert/verdict.ts';
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
const sight = (sessions: readonly SeenSession[], ipv4: number | null = 3): Sight => ({
  problem: '',
  sessions,
  networks: { ipv4, ipv6: null },
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

  it('counts prefixes against those of before', () => {
    expect([problems(sight(WELL, 4)), problems(sight(WELL, 2)), problems(sight(WELL, null))]).toEqual([
      [],
      ['it sees 2 IPv4 prefixes and saw 3'],
      ['it does not tell its IPv4 routes'],
    ]);
    expect(problems(sight(WELL, 1), of(), sight(WELL, null))).toEqual([]);
    expect(problems(sight(WELL, null), of(), sight(WELL, null))).toEqual(['it does not tell its IPv4 routes']);
  });
});
