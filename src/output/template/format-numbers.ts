/** Numbers as the verbs of Go's fmt print them (pkg.go.dev/fmt, "Printing"). Undefined: the verb is not for such a value. */
import type { Complex } from './ast.ts';
import type { Flags } from './flags.ts';
import { pad } from './flags.ts';
import { isPrintable, quoteRune } from './quote.ts';

const BASES: Readonly<Record<string, number>> = { v: 10, d: 10, b: 2, o: 8, O: 8, x: 16, X: 16 };
const PREFIXES: Readonly<Record<string, string>> = { b: '0b', o: '0', x: '0x', X: '0X' };
const REPLACEMENT = 0xfffdn;

export function formatInteger(value: bigint, verb: string, flags: Flags, unsigned: boolean): string | undefined {
  if (verb === 'v' && flags.syntax && unsigned) return digits(value, 'x', { ...flags, sharp: true });
  if (verb === 'c') return pad(character(value), flags);
  if (verb === 'q') return pad(quoteRune(character(value), flags.plus), flags);
  if (verb === 'U') return unicode(value, flags);
  return BASES[verb] === undefined ? undefined : digits(value, verb, flags);
}

function digits(value: bigint, verb: string, flags: Flags): string {
  const { width, precision, plus, space, minus } = flags;
  const sign = value < 0n ? '-' : plus ? '+' : space ? ' ' : '';
  if (precision === 0 && value === 0n) return pad('', { ...flags, zero: false });
  let text = (value < 0n ? -value : value).toString(BASES[verb] ?? 10);
  if (verb === 'X') text = text.toUpperCase();
  const least = precision ?? (flags.zero && !minus && width !== undefined ? width - sign.length : 0);
  text = text.padStart(least, '0');
  const prefix = PREFIXES[verb] ?? '';
  if (flags.sharp && !(verb === 'o' && text.startsWith('0'))) text = prefix + text;
  if (verb === 'O') text = `0o${text}`;
  return pad(sign + text, { ...flags, zero: false });
}

function character(value: bigint): string {
  const valid = value >= 0n && value <= 0x10ffffn && !(value >= 0xd800n && value <= 0xdfffn);
  return String.fromCodePoint(Number(valid ? value : REPLACEMENT));
}

function unicode(value: bigint, flags: Flags): string {
  const code = BigInt.asUintN(64, value);
  const name = `U+${code
    .toString(16)
    .toUpperCase()
    .padStart(Math.max(4, flags.precision ?? 0), '0')}`;
  const shown = flags.sharp && code <= 0x10ffffn && isPrintable(character(code)) ? ` '${character(code)}'` : '';
  return pad(name + shown, { ...flags, zero: false });
}

export function formatFloat(value: number, verb: string, flags: Flags): string | undefined {
  const size = unsignedFloat(Math.abs(value), verb, flags);
  if (size === undefined) return undefined;
  const negative = value < 0 || Object.is(value, -0);
  const sign = negative ? '-' : flags.plus ? '+' : flags.space ? ' ' : '';
  if (Number.isNaN(value)) return pad(`${sign}NaN`, { ...flags, zero: false });
  if (!Number.isFinite(value)) return pad(`${sign === '' ? '+' : sign}Inf`, { ...flags, zero: false });
  if (!flags.zero || flags.minus || flags.width === undefined) return pad(sign + size, flags);
  return sign + pad(size, { ...flags, width: flags.width - sign.length });
}

function unsignedFloat(value: number, verb: string, flags: Flags): string | undefined {
  const { precision } = flags;
  switch (verb) {
    case 'v':
      return general(value, precision, flags.sharp);
    case 'g':
    case 'G':
      return cased(general(value, precision, flags.sharp), verb);
    case 'e':
    case 'E':
      return cased(exponential(value, precision ?? 6), verb);
    case 'f':
    case 'F':
      return fixed(value, precision ?? 6);
    case 'x':
    case 'X':
      return cased(hexadecimal(value), verb);
    case 'b':
      return binary(value);
    default:
      return undefined;
  }
}

