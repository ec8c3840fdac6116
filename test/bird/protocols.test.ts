import { describe, expect, it } from 'vitest';
import { ProtocolsReader } from '../../src/bird/protocols.ts';
import { BirdError } from '../../src/bird/reply.ts';
import type { BirdSession, Family } from '../../src/bird/session.ts';

function read(text: string, { family = 'ipv4', all = false }: { family?: Family; all?: boolean } = {}) {
  const reader = new ProtocolsReader(family, all);
  let complete = false;
  for (const line of text.split('\n')) {
    complete = reader.line(line);
    if (complete) break;
  }
  return { complete, sessions: reader.sessions() };
}

const session = (given: Partial<BirdSession>): BirdSession => ({
  protocol: 'Mesh_10_0_0_1',
  type: 'mesh',
  address: '10.0.0.1',
  port: null,
  state: 'up',
  since: '08:00:01',
  info: 'Established',
  bgpState: 'Established',
  error: '',
  details: null,
  ...given,
});

describe('ProtocolsReader of show protocols', () => {
  it('keeps the BGP sessions that Calico names, with state and error', () => {
    const text = `0001 BIRD v0.3.3+birdv1.6.8 ready.
2002-name     proto    table    state  since       info
1002-device1  Device   master   up     08:39:17    
 Mesh_10_0_0_1 BGP      master   up     08:00:01    Established   
 Node_10_0_0_6 Pipe     master   up     08:00:01    => T1
 Global_10_0_0_3_port_178 BGP      master   start  2021-11-05  Active        Socket: Connection refused
 Local_Workload_10_65_0_4 BGP      master   down   08:00:01    
 Node_10_0_0_10 BGP      master   down   08:00:01    Received: Administrative shutdown
 bgp1     BGP      master   up     08:00:01    Established   
0000 `;
    expect(read(text)).toEqual({
      complete: true,
      sessions: [
        session({}),
        session({
          protocol: 'Global_10_0_0_3_port_178',
          type: 'global',
          address: '10.0.0.3',
          port: 178,
          state: 'start',
          since: '2021-11-05',
          info: 'Active Socket: Connection refused',
          bgpState: 'Active',
          error: 'Socket: Connection refused',
        }),
        session({
          protocol: 'Local_Workload_10_65_0_4',
          type: 'local-workload',
          address: '10.65.0.4',
          state: 'down',
          info: '',
          bgpState: null,
        }),
        session({
          protocol: 'Node_10_0_0_10',
          type: 'node',
          address: '10.0.0.10',
          state: 'down',
          info: 'Received: Administrative shutdown',
          bgpState: null,
          error: 'Received: Administrative shutdown',
        }),
      ],
    });
  });

  it('writes addresses of IPv6 with colons', () => {
    const { sessions } = read('1002-Mesh_fd00__1 BGP master up 08:00:01 Established', { family: 'ipv6' });
    expect(sessions.map(({ address }) => address)).toEqual(['fd00::1']);
  });

  it.each([
    ['2002-Name       Proto      Table      State  Since         Info', 'unknown BIRD table output format'],
    ['8003 No protocols match', 'unexpected output line from BIRD'],
    ['9001 syntax error, unexpected CF_SYM_VOID', 'unexpected output line from BIRD'],
    ['1006-  Preference:     240', 'unexpected output line from BIRD'],
    ['', 'unexpected output line from BIRD'],
  ])('refuses the line %j and repeats it', (line, message) => {
    const error = new BirdError(message, line);
    expect(() => read(line)).toThrow(error);
    expect(error.hints).toEqual([`BIRD said: ${line}`]);
  });

  it('says that an answer without its end is not complete', () => {
    expect(read('1002-Mesh_10_0_0_1 BGP      master   up     08:00:01    Established   ')).toEqual({
      complete: false,
      sessions: [session({})],
    });
  });
});

const ALL = `0001 BIRD 1.6.8 ready.
2002-name     proto    table    state  since       info
1002-device1  Device   master   up     11:01:39    
1006-  Preference:     240
   Input filter:   ACCEPT
   Routes:         7 imported, 8 exported, 9 preferred
 
1002-Mesh_127_0_0_13 BGP      master   up     11:01:40    Established   
1006-  Description:    rack 4
   Preference:     100
   Routes:         2 imported, 1 filtered, 3 exported, 4 preferred
   Route change stats:     received   rejected   filtered    ignored   accepted
     Import updates:              2          0          0          0          2
   GR recovery:    pending waiting
   BGP state:          Established
     Neighbor address: 127.0.0.13
     Neighbor AS:      64512
     Neighbor graceful restart active
     Restart timer:    97/-
     Neighbor ID:      127.0.0.23
     Neighbor caps:    refresh enhanced-refresh restart-aware llgr-aware AS4
     Session:          internal multihop route-reflector AS4
     Source address:   127.0.0.11
     Hold timer:       212/240
     Last error:       Received: Hold timer expired
 
1002-Node_127_0_0_99_port_1 BGP      master   start  11:01:39    Active        Socket: Connection refused
1006-  Routes:         0 imported, 0 exported, 0 preferred
   BGP state:          Active
     Neighbor AS:      65001
     Connect delay:    4/5
     Last error:       Socket: Connection refused
 
1002-Mesh_10_0_0_7 BGP      master   down   11:01:39    
1006-  Preference:     100
   BGP state:          Down
     Neighbor AS:      64512
 
0000 `;

describe('ProtocolsReader of show protocols all', () => {
  it('reads what stands below each session, and nothing of other protocols', () => {
    const { complete, sessions } = read(ALL, { all: true });
    const nothing = {
      localAs: null,
      internal: null,
      rrClient: null,
      sourceAddress: null,
      neighborId: null,
      routes: null,
      gracefulRestart: '',
      lastError: '',
      description: '',
    };
    expect([complete, sessions.map(({ protocol, details }) => [protocol, details])]).toEqual([
      true,
      [
        [
          'Mesh_127_0_0_13',
          {
            peerAs: 64512,
            localAs: 64512,
            internal: true,
            rrClient: true,
            sourceAddress: '127.0.0.11',
            neighborId: '127.0.0.23',
            routes: { imported: 2, exported: 3, preferred: 4 },
            gracefulRestart: 'pending waiting; neighbor restarts, 97s left',
            lastError: 'Received: Hold timer expired',
            description: 'rack 4',
          },
        ],
        [
          'Node_127_0_0_99_port_1',
          {
            ...nothing,
            peerAs: 65001,
            routes: { imported: 0, exported: 0, preferred: 0 },
            lastError: 'Socket: Connection refused',
          },
        ],
        ['Mesh_10_0_0_7', { ...nothing, peerAs: 64512 }],
      ],
    ]);
  });

  it('takes the own AS number only from BIRD or from an internal session', () => {
    const row =
      '1002-Mesh_10_0_0_1 BGP      master   up     11:01:40    Established   \n1006-  BGP state: Established\n';
    const own = (lines: string) =>
      read(`${row}${lines}`, { all: true }).sessions.map(({ details }) => details?.localAs);
    expect(own('     Neighbor AS:      65001\n     Session:          external multihop AS4')).toEqual([null]);
    expect(own('     Neighbor AS:      65001\n     Local AS:         64999')).toEqual([64_999]);
    expect(own('     Neighbor AS:      65001')).toEqual([null]);
  });
});
