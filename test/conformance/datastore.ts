/**
 * The contract of `src/datastore/datastore.ts` as tests. A driver's test file calls {@link describeDatastore} with a way to open a clean
 * store; nothing here knows which driver it is.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Datastore } from '../../src/datastore/datastore.ts';
import { AlreadyExists, Conflict, NotFound } from '../../src/datastore/errors.ts';
import type { Ref } from '../../src/kinds/resource.ts';
import { describeBatches } from './batches.ts';
import { describeConcurrency } from './concurrency.ts';
import { describeLists } from './lists.ts';
import { changed, peer, pool, revisionOf, without } from './objects.ts';
import { describeRoundTrips } from './round-trips.ts';

/** A store opened for the suite. */
export interface Opened {
  readonly datastore: Datastore;
  /** removes every object of every kind */
  wipe(): Promise<void>;
  close(): Promise<void>;
  /** makes namespaces that namespaced objects need (Kubernetes) */
  ensureNamespaces?(names: readonly string[]): Promise<void>;
  /** stores, behind the driver's back, something under the name of a BGPPeer that cannot be read as one */
  plantUnreadable?(name: string): Promise<void>;
}

/** Opens the store; the signal is the one of `OpenOptions`. Every call opens the same store. */
export type Open = (signal: AbortSignal) => Promise<Opened>;

/** In what the contract lets drivers differ. */
export interface Traits {
  /** Kubernetes: Node objects are the cluster's own and can be neither created nor deleted */
  readonly nodeIsVirtual?: boolean;
  /** kinds whose objects the store can hold; all when not given. BGPPeer, BGPConfiguration and IPPool are always needed. */
  readonly holds?: (kind: string) => boolean;
  /** a delete with a revision that is not the stored one is refused */
  readonly checksRevisionOnDelete: boolean;
  /** get with a revision reads the object as it was then */
  readonly historicalReads: boolean;
  /** an update that changes nothing leaves the resourceVersion as it was */
  readonly unchangedUpdateKeepsRevision: boolean;
  /** several things can be done in one batch */
  readonly batches?: boolean;
  /** the server gives uid and creationTimestamp of its own */
  readonly serverSetsIdentity?: boolean;
  /** an update of an object that was deleted, and whose name another took, gets NotFound: its uid is gone */
  readonly comparesUid?: boolean;
}

const ABSENT: Ref = { kind: 'BGPPeer', name: 'absent' };

/** Registers the conformance suite under `name`. */
export function describeDatastore(name: string, open: Open, traits: Traits): void {
  describe(`${name} keeps the datastore contract`, () => {
    const controller = new AbortController();
    let opened: Opened | undefined;
    const current = (): Opened => {
      if (opened === undefined) throw new Error('the datastore is not open');
      return opened;
    };
    const store = (): Datastore => current().datastore;

    beforeAll(async () => {
      opened = await open(controller.signal);
    });
    beforeEach(() => current().wipe());
    afterAll(async () => {
      await opened?.wipe();
      await opened?.close();
    });

    describeCreate(store);
    describeUpdate(store, traits);
    describeDelete(store, traits);
    describeGet(store, traits);
    describeLists(current, traits);
    describeRoundTrips(current, traits);
    describeConcurrency(store, open);
    if (traits.batches === true) describeBatches(store, traits);
  });
}

