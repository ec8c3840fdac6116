import { describe, expect, it } from 'vitest';
import { Turns } from '../src/turns.ts';

/** Goes on until a pause is due. */
function work(turns: Turns): void {
  while (!turns.due()) continue;
}

describe('Turns', () => {
  it('lets timers run when it gives the turn, and goes on then', async () => {
    const turns = new Turns(new AbortController().signal);
    const events: string[] = [];
    setTimeout(() => events.push('the timer'), 0);
    work(turns);
    events.push('the work');
    for (let round = 0; round < 100 && events.length < 2; round++) {
      await turns.give();
      expect(turns.due()).toBe(false);
      work(turns);
    }
    expect(events).toEqual(['the work', 'the timer']);
  });

  it('ends with the reason of a command that is cancelled', async () => {
    const cancelled = new AbortController();
    const turns = new Turns(cancelled.signal);
    await turns.give();
    setImmediate(() => {
      cancelled.abort(new Error('interrupted'));
    });
    await expect(turns.give()).rejects.toThrow('interrupted');
  });
});
