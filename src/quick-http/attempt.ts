/** A request in the quick way of the standalone executable, and in the thorough one where that is wanted and allowed. */
import { codeOf } from '../system-errors.ts';
import type { QuickAnswer, QuickRequest } from './request.ts';
import { quickHttp } from './request.ts';

/** The same request in the other way, under way. */
export interface Thorough<T> {
  /** true as soon as its answer begins, false when there will be none */
  readonly answered?: Promise<boolean>;
  readonly done: Promise<T>;
  stop(): void;
}

export interface Ways<T> {
  readonly request: QuickRequest;
  /** starts the same request in the other way */
  readonly thorough: () => Promise<Thorough<T>>;
  /**
   * Milliseconds in which the other way should have begun: it starts too when a third of them, or 2.5 s, went by without an answer, because it knows
   * whether the server can be reached at all. Undefined: the request changes something and is sent once; the other way is taken only where nothing was
   * sent.
   */
  readonly beginWithin: number | undefined;
  /** milliseconds since 1970, or Infinity */
  readonly deadline: number;
  readonly read: (answer: QuickAnswer, text: string) => T;
  /** The deadline passed; `begun`: in the middle of the answer. May throw. */
  readonly late: (begun: boolean) => T;
  /** What was sent once has no whole answer. May throw. */
  readonly lost: (begun: boolean, error: unknown) => T;
}

const PATIENCE_MILLISECONDS = 2_500;
/** A kept connection that nobody used for longer may have been dropped on the way without a word. */
const FRESH_MILLISECONDS = 20_000;
/** The longest time that timers can count, about 25 days. */
export const MAX_TIMER = 2 ** 31 - 1;

/**
 * Whether the quick way can be trusted with what is sent once: it brought an answer, a short while ago, and never failed. Only the thorough way knows how
 * far a request got, so a server that cannot be reached is told from one that lost an answer.
 */
export class Trust {
  #answeredAt = -Infinity;
  #isLost = false;

  answered(): void {
    this.#answeredAt = Date.now();
  }

  lose(): void {
    this.#isLost = true;
  }

  get holds(): boolean {
    const age = Date.now() - this.#answeredAt;
    return !this.#isLost && age >= 0 && age < FRESH_MILLISECONDS;
  }
}

export class QuickAttempt<T> {
  /** True as soon as the answer begins, false when there will be none. Never rejects. */
  readonly answered: Promise<boolean>;
  readonly done: Promise<T>;
  readonly #ways: Ways<T>;
  readonly #controller = new AbortController();
  #tellBegun: (begun: boolean) => void = () => undefined;
  #settle: { resolve(value: T): void; reject(reason: unknown): void } = { resolve() {}, reject() {} };
  #second: Promise<Thorough<T>> | undefined;
  readonly #patience: NodeJS.Timeout | undefined;
  #deadline: NodeJS.Timeout | undefined;
  #isBegun = false;
  /** the quick way has nothing left to do */
  #isWhole = false;
  #isOver = false;

  constructor(ways: Ways<T>, send: typeof quickHttp = quickHttp) {
    this.#ways = ways;
    this.answered = new Promise((resolve) => {
      this.#tellBegun = resolve;
    });
    this.done = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    const { beginWithin } = ways;
    if (beginWithin === undefined) this.#watchDeadline();
    else this.#patience = setTimeout(() => this.#ask(), Math.min(PATIENCE_MILLISECONDS, Math.max(0, beginWithin) / 3));
    void this.#run(send).catch((error: unknown) => this.#failed(error));
  }

  /** Ends it with what `settle` gives or throws, if it has not ended yet. */
  end(settle: () => T): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#patience);
    clearTimeout(this.#deadline);
    this.#tellBegun(false);
    try {
      this.#settle.resolve(settle());
    } catch (error) {
      this.#settle.reject(error);
    }
    // A controller that nobody needs is not told: that costs more than the rest of a short exchange.
    if (!this.#isWhole) this.#controller.abort();
    this.#second?.then(
      (attempt) => attempt.stop(),
      () => undefined,
    );
  }

  async #run(send: typeof quickHttp): Promise<void> {
    const { request, beginWithin, read } = this.#ways;
    const begun = await send(request, this.#controller.signal);
    if (this.#isOver) return;
    this.#isBegun = true;
    clearTimeout(this.#patience);
    this.#tellBegun(true);
    if (beginWithin !== undefined) this.#watchDeadline();
    const text = await begun.text();
    this.#isWhole = true;
    this.end(() => read(begun, text));
  }

  #failed(error: unknown): void {
    this.#isWhole = true;
    const { beginWithin, lost } = this.#ways;
    if (beginWithin !== undefined || codeOf(error) === 'ECONNREFUSED') this.#ask();
    else this.end(() => lost(this.#isBegun, error));
  }

  #watchDeadline(): void {
    const left = Math.max(0, this.#ways.deadline - Date.now());
    if (left <= MAX_TIMER) this.#deadline = setTimeout(() => this.end(() => this.#ways.late(this.#isBegun)), left);
  }

  /** The answer may now come from either way. */
  #ask(): void {
    if (this.#isOver || this.#second !== undefined) return;
    // From here on the other way minds the time.
    clearTimeout(this.#deadline);
    this.#second = this.#ways.thorough();
    this.#second
      .then(({ answered, done }) => {
        void answered?.then((begun) => begun && this.#tellBegun(true));
        return done;
      })
      .then(
        (value) => this.end(() => value),
        (error: unknown) =>
          this.end(() => {
            throw error;
          }),
      );
  }
}
