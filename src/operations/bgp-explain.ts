/** Why there is a session between a node and a peer, or why there is none. */
import type { Context } from '../context.ts';
import { describeNode, explain } from '../bgp/explain.ts';
import type { Explanation, Peer } from '../bgp/explain.ts';
import type { BgpCluster, Family } from '../bgp/model.ts';
import { SessionPlan } from '../bgp/sessions.ts';
import type { Notice } from '../manifests/manifest.ts';
import { formatIP, parseIP } from '../net/ip.ts';
import { readBgp } from './bgp-view.ts';
import type { BgpSource } from './bgp-view.ts';
import { OperationError } from './errors.ts';
import type { CommonOptions } from './input.ts';
import { noSuchNode } from './no-such-node.ts';

export type { End, Explanation } from '../bgp/explain.ts';
export type { Session } from '../bgp/sessions.ts';

export interface BgpExplainInput extends BgpSource, CommonOptions {
  readonly node: string;
  /** name of a node, or an address */
  readonly peer: string;
}

export interface BgpExplainResult {
  /** the two ends in words: name, addresses, AS number, cluster ID */
  readonly node: string;
  readonly peer: string;
  readonly families: readonly Explanation[];
  readonly warnings: readonly Notice[];
}

/** @throws {OperationError} for a node that does not exist */
export async function bgpExplain(context: Context, input: BgpExplainInput): Promise<BgpExplainResult> {
  const { cluster, warnings } = await readBgp(context, input, input);
  const node = cluster.nodes.find(({ name }) => name === input.node);
  if (node === undefined) throw noSuchNode(cluster.nodes, input.node);
  const { peer, family } = peerOf(cluster, input.peer);
  if (peer.type === 'node' && peer.node === node) throw new OperationError(`${node.name} has no session with itself`);
  const families = explain(new SessionPlan(cluster), node, peer);
  return {
    node: describeNode(cluster, node),
    peer: peer.type === 'node' ? describeNode(cluster, peer.node) : peer.address,
    families: families.filter((one) => family === undefined || one.family === family),
    warnings,
  };
}

/** The peer, and the family where an address was given. */
function peerOf(cluster: BgpCluster, text: string): { readonly peer: Peer; readonly family?: Family } {
  const named = cluster.nodes.find(({ name }) => name === text);
  if (named !== undefined) return { peer: { type: 'node', node: named } };
  const ip = parseIP(text);
  if (ip === undefined) throw noSuchNode(cluster.nodes, text, ', and it is no address');
  const address = formatIP(ip);
  const family = address.includes(':') ? 'ipv6' : 'ipv4';
  const node = cluster.nodes.find((one) => one[family] === address);
  return { peer: node === undefined ? { type: 'address', address } : { type: 'node', node }, family };
}
