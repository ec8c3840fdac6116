/** An operation that a kind or a datastore does not have, in the Go client's words. */
export class Unsupported extends Error {
  override readonly name = 'Unsupported' as const;
  constructor(operation: string, id: string, reason?: string) {
    super(`operation ${operation} is not supported on ${id}${reason === undefined ? '' : `: ${reason}`}`);
  }
}

/** An object that the Go client turns away with a sentence of its own, without naming a field. */
export class Rejected extends Error {
  override readonly name = 'Rejected' as const;
}
