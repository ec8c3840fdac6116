/** Strings as the verbs of Go's fmt print them. Undefined: the verb is not for strings. */
import type { Flags } from './flags.ts';
import { pad } from './flags.ts';
import { quote } from './quote.ts';

const encoder = new TextEncoder();

export function formatString(value: string, verb: string, flags: Flags): string | undefined {
  switch (verb) {
    case 'v':
      return flags.syntax ? quoted(value, flags) : pad(cut(value, flags), flags);
    case 's':
      return pad(cut(value, flags), flags);
    case 'q':
      return quoted(value, flags);
    case 'x':
    case 'X':
      return hexadecimal(value, verb, flags);
    default:
      return undefined;
  }
}

function cut(value: string, { precision }: Flags): string {
  return precision === undefined ? value : Array.from(value).slice(0, precision).join('');
}

/** A back quote, a control character other than the tab, or a byte order mark needs the other kind of quotes. */
const NEEDS_ESCAPES = /[`\uFEFF\u007F\uFFFD]|[^\P{Cc}\t\u0080-\u009f]/u;

function quoted(value: string, flags: Flags): string {
  const shown = cut(value, flags);
  if (flags.sharp && !NEEDS_ESCAPES.test(shown)) return pad(`\`${shown}\``, flags);
  return pad(quote(shown, flags.plus), flags);
}

function hexadecimal(value: string, verb: 'x' | 'X', flags: Flags): string {
  const bytes = encoder.encode(value).slice(0, flags.precision);
  if (bytes.length === 0) return pad('', flags);
  const prefix = flags.sharp ? '0x' : '';
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0'));
  const text = flags.space ? hex.map((pair) => prefix + pair).join(' ') : prefix + hex.join('');
  return pad(verb === 'X' ? text.toUpperCase() : text, flags);
}
