/** What a change of a cluster takes away: sessions that came up, configurations that BIRD took, nodes' last sessions, and ways for routes. */
import type { Finding } from './finding.ts';
import { lintAddresses, lintNumber, networkOf } from './lint.ts';
import { lintLinks } from './lint-links.ts';
import { lintRoutes, lintSessions } from './lint-network.ts';
import { LINT_RULES } from './lint-rules.ts';
import type { FamilyView } from './lint-network.ts';
import { Losses } from './losses.ts';
import { DEFAULT_PORT, FAMILIES, nodesMatching, portOf } from './model.ts';
import type { BgpCluster, BgpNode, Family } from './model.ts';
import { splitPeer } from './peer-ip.ts';
import { isWithoutAs, refusedNodes } from './refusals.ts';
import { faultsOfWorking } from './session-losses.ts';
import { SessionPlan } from './sessions.ts';
import { nodesNamed } from './words.ts';

export type { Finding } from './finding.ts';

/** How many sessions BGPPeers make at most, one for each end: what looking at them costs. Those of the mesh cost next to nothing. */
export function peerSessions({ nodes, peers }: BgpCluster): number {
  return peers.reduce((sum, { nodeSelector, node, peerSelector }) => {
    const locals = nodeSelector !== '' ? nodesMatching(nodes, nodeSelector).length : node === '' ? nodes.length : 1;
    const targets = peerSelector === '' ? 1 : nodesMatching(nodes, peerSelector).length;
    return sum + 2 * locals * targets;
  }, 0);
}

/** A cluster, and what of it is looked at. */
interface View {
  readonly cluster: BgpCluster;
  readonly plan: SessionPlan;
  readonly network: readonly FamilyView[];
}

/**
 * The findings about `after` that tell of something that was well `before`: causes first, then what they amount to. What was lost already is not
 * told again, however the rest of the finding has changed; nor is it a node's fault that it joins a side of a split that was there.
 */
export function newCuts(before: BgpCluster, after: BgpCluster): readonly Finding[] {
  const now = viewOf(after);
  const refusals = lintRefusals(now);
  const faulty = now.network.some(({ links }) => lintLinks(now.plan, links).length > 0);
  const amounts = lintAmounts(now);
  if (refusals.length === 0 && !faulty && amounts.length === 0) return [];
  const was = viewOf(before);
  return [
    ...newRefusals(was, refusals),
    ...now.network.flatMap(({ links }, index) => {
      const earlier = was.network[index]?.links;
      return earlier === undefined ? [] : faultsOfWorking(now.plan, links, was.cluster, earlier);
    }),
    ...newAmounts(was, now, amounts),
  ];
}

/** What a change does to sessions that is worth knowing and takes nothing away by itself. */
export function newRisks(before: BgpCluster, after: BgpCluster): readonly Finding[] {
  const earlier = new Map(before.nodes.map((node) => [node.name, portOf(before, node) ?? DEFAULT_PORT]));
  const isMoved = (node: BgpNode): boolean => {
    const port = earlier.get(node.name);
    return port !== undefined && port !== (portOf(after, node) ?? DEFAULT_PORT);
  };
  const moved = after.nodes.filter(isMoved);
  if (moved.length === 0) return [];
  const plan = new SessionPlan(before);
  const busy = new Set(
    before.nodes.filter((node) => FAMILIES.some((family) => plan.hasSession(node, family))).map(({ name }) => name),
  );
  const names = moved.map(({ name }) => name).filter((name) => busy.has(name));
  if (names.length === 0) return [];
  const has = names.length === 1 ? 'listens' : 'listen';
  const message = `${nodesNamed(names)} ${has} on another port only when all BGP sessions there have been stopped`;
  const only = names.length === 1 ? moved.find((node) => node.name === names[0]) : undefined;
  const hasOwn = (cluster: BgpCluster): boolean =>
    cluster.nodes.some(({ name: other, ownPort }) => other === only?.name && ownPort !== undefined);
  const name = only !== undefined && (hasOwn(before) || hasOwn(after)) ? `node.${only.name}` : 'default';
  const subject = { kind: 'BGPConfiguration', name } as const;
  return [{ rule: LINT_RULES.portChange, subject, message, nodes: names, path: 'spec.listenPort' }];
}

function viewOf(cluster: BgpCluster): View {
  const plan = new SessionPlan(cluster);
  return { cluster, plan, network: networkOf(plan) };
}

/** Why BIRD refuses configurations: those of one family, or for an address that two nodes have. */
interface Refusal {
  readonly finding: Finding;
  readonly family?: Family;
}

function lintRefusals({ cluster, plan }: View): readonly Refusal[] {
  return [
    ...lintAddresses(cluster)
      .filter(({ rule }) => rule === LINT_RULES.sameAddress)
      .map((finding) => ({ finding })),
    ...cluster.peers.filter(isWithoutAs).flatMap((peer) => {
      const family = splitPeer(peer.peerIP)?.ip.includes(':') === true ? 'ipv6' : 'ipv4';
      return lintNumber(plan, peer).map((finding) => ({ finding, family }) as const);
    }),
  ];
}

/** Those of an address that was not shared, and those for which the configuration of a node is refused that was there and had a good one. */
function newRefusals({ cluster, plan }: View, found: readonly Refusal[]): readonly Finding[] {
  if (found.length === 0) return [];
  const shared = new Set(lintAddresses(cluster).map(keyOf));
  const wellIn = (family: Family): ReadonlySet<string> => {
    const refused = refusedNodes(plan, family);
    return new Set(cluster.nodes.filter((node) => !refused.has(node)).map(({ name }) => name));
  };
  const well = { ipv4: wellIn('ipv4'), ipv6: wellIn('ipv6') };
  return found
    .filter(({ finding, family }) =>
      family === undefined ? !shared.has(keyOf(finding)) : finding.nodes.some((name) => well[family].has(name)),
    )
    .map(({ finding }) => finding);
}

const keyOf = ({ rule, message }: Finding): string => `${rule.id} ${message}`;

/** Nodes without sessions, and routes that do not get everywhere. */
function lintAmounts({ plan, network }: View): readonly Finding[] {
  return [...lintSessions(plan, network), ...network.flatMap((view) => lintRoutes(view))];
}

function newAmounts(was: View, { cluster }: View, findings: readonly Finding[]): readonly Finding[] {
  if (findings.length === 0) return [];
  const earlier = lintAmounts(was);
  const losses = { ipv4: lossesIn(was.cluster, earlier, 'ipv4'), ipv6: lossesIn(was.cluster, earlier, 'ipv6') };
  return findings.filter(({ family: only, nodes, routes }) =>
    FAMILIES.some((family) => {
      if (only !== undefined && only !== family) return false;
      return routes === undefined
        ? withAddress(cluster, family, nodes).some((name) => losses[family].isNotAlone(name))
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
