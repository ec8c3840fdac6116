/** What a change of a cluster takes away: nodes that are left without sessions, and routes that no longer get everywhere. */
import type { Finding } from './finding.ts';
import { lintCuts } from './lint.ts';
import { Losses } from './losses.ts';
import { FAMILIES, nodesMatching } from './model.ts';
import type { BgpCluster, Family } from './model.ts';

export type { Finding } from './finding.ts';

/** How many sessions BGPPeers make at most, one for each end: what looking at them costs. Those of the mesh cost next to nothing. */
export function peerSessions({ nodes, peers }: BgpCluster): number {
  return peers.reduce((sum, { nodeSelector, node, peerSelector }) => {
    const locals = nodeSelector !== '' ? nodesMatching(nodes, nodeSelector).length : node === '' ? nodes.length : 1;
    const targets = peerSelector === '' ? 1 : nodesMatching(nodes, peerSelector).length;
    return sum + 2 * locals * targets;
  }, 0);
}

/**
 * The findings about `after` that tell of a node or a route that was well `before`. What was lost already is not told again, however the rest of
 * the finding has changed; nor is it a node's fault that it joins a side of a split that was there.
 */
export function newCuts(before: BgpCluster, after: BgpCluster): readonly Finding[] {
  const findings = lintCuts(after);
  if (findings.length === 0) return [];
  const earlier = lintCuts(before);
  const losses = { ipv4: lossesIn(before, earlier, 'ipv4'), ipv6: lossesIn(before, earlier, 'ipv6') };
  return findings.filter(({ family: only, nodes, routes }) =>
    FAMILIES.some((family) => {
      if (only !== undefined && only !== family) return false;
      return routes === undefined
        ? withAddress(after, family, nodes).some((name) => losses[family].isNotAlone(name))
        : losses[family].isNew({ from: nodes, ...routes });
    }),
  );
}

function withAddress({ nodes }: BgpCluster, family: Family, names: readonly string[]): readonly string[] {
  const named = new Set(names);
  return nodes.filter((node) => node[family] !== '' && named.has(node.name)).map(({ name }) => name);
}

function lossesIn({ nodes }: BgpCluster, findings: readonly Finding[], family: Family): Losses {
  const own = findings.filter((finding) => (finding.family ?? family) === family);
  const alone = own.flatMap((finding) => (finding.routes === undefined ? finding.nodes : []));
  const gaps = own.flatMap(({ nodes: from, routes }) => (routes === undefined ? [] : [{ from, ...routes }]));
  return new Losses(
    nodes.map(({ name }) => name),
    alone,
    gaps,
  );
}
