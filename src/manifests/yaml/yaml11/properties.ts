/** Anchors, aliases, tags and directives. */
import { codes, hexValue, isBlank, isBlankOrEnd, isBreak, isBreakOrEnd, isDigit, isWord } from '../characters.ts';
import type { Cursor } from './cursor.ts';

/** A tag as written: `!!str` is handle `!!` and suffix `str`, `!<x>` has no handle. */
export interface TagText {
  readonly handle: string;
  readonly suffix: string;
}

export type Directive = { readonly name: 'YAML'; readonly version: string } | ({ readonly name: 'TAG' } & TagText);

const BANG = 0x21;
const HASH = 0x23;
const PERCENT = 0x25;
const BEHIND_ANCHOR = codes('?:,]}%@`');
const URI = codes(";/?:@&=+$,.!~*'()[]%");

/** Reads `&name` or `*name` and gives the name. */
export function scanAnchor(cursor: Cursor): string {
  cursor.offset++;
  const name = scanWordText(cursor);
  const code = cursor.peek();
  if (name === '' || !(isBlankOrEnd(code) || BEHIND_ANCHOR.has(code))) {
    throw cursor.problem('did not find expected alphabetic or numeric character');
  }
  return name;
}

export function scanTag(cursor: Cursor): TagText {
  const tag = cursor.peek(1) === 0x3c ? scanVerbatim(cursor) : scanShorthand(cursor);
  if (!isBlankOrEnd(cursor.peek())) throw cursor.problem('did not find expected whitespace or line break');
  return tag;
}

function scanVerbatim(cursor: Cursor): TagText {
  cursor.offset += 2;
  const suffix = scanUri(cursor, false);
  if (cursor.peek() !== 0x3e) throw cursor.problem("did not find the expected '>'");
  cursor.offset++;
  return { handle: '', suffix };
}

function scanShorthand(cursor: Cursor): TagText {
  const handle = scanHandle(cursor, false);
  if (handle.length > 1 && handle.endsWith('!')) return { handle, suffix: scanUri(cursor, false) };
  // It was no handle after all, but the start of the tag's name.
  const suffix = handle.slice(1) + scanUri(cursor, true);
  return suffix === '' ? { handle: '', suffix: '!' } : { handle: '!', suffix };
}

/** Reads `!`, `!!` or `!name!`; outside directives also the start of `!name`. */
function scanHandle(cursor: Cursor, directive: boolean): string {
  if (cursor.peek() !== BANG) throw cursor.problem("did not find expected '!'");
  cursor.offset++;
  const handle = `!${scanWordText(cursor)}`;
  if (cursor.peek() !== BANG) {
    if (directive && handle !== '!') throw cursor.problem("did not find expected '!'");
    return handle;
  }
  cursor.offset++;
  return `${handle}!`;
}

function scanUri(cursor: Cursor, mayBeEmpty: boolean): string {
  const from = cursor.offset;
  let uri = '';
  let start = from;
  for (let code = cursor.peek(); isWord(code) || URI.has(code); code = cursor.peek()) {
    if (code !== PERCENT) {
      cursor.offset++;
      continue;
    }
    uri += cursor.text.slice(start, cursor.offset) + scanUriEscape(cursor);
    start = cursor.offset;
  }
  if (cursor.offset === from && !mayBeEmpty) throw cursor.problem('did not find expected tag URI');
  return uri + cursor.text.slice(start, cursor.offset);
}

/** Reads the `%XX` of one character in UTF-8. */
function scanUriEscape(cursor: Cursor): string {
  const bytes: number[] = [];
  let length = 1;
  while (bytes.length < length) {
    const octet = hexValue(cursor.peek(1)) * 16 + hexValue(cursor.peek(2));
    if (cursor.peek() !== PERCENT || hexValue(cursor.peek(1)) < 0 || hexValue(cursor.peek(2)) < 0) {
      throw cursor.problem('did not find URI escaped octet');
    }
    if (bytes.length === 0) {
      length =
        octet < 0x80 ? 1 : (octet & 0xe0) === 0xc0 ? 2 : (octet & 0xf0) === 0xe0 ? 3 : (octet & 0xf8) === 0xf0 ? 4 : 0;
      if (length === 0) throw cursor.problem('found an incorrect leading UTF-8 octet');
    } else if ((octet & 0xc0) !== 0x80) throw cursor.problem('found an incorrect trailing UTF-8 octet');
    bytes.push(octet);
    cursor.offset += 3;
  }
  return new TextDecoder().decode(Uint8Array.from(bytes));
}

/** Reads a line that starts with `%`. */
export function scanDirective(cursor: Cursor): Directive {
  cursor.offset++;
  const name = scanWordText(cursor);
  if (name === '') throw cursor.problem('could not find expected directive name');
  if (!isBlankOrEnd(cursor.peek())) throw cursor.problem('found unexpected non-alphabetical character');
  if (name !== 'YAML' && name !== 'TAG') throw cursor.problem('found unknown directive name');
  skipBlanks(cursor);
  const directive: Directive =
    name === 'YAML' ? { name, version: scanVersion(cursor) } : { name, ...scanTagMeaning(cursor) };
  skipBlanks(cursor);
  if (cursor.peek() === HASH) cursor.skipLine();
  if (!isBreakOrEnd(cursor.peek())) throw cursor.problem('did not find expected comment or line break');
  if (isBreak(cursor.peek())) cursor.skipBreak();
  return directive;
}

function scanVersion(cursor: Cursor): string {
  const major = scanVersionNumber(cursor);
  if (cursor.peek() !== 0x2e) throw cursor.problem("did not find expected digit or '.' character");
  cursor.offset++;
  return `${major}.${scanVersionNumber(cursor)}`;
}

function scanVersionNumber(cursor: Cursor): number {
  const start = cursor.offset;
  while (isDigit(cursor.peek())) {
    if (cursor.offset - start === 2) throw cursor.problem('found extremely long version number');
    cursor.offset++;
  }
  if (cursor.offset === start) throw cursor.problem('did not find expected version number');
  return Number(cursor.text.slice(start, cursor.offset));
}

function scanTagMeaning(cursor: Cursor): TagText {
  const handle = scanHandle(cursor, true);
  if (!isBlank(cursor.peek())) throw cursor.problem('did not find expected whitespace');
  skipBlanks(cursor);
  const suffix = scanUri(cursor, false);
  if (!isBlankOrEnd(cursor.peek())) throw cursor.problem('did not find expected whitespace or line break');
  return { handle, suffix };
}

function scanWordText(cursor: Cursor): string {
  const start = cursor.offset;
  while (isWord(cursor.peek())) cursor.offset++;
  return cursor.text.slice(start, cursor.offset);
}

function skipBlanks(cursor: Cursor): void {
  while (isBlank(cursor.peek())) cursor.offset++;
}
