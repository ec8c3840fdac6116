import { expect, it } from 'vitest';
import { StatusReader } from '../../src/bird/daemon.ts';

function read(text: string) {
  const reader = new StatusReader();
  const complete = text.split('\n').some((line) => reader.line(line));
  return { complete, daemon: reader.daemon() };
}

const UP = `0001 BIRD 1.6.8 ready.
1000-BIRD 1.6.8
1011-Router ID is 127.0.0.11
 Current server time is 2026-11-21 11:01:46
 Last reboot on 2026-11-20 10:01:39
 Last reconfiguration on 2026-11-21 11:01:39
`;
const facts = {
  version: '1.6.8',
  routerId: '127.0.0.11',
  serverTime: '2026-11-21 11:01:46',
  lastReboot: '2026-11-20 10:01:39',
  lastReconfiguration: '2026-11-21 11:01:39',
  gracefulRestart: null,
  message: 'Daemon is up and running',
};

it('StatusReader reads what a daemon says of itself', () => {
  expect(read(`${UP}0013 Daemon is up and running`)).toEqual({ complete: true, daemon: facts });
});

it('StatusReader reads a graceful restart in progress', () => {
  const restart = `0024-Graceful restart recovery in progress
   Waiting for 2 protocols to recover
   Wait timer is 217/240
`;
  expect(read(`${UP}${restart}0013 Daemon is up and running`)).toEqual({
    complete: true,
    daemon: { ...facts, gracefulRestart: { waitingFor: 2, secondsLeft: 217 } },
  });
});

it('StatusReader leaves open what was not said', () => {
  const unknown = { version: null, routerId: null, serverTime: null, lastReboot: null, lastReconfiguration: null };
  expect(read('1000-FRR')).toEqual({ complete: false, daemon: { ...unknown, gracefulRestart: null, message: '' } });
});

it.each(['9001 syntax error, unexpected CF_SYM_VOID', '8005 Access denied', 'nonsense'])(
  'StatusReader refuses %j',
  (line) => {
    expect(() => read(line)).toThrow('unexpected output line from BIRD');
  },
);
