/** How go-yaml v2 writes a string: in which of four styles, and where it breaks its lines. */
import { isBase60, isTimestamp, resolvePlain } from '../kinds/scalars/plain.ts';

type ScalarStyle = 'plain' | 'single' | 'double' | 'block';

/** The line a scalar starts in. */
export interface Line {
  /** characters before the scalar */
  readonly column: number;
  /** what starts a further line */
  readonly margin: string;
  /** whether there may be further lines */
  readonly fold: boolean;
}

/** A space behind this column becomes a line end. */
const BEST_WIDTH = 80;

const SPACE = 0x20;

/** Everyday text: printable ASCII without `:` and `#`, letters or a bracket first, no space last. Only a word such as `yes` may need quotes. */
const EVERYDAY = /^[A-Za-z/(](?:[ !"$-9;-~]*[!"$-9;-~])?$/;

/**
 * A string in the style in which it reads back as the same string.
 * @param isKey a key in front of a `:`, which has to stay on one line
 */
export function writeString(text: string, line: Line, isKey: boolean): string {
  switch (scalarStyle(text, isKey)) {
    case 'plain':
      return fold(text, line, 0);
    case 'single':
      return `'${fold(text.replaceAll("'", "''"), { ...line, column: line.column + 1 }, 1)}'`;
    case 'double':
      return writeDoubleQuoted(text, line);
    case 'block':
      return writeBlock(text, line);
  }
}

function scalarStyle(text: string, isKey: boolean): ScalarStyle {
  if (EVERYDAY.test(text)) return resolvePlain(text) === undefined ? 'plain' : 'double';
  const { plain, single, block, lines } = allowedStyles(text);
  if (text.includes('\n')) return block && !isKey ? 'block' : 'double';
  if (isKey && lines) return 'double';
  if (resolvePlain(text) !== undefined || isTimestamp(text) || isBase60(text)) return 'double';
  if (plain) return 'plain';
  return single ? 'single' : 'double';
}

interface Allowed {
  readonly plain: boolean;
  readonly single: boolean;
  readonly block: boolean;
  /** it holds line ends */
  readonly lines: boolean;
}

/** Indicators that make a string need quotes as its first character. */
const FIRST = codes('#,[]{}&*!|>\'"%@`');
/** Indicators that do so as its first character before a blank. */
const FIRST_ALONE = codes('?-');
const COLON = 0x3a;
const HASH = 0x23;

function allowedStyles(text: string): Allowed {
  const last = text.length - 1;
  let indicators = text.startsWith('---') || text.startsWith('...');
  let special = false;
  let lines = false;
  let spaceThenBreak = false;
  let breakThenSpace = false;
  let before = 0;
  for (let index = 0; index <= last; index++) {
    const code = text.charCodeAt(index);
    const beforeBlank = index === last || isBlank(text.charCodeAt(index + 1));
    if (index === 0 && (FIRST.has(code) || (FIRST_ALONE.has(code) && beforeBlank))) indicators = true;
    if (code === COLON && beforeBlank) indicators = true;
    if (code === HASH && (isBlank(before) || isBreak(before))) indicators = true;
    if (!isPrintable(code)) special = true;
    if (isBreak(code)) {
      lines = true;
      if (before === SPACE) spaceThenBreak = true;
    } else if (code === SPACE && isBreak(before)) breakThenSpace = true;
    before = code;
  }
  const endsInSpace = text.endsWith(' ');
  const edges = text.startsWith(' ') || endsInSpace;
  const single = !breakThenSpace && !spaceThenBreak && !special;
  return {
    plain: single && !edges && !lines && !indicators,
    single,
    block: !spaceThenBreak && !special && !endsInSpace,
    lines,
  };
}

/**
 * Turns single spaces behind column 80 into line ends, and indents the lines that the text has of itself.
 * @param edge characters at both ends at which no line may end
 */
function fold(text: string, line: Line, edge: number): string {
  if (!OWN_BREAKS.test(text)) return foldLine(text, line, edge);
  const [first = '', ...others] = text.split(OWN_BREAKS);
  const further = { ...line, column: line.margin.length };
  return (
    foldLine(first, line, edge) +
    others
      .map((part, index) => (index % 2 === 0 || part === '' ? part : line.margin + foldLine(part, further, edge)))
      .join('')
  );
}

const OWN_BREAKS = /([\u2028\u2029]+)/;

function foldLine(text: string, { column, margin, fold: allowed }: Line, edge: number): string {
  if (!allowed || column + text.length <= BEST_WIDTH) return text;
  let written = '';
  let start = 0;
  let space = text.indexOf(' ', Math.max(edge, BEST_WIDTH + 1 - column));
  while (space >= 0 && space < text.length - edge) {
    let next = space + 1;
    if (text.charCodeAt(next) !== SPACE && (space === 0 || text.charCodeAt(space - 1) !== SPACE)) {
      written += `${text.slice(start, space)}\n${margin}`;
      start = next;
      next += Math.max(0, BEST_WIDTH + 1 - margin.length);
    }
    space = text.indexOf(' ', next);
  }
  return written + text.slice(start);
}

const ESCAPES: ReadonlyMap<number, string> = new Map([
  [0x00, '\\0'],
  [0x07, '\\a'],
  [0x08, '\\b'],
  [0x09, '\\t'],
  [0x0a, '\\n'],
  [0x0b, '\\v'],
  [0x0c, '\\f'],
  [0x0d, '\\r'],
  [0x1b, '\\e'],
  [0x22, '\\"'],
  [0x5c, '\\\\'],
  [0x85, '\\N'],
  [0xa0, '\\_'],
  [0x2028, '\\L'],
  [0x2029, '\\P'],
]);

function writeDoubleQuoted(text: string, { column, margin, fold: allowed }: Line): string {
  let written = '"';
  let lineStart = -column;
  let afterSpace = false;
  for (let index = 0; index < text.length; index++) {
    const code = text.codePointAt(index) ?? 0;
    if (code > 0xffff) index++;
    if (code === SPACE) {
      const room = index > 0 && index < text.length - 1;
      if (allowed && !afterSpace && room && written.length - lineStart > BEST_WIDTH) {
        lineStart = written.length + 1;
        // A space at the start of a line would be taken for indentation.
        written += `\n${margin}${text.charCodeAt(index + 1) === SPACE ? '\\' : ''}`;
      } else written += ' ';
      afterSpace = true;
      continue;
    }
    afterSpace = false;
    written += needsEscape(code) ? escape(code) : String.fromCodePoint(code);
  }
  return `${written}"`;
}

function needsEscape(code: number): boolean {
  return !isPrintable(code) || isBreak(code) || code === 0x22 || code === 0x5c;
}

function escape(code: number): string {
  const short = ESCAPES.get(code);
  if (short !== undefined) return short;
  const [letter, digits] = code <= 0xff ? ['x', 2] : code <= 0xffff ? ['u', 4] : ['U', 8];
  return `\\${letter}${code.toString(16).toUpperCase().padStart(digits, '0')}`;
}

/** A text of several lines behind `|`, with the marks that keep its indentation and the line ends behind it. */
function writeBlock(text: string, { margin }: Line): string {
  const first = text.charCodeAt(0);
  const indentation = first === SPACE || isBreak(first) ? '2' : '';
  const endsInBreak = isBreak(text.charCodeAt(text.length - 1));
  const chomping = !endsInBreak ? '-' : text.length === 1 || isBreak(text.charCodeAt(text.length - 2)) ? '+' : '';
  const body = text.replace(/(^|[\n\u2028\u2029])(?![\n\u2028\u2029]|$)/g, `$1${margin}`);
  return `|${indentation}${chomping}\n${body}`;
}

function isBlank(code: number): boolean {
  return code === SPACE || code === 0x09;
}

function isBreak(code: number): boolean {
  return code === 0x0a || code === 0x0d || code === 0x85 || code === 0x2028 || code === 0x2029;
}

/** Tabs, controls, byte order marks and characters above U+FFFF are written as escapes. */
function isPrintable(code: number): boolean {
  if (code < 0xa0) return code === 0x0a || (code >= 0x20 && code <= 0x7e);
  return code <= 0xd7ff || (code >= 0xe000 && code <= 0xfffd && code !== 0xfeff);
}

function codes(characters: string): ReadonlySet<number> {
  return new Set(Array.from(characters, (character) => character.charCodeAt(0)));
}
