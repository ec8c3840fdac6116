/** Scalars without quotes. */
import { codes, isBlank, isBlankOrEnd, isBreak, TAB } from '../characters.ts';
import type { Cursor } from './cursor.ts';
import { joinLines } from './quoted.ts';

/** A plain scalar, and whether it ended with a line, so that a key may follow. */
export interface PlainScalar {
  readonly text: string;
  readonly endedLine: boolean;
}

/** Characters that end a plain scalar inside brackets. */
const FLOW_ENDS = codes(',?[]{}');
const COLON = 0x3a;
const HASH = 0x23;

/**
 * Reads a scalar, over several lines as long as they are indented by at least `indent` columns.
 * @param flow whether it stands inside brackets, where indentation does not count
 */
export function scanPlain(cursor: Cursor, flow: boolean, indent: number): PlainScalar {
  let text = '';
  let gap = '';
  let endedLine = false;
  for (;;) {
    if (cursor.isAtDocumentMark(isBlankOrEnd) || cursor.peek() === HASH) break;
    const start = cursor.offset;
    for (let code = cursor.peek(); !isBlankOrEnd(code); code = cursor.peek()) {
      if (code === COLON ? isBlankOrEnd(cursor.peek(1)) : flow && FLOW_ENDS.has(code)) break;
      cursor.offset++;
    }
    if (cursor.offset > start) {
      text += gap + cursor.text.slice(start, cursor.offset);
      gap = '';
      endedLine = false;
    }
    if (!isBlank(cursor.peek()) && !isBreak(cursor.peek())) break;
    const space = scanSpace(cursor, indent);
    gap = space.text;
    endedLine = space.endedLine;
    if (!flow && cursor.column < indent) break;
  }
  return { text, endedLine };
}

function scanSpace(cursor: Cursor, indent: number): PlainScalar {
  const start = cursor.offset;
  let blanks = 0;
  let first: string | undefined;
  let more = '';
  for (let code = cursor.peek(); ; code = cursor.peek()) {
    if (isBlank(code)) {
      if (first !== undefined && code === TAB && cursor.column < indent) {
        throw cursor.problem('found a tab character that violates indentation');
      }
      cursor.offset++;
      if (first === undefined) blanks++;
    } else if (!isBreak(code)) break;
    else if (first === undefined) first = cursor.skipBreak();
    else more += cursor.skipBreak();
  }
  if (first === undefined) return { text: cursor.text.slice(start, start + blanks), endedLine: false };
  return { text: joinLines(first, more), endedLine: true };
}
