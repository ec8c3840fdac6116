/** Splits a template of Go's text/template (pkg.go.dev/text/template) into tokens. */
import { quote, runeName } from './quote.ts';

type TokenType =
  | 'error'
  | 'eof'
  | 'text'
  | 'left delimiter'
  | 'right delimiter'
  | 'space'
  | 'assign'
  | 'declare'
  | 'pipe'
  | 'left paren'
  | 'right paren'
  | 'bool'
  | 'character'
  | 'character constant'
  | 'complex'
  | 'field'
  | 'identifier'
  | 'number'
  | 'raw string'
  | 'string'
  | 'variable'
  | 'dot'
  | 'keyword';

export interface Token {
  readonly type: TokenType;
  /** the text of the token; for an error its message, which has been worded already */
  readonly text: string;
  /** offset in the template, in UTF-16 units */
  readonly at: number;
  /** line on which it starts, from 1 */
  readonly line: number;
}

const KEYWORDS: ReadonlySet<string> = new Set(
  'block break continue define else end if nil range template with'.split(' '),
);
const ALPHANUMERIC = /[\p{L}\p{Nd}_]/u;
const WORD = /[\p{L}\p{Nd}_]*/uy;
const SPACES = /[ \t\r\n]*/y;
const MARKED_START = /-[ \t\r\n]/y;
const MARKED_END = /[ \t\r\n]-\}\}/y;
const COMMENT_START = /(?:-[ \t\r\n])?\/\*/y;
const NUMBER =
  /[-+]?(?:0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?|0[oO][0-7_]*(?:\.[0-7_]*)?|0[bB][01_]*(?:\.[01_]*)?|[0-9_]*(?:\.[0-9_]*)?)/y;
const DECIMAL_EXPONENT = /[eE][-+]?[0-9_]*/y;
const HEX_EXPONENT = /[pP][-+]?[0-9_]*/y;

/** The tokens of a template. The last one is `eof` or `error`. */
export function tokenize(template: string): readonly Token[] {
  return new Lexer(template).run();
}

class Lexer {
  private readonly input: string;
  private readonly tokens: Token[] = [];
  private at = 0;
  private start = 0;
  private line = 1;
  /** where the current line ends */
  private newline: number;
  private parens = 0;
  /** text after a closing trim marker loses its leading space */
  private trimNext = false;

  constructor(input: string) {
    this.input = input;
    this.newline = lineEnd(input, 0);
  }

  run(): readonly Token[] {
    while (this.text() && this.leftDelimiter());
    return this.tokens;
  }

  /** The text up to the next action; answers whether there is one. */
  private text(): boolean {
    const open = this.input.indexOf('{{', this.at);
    const end = open < 0 ? this.input.length : open;
    let from = this.at;
    if (this.trimNext) from += this.match(SPACES).length;
    let to = end;
    if (open >= 0 && this.looksAt(MARKED_START, open + 2)) {
      while (to > from && ' \t\r\n'.includes(this.input[to - 1] ?? '')) to--;
    }
    this.trimNext = false;
    this.skipTo(Math.min(from, end));
    if (to > from) {
      this.at = to;
      this.emit('text');
    }
    this.skipTo(end);
    if (open >= 0) return true;
    this.emit('eof');
    return false;
  }

  /** The action at the delimiter; answers whether the template goes on behind it. */
  private leftDelimiter(): boolean {
    const marked = this.looksAt(MARKED_START, this.at + 2);
    if (this.looksAt(COMMENT_START, this.at + 2)) return this.comment(marked ? 4 : 2);
    this.at += 2;
    this.emit('left delimiter');
    if (marked) this.skipTo(this.at + 2);
    this.parens = 0;
    for (;;) {
      const trim = this.looksAt(MARKED_END, this.at);
      if (trim || this.input.startsWith('}}', this.at)) {
        if (this.parens > 0) return this.fail('unclosed left paren');
        if (trim) this.skipTo(this.at + 2);
        this.at += 2;
        this.emit('right delimiter');
        this.trimNext = trim;
        return true;
      }
      if (!this.token()) return false;
    }
  }

  private comment(opening: number): boolean {
    this.at += opening;
    const close = this.input.indexOf('*/', this.at + 2);
    if (close < 0) return this.fail('unclosed comment');
    this.at = close + 2;
    const trim = this.looksAt(MARKED_END, this.at);
    if (!trim && !this.input.startsWith('}}', this.at)) return this.fail('comment ends before closing delimiter');
    this.skipTo(this.at + (trim ? 4 : 2));
    this.trimNext = trim;
    return true;
  }

