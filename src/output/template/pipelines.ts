/** Reads the pipelines of a template: `$x := .Name | printf "%q"`. */
import type { Command, Pipe, Word } from './ast.ts';
import { show } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { isKeyword } from './cursor.ts';
import type { Token } from './lexer.ts';
import { readComplex, readNumber } from './number.ts';
import { quote, unescapeGo } from './quote.ts';

const STARTS_OPERAND: ReadonlySet<Token['type']> = new Set([
  'bool',
  'character constant',
  'complex',
  'dot',
  'field',
  'identifier',
  'number',
  'raw string',
  'string',
  'variable',
  'left paren',
] as const);

export class PipelineParser {
  private readonly cursor: Cursor;
  private readonly functions: ReadonlySet<string>;
  /** names of the variables that are known at the current place */
  variables: string[] = ['$'];

  constructor(cursor: Cursor, functions: ReadonlySet<string>) {
    this.cursor = cursor;
    this.functions = functions;
  }

  /** A pipeline up to a token of the type, which is taken too. @throws {TemplateError} */
  pipeline(context: string, end: Token['type']): Pipe {
    const { at } = this.cursor.peekWord();
    const { variables, assigns } = this.declarations(context);
    const commands: Command[] = [];
    for (;;) {
      const token = this.cursor.takeWord();
      if (token.type === end) {
        this.checkPipeline(commands, context);
        return { type: 'pipe', at, variables, assigns, commands };
      }
      if (!STARTS_OPERAND.has(token.type) && !isKeyword(token, 'nil')) throw this.cursor.unexpected(token, context);
      this.cursor.back();
      commands.push(this.command());
    }
  }

  private declarations(context: string): { readonly variables: readonly string[]; readonly assigns: boolean } {
    const variables: string[] = [];
    let assigns = false;
    while (this.cursor.peekWord().type === 'variable') {
      const back = this.cursor.mark();
      const variable = this.cursor.takeWord();
      // A space may or may not follow the variable: what comes after it decides.
      this.cursor.peek();
      const ahead = this.cursor.peekWord();
      if (ahead.type === 'assign' || ahead.type === 'declare') {
        this.cursor.takeWord();
        variables.push(variable.text);
        this.variables.push(variable.text);
        assigns = ahead.type === 'assign';
        break;
      }
      if (ahead.type === 'character' && ahead.text === ',') {
        this.cursor.takeWord();
        variables.push(variable.text);
        this.variables.push(variable.text);
        if (context === 'range' && variables.length < 2) {
          const following = this.cursor.peekWord();
          if (['variable', 'right delimiter', 'right paren'].includes(following.type)) continue;
          throw this.cursor.error('range can only initialize variables');
        }
        throw this.cursor.error(`too many declarations in ${context}`);
      }
      this.cursor.returnTo(back);
      break;
    }
    return { variables, assigns };
  }

  private checkPipeline(commands: readonly Command[], context: string): void {
    if (commands.length === 0) throw this.cursor.error(`missing value for ${context}`);
    for (const [index, { words }] of commands.entries()) {
      const [first] = words;
      if (index > 0 && first !== undefined && ['bool', 'dot', 'nil', 'number', 'string'].includes(first.type))
        throw this.cursor.error(`non executable command in pipeline stage ${index + 1}`);
    }
  }

  private command(): Command {
    const words: Word[] = [];
    const { at } = this.cursor.peekWord();
    for (;;) {
      this.cursor.peekWord();
      const word = this.operand();
      if (word !== undefined) words.push(word);
      const token = this.cursor.take();
      if (token.type === 'space') continue;
      if (token.type === 'right delimiter' || token.type === 'right paren') this.cursor.back();
      else if (token.type !== 'pipe') throw this.cursor.unexpected(token, 'operand');
      break;
    }
    if (words.length === 0) throw this.cursor.error('empty command');
    return { type: 'command', at, words };
  }

  private operand(): Word | undefined {
    const word = this.term();
    if (word === undefined || this.cursor.peek().type !== 'field') return word;
    const { at } = this.cursor.peek();
    const names: string[] = [];
    while (this.cursor.peek().type === 'field') names.push(this.cursor.take().text.slice(1));
    switch (word.type) {
      case 'field':
        return { type: 'field', at, names: [...word.names, ...names] };
      case 'variable':
        return { ...word, at, names: [...word.names, ...names] };
      case 'bool':
      case 'string':
      case 'number':
      case 'nil':
      case 'dot':
        throw this.cursor.error(`unexpected . after term ${quote(show(word))}`);
      default:
        return { type: 'chain', at, of: word, names };
    }
  }

  private term(): Word | undefined {
    const token = this.cursor.takeWord();
    const { at, text } = token;
    switch (token.type) {
      case 'identifier':
        if (!this.functions.has(text)) throw this.cursor.error(`function ${quote(text)} not defined`);
        return { type: 'function', at, name: text };
      case 'dot':
        return { type: 'dot', at };
      case 'variable':
        if (!this.variables.includes(text)) throw this.cursor.error(`undefined variable ${quote(text)}`);
        return { type: 'variable', at, name: text, names: [] };
      case 'field':
        return { type: 'field', at, names: [text.slice(1)] };
      case 'bool':
        return { type: 'bool', at, value: text === 'true' };
      case 'character constant':
        return this.character(token);
      case 'complex':
      case 'number': {
        const number = token.type === 'complex' ? readComplex(text) : readNumber(text);
        if ('problem' in number) throw this.cursor.error(number.problem);
        return { type: 'number', at, text, number };
      }
      case 'left paren':
        return this.pipeline('parenthesized pipeline', 'right paren');
      case 'string':
      case 'raw string':
        return { type: 'string', at, quoted: text, text: this.stringOf(token, 'operand') };
      default:
        if (isKeyword(token, 'nil')) return { type: 'nil', at };
        this.cursor.back();
        return undefined;
    }
  }

  private character({ at, text }: Token): Word {
    const char = unescapeGo(text.slice(1, -1), "'");
    if (char === undefined || char === '') throw this.cursor.error(`invalid syntax`);
    if ([...char].length !== 1) throw this.cursor.error(`malformed character constant: ${text}`);
    const code = BigInt(char.codePointAt(0) ?? 0);
    return { type: 'number', at, text, number: { int: code, uint: code, float: Number(code) } };
  }

  /** What a string literal says. @throws {TemplateError} for any other token */
  stringOf(token: Token, context: string): string {
    if (token.type === 'raw string') return token.text.slice(1, -1).replaceAll('\r', '');
    if (token.type !== 'string') throw this.cursor.unexpected(token, context);
    const text = unescapeGo(token.text.slice(1, -1), '"');
    if (text === undefined) throw this.cursor.error('invalid syntax');
    return text;
  }
}
