/** Evaluates the pipelines of a template as Go's text/template does (pkg.go.dev/text/template), with its errors. */
import type { ChainWord, Command, FunctionWord, Node, Pipe, VariableWord, Word } from './ast.ts';
import { show } from './ast.ts';
import { held } from './compare.ts';
import { CallError, TemplateError } from './errors.ts';
import type { GoFunction, Parameter } from './functions.ts';
import { isTrue } from './functions.ts';
import { indirect } from './indexing.ts';
import { callMethod } from './methods.ts';
import { MAIN } from './cursor.ts';
import { quote } from './quote.ts';
import type { Maybe } from './types.ts';
import { COMPLEX, FLOAT, fieldOf, hasField, integer, text, truth } from './types.ts';

/** What a function or field is given: words, and what the stage before it in the pipeline made (absent in the first stage). */
interface Given {
  readonly words: readonly Word[];
  readonly final?: { readonly value: Maybe };
}

const NOTHING: Given = { words: [] };
const countOf = ({ words, final }: Given): number => words.length + (final === undefined ? 0 : 1);

interface Variable {
  readonly name: string;
  value: Maybe;
}

const encoder = new TextEncoder();

/** The state of a run that pipelines see: variables, and the place that errors name. */
export class Evaluator {
  private readonly source: string;
  private readonly functions: ReadonlyMap<string, GoFunction>;
  /** name of the template that is being carried out */
  template = MAIN;
  /** what is being evaluated */
  node: Node = { type: 'dot', at: 0 };
  variables: Variable[] = [];

  /** @param source text of the template, for the lines and columns in errors */
  constructor(source: string, functions: ReadonlyMap<string, GoFunction>) {
    this.source = source;
    this.functions = functions;
  }

  /** An error at the current place. */
  error(message: string): TemplateError {
    const lines = this.source.slice(0, this.node.at).split('\n');
    const place = `${MAIN}:${lines.length}:${encoder.encode(lines.at(-1)).length}`;
    return new TemplateError(
      `template: ${place}: executing ${quote(this.template)} at <${show(this.node)}>: ${message}`,
    );
  }

  /** Gives a variable that exists another value. @throws {TemplateError} */
  assign(name: string, value: Maybe): void {
    const variable = this.variables.findLast((known) => known.name === name);
    if (variable === undefined) throw this.error(`undefined variable: ${name}`);
    variable.value = value;
  }

  /** The value of a pipeline, which its variables get too. @throws {TemplateError} */
  pipeline(dot: Maybe, pipe: Pipe): Maybe {
    this.node = pipe;
    let given: { readonly value: Maybe } | undefined;
    for (const command of pipe.commands) {
      const value = this.command(dot, command, given);
      given = { value: value?.type.name === 'interface {}' ? held(value) : value };
    }
    const value = given?.value;
    for (const name of pipe.variables) {
      if (pipe.assigns) this.assign(name, value);
      else this.variables.push({ name, value });
    }
    return value;
  }

  private command(dot: Maybe, command: Command, final: Given['final']): Maybe {
    const [first, ...words] = command.words;
    const given: Given = { words, ...(final && { final }) };
    if (first === undefined) return undefined;
    switch (first.type) {
      case 'field':
        this.node = first;
        return this.fields(dot, first.names, dot, given);
      case 'chain':
        return this.chain(dot, first, given);
      case 'function':
        return this.call(dot, first, command, given);
      case 'pipe':
        this.refuseArguments(first, given);
        return this.pipeline(dot, first);
      case 'variable':
        return this.variable(dot, first, given);
      default:
    }
    this.node = first;
    this.refuseArguments(first, given);
    if (first.type === 'dot') return dot;
    if (first.type === 'nil') throw this.error('nil is not a command');
    return this.literal(first);
  }