const cased = (text: string, verb: string): string => (verb >= 'a' ? text : text.toUpperCase());

/** The longer of exponents has two digits at least. */
function exponential(value: number, precision?: number): string {
  const [mantissa = '', power = ''] = value
    .toExponential(precision === undefined ? undefined : Math.min(precision, 100))
    .split('e');
  return `${mantissa}e${power.slice(0, 1)}${power.slice(1).padStart(2, '0')}`;
}

/** The shortest form, or that many significant digits; with an exponent when it is below -4 or not below the number of digits. */
function general(value: number, precision: number | undefined, keepZeros: boolean): string {
  if (value === 0) return keepZeros ? `0.${'0'.repeat(Math.max((precision ?? 6) - 1, 1))}` : '0';
  const significant = precision === undefined ? undefined : Math.min(Math.max(precision, 1), 100);
  const [mantissa = '', power = '0'] = value
    .toExponential(significant === undefined ? undefined : significant - 1)
    .split('e');
  const exponent = Number(power);
  const figures = mantissa.replace('.', '');
  const kept = keepZeros ? figures.padEnd(significant ?? 6, '0') : figures.replace(/0+$/, '') || '0';
  // Without a precision Go decides as for six digits, but for 21 when fmt asks on behalf of %v.
  const limit = significant ?? 21;
  const wide = significant !== undefined && limit > kept.length && kept.length > exponent ? kept.length : limit;
  if (exponent < -4 || exponent >= wide) {
    const fraction = kept.slice(1);
    const sign = exponent < 0 ? '-' : '+';
    return `${kept.slice(0, 1)}${fraction === '' ? '' : `.${fraction}`}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
  }
  if (exponent < 0) return `0.${'0'.repeat(-exponent - 1)}${kept}`;
  const whole = kept.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  const rest = kept.slice(exponent + 1);
  return rest === '' ? (keepZeros ? `${whole}.` : whole) : `${whole}.${rest}`;
}

function fixed(value: number, precision: number): string {
  const places = Math.min(precision, 100);
  if (value < 1e21) return value.toFixed(places);
  if (!Number.isFinite(value)) return '';
  return `${BigInt(value)}${places === 0 ? '' : `.${'0'.repeat(places)}`}`;
}

const EXPONENT_BIAS = 1023;

/** Mantissa and exponent of the binary form: the value is `mantissa * 2 ** exponent`, with 53 bits in the mantissa unless it is tiny. */
function partsOf(value: number): { readonly mantissa: bigint; readonly exponent: number } {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, value);
  const raw = bits.getBigUint64(0);
  const biased = Number((raw >> 52n) & 0x7ffn);
  const fraction = raw & (2n ** 52n - 1n);
  return biased === 0
    ? { mantissa: fraction, exponent: 1 - EXPONENT_BIAS - 52 }
    : { mantissa: fraction | (1n << 52n), exponent: biased - EXPONENT_BIAS - 52 };
}

function binary(value: number): string {
  const { mantissa, exponent } = partsOf(value);
  return `${mantissa}p${exponent < 0 ? '' : '+'}${exponent}`;
}

function hexadecimal(value: number): string {
  if (value === 0) return '0x0p+00';
  const { mantissa, exponent } = partsOf(value);
  const length = mantissa.toString(2).length;
  const fraction = ((mantissa - (1n << BigInt(length - 1))) << BigInt(53 - length)).toString(16).padStart(13, '0');
  const kept = fraction.replace(/0+$/, '');
  const power = exponent + length - 1;
  const sign = power < 0 ? '-' : '+';
  return `0x1${kept === '' ? '' : `.${kept}`}p${sign}${String(Math.abs(power)).padStart(2, '0')}`;
}

/** `(1+2i)`: both parts in the form of the verb. */
export function formatComplex({ real, imaginary }: Complex, verb: string, flags: Flags): string | undefined {
  const first = formatFloat(real, verb, flags);
  const second = formatFloat(imaginary, verb, { ...flags, plus: true });
  return first === undefined || second === undefined ? undefined : `(${first}${second}i)`;
}
