import { SelectorError } from './selector-error.ts';

/** Kinds of token, by the names that error messages use. */
export type TokenKind =
  | 'TokLabel'
  | 'TokStringLiteral'
  | 'TokLBrace'
  | 'TokRBrace'
  | 'TokComma'
  | 'TokEq'
  | 'TokNe'
  | 'TokIn'
  | 'TokNot'
  | 'TokNotIn'
  | 'TokContains'
  | 'TokStartsWith'
  | 'TokEndsWith'
  | 'TokAll'
  | 'TokHas'
  | 'TokLParen'
  | 'TokRParen'
  | 'TokAnd'
  | 'TokOr'
  | 'TokGlobal'
  | 'TokEOF';

/** A piece of a selector: its kind, the label or string it carries (else empty), and where it starts and ends in the text. */
export interface Token {
  readonly kind: TokenKind;
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

const LABEL_LIMIT = 512;

const LABEL = /[a-zA-Z0-9_./-]+/y;
const CALL = /(has|all|global)\(/y;
const OPERATOR = /(?:contains|starts[ \t]*with|ends[ \t]*with|not[ \t]*in|in)(?![a-zA-Z0-9_./-])/y;

const SINGLE: ReadonlyMap<string, TokenKind> = new Map([
  ['(', 'TokLParen'],
  [')', 'TokRParen'],
  ['{', 'TokLBrace'],
  ['}', 'TokRBrace'],
  [',', 'TokComma'],
]);
const DOUBLED: ReadonlyMap<string, TokenKind> = new Map([
  ['=', 'TokEq'],
  ['&', 'TokAnd'],
  ['|', 'TokOr'],
]);
const OPERATORS: ReadonlyMap<string, TokenKind> = new Map([
  ['contains', 'TokContains'],
  ['startswith', 'TokStartsWith'],
  ['endswith', 'TokEndsWith'],
  ['notin', 'TokNotIn'],
  ['in', 'TokIn'],
]);

/**
 * Splits a selector into tokens, of which the last is always the end of the text.
 *
 * @throws {SelectorError} at the first place where no token can start, or where one is not finished
 */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let label: string | undefined;
  let position = skipBlanks(text, 0);
  while (position < text.length) {
    const token = readToken(text, position, label);
    tokens.push(token);
    label = token.kind === 'TokLabel' ? token.value : undefined;
    position = skipBlanks(text, token.end);
  }
  tokens.push({ kind: 'TokEOF', value: '', start: text.length, end: text.length });
  return tokens;
}

/** Reads the token at `start`; `label` is the one right before it, if there is one. */
function readToken(text: string, start: number, label: string | undefined): Token {
  const character = text.charAt(start);
  const single = SINGLE.get(character);
  if (single !== undefined) return { kind: single, value: '', start, end: start + 1 };
  const doubled = DOUBLED.get(character);
  if (doubled !== undefined) {
    if (text[start + 1] !== character) throw new SelectorError(`expected ${character}${character}`, start);
    return { kind: doubled, value: '', start, end: start + 2 };
  }
  if (character === '!') {
    if (text[start + 1] === '=') return { kind: 'TokNe', value: '', start, end: start + 2 };
    return { kind: 'TokNot', value: '', start, end: start + 1 };
  }
  if (character === '"' || character === "'") return readString(text, start, character);
  return label === undefined ? readTerm(text, start) : readOperator(text, start, label);
}

/** A string ends at the next quote of its kind: there are no escapes. */
function readString(text: string, start: number, mark: string): Token {
  const closing = text.indexOf(mark, start + 1);
  if (closing < 0) throw new SelectorError('unterminated string', start);
  return { kind: 'TokStringLiteral', value: text.slice(start + 1, closing), start, end: closing + 1 };
}

/** Words are operators right after a label and nowhere else, so labels may be called like operators. */
function readOperator(text: string, start: number, label: string): Token {
  const word = match(OPERATOR, text, start)?.[0];
  const kind = word === undefined ? undefined : OPERATORS.get(word.replace(/[ \t]+/, ''));
  if (word === undefined || kind === undefined) {
    throw new SelectorError(`expected operator after label "${label}"`, start);
  }
  return { kind, value: '', start, end: start + word.length };
}

/** A label, or one of the calls `has(label)`, `all()` and `global()`, which are written without a blank before the parenthesis. */
function readTerm(text: string, start: number): Token {
  const call = match(CALL, text, start);
  if (call === undefined) {
    const value = readLabel(text, start);
    return { kind: 'TokLabel', value, start, end: start + value.length };
  }
  const [opening, word] = call;
  let position = skipBlanks(text, start + opening.length);
  const value = word === 'has' ? readLabel(text, position) : '';
  position = skipBlanks(text, position + value.length);
  if (text[position] !== ')') throw new SelectorError(`no closing ')' after ${opening}`, position);
  const kind = word === 'has' ? 'TokHas' : word === 'all' ? 'TokAll' : 'TokGlobal';
  return { kind, value, start, end: position + 1 };
}

function readLabel(text: string, start: number): string {
  const label = match(LABEL, text, start)?.[0];
  if (label === undefined) throw new SelectorError('expected identifier', start);
  if (label.length > LABEL_LIMIT) throw new SelectorError(`label too long: ${label}`, start);
  return label;
}

function skipBlanks(text: string, start: number): number {
  let position = start;
  while (text[position] === ' ' || text[position] === '\t') position++;
  return position;
}

/** Matches a sticky pattern at one place. */
function match(pattern: RegExp, text: string, position: number): RegExpExecArray | undefined {
  pattern.lastIndex = position;
  return pattern.exec(text) ?? undefined;
}
