/** What the selectors of BGPPeers match of single nodes, in words. */
import { selectorFault } from '../selectors/index.ts';
import { nodesMatching } from './model.ts';
import type { BgpNode, BgpPeer } from './model.ts';

/** BGPPeers that are told of at most. */
const TOLD = 5;

/** A line for each BGPPeer that has selectors: which of one or two nodes they match. */
export function selected(peers: readonly BgpPeer[], nodes: readonly BgpNode[]): readonly string[] {
  const lines = peers.flatMap(({ name, nodeSelector, peerSelector }) => {
    const parts = [['nodeSelector', nodeSelector] as const, ['peerSelector', peerSelector] as const].flatMap(
      ([field, selector]) => (selector === '' ? [] : [`${field} ${selector} ${matchText(selector, nodes)}`]),
    );
    return parts.length === 0 ? [] : [`BGPPeer ${name}: ${parts.join('; ')}`];
  });
  return lines.length <= TOLD ? lines : [...lines.slice(0, TOLD), `and ${lines.length - TOLD} more BGPPeers`];
}

function matchText(selector: string, nodes: readonly BgpNode[]): string {
  const fault = selectorFault(selector);
  if (fault !== undefined) return `is no selector: ${fault}`;
  const found = new Set(nodesMatching(nodes, selector));
  const names = (isFound: boolean): readonly string[] =>
    nodes.filter((node) => found.has(node) === isFound).map(({ name }) => name);
  const [yes, no] = [names(true), names(false)];
  if (yes.length === 0)
    return no.length === 1 ? `does not match ${no[0] ?? ''}` : `matches neither ${no.join(' nor ')}`;
  return `matches ${yes.join(' and ')}${no.length === 0 ? '' : `, not ${no[0] ?? ''}`}`;
}
