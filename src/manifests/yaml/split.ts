/** Cuts a file of several documents into its documents, before any of them is read as YAML. */
import type { Position } from '../../kinds/node.ts';
import { decodeUtf16, decodeUtf8 } from './encoding.ts';

export interface YamlDocument {
  /** bytes where they are no UTF-8: reading them as YAML says why */
  readonly text: string | Uint8Array;
  /** the line of the file in which the document starts, from 1 */
  readonly line: number;
  /** content in the separator line behind the document, which nobody reads: `--- {kind: IPPool}` */
  readonly dropped?: { readonly text: string; readonly at: Position };
}

/** A document above 10 MiB. The message is the Go tool's. */
export class DocumentTooLongError extends Error {
  override readonly name = 'DocumentTooLongError' as const;
  /** the line of the file in which the document starts, from 1 */
  readonly line: number;

  constructor(line: number) {
    super('bufio.Scanner: token too long');
    this.line = line;
  }
}

const SEPARATOR = '\n---';
const LONGEST = 10 * 1024 * 1024;

/**
 * The documents of a file, as the Go calicoctl cuts them: at every line that starts with `---` and is not the first, whatever else that
 * line holds. A document may be empty. Unlike the Go tool it loses no document when the file ends within a separator line.
 * @param source text, or bytes in UTF-8, or in UTF-16 with a byte order mark
 * @param firstLine the line of the file in which the text starts
 * @throws {DocumentTooLongError}
 */
export function splitDocuments(source: string | Uint8Array, firstLine = 1): YamlDocument[] {
  const text = typeof source === 'string' ? source : (decodeUtf16(source) ?? decodeUtf8(source));
  if (text !== undefined) return split(text, firstLine, (start, end) => text.slice(start, end));
  if (typeof source === 'string') return [];
  // One character per byte, so that places in the text are places in the bytes.
  const characters = new TextDecoder('latin1').decode(source);
  return split(characters, firstLine, (start, end) => {
    const part = source.subarray(start, end);
    return decodeUtf8(part) ?? part;
  });
}

function split(
  text: string,
  firstLine: number,
  part: (start: number, end: number) => string | Uint8Array,
): YamlDocument[] {
  const documents: YamlDocument[] = [];
  let line = firstLine;
  for (let start = 0; start < text.length;) {
    const separator = text.indexOf(SEPARATOR, start);
    const end = separator < 0 ? text.length : separator;
    const document = { text: part(start, end), line };
    if (byteLength(document.text) > LONGEST) throw new DocumentTooLongError(line);
    if (separator < 0) {
      documents.push(document);
      break;
    }
    line += countLines(text, start, end) + 1;
    const rest = separator + SEPARATOR.length;
    const lineEnd = text.indexOf('\n', rest);
    const dropped = text.slice(rest, lineEnd < 0 ? text.length : lineEnd);
    documents.push(
      holdsContent(dropped)
        ? { ...document, dropped: { text: dropped.trim(), at: { line, column: SEPARATOR.length } } }
        : document,
    );
    start = lineEnd < 0 ? text.length : lineEnd + 1;
    line++;
  }
  return documents;
}

/** Whether it is worth a word that the text is not read: more than dashes and a comment. */
function holdsContent(text: string): boolean {
  return !/^-*\s*(?:#.*)?$/.test(text);
}

function byteLength(text: string | Uint8Array): number {
  // A UTF-16 unit takes three bytes at most, so short texts need no counting.
  if (typeof text !== 'string' || text.length * 3 <= LONGEST) return text.length;
  return new TextEncoder().encode(text).length;
}

function countLines(text: string, start: number, end: number): number {
  let count = 0;
  for (let at = text.indexOf('\n', start); at >= 0 && at < end; at = text.indexOf('\n', at + 1)) count++;
  return count;
}
