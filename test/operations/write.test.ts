import { describe, expect, it, vi } from 'vitest';
import type { Datastore } from '../../src/datastore/datastore.ts';
import { Conflict, NotFound, Unsupported } from '../../src/datastore/errors.ts';
import { requireKind } from '../../src/kinds/index.ts';
import type { Resource } from '../../src/kinds/resource.ts';
import { ResourceClient } from '../../src/operations/resource-client.ts';
import { apply } from '../../src/operations/crud.ts';
import { Session } from '../../src/operations/session.ts';
import { applyOne, createOne, replaceOne } from '../../src/operations/write.ts';
import type { Written } from '../../src/operations/write.ts';
import { changed, peer, revisionOf, without } from '../conformance/objects.ts';
import { aString, matching } from '../doubles/matchers.ts';
import { altered, failure, folderStore, world } from '../doubles/world.ts';
import { documents, fromFile, peerText } from './manifests.ts';

async function clientOf(store: Datastore): Promise<ResourceClient> {
  return new ResourceClient(await Session.open(world({ datastore: async () => store }).context));
}

/** A store that another writer changes before every one of the first updates. */
function contested(store: Datastore, times: number): { readonly store: Datastore; readonly updates: () => number } {
  let updates = 0;
  const update: Datastore['update'] = async (resource, options) => {
    if (updates++ < times) {
      const { kind, metadata } = resource;
      const stored = await store.get({ kind, name: metadata.name ?? '' });
      await store.update(changed(stored, { spec: { maxRestartTime: `${updates}s` } }));
    }
    return store.update(resource, options);
  };
  return { store: altered(store, { update }), updates: () => updates };
}

const manifest = without(without(peer('p', { asNumber: 64999 }), 'uid'), 'creationTimestamp');

/** What came of it, and for how long it would have waited: whoever waits goes on at once. */
async function withoutWaiting(
  run: (client: ResourceClient) => Promise<Written>,
  store: Datastore,
): Promise<{ outcome: unknown; waited: readonly number[] }> {
  const waited: number[] = [];
  const client = await clientOf(store);
  vi.spyOn(client, 'sleep').mockImplementation(async (milliseconds) => void waited.push(milliseconds));
  try {
    const { change, resource } = await run(client);
    return { outcome: [change, resource.spec], waited };
  } catch (error) {
    return { outcome: error instanceof Error ? `${error.name}: ${error.message}` : error, waited };
  }
}

describe('replaceOne() without a resourceVersion', () => {
  it('reads again after a conflict, a second later', async () => {
    const store = await folderStore();
    await store.create(peer('p'));
    const { store: busy, updates } = contested(store, 2);
    const { outcome, waited } = await withoutWaiting((client) => replaceOne(client, manifest), busy);
    expect(outcome).toEqual(['configured', manifest.spec]);
    expect([waited, updates()]).toEqual([[1000, 1000], 3]);
  });

  it('gives up after five conflicts and leaves what the others wrote', async () => {
    const store = await folderStore();
    await store.create(peer('p'));
    const { store: busy, updates } = contested(store, 10);
    const { outcome, waited } = await withoutWaiting((client) => replaceOne(client, manifest), busy);
    expect(outcome).toBe('Conflict: update conflict: BGPPeer(p)');
    expect([waited, updates()]).toEqual([[1000, 1000, 1000, 1000], 5]);
    expect((await store.get({ kind: 'BGPPeer', name: 'p' })).spec).toMatchObject({ maxRestartTime: '5s' });
  });

  it('takes labels and annotations from the input and everything else of the metadata from the store', async () => {
    const store = await folderStore();
    const stored = await store.create(peer('p', {}, { labels: { old: 'x' }, annotations: { note: 'x' } }));
    const client = await clientOf(store);
    const { resource } = await replaceOne(client, { ...manifest, metadata: { name: 'p', labels: { fresh: 'y' } } });
    const { uid, creationTimestamp } = stored.metadata;
    expect(resource.metadata).toEqual({
      name: 'p',
      uid,
      creationTimestamp,
      labels: { fresh: 'y' },
      resourceVersion: aString,
    });
  });

  it('of what is not there fails', async () => {
    const client = await clientOf(await folderStore());
    expect(await failure(replaceOne(client, manifest))).toEqual(new NotFound({ kind: 'BGPPeer', name: 'p' }));
  });
});

describe('replaceOne() with a resourceVersion', () => {
  it('writes when it is the stored one', async () => {
    const store = await folderStore();
    const stored = await store.create(peer('p'));
    const client = await clientOf(store);
    const { change } = await replaceOne(client, changed(stored, { spec: { asNumber: 64513 } }));
    expect(change).toBe('configured');
  });

  it('does not even try when it is another one', async () => {
    const store = await folderStore();
    const stored = await store.create(peer('p'));
    await store.update(changed(stored, { spec: { asNumber: 64513 } }));
    const client = await clientOf(altered(store, { update: () => Promise.reject(new Error('not to be called')) }));
    expect(await failure(replaceOne(client, stored))).toEqual(new Conflict({ kind: 'BGPPeer', name: 'p' }));
  });

  it('does not try again after a conflict', async () => {
    const store = await folderStore();
    const stored = await store.create(peer('p'));
    const { store: busy, updates } = contested(store, 1);
    const { outcome, waited } = await withoutWaiting((client) => replaceOne(client, stored), busy);
    expect([outcome, waited, updates()]).toEqual(['Conflict: update conflict: BGPPeer(p)', [], 1]);
  });
});

