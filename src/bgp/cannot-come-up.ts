/** Sessions between nodes that cannot come up, in one number and one sentence. */
import type { Finding } from './finding.ts';
import { lintLinks } from './lint-links.ts';
import { familyLinks, meshFault } from './links.ts';
import type { FamilyLinks } from './links.ts';
import { FAMILIES } from './model.ts';
import type { BgpNode } from './model.ts';
import type { SessionPlan } from './sessions.ts';

export interface CannotComeUp {
  /** sessions, each counted once, not once at each end */
  readonly sessions: number;
  /** what `lint` says of the first of them in the order of its rules */
  readonly cause: string;
}

/**
 * The sessions that the nodes have and that {@link lintLinks} finds at fault; undefined where there is none. The work is linear in nodes and in
 * sessions that BGPPeers make.
 */
export function cannotComeUp(plan: SessionPlan, nodes: readonly BgpNode[]): CannotComeUp | undefined {
  const chosen = new Set(nodes);
  const families = FAMILIES.map((family) => concerning(plan, familyLinks(plan, family), chosen));
  const sessions = families.reduce((sum, links) => sum + faultyIn(plan, links, chosen), 0);
  if (sessions === 0) return undefined;
  const [first, ...more] = families.flatMap((links): readonly Finding[] => lintLinks(plan, links));
  if (first === undefined) return undefined;
  const { message, subject, rule } = more.reduce((one, other) => (other.rule.id < one.rule.id ? other : one), first);
  return { sessions, cause: `${rule.id} ${subject.kind}(${subject.name}) ${message}` };
}

/** The links that end at one of the nodes, and the mesh where one of them is at fault in it. */
function concerning(plan: SessionPlan, links: FamilyLinks, chosen: ReadonlySet<BgpNode>): FamilyLinks {
  return {
    ...links,
    mesh: faultyInMesh(plan, links, chosen) > 0 ? links.mesh : [],
    links: links.links.filter(({ a, b }) => chosen.has(a) || chosen.has(b)),
  };
}

/** Links say of two members of the mesh what holds of them, where there is one. */
function faultyIn(plan: SessionPlan, links: FamilyLinks, chosen: ReadonlySet<BgpNode>): number {
  const mesh = new Set(links.mesh);
  const told = links.links.filter(
    ({ a, b }) => mesh.has(a) && mesh.has(b) && meshFault(plan.cluster, a, b) !== undefined,
  );
  const atFault = links.links.filter(({ faults }) => faults.length > 0);
  return atFault.length + faultyInMesh(plan, links, chosen) - told.length;
}

/** Pairs of members that {@link meshFault} keeps apart, one of which is chosen. */
function faultyInMesh({ cluster }: SessionPlan, { mesh }: FamilyLinks, chosen: ReadonlySet<BgpNode>): number {
  const without = mesh.filter(({ ownAs }) => ownAs === undefined);
  const [first] = without;
  if (first === undefined) return 0;
  const other = mesh.filter((node) => meshFault(cluster, node, first) !== undefined);
  const left = (nodes: readonly BgpNode[]): number => nodes.filter((node) => !chosen.has(node)).length;
  return other.length * without.length - left(other) * left(without);
}
