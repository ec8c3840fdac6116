import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { findProgram, obtainMilliseconds } from './binaries.ts';
import { birdBase, birdPeer, startBird } from './bird.ts';
import type { BirdDaemon, BirdPlace } from './bird.ts';

beforeAll(() => Promise.all((['bird'] as const).map(findProgram)), obtainMilliseconds);

function mesh(self: BirdPlace, all: readonly BirdPlace[], more = ''): string {
  const others = all.filter((place) => place !== self);
  return birdBase(self) + others.map((other) => birdPeer(self, other, more)).join('');
}

async function sessions(daemons: readonly BirdDaemon[]): Promise<readonly string[]> {
  const answers = await Promise.all(daemons.map((daemon) => daemon.birdc('show protocols')));
  return answers.map((answer) =>
    [...answer.matchAll(/^Mesh_\d+_0_0_(\d+) .* Established/gm)].map(([, n]) => n).join(' '),
  );
}

async function untilSessions(daemons: readonly BirdDaemon[], wanted: readonly string[]): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (Date.now() < deadline && (await sessions(daemons)).join() !== wanted.join()) await sleep(50);
  expect(await sessions(daemons)).toEqual(wanted);
}

it('startBird() gives daemons that build a real mesh, take another configuration, and stop', async () => {
  const daemons = await startBird(3, (self, all) => mesh(self, all));
  onTestFinished(async () => {
    await Promise.all(daemons.map((daemon) => daemon.stop()));
  });
  await untilSessions(daemons, ['12 13', '11 13', '11 12']);
  const [first, second, third] = daemons;
  await first?.configure(birdBase(first));
  await untilSessions(daemons, ['', '13', '12']);
  await third?.stop();
  await untilSessions(daemons.slice(0, 2), ['', '']);
  expect(await second?.birdc('show status')).toContain('Router ID is 127.0.0.12\n');
  expect([existsSync(second?.socket ?? ''), existsSync(third?.socket ?? '')]).toEqual([true, false]);
});

it('startBird() takes TCP MD5 passwords', async () => {
  const daemons = await startBird(2, (self, all) => mesh(self, all, 'password "secret";'));
  onTestFinished(async () => {
    await Promise.all(daemons.map((daemon) => daemon.stop()));
  });
  await untilSessions(daemons, ['12', '11']);
});

it('startBird() says why BIRD refuses a configuration', async () => {
  await expect(startBird(2, () => 'nonsense')).rejects.toThrow('syntax error');
  const [daemon] = await startBird(1, birdBase);
  onTestFinished(() => daemon?.stop());
  await expect(daemon?.configure('nonsense')).rejects.toThrow('syntax error');
  expect(await daemon?.birdc('show nonsense')).toBe('syntax error');
});
