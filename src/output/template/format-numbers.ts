/** Numbers as the verbs of Go's fmt print them (pkg.go.dev/fmt, "Printing"). Undefined: the verb is not for such a value. */
import type { Complex } from './ast.ts';
import type { Flags } from './flags.ts';
import { pad } from './flags.ts';
import { isPrintable, quoteRune } from './quote.ts';

const BASES: Readonly<Record<string, number>> = { v: 10, d: 10, b: 2, o: 8, O: 8, x: 16, X: 16 };
const PREFIXES: Readonly<Record<string, string>> = { b: '0b', o: '0', x: '0x', X: '0X' };
const REPLACEMENT = 0xfffdn;

export function formatInteger(value: bigint, verb: string, flags: Flags, unsigned: boolean): string | undefined {
  if (verb === 'v' && flags.syntax && unsigned) return inBase(value, 'x', { ...flags, sharp: true });
  if (verb === 'c') return pad(character(value), flags);
  if (verb === 'q') return pad(quoteRune(character(value), flags.plus), flags);
  if (verb === 'U') return unicode(value, flags);
  return BASES[verb] === undefined ? undefined : inBase(value, verb, flags);
}

function inBase(value: bigint, verb: string, flags: Flags): string {
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
  if (!FLOAT_VERBS.includes(verb)) return undefined;
  const negative = value < 0 || Object.is(value, -0);
  const sign = negative ? '-' : flags.plus ? '+' : flags.space ? ' ' : '';
  if (Number.isNaN(value)) return pad(`${sign}NaN`, { ...flags, zero: false });
  if (!Number.isFinite(value)) return pad(`${sign === '' ? '+' : sign}Inf`, { ...flags, zero: false });
  const size = unsignedFloat(Math.abs(value), verb, flags);
  if (!flags.zero || flags.minus || flags.width === undefined) return pad(sign + size, flags);
  return sign + pad(size, { ...flags, width: flags.width - sign.length });
}

const FLOAT_VERBS = 'vgGeEfFxXb';

function unsignedFloat(value: number, verb: string, flags: Flags): string {
  const { precision } = flags;
  switch (verb) {
    case 'e':
    case 'E':
      return cased(withExponent(decimalOf(value, (precision ?? 6) + 1)), verb);
    case 'f':
    case 'F':
      return fixed(value, precision ?? 6);
    case 'x':
    case 'X':
      return cased(hexadecimal(value, flags), verb);
    case 'b':
      return binary(value);
    default:
      return cased(general(value, precision, flags.sharp), verb);
  }
}

const cased = (text: string, verb: string): string => (verb >= 'a' ? text : text.toUpperCase());

interface Decimal {
  /** significant digits; the point stands behind the first one */
  readonly digits: string;
  readonly exponent: number;
}

/** The shortest digits that read back as the value, or that many, rounded to even as Go does. */
function decimalOf(value: number, significant?: number): Decimal {
  const [mantissa = '', power = '0'] = value.toExponential().split('e');
  const exponent = Number(power);
  if (significant === undefined || value === 0)
    return { digits: mantissa.replace('.', '').padEnd(value === 0 ? (significant ?? 1) : 1, '0'), exponent };
  const digits = String(scaled(value, significant - 1 - exponent));
  return digits.length > significant
    ? { digits: digits.slice(0, significant), exponent: exponent + 1 }
    : { digits, exponent };
}

/** The integer next to `value * 10 ** places`; of two that are equally near the even one. */
function scaled(value: number, places: number): bigint {
  const { mantissa, exponent } = partsOf(value);
  const up = mantissa * 10n ** BigInt(Math.max(places, 0)) * 2n ** BigInt(Math.max(exponent, 0));
  const down = 10n ** BigInt(Math.max(-places, 0)) * 2n ** BigInt(Math.max(-exponent, 0));
  const whole = up / down;
  const rest = (up % down) * 2n;
  return rest > down || (rest === down && whole % 2n === 1n) ? whole + 1n : whole;
}

/** Exponents have two digits at least. */
function withExponent({ digits, exponent }: Decimal): string {
  const fraction = digits.slice(1);
  const power = String(Math.abs(exponent)).padStart(2, '0');
  return `${digits.slice(0, 1)}${fraction === '' ? '' : `.${fraction}`}e${exponent < 0 ? '-' : '+'}${power}`;
}

/** The shortest form, or that many significant digits; with an exponent when it is below -4 or not below the number of digits. */
function general(value: number, precision: number | undefined, keepZeros: boolean): string {
  const significant = precision === undefined ? undefined : Math.max(precision, 1);
  const { digits, exponent } = decimalOf(value, significant);
  const kept = keepZeros ? digits.padEnd(significant ?? 6, '0') : digits.replace(/0+$/, '') || '0';
  // Without a precision Go decides as for six digits.
  const limit =
    significant === undefined ? 6 : significant > kept.length && kept.length > exponent ? kept.length : significant;
  if (exponent < -4 || exponent >= limit) return withExponent({ digits: kept, exponent });
  if (exponent < 0) return `0.${'0'.repeat(-exponent - 1)}${kept}`;
  const whole = kept.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  const rest = kept.slice(exponent + 1);
  return rest === '' ? (keepZeros ? `${whole}.` : whole) : `${whole}.${rest}`;
}

function fixed(value: number, precision: number): string {
  const digits = String(scaled(value, precision)).padStart(precision + 1, '0');
  const point = digits.length - precision;
  return precision === 0 ? digits : `${digits.slice(0, point)}.${digits.slice(point)}`;
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

const FRACTION_BITS = 52;

/** `0x1.8p+01`: the fraction in full, or rounded to that many digits. */
function hexadecimal(value: number, { precision, sharp }: Flags): string {
  let { mantissa, exponent } = partsOf(value);
  if (mantissa !== 0n) {
    const missing = FRACTION_BITS + 1 - mantissa.toString(2).length;
    mantissa <<= BigInt(missing);
    exponent += FRACTION_BITS - missing;
  } else exponent = 0;
  const dropped = precision === undefined ? 0 : Math.max(FRACTION_BITS - 4 * precision, 0);
  if (dropped > 0) {
    const unit = 1n << BigInt(dropped);
    const rest = (mantissa % unit) * 2n;
    const whole = mantissa / unit;
    mantissa = (rest > unit || (rest === unit && whole % 2n === 1n) ? whole + 1n : whole) * unit;
    if (mantissa >> BigInt(FRACTION_BITS + 1) !== 0n) {
      mantissa >>= 1n;
      exponent++;
    }
  }
  const lead = mantissa >> BigInt(FRACTION_BITS);
  const digits = (mantissa % (1n << BigInt(FRACTION_BITS))).toString(16).padStart(FRACTION_BITS / 4, '0');
  const kept = digits.replace(/0+$/, '').padEnd(precision ?? (sharp ? 4 : 0), '0');
  const power = String(Math.abs(exponent)).padStart(2, '0');
  return `0x${lead}${kept === '' ? '' : `.${kept}`}p${exponent < 0 ? '-' : '+'}${power}`;
}

/** `(1+2i)`: both parts in the form of the verb. */
export function formatComplex({ real, imaginary }: Complex, verb: string, flags: Flags): string | undefined {
  const first = formatFloat(real, verb, flags);
  const second = formatFloat(imaginary, verb, { ...flags, plus: true });
  return first === undefined || second === undefined ? undefined : `(${first}${second}i)`;
}
