/** What node status prints, against results that are made up. */
import { describe, expect, it } from 'vitest';
import { statusJson } from '../../src/commands/node/status-json.ts';
import { checkText, rootNeeded, statusText } from '../../src/commands/node/status-text.ts';
import { check, problem, report, result, stopped } from './status-support.ts';

const PLAIN = { wide: false, colour: false };
const WIDE = { wide: true, colour: false };

const ROWS = [
  '1002-Mesh_10_0_0_1 BGP      master   up     2021-11-05  Established   ',
  ' Global_10_20_0_103_port_179 BGP      master   start  13:02:03    Active        Socket: Connection refused',
  ' Node_10_0_0_9 BGP      master   down   08:00:01    ',
  ' Local_Workload_10_65_0_4 BGP      master   up     08:00:01    Established   ',
];

describe('statusText()', () => {
  it('draws the table of the Go tool, without the port of a peer', async () => {
    const ipv6 = report({ family: 'ipv6' }, [
      '1002-Node_fd00__2_port_178 BGP      master   wait   08:40:01    Established   ',
    ]);
    expect(await statusText(result({}, report({}, ROWS), ipv6), PLAIN)).toEqual({
      exitCode: 0,
      stdout: `Calico process is running.

IPv4 BGP status
+--------------+-------------------+-------+------------+-----------------------------------+
| PEER ADDRESS | PEER TYPE         | STATE | SINCE      | INFO                              |
+--------------+-------------------+-------+------------+-----------------------------------+
| 10.0.0.1     | node-to-node mesh | up    | 2021-11-05 | Established                       |
| 10.20.0.103  | global            | start | 13:02:03   | Active Socket: Connection refused |
+--------------+-------------------+-------+------------+-----------------------------------+

IPv6 BGP status
+--------------+---------------+-------+----------+-------------+
| PEER ADDRESS | PEER TYPE     | STATE | SINCE    | INFO        |
+--------------+---------------+-------+----------+-------------+
| fd00::2      | node specific | wait  | 08:40:01 | Established |
+--------------+---------------+-------+----------+-------------+

`,
      stderr: '',
    });
  });

  it('says what does not run', async () => {
    expect(await statusText(result({ felix: 'not-running' }), PLAIN)).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: expect.stringMatching(/^Calico process is not running\.\n(?:hint: .*\n)+$/) as unknown,
    });
    expect(await statusText(result({}), PLAIN)).toEqual({
      exitCode: 0,
      stdout: 'Calico process is running.\n\nThe BGP backend process (BIRD) is not running.\n\n',
      stderr: 'hint: this is normal where BGP is switched off, as with VXLAN alone\n',
    });
    expect(await statusText(result({}, report({})), PLAIN)).toEqual({
      exitCode: 0,
      stdout:
        "Calico process is running.\n\nIPv4 BGP status\nNo IPv4 peers found.\n\nINFO: BIRDv6 process: 'bird6' is not running.\n\n",
      stderr: '',
    });
    const { stdout } = await statusText(result({}, stopped('ipv4'), report({ family: 'ipv6' })), PLAIN);
    expect(stdout).toBe(
      "Calico process is running.\n\nINFO: BIRDv4 process: 'bird' is not running.\n\nIPv6 BGP status\nNo IPv6 peers found.\n\n",
    );
  });

  it('goes on without a socket, and ends at a daemon that answers nonsense', async () => {
    const reason = 'dial unix /var/run/bird/bird.ctl: connect: no such file or directory';
    const ipv6 = report({ family: 'ipv6', outcome: 'failed', problem: 'i/o timeout', hints: ['BIRD said: x'] });
    expect(await statusText(result({}, report({ outcome: 'unreachable', problem: reason }), ipv6), PLAIN)).toEqual({
      exitCode: 1,
      stdout: `Calico process is running.

IPv4 BGP status
Error querying BIRD: unable to connect to BIRDv4 socket: ${reason}
IPv6 BGP status
`,
      stderr: 'error executing command: i/o timeout\nhint: BIRD said: x\n',
    });
    const failed = await statusText(
      result({}, report({ outcome: 'failed', problem: 'x' }), report({ family: 'ipv6' })),
      PLAIN,
    );
    expect(failed.stdout).toBe('Calico process is running.\n\nIPv4 BGP status\n');
  });

  it('says nothing of processes with a folder of sockets, which fails when no daemon is there', async () => {
    const gone = report({ family: 'ipv6', outcome: 'unreachable', problem: 'dial …', socketMissing: true });
    const some = await statusText(result({ felix: 'not-checked' }, report({}), gone), PLAIN);
    expect([some.exitCode, some.stdout]).toEqual([
      0,
      'IPv4 BGP status\nNo IPv4 peers found.\n\nIPv6 BGP status\nError querying BIRD: unable to connect to BIRDv6 socket: dial …\n',
    ]);
    const none = await statusText(result({ felix: 'not-checked' }, { ...gone, family: 'ipv4' }, gone), PLAIN);
    expect([none.exitCode, none.stderr]).toEqual([
      1,
      'hint: no daemon answers: the sockets of a folder are bird.ctl and bird6.ctl\n',
    ]);
  });

  it('tells more when wide: all sessions, AS numbers, routes, restarts', async () => {
    const rows = [
      ROWS[0] ?? '',
      '1006-  Routes:         2 imported, 3 exported, 1 preferred',
      '     Neighbor AS:      64512',
      '     Session:          internal multihop AS4',
      '1002-Node_10_0_0_9_port_178 BGP      master   wait   11:01:04    Established   ',
      '1006-  Routes:         0 imported, 0 exported, 0 preferred',
      '     Neighbor AS:      65009',
      '     Session:          external multihop AS4',
      '     Last error:       Received: Hold timer expired',
      '1002-Mesh_10_0_0_8 BGP      master   up     11:01:04    Established   ',
      '1002-Mesh_10_0_0_7 BGP      master   down   08:00:01    ',
      '1006-    Neighbor AS:      64512',
      '1002-Local_Workload_10_65_0_4 BGP      master   down   08:00:01    Error: No listening socket',
    ];
    const status = [
      '1000-BIRD 1.6.8',
      '1011-Router ID is 10.0.0.2',
      ' Current server time is 2021-11-21 11:01:46',
      ' Last reboot on 2021-11-05 11:01:40',
      '0024-Graceful restart recovery in progress',
      '   Waiting for 2 protocols to recover',
      '   Wait timer is 217/240',
    ];
    const { stdout } = await statusText(result({}, report({}, rows, status)), WIDE);
    expect(stdout).toBe(`Calico process is running.

IPv4 BGP status
BIRD 1.6.8, router ID 10.0.0.2, started 2021-11-05 11:01:40, graceful restart: waits for 2 sessions, at most 217s
+--------------+-------------------+-------+------------+-------------+------+----------+---------+--------+----------+----------+-----------+---------------------+------------------------------+
| PEER ADDRESS | PEER TYPE         | STATE | SINCE      | INFO        | PORT | LOCAL AS | PEER AS | UPTIME | IMPORTED | EXPORTED | PREFERRED | RESTART             | LAST ERROR                   |
+--------------+-------------------+-------+------------+-------------+------+----------+---------+--------+----------+----------+-----------+---------------------+------------------------------+
| 10.0.0.1     | node-to-node mesh | up    | 2021-11-05 | Established | -    | 64512    | 64512   | 16d    | 2        | 3        | 1         | -                   | -                            |
| 10.0.0.9     | node specific     | wait  | 11:01:04   | Established | 178  | unknown  | 65009   | -      | 0        | 0        | 0         | waits, at most 217s | Received: Hold timer expired |
| 10.0.0.8     | node-to-node mesh | up    | 11:01:04   | Established | -    | unknown  | unknown | 42s    | -        | -        | -         | -                   | -                            |
| 10.0.0.7     | node-to-node mesh | down  | 08:00:01   | Disabled    | -    | unknown  | 64512   | -      | -        | -        | -         | -                   | -                            |
| 10.65.0.4    | local workload    | down  | 08:00:01   | Down        | -    | unknown  | unknown | -      | -        | -        | -         | -                   | Error: No listening socket   |
+--------------+-------------------+-------+------------+-------------+------+----------+---------+--------+----------+----------+-----------+---------------------+------------------------------+

INFO: BIRDv6 process: 'bird6' is not running.

`);
  });

  it('colours state and info without moving a line', async () => {
    const colourful = await statusText(
      result({}, report({}, [...ROWS, ' Mesh_10_0_0_5 BGP master down 08:00:01 Error: x'])),
      {
        wide: false,
        colour: true,
      },
    );
    expect(colourful.stdout.split('\n').slice(6, 9)).toEqual([
      '| 10.0.0.1     | node-to-node mesh | \x1b[32mup\x1b[39m    | 2021-11-05 | \x1b[32mEstablished\x1b[39m                       |',
      '| 10.20.0.103  | global            | \x1b[33mstart\x1b[39m | 13:02:03   | \x1b[33mActive Socket: Connection refused\x1b[39m |',
      '| 10.0.0.5     | node-to-node mesh | \x1b[31mdown\x1b[39m  | 08:00:01   | \x1b[31mError: x\x1b[39m                          |',
    ]);
  });

  it('draws a thousand sessions as it draws one', async () => {
    const rows = Array.from(
      { length: 1000 },
      (_, index) => `1002-Mesh_10_0_${index >> 8}_${index & 255} BGP      master   up     08:00:01    Established   `,
    );
    const { stdout } = await statusText(result({}, report({}, rows)), PLAIN);
    const lines = stdout.split('\n').slice(6, 1006);
    expect(lines.map((line) => line.split('|')[1]?.trim())).toEqual(
      Array.from({ length: 1000 }, (_, index) => `10.0.${index >> 8}.${index & 255}`),
    );
  });
});

