/** The states that real BIRD daemons show, and what is made of them. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StatusReader } from '../../src/bird/daemon.ts';
import { whyNotUp } from '../../src/bird/explain.ts';
import { ProtocolsReader } from '../../src/bird/protocols.ts';
import { isDisabled, isUp } from '../../src/bird/session.ts';
import type { BirdSession } from '../../src/bird/session.ts';
import { connectBird } from '../../src/bird/socket.ts';
import { findProgram, obtainMilliseconds } from '../servers/binaries.ts';
import { birdBase, birdPeer, startBird } from '../servers/bird.ts';
import type { BirdDaemon, BirdPlace } from '../servers/bird.ts';

const { signal } = new AbortController();

/** A session that nobody answers, with another address than those of the daemons. */
function lonely(self: BirdPlace, name: string, address: string, options: string): string {
  return `protocol bgp ${name} {
  local ${self.address} as 64512;
  neighbor ${address};
  connect retry time 1; connect delay time 1;
  multihop;
  ${options}
}
`;
}

/**
 * The first daemon has every kind of session: up with 2, a password that 3 does not share, one that 4 does not know, one behind the one with 2, one
 * that waits, one that is refused, and two that are disabled.
 */
function configuration(self: BirdPlace, all: readonly BirdPlace[]): string {
  const [first = self, second = self, third = self, fourth = self] = all;
  const route = `protocol static { route 10.65.${self.number}.0/24 blackhole; }\n`;
  const routes = 'import all; export all;';
  if (self === second) return birdBase(self) + route + birdPeer(self, first, routes);
  if (self === third) return birdBase(self) + birdPeer(self, first, 'password "one";');
  // Without any session it would not listen.
  if (self === fourth) return birdBase(self) + lonely(self, 'Mesh_127_0_0_95', '127.0.0.95 as 64512', 'passive;');
  return [
    birdBase(self),
    route,
    birdPeer(self, second, routes),
    birdPeer(self, third, 'password "another";'),
    birdPeer(self, fourth),
    birdPeer(self, second).replace('Mesh_', 'Node_'),
    lonely(self, 'Global_127_0_0_99_port_1', '127.0.0.99 port 1 as 65001', ''),
    lonely(self, 'Global_127_0_0_98', '127.0.0.98 as 65002', 'passive;'),
    lonely(self, 'Mesh_127_0_0_97', '127.0.0.97 as 64512', 'disabled;'),
    lonely(self, 'Local_Workload_127_0_0_96', '127.0.0.96 as 64999', 'disabled;'),
  ].join('');
}

let daemons: readonly BirdDaemon[];
beforeAll(async () => {
  await findProgram('bird');
  daemons = await startBird(4, configuration);
}, obtainMilliseconds);
afterAll(() => Promise.all(daemons.map((daemon) => daemon.stop())));

function daemonOf(number: number): BirdDaemon {
  const daemon = daemons[number - 1];
  if (daemon === undefined) throw new Error(`there is no daemon ${number}`);
  return daemon;
}

async function ask(number: number, command: string): Promise<readonly BirdSession[]> {
  const connection = await connectBird(daemonOf(number).socket, { signal });
  const reader = new ProtocolsReader('ipv4', command.endsWith('all'));
  expect(await connection.ask(command, reader)).toBe('complete');
  connection.close();
  return reader.sessions();
}

/** The session of a daemon as soon as it is as it should be. */
async function until(number: number, protocol: string, good: (session: BirdSession) => boolean) {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const sessions = await ask(number, 'show protocols all');
    const session = sessions.find((one) => one.protocol === protocol);
    if (session !== undefined && (good(session) || Date.now() > deadline))
      return { session, why: whyNotUp(session, sessions, null) };
    await sleep(50);
  }
}

