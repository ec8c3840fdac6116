/** Answers of BIRD's control socket. */

/** Reads one answer line by line. */
export interface ReplyReader {
  /**
   * Takes the next line, without its end.
   * @returns whether the answer is complete
   * @throws {BirdError} for a line that does not belong to the answer
   */
  line(text: string): boolean;
}

/** BIRD said something else than an answer to the question. The message is the Go calicoctl's. */
export class BirdError extends Error {
  override readonly name = 'BirdError' as const;
  /** lines printed as `hint: …` after the message */
  readonly hints: readonly string[];
  constructor(message: string, line: string) {
    super(message);
    this.hints = [`BIRD said: ${line}`];
  }
}
