/**
 * Which BGP sessions every node must have: the protocols that Calico's confd writes into BIRD's configuration, found from the resources
 * alone, its oddities included. Source: Calico's documentation of BGPPeer, BGPConfiguration and Node, and the behaviour of confd.
 */
import { parseIP, formatIP } from '../net/ip.ts';
import { asOf, DEFAULT_PORT, nodesMatching, portOf } from './model.ts';
import type { BgpCluster, BgpNode, BgpPeer, Family, SecretRef } from './model.ts';

/** Why a session exists. */
export interface Reason {
  readonly type: 'mesh' | 'global' | 'node' | 'reverse';
  /** name of the BGPPeer; undefined for the mesh */
  readonly peer?: string;
  readonly text: string;
}

export interface Session {
  /** BIRD's name for it, `Mesh_10_0_0_1` */
  readonly protocol: string;
  readonly neighbor: string;
  /** as written; null where none is, which is 179 */
  readonly port: number | null;
  readonly as: number;
  readonly localAs: number;
  /** the address the session is opened from; null for any */
  readonly source: string | null;
  /** waits for the other side */
  readonly passive: boolean;
  /** the neighbour is a client of this reflector */
  readonly rrClient: boolean;
  readonly clusterId: string | null;
  readonly password: boolean;
  /** where the password is kept */
  readonly secret: SecretRef | null;
  /** the Calico node at the other end, where it is one */
  readonly node: string | null;
  readonly reason: Reason;
  /** other BGPPeers that make the same session with other contents: which of them wins is not defined */
  readonly rivals: readonly string[];
}

export type NodeSessions = Readonly<Record<Family, readonly Session[]>>;

/** An end of a session that a BGPPeer makes. */
interface Target {
  readonly ip: string;
  readonly port: number | undefined;
  readonly as: number;
  /** of the peer, where it is a node found by selector */
  readonly clusterId: string | undefined;
  readonly isNode: boolean;
  readonly node: string | null;
}

interface Entry {
  readonly target: Target;
  readonly peer: BgpPeer;
  readonly type: 'global' | 'node' | 'reverse';
  readonly rivals: string[];
}

/** Sessions of every node, by node name and family, in bytewise order of their protocol names. */
export function expectedSessions(cluster: BgpCluster): ReadonlyMap<string, NodeSessions> {
  const entries = new Entries(cluster);
  entries.addGlobal();
  entries.addNodes();
  entries.addReverse();
  const meshes: Readonly<Record<Family, readonly BgpNode[]>> = {
    ipv4: meshMembers(cluster, 'ipv4'),
    ipv6: meshMembers(cluster, 'ipv6'),
  };
  const sessionsOf = (node: BgpNode, family: Family): readonly Session[] => {
    if (node[family] === '') return [];
    const mesh = node.clusterId === '' ? meshSessions(cluster, node, family, meshes[family]) : [];
    return [...mesh, ...entries.sessions(node, family)].sort((a, b) => (a.protocol < b.protocol ? -1 : 1));
  };
  return new Map(
    cluster.nodes.map((node) => [node.name, { ipv4: sessionsOf(node, 'ipv4'), ipv6: sessionsOf(node, 'ipv6') }]),
  );
}

function meshMembers(cluster: BgpCluster, family: Family): readonly BgpNode[] {
  return cluster.meshEnabled ? cluster.nodes.filter((node) => node.clusterId === '' && node[family] !== '') : [];
}

function meshSessions(
  cluster: BgpCluster,
  node: BgpNode,
  family: Family,
  members: readonly BgpNode[],
): readonly Session[] {
  const own = node[family];
  const localAs = asOf(cluster, node);
  const reason: Reason = { type: 'mesh', text: 'node-to-node mesh' };
  return members
    .filter((other) => other !== node && other[family] !== own)
    .map((other): Session => ({
      protocol: protocolName('Mesh', other[family]),
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
      node: other.name,
      reason,
      rivals: [],
    }));
}

function protocolName(prefix: string, ip: string, port?: number): string {
  return `${prefix}_${ip.replace(/[.:]/g, '_')}${port === undefined ? '' : `_port_${port}`}`;
}

const keyOf = ({ ip, port }: Target): string => `${ip} ${port ?? DEFAULT_PORT}`;

/** The entries that BGPPeers make; the first of a key wins, the global ones before those of nodes before the reverse ones. */
class Entries {
  readonly #cluster: BgpCluster;
  readonly #byName: ReadonlyMap<string, BgpNode>;
  readonly #byAddress: ReadonlyMap<string, readonly BgpNode[]>;
  readonly #global = new Map<string, Entry>();
  readonly #ofNode = new Map<string, Map<string, Entry>>();

