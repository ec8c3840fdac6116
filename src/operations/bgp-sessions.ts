/** The BGP sessions that must exist. */
import type { Context } from '../context.ts';
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
  /** made anew each time they are gone through: there may be millions */
  readonly nodes: Iterable<readonly [string, NodeSessions]>;
  readonly warnings: readonly Notice[];
  /** where no session must exist: why; empty where some must */
  readonly whyNone: readonly string[];
}

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
  return { nodes, warnings, whyNone: whyNoSessions(plan, chosen) };
}
