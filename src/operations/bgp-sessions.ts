/** The BGP sessions that must exist. */
import type { Context } from '../context.ts';
import { cannotComeUp } from '../bgp/cannot-come-up.ts';
import type { CannotComeUp } from '../bgp/cannot-come-up.ts';
import { peerSessions } from '../bgp/cuts.ts';
import { whyNoSessions } from '../bgp/why-none.ts';
import { SessionPlan, sessionsOf } from '../bgp/sessions.ts';
import type { NodeSessions } from '../bgp/sessions.ts';
import type { Notice } from '../manifests/manifest.ts';
import { readBgp } from './bgp-view.ts';
import type { BgpSource } from './bgp-view.ts';
import type { CommonOptions } from './input.ts';
import { noSuchNode } from './no-such-node.ts';

export type { Session } from '../bgp/sessions.ts';

export interface BgpSessionsInput extends BgpSource, CommonOptions {
  /** only this node */
  readonly node: string | undefined;
}

export interface BgpSessionsResult {
  /** all nodes of the cluster */
  readonly known: readonly { readonly name: string }[];
  /** made anew each time they are gone through: there may be millions */
  readonly nodes: Iterable<readonly [string, NodeSessions]>;
  readonly warnings: readonly Notice[];
  /** where no session must exist: why; empty where some must */
  readonly whyNone: readonly string[];
  /** undefined when all can come up as far as the resources tell, `too-many` when that is not looked at */
  readonly down: () => CannotComeUp | 'too-many' | undefined;
}

/** Sessions of BGPPeers, one for each end, up to which all are looked at together: within a second. More of them are only gone through. */
const LOOKED_AT = 250_000;

/** @throws {OperationError} for a node that does not exist */
export async function bgpSessions(context: Context, input: BgpSessionsInput): Promise<BgpSessionsResult> {
  const { cluster, warnings } = await readBgp(context, input, input);
  const chosen = cluster.nodes.filter(({ name }) => input.node === undefined || name === input.node);
  if (input.node !== undefined && chosen.length === 0) throw noSuchNode(cluster.nodes, input.node);
  const plan = new SessionPlan(cluster);
  const nodes = {
    *[Symbol.iterator](): Generator<readonly [string, NodeSessions]> {
      for (const node of chosen) yield [node.name, sessionsOf(plan, node)];
    },
  };
  const down = (): ReturnType<BgpSessionsResult['down']> =>
    peerSessions(cluster) > LOOKED_AT ? 'too-many' : cannotComeUp(plan, chosen);
  return { known: cluster.nodes, nodes, warnings, whyNone: whyNoSessions(plan, chosen), down };
}
