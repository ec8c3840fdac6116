/** Number literals of Go, as strconv reads them (Go language specification, "Integer literals" to "Imaginary literals"). */
import type { NumberLiteral } from './ast.ts';

const INT_MAX = 2n ** 63n - 1n;
const UINT_MAX = 2n ** 64n - 1n;
const INTEGER = /^([-+]?)(0[xX](?:_?[0-9a-fA-F])+|0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0(?:_?[0-7])*|[1-9](?:_?[0-9])*)$/;
const OCTAL = /^0_?[0-7]/;
const HEX_FLOAT =
  /^([-+]?)0[xX]((?:_?[0-9a-fA-F])*)(?:\.([0-9a-fA-F](?:_?[0-9a-fA-F])*)?)?[pP]([-+]?[0-9](?:_?[0-9])*)$/;
const DECIMAL_FLOAT = /^[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?$/;
const FLOAT_SIGNS = /[.eEpP]/;
const COMPLEX = /^([-+]?[^-+]*(?:[eEpP][-+]?[^-+]*)?)([-+][^i]*)i$/;

/** What a literal may be used as, or what Go says against it. */
export function readNumber(text: string): NumberLiteral | { readonly problem: string } {
  const illegal = { problem: `illegal number syntax: "${text}"` };
  if (text.endsWith('i')) {
    const imaginary = readFloat(text.slice(0, -1));
    return imaginary === undefined ? illegal : simplified({ real: 0, imaginary });
  }
  const size = readInteger(text);
  if (size !== undefined) {
    const int = size >= -INT_MAX - 1n && size <= INT_MAX ? size : undefined;
    const uint = /^[-+]/.test(text) || size > UINT_MAX ? (size === 0n && text !== '' ? 0n : undefined) : size;
    if (int !== undefined || uint !== undefined) return withParts(int, uint, Number(int ?? uint));
  }
  const float = readFloat(text);
  if (float === undefined) return illegal;
  if (!FLOAT_SIGNS.test(text)) return { problem: `integer overflow: "${text}"` };
  return ofFloat(float);
}

/** A sum such as `1+2i`. */
export function readComplex(text: string): NumberLiteral | { readonly problem: string } {
  const [, first = '', second = ''] = COMPLEX.exec(text) ?? [];
  const real = readFloat(first);
  const imaginary = readFloat(second);
  if (real === undefined || imaginary === undefined) return { problem: `illegal number syntax: "${text}"` };
  return simplified({ real, imaginary });
}

function withParts(int: bigint | undefined, uint: bigint | undefined, float: number): NumberLiteral {
  return { ...(int === undefined ? {} : { int }), ...(uint === undefined ? {} : { uint }), float };
}

/** Whole floats can stand where integers are asked for. */
function ofFloat(float: number): NumberLiteral {
  const whole = Number.isInteger(float) ? BigInt(float) : undefined;
  const int = whole !== undefined && whole >= -INT_MAX - 1n && whole <= INT_MAX ? whole : undefined;
  const uint = whole !== undefined && whole >= 0n && whole <= UINT_MAX ? whole : undefined;
  return withParts(int, uint, float);
}

/** A complex number without an imaginary part is a float too. */
function simplified(complex: { readonly real: number; readonly imaginary: number }): NumberLiteral {
  return complex.imaginary === 0 ? { ...ofFloat(complex.real), complex } : { complex };
}

function readInteger(text: string): bigint | undefined {
  const [, sign = '', digits = ''] = INTEGER.exec(text) ?? [];
  if (digits === '') return undefined;
  const plain = digits.replaceAll('_', '');
  const size = BigInt(OCTAL.test(digits) ? `0o${plain.slice(1)}` : plain);
  return sign === '-' ? -size : size;
}

/** Undefined when it is no float, or too large for one. */
function readFloat(text: string): number | undefined {
  if (DECIMAL_FLOAT.test(text)) {
    const value = Number(text);
    return Number.isFinite(value) ? value : undefined;
  }
  const [, sign = '', whole = '', fraction = '', power = ''] = HEX_FLOAT.exec(text) ?? [];
  const digits = `${whole}${fraction}`.replaceAll('_', '');
  if (digits === '') return undefined;
  const exponent = Number(power.replaceAll('_', '')) - 4 * fraction.replaceAll('_', '').length;
  const value = Number(`0x${digits}`) * 2 ** exponent;
  if (!Number.isFinite(value)) return undefined;
  return sign === '-' ? -value : value;
}
