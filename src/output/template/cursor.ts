/** The place in a template's tokens, and the errors that name it. */
import { TemplateError } from './errors.ts';
import { tokenize } from './lexer.ts';
import type { Token } from './lexer.ts';
import { quote } from './quote.ts';

/** Name of the main template, as the Go calicoctl calls it; it stands in every error. */
export const MAIN = 'get';

const END: Token = { type: 'eof', text: '', at: 0, line: 1 };

export class Cursor {
  private readonly tokens: readonly Token[];
  private next = 0;
  /** the furthest token that was looked at: errors name its line */
  private furthest = 0;
  /** line of the action that is being read; 0 outside */
  actionLine = 0;

  constructor(template: string) {
    this.tokens = tokenize(template);
  }

  /** The next token, which stays the next one. */
  peek(): Token {
    const at = Math.min(this.next, this.tokens.length - 1);
    if (at > this.furthest) this.furthest = at;
    return this.tokens[at] ?? END;
  }

  take(): Token {
    const token = this.peek();
    this.next++;
    return token;
  }

  /** The next token that is no space; the spaces before it are gone. */
  peekWord(): Token {
    while (this.peek().type === 'space') this.next++;
    return this.peek();
  }

  takeWord(): Token {
    this.peekWord();
    return this.take();
  }

  /** Gives back the token that was taken last. */
  back(): void {
    this.next--;
  }

  /** A place to return to. */
  mark(): number {
    return this.next;
  }

  returnTo(mark: number): void {
    this.next = mark;
  }

  unexpected(token: Token, context: string): TemplateError {
    if (token.type !== 'error') return this.error(`unexpected ${showToken(token)} in ${context}`);
    if (this.actionLine === 0 || this.actionLine === token.line) return this.error(token.text);
    const started = ` in action started at ${MAIN}:${this.actionLine}`;
    return this.error(token.text + (token.text.endsWith(' action') ? started.slice(' in action'.length) : started));
  }

  error(message: string): TemplateError {
    return new TemplateError(`template: ${MAIN}:${this.tokens[this.furthest]?.line ?? 1}: ${message}`);
  }
}

export function isKeyword(token: Token, word: string): boolean {
  return token.type === 'keyword' && token.text === word;
}

function showToken({ type, text }: Token): string {
  if (type === 'eof') return 'EOF';
  if (type === 'keyword' || type === 'dot') return `<${text}>`;
  const characters = Array.from(text);
  return characters.length > 10 ? `${quote(characters.slice(0, 10).join(''))}...` : quote(text);
}
