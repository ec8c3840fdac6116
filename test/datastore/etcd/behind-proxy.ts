/** A store that reaches its etcd through a proxy which can lose answers. */
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import type { Datastore } from '../../../src/datastore/datastore.ts';
import { open } from '../../../src/datastore/etcd/driver.ts';
import type { EtcdServer } from '../../servers/etcd.ts';
import { startEtcd } from '../../servers/etcd.ts';
import type { Proxy } from './proxy.ts';
import { startProxy } from './proxy.ts';
import { openOptions, settings, settingsFor } from './support.ts';

interface BehindProxy {
  readonly etcd: EtcdServer;
  /** reaches etcd past the proxy */
  readonly witness: Datastore;
  readonly proxy: Proxy;
  /** has spoken with its server already */
  readonly store: Datastore;
}

/** Registers the hooks of a suite. `give` is told before each test what it has: all but the server and its witness is new. */
export function behindProxy(jsonGateway: boolean, give: (parts: BehindProxy) => void): void {
  let etcd: EtcdServer;
  let witness: Datastore;
  let proxy: Proxy;
  let store: Datastore;
  beforeAll(async () => {
    etcd = await startEtcd({ version: '3.6', jsonGateway });
    witness = await open(settingsFor(etcd.environment), openOptions());
  });
  afterAll(async () => {
    await witness.close();
    await etcd.stop();
  });
  beforeEach(async () => {
    await etcd.wipe();
    proxy = await startProxy(etcd.port);
    store = await open(settings({ etcdEndpoints: proxy.url }), openOptions());
    await store.list({ kind: 'BGPPeer' });
    give({ etcd, witness, proxy, store });
  });
  afterEach(async () => {
    await store.close();
    await proxy.close();
  });
}
