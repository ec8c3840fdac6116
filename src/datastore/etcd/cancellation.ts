/** Lets any number of requests hear one signal: a listener for each would make Node warn of a leak. */
export class Cancellation {
  readonly signal: AbortSignal;
  readonly #listeners = new Set<() => void>();
  readonly #tell = (): void => {
    for (const listener of this.#listeners) listener();
  };

  constructor(signal: AbortSignal) {
    this.signal = signal;
    signal.addEventListener('abort', this.#tell, { once: true });
  }

  /** Calls `listener` when the signal is aborted, until the returned function is called. */
  onAbort(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** What the promise gives, or the signal's reason as soon as it is aborted. */
  async race<T>(promise: Promise<T>): Promise<T> {
    this.signal.throwIfAborted();
    let stopListening = (): void => undefined;
    const aborted = new Promise<'aborted'>((resolve) => {
      stopListening = this.onAbort(() => resolve('aborted'));
    });
    try {
      const result = await Promise.race([promise.then((value) => ({ value })), aborted]);
      if (result !== 'aborted') return result.value;
    } finally {
      stopListening();
    }
    this.signal.throwIfAborted();
    throw new TypeError('a signal told of an abort that did not take place');
  }

  /** Stops listening to the signal. */
  close(): void {
    this.signal.removeEventListener('abort', this.#tell);
  }
}
