import { readAddress } from './address.ts';
import { cidrOf } from './cidr.ts';
import type { CIDR } from './cidr.ts';
import { addressBits } from './ip.ts';
import { quote } from './quote.ts';

/** A text that is no prefix. The message is the one of Go's `netip.ParsePrefix`, which CEL rules of an API server repeat. */
export class PrefixError extends Error {
  override readonly name = 'PrefixError' as const;
  constructor(text: string, problem: string) {
    super(`netip.ParsePrefix(${quote(text)}): ${problem}`);
  }
}

/**
 * Reads CIDR notation as Go's `netip.ParsePrefix`, which CEL's `cidr()` uses: stricter than `parseCIDR` (no leading zero in the
 * length), and IPv4-mapped IPv6 stays IPv6.
 *
 * @throws {PrefixError} when the text is no prefix
 */
export function parsePrefix(text: string): CIDR {
  const slash = text.lastIndexOf('/');
  if (slash < 0) throw new PrefixError(text, "no '/'");
  const address = text.slice(0, slash);
  const read = readAddress(address);
  if (!('ip' in read)) {
    const at = read.at === '' ? '' : ` (at ${quote(read.at)})`;
    throw new PrefixError(text, `ParseAddr(${quote(address)}): ${read.problem}${at}`);
  }
  if (read.zone !== '') throw new PrefixError(text, 'IPv6 zones cannot be present in a prefix');
  const length = text.slice(slash + 1);
  // A number beyond Go's int is no number to it.
  if (!/^(0|[1-9][0-9]{0,18})$/.test(length) || BigInt(length) >= 2n ** 63n) {
    throw new PrefixError(text, `bad bits after slash: ${quote(length)}`);
  }
  if (Number(length) > addressBits(read.ip.version)) throw new PrefixError(text, 'prefix length out of range');
  return cidrOf(read.ip, Number(length));
}
