import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { atMost } from '../../src/operations/at-most.ts';

describe('atMost()', () => {
  it.each([
    [1, 5, 1],
    [3, 10, 3],
    [10, 4, 4],
    [2, 0, 0],
  ])('does %d at a time of %d', async (limit, count, most) => {
    const items = Array.from({ length: count }, (_, index) => index);
    const begun: number[] = [];
    let [now, peak] = [0, 0];
    await atMost(limit, items, async (item) => {
      begun.push(item);
      peak = Math.max(peak, ++now);
      await turn();
      now--;
    });
    expect([begun, peak, now]).toEqual([items, most, 0]);
  });

  it('ends with the first error, when what had begun has ended', async () => {
    const ended: number[] = [];
    const work = atMost(2, [1, 2, 3, 4], async (item) => {
      if (item === 1) throw new Error('the first');
      await turn();
      ended.push(item);
    });
    await expect(work).rejects.toThrow('the first');
    expect(ended).toEqual([2]);
  });
});
