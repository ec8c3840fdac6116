/** Batches on a real etcd: its limits, its rights, and a network that loses answers. */
import { describe, expect, it, onTestFinished } from 'vitest';
import type { BatchOutcome, BatchRequest, Datastore } from '../../../src/datastore/datastore.ts';
import { AlreadyExists } from '../../../src/datastore/errors.ts';
import { open } from '../../../src/datastore/etcd/driver.ts';
import { changed, peer } from '../../conformance/objects.ts';
import type { EtcdOptions, EtcdServer } from '../../servers/etcd.ts';
import { startEtcd } from '../../servers/etcd.ts';
import { PASSWORD } from './attempt.ts';
import type { Proxy } from './proxy.ts';
import { behindProxy } from './behind-proxy.ts';
import { openOptions, settings, settingsFor } from './support.ts';

const nameOf = (index: number): string => `p-${String(index).padStart(3, '0')}`;
const refOf = (name: string) => ({ kind: 'BGPPeer', name });
const creations = (count: number, note = ''): BatchRequest[] =>
  Array.from({ length: count }, (_, index) => ({
    type: 'create',
    resource: peer(nameOf(index), {}, note === '' ? {} : { annotations: { note } }),
  }));

async function batch(store: Datastore, requests: readonly BatchRequest[]): Promise<readonly BatchOutcome[]> {
  const outcomes = await store.batch?.(requests);
  if (outcomes === undefined) throw new Error('the driver has no batches');
  return outcomes;
}

const listed = async (store: Datastore) => (await store.list({ kind: 'BGPPeer' })).items;
/** What a batch that worked gives when the store holds just that. */
const all = (resources: Awaited<ReturnType<typeof listed>>) => resources.map((resource) => ({ resource }));

/** A store on an etcd of its own. */
async function started(options: EtcdOptions): Promise<{ readonly store: Datastore; readonly etcd: EtcdServer }> {
  const etcd = await startEtcd({ version: '3.6', ...options });
  const store = await open(settingsFor(etcd.environment), openOptions());
  onTestFinished(async () => {
    await store.close();
    await etcd.stop();
  });
  return { store, etcd };
}

describe.each([true, false])('an etcd, JSON gateway: %s,', (jsonGateway) => {
  it('that allows few operations in a transaction gets smaller ones', async () => {
    const { store } = await started({ jsonGateway, limits: { 'max-txn-ops': 10 } });
    const outcomes = await batch(store, creations(100));
    expect(outcomes).toEqual(all(await listed(store)));
    expect(outcomes).toHaveLength(100);
  });

  it('that allows small requests gets smaller ones, and refuses the one object that is too large by itself', async () => {
    const { store } = await started({ jsonGateway, limits: { 'max-request-bytes': 20_000 } });
    const large = peer('large', {}, { annotations: { note: 'x'.repeat(30_000) } });
    const requests: BatchRequest[] = [...creations(50, 'y'.repeat(1000)), { type: 'create', resource: large }];
    const outcomes = await batch(store, requests);
    expect(outcomes.slice(0, 50)).toEqual(all(await listed(store)));
    expect(outcomes[50]?.error?.message).toBe('etcdserver: request is too large');
  });

  it('gets objects that are large together in several requests', async () => {
    const { store } = await started({ jsonGateway });
    const outcomes = await batch(store, creations(40, 'z'.repeat(100_000)));
    expect(outcomes).toEqual(all(await listed(store)));
    expect(outcomes).toHaveLength(40);
  });

  it('that lets a user write some of the keys stores those', async () => {
    const { etcd } = await started({ jsonGateway, auth: { user: 'calico', password: PASSWORD } });
    await etcd.etcdctl(['user', 'add', `weak:${PASSWORD}`]);
    await etcd.etcdctl(['role', 'add', 'some']);
    const prefix = '/calico/resources/v3/projectcalico.org/bgppeers/';
    await etcd.etcdctl(['role', 'grant-permission', 'some', 'readwrite', `${prefix}p-000`, `${prefix}p-002`]);
    await etcd.etcdctl(['user', 'grant-role', 'weak', 'some']);
    const store = await open(
      settings({ etcdEndpoints: etcd.endpoints, etcdUsername: 'weak', etcdPassword: PASSWORD }),
      openOptions(),
    );
    onTestFinished(() => store.close());
    const outcomes = await batch(store, creations(4));
    expect(outcomes.map(({ error }) => error?.message)).toEqual([
      undefined,
      undefined,
      'etcdserver: permission denied',
      'etcdserver: permission denied',
    ]);
  });
});