describe('replaceOne()', () => {
  it('of the same content says that nothing changed', async () => {
    const store = await folderStore();
    const stored = await store.create(peer('p', {}, { labels: { a: '1', b: '2' } }));
    const client = await clientOf(store);
    const same = { ...stored, metadata: { name: 'p', labels: { b: '2', a: '1' } } };
    expect((await replaceOne(client, same)).change).toBe('unchanged');
  });
});

describe('applyOne()', () => {
  it('creates what is not there, without the resourceVersion of the input', async () => {
    const client = await clientOf(await folderStore());
    const given = { ...manifest, metadata: { name: 'p', resourceVersion: '77' } };
    const { change, resource } = await applyOne(client, requireKind('BGPPeer'), given);
    expect([change, revisionOf(resource) === '77']).toEqual(['created', false]);
  });

  it('compares the resourceVersion of the input when the object is there', async () => {
    const store = await folderStore();
    const stored = await store.create(peer('p'));
    await store.update(changed(stored, { spec: { asNumber: 64513 } }));
    const client = await clientOf(store);
    expect(await failure(applyOne(client, requireKind('BGPPeer'), stored))).toEqual(
      new Conflict({ kind: 'BGPPeer', name: 'p' }),
    );
  });

  it('replaces where creating is not supported', async () => {
    const store = await folderStore();
    await store.create(peer('p'));
    const create = (): Promise<Resource> => Promise.reject(new Unsupported('Create', 'BGPPeer(p)'));
    const client = await clientOf(altered(store, { create }));
    expect((await applyOne(client, requireKind('BGPPeer'), manifest)).change).toBe('configured');
  });

  it('refuses what is only read', async () => {
    const client = await clientOf(await folderStore());
    const information = { ...manifest, kind: 'ClusterInformation' };
    expect((await failure(applyOne(client, requireKind('ClusterInformation'), information))).message).toBe(
      'operation apply is not supported on ClusterInformation: resource is readonly',
    );
  });
});

describe('createOne()', () => {
  it('sends name, labels and annotations only', async () => {
    const store = await folderStore();
    const client = await clientOf(store);
    const { resource } = await createOne(client, {
      ...manifest,
      metadata: {
        name: 'p',
        uid: 'mine',
        generation: 9,
        creationTimestamp: '2001-01-01T00:00:00Z',
        finalizers: ['x'],
        labels: { a: 'b' },
        annotations: { c: 'd' },
      },
    });
    expect(resource.metadata).toEqual({
      name: 'p',
      uid: matching(/^[0-9a-f-]{36}$/),
      creationTimestamp: '2024-02-29T23:59:58Z',
      labels: { a: 'b' },
      annotations: { c: 'd' },
      resourceVersion: aString,
    });
  });
});

describe('apply and replace of many objects to Kubernetes', () => {
  const names = Array.from({ length: 60 }, (_, index) => `p-${index}`);
  const files = { 'many.yaml': documents(...names.map((name) => peerText(name))) };

  it.each([
    ['at once', 0, ['unchanged', 'unchanged']],
    ['much later', 60_000, ['configured', 'created']],
  ])('says what became of objects that others change after they were listed, %s', async (_, later, told) => {
    const folder = await folderStore();
    await apply(world({ files, datastore: async () => folder }).context, fromFile('many.yaml'));
    let time = 0;
    const reads: string[] = [];
    const store = altered(folder, {
      type: 'kubernetes',
      get(ref, ...given) {
        reads.push(ref.name);
        return folder.get(ref, ...given);
      },
      async survey() {
        const { items } = await folder.list({ kind: 'BGPPeer' });
        const edited = await folder.get({ kind: 'BGPPeer', name: 'p-7' });
        await folder.update(changed(edited, { spec: { ...edited.spec, asNumber: 1 } }));
        await folder.delete({ kind: 'BGPPeer', name: 'p-8' });
        time = later;
        return items;
      },
    });
    const here = world({ files, now: () => new Date(time), datastore: async () => store });
    const { outcomes } = await apply(here.context, fromFile('many.yaml'));
    const changes = outcomes.map((outcome) => (outcome.error === undefined ? outcome.change : outcome.error.message));
    expect(changes.slice(7, 9)).toEqual(told);
    expect(new Set([...changes.slice(0, 7), ...changes.slice(9)])).toEqual(new Set(['unchanged']));
    expect(reads.filter((name) => names.includes(name)).length > 0).toBe(later > 0);
  });
});
