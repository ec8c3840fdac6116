import { describe, expect, it } from 'vitest';
import { bgpCluster } from '../../src/bgp/model.ts';
import { expectedSessions } from '../../src/bgp/sessions.ts';
import type { NodeSessions } from '../../src/bgp/sessions.ts';
import type { Resource } from '../../src/kinds/resource.ts';
import type { NodeReport, ReportedSession } from '../../src/operations/node-report.ts';
import { checkReport } from '../../src/operations/report-check.ts';
import { node } from './node-support.ts';

const silent = { state: null, version: null, routerId: null, lastBootTime: null, lastReconfigurationTime: null };

function report(
  sessions: readonly Partial<ReportedSession>[],
  given: Partial<NodeReport> = {},
  state = 'Ready',
): NodeReport {
  const full = sessions.map((session): ReportedSession => ({
    type: 'mesh',
    address: '10.0.0.2',
    port: null,
    bgpState: 'Established',
    since: '08:00:01',
    ...session,
  }));
  return {
    object: 'one',
    created: true,
    lastUpdated: '2026-11-21T11:01:40Z',
    stale: false,
    ageSeconds: 6,
    daemons: { ipv4: { ...silent, state, sessions: full }, ipv6: { ...silent, sessions: [] } },
    routes: { ipv4: null, ipv6: null },
    ...given,
  };
}

function expectedOf(...more: readonly Resource[]): NodeSessions {
  const cluster = bgpCluster([node('a', '10.0.0.1'), node('b', '10.0.0.2'), ...more]);
  return expectedSessions(cluster).get('a') ?? { ipv4: [], ipv6: [] };
}

const external = (port: number): Resource => ({
  apiVersion: 'projectcalico.org/v3',
  kind: 'BGPPeer',
  metadata: { name: `port-${port}` },
  spec: { node: 'a', peerIP: `10.0.0.9:${port}`, asNumber: 65_009 },
});

describe('checkReport()', () => {
  it('is content with Established sessions of the right address and source', () => {
    expect(checkReport(report([{}, { address: '10.0.0.7', bgpState: 'Idle' }]), '', expectedOf())).toEqual({
      source: 'datastore',
      ok: true,
      expected: 1,
      up: 1,
      problems: [],
      note: '',
    });
  });

  it.each([
    [report([{ bgpState: 'Active' }]), 'Active'],
    [report([{ bgpState: null }]), 'unknown'],
    [report([{ type: 'global' }]), 'the node reports no such session'],
    [report([{ address: '10.0.0.3' }]), 'the node reports no such session'],
    [report([], {}, 'NotReady'), 'BIRD is not ready there'],
  ])('gives a reason for what is missing (%#)', (given, reason) => {
    const { reason: because, ...problem } = {
      family: 'ipv4',
      protocol: 'Mesh_10_0_0_2',
      neighbor: '10.0.0.2',
      node: 'b',
      reason: 'node-to-node mesh',
    };
    expect(checkReport(given, '', expectedOf())).toMatchObject({
      ok: false,
      expected: 1,
      up: 0,
      problems: [{ ...problem, reason, because }],
    });
  });

  it('tells sessions with one address apart by their ports where the report has them', () => {
    const mesh = {};
    const expected = expectedOf(external(178), external(1790));
    const sessions = [178, 1790].map((port) => ({ type: 'node', address: '10.0.0.9', port }) as const);
    expect(checkReport(report([mesh, ...sessions]), '', expected).ok).toBe(true);
    const [first, second] = sessions;
    const { problems } = checkReport(report([mesh, { ...first }, { ...second, bgpState: 'Connect' }]), '', expected);
    expect(problems.map(({ protocol, reason }) => [protocol, reason])).toEqual([
      ['Node_10_0_0_9_port_1790', 'Connect'],
    ]);
  });

  it('is not content without a report, nor with an old one', () => {
    const nothing = { source: 'datastore', ok: false, expected: 1, up: 0, problems: [] };
    expect(checkReport(undefined, 'did not report', expectedOf())).toEqual({ ...nothing, note: 'did not report' });
    const old = report([{}], { stale: true, ageSeconds: 120 });
    expect(checkReport(old, '', expectedOf())).toEqual({ ...nothing, note: 'its last report is 120s old' });
  });
});
