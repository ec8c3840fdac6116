/** Conformance: what `list()` promises. */
import { describe, expect, it } from 'vitest';
import { NotFound } from '../../src/datastore/errors.ts';
import { kindNamed } from '../../src/kinds/index.ts';
import type { Resource, ResourceList } from '../../src/kinds/resource.ts';
import type { Opened, Traits } from './datastore.ts';
import { object, peer, pool } from './objects.ts';

const NAMESPACES = ['conformance', 'conformance-b'];

export function describeLists(current: () => Opened, traits: Traits): void {
  const store = () => current().datastore;
  const listed = async (selector: Parameters<ReturnType<typeof store>['list']>[0]) =>
    (await store().list(selector)).items;

  describe('list()', () => {
    it('of a kind without objects is an empty list with a resourceVersion', async () => {
      const list = await store().list({ kind: 'BGPPeer' });
      expect(list.metadata.resourceVersion).not.toBe('');
      const { metadata } = list;
      expect(list).toEqual({ kind: 'BGPPeerList', apiVersion: 'projectcalico.org/v3', metadata, items: [] });
    });

    it('returns what get() returns, in bytewise order of the names, whatever the order of creation', async () => {
      const names = ['b', 'a-b', 'a', 'a.b', 'a0', '10', '9', 'a--b', 'ab'];
      for (const name of names) await store().create(peer(name));
      const items = await listed({ kind: 'BGPPeer' });
      expect(items.map((item) => item.metadata.name)).toEqual(['10', '9', 'a', 'a--b', 'a-b', 'a.b', 'a0', 'ab', 'b']);
      expect(items).toEqual(await Promise.all(items.map((item) => get(item))));
    });

    it('returns one kind only', async () => {
      const one = await store().create(peer('same'));
      const two = await store().create(pool('same', '10.0.0.0/16'));
      expect(await listed({ kind: 'BGPPeer' })).toEqual([one]);
      expect(await listed({ kind: 'IPPool' })).toEqual([two]);
      expect(await listed({ kind: 'BGPConfiguration' })).toEqual([]);
    });

    it('with a name returns only the object of that very name', async () => {
      const wanted = await store().create(peer('a'));
      for (const name of ['a-b', 'a.b', 'ab', 'b']) await store().create(peer(name));
      expect(await listed({ kind: 'BGPPeer', name: 'a' })).toEqual([wanted]);
    });

    it('with the name of no object is empty', async () => {
      await store().create(peer('a-b'));
      expect(await listed({ kind: 'BGPPeer', name: 'a' })).toEqual([]);
    });

    it('has another resourceVersion after a write', async () => {
      const before = await store().list({ kind: 'BGPPeer' });
      await store().create(peer('a'));
      const between = await store().list({ kind: 'BGPPeer' });
      await store().delete({ kind: 'BGPPeer', name: 'a' });
      await store().create(peer('b'));
      const after = await store().list({ kind: 'BGPPeer' });
      expect(new Set([before, between, after].map((list: ResourceList) => list.metadata.resourceVersion)).size).toBe(3);
    });

    it('no longer shows a deleted object', async () => {
      await store().create(peer('a'));
      const kept = await store().create(peer('b'));
      await store().delete({ kind: 'BGPPeer', name: 'a' });
      expect(await listed({ kind: 'BGPPeer' })).toEqual([kept]);
    });

    it('returns all of 300 objects', async () => {
      const names = Array.from({ length: 300 }, (_, index) => `peer-${String(index).padStart(3, '0')}`);
      for (let start = 0; start < names.length; start += 25) {
        await Promise.all(names.slice(start, start + 25).map((name) => store().create(peer(name))));
      }
      expect((await listed({ kind: 'BGPPeer' })).map((item) => item.metadata.name)).toEqual(names);
    });

    it('leaves out what cannot be read, counts it in skipped, and serves the rest', async () => {
      const opened = current();
      const readable = await store().create(peer('a'));
      await opened.plantUnreadable?.('unreadable');
      const { items, skipped } = await store().list({ kind: 'BGPPeer' });
      expect(items).toEqual([readable]);
      expect(skipped?.length ?? 0).toBe(opened.plantUnreadable === undefined ? 0 : 1);
    });
  });

  // Namespaced kinds join the suite when the program knows them.
  const { holds = () => true } = traits;
  if (kindNamed('NetworkSet') !== undefined && holds('NetworkSet')) describeNamespaces();

  function describeNamespaces(): void {
    describe('a namespace', () => {
      const set = (namespace: string, name: string): Resource =>
        object('NetworkSet', name, { nets: ['192.0.2.0/24'] }, { namespace });

      it('keeps objects of one name apart, in messages too', async () => {
        await current().ensureNamespaces?.(NAMESPACES);
        const one = await store().create(set('conformance', 'n'));
        const two = await store().create(set('conformance-b', 'n'));
        expect(await get(one)).toEqual(one);
        expect(await get(two)).toEqual(two);
        await store().delete({ kind: 'NetworkSet', namespace: 'conformance', name: 'n' });
        await expect(get(one)).rejects.toBeInstanceOf(NotFound);
        await expect(get(one)).rejects.toThrow(/^resource does not exist: NetworkSet\(conformance\/n\) with error: /);
        expect(await get(two)).toEqual(two);
      });

      it('narrows a list; without one all namespaces are listed in bytewise order of namespace/name', async () => {
        await current().ensureNamespaces?.(NAMESPACES);
        const created: Resource[] = [];
        for (const namespace of NAMESPACES) {
          for (const name of ['z', 'a']) created.push(await store().create(set(namespace, name)));
        }
        const [z, a, bz, ba] = created;
        expect(await listed({ kind: 'NetworkSet' })).toEqual([ba, bz, a, z]);
        expect(await listed({ kind: 'NetworkSet', namespace: 'conformance' })).toEqual([a, z]);
        expect(await listed({ kind: 'NetworkSet', namespace: 'conformance', name: 'z' })).toEqual([z]);
        expect(await listed({ kind: 'NetworkSet', namespace: 'conformance-none' })).toEqual([]);
      });
    });
  }

  function get({ kind, metadata: { name = '', namespace } }: Resource): Promise<Resource> {
    return store().get(namespace === undefined ? { kind, name } : { kind, name, namespace });
  }
}
