import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Progress } from '../../src/operations/progress.ts';
import { MemoryStreams } from '../doubles/streams.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: 0, toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** What is on the screen of work on `total` objects that are done at these times. */
function shown(terminal: boolean, total: number, ...times: readonly number[]): string {
  const io = new MemoryStreams('', terminal);
  const progress = new Progress(io, total);
  times.forEach((time, index) => {
    vi.setSystemTime(time);
    progress.show(index + 1);
  });
  progress.clear();
  return io.stderr;
}

describe('Progress', () => {
  it('counts on a terminal, and takes the counter away', () => {
    expect(shown(true, 12, 700, 900)).toBe(`\r1 of 12\r2 of 12\r${' '.repeat(8)}\r`);
  });

  it('shows nothing of work that is over soon', () => {
    expect(shown(true, 3, 100, 300, 499)).toBe('');
  });

  it('does not draw more often than a person can read', () => {
    expect(shown(true, 5, 700, 701, 750, 799, 800)).toBe(`\r1 of 5\r5 of 5\r${' '.repeat(6)}\r`);
  });

  it('shows nothing in a pipe', () => {
    expect(shown(false, 12, 700, 900)).toBe('');
  });

  it('does not count to one', () => {
    expect(shown(true, 1, 9000)).toBe('');
  });
});
