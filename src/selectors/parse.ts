import { SelectorError } from './selector-error.ts';
import type { Comparison, Membership, Selector } from './selector.ts';
import { tokenize } from './tokenize.ts';
import type { Token, TokenKind } from './tokenize.ts';

/** No selector of 1024 characters, which is what most kinds allow, nests deeper; and recursion over selectors fits any stack. */
const MAX_DEPTH = 512;

const COMPARISONS: ReadonlyMap<TokenKind, Comparison> = new Map([
  ['TokEq', '=='],
  ['TokNe', '!='],
  ['TokContains', 'contains'],
  ['TokStartsWith', 'starts with'],
  ['TokEndsWith', 'ends with'],
]);
const MEMBERSHIPS: ReadonlyMap<TokenKind, Membership> = new Map([
  ['TokIn', 'in'],
  ['TokNotIn', 'not in'],
]);

/**
 * Reads a selector in the language of Calico's documentation ("Selectors"). Empty or blank text selects everything.
 *
 * @throws {SelectorError} with the Go parser's message, when the text is no selector or parentheses are nested more than 512 deep
 */
export function parseSelector(text: string): Selector {
  const tokens = tokenize(text);
  return tokens.length === 1 ? { type: 'all' } : new Parser(tokens).selector();
}

/** Whether a text is a selector: what the validation tag `selector` accepts. */
export function isValidSelector(text: string): boolean {
  return selectorFault(text) === undefined;
}

/** What is wrong with a text that is no selector, and where; undefined for a selector. */
export function selectorFault(text: string): string | undefined {
  try {
    parseSelector(text);
    return undefined;
  } catch (error) {
    if (error instanceof SelectorError) return `${error.message} at character ${error.offset + 1}`;
    throw error;
  }
}

/** What has been read of the text or of one pair of parentheses: finished terms of `||`, and the operands of `&&` in the current one. */
interface Group {
  readonly negated: boolean;
  readonly alternatives: Selector[];
  conjuncts: Selector[];
}

/** Keeps open parentheses on a list of its own, so that nesting costs no call stack. */
class Parser {
  readonly #tokens: readonly Token[];
  #index = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  selector(): Selector {
    const outer: Group[] = [];
    let group = newGroup(false);
    for (;;) {
      const negated = this.#negated();
      if (this.#accept('TokLParen')) {
        outer.push(group);
        if (outer.length > MAX_DEPTH) throw this.#error(`parentheses are nested more than ${MAX_DEPTH} deep`);
        group = newGroup(negated);
        continue;
      }
      group.conjuncts.push(negate(this.#primary(), negated));
      while (!this.#continues(group)) {
        const whole = negate(join('or', group.alternatives), group.negated);
        const parent = outer.pop();
        if (parent === undefined) return this.#end(whole);
        this.#expect('TokRParen', 'expected )');
        parent.conjuncts.push(whole);
        group = parent;
      }
    }
  }

  /** Whether an operator follows, after which the group has another operand. */
  #continues(group: Group): boolean {
    if (this.#accept('TokAnd')) return true;
    group.alternatives.push(join('and', group.conjuncts));
    group.conjuncts = [];
    return this.#accept('TokOr');
  }

  #end(selector: Selector): Selector {
    const rest = this.#tokens.slice(this.#index);
    if (rest.length === 1) return selector;
    throw this.#error(`unexpected content at end of selector [${rest.map(describe).join(' ')}]`);
  }

  #negated(): boolean {
    let negated = false;
    while (this.#accept('TokNot')) negated = !negated;
    return negated;
  }

  #primary(): Selector {
    const token = this.#peek();
    switch (token.kind) {
      case 'TokAll':
        this.#index++;
        return { type: 'all' };
      case 'TokGlobal':
        this.#index++;
        return { type: 'global' };
      case 'TokHas':
        this.#index++;
        return { type: 'has', label: token.value };
      case 'TokLabel':
        this.#index++;
        return this.#comparison(token.value);
      default:
        throw this.#error(`unexpected token: ${describe(token)}`);
    }
  }

  #comparison(label: string): Selector {
    const operator = this.#peek();
    const comparison = COMPARISONS.get(operator.kind);
    if (comparison !== undefined) {
      this.#index++;
      return { type: comparison, label, value: this.#expect('TokStringLiteral', 'expected string').value };
    }
    const membership = MEMBERSHIPS.get(operator.kind);
    if (membership !== undefined) {
      this.#index++;
      return { type: membership, label, values: this.#set() };
    }
    if (operator.kind === 'TokEOF') throw this.#error('unexpected end of string looking for op');
    throw this.#error(`expected == or != not: ${describe(operator)}`);
  }

  #set(): string[] {
    const values = new Set<string>();
    this.#expect('TokLBrace', 'expected set literal');
    while (this.#peek().kind === 'TokStringLiteral') {
      values.add(this.#peek().value);
      this.#index++;
      if (!this.#accept('TokComma')) break;
    }
    this.#expect('TokRBrace', 'expected }');
    return [...values].sort(byCodePoint);
  }

  #peek(): Token {
    const token = this.#tokens[this.#index];
    if (token === undefined) throw new RangeError('No token after the end of the selector');
    return token;
  }

  #accept(kind: TokenKind): boolean {
    if (this.#peek().kind !== kind) return false;
    this.#index++;
    return true;
  }

  #expect(kind: TokenKind, message: string): Token {
    const token = this.#peek();
    if (token.kind !== kind) throw this.#error(message);
    this.#index++;
    return token;
  }

  #error(message: string): SelectorError {
    return new SelectorError(message, this.#peek().start);
  }
}

function newGroup(negated: boolean): Group {
  return { negated, alternatives: [], conjuncts: [] };
}

function negate(selector: Selector, negated: boolean): Selector {
  if (!negated) return selector;
  return selector.type === 'not' ? selector.operand : { type: 'not', operand: selector };
}

function join(type: 'and' | 'or', operands: readonly Selector[]): Selector {
  const [first, ...others] = operands;
  return first !== undefined && others.length === 0 ? first : { type, operands };
}

function describe({ kind, value }: Token): string {
  return `${kind}(${value})`;
}

/** Orders strings by code point, which is the order of their UTF-8 bytes and Go's. */
function byCodePoint(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const [x, y] = [rank(a.charCodeAt(i)), rank(b.charCodeAt(i))];
    if (x !== y) return x - y;
  }
  return a.length - b.length;
}

/** Surrogates stand for code points above all other code units. */
function rank(codeUnit: number): number {
  return codeUnit >= 0xd800 && codeUnit <= 0xdfff ? codeUnit + 0x1_0000 : codeUnit;
}
