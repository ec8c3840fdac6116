/** The sessions that BGPPeers make: three passes over them, as Calico's confd makes them. */
import { formatIP, parseIP } from '../net/ip.ts';
import { EntryTable } from './entry-table.ts';
import type { Entry, Target } from './entry-table.ts';
import { asOf, FAMILIES, nodesMatching, portOf } from './model.ts';
import type { BgpCluster, BgpNode, BgpPeer, Family } from './model.ts';
import { protocolName } from './session.ts';
import type { Reason, Session } from './session.ts';

/** A BGPPeer all of whose sessions others make already. */
export interface HiddenPeer {
  readonly peer: BgpPeer;
  /** the BGPPeer that makes the first of them */
  readonly by: BgpPeer;
}

/** A session that two BGPPeers make with different settings: which of them wins is not defined. */
export interface Rivalry {
  readonly peer: string;
  readonly rival: string;
  /** a node that has the session; undefined for all */
  readonly node: string | undefined;
  readonly neighbor: string;
}

/** The entries that BGPPeers make; the first of a key wins, the global ones before those of nodes before the reverse ones. */
export class Entries {
  readonly #cluster: BgpCluster;
  readonly #byName: ReadonlyMap<string, BgpNode>;
  readonly #byAddress: ReadonlyMap<string, readonly BgpNode[]>;
  readonly #global = new EntryTable();
  readonly #ofNode = new Map<string, EntryTable>();
  readonly #targetsOf = new Map<BgpNode, readonly Target[]>();
  #hasRivals = false;
  /** the peers with a session of their own, by name */
  readonly #effective = new Set<string>();
  /** who was first with a session that a peer would have made, by the name of that peer */
  readonly #before = new Map<string, BgpPeer>();
  #idCounts: ReadonlyMap<string, number> | undefined;

  constructor(cluster: BgpCluster) {
    this.#cluster = cluster;
    this.#byName = new Map(cluster.nodes.map((node) => [node.name, node]));
    const byAddress = new Map<string, BgpNode[]>();
    for (const node of cluster.nodes) {
      for (const address of new Set([node.ipv4, node.ipv6])) {
        const nodes = byAddress.get(address);
        if (nodes === undefined) byAddress.set(address, [node]);
        else nodes.push(node);
      }
    }
    this.#byAddress = byAddress;
    this.#addGlobal();
    this.#addNodes();
    this.#addReverse();
  }

  #addGlobal(): void {
    for (const peer of this.#cluster.peers) {
      if (peer.node !== '' || peer.nodeSelector !== '') continue;
      for (const entry of entriesFor(peer, 'global', this.#targets(peer))) this.#keep(this.#global, undefined, entry);
    }
  }

  #addNodes(): void {
    for (const peer of this.#cluster.peers) {
      if (peer.node === '' && peer.nodeSelector === '') continue;
      const locals = this.#locals(peer);
      if (locals.length === 0) continue;
      const entries = entriesFor(peer, 'node', this.#targets(peer));
      for (const local of locals) for (const entry of entries) this.#addTo(local, entry);
    }
  }

  #addReverse(): void {
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
      const entries = entriesFor(
        peer,
        'reverse',
        remotes.flatMap((remote) => this.#nodeTargets(remote, family)),
      );
      for (const local of locals) for (const entry of entries) this.#addTo(local, entry);
    }
  }

