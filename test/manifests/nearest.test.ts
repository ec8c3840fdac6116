import { describe, expect, it } from 'vitest';
import { editDistance, nearestName } from '../../src/manifests/nearest.ts';

describe('editDistance()', () => {
  it.each([
    ['', '', 0],
    ['a', '', 1],
    ['', 'ab', 2],
    ['get', 'gte', 2],
    ['patch', 'fetch', 2],
    ['kitten', 'sitting', 3],
    ['same', 'same', 0],
  ])('of %j and %j is %i', (a, b, distance) => {
    expect([editDistance(a, b, 9), editDistance(b, a, 9)]).toEqual([distance, distance]);
  });

  it('does not count beyond the limit', () => {
    expect(editDistance('kitten', 'sitting', 2)).toBe(2);
    expect(editDistance('a', 'abcdefgh', 3)).toBe(3);
  });
});

describe('nearestName()', () => {
  const fields = ['cidr', 'vxlanMode', 'ipipMode', 'natOutgoing', 'disabled', 'blockSize', 'nodeSelector'];

  it.each([
    ['CIDR', 'cidr'],
    ['ipipmode', 'ipipMode'],
    ['ipimode', 'ipipMode'],
    ['natOutgiong', 'natOutgoing'],
    ['nodeSelecter', 'nodeSelector'],
    ['cdr', 'cidr'],
  ])('for %s is %s', (given, meant) => {
    expect(nearestName(given, fields)).toBe(meant);
  });

  it.each(['', 'x', 'as', 'namespace', 'encapsulation'])('for %j is nothing', (given) => {
    expect(nearestName(given, fields)).toBeUndefined();
  });

  it('prefers the nearer one', () => {
    expect(nearestName('nodes', ['notes', 'node', 'nodes'])).toBe('nodes');
    expect(nearestName('noed', ['note', 'noe'])).toBe('noe');
  });
});
