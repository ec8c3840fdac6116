/** Carries out a template as Go's text/template does (pkg.go.dev/text/template), with its errors. */
import type { Branch, Call, Command, Node, Pipe, Statement, Templates, Word } from './ast.ts';
import { show } from './ast.ts';
import { CallError, TemplateError } from './errors.ts';
import type { GoFunction, Parameter } from './functions.ts';
import { isTrue } from './functions.ts';
import { held } from './compare.ts';
import { indirect } from './indexing.ts';
import { MAIN } from './parser.ts';
import { PLAIN } from './flags.ts';
import { printValue, sortedEntries } from './printf.ts';
import { quote } from './quote.ts';
import type { Maybe, Value } from './types.ts';
import { COMPLEX, FLOAT, fieldOf, hasField, integer, text, truth, zero } from './types.ts';

/** What a stage of a pipeline hands to the next one; undefined for the first stage. */
type Final = { readonly value: Maybe } | undefined;

interface Variable {
  readonly name: string;
  value: Maybe;
}

/** How a list of statements ended: by itself, or for the loop around it. */
type Outcome = 'break' | 'continue' | undefined;

const MOST_DEPTH = 100_000;

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
export function execute(program: Program, root: Value): string {
  const executor = new Executor(program);
  return executor.run(root);
}

class Executor {
  private readonly program: Program;
  private readonly out: string[] = [];
  private template = MAIN;
  /** what is being evaluated: errors point there */
  private node: Node = { type: 'dot', at: 0 };
  private call: Call | undefined;
  private variables: Variable[] = [];

  constructor(program: Program) {
    this.program = program;
  }

  run(root: Value): string {
    try {
      this.enter(MAIN, root);
    } catch (error) {
      // A template that calls itself without end: Go counts the calls, here the stack ends first.
      if (!(error instanceof RangeError) || this.call === undefined) throw error;
      this.node = this.call;
      throw this.error(`exceeded maximum template depth (${MOST_DEPTH})`);
    }
    return this.out.join('');
  }

  private enter(name: string, dot: Maybe): void {
    const outer = { template: this.template, variables: this.variables };
    this.template = name;
    this.variables = [{ name: '$', value: dot }];
    this.walk(dot, this.program.templates.get(name) ?? []);
    this.template = outer.template;
    this.variables = outer.variables;
  }

  private walk(dot: Maybe, statements: readonly Statement[]): Outcome {
    for (const statement of statements) {
      this.node = statement;
      const outcome = this.statement(dot, statement);
      if (outcome !== undefined) return outcome;
    }
    return undefined;
  }

  private statement(dot: Maybe, statement: Statement): Outcome {
    switch (statement.type) {
      case 'text':
        this.out.push(statement.text);
        return undefined;
      case 'action': {
        const value = this.pipeline(dot, statement.pipe);
        if (statement.pipe.variables.length === 0) this.print(statement, value);
        return undefined;
      }
      case 'template':
        return this.callTemplate(dot, statement);
      case 'break':
      case 'continue':
        return statement.type;
      default: {
        const known = this.variables.length;
        const outcome = statement.type === 'range' ? this.range(dot, statement) : this.choose(dot, statement);
        this.variables.length = known;
        return outcome;
      }
    }
  }

  private print(node: Node, value: Maybe): void {
    this.node = node;
    this.out.push(printable(value));
  }

  private choose(dot: Maybe, { type, pipe, body, otherwise }: Branch): Outcome {
    const value = this.pipeline(dot, pipe);
    if (isTrue(held(value))) return this.walk(type === 'with' ? value : dot, body);
    return otherwise === undefined ? undefined : this.walk(dot, otherwise);
  }

  private callTemplate(dot: Maybe, call: Call): undefined {
    if (!this.program.templates.has(call.name)) throw this.error(`template ${quote(call.name)} not defined`);
    const value = call.pipe === undefined ? undefined : this.pipeline(dot, call.pipe);
    this.call = call;
    this.enter(call.name, value);
  }

  private range(dot: Maybe, branch: Branch): Outcome {
    const { pipe, body, otherwise } = branch;
    const given = this.pipeline(dot, pipe);
    const over = given === undefined ? undefined : indirect(given);
    const known = this.variables.length;
    let ran = false;
    for (const [key, item] of this.entries(over, pipe)) {
      ran = true;
      this.loopVariables(pipe, key, item);
      const outcome = this.walk(item, body);
      this.variables.length = known;
      if (outcome === 'break') break;
    }
    return ran || otherwise === undefined ? undefined : this.walk(dot, otherwise);
  }