describe('sessions of real daemons', () => {
  it('that are up have AS numbers and routes', async () => {
    const { session, why } = await until(
      1,
      'Mesh_127_0_0_12',
      (one) => isUp(one) && one.details?.routes?.imported === 1,
    );
    expect([why, session.state, session.info, session.details]).toEqual([
      '',
      'up',
      'Established',
      {
        peerAs: 64512,
        localAs: 64512,
        internal: true,
        rrClient: false,
        sourceAddress: '127.0.0.11',
        neighborId: '127.0.0.12',
        routes: { imported: 1, exported: 1, preferred: 1 },
        gracefulRestart: '',
        lastError: '',
        description: '',
      },
    ]);
  });

  it('behind another one with the same address are start and Idle', async () => {
    await until(1, 'Mesh_127_0_0_12', isUp);
    const { session, why } = await until(1, 'Node_127_0_0_12', ({ bgpState }) => bgpState === 'Idle');
    expect([session.state, session.info, why]).toEqual([
      'start',
      'Idle',
      `start, Idle: waits behind Mesh_127_0_0_12, which has the same address and port`,
    ]);
  });

  it('with another password than the neighbour’s stay in Connect', async () => {
    const { session } = await until(1, 'Mesh_127_0_0_13', ({ bgpState }) => bgpState === 'Connect');
    expect([session.state, session.info, isUp(session)]).toEqual(['start', 'Connect', false]);
  });

  it('that nobody listens for are Active with the reason', async () => {
    const { session, why } = await until(1, 'Global_127_0_0_99_port_1', ({ error }) => error !== '');
    expect([session.address, session.port, session.info, session.details?.peerAs, why]).toEqual([
      '127.0.0.99',
      1,
      'Active Socket: Connection refused',
      65001,
      'start, Active, Socket: Connection refused: nothing listens there',
    ]);
  });

  it('that the neighbour does not know are told so', async () => {
    const { session, why } = await until(1, 'Mesh_127_0_0_14', ({ error }) => error !== '');
    expect(isUp(session)).toBe(false);
    expect(why).toMatch(/: the other end knows no session with this node, or ended it$/);
  });

  it('that wait for the neighbour are Passive', async () => {
    const { session, why } = await until(1, 'Global_127_0_0_98', () => true);
    expect([session.type, session.info, why]).toEqual([
      'global',
      'Passive',
      'start, Passive: waits for the other end to connect',
    ]);
  });

  it.each([
    ['Mesh_127_0_0_97', 'mesh'],
    ['Local_Workload_127_0_0_96', 'local-workload'],
  ])('that are disabled by configuration are down: %s', async (protocol, type) => {
    const { session, why } = await until(1, protocol, () => true);
    expect([session.type, session.state, session.info, session.bgpState, isDisabled(session), why]).toEqual([
      type,
      'down',
      '',
      null,
      true,
      'disabled in BIRD',
    ]);
  });

  it('that are disabled by hand are down here and tell why there, and come back', async () => {
    await until(1, 'Mesh_127_0_0_12', isUp);
    await daemonOf(2).birdc('disable Mesh_127_0_0_11');
    expect((await until(2, 'Mesh_127_0_0_11', isDisabled)).why).toBe('disabled in BIRD');
    const { session } = await until(1, 'Mesh_127_0_0_12', ({ details }) => details?.lastError !== '');
    expect(isUp(session)).toBe(false);
    // The reason is followed by that of the next attempt to connect.
    expect(session.details?.lastError).toMatch(/^(?:Received: Administrative shutdown|Socket: .*)$/);
    await daemonOf(2).birdc('enable Mesh_127_0_0_11');
    expect((await until(2, 'Mesh_127_0_0_11', isUp)).why).toBe('');
  });
});

it('ProtocolsReader and birdc see the same', async () => {
  const rows = async () => {
    const text = await daemonOf(1).birdc('show protocols');
    return text.split('\n').flatMap((row) => {
      const [name = '', proto, , ...rest] = row.split(/\s+/).filter((field) => field !== '');
      return proto === 'BGP' ? [[name, ...rest].join(' ')] : [];
    });
  };
  // Sessions that try to connect change between two questions: compared until two answers of birdc around ours are equal.
  for (;;) {
    const before = await rows();
    const sessions = await ask(1, 'show protocols');
    if ((await rows()).join('\n') !== before.join('\n')) continue;
    expect(sessions.map(({ protocol, state, since, info }) => `${protocol} ${state} ${since} ${info}`.trim())).toEqual(
      before,
    );
    return;
  }
});

it('StatusReader reads the status of a real daemon', async () => {
  const connection = await connectBird(daemonOf(2).socket, { signal });
  const reader = new StatusReader();
  expect(await connection.ask('show status', reader)).toBe('complete');
  connection.close();
  const { version, serverTime, lastReboot, lastReconfiguration, ...rest } = reader.daemon();
  const time = expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/) as unknown;
  expect([version?.replace(/^1\.6\.\d+$/, '1.6'), serverTime, lastReboot, lastReconfiguration, rest]).toEqual([
    '1.6',
    time,
    time,
    time,
    { routerId: '127.0.0.12', gracefulRestart: null, message: 'Daemon is up and running' },
  ]);
});
