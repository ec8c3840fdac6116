/** Scalars in quotes. */
import { hexValue, isBlank, isBlankOrEnd, isBreak } from '../characters.ts';
import type { Cursor } from './cursor.ts';

const SINGLE = 0x27;
const BACKSLASH = 0x5c;

/** Escapes of one character. `\/` is missing: YAML 1.1 does not have it, although JSON does. */
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['0', '\0'],
  ['a', '\x07'],
  ['b', '\b'],
  ['t', '\t'],
  ['\t', '\t'],
  ['n', '\n'],
  ['v', '\v'],
  ['f', '\f'],
  ['r', '\r'],
  ['e', '\x1b'],
  [' ', ' '],
  ['"', '"'],
  ["'", "'"],
  ['\\', '\\'],
  ['N', '\x85'],
  ['_', '\xa0'],
  ['L', '\u2028'],
  ['P', '\u2029'],
]);

/** Digits of an escape that gives a code. */
const CODES: ReadonlyMap<string, number> = new Map([
  ['x', 2],
  ['u', 4],
  ['U', 8],
]);

/** Reads a scalar from its opening to behind its closing quote. */
export function scanQuoted(cursor: Cursor): string {
  const quote = cursor.peek();
  const { at } = cursor;
  cursor.offset++;
  let value = '';
  for (;;) {
    if (cursor.isAtDocumentMark(isBlankOrEnd)) throw cursor.problem('found unexpected document indicator', at);
    if (cursor.peek() === 0) throw cursor.problem('found unexpected end of stream', at);
    const { text, escapedBreak } = scanWord(cursor, quote);
    value += text;
    if (cursor.peek() === quote) break;
    value += scanGap(cursor, escapedBreak);
  }
  cursor.offset++;
  return value;
}

/** What stands before the next blank, line end or closing quote; stops behind a line end that is escaped by a backslash. */
function scanWord(cursor: Cursor, quote: number): { text: string; escapedBreak: boolean } {
  let text = '';
  let start = cursor.offset;
  for (let code = cursor.peek(); !isBlankOrEnd(code); code = cursor.peek()) {
    if (code === quote) {
      if (quote !== SINGLE || cursor.peek(1) !== SINGLE) break;
      text += cursor.text.slice(start, cursor.offset + 1);
      cursor.offset += 2;
      start = cursor.offset;
    } else if (code === BACKSLASH && quote !== SINGLE) {
      text += cursor.text.slice(start, cursor.offset);
      if (isBreak(cursor.peek(1))) {
        cursor.offset++;
        cursor.skipBreak();
        return { text, escapedBreak: true };
      }
      text += scanEscape(cursor);
      start = cursor.offset;
    } else cursor.offset++;
  }
  return { text: text + cursor.text.slice(start, cursor.offset), escapedBreak: false };
}

function scanEscape(cursor: Cursor): string {
  const letter = cursor.text.charAt(cursor.offset + 1);
  const simple = ESCAPES.get(letter);
  if (simple !== undefined) {
    cursor.offset += 2;
    return simple;
  }
  const digits = CODES.get(letter);
  if (digits === undefined) throw cursor.problem('found unknown escape character');
  cursor.offset += 2;
  let code = 0;
  for (let index = 0; index < digits; index++) {
    const digit = hexValue(cursor.peek(index));
    if (digit < 0) throw cursor.problem('did not find expected hexdecimal number');
    code = code * 16 + digit;
  }
  if ((code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff)
    throw cursor.problem('found invalid Unicode character escape code');
  cursor.offset += digits;
  return String.fromCodePoint(code);
}

/** What blanks and line ends between two words amount to: lines are joined by a space, empty lines are kept. */
function scanGap(cursor: Cursor, escapedBreak: boolean): string {
  const start = cursor.offset;
  let blanks = 0;
  let first: string | undefined = escapedBreak ? '' : undefined;
  let more = '';
  for (let code = cursor.peek(); ; code = cursor.peek()) {
    if (isBlank(code)) {
      cursor.offset++;
      if (first === undefined) blanks++;
    } else if (!isBreak(code)) break;
    else if (first === undefined) first = cursor.skipBreak();
    else more += cursor.skipBreak();
  }
  if (first === undefined) return cursor.text.slice(start, start + blanks);
  return joinLines(first, more);
}

/** The text between two lines, given the end of the first and the ends of the empty lines that follow. */
export function joinLines(first: string, more: string): string {
  if (first !== '\n') return first + more;
  return more === '' ? ' ' : more;
}
