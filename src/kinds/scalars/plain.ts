/** What an unquoted word means in YAML 1.1 as go-yaml v2 reads it. Used to read manifests, and to know what a printer must quote. */

/** A word that is not a string. */
export interface TypedScalar {
  readonly type: 'bool' | 'int' | 'float' | 'null';
  /** `true`/`false`, decimal digits, or the JSON form of the float (`+Inf`, `-Inf`, `NaN` for those three); '' for null */
  readonly text: string;
}

/**
 * The type and value of an unquoted word, or undefined when it is a string. Numbers may hold `_`; a leading 0 or `0o` is octal,
 * `0x` hexadecimal, `0b` binary; integers beyond 64 bits are floats. Timestamps and base-60 numbers are strings.
 */
export function resolvePlain(word: string): TypedScalar | undefined {
  const first = word.charCodeAt(0);
  // Words of other first characters are never more than a string: most scalars end here.
  if (word !== '' && !FIRST_CHARACTERS.has(first)) return undefined;
  const known = WORDS.get(word);
  if (known !== undefined) return known;
  const digit = first >= 0x30 && first <= 0x39;
  if (!digit && first !== PLUS && first !== MINUS && first !== POINT) return undefined;
  if (first === POINT) return FRACTION.test(word) ? finite(word.replaceAll('_', '')) : undefined;
  const plain = word.includes('_') ? word.replaceAll('_', '') : word;
  return integer(plain) ?? (DECIMAL.test(plain) ? finite(plain) : undefined);
}

/** Whether go-yaml takes the word for a timestamp: a date, or a date and a time, that the calendar knows. */
export function isTimestamp(word: string): boolean {
  // The match is only worth trying behind YYYY-.
  if (word.charCodeAt(4) !== MINUS) return false;
  const [, year = '', month = '', day = '', hour = '0', minute = '0', second = '0', zoneHour = '0', zoneMinute = '0'] =
    TIMESTAMP.exec(word) ?? [];
  if (year === '') return false;
  const last = new Date(Date.UTC(2000 + (Number(year) % 400), Number(month), 0)).getUTCDate();
  return (
    Number(month) >= 1 &&
    Number(month) <= 12 &&
    Number(day) >= 1 &&
    Number(day) <= last &&
    Number(hour) < 24 &&
    Number(minute) < 60 &&
    Number(second) < 60 &&
    Number(zoneHour) <= 24 &&
    Number(zoneMinute) <= 60
  );
}

/** Whether YAML 1.1 readers other than go-yaml would take the word for a base-60 number (`12:30:45`); go-yaml quotes these. */
export function isBase60(word: string): boolean {
  return word.includes(':') && BASE_60.test(word);
}

const PLUS = 0x2b;
const MINUS = 0x2d;
const POINT = 0x2e;
const FIRST_CHARACTERS = new Set(Array.from('yYnNtTfFoO~+-.0123456789', (character) => character.charCodeAt(0)));

const WORDS: ReadonlyMap<string, TypedScalar> = new Map([
  ...words('bool', 'true', 'y Y yes Yes YES true True TRUE on On ON'),
  ...words('bool', 'false', 'n N no No NO false False FALSE off Off OFF'),
  ...words('null', '', ' ~ null Null NULL'),
  ...words('float', 'NaN', '.nan .NaN .NAN'),
  ...words('float', '+Inf', '.inf .Inf .INF +.inf +.Inf +.INF'),
  ...words('float', '-Inf', '-.inf -.Inf -.INF'),
]);

const INTEGER = /^[-+]?(?:0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9]\d*)$/;
const DECIMAL = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/;
const FRACTION = /^\.\d+(?:_\d+)*(?:[eE][-+]?\d+(?:_\d+)*)?$/;
const BASE_60 = /^[-+]?\d[\d_]*(?::[0-5]?\d)+(?:\.[\d_]*)?$/;
const TIMESTAMP =
  /^(\d{4})-(\d\d?)-(\d\d?)(?:(?:[Tt](?=.*(?:Z|[-+]\d\d:\d\d)$)| +(?!.*(?:Z|[-+]\d\d:\d\d)$))(\d\d?):(\d\d?):(\d\d?)(?:[.,]\d+)?(?:Z|[-+](\d\d):(\d\d))?)?$/;

const INT64 = { min: -(2n ** 63n), max: 2n ** 63n - 1n };
const UINT64_MAX = 2n ** 64n - 1n;

function words(type: TypedScalar['type'], text: string, list: string): [string, TypedScalar][] {
  const scalar: TypedScalar = { type, text };
  return list.split(' ').map((word) => [word, scalar]);
}

function integer(word: string): TypedScalar | undefined {
  if (!INTEGER.test(word)) return undefined;
  const sign = word.startsWith('-') ? '-' : '';
  const signed = sign !== '' || word.startsWith('+');
  const digits = signed ? word.slice(1) : word;
  const octal = digits.length > 1 && digits.startsWith('0') && digits.charCodeAt(1) <= 0x37;
  if (!octal && digits.length <= 15 && !digits.startsWith('0')) return { type: 'int', text: sign + digits };
  const size = BigInt(octal ? `0o${digits}` : digits);
  const value = sign === '' ? size : -size;
  if (value < INT64.min || value > (signed ? INT64.max : UINT64_MAX)) return undefined;
  return { type: 'int', text: value.toString() };
}

/** A float, unless it is too large for one: then go-yaml keeps the text. */
function finite(word: string): TypedScalar | undefined {
  const value = Number(word);
  if (!Number.isFinite(value)) return undefined;
  // JSON in Go differs from JavaScript only in that it keeps the sign of zero.
  return { type: 'float', text: Object.is(value, -0) ? '-0' : String(value) };
}
