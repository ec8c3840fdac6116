import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { SettingsError } from '../../src/datastore/settings.ts';
import type { Datastore } from '../../src/datastore/datastore.ts';
import { StatusProbe } from '../../src/operations/status-probe.ts';
import type { ProbeInput, ProbeResult } from '../../src/operations/status-probe.ts';
import type { Resource } from '../../src/kinds/resource.ts';
import { GREETING, makeFolder, protocolTable, scriptedBird } from '../bird/scripted-bird.ts';
import type { Act } from '../bird/scripted-bird.ts';
import { TestFolder } from '../datastore/local/support.ts';
import { machine, node, OPTIONS, testContext } from './node-support.ts';
import type { TestContextOptions } from './node-support.ts';

const UP = 'BGP      master   up     08:00:01    Established   ';
const CONNECT = 'BGP      master   start  08:00:01    Connect       ';
const NODES = [node('a', '10.0.0.1'), node('b', '10.0.0.2'), node('c', '10.0.0.3', { asNumber: 65_003 })];

/** Everything that is asked of a daemon with these sessions. */
function answers(...rows: readonly string[]): readonly Act[] {
  return [
    GREETING,
    'command',
    { send: protocolTable(...rows) },
    'command',
    { send: '0013 Daemon is up and running\n' },
  ];
}

let folder: TestFolder;
let datastore: Datastore;
beforeEach(async () => {
  folder = new TestFolder();
  onTestFinished(() => folder.remove());
  datastore = await folder.open();
  await store(...NODES);
});

async function store(...resources: readonly Resource[]): Promise<void> {
  for (const resource of resources) await datastore.create(resource);
}

function probe(given: Partial<ProbeInput>, world: TestContextOptions = {}): StatusProbe {
  const input = { ...OPTIONS, socketDir: undefined, all: true, check: true, nodeName: 'a', ...given };
  return new StatusProbe(testContext({ datastore: () => Promise.resolve(datastore), ...world }), machine(), input);
}

describe('StatusProbe.look()', () => {
  it('holds the sessions against those of the node in the datastore', async () => {
    const bird = await scriptedBird(answers(`Mesh_10_0_0_2 ${UP}`, `Mesh_10_0_0_3 ${CONNECT}`));
    const { node: name, check, warnings } = await probe({ socketDir: bird.folder }).look();
    expect([name, check?.ok, check?.up, check?.problems.map((problem) => problem.node), warnings]).toEqual([
      'a',
      false,
      1,
      ['c'],
      [],
    ]);
  });

  it('is not content with a node that the datastore does not know', async () => {
    const bird = await scriptedBird(answers(`Mesh_10_0_0_2 ${UP}`));
    const { check } = await probe({ socketDir: bird.folder, nodeName: 'x' }).look();
    expect([check?.ok, check?.note]).toEqual([
      false,
      'node x does not exist in the datastore: name this node as the datastore does with --node-name',
    ]);
  });

  it('checks what BIRD lists when there is no datastore, and says so', async () => {
    const bird = await scriptedBird(answers(`Mesh_10_0_0_2 ${UP}`));
    const nowhere = () => Promise.reject(new SettingsError('no configuration has been provided'));
    const { check, warnings } = await probe({ socketDir: bird.folder }, { datastore: nowhere }).look();
    expect([check?.ok, check?.source, warnings]).toEqual([
      true,
      'bird',
      [
        'the datastore cannot be read, so only the sessions that BIRD lists are checked: no configuration has been provided',
      ],
    ]);
  });

  it('does not hide other errors', async () => {
    const broken = () => Promise.reject(new TypeError('a fault of the program'));
    await expect(
      probe(
        { socketDir: makeFolder() },
        { datastore: () => Promise.resolve({ ...datastore, list: broken, get: broken }) },
      ).look(),
    ).rejects.toThrow('a fault of the program');
  });

  it('checks nothing where Felix does not run', async () => {
    const input: ProbeInput = { ...OPTIONS, socketDir: undefined, all: true, check: true, nodeName: 'a' };
    const context = testContext({ datastore: () => Promise.resolve(datastore) });
    const { felix, check } = await new StatusProbe(context, machine({ running: [] }), input).look();
    expect([felix, check]).toEqual(['not-running', undefined]);
  });

  it('takes own AS numbers that BIRD does not tell from the datastore', async () => {
    const bird = await scriptedBird(answers(`Mesh_10_0_0_2 ${CONNECT}`, `Node_10_9_9_9 ${CONNECT}`));
    const own = ({ daemons }: ProbeResult) => daemons.ipv4.sessions.map(({ details }) => details?.localAs);
    const known = await probe({ socketDir: bird.folder, check: false, nodeName: 'c' }).look();
    expect([own(known), known.check]).toEqual([[65_003, null], undefined]);
    const nowhere = () => Promise.reject(new SettingsError('no configuration has been provided'));
    const unknown = await probe({ socketDir: bird.folder, check: false }, { datastore: nowhere }).look();
    expect([own(unknown), unknown.warnings]).toEqual([[null, null], []]);
  });

  it('asks no datastore for the plain table', async () => {
    const bird = await scriptedBird([GREETING, 'command', { send: protocolTable(`Mesh_10_0_0_2 ${UP}`) }]);
    const input = { socketDir: bird.folder, check: false, all: false };
    const { daemons } = await probe(input, { datastore: () => Promise.reject(new Error('was opened')) }).look();
    expect(daemons.ipv4.sessions.length).toBe(1);
  });
});

describe('StatusProbe.until()', () => {
  it('ends when every session is up', async () => {
    const place = makeFolder();
    const seen: (boolean | undefined)[] = [];
    const waiting = probe({ socketDir: place }).until(0, ({ check }) => {
      seen.push(check?.ok);
      // The daemon starts after the first look.
      if (seen.length === 1)
        void scriptedBird(answers(`Mesh_10_0_0_2 ${UP}`, `Mesh_10_0_0_3 ${UP}`), { folder: place });
    });
    expect([(await waiting).check?.ok, seen.at(0), seen.at(-1)]).toEqual([true, false, true]);
  });

  it('ends with the last result when the time is over', async () => {
    const bird = await scriptedBird(answers(`Mesh_10_0_0_2 ${UP}`));
    const { check } = await probe({ socketDir: bird.folder }).until(1500, () => {});
    expect([check?.ok, check?.up, check?.expected]).toEqual([false, 1, 2]);
  });

  it('says when the time was too short for one look', async () => {
    const bird = await scriptedBird([GREETING, 'hang']);
    await expect(probe({ socketDir: bird.folder }).until(50, () => {})).rejects.toThrow(
      'timed out before this node could be looked at',
    );
  });

  it('ends with the reason of the signal', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const waiting = probe({ socketDir: makeFolder() }, { signal }).until(0, () =>
      controller.abort(new Error('Ctrl-C')),
    );
    await expect(waiting).rejects.toThrow('Ctrl-C');
  });
});
