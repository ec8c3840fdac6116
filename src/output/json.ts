/** JSON for people and programs to read, as Go's `json.MarshalIndent` writes it. */
import { goJson, memberNames, wholeJson } from '../kinds/go-json.ts';
import type { Json } from '../kinds/schema.ts';

/**
 * The value indented by two spaces, keys in the order given (maps with keys such as `12` sorted), without a newline at the end. As in Go `<`, `>`, `&`, U+2028 and U+2029 are
 * escaped in strings; keys without a value (undefined) are left out.
 */
export function formatJson(value: Json): string {
  return wholeJson(value, '  ') ?? format(value, '\n');
}

/** @param lineEnd what stands between two lines of the surrounding value: a newline and its indentation */
function format(value: Json, lineEnd: string): string {
  if (typeof value !== 'object' || value === null) return goJson(value);
  const inner = `${lineEnd}  `;
  let text = '';
  if (isList(value)) {
    for (const item of value) text += `${text === '' ? '[' : ','}${inner}${format(item, inner)}`;
    return text === '' ? '[]' : `${text}${lineEnd}]`;
  }
  for (const key of memberNames(value)) {
    const member = value[key];
    if (member !== undefined) text += `${text === '' ? '{' : ','}${inner}${goJson(key)}: ${format(member, inner)}`;
  }
  return text === '' ? '{}' : `${text}${lineEnd}}`;
}

/** `Array.isArray` does not tell a read-only list from an object. */
function isList(value: object): value is readonly Json[] {
  return Array.isArray(value);
}
