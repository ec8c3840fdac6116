import { describe, expect, it, onTestFinished } from 'vitest';
import { RoutesReader } from '../../src/bird/routes.ts';
import type { SeenRoutes } from '../../src/bird/routes.ts';
import { connectBird } from '../../src/bird/socket.ts';
import { birdBase, birdPeer, startBird } from '../servers/bird.ts';
import type { BirdDaemon } from '../servers/bird.ts';

async function routesOf({ socket }: BirdDaemon): Promise<SeenRoutes | undefined> {
  const connection = await connectBird(socket, { signal: new AbortController().signal });
  const reader = new RoutesReader();
  try {
    await connection.ask('show route primary', reader);
  } finally {
    connection.close();
  }
  return reader.routes();
}

describe('RoutesReader', () => {
  it('tells what a daemon learnt through BGP from what is its own', async () => {
    const common = '10.9.0.0/26';
    const blocks = [['10.1.0.0/26', '10.1.0.64/26', '10.1.0.7/32', common], ['10.2.0.0/26', '0.0.0.0/0', common], []];
    const statics = (number: number): string =>
      `protocol static {\n${(blocks[number - 1] ?? []).map((block) => `  route ${block} blackhole;\n`).join('')}}\n`;
    const daemons = await startBird(3, (self, all) => {
      const peers = all
        .filter((other) => other !== self)
        .map((other) => birdPeer(self, other, 'import all; export all;'));
      return [birdBase(self), statics(self.number), ...peers].join('\n');
    });
    onTestFinished(() => Promise.all(daemons.map((daemon) => daemon.stop())).then(() => undefined));
    const wanted = [
      { learnt: ['0.0.0.0/0', '10.2.0.0/26'], own: ['10.1.0.0/26', '10.1.0.64/26', '10.1.0.7/32', common] },
      { learnt: ['10.1.0.0/26', '10.1.0.64/26', '10.1.0.7/32'], own: ['0.0.0.0/0', '10.2.0.0/26', common] },
      { learnt: ['0.0.0.0/0', '10.1.0.0/26', '10.1.0.64/26', '10.1.0.7/32', '10.2.0.0/26', common], own: [] },
    ];
    await expect
      .poll(
        async () =>
          (await Promise.all(daemons.map(routesOf))).map((routes) => ({
            learnt: [...(routes?.learnt ?? [])].sort(),
            own: [...(routes?.own ?? [])].sort(),
          })),
        { timeout: 30_000 },
      )
      .toEqual(wanted);
  });

  it('tells nothing of an answer that breaks off, and takes nothing else for one', () => {
    const reader = new RoutesReader();
    reader.line('1007-10.1.0.0/26        blackhole [static1 10:00:00] * (200)');
    expect(reader.routes()).toBe(undefined);
    expect(() => reader.line('9001 syntax error')).toThrow('unexpected output line from BIRD');
  });
});
