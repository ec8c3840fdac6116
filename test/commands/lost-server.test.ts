/** A server that goes away in the middle of 1,000 objects: what the program says of each is what the datastore holds. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { calicoctl } from '../doubles/program.ts';
import type { EtcdServer } from '../servers/etcd.ts';
import { startEtcd } from '../servers/etcd.ts';
import type { KubernetesServer } from '../servers/kubernetes.ts';
import { startKubernetes } from '../servers/kubernetes.ts';
import { startProxy } from '../servers/proxy.ts';
import type { FaultProxy } from '../servers/proxy.ts';

const COUNT = 1000;
const nameOf = (index: number): string => `set-${String(index).padStart(4, '0')}`;
const WRITE = /^(POST \/v3\/kv\/txn|(POST|DELETE) \S+\/globalnetworksets)/;

let folder: string;
let file: string;
let other: string;
let etcd: EtcdServer;
let cluster: KubernetesServer;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'calicoctl-lost-server-'));
  file = join(folder, 'sets.yaml');
  other = join(folder, 'other.yaml');
  const document = (name: string): string =>
    `apiVersion: projectcalico.org/v3\nkind: GlobalNetworkSet\nmetadata: {name: ${name}}\nspec: {nets: [10.0.0.0/8]}\n`;
  writeFileSync(file, Array.from({ length: COUNT }, (_, index) => document(nameOf(index))).join('---\n'));
  writeFileSync(other, document('other'));
  [etcd, cluster] = await Promise.all([startEtcd({ version: '3.6' }), startKubernetes()]);
  const anybody = ['--clusterrole=cluster-admin', '--user=system:anonymous'];
  await cluster.kubectl(['create', 'clusterrolebinding', 'anybody', ...anybody]);
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await Promise.all([etcd.stop(), cluster.stop()]);
});

/** The names in a line of hints. */
function told(stderr: string, what: string): readonly string[] {
  const line = stderr.split('\n').find((text) => text.startsWith(`hint: ${what}: `)) ?? '';
  return Array.from(line.matchAll(/GlobalNetworkSet\(([^)]+)\)/g), ([, name = '']) => name);
}

async function written(proxy: FaultProxy, count: number): Promise<void> {
  const before = proxy.requests.length;
  while (proxy.requests.slice(before).filter((request) => WRITE.test(request)).length < count) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}

describe.each(['etcd', 'kubernetes'] as const)('a server of %s that goes away', (store) => {
  it.each(['create', 'delete'] as const)('during %s: everything told is so', async (verb) => {
    await (store === 'etcd' ? etcd.wipe() : cluster.wipe());
    const proxy = await startProxy(
      store === 'etcd'
        ? { target: etcd.endpoints }
        : { target: cluster.server, ca: readFileSync(cluster.caFile, 'utf8') },
    );
    const env: Readonly<Record<string, string>> =
      store === 'etcd'
        ? { DATASTORE_TYPE: 'etcdv3', ETCD_ENDPOINTS: proxy.url }
        : { DATASTORE_TYPE: 'kubernetes', K8S_API_ENDPOINT: proxy.url };
    const run = (...args: readonly string[]) => calicoctl([...args, '--allow-version-mismatch'], { env });
    // The first writes are of what every datastore holds.
    expect(await run('create', '-f', verb === 'delete' ? file : other)).toMatchObject({ exit: 0 });

    const running = run(verb, '-f', file);
    await written(proxy, store === 'etcd' ? 3 : COUNT / 2);
    await proxy.set({ kind: 'refuse' });
    const { exit, stderr } = await running;
    await proxy.set({ kind: 'none' });

    expect(exit).toBe(1);
    const [done, failed, unknown] = ['done', 'failed', 'not known whether done'].map((what) => told(stderr, what));
    expect([...(done ?? []), ...(failed ?? []), ...(unknown ?? [])].sort()).toEqual(
      Array.from({ length: COUNT }, (_, index) => nameOf(index)),
    );
    const listed = await run('get', 'globalnetworkset', '-o', 'name');
    const present = new Set(listed.stdout.split('\n').map((line) => line.replace(/^.*\//, '')));
    const isAsTold = (name: string): boolean => present.has(name) === (verb === 'create');
    expect(done?.length).toBeGreaterThan(0);
    expect(failed?.length).toBeGreaterThan(0);
    expect(done?.filter((name) => !isAsTold(name))).toEqual([]);
    expect(failed?.filter(isAsTold)).toEqual([]);
    await proxy.stop();
  });
});
