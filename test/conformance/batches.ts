/** Conformance: several things in one batch, for drivers that can do that. */
import { describe, expect, it } from 'vitest';
import type { BatchOutcome, BatchRequest, Datastore } from '../../src/datastore/datastore.ts';
import { AlreadyExists, Conflict, Invalid, NotFound } from '../../src/datastore/errors.ts';
import type { Resource } from '../../src/kinds/resource.ts';
import { changed, peer, revisionOf } from './objects.ts';
import type { Traits } from './datastore.ts';

/** More than fit into one transaction of etcd. */
const MANY = 300;

const refOf = (name: string) => ({ kind: 'BGPPeer', name });
const nameOf = (index: number) => `p-${String(index).padStart(3, '0')}`;

/** The resources, or the errors, of a batch. */
function results(outcomes: readonly BatchOutcome[]): readonly (Resource | Error)[] {
  return outcomes.map(({ resource, error }) => error ?? resource);
}

export function describeBatches(store: () => Datastore, traits: Traits): void {
  describe('batch()', () => {
    const run = async (requests: readonly BatchRequest[]): Promise<readonly (Resource | Error)[]> => {
      const outcomes = await store().batch?.(requests);
      if (outcomes === undefined) throw new Error('the driver has no batches');
      return results(outcomes);
    };
    const names = async () => (await store().list({ kind: 'BGPPeer' })).items.map(({ metadata }) => metadata.name);

    it('of nothing gives nothing', async () => {
      expect(await run([])).toEqual([]);
    });

    it(`creates ${MANY} objects, each as a later get() shows it, in the order of the requests`, async () => {
      const wanted = Array.from({ length: MANY }, (_, index) => peer(nameOf(index), { asNumber: index + 1 })).reverse();
      const created = await run(wanted.map((resource) => ({ type: 'create', resource })));
      expect([...created].reverse()).toEqual((await store().list({ kind: 'BGPPeer' })).items);
      expect(await store().get(refOf(nameOf(7)))).toEqual(created[MANY - 8]);
    });

    it('gives each request the outcome that it has by itself, and goes on after a failure', async () => {
      const [old, stale, gone] = [
        await store().create(peer('old')),
        await store().create(peer('stale')),
        await store().create(peer('gone')),
      ];
      const now = await store().update(changed(stale, { spec: { asNumber: 1 } }));
      await store().delete(refOf('gone'));
      const outcomes = await run([
        { type: 'create', resource: peer('new') },
        { type: 'create', resource: peer('old') },
        { type: 'update', resource: changed(stale, { spec: { asNumber: 2 } }) },
        { type: 'update', resource: gone },
        { type: 'update', resource: changed(peer('invalid'), { metadata: { resourceVersion: 'x' } }) },
        { type: 'delete', ref: refOf('absent') },
        { type: 'get', ref: refOf('nothing') },
        { type: 'create', resource: peer('last') },
      ]);
      const [created, exists, conflict, missing, invalid, absent, nothing, last] = outcomes;
      expect(created).toEqual(await store().get(refOf('new')));
      expect(exists).toEqual(new AlreadyExists(refOf('old')));
      expect(conflict).toEqual(new Conflict(refOf('stale')));
      expect(missing).toEqual(new NotFound(refOf('gone')));
      expect(invalid).toBeInstanceOf(Invalid);
      expect(absent).toEqual(new NotFound(refOf('absent')));
      expect(nothing).toEqual(new NotFound(refOf('nothing')));
      expect(last).toEqual(await store().get(refOf('last')));
      expect([await store().get(refOf('old')), await store().get(refOf('stale'))]).toEqual([old, now]);
      expect(await names()).toEqual(['last', 'new', 'old', 'stale']);
    });

    it('updates, deletes and reads', async () => {
      const [a, b, c, d] = await run(['a', 'b', 'c', 'd'].map((name) => ({ type: 'create', resource: peer(name) })));
      if ([a, b, c, d].some((result) => result === undefined || result instanceof Error))
        throw new Error('not created');
      const before = await store().get(refOf('a'));
      const outcomes = await run([
        { type: 'update', resource: changed(before, { spec: { asNumber: 7 } }) },
        { type: 'delete', ref: refOf('b') },
        { type: 'delete', ref: refOf('c'), revision: revisionOf(await store().get(refOf('c'))) },
        { type: 'get', ref: refOf('d') },
      ]);
      expect(outcomes).toEqual([await store().get(refOf('a')), b, c, d]);
      expect(revisionOf(await store().get(refOf('a')))).not.toBe(revisionOf(before));
      expect(await names()).toEqual(['a', 'd']);
    });

    it.each(traits.checksRevisionOnDelete ? ['refuses'] : [])(
      '%s a delete with a revision that is not the stored one',
      async () => {
        const old = await store().create(peer('a'));
        await store().update(changed(old, { spec: { asNumber: 7 } }));
        const outcomes = await run([{ type: 'delete', ref: refOf('a'), revision: revisionOf(old) }]);
        expect([outcomes, await names()]).toEqual([[new Conflict(refOf('a'))], ['a']]);
      },
    );

    it('of rivals: of two batches that create the same objects each object has one winner', async () => {
      const requests = Array.from({ length: MANY }, (_, index) => peer(nameOf(index)));
      const batch = (by: string) =>
        run(
          requests.map((resource) => ({
            type: 'create',
            resource: changed(resource, { metadata: { annotations: { by } } }),
          })),
        );
      const [ours, theirs] = await Promise.all([batch('us'), batch('them')]);
      const stored = (await store().list({ kind: 'BGPPeer' })).items;
      expect(stored).toHaveLength(MANY);
      for (const [index, object] of stored.entries()) {
        const [won, lost] = object.metadata.annotations?.['by'] === 'us' ? [ours, theirs] : [theirs, ours];
        expect([won[index], lost[index]]).toEqual([object, new AlreadyExists(refOf(nameOf(index)))]);
      }
    });
  });
}
