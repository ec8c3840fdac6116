import { describe, expect, it } from 'vitest';
import type { BirdDaemon } from '../../src/bird/daemon.ts';
import { whyNotUp } from '../../src/bird/explain.ts';
import { ProtocolsReader } from '../../src/bird/protocols.ts';

function sessionsOf(...rows: readonly string[]) {
  const reader = new ProtocolsReader('ipv4', false);
  for (const row of rows) reader.line(`1002-${row}`);
  return reader.sessions();
}

function why(daemon: BirdDaemon | null, ...rows: readonly string[]): string | undefined {
  const sessions = sessionsOf(...rows);
  const [first] = sessions;
  return first === undefined ? undefined : whyNotUp(first, sessions, daemon);
}

describe('whyNotUp()', () => {
  it.each([
    ['up     08:00:01    Established   ', ''],
    ['down   08:00:01    ', 'disabled in BIRD'],
    ['down   08:00:01    Automatic shutdown: Route limit exceeded', 'down, Automatic shutdown: Route limit exceeded'],
    ['feed   08:00:01    Established   ', 'feed: connected, routes are being sent'],
    ['stop   08:00:01    Close         Error: Graceful restart', 'stop, Close, Error: Graceful restart'],
    ['start  08:00:01    Passive       ', 'start, Passive: waits for the other end to connect'],
    [
      'start  08:00:01    Connect       ',
      'start, Connect: no answer yet: the address is out of reach, filtered, or has another password',
    ],
    [
      'start  08:00:01    Active        Socket: Connection refused',
      'start, Active, Socket: Connection refused: nothing listens there',
    ],
    [
      'start  08:00:01    Idle          BGP Error: Bad peer AS',
      'start, Idle, BGP Error: Bad peer AS: the two ends name different AS numbers',
    ],
    ['start  08:00:01    OpenSent      ', 'start, OpenSent'],
    ['start  08:00:01    Idle          ', 'start, Idle'],
  ])('of %j', (row, reason) => {
    expect(why(null, `Mesh_10_0_0_1 BGP      master   ${row}`)).toBe(reason);
  });

  it('names the session that holds the same address and port', () => {
    const idle = 'Node_10_0_0_1 BGP      master   start  08:00:01    Idle          ';
    const up = 'BGP      master   up     08:00:01    Established   ';
    const behind = 'start, Idle: waits behind Mesh_10_0_0_1, which has the same address and port';
    expect(why(null, idle, `Mesh_10_0_0_2 ${up}`, `Mesh_10_0_0_1 ${up}`)).toBe(behind);
    expect(why(null, idle, `Node_10_0_0_1_port_178 ${up}`)).toBe('start, Idle');
    expect(why(null, idle, `Node_10_0_0_1_port_179 ${up}`)).toBe(
      behind.replace('Mesh_10_0_0_1', 'Node_10_0_0_1_port_179'),
    );
  });

  it('tells how long a graceful restart may take where BIRD tells it', () => {
    const row = 'Mesh_10_0_0_1 BGP      master   wait   08:00:01    Established   ';
    const waits = 'wait: connected, but routes wait until a graceful restart ends';
    const daemon = {
      version: null,
      routerId: null,
      serverTime: null,
      lastReboot: null,
      lastReconfiguration: null,
      message: '',
    };
    expect(why(null, row)).toBe(waits);
    expect(why({ ...daemon, gracefulRestart: null }, row)).toBe(waits);
    expect(why({ ...daemon, gracefulRestart: { waitingFor: 1, secondsLeft: 97 } }, row)).toBe(`${waits}, at most 97s`);
  });
});
