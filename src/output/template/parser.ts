/** Reads a template of Go's text/template (pkg.go.dev/text/template) into a tree. */
import type { Branch, Command, Pipe, Statement, Templates, Word } from './ast.ts';
import { show } from './ast.ts';
import { TemplateError } from './errors.ts';
import { tokenize } from './lexer.ts';
import type { Token } from './lexer.ts';
import { readComplex, readNumber } from './number.ts';
import { quote, unescapeGo } from './quote.ts';

/** Name of the main template, as the Go calicoctl calls it; it stands in every error. */
export const MAIN = 'get';

/** Statements up to `{{end}}` or `{{else}}`, and which of them it was. */
interface Block {
  readonly statements: readonly Statement[];
  readonly closed: 'end' | 'else';
}

/**
 * The templates of a text, the main one among them.
 *
 * @param functions names that may be called
 * @throws {TemplateError} in the words of Go
 */
export function parseTemplate(text: string, functions: ReadonlySet<string>): Templates {
  return new Parser(tokenize(text), functions).run();
}

class Parser {
  private readonly tokens: readonly Token[];
  private readonly functions: ReadonlySet<string>;
  private readonly templates = new Map<string, readonly Statement[]>();
  private next = 0;
  /** the furthest token that was looked at: errors name its line */
  private furthest = -1;
  private variables: string[] = ['$'];
  private rangeDepth = 0;
  /** line of the action that is being read; 0 outside */
  private actionLine = 0;

  constructor(tokens: readonly Token[], functions: ReadonlySet<string>) {
    this.tokens = tokens;
    this.functions = functions;
  }

  run(): Templates {
    const main: Statement[] = [];
    while (this.peek().type !== 'eof') {
      const open = this.next;
      if (this.peek().type === 'left delimiter') {
        this.take();
        if (this.isKeyword(this.peekWord(), 'define')) {
          this.takeWord();
          this.definition();
          continue;
        }
        this.next = open;
      }
      const statement = this.statement();
      if (statement === 'end' || statement === 'else') throw this.error(`unexpected {{${statement}}}`);
      main.push(statement);
    }
    this.define(MAIN, main);
    return this.templates;
  }

  private definition(): void {
    const context = 'define clause';
    const name = this.stringOf(this.takeWord(), context);
    this.expectEnd(context);
    const outer = { variables: this.variables, rangeDepth: this.rangeDepth };
    this.variables = ['$'];
    this.rangeDepth = 0;
    const { statements, closed } = this.block();
    if (closed !== 'end') throw this.error(`unexpected {{else}} in ${context}`);
    this.variables = outer.variables;
    this.rangeDepth = outer.rangeDepth;
    this.define(name, statements);
  }

  /** A later definition replaces an earlier one unless it is empty. Two that say something are a mistake. */
  private define(name: string, statements: readonly Statement[]): void {
    const before = this.templates.get(name);
    if (before === undefined || isEmpty(before)) this.templates.set(name, statements);
    else if (!isEmpty(statements)) throw this.error(`template: multiple definition of template ${quote(name)}`);
  }

  private block(): Block {
    const statements: Statement[] = [];
    while (this.peekWord().type !== 'eof') {
      const statement = this.statement();
      if (statement === 'end' || statement === 'else') return { statements, closed: statement };
      statements.push(statement);
    }
    throw this.error('unexpected EOF');
  }

  private statement(): Statement | 'end' | 'else' {
    const token = this.takeWord();
    if (token.type === 'text') return { type: 'text', text: token.text, at: token.at };
    if (token.type !== 'left delimiter') throw this.unexpected(token, 'input');
    this.actionLine = token.line;
    const statement = this.action();
    this.actionLine = 0;
    return statement;
  }

  private action(): Statement | 'end' | 'else' {
    const token = this.takeWord();
    if (token.type === 'keyword') {
      switch (token.text) {
        case 'if':
        case 'range':
        case 'with':
          return this.branch(token.text);
        case 'else': {
          const ahead = this.peekWord();
          if (!this.isKeyword(ahead, 'if') && !this.isKeyword(ahead, 'with')) this.expectEnd('else');
          return 'else';
        }
        case 'end':
          this.expectEnd('end');
          return 'end';
        case 'break':
        case 'continue':
          return this.jump(token.text, token);
        case 'block':
          return this.blockDefinition();
        case 'template':
          return this.call();
        default:
      }
    }
    this.next--;
    const { at } = this.peek();
    return { type: 'action', at, pipe: this.pipeline('command', 'right delimiter') };
  }

