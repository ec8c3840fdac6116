import { describe, expect, it } from 'vitest';
import { Keyspace } from '../../../src/datastore/etcd/keyspace.ts';
import { OneKey } from './one-key.ts';
import type { Fate } from './one-key.ts';

const answered: Fate = { type: 'answered' };
const answerLost: Fate = { type: 'answer lost' };
const requestLost: Fate = { type: 'request lost' };

/** What a request came to, what was sent for it, and what is stored afterwards. */
async function outcome(store: OneKey, write: (keyspace: Keyspace) => Promise<unknown>) {
  const result = await write(new Keyspace(store)).catch((error: unknown) =>
    error instanceof Error ? `${error.name}: ${error.message}` : error,
  );
  if (store.fates.length > 0) throw new Error(`${store.fates.length} requests fewer than expected`);
  return [result, store.requests.join(', '), store.current?.value];
}

describe('Keyspace.create()', () => {
  const create = (keyspace: Keyspace) => keyspace.create('IPPool(k)', 'k', 'mine');

  it('writes a key that does not exist', async () => {
    expect(await outcome(new OneKey(undefined, [answered]), create)).toEqual([
      { done: true, revision: '2' },
      'put',
      'mine',
    ]);
  });

  it('leaves a key that exists alone', async () => {
    const store = new OneKey('theirs', [answered]);
    const stored = { key: 'k', value: 'theirs', modRevision: '2' };
    expect(await outcome(store, create)).toEqual([{ done: false, stored }, 'put', 'theirs']);
  });

  it('finds its own value when the answer was lost, and does not write again', async () => {
    expect(await outcome(new OneKey(undefined, [answerLost, answered]), create)).toEqual([
      { done: true, revision: '2' },
      'put, range',
      'mine',
    ]);
  });

  it('finds nothing when the request was lost, and writes again', async () => {
    expect(await outcome(new OneKey(undefined, [requestLost, answered, answered]), create)).toEqual([
      { done: true, revision: '2' },
      'put, range, put',
      'mine',
    ]);
  });

  it("finds another's value when the request was lost, and leaves it", async () => {
    const store = new OneKey(undefined, [{ ...requestLost, meanwhile: () => store.put('theirs') }, answered, answered]);
    expect(await outcome(store, create)).toEqual([
      { done: false, stored: { key: 'k', value: 'theirs', modRevision: '2' } },
      'put, range, range at 1',
      'theirs',
    ]);
  });

  it('finds its own value below that of another, who wrote after it', async () => {
    const store = new OneKey(undefined, [{ ...answerLost, meanwhile: () => store.put('theirs') }, answered, answered]);
    expect(await outcome(store, create)).toEqual([{ done: true, revision: '2' }, 'put, range, range at 2', 'theirs']);
  });

  it('is not deceived when the lost request takes effect after all', async () => {
    const store = new OneKey(undefined, [requestLost, { ...answered, meanwhile: () => store.put('mine') }, answered]);
    expect(await outcome(store, create)).toEqual([{ done: true, revision: '2' }, 'put, range, put', 'mine']);
  });

  it('gives up after three lost requests', async () => {
    const store = new OneKey(undefined, [requestLost, answered, requestLost, answered, requestLost]);
    expect(await outcome(store, create)).toEqual([
      'ServerError: request lost; IPPool(k) may or may not have been written',
      'put, range, put, range, put',
      undefined,
    ]);
  });

  it('says that it does not know when reading back fails', async () => {
    const store = new OneKey(undefined, [answerLost, { type: 'refused' }]);
    expect(await outcome(store, create)).toEqual([
      'ServerError: answer lost; IPPool(k) may or may not have been written, and reading it back failed: refused',
      'put, range',
      'mine',
    ]);
  });

  it('says that it does not know when the time is up, and asks no more', async () => {
    expect(await outcome(new OneKey(undefined, [{ type: 'late' }]), create)).toEqual([
      'ServerError: late; IPPool(k) may or may not have been written',
      'put',
      'mine',
    ]);
  });

  it('does not doubt a refusal', async () => {
    expect(await outcome(new OneKey(undefined, [{ type: 'refused' }]), create)).toEqual([
      'ServerError: refused',
      'put',
      undefined,
    ]);
  });

  it('passes on what is no answer of etcd, while writing and while reading back', async () => {
    const thrown: Fate = { type: 'thrown', error: new Error('cancelled') };
    const results = [
      await outcome(new OneKey(undefined, [thrown]), create),
      await outcome(new OneKey(undefined, [requestLost, thrown]), create),
    ];
    expect(results.map(([result]) => result)).toEqual(['Error: cancelled', 'Error: cancelled']);
  });
});

