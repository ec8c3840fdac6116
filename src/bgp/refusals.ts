/**
 * Configurations that BIRD refuses as a whole: the node keeps the sessions of its last good one, and has none after a new start (BIRD 1.6: `as 0` is
 * out of range, and no two protocols have one name).
 */
import type { FamilyLinks } from './links.ts';
import { asOf } from './model.ts';
import type { BgpNode, BgpPeer, Family } from './model.ts';
import { splitPeer } from './peer-ip.ts';
import type { SessionPlan } from './sessions.ts';

/** What BIRD has against the configuration of a node, without naming the node; empty when nothing. */
export function refusalsOf(plan: SessionPlan, node: BgpNode, family: Family): readonly string[] {
  const sessions = plan.sessions(node, family);
  const without = sessions.find(({ as }) => as === 0);
  const twice = sessions.find(({ protocol }, index) => protocol === sessions[index + 1]?.protocol);
  return [
    ...(without === undefined ? [] : [`${without.protocol} has no AS number (${without.reason.text})`]),
    ...(twice === undefined
      ? []
      : [`${twice.protocol} is there twice, as two nodes have the address ${twice.neighbor}`]),
  ];
}

/** The nodes of which {@link refusalsOf} finds something. The work is linear in nodes and in sessions that BGPPeers make. */
export function refusedNodes(plan: SessionPlan, family: Family): ReadonlySet<BgpNode> {
  return new Set([...withoutAs(plan, family), ...withTwins(plan, family)]);
}

function withoutAs(plan: SessionPlan, family: Family): readonly BgpNode[] {
  const { cluster } = plan;
  const { nodes, peers } = cluster;
  if (!nodes.some((node) => asOf(cluster, node) === 0) && !peers.some(isWithoutAs)) return [];
  const mesh = new Set(plan.mesh[family]);
  const addressesOf = (isMeant: (member: BgpNode) => boolean): ReadonlySet<string> =>
    new Set(plan.mesh[family].filter(isMeant).map((member) => member[family]));
  const none = addressesOf(({ ownAs }) => ownAs === 0);
  // Such a member is given the number of the node that looks at it.
  const unset = addressesOf(({ ownAs }) => ownAs === undefined);
  const isOther = (addresses: ReadonlySet<string>, own: string): boolean =>
    addresses.size > (addresses.has(own) ? 1 : 0);
  return nodes.filter((node) => {
    let found =
      mesh.has(node) && (isOther(none, node[family]) || (asOf(cluster, node) === 0 && isOther(unset, node[family])));
    plan.forEachAddress(node, family, (_, entries) => {
      found ||= entries.some(({ target }) => target.as === 0);
    });
    return found;
  });
}

/** Members of the mesh that find two others with one address. */
function withTwins({ mesh }: SessionPlan, family: Family): readonly BgpNode[] {
  const seen = new Set<string>();
  const shared = new Set<string>();
  for (const { [family]: address } of mesh[family]) (seen.has(address) ? shared : seen).add(address);
  const [one, two] = shared;
  if (one === undefined) return [];
  return two === undefined ? mesh[family].filter((node) => node[family] !== one) : mesh[family];
}

/** Whether a BGPPeer makes sessions without an AS number. */
export function isWithoutAs({ peerIP, asNumber }: BgpPeer): boolean {
  return peerIP !== '' && asNumber === 0;
}

/** The nodes whose configuration BIRD refuses for a BGPPeer without an AS number. */
export function refusedFor(plan: SessionPlan, peer: BgpPeer): readonly BgpNode[] {
  const ip = splitPeer(peer.peerIP)?.ip;
  if (ip === undefined || !isWithoutAs(peer)) return [];
  const family = ip.includes(':') ? 'ipv6' : 'ipv4';
  return plan.cluster.nodes.filter((node) =>
    plan.entriesTo(node, family, ip).some((entry) => entry.peer === peer && entry.target.as === 0),
  );
}

/** The links that are left when the nodes whose configuration is refused have none. */
export function withoutRefused(links: FamilyLinks, refused: ReadonlySet<BgpNode>): FamilyLinks {
  if (refused.size === 0) return links;
  const names = new Set([...refused].map(({ name }) => name));
  return {
    ...links,
    mesh: links.mesh.filter((node) => !refused.has(node)),
    links: links.links.filter(({ a, b }) => !refused.has(a) && !refused.has(b)),
    external: new Map([...links.external].filter(([name]) => !names.has(name))),
  };
}
