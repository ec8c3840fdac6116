/** The sessions that BGPPeers make: three passes over them, as Calico's confd makes them. */
import { entriesFor, EntryTable } from './entry-table.ts';
import type { Entry, Target } from './entry-table.ts';
import { asOf, FAMILIES, nodesMatching, portOf } from './model.ts';
import type { BgpCluster, BgpNode, BgpPeer, Family } from './model.ts';
import { splitPeer } from './peer-ip.ts';
import type { Session } from './session.ts';

export { splitPeer } from './peer-ip.ts';

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

/** Nodes that the same BGPPeers make sessions for: their entries are the same, apart from those to themselves. */
interface Group {
  readonly nodes: readonly BgpNode[];
  readonly clusterId: string;
  readonly entries: EntryTable;
}

/** What one pass over a BGPPeer does. */
interface Step {
  readonly peer: BgpPeer;
  readonly type: 'node' | 'reverse';
  readonly locals: readonly BgpNode[];
  readonly targets: readonly Target[];
}

/** The entries that BGPPeers make; the first of a key wins, the global ones before those of nodes before the reverse ones. */
export class Entries {
  readonly #cluster: BgpCluster;
  readonly #byName: ReadonlyMap<string, BgpNode>;
  readonly #byAddress: ReadonlyMap<string, readonly BgpNode[]>;
  readonly #global = new EntryTable();
  readonly #groupOf = new Map<string, Group>();
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
    const steps = [...this.#nodeSteps(), ...this.#reverseSteps()];
    this.#group(steps);
    for (const { peer, type, locals, targets } of steps) {
      const entries = entriesFor(peer, type, targets);
      const groups = new Set(locals.flatMap(({ name }) => this.#groupOf.get(name) ?? []));
      for (const group of groups) for (const entry of entries) this.#addTo(group, entry);
    }
  }

  #addGlobal(): void {
    for (const peer of this.#cluster.peers) {
      if (peer.node !== '' || peer.nodeSelector !== '') continue;
      for (const entry of entriesFor(peer, 'global', this.#targets(peer))) this.#keep(this.#global, undefined, entry);
    }
  }

  #nodeSteps(): readonly Step[] {
    return this.#cluster.peers.flatMap((peer): readonly Step[] => {
      if (peer.node === '' && peer.nodeSelector === '') return [];
      const locals = this.#locals(peer);
      return locals.length === 0 ? [] : [{ peer, type: 'node', locals, targets: this.#targets(peer) }];
    });
  }

  #reverseSteps(): readonly Step[] {
    return this.#cluster.peers.flatMap((peer): readonly Step[] => {
      if (peer.reversePeering === 'Manual' || peer.localWorkloadSelector !== '') return [];
      const locals = this.#reverseLocals(peer);
      if (locals.length === 0) return [];
      const family =
        peer.peerSelector !== ''
          ? undefined
          : peer.peerIP.includes(']') || splitPeer(peer.peerIP)?.ip.includes(':')
            ? 'ipv6'
            : 'ipv4';
      const remotes = peer.node === '' && peer.nodeSelector === '' ? this.#cluster.nodes : this.#locals(peer);
      const targets = remotes.flatMap((remote) => this.#nodeTargets(remote, family));
      return [{ peer, type: 'reverse', locals, targets }];
    });
  }

