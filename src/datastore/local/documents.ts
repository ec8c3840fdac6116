/** The text of a file as documents, and changes of one document that leave the text of the others alone. */
import { plainJson } from '../../kinds/decode.ts';
import { goJson } from '../../kinds/go-json.ts';
import type { Json } from '../../kinds/schema.ts';
import { isJsonObject } from '../../kinds/schema.ts';
import { parseYaml } from '../../manifests/yaml/parse.ts';
import { formatJson } from '../../output/json.ts';
import { formatYaml } from '../../output/yaml.ts';

/** A document's place in the text of its file: from `start` to before `end`, without the separators around it. */
export interface DocumentRange {
  readonly start: number;
  readonly end: number;
  /** line of the file in which it starts, from 1 */
  readonly line: number;
}

const SEPARATOR = '\n---';

/** Cuts a text where the Go tool does: at every line but the first that starts with `---`; the rest of that line belongs to nobody. */
export function documentRanges(text: string): readonly DocumentRange[] {
  const ranges: DocumentRange[] = [];
  let start = 0;
  let line = 1;
  while (start < text.length) {
    const separator = text.indexOf(SEPARATOR, start);
    if (separator < 0) {
      ranges.push({ start, end: text.length, line });
      break;
    }
    ranges.push({ start, end: separator, line });
    for (let at = start; at <= separator; at++) if (text[at] === '\n') line++;
    const lineEnd = text.indexOf('\n', separator + 1);
    start = lineEnd < 0 ? text.length : lineEnd + 1;
    line++;
  }
  return ranges;
}

/** Whether a document holds nothing but blanks, comments and a `---` at its start. */
export function isBlankDocument(text: string): boolean {
  return /^(?:---)?[ \t]*(?:#[^\n]*)?(?:\r?\n[ \t]*(?:#[^\n]*)?)*\r?$/.test(text);
}

/** Blanks, comments and marks before the first line of content, which stay when the content is replaced. */
const HEAD = /^(?:(?:[ \t]*(?:#[^\n]*)?|%[^\n]*|---[ \t]*(?:#[^\n]*)?)\r?\n)*/;
/** The text with another value in a document. Comments before and behind the document's content stay, those inside it are lost. */
export function withDocument(
  text: string,
  { start, end }: DocumentRange,
  value: Json,
  format: 'yaml' | 'json',
): string {
  const old = text.slice(start, end);
  const head = HEAD.exec(old)?.[0] ?? '';
  const content = format === 'json' ? `${formatJson(value)}\n` : formatYaml(value);
  const bare = content.slice(0, -1);
  // The line end belongs to the content when its last value is a text of several lines; then nothing may follow but a separator.
  const needsEnd = format === 'yaml' && !sameYaml(bare, content);
  const tail = tailOf(old.slice(head.length));
  const added = needsEnd ? content : `${bare}${tail === '' && end === text.length ? '\n' : tail}`;
  return text.slice(0, start) + head + (old.includes('\r\n') ? withCarriageReturns(added) : added) + text.slice(end);
}

function sameYaml(a: string, b: string): boolean {
  const [one, other] = [a, b].map((text) => goJson(plainJson(parseYaml(text).root)));
  return one === other;
}

/** Blank lines and comments behind the last line of content. Comments that are indented may belong to a text of several lines. */
function tailOf(text: string): string {
  let start = text.length;
  for (;;) {
    const lineStart = text.lastIndexOf('\n', start - 1);
    if (lineStart < 0 || !/^\n(?:[ \t\r]*|#[^\n]*)$/.test(text.slice(lineStart, start))) return text.slice(start);
    start = lineStart;
  }
}

function withCarriageReturns(text: string): string {
  return text.replace(/\r?\n/g, '\r\n');
}

/** The text without a document; undefined when nothing but blank documents would be left. */
export function withoutDocument(text: string, ranges: readonly DocumentRange[], index: number): string | undefined {
  const removed = ranges[index];
  if (removed === undefined) return text;
  const others = ranges.filter((_, at) => at !== index);
  if (others.every(({ start, end }) => isBlankDocument(text.slice(start, end)))) return undefined;
  const before = ranges[index - 1];
  const after = ranges[index + 1];
  if (before === undefined) return after === undefined ? undefined : text.slice(after.start);
  const rest = text.slice(removed.end);
  return text.slice(0, before.end) + (rest === '' ? '\n' : rest);
}

/** The way to a value inside a document: keys and list indexes. */
export type Path = readonly (string | number)[];

/** Where the objects of a document are, in the order in which the reader of manifests yields them. */
export function objectPaths(root: Json): readonly Path[] {
  if (isList(root)) return root.flatMap((item, index) => objectPaths(item).map((path) => [index, ...path]));
  if (!isJsonObject(root)) return [];
  const { kind, items } = root;
  if (typeof kind === 'string' && kind.endsWith('List') && items !== undefined && isList(items)) {
    return items.map((_, index) => ['items', index]);
  }
  return [[]];
}

/** The value with another one at the end of a path, or with that one taken out of its list. */
export function withValueAt(root: Json, [key, ...rest]: Path, value: Json | undefined): Json {
  if (key === undefined) return value ?? null;
  if (typeof key === 'number') {
    if (!isList(root)) return root;
    if (rest.length === 0 && value === undefined) return root.filter((_, index) => index !== key);
    return root.map((item, index) => (index === key ? withValueAt(item, rest, value) : item));
  }
  if (!isJsonObject(root)) return root;
  return { ...root, [key]: withValueAt(root[key] ?? null, rest, value) };
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
