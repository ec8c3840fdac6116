/** Conformance: several requests at once, and requests that are given up. */
import { describe, expect, it } from 'vitest';
import type { Datastore } from '../../src/datastore/datastore.ts';
import { AlreadyExists, Conflict } from '../../src/datastore/errors.ts';
import type { Open } from './datastore.ts';
import { changed, peer } from './objects.ts';

const REF = { kind: 'BGPPeer', name: 'counter' };

export function describeConcurrency(store: () => Datastore, open: Open): void {
  describe('at once', () => {
    it('creates of one name: exactly one wins, the others get AlreadyExists', async () => {
      const rivals = Array.from({ length: 8 }, (_, index) => store().create(peer('counter', { asNumber: index + 1 })));
      const results = await Promise.allSettled(rivals);
      const won = results.filter((result) => result.status === 'fulfilled').map((result) => result.value);
      const lost = results.filter((result) => result.status === 'rejected').map((result): unknown => result.reason);
      expect(won).toEqual([await store().get(REF)]);
      expect(lost.filter((reason) => reason instanceof AlreadyExists)).toHaveLength(7);
    });

    it('read-modify-writes of one object that retry on Conflict lose nothing', async () => {
      await store().create(peer('counter', {}, { annotations: { count: '0' } }));
      let conflicts = 0;
      const increment = async (): Promise<void> => {
        for (;;) {
          const read = await store().get(REF);
          const count = Number(read.metadata.annotations?.['count']) + 1;
          try {
            await store().update(changed(read, { metadata: { annotations: { count: String(count) } } }));
            return;
          } catch (error) {
            if (!(error instanceof Conflict)) throw error;
            conflicts++;
          }
        }
      };
      const workers = Array.from({ length: 4 }, async () => {
        for (let round = 0; round < 10; round++) await increment();
      });
      await Promise.all(workers);
      expect((await store().get(REF)).metadata.annotations).toEqual({ count: '40' });
      // Without one conflict the four have not met, and nothing was shown.
      expect(conflicts).toBeGreaterThan(0);
    });

    it('updates from one revision: exactly one wins, the others get Conflict', async () => {
      const created = await store().create(peer('counter'));
      const rivals = Array.from({ length: 6 }, (_, index) =>
        store().update(changed(created, { spec: { asNumber: index + 1 } })),
      );
      const results = await Promise.allSettled(rivals);
      const won = results.filter((result) => result.status === 'fulfilled').map((result) => result.value);
      const lost = results.filter((result) => result.status === 'rejected').map((result): unknown => result.reason);
      expect(won).toEqual([await store().get(REF)]);
      expect(lost.filter((reason) => reason instanceof Conflict)).toHaveLength(5);
    });
  });

  describe('the signal', () => {
    const reason = new Error('cancelled by the test');

    it('ends requests that are under way with its reason', async () => {
      const controller = new AbortController();
      const opened = await open(controller.signal);
      const { datastore } = opened;
      try {
        const requests = [datastore.get(REF), datastore.list({ kind: 'BGPPeer' })];
        controller.abort(reason);
        const results = await Promise.allSettled<unknown>(requests);
        expect(results).toEqual([
          { status: 'rejected', reason },
          { status: 'rejected', reason },
        ]);
      } finally {
        await opened.close();
      }
    });

    it('keeps writes from beginning once it is aborted', async () => {
      const controller = new AbortController();
      const created = await store().create(peer('counter'));
      const opened = await open(controller.signal);
      const { datastore } = opened;
      try {
        controller.abort(reason);
        const results = await Promise.allSettled<unknown>([
          datastore.create(peer('new')),
          datastore.update(changed(created, { spec: { asNumber: 65000 } })),
          datastore.delete(REF),
        ]);
        expect(results).toEqual(results.map(() => ({ status: 'rejected', reason })));
        expect((await store().list({ kind: 'BGPPeer' })).items).toEqual([created]);
      } finally {
        await opened.close();
      }
    });
  });
}
