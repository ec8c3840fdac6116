/** What a change of a cluster takes away: nodes that are left without sessions, and routes that no longer get everywhere. */
import type { Finding } from './finding.ts';
import { lintCuts } from './lint.ts';
import { FAMILIES } from './model.ts';
import type { BgpCluster, Family } from './model.ts';

export type { Finding } from './finding.ts';

/**
 * The findings about `after` that tell of a node or a route that was well `before`. What was lost already is not told again, however the rest of
 * the finding has changed; nor is it a node's fault that it joins a side of a split that was there.
 */
export function newCuts(before: BgpCluster, after: BgpCluster): readonly Finding[] {
  const findings = lintCuts(after);
  if (findings.length === 0) return [];
  const known = new Losses(before);
  return findings.filter((finding) =>
    familiesOf(finding).some((family) =>
      finding.routes === undefined
        ? known.misses(family, without(after, family, finding.nodes))
        : known.lacks(family, finding.nodes, finding.routes),
    ),
  );
}

const familiesOf = ({ family }: Finding): readonly Family[] => (family === undefined ? FAMILIES : [family]);

/** Of these nodes the ones with an address in the family. */
function without({ nodes }: BgpCluster, family: Family, names: readonly string[]): readonly string[] {
  const named = new Set(names);
  return nodes.filter((node) => node[family] !== '' && named.has(node.name)).map(({ name }) => name);
}

/** What a cluster lacks. */
class Losses {
  readonly #existing: ReadonlySet<string>;
  readonly #alone: Readonly<Record<Family, Set<string>>> = { ipv4: new Set(), ipv6: new Set() };
  /** the sets of nodes that do not learn the routes of a node */
  readonly #unreached: Readonly<Record<Family, Map<string, ReadonlySet<string>[]>>> = {
    ipv4: new Map(),
    ipv6: new Map(),
  };

  constructor(cluster: BgpCluster) {
    this.#existing = new Set(cluster.nodes.map(({ name }) => name));
    for (const { nodes, routes, ...finding } of lintCuts(cluster)) {
      for (const family of familiesOf({ nodes, ...finding })) {
        if (routes === undefined) for (const name of nodes) this.#alone[family].add(name);
        else {
          this.#note(family, nodes, new Set(routes.to));
          if (routes.mutual) this.#note(family, routes.to, new Set(nodes));
        }
      }
    }
  }

  #note(family: Family, from: readonly string[], to: ReadonlySet<string>): void {
    for (const name of from) {
      const sets = this.#unreached[family].get(name);
      if (sets === undefined) this.#unreached[family].set(name, [to]);
      else sets.push(to);
    }
  }

  /** Whether one of these nodes, which have no session now, had one or was not there. */
  misses(family: Family, nodes: readonly string[]): boolean {
    return nodes.some((name) => !this.#alone[family].has(name));
  }

  /** Whether routes are missing that were there, or only those of nodes that were not. */
  lacks(family: Family, from: readonly string[], { to, mutual }: NonNullable<Finding['routes']>): boolean {
    const ways = [[from, to] as const, ...(mutual ? [[to, from] as const] : [])];
    let isKnown = false;
    for (const [senders, receivers] of ways) {
      for (const sender of senders) {
        for (const receiver of receivers) {
          if (sender === receiver || !this.#existing.has(sender) || !this.#existing.has(receiver)) continue;
          if (!this.#isUnreached(family, sender, receiver)) return true;
          isKnown = true;
        }
      }
    }
    return !isKnown;
  }

  #isUnreached(family: Family, sender: string, receiver: string): boolean {
    const alone = this.#alone[family];
    if (alone.has(sender) || alone.has(receiver)) return true;
    return this.#unreached[family].get(sender)?.some((set) => set.has(receiver)) ?? false;
  }
}
