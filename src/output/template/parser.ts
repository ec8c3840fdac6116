/** Reads a template of Go's text/template (pkg.go.dev/text/template) into a tree. */
import type { Branch, Statement, Templates } from './ast.ts';
import { Cursor, isKeyword, MAIN } from './cursor.ts';
import type { Token } from './lexer.ts';
import { PipelineParser } from './pipelines.ts';
import { quote } from './quote.ts';

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
  const cursor = new Cursor(text);
  try {
    return new Parser(cursor, functions).run();
  } catch (error) {
    // Go has a limit for parentheses; here the stack ends first, for whatever is nested.
    if (error instanceof RangeError) throw cursor.error('max expression depth exceeded');
    throw error;
  }
}

class Parser {
  private readonly cursor: Cursor;
  private readonly pipelines: PipelineParser;
  private readonly templates = new Map<string, readonly Statement[]>();
  private rangeDepth = 0;

  constructor(cursor: Cursor, functions: ReadonlySet<string>) {
    this.cursor = cursor;
    this.pipelines = new PipelineParser(cursor, functions);
  }

  run(): Templates {
    const main: Statement[] = [];
    while (this.cursor.peek().type !== 'eof') {
      const open = this.cursor.mark();
      if (this.cursor.peek().type === 'left delimiter') {
        this.cursor.take();
        if (isKeyword(this.cursor.peekWord(), 'define')) {
          this.cursor.takeWord();
          this.definition();
          continue;
        }
        this.cursor.returnTo(open);
      }
      const statement = this.statement();
      if (statement === 'end' || statement === 'else') throw this.cursor.error(`unexpected {{${statement}}}`);
      main.push(statement);
    }
    this.define(MAIN, main);
    return this.templates;
  }

  private definition(): void {
    const context = 'define clause';
    const name = this.pipelines.stringOf(this.cursor.takeWord(), context);
    this.expectEnd(context);
    this.define(name, this.body(context));
  }

  /** The statements of a template of its own, which sees neither variables nor loops of the one around it. */
  private body(context: string): readonly Statement[] {
    const { pipelines, rangeDepth } = this;
    const { variables } = pipelines;
    pipelines.variables = ['$'];
    this.rangeDepth = 0;
    const { statements, closed } = this.block();
    if (closed !== 'end') throw this.cursor.error(`unexpected {{else}} in ${context}`);
    pipelines.variables = variables;
    this.rangeDepth = rangeDepth;
    return statements;
  }

  /** A later definition replaces an earlier one unless it is empty. Two that say something are a mistake. */
  private define(name: string, statements: readonly Statement[]): void {
    const before = this.templates.get(name);
    if (before === undefined || isEmpty(before)) this.templates.set(name, statements);
    else if (!isEmpty(statements)) throw this.cursor.error(`template: multiple definition of template ${quote(name)}`);
  }

  private block(): Block {
    const statements: Statement[] = [];
    while (this.cursor.peekWord().type !== 'eof') {
      const statement = this.statement();
      if (statement === 'end' || statement === 'else') return { statements, closed: statement };
      statements.push(statement);
    }
    throw this.cursor.error('unexpected EOF');
  }

  private statement(): Statement | 'end' | 'else' {
    const token = this.cursor.takeWord();
    if (token.type === 'text') return { type: 'text', text: token.text, at: token.at };
    if (token.type !== 'left delimiter') throw this.cursor.unexpected(token, 'input');
    this.cursor.actionLine = token.line;
    const statement = this.action();
    this.cursor.actionLine = 0;
    return statement;
  }

  private action(): Statement | 'end' | 'else' {
    const token = this.cursor.takeWord();
    if (token.type === 'keyword') {
      switch (token.text) {
        case 'if':
        case 'range':
        case 'with':
          return this.branch(token.text);
        case 'else': {
          const ahead = this.cursor.peekWord();
          if (!isKeyword(ahead, 'if') && !isKeyword(ahead, 'with')) this.expectEnd('else');
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
    this.cursor.back();
    const { at } = this.cursor.peek();
    return { type: 'action', at, pipe: this.pipelines.pipeline('command', 'right delimiter') };
  }

  private jump(type: 'break' | 'continue', { at }: Token): Statement {
    const token = this.cursor.takeWord();
    if (token.type !== 'right delimiter') throw this.cursor.unexpected(token, `{{${type}}}`);
    if (this.rangeDepth === 0) throw this.cursor.error(`{{${type}}} outside {{range}}`);
    return { type, at };
  }

  private call(): Statement {
    const context = 'template clause';
    const token = this.cursor.takeWord();
    const name = this.pipelines.stringOf(token, context);
    if (this.cursor.peekWord().type === 'right delimiter') {
      this.cursor.takeWord();
      return { type: 'template', at: token.at, name };
    }
    return { type: 'template', at: token.at, name, pipe: this.pipelines.pipeline(context, 'right delimiter') };
  }

  private blockDefinition(): Statement {
    const context = 'block clause';
    const token = this.cursor.takeWord();
    const name = this.pipelines.stringOf(token, context);
    const pipe = this.pipelines.pipeline(context, 'right delimiter');
    this.define(name, this.body(context));
    return { type: 'template', at: token.at, name, pipe };
  }

  private branch(type: Branch['type']): Statement {
    const known = this.pipelines.variables.length;
    const pipe = this.pipelines.pipeline(type, 'right delimiter');
    if (type === 'range') this.rangeDepth++;
    const { statements, closed } = this.block();
    if (type === 'range') this.rangeDepth--;
    let otherwise: readonly Statement[] | undefined;
    if (closed === 'else') otherwise = this.otherwise(type);
    this.pipelines.variables.length = known;
    return { type, at: pipe.at, pipe, body: statements, ...(otherwise === undefined ? {} : { otherwise }) };
  }

  private otherwise(type: Branch['type']): readonly Statement[] {
    // {{else if}} and {{else with}} share the {{end}} of the branch that they belong to.
    if (type !== 'range' && isKeyword(this.cursor.peek(), type)) {
      this.cursor.take();
      return [this.branch(type)];
    }
    const { statements, closed } = this.block();
    if (closed === 'else') throw this.cursor.error('expected end; found {{else}}');
    return statements;
  }

  private expectEnd(context: string): void {
    const token = this.cursor.takeWord();
    if (token.type !== 'right delimiter') throw this.cursor.unexpected(token, context);
  }
}

/** Whether a template says nothing: white space and definitions only. */
function isEmpty(statements: readonly Statement[]): boolean {
  return statements.every((statement) => statement.type === 'text' && statement.text.trim() === '');
}
