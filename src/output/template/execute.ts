/** Carries out a template as Go's text/template does (pkg.go.dev/text/template): what it prints, and in which order. */
import type { Branch, Call, Node, Pipe, Statement, Templates } from './ast.ts';
import { held } from './compare.ts';
import { Evaluator } from './evaluate.ts';
import { PLAIN } from './flags.ts';
import type { GoFunction } from './functions.ts';
import { isTrue } from './functions.ts';
import { indirect } from './indexing.ts';
import { MAIN } from './cursor.ts';
import { printValue, sortedEntries } from './print-value.ts';
import { quote } from './quote.ts';
import type { Maybe, Value } from './types.ts';
import { integer, text } from './types.ts';

/** How a list of statements ended: by itself, or for the loop around it. */
type Outcome = 'break' | 'continue' | undefined;

/** Go's limit for templates that call templates. */
const MOST_DEPTH = 100_000;

/** A template that has been read, and what it may call. */
export interface Program {
  readonly source: string;
  readonly templates: Templates;
  readonly functions: ReadonlyMap<string, GoFunction>;
}

/**
 * The text that the main template makes of a value.
 *
 * @throws {TemplateError} in the words of Go
 */
export function execute({ source, templates, functions }: Program, root: Value): string {
  return new Executor(new Evaluator(source, functions), templates).run(root);
}

class Executor {
  private readonly evaluator: Evaluator;
  private readonly templates: Templates;
  private readonly out: string[] = [];
  private lastCall: Call | undefined;

  constructor(evaluator: Evaluator, templates: Templates) {
    this.evaluator = evaluator;
    this.templates = templates;
  }

  run(root: Value): string {
    try {
      this.enter(MAIN, root);
    } catch (error) {
      // A template that calls itself without end: Go counts the calls, here the stack ends first.
      if (!(error instanceof RangeError)) throw error;
      this.evaluator.node = this.lastCall ?? this.evaluator.node;
      throw this.evaluator.error(`exceeded maximum template depth (${MOST_DEPTH})`);
    }
    return this.out.join('');
  }

  private enter(name: string, dot: Maybe): void {
    const { evaluator } = this;
    const { template, variables } = evaluator;
    evaluator.template = name;
    evaluator.variables = [{ name: '$', value: dot }];
    this.walk(dot, this.templates.get(name) ?? []);
    evaluator.template = template;
    evaluator.variables = variables;
  }

  private walk(dot: Maybe, statements: readonly Statement[]): Outcome {
    for (const statement of statements) {
      const outcome = this.statement(dot, statement);
      if (outcome !== undefined) return outcome;
    }
    return undefined;
  }

  private statement(dot: Maybe, statement: Statement): Outcome {
    const { evaluator } = this;
    evaluator.node = statement;
    switch (statement.type) {
      case 'text':
        this.out.push(statement.text);
        return undefined;
      case 'action': {
        const value = evaluator.pipeline(dot, statement.pipe);
        if (statement.pipe.variables.length === 0) this.print(statement, value);
        return undefined;
      }
      case 'template':
        this.callTemplate(dot, statement);
        return undefined;
      case 'break':
      case 'continue':
        return statement.type;
      default: {
        const known = evaluator.variables.length;
        const outcome = statement.type === 'range' ? this.range(dot, statement) : this.choose(dot, statement);
        evaluator.variables.length = known;
        return outcome;
      }
    }
  }

  private print(node: Node, value: Maybe): void {
    this.evaluator.node = node;
    this.out.push(printable(value));
  }

  private choose(dot: Maybe, { type, pipe, body, otherwise }: Branch): Outcome {
    const value = this.evaluator.pipeline(dot, pipe);
    if (isTrue(held(value))) return this.walk(type === 'with' ? value : dot, body);
    return otherwise === undefined ? undefined : this.walk(dot, otherwise);
  }

  private callTemplate(dot: Maybe, call: Call): void {
    const { evaluator } = this;
    if (!this.templates.has(call.name)) throw evaluator.error(`template ${quote(call.name)} not defined`);
    const value = call.pipe === undefined ? undefined : evaluator.pipeline(dot, call.pipe);
    this.lastCall = call;
    this.enter(call.name, value);
  }

  private range(dot: Maybe, { pipe, body, otherwise }: Branch): Outcome {
    const { evaluator } = this;
    const given = evaluator.pipeline(dot, pipe);
    const known = evaluator.variables.length;
    let ran = false;
    for (const [key, item] of this.entries(given === undefined ? undefined : indirect(given), pipe)) {
      ran = true;
      this.setLoopVariables(pipe, key, item);
      const outcome = this.walk(item, body);
      evaluator.variables.length = known;
      if (outcome === 'break') break;
    }
    return ran || otherwise === undefined ? undefined : this.walk(dot, otherwise);
  }

  private *entries(over: Maybe, { variables }: Pipe): Iterable<readonly [Maybe, Value]> {
    const { evaluator } = this;
    switch (over?.kind) {
      case undefined:
        return;
      case 'slice':
        for (const [index, item] of (over.data ?? []).entries()) yield [integer(index), item];
        return;
      case 'map':
        for (const [key, item] of sortedEntries(over.data)) yield [text(key), item];
        return;
      case 'int':
        if (variables.length > 1)
          throw evaluator.error(`can't use ${printValue(over, 'v', PLAIN, 0)} to iterate over more than one variable`);
        for (let count = 0n; count < over.data; count++) yield [undefined, integer(count, over.type)];
        return;
      default:
        throw evaluator.error(`range can't iterate over ${printValue(over, 'v', PLAIN, 0)}`);
    }
  }

  /** With two variables the first is the key, with one it is the item. */
  private setLoopVariables({ variables, assigns }: Pipe, key: Maybe, item: Value): void {
    const { evaluator } = this;
    const values = variables.length > 1 ? [key, item] : [item];
    const declared = evaluator.variables.slice(evaluator.variables.length - variables.length);
    for (const [index, name] of variables.entries()) {
      const variable = declared[index];
      if (assigns) evaluator.assign(name, values[index]);
      else if (variable !== undefined) variable.value = values[index];
    }
  }
}

/** A value as an action prints it: pointers as what they lead to. */
function printable(value: Maybe): string {
  if (value === undefined) return '<no value>';
  const shown = value.kind === 'pointer' ? indirect(value) : value;
  const { pointerString } = shown.type;
  return pointerString === undefined ? printValue(held(shown), 'v', PLAIN, 0) : pointerString(shown);
}
