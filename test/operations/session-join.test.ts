/** The sessions that must exist beside those that a node has. */
import { describe, expect, it } from 'vitest';
import { bgpCluster } from '../../src/bgp/model.ts';
import { expectedSessions } from '../../src/bgp/sessions.ts';
import { joinDaemon, joinNothing, joinReport } from '../../src/operations/session-join.ts';
import type { JoinedSession } from '../../src/operations/session-join.ts';
import { report } from '../commands/status-support.ts';
import { node } from './node-support.ts';

const { ipv4: expected } = expectedSessions(
  bgpCluster([node('a', '10.0.0.1'), node('b', '10.0.0.2'), node('c', '10.0.0.3')]),
).get('a') ?? { ipv4: [] };

/** `Mesh_10_0_0_2 down: why`, a `+` before sessions that nobody expects. */
function short(joined: readonly JoinedSession[]): readonly string[] {
  return joined.map(({ expected: one, actual, verdict, why }) => {
    const name = one?.protocol ?? `+${actual?.protocol ?? actual?.address ?? ''}`;
    return `${name} ${verdict}${why === '' ? '' : `: ${why}`}`;
  });
}

/** Rows of `show protocols all`, with the details of each. */
function daemon(...rows: readonly string[]) {
  return report({}, rows, ['1000-BIRD 1.6.8', '1011-Router ID is 10.0.0.1']);
}

const UP = 'BGP      master   up     08:00:01    Established   ';
const details = (as: number) => [
  '1006-  Description:    Connection to BGP peer',
  `   BGP state:          Established`,
  `     Neighbor AS:      ${as}`,
];

describe('joinDaemon()', () => {
  it('joins by BIRD’s names', () => {
    const found = daemon(`1002-Mesh_10_0_0_2 ${UP}`, `1002-Mesh_10_0_0_3 ${UP}`);
    expect(short(joinDaemon(expected, found))).toEqual(['Mesh_10_0_0_2 up', 'Mesh_10_0_0_3 up']);
  });

  it('tells apart sessions that are down, disabled or missing, and those that nobody asks for', () => {
    const rows = [
      '1002-Mesh_10_0_0_2 BGP      master   down   08:00:01  ',
      `1002-Node_10_0_0_3 BGP      master   start  08:00:01    Active        Socket: Connection refused`,
      `1002-Local_Workload_10_0_0_9 ${UP}`,
    ];
    expect(short(joinDaemon(expected, daemon(...rows)))).toEqual([
      'Mesh_10_0_0_2 disabled: disabled in BIRD',
      'Mesh_10_0_0_3 missing: there is Node_10_0_0_3 for this address instead',
      '+Node_10_0_0_3 unexpected: start, Active, Socket: Connection refused: nothing listens there',
    ]);
  });

  it('tells an AS number that is configured otherwise, and one that the other end refuses', () => {
    const rows = [
      `1002-Mesh_10_0_0_2 ${UP}`,
      ...details(65001),
      '1002-Mesh_10_0_0_3 BGP      master   start  08:00:01    Idle          BGP Error: Bad peer AS',
      ...details(64512),
    ];
    expect(short(joinDaemon(expected, daemon(...rows)))).toEqual([
      'Mesh_10_0_0_2 wrong-as: the node expects AS 65001 there',
      'Mesh_10_0_0_3 wrong-as: start, Idle, BGP Error: Bad peer AS: the two ends name different AS numbers',
    ]);
  });
});

describe('joinReport()', () => {
  const nothing = { state: null, version: null, routerId: null, lastBootTime: null, lastReconfigurationTime: null };
  const session = { type: 'mesh', port: null, bgpState: 'Established', since: null } as const;

  it('joins by type and address, those of one port first', () => {
    const sessions = [
      { ...session, address: '10.0.0.2' },
      { ...session, address: '10.0.0.3', port: 1790 },
      { ...session, address: '10.0.0.3', bgpState: 'Active' },
      { ...session, address: '10.0.0.2', type: 'node' as const, bgpState: 'Idle' },
    ];
    expect(short(joinReport(expected, 'ipv4', { ...nothing, sessions }))).toEqual([
      'Mesh_10_0_0_2 up',
      'Mesh_10_0_0_3 down: Active',
      '+10.0.0.3 unexpected',
      '+10.0.0.2 unexpected: Idle',
    ]);
  });

  it('tells what is missing', () => {
    expect(short(joinReport(expected, 'ipv4', { ...nothing, sessions: [] }))).toEqual([
      'Mesh_10_0_0_2 missing',
      'Mesh_10_0_0_3 missing',
    ]);
  });
});

it('joinNothing() knows nothing of any session', () => {
  expect(short(joinNothing(expected, 'the node is away'))).toEqual([
    'Mesh_10_0_0_2 unknown: the node is away',
    'Mesh_10_0_0_3 unknown: the node is away',
  ]);
});
