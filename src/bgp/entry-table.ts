/** The sessions that BGPPeers make, before they belong to a node. */
import { DEFAULT_PORT } from './model.ts';
import type { BgpPeer, Family } from './model.ts';
import { protocolName } from './session.ts';
import type { Reason } from './session.ts';

/** An end of a session that a BGPPeer makes. */
export interface Target {
  readonly ip: string;
  readonly family: Family;
  readonly port: number | undefined;
  readonly as: number;
  /** of the peer, where it is a node found by selector */
  readonly clusterId: string | undefined;
  readonly isNode: boolean;
  readonly node: string | null;
}

/** The same object for all nodes that have the session. */
export interface Entry {
  readonly target: Target;
  readonly peer: BgpPeer;
  readonly type: 'global' | 'node' | 'reverse';
  readonly reason: Reason;
  /** BIRD's name for the session */
  readonly protocol: string;
  /** names of other BGPPeers that make it with other contents */
  readonly rivals: readonly string[];
}

/** Entries by address and port; no port is the default one. Nearly every address has one port. */
export class EntryTable {
  readonly #byAddress = new Map<string, Entry | readonly Entry[]>();

  get isEmpty(): boolean {
    return this.#byAddress.size === 0;
  }

  get({ ip, port }: Target): Entry | undefined {
    const found = this.#byAddress.get(ip);
    if (found === undefined) return undefined;
    const wanted = port ?? DEFAULT_PORT;
    if (!isSeveral(found)) return (found.target.port ?? DEFAULT_PORT) === wanted ? found : undefined;
    return found.find(({ target }) => (target.port ?? DEFAULT_PORT) === wanted);
  }

  /** Adds an entry; there must be none of its address and port. */
  add(entry: Entry): void {
    const { ip } = entry.target;
    const found = this.#byAddress.get(ip);
    if (found === undefined) this.#byAddress.set(ip, entry);
    else this.#byAddress.set(ip, isSeveral(found) ? [...found, entry] : [found, entry]);
  }

  /** Puts an entry in the place of another. */
  replace(old: Entry, entry: Entry): void {
    const { ip } = old.target;
    const found = this.#byAddress.get(ip);
    if (found === undefined) return;
    this.#byAddress.set(ip, isSeveral(found) ? found.map((one) => (one === old ? entry : one)) : entry);
  }

  /** The entries of an address. */
  at(ip: string): readonly Entry[] {
    const found = this.#byAddress.get(ip);
    if (found === undefined) return NONE;
    return isSeveral(found) ? found : [found];
  }

  /** Calls back for each address with its entries. */
  forEach(visit: (ip: string, entries: readonly Entry[]) => void): void {
    for (const [ip, found] of this.#byAddress) visit(ip, isSeveral(found) ? found : [found]);
  }

  some(fits: (entry: Entry) => boolean): boolean {
    for (const found of this.#byAddress.values()) if (isSeveral(found) ? found.some(fits) : fits(found)) return true;
    return false;
  }

  values(): readonly Entry[] {
    return [...this.#byAddress.values()].flat();
  }
}

const NONE: readonly Entry[] = [];

const isSeveral = (found: Entry | readonly Entry[]): found is readonly Entry[] => Array.isArray(found);

/** What a pass over a BGPPeer makes. */
export function entriesFor(peer: BgpPeer, type: Entry['type'], targets: readonly Target[]): readonly Entry[] {
  const reason = reasonOf(peer, type);
  const prefix = type === 'global' ? 'Global' : 'Node';
  return targets.map((target) => {
    const protocol = protocolName(prefix, target.ip, target.port);
    return { target, peer, type, reason, protocol, rivals: [] };
  });
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
