/** JSON as Go's encoding/json writes it. */
import { formatJsonFloat } from '../kinds/scalars/float.ts';
import type { Json } from '../kinds/schema.ts';

/**
 * Indented by two spaces, keys in the order given, without a newline at the end. As in Go `<`, `>`, `&`, U+2028 and U+2029 are escaped;
 * keys without a value (undefined) are left out.
 * @throws {RangeError} for NaN and infinities
 */
export function formatJson(value: Json): string {
  return write(value, '\n');
}

/** The same on one line without spaces: the form of values in the datastore and in annotations. */
export function compactJson(value: Json): string {
  return write(value, '');
}

const HTML_OR_SEPARATOR = /[<>&\u2028\u2029]/g;

/** @param lineStart what starts a line of the surrounding value: a newline and its indentation, or '' for all on one line */
function write(value: Json | undefined, lineStart: string): string {
  if (value === null || value === undefined) return 'null';
  switch (typeof value) {
    case 'string':
      return writeString(value);
    case 'number':
      return formatJsonFloat(value);
    case 'bigint':
    case 'boolean':
      return String(value);
    default:
      return isList(value) ? writeList(value, lineStart) : writeObject(value, lineStart);
  }
}

function writeList(list: readonly Json[], lineStart: string): string {
  if (list.length === 0) return '[]';
  const inner = lineStart === '' ? '' : `${lineStart}  `;
  let text = '';
  for (const item of list) text += `${text === '' ? '[' : ','}${inner}${write(item, inner)}`;
  return `${text}${lineStart}]`;
}

function writeObject(object: { readonly [key: string]: Json | undefined }, lineStart: string): string {
  const inner = lineStart === '' ? '' : `${lineStart}  `;
  const colon = lineStart === '' ? ':' : ': ';
  let text = '';
  for (const key of Object.keys(object)) {
    const value = object[key];
    if (value === undefined) continue;
    text += `${text === '' ? '{' : ','}${inner}${writeString(key)}${colon}${write(value, inner)}`;
  }
  return text === '' ? '{}' : `${text}${lineStart}}`;
}

function writeString(text: string): string {
  return JSON.stringify(text).replace(
    HTML_OR_SEPARATOR,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** `Array.isArray` does not tell a read-only list from an object. */
function isList(value: object): value is readonly Json[] {
  return Array.isArray(value);
}
