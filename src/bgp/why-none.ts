/** Why two nodes have no session with each other. */
import { splitPeer } from './entries.ts';
import { FAMILIES, nodesMatching } from './model.ts';
import type { BgpCluster, BgpNode, BgpPeer, Family } from './model.ts';
import type { SessionPlan } from './sessions.ts';
import { familyName, nodesNamed } from './words.ts';

/** BGPPeers that are named at most. */
const NAMED = 5;

/** What would have to be different, for two nodes without a session: addresses, the mesh, each BGPPeer that comes near. */
export function whyNone(cluster: BgpCluster, a: BgpNode, b: BgpNode, family: Family): readonly string[] {
  const lacking = [a, b].filter((node) => node[family] === '');
  if (lacking.length > 0) return lacking.map(({ name }) => `${name} has no ${familyName(family)} address`);
  if (a[family] === b[family]) return [`${a.name} and ${b.name} have the same address ${a[family]}`];
  return [...meshReasons(cluster, [a, b]), ...peerReasons(cluster, a, b, family)];
}

/** Why none of the nodes has a session; empty when one has. */
export function whyNoSessions(plan: SessionPlan, nodes: readonly BgpNode[]): readonly string[] {
  const { cluster, mesh } = plan;
  if (nodes.some((node) => FAMILIES.some((family) => plan.hasSession(node, family)))) return [];
  if (cluster.nodes.length === 0) return ['no session must exist: there is no node'];
  const [only] = nodes;
  const without = nodes.filter(({ ipv4, ipv6 }) => ipv4 === '' && ipv6 === '');
  if (without.length === nodes.length)
    return [`no session must exist: ${nodesNamed(without.map(({ name }) => name))} without an address for BGP`];
  const isInMesh = FAMILIES.some((family) => nodes.some((node) => mesh[family].includes(node)));
  const why = [
    !cluster.meshEnabled
      ? 'the node-to-node mesh is off'
      : isInMesh
        ? 'nobody else is in the node-to-node mesh'
        : `a cluster ID takes ${nodes.length === 1 ? (only?.name ?? '') : 'every node'} out of the node-to-node mesh`,
    cluster.peers.length === 0
      ? 'there is no BGPPeer'
      : `no BGPPeer gives ${nodes.length === 1 ? (only?.name ?? '') : 'any node'} a neighbour: see calicoctl bgp lint`,
  ];
  return [`no session must exist: ${why.join(', and ')}`];
}

function meshReasons({ meshEnabled }: BgpCluster, nodes: readonly BgpNode[]): readonly string[] {
  if (!meshEnabled) return ['the node-to-node mesh is off'];
  return nodes
    .filter(({ clusterId }) => clusterId !== '')
    .map(({ name, clusterId }) => `cluster ID ${clusterId} takes ${name} out of the node-to-node mesh`);
}

function peerReasons({ peers }: BgpCluster, a: BgpNode, b: BgpNode, family: Family): readonly string[] {
  if (peers.length === 0) return ['there is no BGPPeer'];
  const views = peers.map((peer) => new View(peer, a, b, family));
  const near = views.flatMap((view) => view.near());
  const far = views.filter((view) => view.near().length === 0).map(({ peer }) => peer.name);
  const named = [
    ...near.slice(0, NAMED),
    ...(near.length > NAMED ? [`and ${near.length - NAMED} more like these`] : []),
  ];
  if (far.length === 0) return named;
  const names = `${far.slice(0, NAMED).join(', ')}${far.length > NAMED ? ` and ${far.length - NAMED} more` : ''}`;
  return [...named, `neither ${a.name} nor ${b.name} is what BGPPeer ${names} tells others to peer with`];
}

/** A BGPPeer and two nodes. */
class View {
  readonly peer: BgpPeer;
  readonly #nodes: readonly (readonly [BgpNode, BgpNode])[];
  readonly #family: Family;

  constructor(peer: BgpPeer, a: BgpNode, b: BgpNode, family: Family) {
    this.peer = peer;
    this.#nodes = [
      [a, b],
      [b, a],
    ];
    this.#family = family;
  }

  /** For each node that the peer means as target: why the other one does not peer with it. */
  near(): readonly string[] {
    const { name, nodeSelector, node } = this.peer;
    const locals = nodeSelector === '' ? `node ${node}` : `nodeSelector ${nodeSelector}`;
    return this.#nodes.flatMap(([local, target]) =>
      this.#isTarget(target) && !this.#isLocal(local)
        ? [`BGPPeer ${name}: ${this.#targetText()} matches ${target.name}, but ${locals} does not match ${local.name}`]
        : [],
    );
  }

  #isLocal(one: BgpNode): boolean {
    const { node, nodeSelector } = this.peer;
    if (nodeSelector !== '') return nodesMatching([one], nodeSelector).length > 0;
    return node === '' || node === one.name;
  }

  #isTarget(one: BgpNode): boolean {
    const { peerIP, peerSelector } = this.peer;
    if (peerSelector !== '') return nodesMatching([one], peerSelector).length > 0;
    return splitPeer(peerIP)?.ip === one[this.#family];
  }

  #targetText(): string {
    const { peerIP, peerSelector } = this.peer;
    return peerSelector === '' ? `peerIP ${peerIP}` : `peerSelector ${peerSelector}`;
  }
}
