/** Answers to `show route primary`. */
import { BirdError } from './reply.ts';
import type { ReplyReader } from './reply.ts';

/** Prefixes of a table, as BIRD prints them. No prefix is in both sets. */
export interface SeenRoutes {
  /** those whose best route came through BGP */
  readonly learnt: ReadonlySet<string>;
  /** all others: routes of the node's own, such as those to its pods */
  readonly own: ReadonlySet<string>;
}

/** `10.0.0.0/26 via 10.0.0.2 on eth0 [Mesh_10_0_0_2 10:00:01] * (100/0) [i]`; what is printed of BGP alone ends in the origin and perhaps an AS. */
const ROUTE = /^([\da-fA-F.:]+\/\d+)\s/;
const BY_BGP = /\[(?:AS\d+)?[ie?]\]$/;

/** Every prefix once: nodes see much the same ones, and a part of a reply would keep the whole reply in memory. */
const KNOWN = new Map<string, string>();

function kept(prefix: string): string {
  const known = KNOWN.get(prefix);
  if (known !== undefined) return known;
  const copy = Buffer.from(prefix, 'latin1').toString('latin1');
  KNOWN.set(copy, copy);
  return copy;
}

/** Reads the lines until the one with the code 0000. Lines without a prefix are further next hops of the route before. */
export class RoutesReader implements ReplyReader {
  readonly #learnt = new Set<string>();
  readonly #own = new Set<string>();
  #isWhole = false;

  line(text: string): boolean {
    const [, code = '', rest = ''] = /^(\d{4})[ -](.*)$/.exec(text) ?? [];
    if (/^[89]/.test(code)) throw new BirdError('unexpected output line from BIRD', text);
    if (code === '0000') return (this.#isWhole = true);
    const line = code === '' ? text.slice(1) : rest;
    const prefix = ROUTE.exec(line)?.[1];
    if (prefix !== undefined) (BY_BGP.test(line) ? this.#learnt : this.#own).add(kept(prefix));
    return false;
  }

  /** undefined before the end of the answer: nothing is known of what was not told. */
  routes(): SeenRoutes | undefined {
    return this.#isWhole ? { learnt: this.#learnt, own: this.#own } : undefined;
  }
}
