/** How many requests commands cost, counted by a proxy in front of real servers: what can be read or written together must stay together. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Datastore } from '../../src/datastore/datastore.ts';
import { open as openEtcd } from '../../src/datastore/etcd/driver.ts';
import { open as openKubernetes } from '../../src/datastore/kubernetes/driver.ts';
import { apply, create, remove, replace } from '../../src/operations/crud.ts';
import { get } from '../../src/operations/get.ts';
import { openOptions, settings } from '../datastore/etcd/support.ts';
import { world } from '../doubles/world.ts';
import type { World } from '../doubles/world.ts';
import type { EtcdServer } from '../servers/etcd.ts';
import { startEtcd } from '../servers/etcd.ts';
import type { KubernetesServer } from '../servers/kubernetes.ts';
import { startKubernetes } from '../servers/kubernetes.ts';
import type { FaultProxy } from '../servers/proxy.ts';
import { startProxy } from '../servers/proxy.ts';
import { documents, fromFile, named } from './manifests.ts';

type Store = 'etcd' | 'kubernetes';
/** More than fit into a page of a list, and into a transaction of etcd. */
const MANY: Readonly<Record<Store, number>> = { etcd: 1000, kubernetes: 600 };
const nameOf = (index: number): string => `set-${String(index).padStart(4, '0')}`;
const sets = (store: Store, net: string): string =>
  documents(
    ...Array.from(
      { length: MANY[store] },
      (_, index) =>
        `apiVersion: projectcalico.org/v3\nkind: GlobalNetworkSet\nmetadata: {name: ${nameOf(index)}}\nspec: {nets: [${net}]}\n`,
    ),
  );

let etcd: EtcdServer;
let cluster: KubernetesServer;
let proxies: { readonly etcd: FaultProxy; readonly kubernetes: FaultProxy };
beforeAll(async () => {
  [etcd, cluster] = await Promise.all([startEtcd({ version: '3.6' }), startKubernetes()]);
  const [toEtcd, toKubernetes] = await Promise.all([
    startProxy({ target: etcd.endpoints }),
    startProxy({ target: cluster.server, ca: readFileSync(cluster.caFile, 'utf8') }),
  ]);
  proxies = { etcd: toEtcd, kubernetes: toKubernetes };
  // Requests can only be counted in plain HTTP, by which nobody proves who they are.
  const anybody = ['--clusterrole=cluster-admin', '--user=system:anonymous'];
  await cluster.kubectl(['create', 'clusterrolebinding', 'anybody', ...anybody]);
});
afterAll(async () => {
  await Promise.all([proxies.etcd.stop(), proxies.kubernetes.stop()]);
  await Promise.all([etcd.stop(), cluster.stop()]);
});

const STORES = {
  etcd: () => openEtcd(settings({ etcdEndpoints: proxies.etcd.url }), openOptions()),
  kubernetes: () =>
    openKubernetes(settings({ datastoreType: 'kubernetes', k8sAPIEndpoint: proxies.kubernetes.url }), openOptions()),
} satisfies Record<Store, () => Promise<Datastore>>;
type Counts = Readonly<Record<string, number>>;

/** What a command asks for, how often. */
async function requestsOf(store: Store, command: (here: World) => Promise<unknown>): Promise<Counts> {
  const before = proxies[store].requests.length;
  const files = { 'many.yaml': sets(store, '10.0.0.0/8'), 'changed.yaml': sets(store, '11.0.0.0/8') };
  const here = world({ files, datastore: STORES[store] });
  await command(here);
  await (await here.context.datastore()).close();
  const counts: Record<string, number> = {};
  for (const line of proxies[store].requests.slice(before)) {
    const what = line
      .replace(/\?.*/, '')
      .replace('/apis/crd.projectcalico.org/v1/', '')
      .replace(/(?<=globalnetworksets\/).*/, 'NAME');
    counts[what] = (counts[what] ?? 0) + 1;
  }
  return counts;
}