  /** The peers that change nothing: each of their sessions exists without them, whoever wins. */
  hiddenPeers(): readonly HiddenPeer[] {
    return this.#cluster.peers.flatMap((peer) => {
      const by = this.#effective.has(peer.name) ? undefined : this.#before.get(peer.name);
      return by === undefined ? [] : [{ peer, by }];
    });
  }

  /** Sessions that several peers make with different settings, one for each two peers. */
  rivalries(): readonly Rivalry[] {
    const found = new Map<string, Rivalry>();
    if (!this.#hasRivals) return [];
    const look = (node: string | undefined, entries: EntryTable): void => {
      for (const { peer, target, rivals } of entries.values()) {
        for (const rival of rivals) {
          const key = JSON.stringify([peer.name, rival]);
          if (!found.has(key)) found.set(key, { peer: peer.name, rival, node, neighbor: target.ip });
        }
      }
    };
    look(undefined, this.#global);
    for (const [node, entries] of this.#ofNode) look(node, entries);
    return [...found.values()];
  }

  /** What a node renders for a family: all global entries and its own, except those to itself. */
  *of(node: BgpNode, family: Family): Generator<Entry> {
    const own = node[family];
    for (const entries of [this.#global, this.#ofNode.get(node.name)]) {
      for (const entry of entries?.values() ?? [])
        if (entry.target.family === family && entry.target.ip !== own) yield entry;
    }
  }

  /** Those to one address, of its family; none to the node itself. */
  to(node: BgpNode, ip: string): readonly Entry[] {
    if (ip === node.ipv4 || ip === node.ipv6) return [];
    const own = this.#ofNode.get(node.name)?.at(ip);
    if (this.#global.isEmpty) return own ?? [];
    return [...this.#global.at(ip), ...(own ?? [])];
  }

  /** Whether a node renders any entry for a family. */
  hasAny(node: BgpNode, family: Family): boolean {
    return this.of(node, family).next().done !== true;
  }

  #addTo(local: BgpNode, entry: Entry): void {
    const global = this.#global.isEmpty ? undefined : this.#global.get(entry.target);
    if (global !== undefined) {
      this.#hidden(local, entry, global);
      return;
    }
    let entries = this.#ofNode.get(local.name);
    if (entries === undefined) this.#ofNode.set(local.name, (entries = new EntryTable()));
    this.#keep(entries, local, entry);
  }

  /** Keeps the first entry of a key, and notes who else wanted it with other contents in the same pass. */
  #keep(entries: EntryTable, local: BgpNode | undefined, entry: Entry): void {
    const first = entries.get(entry.target);
    if (first === undefined) {
      entries.add(entry);
      if (!isSelf(local, entry)) this.#effective.add(entry.peer.name);
    } else if (first.type !== entry.type || this.#sameContents(local, first, entry)) this.#hidden(local, entry, first);
    else {
      this.#effective.add(entry.peer.name);
      this.#hasRivals = true;
      entries.replace(first, { ...first, rivals: [...first.rivals, entry.peer.name] });
    }
  }

  #hidden(local: BgpNode | undefined, entry: Entry, by: Entry): void {
    if (by.peer === entry.peer || isSelf(local, entry)) return;
    const { name } = entry.peer;
    if (!this.#before.has(name)) this.#before.set(name, by.peer);
  }

  /** Whether both entries come out as the same text. `local` is the node they are for; undefined for all nodes. */
  #sameContents(local: BgpNode | undefined, a: Entry, b: Entry): boolean {
    if (a.peer === b.peer) return true;
    const contents = ({ target, peer, type }: Entry): string => {
      const byAddress = peer.peerIP !== '';
      return JSON.stringify([
        target.as,
        target.port,
        this.#idMatters(local, target) ? target.clusterId : undefined,
        local === undefined && byAddress && target.isNode,
        ...(byAddress && type !== 'reverse' ? [peer.localAsNumber, peer.numAllowedLocalAsNumbers] : [null, null]),
        peer.sourceAddress === 'None',
        [peer.password?.name, peer.password?.key, peer.ttlSecurity, peer.maxRestartTime, peer.keepaliveTime],
        [peer.nextHopMode, peer.keepOriginalNextHop, peer.filters],
      ]);
    };
    return contents(a) === contents(b);
  }

  /** The cluster ID of a neighbour is looked at only by other reflectors of the same ID. */
  #idMatters(local: BgpNode | undefined, target: Target): boolean {
    const id = this.#byName.get(target.node ?? '')?.clusterId ?? '';
    if (id === '') return false;
    if (local !== undefined) return local.clusterId === id;
    this.#idCounts ??= countsOf(this.#cluster.nodes.map(({ clusterId }) => clusterId));
    return (this.#idCounts.get(id) ?? 0) > 1;
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
        family: split.ip.includes(':') ? 'ipv6' : 'ipv4',
        port,
        as: peer.asNumber,
        clusterId: undefined,
        isNode: nodes.length > 0,
        node: nodes[0]?.name ?? null,
      },
    ];
  }

  #nodeTargets(node: BgpNode, only?: Family): readonly Target[] {
    let targets = this.#targetsOf.get(node);
    if (targets === undefined) {
      const common = {
        port: portOf(this.#cluster, node),
        as: asOf(this.#cluster, node),
        clusterId: node.clusterId,
        isNode: true,
        node: node.name,
      };
      targets = FAMILIES.flatMap((family) => (node[family] === '' ? [] : [{ ip: node[family], family, ...common }]));
      this.#targetsOf.set(node, targets);
    }
    return only === undefined ? targets : targets.filter(({ family }) => family === only);
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

  /** An entry as the node has it. */
  session(node: BgpNode, family: Family, { target, peer, type, reason, rivals }: Entry): Session {
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
      ttlSecurity: peer.ttlSecurity === undefined || peer.ttlSecurity === 0 ? null : peer.ttlSecurity,
      node: target.node,
      reason,
      rivals,
    };
  }
}

function countsOf(texts: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
}

/** Entries to the node itself are never written. */
function isSelf(local: BgpNode | undefined, { target }: Entry): boolean {
  return local !== undefined && (target.ip === local.ipv4 || target.ip === local.ipv6);
}

function entriesFor(peer: BgpPeer, type: Entry['type'], targets: readonly Target[]): readonly Entry[] {
  const reason = reasonOf(peer, type);
  return targets.map((target) => ({ target, peer, type, reason, rivals: [] }));
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