  private *entries(over: Maybe, { variables }: Pipe): Iterable<readonly [Maybe, Value]> {
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
          throw this.error(`can't use ${printValue(over, 'v', PLAIN, 0)} to iterate over more than one variable`);
        for (let count = 0n; count < over.data; count++) yield [undefined, integer(count, over.type)];
        return;
      default:
        throw this.error(`range can't iterate over ${printValue(over, 'v', PLAIN, 0)}`);
    }
  }

  /** With two variables the first is the key, with one it is the item. */
  private loopVariables({ variables, assigns }: Pipe, key: Maybe, item: Value): void {
    const values = variables.length > 1 ? [key, item] : [item];
    for (const [index, name] of variables.entries()) {
      const value = values[index];
      if (assigns) this.assign(name, value);
      else {
        const declared = this.variables[this.variables.length - variables.length + index];
        if (declared !== undefined) declared.value = value;
      }
    }
  }

  private assign(name: string, value: Maybe): void {
    const variable = this.variables.findLast((known) => known.name === name);
    if (variable === undefined) throw this.error(`undefined variable: ${name}`);
    variable.value = value;
  }

  private pipeline(dot: Maybe, pipe: Pipe): Maybe {
    this.node = pipe;
    let final: Final;
    for (const command of pipe.commands) {
      const value: Maybe = this.command(dot, command, final);
      final = { value: value?.kind === 'interface' && value.type.name === 'interface {}' ? value.data : value };
    }
    const value = final?.value;
    for (const name of pipe.variables) {
      if (pipe.assigns) this.assign(name, value);
      else this.variables.push({ name, value });
    }
    return value;
  }

  private command(dot: Maybe, command: Command, final: Final): Maybe {
    const [first, ...args] = command.words;
    if (first === undefined) return undefined;
    switch (first.type) {
      case 'field':
        this.node = first;
        return this.fields(dot, first, first.names, args, final, dot);
      case 'chain':
        return this.chain(dot, first, args, final);
      case 'function':
        return this.function(dot, first.name, command, args, final);
      case 'pipe':
        this.noArguments(first, args, final);
        return this.pipeline(dot, first);
      case 'variable':
        return this.variable(dot, first, args, final);
      default:
    }
    this.node = first;
    this.noArguments(first, args, final);
    if (first.type === 'dot') return dot;
    if (first.type === 'nil') throw this.error('nil is not a command');
    return this.literal(first);
  }

  private noArguments(first: Word, args: readonly Word[], final: Final): void {
    if (args.length > 0 || final !== undefined)
      throw this.error(
        `can't give argument to non-function ${first.type === 'pipe' ? `(${show(first)})` : show(first)}`,
      );
  }

  private literal(word: Word): Maybe {
    switch (word.type) {
      case 'bool':
        return truth(word.value);
      case 'string':
        return text(word.text);
      case 'number': {
        const { int, float, complex } = word.number;
        if (complex !== undefined) return { kind: 'complex', type: COMPLEX, data: complex };
        if (float !== undefined && looksLikeFloat(word.text)) return { kind: 'float', type: FLOAT, data: float };
        if (int === undefined) throw this.error(`${word.text} overflows int`);
        return integer(int);
      }
      default:
        return undefined;
    }
  }

  private variable(dot: Maybe, word: Extract<Word, { type: 'variable' }>, args: readonly Word[], final: Final): Maybe {
    this.node = word;
    const variable = this.variables.findLast(({ name }) => name === word.name);
    if (variable === undefined) throw this.error(`undefined variable: ${word.name}`);
    if (word.names.length > 0) return this.fields(dot, word, word.names, args, final, variable.value);
    this.noArguments(word, args, final);
    return variable.value;
  }

  private chain(dot: Maybe, word: Extract<Word, { type: 'chain' }>, args: readonly Word[], final: Final): Maybe {
    this.node = word;
    if (word.of.type === 'nil') throw this.error(`indirection through explicit nil in ${show(word)}`);
    return this.fields(dot, word, word.names, args, final, this.argument(dot, undefined, word.of));
  }

  private fields(
    dot: Maybe,
    node: Word,
    names: readonly string[],
    args: readonly Word[],
    final: Final,
    receiver: Maybe,
  ): Maybe {
    let value = receiver;
    for (const [index, name] of names.entries()) {
      const last = index === names.length - 1;
      value = this.field(name, value, node, last && (args.length > 0 || final !== undefined));
    }
    return value;
  }

  private field(name: string, receiver: Maybe, node: Node, hasArguments: boolean): Maybe {
    if (receiver === undefined) return undefined;
    const type = receiver.type.name;
    const value = indirect(receiver);
    switch (value.kind) {
      case 'interface':
        this.node = node;
        throw this.error(`nil pointer evaluating ${type}.${name}`);
      case 'struct': {
        const found = fieldOf(value, name);
        if (found === undefined) break;
        if (!/^\p{Lu}/u.test(name)) throw this.error(`${name} is an unexported field of struct type ${type}`);
        if (hasArguments) throw this.error(`${name} has arguments but cannot be invoked as function`);
        return found;
      }
      case 'map':
        if (hasArguments) throw this.error(`${name} is not a method but has arguments`);
        return value.data?.get(name);
      case 'pointer': {
        const { to } = value.type;
        if (to.kind === 'struct' && !hasField(to, name)) break;
        throw this.error(`nil pointer evaluating ${type}.${name}`);
      }
      default:
    }
    throw this.error(`can't evaluate field ${name} in type ${type}`);
  }

  private function(dot: Maybe, name: string, node: Node, args: readonly Word[], final: Final): Maybe {
    this.node = node;
    const known = this.program.functions.get(name);
    if (known === undefined) throw this.error(`${quote(name)} is not a defined function`);
    const { parameters, rest } = known;
    const given = args.length + (final === undefined ? 0 : 1);
    if (rest === undefined ? given !== parameters.length : given < parameters.length) {
      const wanted =
        rest === undefined
          ? `want ${parameters.length} got ${given}`
          : `want at least ${parameters.length} got ${args.length}`;
      throw this.error(`wrong number of args for ${name}: ${wanted}`);
    }
    if (name === 'and' || name === 'or') return this.shortCircuit(dot, name, args, final);
    const values = args.map((arg, index) => this.argument(dot, parameters[index] ?? rest, arg));
    if (final !== undefined) values.push(this.fit(final.value, parameters[args.length] ?? rest ?? parameters.at(-1)));
    try {
      return known.run(values);
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      this.node = node;
      throw this.error(`error calling ${name}: ${error.message}`);
    }
  }

  private shortCircuit(dot: Maybe, name: 'and' | 'or', args: readonly Word[], final: Final): Maybe {
    let value: Maybe;
    for (const arg of args) {
      value = this.argument(dot, 'value', arg);
      if (isTrue(held(value)) === (name === 'or')) return value;
    }
    return final === undefined ? value : final.value;
  }

  /** An argument as a parameter takes it; without a parameter as it is. */
  private argument(dot: Maybe, parameter: Parameter | undefined, word: Word): Maybe {
    this.node = word;
    switch (word.type) {
      case 'dot':
        return this.fit(dot, parameter);
      case 'nil':
        if (parameter === 'string' || parameter === 'int') throw this.error(`cannot assign nil to ${parameter}`);
        return undefined;
      case 'field':
        return this.fit(this.fields(dot, word, word.names, [], undefined, dot), parameter);
      case 'variable':
        return this.fit(this.variable(dot, word, [], undefined), parameter);
      case 'pipe':
        return this.fit(this.pipeline(dot, word), parameter);
      case 'function':
        return this.fit(this.function(dot, word.name, word, [], undefined), parameter);
      case 'chain':
        return this.fit(this.chain(dot, word, [], undefined), parameter);
      default:
    }
    if (parameter === 'string' && word.type !== 'string') throw this.error(`expected string; found ${show(word)}`);
    if (parameter === 'int') {
      if (word.type !== 'number' || word.number.int === undefined)
        throw this.error(`expected integer; found ${show(word)}`);
      return integer(word.number.int);
    }
    return this.literal(word);
  }

  /** A value as a parameter takes it. */
  private fit(value: Maybe, parameter: Parameter | undefined): Maybe {
    if (parameter === undefined || parameter === 'value') return value;
    if (parameter === 'interface {}') return held(value);
    if (value === undefined) throw this.error(`invalid value; expected ${parameter}`);
    if (value.type.name === parameter) return value;
    const inner = value.kind === 'interface' ? (value.data ?? value) : value;
    if (inner.type.name === parameter) return inner;
    if (inner.kind === 'pointer' && inner.type.to.name === parameter) {
      if (inner.data === undefined) throw this.error(`dereference of nil pointer of type ${parameter}`);
      return inner.data;
    }
    throw this.error(`wrong type for value; expected ${parameter}; got ${value.type.name}`);
  }

  private error(message: string): TemplateError {
    const { source } = this.program;
    const before = source.slice(0, this.node.at);
    const lines = before.split('\n');
    const column = new TextEncoder().encode(lines.at(-1)).length;
    return new TemplateError(
      `template: ${MAIN}:${lines.length}:${column}: executing ${quote(this.template)} at <${show(this.node)}>: ${message}`,
    );
  }
}

/** Whether Go takes a number for a float: by its writing, not by its value. */
function looksLikeFloat(number: string): boolean {
  if (number.startsWith("'")) return false;
  const isHexInteger = /^[-+]?0[xX]/.test(number) && !/[pP]/.test(number);
  return !isHexInteger && /[.eEpP]/.test(number);
}

/** A value as an action prints it: pointers as what they lead to. */
function printable(value: Maybe): string {
  if (value === undefined) return '<no value>';
  const shown = value.kind === 'pointer' ? indirect(value) : value;
  const { pointerString } = shown.type;
  if (pointerString !== undefined) return pointerString(shown);
  return printValue(shown.kind === 'interface' ? (shown.data ?? zero(shown.type)) : shown, 'v', PLAIN, 0);
}