const VIEW = { export: false, selector: undefined, sortBy: undefined };
const PAGES = Math.ceil(MANY.kubernetes / 500);
const TRANSACTIONS = Math.ceil(MANY.etcd / 128);
const READ = 'POST /v3/kv/range';
const WRITE = 'POST /v3/kv/txn';
const VERSION = { 'GET clusterinformations/default': 1 };
/** The version check, and whether the datastore holds what every datastore must. */
const START = { ...VERSION, 'GET tiers': 1 };

/** In order: each finds what the one before left. */
const COMMANDS: readonly (readonly [string, (here: World) => Promise<unknown>, Readonly<Record<Store, Counts>>])[] = [
  [
    'the first apply of all',
    (here) => apply(here.context, fromFile('many.yaml')),
    {
      // ClusterInformation and three tiers are made, too.
      etcd: { [READ]: 2, [WRITE]: 4 + TRANSACTIONS },
      kubernetes: {
        ...START,
        'POST clusterinformations': 1,
        'POST tiers': 3,
        'GET globalnetworksets': 1,
        'POST globalnetworksets': MANY.kubernetes,
      },
    },
  ],
  [
    'get of one',
    (here) => get(here.context, { ...named('globalnetworkset', [nameOf(1)]), ...VIEW }),
    { etcd: { [READ]: 2 }, kubernetes: { ...VERSION, 'GET globalnetworksets/NAME': 1 } },
  ],
  [
    'get of 300 by name',
    (here) =>
      get(here.context, {
        ...named(
          'globalnetworkset',
          Array.from({ length: 300 }, (_, index) => nameOf(index)),
        ),
        ...VIEW,
      }),
    { etcd: { [READ]: 1, [WRITE]: 3 }, kubernetes: { ...VERSION, 'GET globalnetworksets/NAME': 300 } },
  ],
  [
    'list',
    (here) => get(here.context, { ...named('globalnetworkset'), ...VIEW }),
    { etcd: { [READ]: 2 }, kubernetes: { ...VERSION, 'GET globalnetworksets': PAGES } },
  ],
  [
    'apply of what is there already',
    (here) => apply(here.context, fromFile('many.yaml')),
    { etcd: { [READ]: 2, [WRITE]: TRANSACTIONS }, kubernetes: { ...START, 'GET globalnetworksets': PAGES } },
  ],
  [
    'apply of changes',
    (here) => apply(here.context, fromFile('changed.yaml')),
    {
      etcd: { [READ]: 2, [WRITE]: 2 * TRANSACTIONS },
      kubernetes: { ...START, 'GET globalnetworksets': PAGES, 'PUT globalnetworksets/NAME': MANY.kubernetes },
    },
  ],
  [
    'replace with changes',
    (here) => replace(here.context, fromFile('many.yaml')),
    {
      etcd: { [READ]: 2, [WRITE]: 2 * TRANSACTIONS },
      kubernetes: { ...START, 'GET globalnetworksets': PAGES, 'PUT globalnetworksets/NAME': MANY.kubernetes },
    },
  ],
  [
    'create of what is there already',
    (here) => create(here.context, { ...fromFile('many.yaml'), skipExists: true }),
    { etcd: { [READ]: 2, [WRITE]: TRANSACTIONS }, kubernetes: { ...START, 'POST globalnetworksets': MANY.kubernetes } },
  ],
  [
    'delete',
    (here) => remove(here.context, { ...fromFile('many.yaml'), skipNotExists: false }),
    {
      etcd: { [READ]: 1, [WRITE]: TRANSACTIONS },
      kubernetes: {
        ...VERSION,
        'GET globalnetworksets': PAGES,
        'DELETE globalnetworksets/NAME': MANY.kubernetes,
      },
    },
  ],
];

describe.each(['etcd', 'kubernetes'] as const)('%s: requests of', (store) => {
  it.each(COMMANDS)('%s', async (_, command, expected) => {
    expect(await requestsOf(store, command)).toEqual(expected[store]);
  });
});