function describeCreate(store: () => Datastore): void {
  describe('create()', () => {
    it('returns the object with the resourceVersion that a later get() shows', async () => {
      const created = await store().create(peer('a'));
      expect(revisionOf(created)).not.toBe('');
      expect(await store().get({ kind: 'BGPPeer', name: 'a' })).toEqual(created);
    });

    it('refuses a name that is taken with AlreadyExists naming the object, and leaves the stored one alone', async () => {
      const first = await store().create(pool('taken', '10.0.0.0/16'));
      const again = store().create(pool('taken', '10.9.0.0/16'));
      await expect(again).rejects.toBeInstanceOf(AlreadyExists);
      await expect(again).rejects.toThrow(/^resource already exists: IPPool\(taken\) with error: /);
      expect(await store().get({ kind: 'IPPool', name: 'taken' })).toEqual(first);
    });

    it('keeps objects of the same name and different kinds apart', async () => {
      const one = await store().create(peer('same'));
      const two = await store().create(pool('same', '10.0.0.0/16'));
      expect(await store().get({ kind: 'BGPPeer', name: 'same' })).toEqual(one);
      expect(await store().get({ kind: 'IPPool', name: 'same' })).toEqual(two);
    });

    it('with dryRun answers what would be stored and stores nothing', async () => {
      const answer = await store().create(peer('dry', { asNumber: 64999 }), { dryRun: true });
      expect(answer.metadata.name).toBe('dry');
      expect(answer.spec).toMatchObject({ peerIP: '192.0.2.1', asNumber: 64999 });
      await expect(store().get({ kind: 'BGPPeer', name: 'dry' })).rejects.toBeInstanceOf(NotFound);
      expect((await store().list({ kind: 'BGPPeer' })).items).toEqual([]);
    });

    it('with dryRun refuses a name that is taken', async () => {
      await store().create(peer('taken'));
      await expect(store().create(peer('taken'), { dryRun: true })).rejects.toBeInstanceOf(AlreadyExists);
    });

    it('works again after the object was deleted', async () => {
      await store().create(peer('phoenix', { asNumber: 1 }));
      await store().delete({ kind: 'BGPPeer', name: 'phoenix' });
      const created = await store().create(peer('phoenix', { asNumber: 2 }));
      expect(created.spec).toMatchObject({ asNumber: 2 });
      expect(await store().get({ kind: 'BGPPeer', name: 'phoenix' })).toEqual(created);
    });
  });
}

