import type { Streams } from '../context.ts';

/** Work that is over sooner shows nothing. */
const SHOW_AFTER_MS = 500;
const SHOW_EVERY_MS = 100;

/** A counter on a terminal for work on many objects; silent in a pipe. */
export class Progress {
  readonly #io: Streams;
  readonly #total: number;
  #shown = 0;
  readonly #start = Date.now();

  constructor(io: Streams, total: number) {
    this.#io = io;
    this.#total = total;
  }

  show(done: number): void {
    if (!this.#io.errIsTTY || this.#total < 2) return;
    const now = Date.now();
    if (now - this.#start < SHOW_AFTER_MS || now - this.#shown < SHOW_EVERY_MS) return;
    this.#shown = now;
    this.#io.err(`\r${done} of ${this.#total}`);
  }

  /** Takes the counter off the screen. */
  clear(): void {
    if (this.#shown > 0) this.#io.err(`\r${' '.repeat(2 * String(this.#total).length + 4)}\r`);
  }
}
