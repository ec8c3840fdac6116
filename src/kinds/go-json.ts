/**
 * JSON as Go's encoding/json reads and writes it: compact, 64-bit integers with all their digits, and `<`, `>`, `&`, U+2028 and U+2029
 * escaped in strings. What is stored in etcd is written this way, so that both tools leave the same bytes.
 */
import type { Json, JsonObject } from './schema.ts';
import { bytewise } from './schema.ts';

/** The value as compact JSON. Keys keep their order, members that are undefined are left out. */
export function goJson(value: Json): string {
  return wholeJson(value, '') ?? memberByMember(value);
}

function memberByMember(value: Json): string {
  switch (typeof value) {
    case 'string':
      return asGo(JSON.stringify(value));
    case 'number':
      // Go refuses NaN and infinities; JSON has no way to write them.
      return Number.isFinite(value) ? String(value) : 'null';
    case 'bigint':
    case 'boolean':
      return String(value);
    default:
      break;
  }
  if (value === null) return 'null';
  if (isList(value)) return `[${value.map(memberByMember).join(',')}]`;
  let text = '';
  for (const key of memberNames(value)) {
    const member = value[key];
    if (member !== undefined) text += `${text === '' ? '' : ','}${asGo(JSON.stringify(key))}:${memberByMember(member)}`;
  }
  return `{${text}}`;
}

/**
 * The whole value by the engine's own writer, which takes a fraction of the time; undefined where that cannot write what Go does: keys such as `12`
 * would stand first, and it knows no bigint.
 * @param indent what each level is indented by; empty for compact JSON
 */
export function wholeJson(value: Json, indent: string): string | undefined {
  let text: string;
  try {
    text = JSON.stringify(value, undefined, indent);
  } catch {
    return undefined;
  }
  return INTEGER_KEY.test(text) ? undefined : asGo(text);
}

/** What a string ends with can look the same, which only costs time: the writer above gives the same text. */
const INTEGER_KEY = /"(?:0|[1-9][0-9]*)":/;

/**
 * The keys of an object in the order in which Go writes them. A JavaScript object puts keys such as `12` before all others; only a Go map
 * can have such keys, and Go sorts the keys of maps.
 */
export function memberNames(object: JsonObject): readonly string[] {
  const names = Object.keys(object);
  const [first = ''] = names;
  return INTEGER.test(first) ? names.sort(bytewise) : names;
}

const INTEGER = /^(?:0|[1-9][0-9]*)$/;

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

const ESCAPED = /[<>&\u2028\u2029]/g;
/** Half of a surrogate pair, as JSON.stringify writes it: an odd number of backslashes before the `u`. */
const LONE_SURROGATE = /(?<!\\)((?:\\\\)*)\\ud[89a-f][0-9a-f]{2}/g;

/** What JSON.stringify wrote, with the escapes of Go. Outside of strings there is nothing to escape. */
function asGo(written: string): string {
  const json = written.replace(ESCAPED, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
  // A Go string is bytes: what is no character is written as the replacement character.
  return json.includes('\\ud') ? json.replace(LONE_SURROGATE, '$1\\ufffd') : json;
}

/** Integers of this many digits may exceed what a number holds exactly. */
const LONG_INTEGER = /[0-9]{16}/;
const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?[0-9][-+.0-9eE]*/g;
/** The one key of an object that stands for a long integer while JSON.parse works; no Go program writes such a key. */
const MARK = '\u0000integer';

/**
 * Reads JSON. Integers that a number cannot hold exactly become bigint.
 * @throws {SyntaxError} with the words of the JavaScript engine
 */
export function parseJson(text: string): Json {
  if (!LONG_INTEGER.test(text)) return parsed(text);
  const marked = text.replace(STRING_OR_NUMBER, (token) =>
    /^-?[1-9][0-9]{15,}$/.test(token) && !Number.isSafeInteger(Number(token))
      ? `{${JSON.stringify(MARK)}:"${token}"}`
      : token,
  );
  return parsed(marked, (_key, value) => {
    const digits = typeof value === 'object' && value !== null && MARK in value ? value[MARK] : undefined;
    return typeof digits === 'string' ? BigInt(digits) : value;
  });
}

/** What JSON.parse returns is JSON: the compiler has to take that on trust. */
function parsed(text: string, revive?: (key: string, value: unknown) => unknown): Json;
function parsed(text: string, revive?: (key: string, value: unknown) => unknown): unknown {
  const value: unknown = JSON.parse(text, revive);
  return value;
}
