import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ProtocolsReader } from '../../src/bird/protocols.ts';
import { connectBird } from '../../src/bird/socket.ts';
import type { BirdOptions } from '../../src/bird/socket.ts';
import { GREETING, makeFolder, protocolTable, scriptedBird } from './scripted-bird.ts';
import type { Act } from './scripted-bird.ts';

const nobody = new AbortController().signal;
const UP = 'Mesh_10_0_0_1 BGP      master   up     08:00:01    Established   ';
const TABLE = protocolTable('device1  Device   master   up     08:39:17    ', UP);

/** What a client makes of a script: how it ended, and the addresses it read. */
async function ask(script: readonly Act[], options: Partial<BirdOptions> = {}) {
  const bird = await scriptedBird(script);
  const connection = await connectBird(bird.path, { signal: nobody, ...options });
  const reader = new ProtocolsReader('ipv4', false);
  const end = await connection.ask('show protocols', reader).catch((error: unknown) => String(error));
  connection.close();
  return {
    end: end.replace(bird.folder, ''),
    peers: reader.sessions().map(({ address }) => address),
    heard: bird.heard(),
  };
}

const good = { end: 'complete', peers: ['10.0.0.1'], heard: 'show protocols\n' };

describe('BirdConnection.ask()', () => {
  it('reads the answer behind the greeting', async () => {
    expect(await ask([GREETING, 'command', { send: TABLE }])).toEqual(good);
  });

  it('does not wait for a greeting', async () => {
    expect(await ask(['command', { send: TABLE }])).toEqual(good);
  });

  it('takes a greeting that comes late, and with the answer', async () => {
    expect(await ask(['command', { send: `0001 BIRD ready.\n${TABLE}` }])).toEqual(good);
  });

  it('reads an answer that arrives byte by byte', async () => {
    const bytes = [...TABLE].flatMap((send): Act[] => [{ send }, { pause: 1 }]);
    expect(await ask([GREETING, 'command', ...bytes])).toEqual(good);
  });

  it('reads an answer with pauses that are longer together than the time of one line', async () => {
    const lines = TABLE.split(/(?<=\n)/).flatMap((send): Act[] => [{ pause: 700 }, { send }]);
    expect(await ask([GREETING, 'command', ...lines], { lineTimeout: 2000 })).toEqual(good);
  });

  it('gives up when a line takes too long, and keeps what came before', async () => {
    const [headings = '', ...rows] = TABLE.split(/(?<=\n)/);
    const script: Act[] = [GREETING, 'command', { send: headings }, { send: rows.slice(0, 2).join('') }, 'hang'];
    expect(await ask(script, { lineTimeout: 100 })).toEqual({
      end: 'BirdLost: read unix @->/bird.ctl: i/o timeout',
      peers: ['10.0.0.1'],
      heard: 'show protocols\n',
    });
  });

  it('does not give a line more time when it comes in pieces', async () => {
    const drip = Array.from({ length: 100 }, (): Act[] => [{ send: ' ' }, { pause: 40 }]).flat();
    const { end } = await ask([GREETING, 'command', ...drip, { send: '\n0000 \n' }], { lineTimeout: 400 });
    expect(end).toBe('BirdLost: read unix @->/bird.ctl: i/o timeout');
  });

  it('gives up on a daemon that says nothing at all', async () => {
    const { end } = await ask(['hang'], { lineTimeout: 50 });
    expect(end).toBe('BirdLost: read unix @->/bird.ctl: i/o timeout');
  });

  it('says that the daemon hung up, with the lines before', async () => {
    const script: Act[] = [GREETING, 'command', { send: TABLE.replace('0000 \n', '') }, 'close'];
    expect(await ask(script)).toEqual({ ...good, end: 'closed' });
  });

  it('takes text without a newline before the end as a line', async () => {
    const script: Act[] = [GREETING, 'command', { send: TABLE.replace(/\s*\n0000 \n/, '') }, 'close'];
    expect(await ask(script)).toEqual({ ...good, end: 'closed' });
  });

  it('ends with what the reader throws', async () => {
    expect(await ask([GREETING, 'command', { send: '9001 syntax error\n' }])).toEqual({
      end: 'BirdError: unexpected output line from BIRD',
      peers: [],
      heard: 'show protocols\n',
    });
  });

  it('asks one question after the other in one conversation', async () => {
    const bird = await scriptedBird([GREETING, 'command', { send: TABLE }, 'command', { send: TABLE }, 'close']);
    const connection = await connectBird(bird.path, { signal: nobody });
    const ends = [];
    for (const command of ['first', 'second', 'third'])
      ends.push(await connection.ask(command, new ProtocolsReader('ipv4', false)));
    connection.close();
    expect([ends, bird.heard()]).toEqual([['complete', 'complete', 'closed'], 'first\nsecond\n']);
  });

  it('ends with the reason of the signal', async () => {
    const controller = new AbortController();
    const bird = await scriptedBird([GREETING, 'hang']);
    const connection = await connectBird(bird.path, { signal: controller.signal });
    const answer = connection.ask('show protocols', new ProtocolsReader('ipv4', false));
    controller.abort(new Error('Ctrl-C'));
    await expect(answer).rejects.toThrow('Ctrl-C');
    await expect(connection.ask('again', new ProtocolsReader('ipv4', false))).rejects.toThrow('Ctrl-C');
    connection.close();
  });
});

describe('connectBird()', () => {
  it.each([
    ['nothing.ctl', 'no such file or directory', true],
    ['file.ctl', 'connection refused', false],
    ['file.ctl/bird.ctl', 'not a directory', false],
  ])('says in Go’s words what is wrong with %s', async (name, reason, missing) => {
    const folder = makeFolder();
    writeFileSync(`${folder}/file.ctl`, '');
    const failure = await connectBird(`${folder}/${name}`, { signal: nobody }).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      name: 'BirdUnreachable',
      message: `dial unix ${folder}/${name}: connect: ${reason}`,
      missing,
    });
  });
});
