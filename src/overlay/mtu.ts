/** What encapsulation and encryption take from the MTU. Public source: Calico's documentation, "Configure MTU to maximize network performance". */
import type { Encapsulation } from './modes.ts';

export type Version = 4 | 6;
export type Transport = Encapsulation | 'WireGuard';

/** Bytes of headers on every packet, by the version of the addresses of the nodes. IPIP is for IPv4 alone. */
const HEADERS: Readonly<Record<Transport, Readonly<Record<Version, number>>>> = {
  IPIP: { 4: 20, 6: 20 },
  VXLAN: { 4: 50, 6: 70 },
  WireGuard: { 4: 60, 6: 80 },
};

/** A transport that nodes use for addresses of a version. */
export interface Use {
  readonly transport: Transport;
  readonly version: Version;
}

/** Bytes that a transport takes from the host's MTU. */
export function headerBytes({ transport, version }: Use): number {
  return HEADERS[transport][version];
}

/**
 * Bytes that the MTU of pods has to be smaller than the host's: Felix takes the smallest MTU of all transports in use, whatever pool a pod's
 * address is from.
 */
export function bytesTaken(uses: readonly Use[]): number {
  return Math.max(0, ...uses.map(headerBytes));
}

/** The FelixConfiguration field with the MTU of a transport. */
export function mtuField({ transport, version }: Use): string {
  const name = { IPIP: 'ipipMTU', VXLAN: 'vxlanMTU', WireGuard: 'wireguardMTU' }[transport];
  return version === 6 && transport !== 'IPIP' ? `${name}V6` : name;
}
