/** Scalars whose lines are kept (`|`) or folded (`>`). */
import { isBlank, isBreak, isBreakOrEnd, isDigit, SPACE, TAB } from '../characters.ts';
import type { Cursor } from './cursor.ts';

const PLUS = 0x2b;
const MINUS = 0x2d;
const HASH = 0x23;
const LITERAL = 0x7c;

/** What to do with the line ends behind the last line of text. */
type Chomping = 'one' | 'none' | 'all';

/**
 * Reads a scalar from its `|` or `>` to behind its last line.
 * @param indent column of the surrounding block, -1 at the root
 */
export function scanBlock(cursor: Cursor, indent: number): string {
  const literal = cursor.peek() === LITERAL;
  cursor.offset++;
  const { chomping, increment } = scanHeader(cursor);
  let column = increment === 0 ? 0 : Math.max(indent, 0) + increment;
  let gap = scanEmptyLines(cursor, column);
  if (column === 0) column = Math.max(gap.widest, indent + 1, 1);

  let value = '';
  let lineEnd = '';
  let afterBlank = false;
  while (cursor.column === column && cursor.peek() !== 0) {
    const startsBlank = isBlank(cursor.peek());
    // Lines are joined by a space only between two lines that start with text.
    if (literal || afterBlank || startsBlank || lineEnd !== '\n') value += lineEnd;
    else if (gap.breaks === '') value += ' ';
    value += gap.breaks;
    afterBlank = startsBlank;
    const start = cursor.offset;
    cursor.skipLine();
    value += cursor.text.slice(start, cursor.offset);
    lineEnd = isBreak(cursor.peek()) ? cursor.skipBreak() : '';
    gap = scanEmptyLines(cursor, column);
  }
  if (chomping !== 'none') value += lineEnd;
  return chomping === 'all' ? value + gap.breaks : value;
}

function scanHeader(cursor: Cursor): { chomping: Chomping; increment: number } {
  let chomping = scanChomping(cursor);
  let increment = 0;
  if (isDigit(cursor.peek())) {
    increment = cursor.peek() - 0x30;
    if (increment === 0) throw cursor.problem('found an indentation indicator equal to 0');
    cursor.offset++;
    chomping ??= scanChomping(cursor);
  }
  while (isBlank(cursor.peek())) cursor.offset++;
  if (cursor.peek() === HASH) cursor.skipLine();
  if (!isBreakOrEnd(cursor.peek())) throw cursor.problem('did not find expected comment or line break');
  if (isBreak(cursor.peek())) cursor.skipBreak();
  return { chomping: chomping ?? 'one', increment };
}

function scanChomping(cursor: Cursor): Chomping | undefined {
  const code = cursor.peek();
  if (code !== PLUS && code !== MINUS) return undefined;
  cursor.offset++;
  return code === PLUS ? 'all' : 'none';
}

/**
 * Steps over indentation and empty lines.
 * @param column the indentation of the text, 0 when it is not known yet
 */
function scanEmptyLines(cursor: Cursor, column: number): { breaks: string; widest: number } {
  const limit = column === 0 ? Infinity : column;
  let breaks = '';
  let widest = 0;
  for (;;) {
    while (cursor.column < limit && cursor.peek() === SPACE) cursor.offset++;
    widest = Math.max(widest, cursor.column);
    if (cursor.column < limit && cursor.peek() === TAB) {
      throw cursor.problem('found a tab character where an indentation space is expected');
    }
    if (!isBreak(cursor.peek())) return { breaks, widest };
    breaks += cursor.skipBreak();
  }
}
