/** `bgp sessions --actual` on real daemons: what must exist beside what does. */
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { calicoctl } from '../doubles/program.ts';
import { findProgram, obtainMilliseconds } from '../servers/binaries.ts';
import { sharedEtcd } from '../servers/shared.ts';
import { objectIn } from './confd/cluster.ts';
import { etcdStore, startFabric } from './fabric.ts';
import type { Fabric, FabricStore } from './fabric.ts';
import { established, eventually, stored } from './support.ts';

beforeAll(() => Promise.all((['bird', 'etcd-3.4'] as const).map(findProgram)), obtainMilliseconds);

/** Three nodes in a mesh, and a peer outside that does not answer; afterwards nobody follows the datastore. */
async function start(): Promise<readonly [Fabric, FabricStore]> {
  const server = await sharedEtcd();
  await server.wipe();
  const store = etcdStore(server);
  const nodes = ['a', 'b', 'c'].map((name) => ({ name }));
  const fabric = await startFabric({ nodes, store, quick: true, respond: true, watch: false });
  onTestFinished(async () => {
    await fabric.stop();
    await store.close();
  });
  const datastore = await store.datastore();
  await datastore.create(stored('BGPPeer', 'tor', { node: 'a', peerIP: '127.0.0.99', asNumber: 65000 }));
  await fabric.settled();
  const up = {
    a: 'Mesh_127_0_0_12 Mesh_127_0_0_13',
    b: 'Mesh_127_0_0_11 Mesh_127_0_0_13',
    c: 'Mesh_127_0_0_11 Mesh_127_0_0_12',
  };
  const isUp = (found: Readonly<Record<string, string>>) => JSON.stringify(found) === JSON.stringify(up);
  expect(await eventually(() => established(fabric.nodes), isUp)).toEqual(up);
  return [fabric, store];
}

/** Lines of the table without what differs from moment to moment: `a 127.0.0.12: up`. */
function short(stdout: string): readonly string[] {
  const lines = stdout
    .split('\n')
    .filter((line) => line.startsWith('a ') || line.startsWith('b ') || line.startsWith('c '));
  return lines.map((line) => {
    const [node = '', , address = '', , , ...rest] = line.split(/ {2,}|(?<=\S) (?=\S)/);
    return `${node} ${address}: ${/^wrong AS|^\w+/.exec(rest.join(' '))?.[0] ?? ''}`;
  });
}

describe('bgp sessions --actual', { timeout: 120_000 }, () => {
  it('tells which sessions are up, down, disabled, missing, unexpected, or have another AS number', async () => {
    const [fabric, store] = await start();
    const run = (...args: readonly string[]) =>
      calicoctl(['bgp', 'sessions', '--actual', ...args], { env: store.environment });
    const sockets = ['--sockets', fabric.nodes.map(({ name, sockets: folder }) => `${name}=${folder}`).join(',')];
    const before = [
      'a 127.0.0.12: up',
      'a 127.0.0.13: up',
      'a 127.0.0.99: down',
      'b 127.0.0.11: up',
      'b 127.0.0.13: up',
    ];
    const whole = [...before, 'c 127.0.0.11: up', 'c 127.0.0.12: up'];
    for (const from of [sockets, []]) {
      const { exit, stdout } = await run(...from);
      expect({ exit, lines: short(stdout), last: stdout.split('\n').at(-2) }).toEqual({
        exit: 0,
        lines: whole,
        last: '6 of 7 expected sessions are up; 1 down.',
      });
    }

    const [a] = fabric.nodes;
    await a?.birdc('disable Mesh_127_0_0_13');
    const datastore = await store.datastore();
    const b = await datastore.get({ kind: 'Node', name: 'b' });
    await datastore.update({ ...b, spec: { bgp: { ...objectIn(b.spec, 'bgp'), asNumber: 65001 } } });
    await datastore.create(stored('BGPPeer', 'new', { node: 'b', peerIP: '127.0.0.98', asNumber: 65000 }));
    await datastore.delete({ kind: 'BGPPeer', name: 'tor' });
    const { stdout: table } = await run(...sockets);
    expect(short(table)).toEqual([
      'a 127.0.0.12: wrong AS',
      'a 127.0.0.13: disabled',
      'a 127.0.0.99: unexpected',
      'b 127.0.0.11: wrong AS',
      'b 127.0.0.13: wrong AS',
      'b 127.0.0.98: missing',
      'c 127.0.0.11: down',
      'c 127.0.0.12: wrong AS',
    ]);
    expect(table).toContain('the node expects AS 64512 there');
    const { stdout: document } = await run('-o', 'json', '--node', 'b', ...sockets);
    expect(JSON.parse(document)).toMatchObject({
      nodes: {
        b: {
          error: null,
          ipv4: [
            { protocol: 'Mesh_127_0_0_11', as: 65001, actual: { verdict: 'wrong-as', session: { peerAs: 64512 } } },
            {
              protocol: 'Mesh_127_0_0_13',
              as: 65001,
              actual: { verdict: 'wrong-as', session: { bgpState: 'Established' } },
            },
            { protocol: 'Node_127_0_0_98', actual: { verdict: 'missing', session: null } },
          ],
          unexpected: { ipv4: [], ipv6: [] },
        },
      },
    });

    await a?.stopDaemon();
    const { exit, stdout, stderr } = await run('--node', 'a', ...sockets);
    expect({ exit, lines: short(stdout) }).toEqual({
      exit: 1,
      lines: ['a 127.0.0.12: unknown', 'a 127.0.0.13: unknown'],
    });
    expect(stderr).toMatch(/^a: BIRD does not answer: .*bird\.ctl/);
  });
});