function describeUpdate(store: () => Datastore, traits: Traits): void {
  describe('update()', () => {
    it('replaces the object and returns it with the new resourceVersion that a later get() shows', async () => {
      const created = await store().create(peer('a', { node: 'gone' }, { labels: { old: 'x' } }));
      const spec = { peerIP: '192.0.2.1', asNumber: 65000 };
      const updated = await store().update({ ...changed(created, { metadata: { labels: { new: 'y' } } }), spec });
      expect(revisionOf(updated)).not.toBe(revisionOf(created));
      expect(updated.metadata.labels).toEqual({ new: 'y' });
      expect(updated.spec).toMatchObject({ asNumber: 65000 });
      expect(Object.keys(updated.spec)).not.toContain('node');
      expect(await store().get({ kind: 'BGPPeer', name: 'a' })).toEqual(updated);
    });

    it('keeps uid and creationTimestamp', async () => {
      const created = await store().create(peer('a'));
      const updated = await store().update(changed(created, { spec: { asNumber: 65000 } }));
      const { uid, creationTimestamp } = created.metadata;
      expect(updated.metadata).toMatchObject({ uid, creationTimestamp });
    });

    it('removes labels and annotations that are no longer given', async () => {
      const created = await store().create(peer('a', {}, { labels: { a: '1', b: '2' }, annotations: { c: '3' } }));
      const updated = await store().update(
        without(changed(created, { metadata: { labels: { a: '1' } } }), 'annotations'),
      );
      expect(updated.metadata.labels).toEqual({ a: '1' });
      expect(updated.metadata.annotations).toBeUndefined();
      expect(await store().get({ kind: 'BGPPeer', name: 'a' })).toEqual(updated);
    });

    it('refuses a stale resourceVersion with Conflict naming the object, and changes nothing', async () => {
      const created = await store().create(pool('contested', '10.0.0.0/16'));
      const winner = await store().update(changed(created, { spec: { ipipMode: 'Never' } }));
      const loser = store().update(changed(created, { spec: { ipipMode: 'CrossSubnet' } }));
      await expect(loser).rejects.toBeInstanceOf(Conflict);
      await expect(loser).rejects.toThrow('update conflict: IPPool(contested)');
      expect(await store().get({ kind: 'IPPool', name: 'contested' })).toEqual(winner);
    });

    it('refuses an object without resourceVersion, and changes nothing', async () => {
      const created = await store().create(peer('a'));
      const sent = without(changed(created, { spec: { asNumber: 65000 } }), 'resourceVersion');
      await expect(store().update(sent)).rejects.toBeInstanceOf(Error);
      expect(await store().get({ kind: 'BGPPeer', name: 'a' })).toEqual(created);
    });

    it('refuses an object that was deleted with NotFound naming it, and does not bring it back', async () => {
      const created = await store().create(peer('lost'));
      await store().delete({ kind: 'BGPPeer', name: 'lost' });
      const late = store().update(changed(created, { spec: { asNumber: 65000 } }));
      await expect(late).rejects.toBeInstanceOf(NotFound);
      await expect(late).rejects.toThrow(/^resource does not exist: BGPPeer\(lost\) with error: /);
      expect((await store().list({ kind: 'BGPPeer' })).items).toEqual([]);
    });

    it('refuses the resourceVersion of a deleted object after a new one took its name', async () => {
      const first = await store().create(peer('a', { asNumber: 1 }));
      await store().delete({ kind: 'BGPPeer', name: 'a' });
      const second = await store().create(peer('a', { asNumber: 2 }));
      const late = store().update(changed(first, { spec: { asNumber: 3 } }));
      await expect(late).rejects.toBeInstanceOf(traits.comparesUid ? NotFound : Conflict);
      expect(await store().get({ kind: 'BGPPeer', name: 'a' })).toEqual(second);
    });

    it('leaves other objects as they are', async () => {
      const other = await store().create(peer('other'));
      const created = await store().create(peer('a'));
      await store().update(changed(created, { spec: { asNumber: 65000 } }));
      expect(await store().get({ kind: 'BGPPeer', name: 'other' })).toEqual(other);
    });

    it(`${traits.unchangedUpdateKeepsRevision ? 'keeps' : 'renews'} the resourceVersion when nothing changes`, async () => {
      const created = await store().create(peer('a'));
      const updated = await store().update(created);
      expect(revisionOf(updated) === revisionOf(created)).toBe(traits.unchangedUpdateKeepsRevision);
      expect(await store().get({ kind: 'BGPPeer', name: 'a' })).toEqual(updated);
    });

    it('with dryRun answers what would be stored and stores nothing', async () => {
      const created = await store().create(peer('a'));
      const answer = await store().update(changed(created, { spec: { asNumber: 65000 } }), { dryRun: true });
      expect(answer.spec).toMatchObject({ asNumber: 65000 });
      expect(await store().get({ kind: 'BGPPeer', name: 'a' })).toEqual(created);
    });

    it('with dryRun refuses a stale resourceVersion and a missing object', async () => {
      const created = await store().create(peer('a'));
      await store().update(changed(created, { spec: { asNumber: 65000 } }));
      const sent = changed(created, { spec: { asNumber: 65001 } });
      await expect(store().update(sent, { dryRun: true })).rejects.toBeInstanceOf(Conflict);
      await store().delete({ kind: 'BGPPeer', name: 'a' });
      await expect(store().update(sent, { dryRun: true })).rejects.toBeInstanceOf(NotFound);
    });
  });
}

