import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Limiter } from '../../../src/datastore/kubernetes/limiter.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Enters as often as told, and tells how many are in. */
function crowd(limiter: Limiter, count: number) {
  const leave: (() => void)[] = [];
  for (let index = 0; index < count; index++) void limiter.enter().then((exit) => leave.push(exit));
  return {
    leave,
    inside: async (milliseconds = 0): Promise<number> => {
      await vi.advanceTimersByTimeAsync(milliseconds);
      return leave.length;
    },
  };
}

describe('Limiter', () => {
  it('lets in as many as there are places, and the next when one leaves', async () => {
    const { leave, inside } = crowd(new Limiter(3, 0, 0), 5);
    expect(await inside(60_000)).toBe(3);
    leave[0]?.();
    expect(await inside()).toBe(4);
    leave[1]?.();
    leave[2]?.();
    leave[3]?.();
    expect(await inside()).toBe(5);
  });

  it('lets in a burst at once, then so many per second', async () => {
    const { inside } = crowd(new Limiter(100, 2, 5), 20);
    expect([await inside(), await inside(1000), await inside(1000), await inside(500)]).toEqual([5, 7, 9, 10]);
  });

  it('saves up a burst again', async () => {
    const limiter = new Limiter(100, 2, 5);
    expect(await crowd(limiter, 5).inside(60_000)).toBe(5);
    expect(await crowd(limiter, 20).inside()).toBe(5);
  });

  it('without a number per second lets in all', async () => {
    expect(await crowd(new Limiter(100, 0, 5), 50).inside()).toBe(50);
  });

  it('wakes everybody who waits', async () => {
    const limiter = new Limiter(1, 0, 0);
    const { inside } = crowd(limiter, 3);
    let slept = false;
    void limiter.sleep(60_000).then(() => (slept = true));
    await inside();
    limiter.wake();
    expect([await inside(), slept]).toEqual([3, true]);
  });
});
