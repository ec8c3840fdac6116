/** A BGP session as one node has it configured. */
import type { Family, SecretRef } from './model.ts';

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
  /** hops that TTL security allows (RFC 5082); null where it is off */
  readonly ttlSecurity: number | null;
  /** the Calico node at the other end, where it is one */
  readonly node: string | null;
  readonly reason: Reason;
  /** other BGPPeers that make the same session with other contents: which of them wins is not defined */
  readonly rivals: readonly string[];
}

export type NodeSessions = Readonly<Record<Family, readonly Session[]>>;

/** BIRD's name for a session with an address; mesh names never carry a port. */
export function protocolName(prefix: string, ip: string, port?: number): string {
  return `${prefix}_${ip.replace(/[.:]/g, '_')}${port === undefined ? '' : `_port_${port}`}`;
}
