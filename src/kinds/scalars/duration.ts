import { CodecError } from '../schema.ts';

const MICROSECOND = 1000n;
const MILLISECOND = 1000n * MICROSECOND;
const SECOND = 1000n * MILLISECOND;
const MINUTE = 60n * SECOND;
const HOUR = 60n * MINUTE;

/** Both the micro sign (U+00B5) and the Greek letter mu (U+03BC) are in use. */
const UNITS: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', MICROSECOND],
  ['\u00B5s', MICROSECOND],
  ['\u03BCs', MICROSECOND],
  ['ms', MILLISECOND],
  ['s', SECOND],
  ['m', MINUTE],
  ['h', HOUR],
]);

/** Durations are 64-bit integers: the furthest ones are this many nanoseconds away from zero (one less when positive). */
const LIMIT = 2n ** 63n;
const TERM = /(?<whole>[0-9]*)(?:\.(?<fraction>[0-9]*))?(?<unit>[^0-9.]*)/y;

/**
 * Reads a duration in Go's syntax (`1h30m`, `-1.5s`, `0`) as nanoseconds, with the verdicts and words of `time.ParseDuration`.
 *
 * @throws {CodecError} when the text is no duration, or none of less than about 292 years
 */
export function parseDuration(text: string): bigint {
  const negative = text.startsWith('-');
  const start = negative || text.startsWith('+') ? 1 : 0;
  if (text.slice(start) === '0') return 0n;
  if (start === text.length) throw invalid(text);
  let total = 0n;
  TERM.lastIndex = start;
  while (TERM.lastIndex < text.length) {
    total += readTerm(text);
    if (total > LIMIT) throw invalid(text);
  }
  if (negative) return -total;
  if (total === LIMIT) throw invalid(text);
  return total;
}

/** Reads one number with its unit where the pattern stands. */
function readTerm(text: string): bigint {
  const { whole = '', fraction = '', unit = '' } = TERM.exec(text)?.groups ?? {};
  if (whole === '' && fraction === '') throw invalid(text);
  const number = boundedNumber(whole);
  if (number === undefined) throw invalid(text);
  if (unit === '') throw new CodecError(`time: missing unit in duration ${quote(text)}`);
  const nanoseconds = UNITS.get(unit);
  if (nanoseconds === undefined) throw new CodecError(`time: unknown unit ${quote(unit)} in duration ${quote(text)}`);
  if (number > LIMIT / nanoseconds) throw invalid(text);
  return number * nanoseconds + fractionOf(fraction, nanoseconds);
}

/** Undefined beyond 2^63. */
function boundedNumber(digits: string): bigint | undefined {
  const significant = digits.replace(/^0+/, '');
  if (significant.length > 19) return undefined;
  const number = BigInt(significant);
  return number > LIMIT ? undefined : number;
}

/** Go multiplies fractions in floating point and cuts the result; digits that do not fit 63 bits are ignored. */
function fractionOf(digits: string, nanoseconds: bigint): bigint {
  let used = 0n;
  let scale = 1;
  for (const digit of digits) {
    const next = used * 10n + BigInt(digit);
    if (used > (LIMIT - 1n) / 10n || next > LIMIT) break;
    used = next;
    scale *= 10;
  }
  return BigInt(Math.trunc(Number(used) * (Number(nanoseconds) / scale)));
}

/** Writes nanoseconds as Go's `Duration.String` does: `1m30s`, `1h0m0s`, `1.5ms`, `0s`. */
export function formatDuration(nanoseconds: bigint): string {
  if (nanoseconds < 0n) return `-${formatDuration(-nanoseconds)}`;
  if (nanoseconds === 0n) return '0s';
  if (nanoseconds < MICROSECOND) return `${nanoseconds}ns`;
  if (nanoseconds < MILLISECOND) return `${decimal(nanoseconds, MICROSECOND)}\u00B5s`;
  if (nanoseconds < SECOND) return `${decimal(nanoseconds, MILLISECOND)}ms`;
  const hours = nanoseconds / HOUR;
  const minutes = (nanoseconds % HOUR) / MINUTE;
  const seconds = `${decimal(nanoseconds % MINUTE, SECOND)}s`;
  if (nanoseconds < MINUTE) return seconds;
  return nanoseconds < HOUR ? `${minutes}m${seconds}` : `${hours}h${minutes}m${seconds}`;
}

/** A quotient by a power of ten, without trailing zeros. */
function decimal(value: bigint, unit: bigint): string {
  const places = String(unit).length - 1;
  const fraction = String(value % unit)
    .padStart(places, '0')
    .replace(/0+$/, '');
  return fraction === '' ? String(value / unit) : `${value / unit}.${fraction}`;
}

function invalid(text: string): CodecError {
  return new CodecError(`time: invalid duration ${quote(text)}`);
}

/** Go's time package has quotes of its own: control characters and everything beyond ASCII become their UTF-8 bytes in hex. */
function quote(text: string): string {
  const escaped = text.replace(/["\\]/g, '\\$&').replace(/[^ -\x7f]/gu, (character) => {
    const bytes = new TextEncoder().encode(character);
    return Array.from(bytes, (byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
  });
  return `"${escaped}"`;
}
