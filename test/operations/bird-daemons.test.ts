import { describe, expect, it } from 'vitest';
import { askDaemon } from '../../src/operations/bird-daemons.ts';
import { GREETING, makeFolder, protocolTable, scriptedBird } from '../bird/scripted-bird.ts';

const { signal } = new AbortController();
const ROW = 'Mesh_10_0_0_1 BGP      master   up     08:00:01    Established   ';
const TABLE = { send: protocolTable(ROW) };
const STATUS = { send: '1000-BIRD 1.6.8\n0013 Daemon is up and running\n' };

describe('askDaemon()', () => {
  it('asks at the first folder where a daemon answers', async () => {
    const bird = await scriptedBird([GREETING, 'command', TABLE], { name: 'bird6.ctl' });
    const last = await scriptedBird(['hang'], { name: 'bird6.ctl' });
    const report = await askDaemon('ipv6', [makeFolder(), bird.folder, last.folder], { all: false, signal });
    expect([report.outcome, report.socket, report.daemon, bird.heard(), last.heard()]).toEqual([
      'answered',
      bird.path,
      null,
      'show protocols\n',
      '',
    ]);
  });

  it('tells of the last folder when no daemon answers', async () => {
    const folder = makeFolder();
    expect(await askDaemon('ipv4', [makeFolder(), folder], { all: true, signal })).toEqual({
      family: 'ipv4',
      outcome: 'unreachable',
      socket: `${folder}/bird.ctl`,
      problem: `dial unix ${folder}/bird.ctl: connect: no such file or directory`,
      hints: [],
      socketMissing: true,
      sessions: [],
      daemon: null,
    });
  });

  it('asks for everything in one conversation', async () => {
    const bird = await scriptedBird([GREETING, 'command', TABLE, 'command', STATUS]);
    const report = await askDaemon('ipv4', [bird.folder], { all: true, signal });
    expect([report.outcome, report.sessions.length, report.daemon?.version, bird.heard()]).toEqual([
      'answered',
      1,
      '1.6.8',
      'show protocols all\nshow status\n',
    ]);
  });

  it('takes what came before the daemon hung up for an answer only when not everything was wanted', async () => {
    const bird = await scriptedBird([GREETING, 'command', { send: TABLE.send.replace('0000 \n', '') }, 'close']);
    const short = await askDaemon('ipv4', [bird.folder], { all: false, signal });
    expect([short.outcome, short.problem, short.sessions.length]).toEqual(['answered', '', 1]);
    const long = await askDaemon('ipv4', [bird.folder], { all: true, signal });
    expect([long.outcome, long.problem, long.sessions.length]).toEqual(['failed', `read unix @->${bird.path}: EOF`, 1]);
  });

  it('gives the reason, and what the daemon said, when the answer makes no sense', async () => {
    const bird = await scriptedBird([GREETING, 'command', { send: '9001 syntax error\n' }]);
    const { outcome, problem, hints } = await askDaemon('ipv4', [bird.folder], { all: false, signal });
    expect([outcome, problem, hints]).toEqual([
      'failed',
      'unexpected output line from BIRD',
      ['BIRD said: 9001 syntax error'],
    ]);
  });

  it('fails when the daemon stops answering', async () => {
    const bird = await scriptedBird([GREETING, 'command', TABLE, 'command', 'hang']);
    const report = await askDaemon('ipv4', [bird.folder], { all: true, signal, lineTimeout: 100 });
    expect([report.outcome, report.problem, report.sessions.length]).toEqual([
      'failed',
      `read unix @->${bird.path}: i/o timeout`,
      1,
    ]);
  });

  it('ends with the reason of the signal', async () => {
    const controller = new AbortController();
    const bird = await scriptedBird([GREETING, 'hang']);
    const report = askDaemon('ipv4', [bird.folder], { all: false, signal: controller.signal });
    controller.abort(new Error('Ctrl-C'));
    await expect(report).rejects.toThrow('Ctrl-C');
  });
});
