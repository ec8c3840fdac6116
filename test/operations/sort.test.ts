import { describe, expect, it } from 'vitest';
import { sortObjects } from '../../src/operations/sort.ts';
import { having } from '../doubles/matchers.ts';
import { object, peer } from '../conformance/objects.ts';

function sorted(path: string, ...items: ReturnType<typeof object>[]): string {
  return sortObjects(items, path)
    .map(({ metadata }) => metadata.name)
    .join(' ');
}

describe('sortObjects()', () => {
  it('sorts numbers by size', () => {
    const peers = [peer('a', { asNumber: 100 }), peer('b', { asNumber: 9 }), peer('c', { asNumber: 64512 })];
    expect(sorted('.spec.asNumber', ...peers)).toBe('b a c');
  });

  it('sorts text bytewise', () => {
    const named = ['é', 'b', 'B', 'a-b', 'a', 'a.b'].map((name) => peer(name));
    expect(sorted('.metadata.name', ...named)).toBe('B a a-b a.b b é');
  });

  it('puts objects without the value first and keeps their order', () => {
    const objects = [object('BGPPeer', 'z', { node: 'n' }), object('BGPPeer', 'y', {}), object('BGPPeer', 'x', {})];
    expect(sorted('.spec.node', ...objects)).toBe('y x z');
  });

  it('keeps the order of equal values', () => {
    const objects = ['c', 'a', 'b'].map((name) => object('BGPPeer', name, { node: 'same' }));
    expect(sorted('.spec.node', ...objects)).toBe('c a b');
  });

  it.each([
    '.metadata.labels.example\\.com/rack',
    "{.metadata.labels['example.com/rack']}",
    '{.metadata.labels.example\\.com/rack}',
    "metadata.labels['example.com/rack']",
    "$.metadata.labels['example.com/rack']",
  ])('follows %s', (path) => {
    const objects = ['2', '1', '3'].map((rack) =>
      object('BGPPeer', `r${rack}`, {}, { labels: { 'example.com/rack': rack } }),
    );
    expect(sorted(path, ...objects)).toBe('r1 r2 r3');
  });

  it('follows places in lists', () => {
    const objects = [
      object('IPPool', 'a', { allowedUses: ['Workload', 'Tunnel'] }),
      object('IPPool', 'b', { allowedUses: ['Tunnel', 'LoadBalancer'] }),
    ];
    expect(sorted('.spec.allowedUses[0]', ...objects)).toBe('b a');
    expect(sorted('.spec.allowedUses[1]', ...objects)).toBe('b a');
  });

  it('changes nothing about what it was given', () => {
    const given = [peer('b'), peer('a')];
    sortObjects(given, '.metadata.name');
    expect(given.map(({ metadata }) => metadata.name)).toEqual(['b', 'a']);
  });

  it.each([
    ['.spec.asNumbr', ['did you mean .spec.asNumber?']],
    ['{.metadata.Name}', ['did you mean .metadata.name?']],
    ['.spec.password.secretKeyRef', []],
    ['.spec.filters[1]', ['did you mean .spec.filters?']],
  ])('refuses %s, which no object has', (path, hints) => {
    const peers = [peer('a', { asNumber: 100 }), peer('b', { asNumber: 9, filters: ['f'] })];
    expect(() => sortObjects(peers, path)).toThrow(
      having({
        name: 'OperationError',
        message: `couldn't find any field with path "${path}" in the list of objects`,
        hints,
      }),
    );
  });

  it('asks no object for anything where there is none', () => {
    expect(sortObjects([], '.spec.anything')).toEqual([]);
  });

  it.each(['', '.', 'a b', '.a..b', '.a[', '.a[x]', '.a[*]', '{.a', '.a{.b}', 'é'])('refuses %j', (path) => {
    expect(() => sortObjects([], path)).toThrow(
      having({
        name: 'OperationError',
        message: `invalid --sort-by path '${path}'`,
        hints: ['write a path such as .metadata.name or .spec.cidr'],
      }),
    );
  });
});