describe.each([true, false])('when answers are lost, JSON gateway: %s,', (jsonGateway) => {
  let etcd: EtcdServer;
  let witness: Datastore;
  let proxy: Proxy;
  let store: Datastore;

  behindProxy(jsonGateway, (parts) => ({ etcd, witness, proxy, store } = parts));

  const lost = () =>
    `the connection to etcd at ${proxy.url} was lost before it answered (phase: response; setting: ETCD_ENDPOINTS)`;

  it('a batch finds what it stored, written once', async () => {
    proxy.loseNextAnswer();
    const outcomes = await batch(store, creations(50));
    expect(outcomes).toEqual(all(await listed(witness)));
    expect(outcomes).toHaveLength(50);
    expect(await etcd.etcdctl(['get', '/calico/', '--prefix', '-w', 'fields'])).not.toMatch(/"Version" : [2-9]/);
  });

  it('a batch whose request was lost is sent again', async () => {
    proxy.loseNextRequest();
    const outcomes = await batch(store, creations(50));
    expect(outcomes).toEqual(all(await listed(witness)));
    expect(outcomes).toHaveLength(50);
  });

  it('each object is told by itself what became of it', async () => {
    const [taken, old] = [await witness.create(peer('taken')), await witness.create(peer('old'))];
    await witness.create(peer('x'));
    proxy.loseNextAnswer();
    const outcomes = await batch(store, [
      { type: 'create', resource: peer('new') },
      { type: 'create', resource: peer('taken', { asNumber: 7 }) },
      { type: 'update', resource: changed(old, { spec: { asNumber: 7 } }) },
      { type: 'delete', ref: refOf('x') },
      { type: 'get', ref: refOf('taken') },
    ]);
    expect([outcomes[0], outcomes[1], outcomes[2], outcomes[4]]).toEqual([
      { resource: await witness.get(refOf('new')) },
      { error: new AlreadyExists(refOf('taken')) },
      { resource: await witness.get(refOf('old')) },
      { resource: taken },
    ]);
    expect(outcomes[3]?.error?.message).toBe(`${lost()}; BGPPeer(x) may or may not have been deleted`);
  });

  it('a batch that cannot be read back says of each object that it does not know', async () => {
    proxy.dieWithNextAnswer();
    const outcomes = await batch(store, creations(3));
    const { host } = new URL(proxy.url);
    const reason = `reading it back failed: cannot reach etcd at ${proxy.url}: dial tcp ${host}: connect: connection refused (phase: connect; setting: ETCD_ENDPOINTS)`;
    expect(outcomes.map(({ error }) => error?.message)).toEqual(
      [0, 1, 2].map((index) => `${lost()}; BGPPeer(${nameOf(index)}) may or may not have been written, and ${reason}`),
    );
    expect(await listed(witness)).toHaveLength(3);
  });

  it('batches from several sides through a failing network write every object once', async () => {
    const failing = async (): Promise<readonly BatchOutcome[]> => {
      const outcomes: BatchOutcome[] = [];
      for (let round = 0; round < 20; round++) {
        if (round % 3 === 0) proxy.loseNextAnswer();
        else if (round % 3 === 1) proxy.loseNextRequest();
        outcomes.push(...(await batch(store, creations(100).slice(round * 5, round * 5 + 5))));
      }
      return outcomes;
    };
    const steady = async (): Promise<readonly BatchOutcome[]> => {
      const outcomes: BatchOutcome[] = [];
      for (let index = 99; index >= 0; index--)
        outcomes.unshift(...(await batch(witness, creations(100).slice(index, index + 1))));
      return outcomes;
    };
    const [ours, theirs] = await Promise.all([failing(), steady()]);
    const stored = await listed(witness);
    expect(stored).toHaveLength(100);
    for (const [index, resource] of stored.entries()) {
      const exists = { error: new AlreadyExists(refOf(nameOf(index))) };
      const won = [ours[index], theirs[index]].filter((outcome) => outcome?.error === undefined);
      // Both write the same: whoever lost an answer and finds it stored cannot tell whose it is.
      expect(won.length).toBeGreaterThan(0);
      for (const outcome of [ours[index], theirs[index]]) expect([{ resource }, exists]).toContainEqual(outcome);
    }
    expect(await etcd.etcdctl(['get', '/calico/', '--prefix', '-w', 'fields'])).not.toMatch(/"Version" : [2-9]/);
  });
});
