/**
 * Which BGP sessions every node must have: the protocols that Calico's confd writes into BIRD's configuration, found from the resources
 * alone, its oddities included. Source: Calico's documentation of BGPPeer, BGPConfiguration and Node, and the behaviour of confd.
 */
import { Entries } from './entries.ts';
import type { HiddenPeer, Rivalry } from './entries.ts';
import type { Entry } from './entry-table.ts';
import { asOf, FAMILIES, portOf } from './model.ts';
import type { BgpCluster, BgpNode, Family } from './model.ts';
import { protocolName } from './session.ts';
import type { NodeSessions, Reason, Session } from './session.ts';

export type { NodeSessions, Session } from './session.ts';

/** The sessions of a cluster, made when they are asked for: those of a mesh are as many as pairs of nodes. */
export class SessionPlan {
  readonly cluster: BgpCluster;
  /** the members of the node-to-node mesh by family; each has a session with every other */
  readonly mesh: Readonly<Record<Family, readonly BgpNode[]>>;
  readonly #entries: Entries;
  readonly #meshNames = new Map<string, string>();

  constructor(cluster: BgpCluster) {
    this.cluster = cluster;
    this.#entries = new Entries(cluster);
    this.mesh = { ipv4: meshMembers(cluster, 'ipv4'), ipv6: meshMembers(cluster, 'ipv6') };
  }

  /** Sessions of a node that BGPPeers make, in no special order. */
  explicit(node: BgpNode, family: Family): readonly Session[] {
    if (node[family] === '') return [];
    return this.#entries.of(node, family).map((entry) => this.session(node, family, entry));
  }

  /** The same before they are sessions, address by address: many of them cost next to nothing. */
  forEachAddress(node: BgpNode, family: Family, visit: (ip: string, entries: readonly Entry[]) => void): void {
    if (node[family] !== '') this.#entries.forEachAddress(node, family, visit);
  }

  /** Those to one address of the family. */
  entriesTo(node: BgpNode, family: Family, address: string): readonly Entry[] {
    return node[family] === '' ? [] : this.#entries.to(node, address);
  }

  /** An entry of a node as a session. */
  session(node: BgpNode, family: Family, entry: Entry): Session {
    return this.#entries.session(node, family, entry);
  }

  /** Whether a node has any session in a family. */
  hasSession(node: BgpNode, family: Family): boolean {
    const own = node[family];
    if (own === '') return false;
    const inMesh = node.clusterId === '' && this.mesh[family].some((other) => other[family] !== own);
    return inMesh || this.#entries.hasAny(node, family);
  }

  /** All sessions of a node in a family, in bytewise order of their protocol names. */
  sessions(node: BgpNode, family: Family): readonly Session[] {
    const own = node[family];
    if (own === '') return [];
    const mesh =
      node.clusterId === ''
        ? this.mesh[family]
            .filter((other) => other !== node && other[family] !== own)
            .map((other) => this.meshSession(node, other, family))
        : [];
    return [...mesh, ...this.explicit(node, family)].sort((a, b) => (a.protocol < b.protocol ? -1 : 1));
  }

  #meshName(address: string): string {
    let name = this.#meshNames.get(address);
    if (name === undefined) this.#meshNames.set(address, (name = protocolName('Mesh', address)));
    return name;
  }

  /** What a member of the mesh has for another. */
  meshSession(node: BgpNode, other: BgpNode, family: Family): Session {
    const { cluster } = this;
    const own = node[family];
    const localAs = asOf(cluster, node);
    return {
      protocol: this.#meshName(other[family]),
      neighbor: other[family],
      port: portOf(cluster, other) ?? null,
      // confd falls back to the AS number of the node it writes for, not to the cluster's.
      as: other.ownAs ?? localAs,
      localAs,
      source: own,
      passive: other[family] > own,
      rrClient: false,
      clusterId: null,
      password: cluster.meshPassword !== undefined,
      secret: cluster.meshPassword ?? null,
      ttlSecurity: null,
      node: other.name,
      reason: MESH,
      rivals: [],
    };
  }

  /** Sessions that several BGPPeers make with different settings. */
  rivalries(): readonly Rivalry[] {
    return this.#entries.rivalries();
  }

  /** BGPPeers that make no session because others make them all. */
  hiddenPeers(): readonly HiddenPeer[] {
    return this.#entries.hiddenPeers();
  }
}

const MESH: Reason = { type: 'mesh', text: 'node-to-node mesh' };

function meshMembers(cluster: BgpCluster, family: Family): readonly BgpNode[] {
  return cluster.meshEnabled ? cluster.nodes.filter((node) => node.clusterId === '' && node[family] !== '') : [];
}

/** Sessions of every node, by node name and family, in bytewise order of their protocol names. */
export function expectedSessions(cluster: BgpCluster): ReadonlyMap<string, NodeSessions> {
  const plan = new SessionPlan(cluster);
  return new Map(cluster.nodes.map((node) => [node.name, sessionsOf(plan, node)]));
}

/** Sessions of one node. */
export function sessionsOf(plan: SessionPlan, node: BgpNode): NodeSessions {
  const [ipv4 = [], ipv6 = []] = FAMILIES.map((family) => plan.sessions(node, family));
  return { ipv4, ipv6 };
}