  /** One token inside an action; answers whether to go on. */
  private token(): boolean {
    const char = this.rune();
    switch (char) {
      case '':
        return this.fail('unclosed action');
      case ' ':
      case '\t':
      case '\r':
      case '\n':
        do this.at++;
        while (this.isSpace() && !this.looksAt(MARKED_END, this.at));
        return this.emit('space');
      case '=':
        return this.take(1, 'assign');
      case '|':
        return this.take(1, 'pipe');
      case ':':
        this.at++;
        if (this.rune() !== '=') return this.fail('expected :=');
        return this.take(1, 'declare');
      case '"':
        return this.quoted('"', 'string', 'unterminated quoted string');
      case "'":
        return this.quoted("'", 'character constant', 'unterminated character constant');
      case '`':
        return this.raw();
      case '(':
        this.parens++;
        return this.take(1, 'left paren');
      case ')':
        this.at++;
        if (this.parens-- === 0) return this.fail('unexpected right paren');
        return this.emit('right paren');
      case '$':
        return this.named('variable', 'variable');
      case '.': {
        const next = this.input[this.at + 1] ?? '';
        if (next !== '' && (next < '0' || next > '9')) return this.named('field', 'dot');
        return this.number();
      }
      default:
        if (/[-+0-9]/.test(char)) return this.number();
        if (ALPHANUMERIC.test(char)) return this.identifier();
        if (char >= '!' && char <= '~') return this.take(1, 'character');
        this.at += char.length;
        return this.fail(`unrecognized character in action: ${runeName(char)}`);
    }
  }

  /** `.Field` or `$variable`; the sign alone is of the type `bare`. */
  private named(type: TokenType, bare: TokenType): boolean {
    this.at++;
    if (this.atTerminator()) return this.emit(bare);
    this.match(WORD);
    return this.atTerminator() ? this.emit(type) : this.fail(`bad character ${runeName(this.rune())}`);
  }

  private identifier(): boolean {
    const word = this.match(WORD);
    if (!this.atTerminator()) return this.fail(`bad character ${runeName(this.rune())}`);
    if (KEYWORDS.has(word)) return this.emit('keyword');
    return this.emit(word === 'true' || word === 'false' ? 'bool' : 'identifier');
  }

  private quoted(end: string, type: TokenType, problem: string): boolean {
    this.at++;
    for (;;) {
      const char = this.input[this.at] ?? '';
      if (char === '' || char === '\n') return this.fail(problem);
      this.at++;
      if (char === end) return this.emit(type);
      if (char === '\\') {
        const escaped = this.input[this.at] ?? '';
        if (escaped === '' || escaped === '\n') return this.fail(problem);
        this.at++;
      }
    }
  }

  private raw(): boolean {
    const close = this.input.indexOf('`', this.at + 1);
    if (close < 0) return this.fail('unterminated raw quoted string');
    this.at = close + 1;
    return this.emit('raw string');
  }

  private number(): boolean {
    if (!this.scanNumber()) return this.badNumber();
    const sign = this.input[this.at];
    if (sign !== '+' && sign !== '-') return this.emit('number');
    if (!this.scanNumber() || this.input[this.at - 1] !== 'i') return this.badNumber();
    return this.emit('complex');
  }

  private scanNumber(): boolean {
    const digits = this.match(NUMBER);
    if (/^[-+]?0[xX]/.test(digits)) this.match(HEX_EXPONENT);
    else if (!/^[-+]?0[oObB]/.test(digits)) this.match(DECIMAL_EXPONENT);
    if (this.input[this.at] === 'i') this.at++;
    if (!ALPHANUMERIC.test(this.rune())) return true;
    this.at += this.rune().length;
    return false;
  }

  private badNumber(): boolean {
    return this.fail(`bad number syntax: ${quote(this.input.slice(this.start, this.at))}`);
  }

  private atTerminator(): boolean {
    const char = this.input[this.at] ?? '';
    return char === '' || ' \t\r\n.,|:()'.includes(char) || this.input.startsWith('}}', this.at);
  }

  private isSpace(): boolean {
    const char = this.input[this.at] ?? '';
    return char !== '' && ' \t\r\n'.includes(char);
  }

  /** The whole character at the current place; '' at the end. */
  private rune(): string {
    const code = this.input.codePointAt(this.at);
    return code === undefined ? '' : String.fromCodePoint(code);
  }

  private looksAt(pattern: RegExp, at: number): boolean {
    pattern.lastIndex = at;
    return pattern.test(this.input);
  }

  private match(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const [found = ''] = pattern.exec(this.input) ?? [];
    this.at += found.length;
    return found;
  }

  private take(length: number, type: TokenType): boolean {
    this.at += length;
    return this.emit(type);
  }

  private emit(type: TokenType): true {
    this.tokens.push({ type, text: this.input.slice(this.start, this.at), at: this.start, line: this.line });
    this.skipTo(this.at);
    return true;
  }

  private fail(text: string): false {
    this.tokens.push({ type: 'error', text, at: this.start, line: this.line });
    return false;
  }

  /** Starts the next token at a place, and counts the lines up to there. */
  private skipTo(at: number): void {
    while (this.newline < at) {
      this.line++;
      this.newline = lineEnd(this.input, this.newline + 1);
    }
    this.at = at;
    this.start = at;
  }
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}
