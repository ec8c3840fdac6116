/** A template as a tree, and the text that Go's text/template shows for a part of it in its errors. */
import { quote } from './quote.ts';

interface At {
  /** where errors about the node point, in UTF-16 units from the start of the template */
  readonly at: number;
}
export interface Action extends At {
  readonly type: 'action';
  readonly pipe: Pipe;
}
export interface Branch extends At {
  readonly type: 'if' | 'range' | 'with';
  readonly pipe: Pipe;
  readonly body: readonly Statement[];
  readonly otherwise?: readonly Statement[];
}
export interface Call extends At {
  readonly type: 'template';
  readonly name: string;
  readonly pipe?: Pipe;
}
/** What a template is a list of. */
export type Statement =
  | (At & { readonly type: 'text'; readonly text: string })
  | Action
  | Branch
  | Call
  | (At & { readonly type: 'break' | 'continue' });

export interface Pipe extends At {
  readonly type: 'pipe';
  readonly variables: readonly string[];
  /** the variables exist and get new values (`=` instead of `:=`) */
  readonly assigns: boolean;
  readonly commands: readonly Command[];
}
export interface Command extends At {
  readonly type: 'command';
  readonly words: readonly Word[];
}
interface FieldWord extends At {
  readonly type: 'field';
  readonly names: readonly string[];
}
export interface VariableWord extends At {
  readonly type: 'variable';
  readonly name: string;
  readonly names: readonly string[];
}
/** Fields of something that is neither the dot nor a variable: `(index . 0).Name`. */
export interface ChainWord extends At {
  readonly type: 'chain';
  readonly of: Word;
  readonly names: readonly string[];
}
export interface FunctionWord extends At {
  readonly type: 'function';
  readonly name: string;
}
interface NumberWord extends At {
  readonly type: 'number';
  readonly text: string;
  readonly number: NumberLiteral;
}
export type Word =
  | Pipe
  | FieldWord
  | VariableWord
  | ChainWord
  | FunctionWord
  | NumberWord
  | (At & { readonly type: 'dot' | 'nil' })
  | (At & { readonly type: 'bool'; readonly value: boolean })
  | (At & { readonly type: 'string'; readonly quoted: string; readonly text: string });
export type Node = Statement | Pipe | Command | Word;

/** What a number may be used as. */
export interface NumberLiteral {
  readonly int?: bigint;
  /** an unsigned integer; there without `int` when it does not fit 64 bits with a sign */
  readonly uint?: bigint;
  readonly float?: number;
  readonly complex?: Complex;
}
export interface Complex {
  readonly real: number;
  readonly imaginary: number;
}

/** The main template and the ones that it defines, by name. */
export type Templates = ReadonlyMap<string, readonly Statement[]>;

/** A node as Go writes it out again. */
export function show(node: Node): string {
  switch (node.type) {
    case 'text':
      return node.text;
    case 'action':
      return `{{${show(node.pipe)}}}`;
    case 'if':
    case 'range':
    case 'with': {
      const otherwise = node.otherwise === undefined ? '' : `{{else}}${showAll(node.otherwise)}`;
      return `{{${node.type} ${show(node.pipe)}}}${showAll(node.body)}${otherwise}{{end}}`;
    }
    case 'template':
      return `{{template ${quote(node.name)}${node.pipe === undefined ? '' : ` ${show(node.pipe)}`}}}`;
    case 'break':
    case 'continue':
      return `{{${node.type}}}`;
    case 'pipe': {
      const declared = node.variables.length === 0 ? '' : `${node.variables.join(', ')} ${node.assigns ? '=' : ':='} `;
      return declared + node.commands.map(show).join(' | ');
    }
    case 'command':
      return node.words.map(showWord).join(' ');
    case 'field':
      return dotted(node.names);
    case 'variable':
      return node.name + dotted(node.names);
    case 'chain':
      return showWord(node.of) + dotted(node.names);
    case 'function':
      return node.name;
    case 'number':
      return node.text;
    case 'string':
      return node.quoted;
    case 'bool':
      return String(node.value);
    case 'dot':
      return '.';
    case 'nil':
      return 'nil';
  }
}

function showAll(nodes: readonly Statement[]): string {
  return nodes.map(show).join('');
}

function showWord(word: Word): string {
  return word.type === 'pipe' ? `(${show(word)})` : show(word);
}

function dotted(names: readonly string[]): string {
  return names.map((name) => `.${name}`).join('');
}
