const PAIRS = /^[0-9a-f]{2}([:-])[0-9a-f]{2}(?:\1[0-9a-f]{2})*$/i;
const QUADS = /^[0-9a-f]{4}(?:\.[0-9a-f]{4})+$/i;
const OCTET_COUNTS: ReadonlySet<number> = new Set([6, 8, 20]);

/**
 * Whether a text is a hardware address as Go's `net.ParseMAC` reads it: 6, 8 or 20 octets in hex (EUI-48, EUI-64, IP over InfiniBand),
 * separated by `:` or by `-`, or in groups of four digits separated by dots.
 */
export function isMAC(text: string): boolean {
  if (PAIRS.test(text)) return OCTET_COUNTS.has((text.length + 1) / 3);
  return QUADS.test(text) && OCTET_COUNTS.has(((text.length + 1) / 5) * 2);
}
