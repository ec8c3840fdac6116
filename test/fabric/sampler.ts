/** Watches the routes of nodes, and tells how long any was missing. */
import { setTimeout as sleep } from 'node:timers/promises';

/** A route on a node, over the whole time that it was watched. */
export interface Gap {
  readonly node: string;
  readonly prefix: string;
  /** the longest time between two looks that saw the route and did not have it between them; 0 for a route that was always there */
  readonly milliseconds: number;
  /** the last look saw it */
  readonly isThere: boolean;
}

export interface Samples {
  /** every route that was seen on a node */
  readonly gaps: readonly Gap[];
  /** the longest of them */
  readonly longest: Gap | undefined;
  /** looks at a node in all */
  readonly looks: number;
  /** the longest time between two looks at one node: shorter gaps may have been overlooked */
  readonly longestPause: number;
}

export interface Sampler {
  stop(): Promise<Samples>;
}

interface Watched {
  readonly name: string;
  prefixes(): Promise<readonly string[]>;
}

interface Seen {
  longest: number;
  last: number;
  isThere: boolean;
}

/**
 * Starts to look at the nodes' tables. A node that does not answer has no table to look at: that is no gap, and its routes count from
 * when they are seen again.
 */
export function startSampler(nodes: readonly Watched[], interval: number): Sampler {
  const end = new AbortController();
  const watches = nodes.map((node) => new Watch(node));
  const running = watches.map(async (watch) => {
    while (!end.signal.aborted) {
      await watch.look();
      await sleep(interval, undefined, { signal: end.signal }).catch(() => {});
    }
    await watch.look();
  });
  return {
    async stop() {
      end.abort();
      await Promise.all(running);
      const gaps = watches.flatMap((watch) => watch.gaps());
      return {
        gaps,
        longest: gaps.toSorted((a, b) => b.milliseconds - a.milliseconds)[0],
        looks: watches.reduce((sum, { looks }) => sum + looks, 0),
        longestPause: Math.max(0, ...watches.map(({ longestPause }) => longestPause)),
      };
    },
  };
}

class Watch {
  looks = 0;
  longestPause = 0;
  readonly #node: Watched;
  readonly #seen = new Map<string, Seen>();
  #lastLook: number | undefined;

  constructor(node: Watched) {
    this.#node = node;
  }

  async look(): Promise<void> {
    let prefixes;
    try {
      prefixes = await this.#node.prefixes();
    } catch {
      this.#lastLook = undefined;
      for (const seen of this.#seen.values()) seen.last = Number.NaN;
      return;
    }
    const now = performance.now();
    this.looks++;
    if (this.#lastLook !== undefined) this.longestPause = Math.max(this.longestPause, now - this.#lastLook);
    this.#lastLook = now;
    const present = new Set(prefixes);
    for (const [prefix, seen] of this.#seen) {
      if (!present.has(prefix)) {
        seen.isThere = false;
        if (Number.isNaN(seen.last)) seen.last = now;
        continue;
      }
      if (!seen.isThere && !Number.isNaN(seen.last)) seen.longest = Math.max(seen.longest, now - seen.last);
      seen.isThere = true;
      seen.last = now;
    }
    for (const prefix of present)
      if (!this.#seen.has(prefix)) this.#seen.set(prefix, { longest: 0, last: now, isThere: true });
  }

  gaps(): readonly Gap[] {
    const now = this.#lastLook ?? Number.NaN;
    return [...this.#seen].map(([prefix, { longest, last, isThere }]) => ({
      node: this.#node.name,
      prefix,
      milliseconds: isThere || Number.isNaN(now - last) ? longest : Math.max(longest, now - last),
      isThere,
    }));
  }
}