  private refuseArguments(word: Word, given: Given): void {
    if (countOf(given) > 0) throw this.error(`can't give argument to non-function ${show(word)}`);
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

  private variable(dot: Maybe, word: VariableWord, given: Given): Maybe {
    this.node = word;
    const variable = this.variables.findLast(({ name }) => name === word.name);
    if (variable === undefined) throw this.error(`undefined variable: ${word.name}`);
    if (word.names.length > 0) return this.fields(dot, word.names, variable.value, given);
    this.refuseArguments(word, given);
    return variable.value;
  }

  private chain(dot: Maybe, word: ChainWord, given: Given): Maybe {
    this.node = word;
    if (word.of.type === 'nil') throw this.error(`indirection through explicit nil in ${show(word)}`);
    return this.fields(dot, word.names, this.argument(dot, undefined, word.of), given);
  }

  private fields(dot: Maybe, names: readonly string[], receiver: Maybe, given: Given): Maybe {
    return names.reduce(
      (value, name, index) => this.field(name, value, index === names.length - 1 ? given : NOTHING),
      receiver,
    );
  }

  private field(name: string, receiver: Maybe, given: Given): Maybe {
    if (receiver === undefined) return undefined;
    const type = receiver.type.name;
    const value = indirect(receiver);
    const answer = callMethod(value, name);
    if (answer !== undefined) {
      if (countOf(given) > 0) throw this.error(`wrong number of args for ${name}: want 0 got ${countOf(given)}`);
      return answer;
    }
    switch (value.kind) {
      case 'interface':
        throw this.error(`nil pointer evaluating ${type}.${name}`);
      case 'struct': {
        const found = fieldOf(value, name);
        if (found === undefined) break;
        if (!/^\p{Lu}/u.test(name)) throw this.error(`${name} is an unexported field of struct type ${type}`);
        if (countOf(given) > 0) throw this.error(`${name} has arguments but cannot be invoked as function`);
        return found;
      }
      case 'map':
        if (countOf(given) > 0) throw this.error(`${name} is not a method but has arguments`);
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

  private call(dot: Maybe, word: FunctionWord, node: Node, given: Given): Maybe {
    this.node = word;
    const { name } = word;
    const { words, final } = given;
    const known = this.functions.get(name);
    if (known === undefined) throw this.error(`${quote(name)} is not a defined function`);
    const { parameters, rest } = known;
    const count = countOf(given);
    if (rest === undefined && count !== parameters.length)
      throw this.error(`wrong number of args for ${name}: want ${parameters.length} got ${count}`);
    if (count < parameters.length)
      throw this.error(`wrong number of args for ${name}: want at least ${parameters.length} got ${words.length}`);
    if (name === 'and' || name === 'or') return this.shortCircuit(dot, name, given);
    const values = words.map((each, index) => this.argument(dot, parameters[index] ?? rest, each));
    if (final !== undefined) values.push(this.fit(final.value, parameters[words.length] ?? rest));
    try {
      if (name === 'call') refuseCall(values[0], words[0]);
      return known.run(values);
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      this.node = node;
      throw this.error(`error calling ${name}: ${error.message}`);
    }
  }

  private shortCircuit(dot: Maybe, name: 'and' | 'or', { words, final }: Given): Maybe {
    let value: Maybe;
    for (const word of words) {
      value = this.argument(dot, 'value', word);
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
        return this.fit(this.fields(dot, word.names, dot, NOTHING), parameter);
      case 'variable':
        return this.fit(this.variable(dot, word, NOTHING), parameter);
      case 'pipe':
        return this.fit(this.pipeline(dot, word), parameter);
      case 'function':
        return this.fit(this.call(dot, word, word, NOTHING), parameter);
      case 'chain':
        return this.fit(this.chain(dot, word, NOTHING), parameter);
      default:
    }
    if (parameter === 'string' && word.type !== 'string') throw this.error(`expected string; found ${show(word)}`);
    if (parameter !== 'int') return this.literal(word);
    if (word.type === 'number' && word.number.int !== undefined) return integer(word.number.int);
    throw this.error(`expected integer; found ${show(word)}`);
  }

  /** A value as a parameter takes it. */
  private fit(value: Maybe, parameter: Parameter | undefined): Maybe {
    if (parameter === undefined || parameter === 'value') return value;
    if (parameter === 'interface {}') return held(value);
    if (value === undefined) throw this.error(`invalid value; expected ${parameter}`);
    const inner = held(value) ?? value;
    if (inner.type.name === parameter) return inner;
    if (inner.kind === 'pointer' && inner.type.to.name === parameter) {
      if (inner.data !== undefined) return inner.data;
      throw this.error(`dereference of nil pointer of type ${parameter}`);
    }
    throw this.error(`wrong type for value; expected ${parameter}; got ${inner.type.name}`);
  }
}

/** The function `call`: no value of the API is a function. @throws {CallError} */
function refuseCall(callee: Maybe, word: Word | undefined): never {
  if (callee === undefined) throw new CallError('call of nil');
  const piped = callee.kind === 'string' ? callee.data : `<${callee.type.name} Value>`;
  throw new CallError(`non-function ${word === undefined ? piped : show(word)} of type ${callee.type.name}`);
}

/** Whether Go takes a number for a float: by its writing, not by its value. */
function looksLikeFloat(number: string): boolean {
  if (number.startsWith("'")) return false;
  const isHexInteger = /^[-+]?0[xX]/.test(number) && !/[pP]/.test(number);
  return !isHexInteger && /[.eEpP]/.test(number);
}
