/** The BGPPeers that lead to route reflectors, and the labels by which they find them. */
import type { Resource } from '../../kinds/resource.ts';
import { matches, parseSelector } from '../../selectors/index.ts';
import type { Selector } from '../../selectors/index.ts';
import { nodesMatching } from '../model.ts';
import type { BgpCluster, BgpNode, BgpPeer } from '../model.ts';

/** Nodes with a cluster ID. */
export const reflectorsOf = ({ nodes }: BgpCluster): readonly BgpNode[] =>
  nodes.filter(({ clusterId }) => clusterId !== '');

/** BGPPeers whose peerSelector finds reflectors and no other nodes. */
export function reflectorPeers({ nodes, peers }: BgpCluster): readonly BgpPeer[] {
  return peers.filter(({ peerSelector }) => {
    if (peerSelector === '') return false;
    const found = nodesMatching(nodes, peerSelector);
    return found.length > 0 && found.every(({ clusterId }) => clusterId !== '');
  });
}

/** Labels that a selector looks at; none where it cannot be read. */
export function labelsIn(selector: string): readonly string[] {
  if (selector === '') return [];
  try {
    return [...new Set(keys(parseSelector(selector)))];
  } catch {
    return [];
  }
}

function keys(selector: Selector): readonly string[] {
  switch (selector.type) {
    case 'all':
    case 'global':
      return [];
    case 'not':
      return keys(selector.operand);
    case 'and':
    case 'or':
      return selector.operands.flatMap(keys);
    default:
      return [selector.label];
  }
}

/**
 * Labels without which none of the peers finds the node; as few as there can be. undefined when that cannot be had by taking labels away.
 */
export function labelsToRemove(node: BgpNode, peers: readonly BgpPeer[]): readonly string[] | undefined {
  const selectors = peers.map(({ peerSelector }) => peerSelector);
  const found = (removed: readonly string[]): boolean => {
    const labels = Object.fromEntries(Object.entries(node.labels).filter(([key]) => !removed.includes(key)));
    return selectors.some((selector) => matches(parseSelector(selector), labels));
  };
  if (!found([])) return [];
  const used = [...new Set(selectors.flatMap(labelsIn))].filter((key) => Object.hasOwn(node.labels, key)).sort();
  for (const key of used) if (!found([key])) return [key];
  return found(used) ? undefined : used;
}

/**
 * Labels with which every peer that finds all reflectors finds the node, too; as few as there can be. undefined when no labels that all reflectors
 * have bring that about.
 */
export function labelsToAdd(
  node: BgpNode,
  reflectors: readonly BgpNode[],
  peers: readonly BgpPeer[],
): Readonly<Record<string, string>> | undefined {
  const selectors = peers
    .map(({ peerSelector }) => peerSelector)
    .filter((selector) => reflectors.every((reflector) => nodesMatching([reflector], selector).length > 0));
  if (selectors.length === 0) return undefined;
  const finds = (labels: Readonly<Record<string, string>>): boolean =>
    selectors.every((selector) => matches(parseSelector(selector), { ...node.labels, ...labels }));
  if (finds({})) return {};
  const [first] = reflectors;
  const common = [...new Set(selectors.flatMap(labelsIn))].sort().flatMap((key): [string, string][] => {
    const value = first?.labels[key];
    return value !== undefined && reflectors.every(({ labels }) => labels[key] === value) ? [[key, value]] : [];
  });
  for (const one of common) if (finds(Object.fromEntries([one]))) return Object.fromEntries([one]);
  const all = Object.fromEntries(common);
  return finds(all) ? all : undefined;
}

/** Labels that the datastore has from Kubernetes, and does not change for Calico. */
export function inheritedLabels(node: Resource | undefined): readonly string[] {
  const text = node?.metadata.annotations?.['projectcalico.org/kube-labels'] ?? '';
  try {
    const labels: unknown = JSON.parse(text);
    return typeof labels === 'object' && labels !== null ? Object.keys(labels) : [];
  } catch {
    return [];
  }
}
