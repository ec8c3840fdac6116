/** What node status prints of what nodes report, against reports that are made up. */
import { describe, expect, it } from 'vitest';
import { remoteJson } from '../../src/commands/node/remote-json.ts';
import { RemoteProgressLine } from '../../src/commands/node/remote-progress.ts';
import { remoteText } from '../../src/commands/node/remote-text.ts';
import type { NodeReport, ReportedDaemon } from '../../src/operations/node-report.ts';
import type { RemoteNode } from '../../src/operations/remote-status.ts';
import { testContext } from '../operations/node-support.ts';
import { check } from './status-support.ts';

const PLAIN = { wide: false, colour: false };

const silent: ReportedDaemon = {
  state: null,
  version: null,
  routerId: null,
  lastBootTime: null,
  lastReconfigurationTime: null,
  sessions: [],
};

const bird: ReportedDaemon = {
  ...silent,
  state: 'Ready',
  version: 'v0.3.3+birdv1.6.8',
  routerId: '10.0.0.1',
  sessions: [
    { type: 'mesh', address: '10.0.0.2', port: null, bgpState: 'Established', since: '08:00:01' },
    { type: 'node', address: '10.0.0.9', port: 178, bgpState: 'Active', since: '2026-11-05' },
    { type: null, address: '10.0.0.8', port: null, bgpState: null, since: null },
  ],
};

const report: NodeReport = {
  object: 'one',
  created: true,
  lastUpdated: '2026-11-21T11:01:40Z',
  stale: false,
  ageSeconds: 6,
  daemons: { ipv4: bird, ipv6: silent },
  routes: { ipv4: null, ipv6: null },
};

const node = (given: Partial<RemoteNode>): RemoteNode => ({
  node: 'a',
  report,
  problem: '',
  check: undefined,
  ...given,
});
const mute = node({ node: 'b', report: undefined, problem: 'did not report within 60s' });
const late = node({
  node: 'c',
  report: { ...report, stale: true, ageSeconds: 120, daemons: { ipv4: silent, ipv6: silent } },
});

describe('remoteText()', () => {
  it.each([true, false])('has no table where no node reported; wide: %j', async (wide) => {
    expect(await remoteText({ nodes: [mute], withoutBgp: ['d'] }, { ...PLAIN, wide })).toEqual({
      exitCode: 1,
      stdout: 'Without an address for BGP: d\n',
      stderr: 'b: did not report within 60s\n',
    });
  });

  it('is one table for each family; what is not reported is unknown', async () => {
    expect(await remoteText({ nodes: [node({}), mute, late], withoutBgp: ['d', 'e'] }, PLAIN)).toEqual({
      exitCode: 1,
      stdout: `IPv4 BGP status
+------+--------------+-------------------+---------+------------+-------------+
| NODE | PEER ADDRESS | PEER TYPE         | STATE   | SINCE      | INFO        |
+------+--------------+-------------------+---------+------------+-------------+
| a    | 10.0.0.2     | node-to-node mesh | unknown | 08:00:01   | Established |
| a    | 10.0.0.9     | node specific     | unknown | 2026-11-05 | Active      |
| a    | 10.0.0.8     | unknown           | unknown | unknown    | unknown     |
+------+--------------+-------------------+---------+------------+-------------+

IPv6 BGP status
No IPv6 peers found.

Without an address for BGP: d, e
`,
      stderr: 'b: did not report within 60s\nwarning: c: the report one is 120s old\n',
    });
  });

  it('is a success when every node reported, even if late', async () => {
    expect((await remoteText({ nodes: [node({}), late], withoutBgp: [] }, PLAIN)).exitCode).toBe(0);
  });

  it('tells more of the daemons when wide', async () => {
    const { stdout } = await remoteText({ nodes: [node({}), late], withoutBgp: [] }, { wide: true, colour: false });
    expect(stdout.split('\n\n')[0])
      .toBe(`+------+-------+---------+-------------------+-----------+---------+------------+------------------------------+
| NODE | BIRD  | STATE   | VERSION           | ROUTER ID | STARTED | CONFIGURED | REPORTED                     |
+------+-------+---------+-------------------+-----------+---------+------------+------------------------------+
| a    | bird  | Ready   | v0.3.3+birdv1.6.8 | 10.0.0.1  | unknown | unknown    | 2026-11-21T11:01:40Z         |
| a    | bird6 | unknown | unknown           | unknown   | unknown | unknown    | 2026-11-21T11:01:40Z         |
| c    | bird  | unknown | unknown           | unknown   | unknown | unknown    | 2026-11-21T11:01:40Z (stale) |
| c    | bird6 | unknown | unknown           | unknown   | unknown | unknown    | 2026-11-21T11:01:40Z (stale) |
+------+-------+---------+-------------------+-----------+---------+------------+------------------------------+`);
    expect(stdout).toContain(
      '| a    | 10.0.0.9     | node specific     | unknown | 2026-11-05 | Active      | 178     | unknown  | unknown |',
    );
  });

  it('counts the nodes that are well, and says once what is wrong with the others', async () => {
    const well = { ...check, ok: true, up: 3, problems: [] };
    const nodes = [
      node({ check: well }),
      { ...mute, check: { ...check, problems: [], note: mute.problem } },
      node({ node: 'f', check }),
    ];
    const { exitCode, stdout, stderr } = await remoteText({ nodes, withoutBgp: [] }, PLAIN);
    expect([exitCode, stdout.slice(stdout.indexOf('1 of 3 nodes')), stderr]).toEqual([
      1,
      `1 of 3 nodes have all sessions that must exist.
b: did not report within 60s
f: 1 of 3 expected sessions are up.
f: not up: 10.0.0.2 (b), Mesh_10_0_0_2: down [because of node-to-node mesh]
f: not up: 10.0.0.9, Global_10_0_0_9: down
`,
      '',
    ]);
    expect((await remoteText({ nodes: [node({ check: well })], withoutBgp: [] }, PLAIN)).exitCode).toBe(0);
  });
});

