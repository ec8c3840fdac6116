/** How many requests run at once, how many start per second, and waiting that can be ended. */
export class Limiter {
  #free: number;
  readonly #queue: (() => void)[] = [];
  readonly #pauses = new Set<() => void>();
  readonly #perSecond: number;
  readonly #burst: number;
  #tokens: number;
  #counted: number | undefined;

  /** @param perSecond 0 or less: no limit; else that many on average, after a burst */
  constructor(atOnce: number, perSecond: number, burst: number) {
    this.#free = atOnce;
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#tokens = burst;
  }

  /** Waits for a place, first come first served. Call the answer to give it back. */
  async enter(): Promise<() => void> {
    if (this.#free > 0) this.#free--;
    else {
      await new Promise<void>((resolve) => {
        this.#queue.push(resolve);
      });
    }
    await this.#token();
    return () => {
      const next = this.#queue.shift();
      if (next === undefined) this.#free++;
      else next();
    };
  }

  /** Waits. */
  async sleep(milliseconds: number): Promise<void> {
    let end: (() => void) | undefined;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      end = () => {
        clearTimeout(timer);
        resolve();
      };
      this.#pauses.add(end);
    });
    if (end !== undefined) this.#pauses.delete(end);
  }

  /** Ends every wait that is under way. */
  wake(): void {
    for (const end of this.#pauses) end();
    for (const enter of this.#queue.splice(0)) enter();
  }

  /** A bucket of `burst` tokens that fills at `perSecond`. It may go below zero: that is the queue. */
  async #token(): Promise<void> {
    if (this.#perSecond <= 0) return;
    const now = performance.now();
    const filled = this.#counted === undefined ? 0 : ((now - this.#counted) / 1000) * this.#perSecond;
    this.#tokens = Math.min(this.#burst, this.#tokens + filled) - 1;
    this.#counted = now;
    if (this.#tokens < 0) await this.sleep((-this.#tokens / this.#perSecond) * 1000);
  }
}
