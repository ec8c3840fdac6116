import { describe, expect, it } from 'vitest';
import { convertUID } from '../../../src/datastore/kubernetes/uid.ts';

describe('convertUID()', () => {
  it('reverses the bits of every byte but those of version and variant', () => {
    expect(convertUID('41cb1fde-57e7-42c1-a73b-0acaf38c7737')).toBe('82d3f87b-eae7-4283-a7dc-5053cf31eeec');
  });

  it('twice gives the first again', () => {
    const uid = '0d4b5c1e-8f52-4c57-9d0f-3a1f6f0f2b11';
    expect(convertUID(convertUID(uid))).toBe(uid);
  });

  it('reads capital letters', () => {
    expect(convertUID('41CB1FDE-57E7-42C1-A73B-0ACAF38C7737')).toBe('82d3f87b-eae7-4283-a7dc-5053cf31eeec');
  });

  it.each([
    ['abc', 'invalid UUID length: 3'],
    ['', 'invalid UUID length: 0'],
    ['41cb1fde-57e7-42c1-a73b-0acaf38c773x', 'invalid UUID format'],
  ])('refuses %j', (text, reason) => {
    expect(() => convertUID(text)).toThrow(`failed to parse UID for resource: ${reason}`);
  });
});