it('remoteJson() has null for what is not reported', () => {
  const nothing = { version: null, routerId: null, lastReboot: null, lastReconfiguration: null, gracefulRestart: null };
  const session = {
    protocol: null,
    port: null,
    state: null,
    up: null,
    disabled: null,
    secondsInState: null,
    localAs: null,
    peerAs: null,
    internal: null,
    rrClient: null,
    sourceAddress: null,
    neighborId: null,
    routes: null,
    gracefulRestart: null,
    error: null,
    lastError: null,
  };
  expect(remoteJson({ nodes: [node({ check }), mute], withoutBgp: ['d'] })).toEqual({
    nodes: {
      a: {
        error: null,
        report: { object: 'one', created: true, lastUpdated: '2026-11-21T11:01:40Z', ageSeconds: 6, stale: false },
        ipv4: {
          ...nothing,
          daemon: 'Ready',
          version: 'v0.3.3+birdv1.6.8',
          routerId: '10.0.0.1',
          sessions: [
            { ...session, type: 'mesh', address: '10.0.0.2', bgpState: 'Established', since: '08:00:01' },
            { ...session, type: 'node', address: '10.0.0.9', port: 178, bgpState: 'Active', since: '2026-11-05' },
            { ...session, type: null, address: '10.0.0.8', bgpState: null, since: null },
          ],
        },
        ipv6: { ...nothing, daemon: null, sessions: [] },
        check: { ...check, note: null },
      },
      b: { error: 'did not report within 60s', report: null, ipv4: null, ipv6: null },
    },
    withoutBgp: ['d'],
  });
});

describe('RemoteProgressLine', () => {
  it('is rewritten in place on a terminal and taken away', () => {
    const { io, printed } = testContext({ io: { errIsTTY: true } });
    const line = new RemoteProgressLine(io);
    line.show({ done: 10, well: 9, total: 10 }, true);
    line.show({ done: 1, well: 1, total: 10 }, false);
    line.clear();
    line.clear();
    const [first, second] = ['10 of 10 nodes have answered, 9 are well', '1 of 10 nodes have answered'];
    const width = second.length;
    expect(printed.err).toBe(`\r${first}\r${second.padEnd(first.length)}\r${' '.repeat(width)}\r`);
  });

  it('says nothing of one node, nor of work that is soon over where there is no terminal', () => {
    const terminal = testContext({ io: { errIsTTY: true } });
    const pipe = testContext();
    const one = new RemoteProgressLine(terminal.io);
    one.show({ done: 1, well: 1, total: 1 }, false);
    one.clear();
    const many = new RemoteProgressLine(pipe.io);
    many.show({ done: 1, well: 1, total: 10 }, false);
    many.clear();
    expect([terminal.printed.err, pipe.printed.err]).toEqual(['', '']);
  });
});
