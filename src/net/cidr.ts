import { readAddress } from './address.ts';
import { addressBits, formatIP, parseIP, unmapIP } from './ip.ts';
import type { IP } from './ip.ts';

/** A network: its first address, and how many leading bits its addresses share (0 to 32 or 128). */
export interface Network {
  readonly network: IP;
  readonly prefixLength: number;
}

/** What CIDR notation says (RFC 4632): a network, and the address in it that was written before the slash. */
export interface CIDR extends Network {
  readonly ip: IP;
}

/**
 * Reads CIDR notation as Go's `net.ParseCIDR`: host bits are allowed, zones and bare addresses are not.
 * A network of IPv4-mapped IPv6 addresses becomes the IPv4 network: `::ffff:10.61.0.0/112` is `10.61.0.0/16`.
 * Undefined when the text is no such notation.
 */
export function parseCIDR(text: string): CIDR | undefined {
  const slash = text.indexOf('/');
  if (slash < 0) return undefined;
  const read = readAddress(text.slice(0, slash));
  const length = text.slice(slash + 1);
  if (!('ip' in read) || read.zone !== '' || !/^[0-9]+$/.test(length)) return undefined;
  const prefixLength = Number(length);
  if (prefixLength > addressBits(read.ip.version)) return undefined;
  const inner = unmapIP(read.ip);
  return inner !== read.ip && prefixLength >= 96 ? cidrOf(inner, prefixLength - 96) : cidrOf(read.ip, prefixLength);
}

/** {@link parseCIDR}, and a bare address stands for the network that holds it alone (libcalico's `ParseCIDROrIP`). */
export function parseCidrOrIp(text: string): CIDR | undefined {
  if (text.includes('/')) return parseCIDR(text);
  const ip = parseIP(text);
  return ip && cidrOf(ip, addressBits(ip.version));
}

/**
 * Whether a text passes the OpenAPI format `cidr` of a CustomResourceDefinition. Kubernetes reads it as Go before 1.17 did:
 * what {@link parseCIDR} accepts, and leading zeros. A bare address fails.
 */
export function isCidrFormat(text: string): boolean {
  return parseCIDR(text.replace(/(?<![0-9a-f])0+(?=[0-9a-f])/gi, '')) !== undefined;
}

/** The CIDR of an address and a prefix length. @throws {RangeError} when the length does not fit the address. */
export function cidrOf(ip: IP, prefixLength: number): CIDR {
  return { ip, network: networkOf(ip, prefixLength), prefixLength };
}

/** The first address of the network that an address is in. @throws {RangeError} when the length does not fit the address. */
export function networkOf(ip: IP, prefixLength: number): IP {
  const bits = addressBits(ip.version);
  if (!Number.isInteger(prefixLength) || prefixLength < 0 || prefixLength > bits) {
    throw new RangeError(`Prefix length ${prefixLength} is not between 0 and ${bits}`);
  }
  const host = BigInt(bits - prefixLength);
  return { version: ip.version, value: (ip.value >> host) << host };
}

/** Writes the network in CIDR notation, without the host bits that a {@link CIDR} may have been written with. */
export function formatCIDR(cidr: Network): string {
  return `${formatIP(cidr.network)}/${cidr.prefixLength}`;
}

/** Whether the address before the slash is not the network's own ("not strictly masked"). */
export function hasHostBits(cidr: CIDR): boolean {
  return cidr.ip.value !== cidr.network.value;
}

/** Whether the network holds the address. Never across versions; see `unmapIP` for IPv4-mapped IPv6. */
export function contains(cidr: Network, ip: IP): boolean {
  const host = hostBits(cidr);
  return ip.version === cidr.network.version && ip.value >> host === cidr.network.value >> host;
}

/** Whether the networks share an address, that is, whether one holds the other. */
export function overlaps(a: Network, b: Network): boolean {
  return a.prefixLength <= b.prefixLength ? contains(a, b.network) : contains(b, a.network);
}

/** How many addresses the network has: 1 to 2^32 or 2^128. */
export function prefixSize(cidr: Network): bigint {
  return 1n << hostBits(cidr);
}

/** The network's highest address: the broadcast address in IPv4. */
export function lastAddress(cidr: Network): IP {
  return { version: cidr.network.version, value: cidr.network.value + prefixSize(cidr) - 1n };
}

function hostBits(cidr: Network): bigint {
  return BigInt(addressBits(cidr.network.version) - cidr.prefixLength);
}