  constructor(cluster: BgpCluster) {
    this.#cluster = cluster;
    this.#byName = new Map(cluster.nodes.map((node) => [node.name, node]));
    const byAddress = new Map<string, BgpNode[]>();
    for (const node of cluster.nodes) {
      for (const address of new Set([node.ipv4, node.ipv6]))
        byAddress.set(address, [...(byAddress.get(address) ?? []), node]);
    }
    this.#byAddress = byAddress;
  }

  addGlobal(): void {
    for (const peer of this.#cluster.peers) {
      if (peer.node !== '' || peer.nodeSelector !== '') continue;
      for (const target of this.#targets(peer)) keep(this.#global, { target, peer, type: 'global', rivals: [] });
    }
  }

  addNodes(): void {
    for (const peer of this.#cluster.peers) {
      if (peer.node === '' && peer.nodeSelector === '') continue;
      const locals = this.#locals(peer);
      if (locals.length === 0) continue;
      const targets = this.#targets(peer);
      for (const local of locals)
        for (const target of targets) this.#addTo(local, { target, peer, type: 'node', rivals: [] });
    }
  }

  addReverse(): void {
    for (const peer of this.#cluster.peers) {
      if (peer.reversePeering === 'Manual' || peer.localWorkloadSelector !== '') continue;
      const locals = this.#reverseLocals(peer);
      if (locals.length === 0) continue;
      const family =
        peer.peerSelector !== ''
          ? undefined
          : peer.peerIP.includes(']') || splitPeer(peer.peerIP)?.ip.includes(':')
            ? 'ipv6'
            : 'ipv4';
      const remotes = peer.node === '' && peer.nodeSelector === '' ? this.#cluster.nodes : this.#locals(peer);
      const targets = remotes.flatMap((remote) => this.#nodeTargets(remote, family));
      for (const local of locals)
        for (const target of targets) this.#addTo(local, { target, peer, type: 'reverse', rivals: [] });
    }
  }

  /** What a node renders for a family: all global entries and its own, except those to itself. */
  sessions(node: BgpNode, family: Family): readonly Session[] {
    const own = this.#ofNode.get(node.name);
    const all = own === undefined ? [...this.#global.values()] : [...this.#global.values(), ...own.values()];
    return all
      .filter(({ target }) => target.ip.includes(':') === (family === 'ipv6') && target.ip !== node[family])
      .map((entry) => this.#session(node, family, entry));
  }

  #addTo(local: BgpNode, entry: Entry): void {
    const key = keyOf(entry.target);
    if (this.#global.has(key)) return;
    let entries = this.#ofNode.get(local.name);
    if (entries === undefined) this.#ofNode.set(local.name, (entries = new Map()));
    keep(entries, entry);
  }

  /** The nodes that a peer's node or nodeSelector means. */
  #locals(peer: BgpPeer): readonly BgpNode[] {
    if (peer.nodeSelector !== '') return nodesMatching(this.#cluster.nodes, peer.nodeSelector);
    const node = this.#byName.get(peer.node);
    return node === undefined ? [] : [node];
  }

  #targets(peer: BgpPeer): readonly Target[] {
    if (peer.localWorkloadSelector !== '') return []; // workloads are not in the datastore
    if (peer.peerSelector !== '')
      return nodesMatching(this.#cluster.nodes, peer.peerSelector).flatMap((node) => this.#nodeTargets(node));
    const split = splitPeer(peer.peerIP);
    if (split === undefined) return [];
    const nodes = this.#byAddress.get(split.text) ?? [];
    const sameAs = nodes.find(
      (node) => asOf(this.#cluster, node) === (peer.asNumber === 0 ? this.#cluster.asNumber : peer.asNumber),
    );
    const port = split.port ?? (sameAs === undefined ? undefined : portOf(this.#cluster, sameAs));
    return [
      {
        ip: split.ip,
        port,
        as: peer.asNumber,
        clusterId: undefined,
        isNode: nodes.length > 0,
        node: nodes[0]?.name ?? null,
      },
    ];
  }

  #nodeTargets(node: BgpNode, family?: Family): readonly Target[] {
    const as = asOf(this.#cluster, node);
    const port = portOf(this.#cluster, node);
    const addresses = family === undefined ? [node.ipv4, node.ipv6] : [node[family]];
    return addresses
      .filter((ip) => ip !== '')
      .map((ip) => ({ ip, port, as, clusterId: node.clusterId, isNode: true, node: node.name }));
  }

  /** The nodes that a peer means as its other end, and that therefore get the session back. */
  #reverseLocals(peer: BgpPeer): readonly BgpNode[] {
    if (peer.peerSelector !== '') return nodesMatching(this.#cluster.nodes, peer.peerSelector);
    // A peer without any target has the address '', which every node has in a family it lacks.
    const split = peer.peerIP === '' ? { text: '', port: undefined } : splitPeer(peer.peerIP);
    if (split === undefined) return [];
    const { asNumber, port: global } = this.#cluster;
    return (this.#byAddress.get(split.text) ?? []).filter((node) => {
      if (asOf(this.#cluster, node) !== (peer.asNumber === 0 ? asNumber : peer.asNumber)) return false;
      if (split.port === undefined) return true;
      return (node.ownPort ?? split.port) === split.port && (global ?? split.port) === split.port;
    });
  }

  #session(node: BgpNode, family: Family, { target, peer, type, rivals }: Entry): Session {
    const byAddress = type !== 'reverse' && peer.peerIP !== '';
    const localAs = byAddress && peer.localAsNumber !== undefined ? peer.localAsNumber : asOf(this.#cluster, node);
    const own = node[family];
    const rrClient = node.clusterId !== '' && target.as === localAs && target.clusterId !== node.clusterId;
    return {
      protocol: protocolName(type === 'global' ? 'Global' : 'Node', target.ip, target.port),
      neighbor: target.ip,
      port: target.port ?? null,
      as: target.as,
      localAs,
      source: peer.sourceAddress === 'None' ? null : own,
      passive: type === 'global' && byAddress && target.isNode && target.ip > own,
      rrClient,
      clusterId: rrClient ? node.clusterId : null,
      password: peer.password !== undefined,
      secret: peer.password ?? null,
      node: target.node,
      reason: reasonOf(peer, type),
      rivals,
    };
  }
}

/** Keeps the first entry of a key, and notes who else wanted it with other contents in the same pass. */
function keep(entries: Map<string, Entry>, entry: Entry): void {
  const key = keyOf(entry.target);
  const first = entries.get(key);
  if (first === undefined) entries.set(key, entry);
  else if (first.type === entry.type && first.peer.name !== entry.peer.name && !sameContents(first, entry))
    first.rivals.push(entry.peer.name);
}

function sameContents(a: Entry, b: Entry): boolean {
  const contents = ({ target, peer }: Entry): string => {
    const { name: _, node: _node, nodeSelector: _nodes, peerSelector: _peers, ...options } = peer;
    return JSON.stringify([target, options]);
  };
  return contents(a) === contents(b);
}

function reasonOf(peer: BgpPeer, type: Entry['type']): Reason {
  const who =
    peer.nodeSelector !== ''
      ? `nodeSelector ${peer.nodeSelector}`
      : peer.node !== ''
        ? `node ${peer.node}`
        : 'all nodes';
  const whom =
    peer.peerSelector !== ''
      ? `peerSelector ${peer.peerSelector}`
      : peer.peerIP !== ''
        ? `peerIP ${peer.peerIP}`
        : 'no target';
  const back = type === 'reverse' ? ', the other end of it' : '';
  return { type, peer: peer.name, text: `BGPPeer ${peer.name}, ${who}, ${whom}${back}` };
}

/**
 * Address and port of a peerIP. `text` is the address as typed, which confd compares with nodes' addresses; `ip` its normal spelling. The port is
 * read as C reads integers, so that a leading zero makes it octal; one that cannot be read so makes the peer vanish.
 */
export function splitPeer(
  peerIP: string,
): { readonly text: string; readonly ip: string; readonly port: number | undefined } | undefined {
  const withPort = /^\[(.*)\]:(\d+)$/.exec(peerIP) ?? /^([^:]*):(\d+)$/.exec(peerIP);
  const text = withPort?.[1] ?? peerIP;
  const ip = parseIP(text);
  if (ip === undefined) return undefined;
  const digits = withPort?.[2];
  if (digits === undefined) return { text, ip: formatIP(ip), port: undefined };
  const port = /^0[0-7]+$/.test(digits)
    ? Number.parseInt(digits, 8)
    : /^(0|[1-9]\d*)$/.test(digits)
      ? Number(digits)
      : undefined;
  return port === undefined ? undefined : { text, ip: formatIP(ip), port };
}
