/** How many requests run at once, and how many start per second. */
export class Limiter {
  #free: number;
  readonly #waiting: (() => void)[] = [];
  readonly #perSecond: number;
  readonly #burst: number;
  #tokens: number;
  #counted = 0;

  /** @param perSecond 0 or less: no limit; else that many on average, after a burst */
  constructor(atOnce: number, perSecond: number, burst: number) {
    this.#free = atOnce;
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#tokens = burst;
  }

  /** Waits for a place, first come first served. Call the answer to give it back. @throws the signal's reason */
  async enter(signal: AbortSignal): Promise<() => void> {
    if (this.#free > 0) this.#free--;
    else await this.#turn(signal);
    try {
      await this.#token(signal);
    } catch (error) {
      this.#leave();
      throw error;
    }
    return () => this.#leave();
  }

  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free++;
    else next();
  }

  async #turn(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await new Promise<void>((resolve) => {
      const cancel = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(enter), 1);
        resolve();
      };
      const enter = (): void => {
        signal.removeEventListener('abort', cancel);
        resolve();
      };
      this.#waiting.push(enter);
      signal.addEventListener('abort', cancel, { once: true });
    });
    signal.throwIfAborted();
  }

  /** A bucket of `burst` tokens that fills at `perSecond`; it may go below zero, which is the queue. */
  async #token(signal: AbortSignal): Promise<void> {
    if (this.#perSecond <= 0) return;
    const now = performance.now();
    const filled = this.#counted === 0 ? 0 : ((now - this.#counted) / 1000) * this.#perSecond;
    this.#tokens = Math.min(this.#burst, this.#tokens + filled) - 1;
    this.#counted = now;
    if (this.#tokens < 0) await sleep((-this.#tokens / this.#perSecond) * 1000, signal);
  }
}

/** Waits; ends early by throwing the signal's reason. */
export async function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const { setTimeout } = await import('node:timers/promises');
  await setTimeout(milliseconds, undefined, { signal }).catch(() => undefined);
  signal.throwIfAborted();
}
