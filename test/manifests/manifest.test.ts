import { describe, expect, it } from 'vitest';
import { describeNotice } from '../../src/manifests/manifest.ts';

describe('describeNotice()', () => {
  const place = { file: 'd/f.yaml', line: 7, column: 3, problem: 'is odd' };

  it.each([
    [place, 'd/f.yaml:7: is odd'],
    [{ ...place, path: 'spec.cidr' }, 'd/f.yaml:7: spec.cidr: is odd'],
    [{ ...place, path: '' }, 'd/f.yaml:7: is odd'],
    [{ ...place, fix: 'cidr: x' }, 'd/f.yaml:7: is odd; write: cidr: x'],
    [{ ...place, line: 0 }, 'd/f.yaml: is odd'],
  ])('of %j', (notice, text) => {
    expect(describeNotice(notice)).toBe(text);
  });
});