  private jump(type: 'break' | 'continue', { at }: Token): Statement {
    const token = this.takeWord();
    if (token.type !== 'right delimiter') throw this.unexpected(token, `{{${type}}}`);
    if (this.rangeDepth === 0) throw this.error(`{{${type}}} outside {{range}}`);
    return { type, at };
  }

  private call(): Statement {
    const context = 'template clause';
    const token = this.takeWord();
    const name = this.stringOf(token, context);
    if (this.peekWord().type === 'right delimiter') {
      this.takeWord();
      return { type: 'template', at: token.at, name };
    }
    return { type: 'template', at: token.at, name, pipe: this.pipeline(context, 'right delimiter') };
  }

  private blockDefinition(): Statement {
    const context = 'block clause';
    const token = this.takeWord();
    const name = this.stringOf(token, context);
    const pipe = this.pipeline(context, 'right delimiter');
    const outer = { variables: this.variables, rangeDepth: this.rangeDepth };
    this.variables = ['$'];
    this.rangeDepth = 0;
    const { statements, closed } = this.block();
    if (closed !== 'end') throw this.error(`unexpected {{else}} in ${context}`);
    this.variables = outer.variables;
    this.rangeDepth = outer.rangeDepth;
    this.define(name, statements);
    return { type: 'template', at: token.at, name, pipe };
  }

  private branch(type: Branch['type']): Statement {
    const known = this.variables.length;
    const pipe = this.pipeline(type, 'right delimiter');
    if (type === 'range') this.rangeDepth++;
    const { statements, closed } = this.block();
    if (type === 'range') this.rangeDepth--;
    let otherwise: readonly Statement[] | undefined;
    if (closed === 'else') otherwise = this.otherwise(type);
    this.variables.length = known;
    return { type, at: pipe.at, pipe, body: statements, ...(otherwise === undefined ? {} : { otherwise }) };
  }

  private otherwise(type: Branch['type']): readonly Statement[] {
    // {{else if}} and {{else with}} share the {{end}} of the branch that they belong to.
    if (type !== 'range' && this.isKeyword(this.peek(), type)) {
      this.take();
      return [this.branch(type)];
    }
    const { statements, closed } = this.block();
    if (closed === 'else') throw this.error('expected end; found {{else}}');
    return statements;
  }

  private pipeline(context: string, end: Token['type']): Pipe {
    const { at } = this.peekWord();
    const { variables, assigns } = this.declarations(context);
    const commands: Command[] = [];
    for (;;) {
      const token = this.takeWord();
      if (token.type === end) {
        this.checkPipeline(commands, context);
        return { type: 'pipe', at, variables, assigns, commands };
      }
      if (!STARTS_OPERAND.has(token.type) && !this.isKeyword(token, 'nil')) throw this.unexpected(token, context);
      this.next--;
      commands.push(this.command());
    }
  }

  private declarations(context: string): { readonly variables: readonly string[]; readonly assigns: boolean } {
    const variables: string[] = [];
    let assigns = false;
    while (this.peekWord().type === 'variable') {
      const back = this.next;
      const variable = this.takeWord();
      // A space may or may not follow the variable: what comes after it decides.
      this.peek();
      const ahead = this.peekWord();
      if (ahead.type === 'assign' || ahead.type === 'declare') {
        this.takeWord();
        variables.push(variable.text);
        this.variables.push(variable.text);
        assigns = ahead.type === 'assign';
        break;
      }
      if (ahead.type === 'character' && ahead.text === ',') {
        this.takeWord();
        variables.push(variable.text);
        this.variables.push(variable.text);
        if (context === 'range' && variables.length < 2) {
          const following = this.peekWord();
          if (['variable', 'right delimiter', 'right paren'].includes(following.type)) continue;
          throw this.error('range can only initialize variables');
        }
        throw this.error(`too many declarations in ${context}`);
      }
      this.next = back;
      break;
    }
    return { variables, assigns };
  }

  private checkPipeline(commands: readonly Command[], context: string): void {
    if (commands.length === 0) throw this.error(`missing value for ${context}`);
    for (const [index, { words }] of commands.entries()) {
      const [first] = words;
      if (index > 0 && first !== undefined && ['bool', 'dot', 'nil', 'number', 'string'].includes(first.type))
        throw this.error(`non executable command in pipeline stage ${index + 1}`);
    }
  }