function describeDelete(store: () => Datastore, traits: Traits): void {
  describe('delete()', () => {
    it('removes the object and returns what was there', async () => {
      const created = await store().create(peer('a', {}, { labels: { kept: 'yes' } }));
      const other = await store().create(peer('a-b'));
      const deleted = await store().delete({ kind: 'BGPPeer', name: 'a' });
      expect({ ...deleted, metadata: { ...deleted.metadata, resourceVersion: '' } }).toEqual({
        ...created,
        metadata: { ...created.metadata, resourceVersion: '' },
      });
      await expect(store().get({ kind: 'BGPPeer', name: 'a' })).rejects.toBeInstanceOf(NotFound);
      expect((await store().list({ kind: 'BGPPeer' })).items).toEqual([other]);
    });

    it('of a missing object throws NotFound naming it', async () => {
      const missing = store().delete(ABSENT);
      await expect(missing).rejects.toBeInstanceOf(NotFound);
      await expect(missing).rejects.toThrow(/^resource does not exist: BGPPeer\(absent\) with error: /);
    });

    it('of an object that was just deleted throws NotFound', async () => {
      await store().create(peer('a'));
      await store().delete({ kind: 'BGPPeer', name: 'a' });
      await expect(store().delete({ kind: 'BGPPeer', name: 'a' })).rejects.toBeInstanceOf(NotFound);
    });

    it('with the stored revision removes the object', async () => {
      const created = await store().create(peer('a'));
      await store().delete({ kind: 'BGPPeer', name: 'a' }, { revision: revisionOf(created) });
      await expect(store().get({ kind: 'BGPPeer', name: 'a' })).rejects.toBeInstanceOf(NotFound);
    });

    it(`with a stale revision ${traits.checksRevisionOnDelete ? 'throws Conflict and' : 'all the same'} removes ${traits.checksRevisionOnDelete ? 'nothing' : 'the object'}`, async () => {
      const created = await store().create(pool('contested', '10.0.0.0/16'));
      const updated = await store().update(changed(created, { spec: { ipipMode: 'Never' } }));
      const stale = store().delete({ kind: 'IPPool', name: 'contested' }, { revision: revisionOf(created) });
      const answer = await stale.catch((error: unknown) => error);
      const left = (await store().list({ kind: 'IPPool' })).items;
      const refused = new Conflict({ kind: 'IPPool', name: 'contested' });
      expect([answer instanceof Error ? answer : 'deleted', left]).toEqual(
        traits.checksRevisionOnDelete ? [refused, [updated]] : ['deleted', []],
      );
    });

    it('with a revision, of a missing object, throws NotFound', async () => {
      const created = await store().create(peer('a'));
      await store().delete({ kind: 'BGPPeer', name: 'a' });
      const late = store().delete({ kind: 'BGPPeer', name: 'a' }, { revision: revisionOf(created) });
      await expect(late).rejects.toBeInstanceOf(NotFound);
    });

    it('with dryRun answers what would be removed and removes nothing', async () => {
      const created = await store().create(peer('a'));
      const answer = await store().delete({ kind: 'BGPPeer', name: 'a' }, { dryRun: true });
      expect(answer.spec).toEqual(created.spec);
      expect(await store().get({ kind: 'BGPPeer', name: 'a' })).toEqual(created);
    });

    it('with dryRun of a missing object throws NotFound', async () => {
      await expect(store().delete(ABSENT, { dryRun: true })).rejects.toBeInstanceOf(NotFound);
    });
  });
}

function describeGet(store: () => Datastore, traits: Traits): void {
  describe('get()', () => {
    it('of a missing object throws NotFound naming it', async () => {
      const missing = store().get(ABSENT);
      await expect(missing).rejects.toBeInstanceOf(NotFound);
      await expect(missing).rejects.toThrow(/^resource does not exist: BGPPeer\(absent\) with error: /);
    });

    it('does not take an object for another whose name it begins', async () => {
      await store().create(peer('a-longer-name'));
      await expect(store().get({ kind: 'BGPPeer', name: 'a-longer' })).rejects.toBeInstanceOf(NotFound);
    });

    it(`with an older revision reads ${traits.historicalReads ? 'the object as it was' : 'the present object'}`, async () => {
      const created = await store().create(peer('a', { asNumber: 1 }));
      const updated = await store().update(changed(created, { spec: { asNumber: 2 } }));
      const read = await store().get({ kind: 'BGPPeer', name: 'a' }, { revision: revisionOf(created) });
      expect(read).toEqual(traits.historicalReads ? created : updated);
    });
  });
}
