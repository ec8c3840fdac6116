/** `node status` on real daemons, in every state that a session can be in: it shows what BIRD says. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { bareEnvironment, calicoctl } from '../doubles/program.ts';
import { findProgram, obtainMilliseconds } from '../servers/binaries.ts';
import { sharedEtcd } from '../servers/shared.ts';
import { etcdStore, startFabric } from './fabric.ts';
import type { ProtocolRow, RunningNode } from './fabric.ts';
import { eventually, stored } from './support.ts';

beforeAll(() => Promise.all((['bird', 'bird6', 'ip', 'etcd-3.4'] as const).map(findProgram)), obtainMilliseconds);

const RR = { routeReflectorClusterID: '244.0.0.1' };

/** Peers of e, which is no member of the mesh: one with another password, one with another AS number, one that it takes too many routes of. */
const RESOURCES = [
  stored('BGPConfiguration', 'default', { nodeToNodeMeshEnabled: true }),
  stored('BGPPeer', 'behind-the-mesh', { node: 'a', peerIP: '127.0.0.12', asNumber: 64512 }),
  stored('BGPPeer', 'to-f', {
    node: 'e',
    peerIP: '127.0.0.16',
    asNumber: 64512,
    reversePeering: 'Manual',
    password: secret('one'),
  }),
  stored('BGPPeer', 'from-f', {
    node: 'f',
    peerIP: '127.0.0.15',
    asNumber: 64512,
    reversePeering: 'Manual',
    password: secret('two'),
  }),
  stored('BGPPeer', 'other-as', { node: 'e', peerIP: '127.0.0.13', asNumber: 65001 }),
  stored('BGPPeer', 'from-c', { node: 'c', peerIP: '127.0.0.15', asNumber: 64512, reversePeering: 'Manual' }),
  stored('BGPPeer', 'too-much', { node: 'e', peerIP: '127.0.0.12', asNumber: 64512 }),
  stored('BGPPeer', 'outside', { node: 'a', peerIP: 'fd00::99', asNumber: 65000 }),
];

function secret(key: string) {
  return { secretKeyRef: { name: 'bgp', key } };
}

const WORDS: Readonly<Record<string, string>> = { Mesh: 'node-to-node mesh', Global: 'global', Node: 'node specific' };

/** The rows that `node status` must show for those of BIRD: sessions of which BIRD says nothing are left out, as the Go tool does. */
function wanted(rows: readonly ProtocolRow[]): readonly (readonly string[])[] {
  return rows
    .filter(({ info }) => info !== '')
    .map(({ name, version, state, since, info }) => {
      const [, prefix = '', address = ''] = /^([A-Z][a-z]+)_(.*)$/.exec(name) ?? [];
      return [address.replaceAll('_', version === 4 ? '.' : ':'), WORDS[prefix] ?? '', state, since, info];
    });
}

/** The cells of the tables, without headings. */
function shown(stdout: string): readonly (readonly string[])[] {
  const rows = stdout.split('\n').filter((line) => line.startsWith('|'));
  const cells = rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  return cells.filter(([first]) => first !== 'PEER ADDRESS');
}

/** BIRD reckons a time of the day anew whenever it prints one, which may be a second beside the one before. */
function withTimesOf(
  rows: readonly (readonly string[])[],
  others: readonly (readonly string[])[],
): readonly (readonly string[])[] {
  const seconds = (time = ''): number => Date.parse(`1970-01-01T${time}Z`) / 1000;
  return rows.map((row, index) => {
    const [time, other] = [row[3], others[index]?.[3]];
    return other !== undefined && Math.abs(seconds(time) - seconds(other)) === 1 ? row.with(3, other) : row;
  });
}

interface Look {
  readonly rows: readonly ProtocolRow[];
  readonly stdout: string;
}

/** Runs `node status` between two looks at the daemons that are the same. */
async function lookTwice(node: RunningNode, args: readonly string[] = []): Promise<Look> {
  const look = async () => {
    const before = await node.protocols();
    const { stdout } = await calicoctl(['node', 'status', '--socket-dir', node.sockets, ...args]);
    return { before, stdout, after: await node.protocols() };
  };
  const text = (rows: readonly ProtocolRow[]) => JSON.stringify(rows.map((row) => ({ ...row, since: '' })));
  const same = ({ before, after }: Awaited<ReturnType<typeof look>>) => text(before) === text(after);
  const { after, stdout } = await eventually(look, same);
  return { rows: after, stdout };
}

/** Whether a daemon says this of any session. */
async function untilSaid(nodes: readonly RunningNode[], pattern: RegExp): Promise<void> {
  const said = async () => {
    const running = await Promise.allSettled(nodes.map((node) => node.protocols()));
    const rows = running.flatMap((found) => (found.status === 'fulfilled' ? found.value : []));
    return rows.map(({ name, state, info }) => `${name} ${state} ${info}`.trim()).join('\n');
  };
  expect(await eventually(said, (text) => pattern.test(text))).toMatch(pattern);
}

