import { describe, expect, it } from 'vitest';
import { mergePatch, strategicPatch } from '../../src/operations/merge-patch.ts';
import type { Json, JsonObject } from '../../src/kinds/schema.ts';
import { freeze } from '../conformance/objects.ts';

describe('mergePatch()', () => {
  // RFC 7396, appendix A.
  it.each<readonly [Json, Json, Json]>([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [
      ['a', 'b'],
      ['c', 'd'],
      ['c', 'd'],
    ],
    [{ a: 'b' }, ['c'], ['c']],
    [{ a: 'foo' }, null, null],
    [{ a: 'foo' }, 'bar', 'bar'],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: 'b', c: null }, { a: 'b' }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])('of %j with %j', (target, patch, expected) => {
    expect(mergePatch(freeze(target), freeze(patch))).toEqual(expected);
  });

  it('knows no directives', () => {
    expect(mergePatch({ a: { b: 1 } }, { a: { $patch: 'replace' } })).toEqual({ a: { b: 1, $patch: 'replace' } });
  });
});

describe('strategicPatch()', () => {
  it.each<readonly [string, JsonObject, JsonObject, Json]>([
    ['merges objects', { a: { b: 1, c: 2 } }, { a: { c: 3, d: 4 } }, { a: { b: 1, c: 3, d: 4 } }],
    ['deletes what is null', { a: 1, b: { c: 2, d: 3 } }, { a: null, b: { c: null } }, { b: { d: 3 } }],
    ['leaves no null in a new object', {}, { a: { b: null, c: 1 } }, { a: { c: 1 } }],
    [
      'replaces lists',
      { spec: { allowedUses: ['a', 'b'] } },
      { spec: { allowedUses: ['c'] } },
      { spec: { allowedUses: ['c'] } },
    ],
    [
      'replaces lists of objects',
      { spec: { l: [{ n: 1 }] } },
      { spec: { l: [{ n: 2 }] } },
      { spec: { l: [{ n: 2 }] } },
    ],
    ['replaces an object by a scalar', { a: { b: 1 } }, { a: 2 }, { a: 2 }],
    ['replaces a scalar by an object', { a: 2 }, { a: { b: 1 } }, { a: { b: 1 } }],
    ['obeys $patch: replace', { a: { b: 1 }, c: 1 }, { a: { $patch: 'replace', d: 2 } }, { a: { d: 2 }, c: 1 }],
    ['obeys $patch: replace without the nulls', { a: { b: 1 } }, { a: { $patch: 'replace', d: null } }, { a: {} }],
    ['obeys $patch: delete', { a: { b: 1 }, c: 1 }, { a: { $patch: 'delete' } }, { a: {}, c: 1 }],
    ['obeys $patch: replace at the root', { a: 1 }, { $patch: 'replace', b: 2 }, { b: 2 }],
    ['obeys $retainKeys', { a: { b: 1, c: 2 } }, { a: { $retainKeys: ['c', 'd'], d: 3 } }, { a: { c: 2, d: 3 } }],
    ['ignores $setElementOrder', { a: ['x'] }, { '$setElementOrder/a': ['y', 'x'], a: ['y'] }, { a: ['y'] }],
    [
      'obeys $deleteFromPrimitiveList',
      { a: ['x', 'y', 'z'] },
      { '$deleteFromPrimitiveList/a': ['x', 'z'] },
      { a: ['y'] },
    ],
    ['deletes from a list that is not there', {}, { '$deleteFromPrimitiveList/a': ['x'] }, {}],
  ])('%s', (_, target, patch, expected) => {
    expect(strategicPatch(freeze(target), freeze(patch))).toEqual(expected);
  });

  it('merges finalizers, a set', () => {
    const target = { metadata: { finalizers: ['a', 'b'] } };
    expect(strategicPatch(target, { metadata: { finalizers: ['b', 'c'] } })).toEqual({
      metadata: { finalizers: ['a', 'b', 'c'] },
    });
  });

  it('does not merge a list of the same name elsewhere', () => {
    expect(strategicPatch({ spec: { finalizers: ['a'] } }, { spec: { finalizers: ['b'] } })).toEqual({
      spec: { finalizers: ['b'] },
    });
  });

  it('merges owner references by uid', () => {
    const target = freeze({
      metadata: {
        ownerReferences: [
          { uid: '1', name: 'one', kind: 'A' },
          { uid: '2', name: 'two' },
          { uid: '3', name: 'three' },
        ],
      },
    });
    const patch = {
      metadata: { ownerReferences: [{ uid: '3', $patch: 'delete' }, { uid: '1', name: 'uno' }, { uid: '4' }] },
    };
    expect(strategicPatch(target, patch)).toEqual({
      metadata: { ownerReferences: [{ uid: '1', name: 'uno', kind: 'A' }, { uid: '2', name: 'two' }, { uid: '4' }] },
    });
  });

  it('takes the owner references of the patch when there are none yet', () => {
    const patch = { metadata: { ownerReferences: [{ uid: '1' }, { uid: '2', $patch: 'delete' }] } };
    expect(strategicPatch({ metadata: {} }, patch)).toEqual({ metadata: { ownerReferences: [{ uid: '1' }] } });
  });
});
