/** Why a conversion does not go on. */

/**
 * `gate`: sessions did not come up in time; `precondition`: nothing may be written yet; `conflict`: the cluster is not as it was when the plan was
 * made, or somebody else works on it.
 */
export type StopReason = 'gate' | 'precondition' | 'conflict';

/**
 * The conversion stopped on its own account, between two writes. As long as the mesh is on the network works as before; when the gate behind turning
 * it off does not open, routes may be missing.
 */
export class Stopped extends Error {
  override readonly name = 'Stopped' as const;
  readonly reason: StopReason;
  /** what is behind it, and what to do next */
  readonly hints: readonly string[];
  constructor(reason: StopReason, message: string, hints: readonly string[] = [], cause?: unknown) {
    super(message, { cause });
    this.reason = reason;
    this.hints = hints;
  }
}

/** Something else ended the conversion: a signal, a lost connection. Printed with the words and exit code of its cause. */
export class Broken extends Error {
  override readonly name = 'Interrupted' as const;
  readonly hints: readonly string[];
  constructor(cause: Error, hints: readonly string[]) {
    super(cause.message, { cause });
    this.hints = hints;
  }
}
