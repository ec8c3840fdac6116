/** A text that is no selector. The message is the Go parser's. */
export class SelectorError extends Error {
  override readonly name = 'SelectorError' as const;
  /** Where in the text the problem shows: an index of UTF-16 code units, at most the length of the text. */
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}
