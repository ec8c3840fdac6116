/** A request that cannot be carried out, in the Go tool's words. */
export class OperationError extends Error {
  override readonly name = 'OperationError' as const;
  /** lines printed as `hint: …` after the message */
  readonly hints: readonly string[];
  constructor(message: string, hints: readonly string[] = [], cause?: unknown) {
    super(message, { cause });
    this.hints = hints;
  }
}

/** The cluster runs a release that this tool does not know. */
export class VersionMismatch extends Error {
  override readonly name = 'VersionMismatch' as const;
}
