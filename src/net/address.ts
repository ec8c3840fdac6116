import { readIPv4, readIPv6 } from './octets.ts';
import type { Unreadable } from './octets.ts';

/** An IP address as a number of 32 or 128 bits. */
export interface IP {
  readonly version: 4 | 6;
  readonly value: bigint;
}

/** An address together with the IPv6 zone it was written with; without a zone, the empty string. */
export interface ZonedAddress {
  readonly ip: IP;
  readonly zone: string;
}

/**
 * Reads an address in any textual form of RFC 4291, zones of RFC 4007 included. IPv4-mapped IPv6 stays IPv6.
 * The verdict and its wording are those of Go's `netip.ParseAddr`.
 */
export function readAddress(text: string): ZonedAddress | Unreadable {
  const mark = /[.:%]/.exec(text)?.[0];
  if (mark === undefined) return { problem: 'unable to parse IP', at: '' };
  if (mark === '%') return { problem: 'missing IPv6 address', at: '' };
  if (mark === '.') {
    const value = readIPv4(text);
    return typeof value === 'number' ? { ip: { version: 4, value: BigInt(value) }, zone: '' } : value;
  }
  const percent = text.indexOf('%');
  const zone = percent < 0 ? '' : text.slice(percent + 1);
  if (percent >= 0 && zone === '') return { problem: 'zone must be a non-empty string', at: '' };
  const value = readIPv6(percent < 0 ? text : text.slice(0, percent));
  return typeof value === 'bigint' ? { ip: { version: 6, value }, zone } : value;
}