  private command(): Command {
    const words: Word[] = [];
    const { at } = this.peekWord();
    for (;;) {
      this.peekWord();
      const word = this.operand();
      if (word !== undefined) words.push(word);
      const token = this.take();
      if (token.type === 'space') continue;
      if (token.type === 'right delimiter' || token.type === 'right paren') this.next--;
      else if (token.type !== 'pipe') throw this.unexpected(token, 'operand');
      break;
    }
    if (words.length === 0) throw this.error('empty command');
    return { type: 'command', at, words };
  }

  private operand(): Word | undefined {
    const word = this.term();
    if (word === undefined || this.peek().type !== 'field') return word;
    const { at } = this.peek();
    const names: string[] = [];
    while (this.peek().type === 'field') names.push(this.take().text.slice(1));
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
        throw this.error(`unexpected . after term ${quote(show(word))}`);
      default:
        return { type: 'chain', at, of: word, names };
    }
  }

  private term(): Word | undefined {
    const token = this.takeWord();
    const { at, text } = token;
    switch (token.type) {
      case 'identifier':
        if (!this.functions.has(text)) throw this.error(`function ${quote(text)} not defined`);
        return { type: 'function', at, name: text };
      case 'dot':
        return { type: 'dot', at };
      case 'variable':
        if (!this.variables.includes(text)) throw this.error(`undefined variable ${quote(text)}`);
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
        if ('problem' in number) throw this.error(number.problem);
        return { type: 'number', at, text, number };
      }
      case 'left paren':
        return this.pipeline('parenthesized pipeline', 'right paren');
      case 'string':
      case 'raw string':
        return { type: 'string', at, quoted: text, text: this.stringOf(token, 'operand') };
      default:
        if (this.isKeyword(token, 'nil')) return { type: 'nil', at };
        this.next--;
        return undefined;
    }
  }

  private character({ at, text }: Token): Word {
    const char = unescapeGo(text.slice(1, -1), "'");
    if (char === undefined || char === '') throw this.error(`invalid syntax`);
    if ([...char].length !== 1) throw this.error(`malformed character constant: ${text}`);
    const code = BigInt(char.codePointAt(0) ?? 0);
    return { type: 'number', at, text, number: { int: code, uint: code, float: Number(code) } };
  }

  private stringOf(token: Token, context: string): string {
    if (token.type === 'raw string') return token.text.slice(1, -1).replaceAll('\r', '');
    if (token.type !== 'string') throw this.unexpected(token, context);
    const text = unescapeGo(token.text.slice(1, -1), '"');
    if (text === undefined) throw this.error('invalid syntax');
    return text;
  }

  private expectEnd(context: string): void {
    const token = this.takeWord();
    if (token.type !== 'right delimiter') throw this.unexpected(token, context);
  }

  private isKeyword(token: Token, word: string): boolean {
    return token.type === 'keyword' && token.text === word;
  }

  private peek(): Token {
    const at = Math.min(this.next, this.tokens.length - 1);
    if (at > this.furthest) this.furthest = at;
    return this.tokens[at] ?? { type: 'eof', text: '', at: 0, line: 1 };
  }

  private take(): Token {
    const token = this.peek();
    this.next++;
    return token;
  }

  /** The next token that is no space; the spaces before it are gone. */
  private peekWord(): Token {
    while (this.peek().type === 'space') this.next++;
    return this.peek();
  }

  private takeWord(): Token {
    this.peekWord();
    return this.take();
  }

  private unexpected(token: Token, context: string): TemplateError {
    if (token.type !== 'error') return this.error(`unexpected ${showToken(token)} in ${context}`);
    if (this.actionLine === 0 || this.actionLine === token.line) return this.error(token.text);
    const started = ` in action started at ${MAIN}:${this.actionLine}`;
    return this.error(token.text + (token.text.endsWith(' action') ? started.slice(' in action'.length) : started));
  }

  private error(message: string): TemplateError {
    const line = this.tokens[this.furthest]?.line ?? 1;
    return new TemplateError(`template: ${MAIN}:${line}: ${message}`);
  }
}

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

/** Whether a template says nothing: white space and definitions only. */
function isEmpty(statements: readonly Statement[]): boolean {
  return statements.every((statement) => statement.type === 'text' && statement.text.trim() === '');
}

function showToken({ type, text }: Token): string {
  if (type === 'eof') return 'EOF';
  if (type === 'keyword') return `<${text}>`;
  const characters = Array.from(text);
  return characters.length > 10 ? `${quote(characters.slice(0, 10).join(''))}...` : quote(text);
}
