import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { findProgram, obtainMilliseconds } from './binaries.ts';
import { borrow, openBroker } from './broker.ts';
import type { Broker } from './broker.ts';
import { sharedEtcd, sharedKubernetes } from './shared.ts';

beforeAll(
  () => Promise.all((['etcd-3.4', 'etcd-3.6', 'kube-apiserver'] as const).map(findProgram)),
  obtainMilliseconds,
);

describe('openBroker()', () => {
  async function open(): Promise<Broker> {
    const broker = await openBroker();
    onTestFinished(() => broker.close());
    return broker;
  }

  it('lends a server to one borrower at a time, and again after that one has ended', async () => {
    const { socket } = await open();
    const first = await borrow(socket, 'etcd-3.4');
    const [second, third] = await Promise.all([borrowInProcess(socket), borrow(socket, 'etcd-3.4')]);
    const fourth = await borrowInProcess(socket);
    expect(new Set([first.port, second, third.port]).size).toBe(3);
    expect(fourth).toBe(second);
  });

  it('tells a borrower why it gets none', async () => {
    const { socket } = await open();
    // @ts-expect-error a name that no type allows
    await expect(borrow(socket, 'zookeeper')).rejects.toThrow('no shared server is called');
  });
});

/** Lets another process borrow an etcd, and end; gives the port. */
async function borrowInProcess(socket: string): Promise<number> {
  const broker = fileURLToPath(new URL('broker.ts', import.meta.url));
  const code = `import { borrow } from ${JSON.stringify(broker)};
    console.log((await borrow(${JSON.stringify(socket)}, 'etcd-3.4')).port);`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', code]);
  return Number(stdout);
}

it('sharedEtcd() gives the same empty server whenever it is asked', async () => {
  const etcd = await sharedEtcd();
  expect(await etcd.etcdctl(['get', '', '--from-key', '--keys-only'])).toBe('');
  await etcd.etcdctl(['put', '/a', 'value']);
  const again = await sharedEtcd();
  expect(await again.etcdctl(['get', '/a'])).toBe('/a\nvalue\n');
  await again.wipe();
});

it('sharedKubernetes() gives one server per group', async () => {
  const [old, next, again] = await Promise.all([
    sharedKubernetes('v1'),
    sharedKubernetes('v3'),
    sharedKubernetes('v1'),
  ]);
  expect(again).toBe(old);
  const isServed = async (cluster: typeof old, path: string) =>
    (await cluster.api.call('GET', path, { also: [404] })).status;
  const paths = ['/apis/crd.projectcalico.org/v1', '/apis/projectcalico.org/v3'];
  expect(await Promise.all(paths.map((path) => isServed(old, path)))).toEqual([200, 404]);
  expect(await Promise.all(paths.map((path) => isServed(next, path)))).toEqual([404, 200]);
});
