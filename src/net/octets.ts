/** Why a text is no address, and the rest of the text from the offending place on (empty when the whole is meant). */
export interface Unreadable {
  readonly problem: string;
  readonly at: string;
}

const HEX_DIGITS = /[0-9a-f]*/iy;
const GROUPS = 8;

/** The 32 bits of a dotted quad. An octet has no leading zero. */
export function readIPv4(text: string): number | Unreadable {
  let value = 0;
  let octet = 0;
  let digits = 0;
  let octets = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit >= 0 && digit <= 9) {
      if (digits === 1 && octet === 0) return { problem: 'IPv4 field has octet with leading zero', at: '' };
      octet = octet * 10 + digit;
      digits++;
      if (octet > 255) return { problem: 'IPv4 field has value >255', at: '' };
    } else if (text[i] === '.') {
      if (digits === 0 || i === text.length - 1) {
        return { problem: 'IPv4 field must have at least one digit', at: text.slice(i) };
      }
      if (octets === 3) return { problem: 'IPv4 address too long', at: '' };
      value = value * 256 + octet;
      octets++;
      octet = 0;
      digits = 0;
    } else {
      return { problem: 'unexpected character', at: text.slice(i) };
    }
  }
  return octets < 3 ? { problem: 'IPv4 address too short', at: '' } : value * 256 + octet;
}

/** The 128 bits of an IPv6 address without a zone: groups of hex digits, one `::`, and a dotted quad in place of the last two groups. */
export function readIPv6(text: string): bigint | Unreadable {
  const groups: string[] = [];
  let gap = text.startsWith('::') ? 0 : -1;
  let position = gap === 0 ? 2 : 0;
  while (position < text.length && groups.length < GROUPS) {
    const at = text.slice(position);
    HEX_DIGITS.lastIndex = position;
    const group = HEX_DIGITS.exec(text)?.[0] ?? '';
    if (group.length > 4) return { problem: 'each group must have 4 or less digits', at };
    if (group === '') return { problem: 'each colon-separated field must have at least one digit', at };
    position += group.length;

    if (text[position] === '.') {
      const misplaced = misplacedQuad(groups.length, gap);
      if (misplaced !== undefined) return { problem: misplaced, at };
      const quad = readIPv4(at);
      if (typeof quad !== 'number') return quad;
      groups.push((quad >>> 16).toString(16), (quad & 0xffff).toString(16));
      position = text.length;
      break;
    }

    groups.push(group);
    if (position === text.length) break;
    if (text[position] !== ':') return { problem: 'unexpected character, want colon', at: text.slice(position) };
    position++;
    if (position === text.length) return { problem: 'colon must be followed by more characters', at: ':' };
    if (text[position] === ':') {
      if (gap >= 0) return { problem: 'multiple :: in address', at: text.slice(position) };
      gap = groups.length;
      position++;
    }
  }
  if (position < text.length) return { problem: 'trailing garbage after address', at: text.slice(position) };
  return assemble(groups, gap);
}

function misplacedQuad(groups: number, gap: number): string | undefined {
  if (gap < 0 && groups !== GROUPS - 2) {
    return 'embedded IPv4 address must replace the final 2 fields of the address';
  }
  return groups > GROUPS - 2 ? 'too many hex fields to fit an embedded IPv4 at the end of the address' : undefined;
}

function assemble(groups: readonly string[], gap: number): bigint | Unreadable {
  const missing = GROUPS - groups.length;
  if (missing > 0 && gap < 0) return { problem: 'address string too short', at: '' };
  if (missing === 0 && gap >= 0) return { problem: 'the :: must expand to at least one field of zeros', at: '' };
  const zeros = Array.from({ length: missing }, () => '0');
  const all = gap < 0 ? groups : [...groups.slice(0, gap), ...zeros, ...groups.slice(gap)];
  return BigInt(`0x${all.map((group) => group.padStart(4, '0')).join('')}`);
}
