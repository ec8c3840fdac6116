/** A read in the quick way of the standalone executable, and in the thorough one where that does not answer. */
import type { QuickRequest } from '../../quick-http.ts';
import { quickHttp } from '../../quick-http.ts';
import type { Incoming, Running } from './exchange.ts';
import { bodyTooLate, MAX_TIMER } from './exchange.ts';

/** After this time without an answer the thorough way starts too: it knows whether the server can be reached at all. */
const PATIENCE_MILLISECONDS = 2_500;

export class QuickExchange implements Running {
  readonly done: Promise<Incoming>;
  readonly #controller = new AbortController();
  readonly #thorough: () => Promise<Running>;
  readonly #patience: NodeJS.Timeout;
  #deadline: NodeJS.Timeout | undefined;
  #second: Promise<Running> | undefined;
  #settle: { resolve(value: Incoming): void; reject(reason: unknown): void } = { resolve() {}, reject() {} };
  #over = false;

  /**
   * @param thorough starts the same request in the other way
   * @param deadline milliseconds since 1970, or Infinity
   */
  constructor(request: QuickRequest, thorough: () => Promise<Running>, deadline: number) {
    this.#thorough = thorough;
    this.done = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    const left = Math.max(0, deadline - Date.now());
    this.#patience = setTimeout(() => this.#ask(), Math.min(PATIENCE_MILLISECONDS, left / 3));
    // The answer may come from either: a rejection of this one only means that the other is asked.
    void this.#read(request, left).catch(() => this.#ask());
  }

  cancel(reason: unknown): void {
    this.#finish(() => this.#settle.reject(reason));
  }

  async #read(request: QuickRequest, left: number): Promise<void> {
    const answer = await quickHttp(request, this.#controller.signal);
    if (this.#over) return;
    clearTimeout(this.#patience);
    if (left <= MAX_TIMER) this.#deadline = setTimeout(() => this.cancel(bodyTooLate()), left);
    const body = await answer.text();
    this.#finish(() => this.#settle.resolve({ status: answer.status, header: answer.header, body }));
  }

  #ask(): void {
    if (this.#over || this.#second !== undefined) return;
    this.#second = this.#thorough();
    this.#second
      .then(({ done }) => done)
      .then(
        (incoming) => this.#finish(() => this.#settle.resolve(incoming)),
        (error: unknown) => this.#finish(() => this.#settle.reject(error)),
      );
  }

  #finish(settle: () => void): void {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#patience);
    clearTimeout(this.#deadline);
    settle();
    this.#controller.abort();
    this.#second?.then(
      (running) => running.cancel(new Error('it is not needed any more')),
      () => undefined,
    );
  }
}
