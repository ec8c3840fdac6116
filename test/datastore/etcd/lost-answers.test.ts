/** The etcd driver on a network that fails, in front of a real server: no write is done twice or reported wrongly. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { Datastore } from '../../../src/datastore/datastore.ts';
import { Conflict, Unavailable } from '../../../src/datastore/errors.ts';
import { open } from '../../../src/datastore/etcd/driver.ts';
import type { Resource } from '../../../src/kinds/resource.ts';
import { API_VERSION } from '../../../src/kinds/resource.ts';
import type { EtcdServer } from '../../servers/etcd.ts';
import type { Proxy } from './proxy.ts';
import { behindProxy } from './behind-proxy.ts';
import { openOptions, settings } from './support.ts';

const REF = { kind: 'BGPPeer', name: 'a' };

function peer(asNumber: number): Resource {
  const metadata = {
    name: 'a',
    uid: '0d4b5c1e-8f52-4c57-9d0f-3a1f6f0f2b11',
    creationTimestamp: '2026-08-22T10:15:30Z',
  };
  return { kind: 'BGPPeer', apiVersion: API_VERSION, metadata, spec: { peerIP: '192.0.2.1', asNumber } };
}

describe.each([true, false])('when answers are lost, JSON gateway: %s', (jsonGateway) => {
  let etcd: EtcdServer;
  let witness: Datastore;
  let proxy: Proxy;
  let store: Datastore;
  /** connections that were made before the test */
  let connected: number;

  behindProxy(jsonGateway, (parts) => ({ etcd, witness, proxy, store } = parts));
  beforeEach(() => {
    connected = proxy.connections;
  });

  /** How often the key was written since it was made. */
  const writes = async (): Promise<string> => {
    const key = '/calico/resources/v3/projectcalico.org/bgppeers/a';
    return /"version":(\d+)/.exec(await etcd.etcdctl(['get', key, '-w', 'json']))?.[1] ?? 'none';
  };

  it('a create finds its object stored, and succeeds', async () => {
    proxy.loseNextAnswer();
    const created = await store.create(peer(1));
    expect(created).toEqual(await witness.get(REF));
    expect([await writes(), proxy.connections - connected]).toEqual(['1', 1]);
  });

  it('a create whose request was lost is sent again', async () => {
    proxy.loseNextRequest();
    const created = await store.create(peer(1));
    expect(created).toEqual(await witness.get(REF));
    expect([await writes(), proxy.connections - connected]).toEqual(['1', 1]);
  });

  it('an update finds its object stored, and succeeds with the revision it made', async () => {
    const created = await store.create(peer(1));
    proxy.loseNextAnswer();
    const updated = await store.update({ ...created, spec: { ...created.spec, asNumber: 2 } });
    expect(updated).toEqual(await witness.get(REF));
    expect([await writes(), proxy.connections - connected]).toEqual(['2', 1]);
  });

  it('a delete with a revision finds the object gone, and gives what was there', async () => {
    const created = await store.create(peer(1));
    proxy.loseNextAnswer();
    const { resourceVersion: revision = '' } = created.metadata;
    expect(await store.delete(REF, { revision })).toEqual(created);
    expect((await witness.list({ kind: 'BGPPeer' })).items).toEqual([]);
  });

  it('a delete without a revision says that it does not know', async () => {
    await store.create(peer(1));
    proxy.loseNextAnswer();
    const failure = store.delete(REF);
    await expect(failure).rejects.toBeInstanceOf(Unavailable);
    await expect(failure).rejects.toThrow(
      `the connection to etcd at ${proxy.url} was lost before it answered (phase: response; setting: ETCD_ENDPOINTS); BGPPeer(a) may or may not have been deleted`,
    );
  });

  it('a create that cannot be read back says that it does not know, and why', async () => {
    proxy.dieWithNextAnswer();
    const failure = store.create(peer(1));
    const { host } = new URL(proxy.url);
    await expect(failure).rejects.toBeInstanceOf(Unavailable);
    await expect(failure).rejects.toThrow(
      `the connection to etcd at ${proxy.url} was lost before it answered (phase: response; setting: ETCD_ENDPOINTS); BGPPeer(a) may or may not have been written, and reading it back failed: cannot reach etcd at ${proxy.url}: dial tcp ${host}: connect: connection refused (phase: connect; setting: ETCD_ENDPOINTS)`,
    );
    expect(await writes()).toBe('1');
  });

  it('a read is sent again', async () => {
    const created = await store.create(peer(1));
    proxy.loseNextAnswer();
    expect(await store.get(REF)).toEqual(created);
    expect(proxy.connections - connected).toBe(1);
  });

  it('a write whose time is up says that it does not know', async () => {
    const slow = await open(settings({ etcdEndpoints: proxy.url }), openOptions({ requestTimeout: 2000 }));
    try {
      await slow.list({ kind: 'BGPPeer' });
      proxy.freeze();
      const failure = slow.create(peer(1));
      await expect(failure).rejects.toBeInstanceOf(Unavailable);
      await expect(failure).rejects.toThrow(
        `context deadline exceeded: etcd at ${proxy.url} did not answer within 2 s (phase: response; setting: ETCD_ENDPOINTS); BGPPeer(a) may or may not have been written`,
      );
    } finally {
      await slow.close();
    }
  });

  it('a write without a limit of time ends with the reason of the signal', async () => {
    const controller = new AbortController();
    const options = openOptions({ requestTimeout: 0, signal: controller.signal });
    const patient = await open(settings({ etcdEndpoints: proxy.url }), options);
    await patient.list({ kind: 'BGPPeer' });
    proxy.freeze();
    const waiting = Promise.allSettled([patient.create(peer(1)), patient.get(REF)]);
    await proxy.swallowed();
    const reason = new Error('cancelled by the test');
    controller.abort(reason);
    expect(await waiting).toEqual([
      { status: 'rejected', reason },
      { status: 'rejected', reason },
    ]);
    await patient.close();
  });

  it('increments from several sides through a failing network lose nothing and count nothing twice', async () => {
    await witness.create({ ...peer(1), metadata: { ...peer(1).metadata, annotations: { count: '0' } } });
    const increment = async (through: Datastore, by: string): Promise<void> => {
      for (;;) {
        const read = await through.get(REF);
        const count = String(Number(read.metadata.annotations?.['count']) + 1);
        const annotations = { ...read.metadata.annotations, count, by };
        try {
          await through.update({ ...read, metadata: { ...read.metadata, annotations } });
          return;
        } catch (error) {
          if (!(error instanceof Conflict)) throw error;
        }
      }
    };
    const failing = async () => {
      for (let round = 0; round < 30; round++) {
        if (round % 3 === 0) proxy.loseNextAnswer();
        else if (round % 3 === 1) proxy.loseNextRequest();
        await increment(store, 'failing');
      }
    };
    const steady = async () => {
      for (let round = 0; round < 30; round++) await increment(witness, 'steady');
    };
    await Promise.all([failing(), steady()]);
    expect((await witness.get(REF)).metadata.annotations?.['count']).toBe('60');
    expect(await writes()).toBe('61');
  });
});
