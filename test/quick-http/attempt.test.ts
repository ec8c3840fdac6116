import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Thorough } from '../../src/quick-http/attempt.ts';
import { QuickAttempt, Trust } from '../../src/quick-http/attempt.ts';
import type { QuickAnswer } from '../../src/quick-http/request.ts';

type Send = NonNullable<ConstructorParameters<typeof QuickAttempt>[1]>;

const never = new Promise<never>(() => {});
const answer = (text: Promise<string>): Promise<QuickAnswer> =>
  Promise.resolve({ status: 200, header: () => undefined, text: () => text });
const refused = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
const reset = Object.assign(new Error('reset'), { code: 'ECONNRESET' });

interface Trial {
  readonly attempt: QuickAttempt<string>;
  /** how often the other way was begun, and how often it was stopped */
  readonly thorough: { begun: number; stopped: number };
  /** the signal the quick way listens to */
  readonly signal: () => AbortSignal | undefined;
}

interface Given {
  readonly send: (signal: AbortSignal) => Promise<QuickAnswer>;
  readonly beginWithin?: number;
  readonly deadline?: number;
  readonly other?: Partial<Thorough<string>>;
}

function tried({ send, beginWithin, deadline = Infinity, other = {} }: Given): Trial {
  const thorough = { begun: 0, stopped: 0 };
  let heard: AbortSignal | undefined;
  const sending: Send = (_request, signal) => {
    heard = signal;
    return send(signal);
  };
  const attempt = new QuickAttempt<string>(
    {
      request: { url: 'http://192.0.2.1/', method: 'GET', headers: {} },
      beginWithin,
      deadline,
      thorough: () => {
        thorough.begun++;
        return Promise.resolve({ done: Promise.resolve('thorough'), stop: () => void thorough.stopped++, ...other });
      },
      read: (_answer, text) => text,
      late: (begun) => `late ${begun}`,
      lost: (begun, error) => `lost ${begun} ${String(error)}`,
    },
    sending,
  );
  return { attempt, thorough, signal: () => heard };
}

describe('a request that may be made twice', () => {
  it('is made once when the quick way answers', async () => {
    const { attempt, thorough } = tried({ send: () => answer(Promise.resolve('quick')), beginWithin: 60_000 });
    expect(await attempt.answered).toBe(true);
    expect(await attempt.done).toBe('quick');
    expect(thorough).toEqual({ begun: 0, stopped: 0 });
  });

  it.each([
    ['the quick way fails', () => Promise.reject(reset), false],
    ['the answer breaks off', () => answer(Promise.reject(reset)), false],
    ['the quick way is silent', () => never, true],
  ])('is made the thorough way when %s', async (_name, send, isUnderWay) => {
    const { attempt, thorough, signal } = tried({ send, beginWithin: 30 });
    expect(await attempt.done).toBe('thorough');
    await expect.poll(() => thorough).toEqual({ begun: 1, stopped: 1 });
    expect(signal()?.aborted).toBe(isUnderWay);
  });

  it('takes the answer of the quick way when that comes first after all, and ends the other', async () => {
    let come = (_answer: QuickAnswer): void => undefined;
    const late = new Promise<QuickAnswer>((resolve) => {
      come = resolve;
    });
    const trial = tried({ send: () => late, beginWithin: 0, other: { answered: never, done: never } });
    await expect.poll(() => trial.thorough.begun).toBe(1);
    come(await answer(Promise.resolve('quick')));
    expect(await trial.attempt.done).toBe('quick');
    await expect.poll(() => trial.thorough.stopped).toBe(1);
  });

  it('fails as the thorough way fails', async () => {
    const done = Promise.reject(new Error('its own words'));
    const { attempt } = tried({ send: () => Promise.reject(reset), beginWithin: 60_000, other: { done } });
    await expect(attempt.done).rejects.toThrow('its own words');
    expect(await attempt.answered).toBe(false);
  });

  it('is late when the rest of an answer does not come', async () => {
    const { attempt } = tried({ send: () => answer(never), beginWithin: 60_000, deadline: Date.now() + 20 });
    expect(await attempt.done).toBe('late true');
  });
});

describe('a request that is sent once', () => {
  it.each([
    ['without an answer', () => Promise.reject(reset), 'lost false Error: reset'],
    ['within its answer', () => answer(Promise.reject(reset)), 'lost true Error: reset'],
  ])('is lost when the connection breaks %s', async (_name, send, outcome) => {
    const { attempt, thorough } = tried({ send });
    expect(await attempt.done).toBe(outcome);
    expect(thorough.begun).toBe(0);
  });

  it('is made the thorough way when nothing was sent', async () => {
    const { attempt, thorough } = tried({ send: () => Promise.reject(refused) });
    expect(await attempt.done).toBe('thorough');
    expect(thorough.begun).toBe(1);
  });

  it('is late when nothing comes', async () => {
    const { attempt, thorough, signal } = tried({ send: () => never, deadline: Date.now() + 20 });
    expect(await attempt.done).toBe('late false');
    expect(thorough.begun).toBe(0);
    expect(signal()?.aborted).toBe(true);
  });
});

it('ends with the reason of whoever ends it', async () => {
  const { attempt, signal } = tried({ send: () => never });
  attempt.end(() => {
    throw new Error('Ctrl-C');
  });
  await expect(attempt.done).rejects.toThrow('Ctrl-C');
  expect(await attempt.answered).toBe(false);
  expect(signal()?.aborted).toBe(true);
});

describe('trust in the quick way', () => {
  afterEach(() => void vi.useRealTimers());

  it('needs an answer that is not older than 20 s', () => {
    vi.useFakeTimers();
    const trust = new Trust();
    expect(trust.holds).toBe(false);
    trust.answered();
    expect(trust.holds).toBe(true);
    vi.advanceTimersByTime(20_000);
    expect(trust.holds).toBe(false);
    trust.answered();
    expect(trust.holds).toBe(true);
  });

  it('is lost for good', () => {
    const trust = new Trust();
    trust.lose();
    trust.answered();
    expect(trust.holds).toBe(false);
  });
});