describe('Keyspace.update()', () => {
  const update = (keyspace: Keyspace) => keyspace.update('IPPool(k)', 'k', 'mine', '2');

  it('replaces the value of the expected revision', async () => {
    expect(await outcome(new OneKey('old', [answered]), update)).toEqual([
      { done: true, revision: '3' },
      'put',
      'mine',
    ]);
  });

  it.each(['0', '-1'])('does not take a missing key for one of revision %s', async (revision) => {
    const store = new OneKey(undefined, [answered]);
    expect(await outcome(store, (keyspace) => keyspace.update('IPPool(k)', 'k', 'mine', revision))).toEqual([
      { done: false, stored: undefined },
      'range',
      undefined,
    ]);
  });

  it('finds its own value when the answer was lost, and does not write again', async () => {
    expect(await outcome(new OneKey('old', [answerLost, answered]), update)).toEqual([
      { done: true, revision: '3' },
      'put, range',
      'mine',
    ]);
  });

  it('finds the old value when the request was lost, and writes again', async () => {
    expect(await outcome(new OneKey('old', [requestLost, answered, answered]), update)).toEqual([
      { done: true, revision: '3' },
      'put, range, put',
      'mine',
    ]);
  });

  it("finds another's value when the request was lost, and does not overwrite it", async () => {
    const store = new OneKey('old', [{ ...requestLost, meanwhile: () => store.put('theirs') }, answered, answered]);
    expect(await outcome(store, update)).toEqual([
      { done: false, stored: { key: 'k', value: 'theirs', modRevision: '3' } },
      'put, range, range at 2',
      'theirs',
    ]);
  });

  it('finds its own value below those of others, who wrote after it', async () => {
    const others = () => {
      store.put('theirs');
      store.put('theirs again');
    };
    const store = new OneKey('old', [{ ...answerLost, meanwhile: others }, answered, answered, answered]);
    expect(await outcome(store, update)).toEqual([
      { done: true, revision: '3' },
      'put, range, range at 4, range at 3',
      'theirs again',
    ]);
  });

  it('says that it does not know when the history is gone', async () => {
    const store = new OneKey('old', [
      { ...answerLost, meanwhile: () => store.put('theirs') },
      answered,
      { type: 'refused' },
    ]);
    expect(await outcome(store, update)).toEqual([
      'ServerError: answer lost; IPPool(k) may or may not have been written, and reading it back failed: refused',
      'put, range, range at 3',
      'theirs',
    ]);
  });

  it('finds nothing when the answer was lost and the key was deleted', async () => {
    const store = new OneKey('old', [{ ...answerLost, meanwhile: () => store.remove() }, answered]);
    expect(await outcome(store, update)).toEqual([{ done: false, stored: undefined }, 'put, range', undefined]);
  });

  it('does not take an unchanged value of the old revision for its own', async () => {
    const store = new OneKey('mine', [requestLost, answered, answered]);
    expect(await outcome(store, update)).toEqual([{ done: true, revision: '3' }, 'put, range, put', 'mine']);
  });
});

describe('Keyspace.remove()', () => {
  const old = { key: 'k', value: 'old', modRevision: '2' };
  const remove = (keyspace: Keyspace) => keyspace.remove('IPPool(k)', 'k', '2');
  const removeAny = (keyspace: Keyspace) => keyspace.remove('IPPool(k)', 'k');

  it('gives what was there', async () => {
    expect(await outcome(new OneKey('old', [answered]), removeAny)).toEqual([
      { done: true, previous: old },
      'delete',
      undefined,
    ]);
  });

  it('of a missing key does nothing', async () => {
    const [result] = await outcome(new OneKey(undefined, [answered]), removeAny);
    expect(result).toEqual({ done: false, stored: undefined });
  });

  it('with another revision leaves the key', async () => {
    const store = new OneKey('old', [answered]);
    store.put('new');
    expect(await outcome(store, remove)).toEqual([
      { done: false, stored: { key: 'k', value: 'new', modRevision: '3' } },
      'delete',
      'new',
    ]);
  });

  it('with a revision finds the key gone when the answer was lost, and gives what was there', async () => {
    expect(await outcome(new OneKey('old', [answerLost, answered, answered]), remove)).toEqual([
      { done: true, previous: old },
      'delete, range, range at 2',
      undefined,
    ]);
  });

  it('with a revision finds the key still there when the request was lost, and deletes again', async () => {
    expect(await outcome(new OneKey('old', [requestLost, answered, answered]), remove)).toEqual([
      { done: true, previous: old },
      'delete, range, delete',
      undefined,
    ]);
  });

  it('with a revision does not delete what another made meanwhile', async () => {
    const store = new OneKey('old', [{ ...answerLost, meanwhile: () => store.put('new') }, answered]);
    expect(await outcome(store, remove)).toEqual([
      { done: false, stored: { key: 'k', value: 'new', modRevision: '4' } },
      'delete, range',
      'new',
    ]);
  });

  it('without a revision is not repeated: nobody could tell what would be deleted', async () => {
    expect(await outcome(new OneKey('old', [answerLost]), removeAny)).toEqual([
      'ServerError: answer lost; IPPool(k) may or may not have been deleted',
      'delete',
      undefined,
    ]);
  });
});

describe('Keyspace.get()', () => {
  const get = (keyspace: Keyspace) => keyspace.get('k');
  const old = { key: 'k', value: 'old', modRevision: '2' };

  it('asks again when request or answer was lost', async () => {
    expect(await outcome(new OneKey('old', [answerLost, answered]), get)).toEqual([old, 'range, range', 'old']);
  });

  it('asks twice at most', async () => {
    expect(await outcome(new OneKey('old', [answerLost, answerLost]), get)).toEqual([
      'ServerError: answer lost',
      'range, range',
      'old',
    ]);
  });

  it.each(['late', 'refused'] as const)('does not ask again when the request is %s', async (type) => {
    expect(await outcome(new OneKey('old', [{ type }]), get)).toEqual([`ServerError: ${type}`, 'range', 'old']);
  });
});