async function start(): Promise<Readonly<Record<string, RunningNode>>> {
  const server = await sharedEtcd();
  await server.wipe();
  const store = etcdStore(server);
  const fabric = await startFabric({
    nodes: [
      { name: 'a' },
      { name: 'b', routes: ['10.48.12.0/26', '10.48.12.64/26', 'fd00:48:c::/122'] },
      { name: 'c' },
      { name: 'd' },
      { name: 'e', birdOptions: 'receive limit 1 action disable;' },
      { name: 'f' },
    ],
    store,
    family: 'dual',
    quick: true,
    passwords: { 'bgp/one': 'one', 'bgp/two': 'two' },
  });
  onTestFinished(async () => {
    await fabric.stop();
    await store.close();
  });
  const datastore = await store.datastore();
  const e = await datastore.get({ kind: 'Node', name: 'e' });
  await datastore.update({ ...e, spec: { bgp: { ipv4Address: '127.0.0.15/24', ...RR } } });
  for (const resource of RESOURCES) await datastore.create(resource);
  await fabric.settled();
  return Object.fromEntries(fabric.nodes.map((node) => [node.name, node]));
}

describe('node status', () => {
  it('shows what BIRD says, whatever state a session is in', async () => {
    const { a, b, c, d, e, f } = await start();
    if (!a || !b || !c || !d || !e || !f) throw new Error('a node is missing');
    await untilSaid([a], /^Mesh_127_0_0_12 up Established$/m);
    await untilSaid([a], /^Node_127_0_0_12 start Idle$/m);
    await untilSaid([a], /^Node_fd00__99 start Active Socket: Network is unreachable$/m);
    await untilSaid([e], /^Node_127_0_0_16 start Connect$/m);
    await untilSaid([e], /^Node_127_0_0_13 start \w+ BGP Error: Bad peer AS$/m);
    await untilSaid([e], /^Node_127_0_0_12 down Automatic shutdown: Route limit exceeded$/m);
    await d.stopDaemon();
    await untilSaid([a], /^Mesh_127_0_0_14 start Passive Received: Administrative shutdown$/m);
    await untilSaid([f], /^Mesh_127_0_0_14 start Active Socket: Connection refused$/m);
    await b.birdc('disable Mesh_127_0_0_16');
    await untilSaid([b], /^Mesh_127_0_0_16 down$/m);
    await c.stopDaemon('kill');
    await untilSaid([a], /^Mesh_127_0_0_13 start Passive Socket: Connection closed$/m);
    const { stdout: waiting } = await lookTwice(a, ['-o', 'wide']);
    expect(
      shown(waiting)
        .find(([address]) => address === '127.0.0.13')
        ?.join('|'),
    ).toMatch(/neighbor restarts, \d+s left/);
    await c.startDaemon();
    await untilSaid([c], /^Mesh_127_0_0_11 wait Established$/m);

    const seen = new Set<string>();
    let rows = 0;
    // First the one whose sessions do not stay as they are.
    for (const node of [c, a, b, e, f]) {
      const look = await lookTwice(node);
      const lines = wanted(look.rows);
      const printed = shown(look.stdout);
      expect({ node: node.name, rows: withTimesOf(printed, lines) }).toEqual({ node: node.name, rows: lines });
      rows += look.rows.length;
      for (const { state, info } of look.rows) seen.add(`${state} ${info}`.trim());
    }
    expect(STATES.filter((state) => !seen.has(state))).toEqual([]);
    process.stderr.write(
      `fabric: ${rows} rows of node status are as BIRD has them, in ${seen.size} different states\n`,
    );

    const { rows: ofA } = await lookTwice(a);
    const up = wanted(ofA).filter(([, , , , info]) => info === 'Established');
    expect(await piped(a, 'grep -c Established')).toBe(`${up.length}\n`);
    const fields = String.raw`awk -F'|' '/Established/ {print $2 $4}'`;
    expect(await piped(a, fields)).toBe(up.map(([address = '']) => ` ${address.padEnd(13)} up    \n`).join(''));

    const { stdout } = await calicoctl(['node', 'status', '--socket-dir', b.sockets, '-o', 'json']);
    expect(JSON.parse(stdout)).toMatchObject({
      ipv4: {
        sessions: [
          { protocol: 'Mesh_127_0_0_11', up: true, disabled: false },
          { protocol: 'Mesh_127_0_0_13' },
          { protocol: 'Mesh_127_0_0_14', up: false, disabled: false },
          { protocol: 'Mesh_127_0_0_16', state: 'down', up: false, disabled: true },
          { protocol: 'Node_127_0_0_11', bgpState: 'Idle' },
          { protocol: 'Node_127_0_0_15' },
        ],
      },
    });
  }, 120_000);
});

/** What must have been seen. */
const STATES = [
  'up Established',
  'wait Established',
  'start Idle',
  'start Connect',
  'start Active Socket: Network is unreachable',
  'start Active Socket: Connection refused',
  'start Passive Received: Administrative shutdown',
  'down Automatic shutdown: Route limit exceeded',
  'down',
];

/** What a shell prints for `node status` in a pipe. */
async function piped(node: RunningNode, command: string): Promise<string> {
  const program = `"${process.execPath}" bin/run.js node status --socket-dir "${node.sockets}"`;
  const { stdout } = await promisify(execFile)('sh', ['-c', `${program} | ${command}`], { env: bareEnvironment() });
  return stdout;
}
