import { describe, expect, it } from 'vitest';
import { bgpCluster } from '../../src/bgp/model.ts';
import { expectedSessions } from '../../src/bgp/sessions.ts';
import { ProtocolsReader } from '../../src/bird/protocols.ts';
import type { DaemonReport } from '../../src/operations/bird-daemons.ts';
import { checkExpected, checkListed } from '../../src/operations/session-check.ts';
import { node } from './node-support.ts';

/** What a daemon answered that has these sessions. */
function report(given: Partial<DaemonReport>, ...rows: readonly string[]): DaemonReport {
  const family = given.family ?? 'ipv4';
  const reader = new ProtocolsReader(family, false);
  for (const row of rows) reader.line(`1002-${row}`);
  const sessions = reader.sessions();
  return {
    family,
    outcome: 'answered',
    socket: '',
    problem: '',
    hints: [],
    socketMissing: false,
    sessions,
    daemon: null,
    ...given,
  };
}

const UP = 'BGP      master   up     08:00:01    Established   ';
const REFUSED = 'BGP      master   start  08:00:01    Active        Socket: Connection refused';
const silent6 = report({ family: 'ipv6', outcome: 'not-running' });
const expected = expectedSessions(
  bgpCluster([node('a', '10.0.0.1'), node('b', '10.0.0.2'), node('c', '10.0.0.3')]),
).get('a') ?? { ipv4: [], ipv6: [] };

describe('checkExpected()', () => {
  it('is content when every expected session is up, whatever else there is', () => {
    const ipv4 = report({}, `Mesh_10_0_0_2 ${UP}`, `Mesh_10_0_0_3 ${UP}`, `Node_10_0_0_9 ${REFUSED}`);
    expect(checkExpected({ ipv4, ipv6: silent6 }, expected)).toEqual({
      source: 'datastore',
      ok: true,
      expected: 2,
      up: 2,
      problems: [],
      note: '',
    });
  });

  it('names the sessions that are not up, with both reasons', () => {
    const ipv4 = report({}, `Mesh_10_0_0_2 ${REFUSED}`, `Node_10_0_0_3 ${UP}`);
    const problem = { family: 'ipv4', because: 'node-to-node mesh' };
    expect(checkExpected({ ipv4, ipv6: silent6 }, expected)).toEqual({
      source: 'datastore',
      ok: false,
      expected: 2,
      up: 0,
      problems: [
        {
          ...problem,
          protocol: 'Mesh_10_0_0_2',
          neighbor: '10.0.0.2',
          node: 'b',
          reason: 'start, Active, Socket: Connection refused: nothing listens there',
        },
        {
          ...problem,
          protocol: 'Mesh_10_0_0_3',
          neighbor: '10.0.0.3',
          node: 'c',
          reason: 'BIRD has Node_10_0_0_3 for this address instead: its configuration has not been written anew',
        },
      ],
      note: '',
    });
  });

  it.each([
    [report({}), 'BIRD has no such session: its configuration has not been written anew'],
    [report({ outcome: 'not-running' }), 'bird is not running'],
    [report({ outcome: 'unreachable', problem: 'dial unix x: …' }), 'bird does not answer: dial unix x: …'],
    [report({ outcome: 'failed', problem: 'i/o timeout' }), 'bird does not answer: i/o timeout'],
  ])('says for %j why sessions are missing', (ipv4, reason) => {
    const check = checkExpected({ ipv4, ipv6: silent6 }, expected);
    expect([check.ok, check.up, check.problems.map((problem) => problem.reason)]).toEqual([false, 0, [reason, reason]]);
  });

  it('demands nothing of a family without sessions', () => {
    const check = checkExpected({ ipv4: silent6, ipv6: silent6 }, { ipv4: [], ipv6: [] });
    expect([check.ok, check.expected]).toEqual([true, 0]);
  });
});

describe('checkListed()', () => {
  const missing = report({ family: 'ipv6', outcome: 'unreachable', problem: 'dial …', socketMissing: true });

  it('is content when every listed session is up', () => {
    const ipv4 = report({}, `Mesh_10_0_0_2 ${UP}`);
    expect(checkListed({ felix: 'running', daemons: { ipv4, ipv6: silent6 } })).toEqual({
      source: 'bird',
      ok: true,
      expected: 1,
      up: 1,
      problems: [],
      note: '',
    });
    expect(checkListed({ felix: 'not-checked', daemons: { ipv4, ipv6: missing } }).ok).toBe(true);
  });

  it('names those that are not', () => {
    const ipv4 = report({}, `Mesh_10_0_0_2 ${UP}`, `Local_Workload_10_0_0_3 BGP      master   down   08:00:01    `);
    expect(checkListed({ felix: 'running', daemons: { ipv4, ipv6: silent6 } })).toEqual({
      source: 'bird',
      ok: false,
      expected: 2,
      up: 1,
      problems: [
        {
          family: 'ipv4',
          node: null,
          because: null,
          protocol: 'Local_Workload_10_0_0_3',
          neighbor: '10.0.0.3',
          reason: 'disabled in BIRD',
        },
      ],
      note: '',
    });
  });

  it('takes a daemon that runs and does not answer for a problem', () => {
    const ipv4 = report({}, `Mesh_10_0_0_2 ${UP}`);
    const { ok, up, problems } = checkListed({ felix: 'running', daemons: { ipv4, ipv6: missing } });
    expect([ok, up, problems.map(({ reason }) => reason)]).toEqual([false, 1, ['bird6 does not answer: dial …']]);
  });

  it('is not content with nothing', () => {
    const { ok, note } = checkListed({ felix: 'running', daemons: { ipv4: report({}), ipv6: silent6 } });
    expect([ok, note]).toEqual([false, 'BIRD lists no session, and which ones must exist is not known']);
  });
});
