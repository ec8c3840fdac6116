import { connect } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { birdBase, birdPeer, startBird } from '../servers/bird.ts';
import type { BirdPlace } from '../servers/bird.ts';
import { freePorts } from '../servers/process.ts';

const listens = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });

it('stays the old one of a BIRD whose session runs, until its sessions have been stopped', async () => {
  const [changed = 0] = await freePorts(1, '0.0.0.0');
  const [one, two] = await startBird(2, (self, all) => configured(self, all, self.port));
  if (one === undefined || two === undefined) throw new Error('no daemons');
  onTestFinished(() => Promise.all([one.stop(), two.stop()]).then(() => undefined));
  const isUp = async (): Promise<boolean> => (await one.birdc('show protocols')).includes('Established');
  await expect.poll(isUp, { timeout: 30_000 }).toBe(true);
  const ports = async (): Promise<readonly boolean[]> =>
    Promise.all([one.port, changed].map((port) => listens(one.address, port)));
  await one.configure(configured(one, [one, two], changed));
  expect([await ports(), await isUp()]).toEqual([[true, false], true]);
  await one.birdc('disable all');
  await expect.poll(ports, { timeout: 30_000 }).toEqual([false, false]);
  await one.birdc('enable all');
  await expect.poll(ports, { timeout: 30_000 }).toEqual([false, true]);
});

function configured(self: BirdPlace, all: readonly BirdPlace[], port: number): string {
  const peers = all.filter(({ number }) => number !== self.number).map((other) => birdPeer(self, other));
  return [birdBase({ ...self, port }), ...peers].join('\n');
}
