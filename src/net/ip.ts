import { readAddress } from './address.ts';
import type { IP } from './address.ts';

export type { IP } from './address.ts';

const MAPPED_PREFIX = 0xffffn;

/** Number of bits in an address of this version: 32 or 128. */
export function addressBits(version: IP['version']): 32 | 128 {
  return version === 4 ? 32 : 128;
}

/**
 * Reads a bare address as Go's `net.ParseIP`: no zone, no leading zero in an octet, no surrounding space.
 * IPv4-mapped IPv6 (`::ffff:1.2.3.4`) counts as IPv4. Undefined when the text is no address.
 */
export function parseIP(text: string): IP | undefined {
  const read = readAddress(text);
  return 'ip' in read && read.zone === '' ? unmapIP(read.ip) : undefined;
}

/** The IPv4 address inside an IPv4-mapped IPv6 address (RFC 4291 §2.5.5.2); any other address as it is. */
export function unmapIP(ip: IP): IP {
  return isMapped(ip) ? { version: 4, value: ip.value & 0xffff_ffffn } : ip;
}

/** Writes an address in the canonical form of RFC 5952, IPv4-mapped IPv6 as `::ffff:1.2.3.4`. */
export function formatIP(ip: IP): string {
  if (ip.version === 4) return dottedQuad(Number(ip.value));
  if (isMapped(ip)) return `::ffff:${dottedQuad(Number(ip.value & 0xffff_ffffn))}`;
  const digits = ip.value.toString(16).padStart(32, '0');
  const groups = Array.from({ length: 8 }, (_, i) => digits.slice(i * 4, i * 4 + 4).replace(/^0{1,3}/, ''));
  const { start, length } = longestZeroRun(groups);
  if (length < 2) return groups.join(':');
  return `${groups.slice(0, start).join(':')}::${groups.slice(start + length).join(':')}`;
}

/** Orders addresses: IPv4 before IPv6, then by number. Negative, zero or positive, as `Array.prototype.sort` wants it. */
export function compareIP(a: IP, b: IP): number {
  if (a.version !== b.version) return a.version - b.version;
  if (a.value === b.value) return 0;
  return a.value < b.value ? -1 : 1;
}

function isMapped(ip: IP): boolean {
  return ip.version === 6 && ip.value >> 32n === MAPPED_PREFIX;
}

function dottedQuad(value: number): string {
  return `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;
}

/** The longest run of zero groups, the first one when several are equally long. */
function longestZeroRun(groups: readonly string[]): { start: number; length: number } {
  let longest = { start: 0, length: 0 };
  let start = 0;
  groups.forEach((group, i) => {
    if (group !== '0') start = i + 1;
    else if (i + 1 - start > longest.length) longest = { start, length: i + 1 - start };
  });
  return longest;
}
