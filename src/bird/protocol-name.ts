/** The names that Calico's confd gives to BIRD's protocols. */
import type { Family, PeerType } from './session.ts';

/** What a name tells of a session. */
export interface NamedPeer {
  readonly type: PeerType;
  readonly address: string;
  readonly port: number | null;
}

const TYPES: Readonly<Record<string, PeerType>> = {
  Mesh: 'mesh',
  Global: 'global',
  Node: 'node',
  Local_Workload: 'local-workload',
};

/**
 * Reads `Mesh_10_0_0_1` or `Node_fd00__1_port_178`: prefix, address with `_` for its dots or colons, and the port where one is written out.
 * undefined for a name that is not of that form.
 */
export function readProtocolName(name: string, family: Family): NamedPeer | undefined {
  const [, prefix = '', peer = '', port] = /^(Mesh|Global|Node|Local_Workload)_(.+?)(?:_port_(\d+))?$/.exec(name) ?? [];
  const type = TYPES[prefix];
  if (type === undefined) return undefined;
  const address = peer.replaceAll('_', family === 'ipv4' ? '.' : ':');
  return { type, address, port: port === undefined ? null : Number(port) };
}