describe('checkText()', () => {
  it('counts, and names what is not up', () => {
    expect(checkText(check)).toBe(`1 of 3 expected sessions are up.
not up: 10.0.0.2 (b), Mesh_10_0_0_2: down [because of node-to-node mesh]
not up: 10.0.0.9, Global_10_0_0_9: down
`);
  });

  it.each([
    [{ expected: 0, up: 0, problems: [] }, 'No session is expected.\n'],
    [{ source: 'bird', expected: 2, up: 2, problems: [] }, '2 of 2 listed sessions are up.\n'],
    [{ note: 'node x does not exist' }, 'node x does not exist\n'],
    [
      { source: 'bird', problems: [{ ...problem, protocol: '', neighbor: '', node: null, because: null }] },
      '1 of 3 listed sessions are up.\nnot up: IPv4: down\n',
    ],
  ] as const)('of %j', (given, text) => {
    expect(checkText({ ...check, ...given })).toBe(text);
  });
});

it('rootNeeded() keeps standard output for documents', () => {
  const text = 'Need super user privileges: Operation not permitted\n';
  const hint = expect.stringMatching(/^hint: .*\n$/) as unknown;
  expect([rootNeeded('ps'), rootNeeded('wide')]).toEqual([
    { stdout: text, stderr: hint },
    { stdout: text, stderr: hint },
  ]);
  expect(rootNeeded('json')).toEqual({
    stderr: expect.stringMatching(/^Need super user privileges: Operation not permitted\nhint: .*\n$/) as unknown,
  });
});

it('statusJson() has null for what is not known', () => {
  const nothing = { version: null, routerId: null, serverTime: null, lastReboot: null, lastReconfiguration: null };
  const daemon = { ...nothing, gracefulRestart: null };
  expect(statusJson(result({ check }, report({}, ROWS.slice(1, 2))))).toEqual({
    node: 'a',
    felix: 'running',
    ipv4: {
      daemon: 'answered',
      socket: '/var/run/calico/bird.ctl',
      error: null,
      ...daemon,
      sessions: [
        {
          protocol: 'Global_10_20_0_103_port_179',
          type: 'global',
          address: '10.20.0.103',
          port: 179,
          state: 'start',
          bgpState: 'Active',
          up: false,
          disabled: false,
          since: '13:02:03',
          secondsInState: null,
          localAs: null,
          peerAs: null,
          internal: null,
          rrClient: null,
          sourceAddress: null,
          neighborId: null,
          routes: null,
          gracefulRestart: null,
          error: 'Socket: Connection refused',
          lastError: null,
        },
      ],
    },
    ipv6: { daemon: 'not-running', socket: null, error: null, ...daemon, sessions: [] },
    check: { ...check, note: null },
  });
});
