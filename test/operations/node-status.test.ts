import { describe, expect, it } from 'vitest';
import { localStatus, RootNeeded } from '../../src/operations/node-status.ts';
import { GREETING, makeFolder, protocolTable, scriptedBird } from '../bird/scripted-bird.ts';
import { machine, testContext } from './node-support.ts';

const context = testContext();
const plain = { socketDir: undefined, all: false };

describe('localStatus()', () => {
  it.each([
    [['calico-felix']],
    [['calico-node', '-felix']],
    [['calico-node', '-confd']],
    [['felix', '-felix']],
    [['calico', 'component', 'felix']],
    [['/usr/bin/calico', 'component', 'felix', '--verbose']],
  ])('takes the process %j for Felix', async (words) => {
    const status = await localStatus(context, machine({ running: [['sh'], words] }), plain);
    expect([status.felix, status.daemons.ipv4.outcome, status.daemons.ipv6.outcome]).toEqual([
      'running',
      'not-running',
      'not-running',
    ]);
  });

  it.each([
    [['/usr/bin/calico-felix']],
    [['calico', 'component', 'confd']],
    [['calico', 'felix']],
    [['sh', 'x', '-felix']],
    [[]],
  ])('does not take the process %j for Felix, and asks no daemon then', async (words) => {
    const running = [words, ['bird'], ['bird6']];
    const status = await localStatus(context, machine({ running }), plain);
    const silent = { hints: [], socketMissing: false, sessions: [], daemon: null, socket: '', problem: '' };
    expect(status).toEqual({
      felix: 'not-running',
      daemons: {
        ipv4: { ...silent, family: 'ipv4', outcome: 'not-running' },
        ipv6: { ...silent, family: 'ipv6', outcome: 'not-running' },
      },
    });
  });

  it('knows only daemons that were started without a path', async () => {
    const running = [['calico-felix'], ['/usr/sbin/bird'], ['bird6x']];
    const { daemons } = await localStatus(context, machine({ running }), plain);
    expect([daemons.ipv4.outcome, daemons.ipv6.outcome]).toEqual(['not-running', 'not-running']);
  });

  it('is for root', async () => {
    const processes = () => Promise.reject(new Error('was read'));
    await expect(localStatus(context, machine({ userId: 1000, processes }), plain)).rejects.toThrow(RootNeeded);
  });

  it('is for Linux', async () => {
    await expect(localStatus(context, machine({ platform: 'darwin' }), plain)).rejects.toThrow(
      "'calicoctl node' commands are not available on this OS",
    );
  });

  it('asks the sockets of a folder without looking at user, system or processes', async () => {
    const row = 'Mesh_10_0_0_1 BGP      master   up     08:00:01    Established   ';
    const { folder } = await scriptedBird([GREETING, 'command', { send: protocolTable(row) }]);
    const other = machine({
      userId: 1000,
      platform: 'darwin',
      processes: () => Promise.reject(new Error('was read')),
    });
    const { felix, daemons } = await localStatus(context, other, { socketDir: folder, all: false });
    expect([felix, daemons.ipv4.outcome, daemons.ipv4.sessions.map(({ address }) => address)]).toEqual([
      'not-checked',
      'answered',
      ['10.0.0.1'],
    ]);
    const socket = `${folder}/bird6.ctl`;
    const problem = `dial unix ${socket}: connect: no such file or directory`;
    expect(daemons.ipv6).toMatchObject({ outcome: 'unreachable', socket, problem, socketMissing: true });
  });

  it('asks both daemons at the same time', async () => {
    const folder = makeFolder();
    await scriptedBird(['hang'], { folder });
    await scriptedBird(['hang'], { folder, name: 'bird6.ctl' });
    const { daemons } = await localStatus(context, machine(), { socketDir: folder, all: false, lineTimeout: 200 });
    expect([daemons.ipv4.outcome, daemons.ipv6.outcome]).toEqual(['failed', 'failed']);
  });
});
