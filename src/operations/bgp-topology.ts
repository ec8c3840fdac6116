/** The BGP sessions that must exist as a graph. */
import type { Context } from '../context.ts';
import type { BgpCluster, Family } from '../bgp/model.ts';
import { topology } from '../bgp/topology/topology.ts';
import type { Topology } from '../bgp/topology/topology.ts';
import type { Notice } from '../manifests/manifest.ts';
import { readBgp, warnWithoutNodes } from './bgp-view.ts';
import type { BgpSource } from './bgp-view.ts';
import type { CommonOptions } from './input.ts';
import { nearestName } from '../manifests/nearest.ts';

export { describeGap } from '../bgp/lint-network.ts';
export type { SinglePoint } from '../bgp/failures.ts';
export type { Family } from '../bgp/model.ts';
export type { Box, Edge, FamilyTopology, Topology } from '../bgp/topology/topology.ts';
export { counted, familyName, nodesNamed, someNames } from '../bgp/words.ts';

export interface BgpTopologyInput extends BgpSource, CommonOptions {
  readonly families: readonly Family[];
  /** key of a label, `cluster-id` or `none`; undefined: what fits best */
  readonly groupBy: string | undefined;
}

export interface BgpTopologyResult {
  readonly topology: Topology;
  readonly warnings: readonly Notice[];
}

/** @throws {ManifestError}, and the datastore's errors */
export async function bgpTopology(context: Context, input: BgpTopologyInput): Promise<BgpTopologyResult> {
  const { cluster, warnings } = await readBgp(context, input, input);
  warnWithoutNodes(context, cluster, input);
  warnWithoutLabel(context, cluster, input.groupBy);
  return { topology: topology(cluster, input.families, input.groupBy), warnings };
}

/** Says that a grouping by a label groups nothing. */
function warnWithoutLabel(context: Context, { nodes }: BgpCluster, label: string | undefined): void {
  if (label === undefined || label === 'none' || label === 'cluster-id' || nodes.length === 0) return;
  if (nodes.some(({ labels }) => Object.hasOwn(labels, label))) return;
  const there = new Set(nodes.flatMap(({ labels }) => Object.keys(labels)));
  const near = nearestName(label, [...there, 'cluster-id']);
  context.warn(`no node has the label ${label}${near === undefined ? '' : `: did you mean ${near}?`}`);
}
