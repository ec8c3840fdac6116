import { describe, expect, it } from 'vitest';
import type { Datastore } from '../../src/datastore/datastore.ts';
import { AlreadyExists, Conflict, ServerError } from '../../src/datastore/errors.ts';
import type { Resource } from '../../src/kinds/resource.ts';
import { initialise } from '../../src/operations/initialise.ts';
import { Session } from '../../src/operations/session.ts';
import { object } from '../conformance/objects.ts';
import { aString, matching } from '../doubles/matchers.ts';
import { altered, failure, folderStore, world } from '../doubles/world.ts';

async function initialised(store: Datastore, dryRun = false): Promise<readonly unknown[]> {
  const session = await Session.open(world({ datastore: async () => store }).context, { dryRun });
  await initialise(session);
  return contents(store);
}

/** The kinds that initialising is about, without what is random. */
async function contents(store: Datastore): Promise<readonly unknown[]> {
  const objects = await Promise.all(
    ['ClusterInformation', 'Tier'].map(async (kind) => (await store.list({ kind })).items),
  );
  return objects
    .flat()
    .map(({ kind, metadata, spec, status }) => [
      `${kind} ${metadata.name}`,
      Object.fromEntries(
        Object.entries(spec).map(([key, value]) => [
          key,
          typeof value === 'string' && /^[0-9a-f]{32}$/.test(value) ? 'a guid' : value,
        ]),
      ),
      ...(status === undefined ? [] : [status]),
    ]);
}

const TIERS = [
  ['Tier default', { order: 1_000_000, defaultAction: 'Deny' }, {}],
  ['Tier kube-admin', { order: 1000, defaultAction: 'Pass' }, {}],
  ['Tier kube-baseline', { order: 10_000_000, defaultAction: 'Pass' }, {}],
];

describe('initialise()', () => {
  it('of an empty store makes a cluster identity and the tiers', async () => {
    expect(await initialised(await folderStore())).toEqual([
      ['ClusterInformation default', { clusterGUID: 'a guid', datastoreReady: true }],
      ...TIERS,
    ]);
  });

  it('gives what it makes a uid and the time', async () => {
    const store = await folderStore();
    await initialised(store);
    const { metadata } = await store.get({ kind: 'ClusterInformation', name: 'default' });
    expect(metadata).toEqual({
      name: 'default',
      uid: matching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
      creationTimestamp: '2024-02-29T23:59:58Z',
      resourceVersion: aString,
    });
  });

  it('twice writes nothing the second time', async () => {
    const store = await folderStore();
    await initialised(store);
    const forbidden = (): never => {
      throw new Error('nothing is to be written');
    };
    const sealed = altered(store, { create: forbidden, update: forbidden });
    expect(await initialised(sealed)).toEqual(await contents(store));
  });

  it('keeps what is there', async () => {
    const store = await folderStore();
    await store.create(object('ClusterInformation', 'default', { calicoVersion: 'v3.30.0', datastoreReady: false }));
    await store.create(object('Tier', 'kube-admin', { order: 5, defaultAction: 'Deny' }));
    const [defaultTier, , baseline] = TIERS;
    expect(await initialised(store)).toEqual([
      ['ClusterInformation default', { clusterGUID: 'a guid', calicoVersion: 'v3.30.0', datastoreReady: false }],
      defaultTier,
      ['Tier kube-admin', { order: 5, defaultAction: 'Deny' }, {}],
      baseline,
    ]);
  });

  it.each([
    [undefined, 'kdd'],
    ['typha', 'typha,kdd'],
    ['typha,kdd', 'typha,kdd'],
  ])('in Kubernetes makes of cluster type %j %j', async (before, after) => {
    const store = await folderStore();
    const spec = before === undefined ? {} : { clusterType: before };
    await store.create(object('ClusterInformation', 'default', { clusterGUID: 'g', datastoreReady: true, ...spec }));
    await initialised(altered(store, { type: 'kubernetes' }));
    const { spec: stored } = await store.get({ kind: 'ClusterInformation', name: 'default' });
    expect(stored).toEqual({ clusterGUID: 'g', clusterType: after, datastoreReady: true });
  });

  it('makes nothing in a dry run', async () => {
    expect(await initialised(await folderStore(), true)).toEqual([]);
  });

  it('does not mind that somebody else creates the same meanwhile', async () => {
    const store = await folderStore();
    const create = async (resource: Resource): Promise<Resource> => {
      await store.create(resource);
      throw new AlreadyExists({ kind: resource.kind, name: resource.metadata.name ?? '' });
    };
    expect(await initialised(altered(store, { create }))).toHaveLength(4);
  });

  it('does not mind that somebody else completes ClusterInformation meanwhile', async () => {
    const store = await folderStore();
    await store.create(object('ClusterInformation', 'default', {}));
    const update = () => Promise.reject(new Conflict({ kind: 'ClusterInformation', name: 'default' }));
    expect(await initialised(altered(store, { update }))).toEqual([['ClusterInformation default', {}], ...TIERS]);
  });

  it('tries everything before it fails', async () => {
    const store = await folderStore();
    const create = (resource: Resource): Promise<Resource> =>
      resource.kind === 'ClusterInformation' ? Promise.reject(new ServerError('full')) : store.create(resource);
    const error = await failure(initialised(altered(store, { create })));
    expect([error.message, await contents(store)]).toEqual(['full', TIERS]);
  });
});
