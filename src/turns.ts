/** Long work that lets others have their turn: timers, answers that have come, Ctrl-C. */

/** So long may work go on without a pause. */
const AT_A_STRETCH_MS = 10;

/** To be asked between the parts of long work: `if (turns.due()) await turns.give()`. */
export class Turns {
  readonly #signal: AbortSignal;
  #last = performance.now();

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  /** Whether the event loop has waited long enough. */
  due(): boolean {
    return performance.now() - this.#last > AT_A_STRETCH_MS;
  }

  /** Lets the event loop go round once. Rejects with the signal's reason when the command is cancelled. */
  async give(): Promise<void> {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    this.#last = performance.now();
    this.#signal.throwIfAborted();
  }
}
