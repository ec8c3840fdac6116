/** Where the routes of a family do not get, and what of that is different elsewhere. */

/** Nodes whose routes do not reach others. */
export interface Unreached {
  readonly from: readonly string[];
  /** equal to `from` where no two of them learn each other's */
  readonly to: readonly string[];
  /** nor do routes come the other way */
  readonly mutual: boolean;
}

/** What a network lacks in one family. */
export class Losses {
  readonly #existing: ReadonlySet<string>;
  readonly #alone: ReadonlySet<string>;
  /** the sets of nodes that do not learn the routes of a node */
  readonly #unreached = new Map<string, ReadonlySet<string>[]>();

  /** @param alone nodes without a session that can come up */
  constructor(existing: Iterable<string>, alone: Iterable<string>, gaps: readonly Unreached[]) {
    this.#existing = new Set(existing);
    this.#alone = new Set(alone);
    for (const { from, to, mutual } of gaps) {
      this.#note(from, new Set(to));
      if (mutual) this.#note(to, new Set(from));
    }
  }

  #note(from: readonly string[], to: ReadonlySet<string>): void {
    for (const name of from) {
      const sets = this.#unreached.get(name);
      if (sets === undefined) this.#unreached.set(name, [to]);
      else sets.push(to);
    }
  }

  /** Whether a node has a session that can come up, or is not there. */
  isNotAlone(name: string): boolean {
    return !this.#alone.has(name);
  }

  /** Whether routes are missing that get through here, or only those of nodes that are not here. */
  isNew(gap: Unreached): boolean {
    let isKnown = false;
    for (const [sender, receiver] of ordered(gap)) {
      if (!this.#existing.has(sender) || !this.#existing.has(receiver)) continue;
      if (this.reaches(sender, receiver)) return true;
      isKnown = true;
    }
    return !isKnown;
  }

  /** Whether the routes of one node get to another. */
  reaches(sender: string, receiver: string): boolean {
    if (this.#alone.has(sender) || this.#alone.has(receiver)) return false;
    return !(this.#unreached.get(sender)?.some((set) => set.has(receiver)) ?? false);
  }
}

/** Every sender and receiver of a gap. */
export function* ordered({ from, to, mutual }: Unreached): Generator<readonly [string, string]> {
  for (const sender of from) for (const receiver of to) if (sender !== receiver) yield [sender, receiver];
  if (mutual) for (const sender of to) for (const receiver of from) if (sender !== receiver) yield [sender, receiver];
}