  #group(steps: readonly Step[]): void {
    const keys = new Map<BgpNode, string[]>();
    for (const [index, { locals }] of steps.entries()) {
      for (const node of locals) {
        const key = keys.get(node);
        if (key === undefined) keys.set(node, [node.clusterId, String(index)]);
        else key.push(String(index));
      }
    }
    const members = new Map<string, BgpNode[]>();
    for (const [node, parts] of keys) {
      const key = parts.join(' ');
      const others = members.get(key);
      if (others === undefined) members.set(key, [node]);
      else others.push(node);
    }
    for (const nodes of members.values()) {
      const group = { nodes, clusterId: nodes[0]?.clusterId ?? '', entries: new EntryTable() };
      for (const { name } of nodes) this.#groupOf.set(name, group);
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
    for (const [node, { entries }] of this.#groupOf) look(node, entries);
    return [...found.values()];
  }

  /** What a node renders for a family: all global entries and its own, except those to itself. */
  of(node: BgpNode, family: Family): readonly Entry[] {
    const all = [this.#global, this.#groupOf.get(node.name)?.entries].flatMap((entries) => entries?.values() ?? []);
    return all.filter(({ target }) => target.family === family && target.ip !== node[family]);
  }

  /** The same, address by address. */
  forEachAddress(node: BgpNode, family: Family, visit: (ip: string, entries: readonly Entry[]) => void): void {
    const [global, own] = [this.#global, this.#groupOf.get(node.name)?.entries];
    const isRendered = (entries: readonly Entry[]): boolean =>
      entries[0]?.target.family === family && entries[0].target.ip !== node[family];
    global.forEach((ip, entries) => {
      if (isRendered(entries)) visit(ip, own === undefined ? entries : [...entries, ...own.at(ip)]);
    });
    own?.forEach((ip, entries) => {
      if (isRendered(entries) && (global.isEmpty || global.at(ip).length === 0)) visit(ip, entries);
    });
  }

  /** Those to one address, of its family; none to the node itself. */
  to(node: BgpNode, ip: string): readonly Entry[] {
    if (ip === node.ipv4 || ip === node.ipv6) return [];
    const own = this.#groupOf.get(node.name)?.entries.at(ip);
    if (this.#global.isEmpty) return own ?? [];
    return [...this.#global.at(ip), ...(own ?? [])];
  }

  /** Whether a node renders any entry for a family. */
  hasAny(node: BgpNode, family: Family): boolean {
    const isRendered = ({ target }: Entry): boolean => target.family === family && target.ip !== node[family];
    return this.#global.some(isRendered) || (this.#groupOf.get(node.name)?.entries.some(isRendered) ?? false);
  }

  #addTo(group: Group, entry: Entry): void {
    const global = this.#global.isEmpty ? undefined : this.#global.get(entry.target);
    if (global === undefined) this.#keep(group.entries, group, entry);
    else this.#hidden(group, entry, global);
  }

  /** Keeps the first entry of a key, and notes who else wanted it with other contents in the same pass. */
  #keep(entries: EntryTable, group: Group | undefined, entry: Entry): void {
    const first = entries.get(entry.target);
    if (first === undefined) {
      entries.add(entry);
      if (!isSelf(group, entry)) this.#effective.add(entry.peer.name);
    } else if (first.type !== entry.type || this.#sameContents(group, first, entry)) this.#hidden(group, entry, first);
    else {
      this.#effective.add(entry.peer.name);
      this.#hasRivals = true;
      entries.replace(first, { ...first, rivals: [...first.rivals, entry.peer.name] });
    }
  }

  #hidden(group: Group | undefined, entry: Entry, by: Entry): void {
    if (by.peer === entry.peer || isSelf(group, entry)) return;
    const { name } = entry.peer;
    if (!this.#before.has(name)) this.#before.set(name, by.peer);
  }

  /** Whether both entries come out as the same text. `group` are the nodes they are for; undefined for all nodes. */
  #sameContents(group: Group | undefined, a: Entry, b: Entry): boolean {
    if (a.peer === b.peer) return true;
    const contents = ({ target, peer, type }: Entry): string => {
      const byAddress = peer.peerIP !== '';
      return JSON.stringify([
        target.as,
        target.port,
        this.#idMatters(group, target) ? target.clusterId : undefined,
        group === undefined && byAddress && target.isNode,
        ...(byAddress && type !== 'reverse' ? [peer.localAsNumber, peer.numAllowedLocalAsNumbers] : [null, null]),
        peer.sourceAddress === 'None',
        [peer.password?.name, peer.password?.key, peer.ttlSecurity, peer.maxRestartTime, peer.keepaliveTime],
        [peer.nextHopMode, peer.keepOriginalNextHop, peer.filters],
      ]);
    };
    return contents(a) === contents(b);
  }

  /** The cluster ID of a neighbour is looked at only by other reflectors of the same ID. */
  #idMatters(group: Group | undefined, target: Target): boolean {
    const id = this.#byName.get(target.node ?? '')?.clusterId ?? '';
    if (id === '') return false;
    if (group !== undefined) return group.clusterId === id;
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
  session(node: BgpNode, family: Family, { target, peer, type, reason, protocol, rivals }: Entry): Session {
    const byAddress = type !== 'reverse' && peer.peerIP !== '';
    const localAs = byAddress && peer.localAsNumber !== undefined ? peer.localAsNumber : asOf(this.#cluster, node);
    const own = node[family];
    const rrClient = node.clusterId !== '' && target.as === localAs && target.clusterId !== node.clusterId;
    return {
      protocol,
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
function isSelf(group: Group | undefined, { target }: Entry): boolean {
  return group?.nodes.every(({ ipv4, ipv6 }) => target.ip === ipv4 || target.ip === ipv6) ?? false;
}
