/** The BGP sessions that must exist. */
import type { Context } from '../context.ts';
import { expectedSessions, SessionPlan, sessionsOf } from '../bgp/sessions.ts';
import type { NodeSessions } from '../bgp/sessions.ts';
import type { Notice } from '../manifests/manifest.ts';
import { readBgp } from './bgp-view.ts';
import type { BgpSource } from './bgp-view.ts';
import { OperationError } from './errors.ts';
import type { CommonOptions } from './input.ts';

export type { Session } from '../bgp/sessions.ts';

export interface BgpSessionsInput extends BgpSource, CommonOptions {
  /** only this node */
  readonly node: string | undefined;
}

export interface BgpSessionsResult {
  readonly nodes: ReadonlyMap<string, NodeSessions>;
  readonly warnings: readonly Notice[];
}

/** @throws {OperationError} for a node that does not exist */
export async function bgpSessions(context: Context, input: BgpSessionsInput): Promise<BgpSessionsResult> {
  const { cluster, warnings } = await readBgp(context, input, input);
  if (input.node === undefined) return { nodes: expectedSessions(cluster), warnings };
  const node = cluster.nodes.find(({ name }) => name === input.node);
  if (node === undefined) throw new OperationError(`node ${input.node} does not exist`);
  return { nodes: new Map([[node.name, sessionsOf(new SessionPlan(cluster), node)]]), warnings };
}
