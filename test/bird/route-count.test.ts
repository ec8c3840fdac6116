import { describe, expect, it, onTestFinished } from 'vitest';
import { RouteCountReader } from '../../src/bird/route-count.ts';
import { connectBird } from '../../src/bird/socket.ts';
import { birdBase, startBird } from '../servers/bird.ts';

describe('RouteCountReader', () => {
  it('counts the networks that a daemon knows', async () => {
    const announced = ['10.1.0.0/26', '10.2.0.0/26', '10.2.0.64/26'];
    const statics = announced.map((network) => `  route ${network} blackhole;\n`).join('');
    const [daemon] = await startBird(1, (self) => `${birdBase(self)}protocol static {\n${statics}}\n`);
    if (daemon === undefined) throw new Error('no daemon');
    onTestFinished(() => daemon.stop());
    const connection = await connectBird(daemon.socket, { signal: new AbortController().signal });
    onTestFinished(() => connection.close());
    const reader = new RouteCountReader();
    expect([await connection.ask('show route count', reader), reader.networks()]).toEqual(['complete', 3]);
  });

  it('takes nothing else for an answer', () => {
    expect(() => new RouteCountReader().line('9001 syntax error')).toThrow('unexpected output line from BIRD');
  });
});
