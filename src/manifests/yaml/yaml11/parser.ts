/** Reads one YAML 1.1 document with the grammar, the verdicts and the words of libyaml, and so of go-yaml. */
import type { Position } from '../../../kinds/node.ts';
import { YamlError } from '../error.ts';
import type { Tree, TreeList, TreeMap, TreeScalar } from '../tree.ts';
import type { TagText } from './properties.ts';
import { Scanner } from './scanner.ts';
import type { Token } from './tokens.ts';

/** The first document of a text. */
export interface ParsedDocument {
  /** undefined when the text holds nothing but blanks and comments */
  readonly root: Tree | undefined;
  /** where something stands behind the document that nobody reads */
  readonly restAt: Position | undefined;
}

/** go-yaml goes to 10,000; what lies deeper than this is no manifest, and would use up the stack. */
const DEEPEST = 1000;

const STANDARD_HANDLES: readonly (readonly [string, string])[] = [
  ['!', '!'],
  ['!!', 'tag:yaml.org,2002:'],
];

/** @throws {YamlError} when the text is no YAML 1.1 */
export function parseDocument(text: string, firstLine: number): ParsedDocument {
  return new Parser(text, firstLine).document();
}

/** Where a node stands decides what it may be. */
type Place = 'block' | 'block-or-unindented-list' | 'flow';

interface Properties {
  readonly anchor: string;
  readonly tag: string;
}

class Parser {
  readonly #scanner: Scanner;
  readonly #firstLine: number;
  readonly #anchors = new Map<string, Tree>();
  readonly #handles = new Map<string, string>();
  #depth = 0;

  constructor(text: string, firstLine: number) {
    this.#scanner = new Scanner(text, firstLine);
    this.#firstLine = firstLine;
  }

  document(): ParsedDocument {
    let token = this.#scanner.peek();
    if (token.type === 'stream-end') return { root: undefined, restAt: undefined };
    const explicit = token.type === 'directive' || token.type === 'document-start';
    this.#directives();
    let root: Tree;
    if (explicit) {
      token = this.#scanner.peek();
      if (token.type !== 'document-start') throw this.#problem('did not find expected <document start>', token.at);
      token = this.#advance();
      root = isDocumentEnd(token) || token.type === 'directive' ? empty(token.at) : this.#node('block');
    } else root = this.#node('block');
    return { root, restAt: this.#restAt(this.#scanner.peek()) };
  }

  #restAt(token: Token): Position | undefined {
    if (token.type !== 'document-end') return token.type === 'stream-end' ? undefined : token.at;
    // What follows is not scanned: it need not be YAML.
    const { cursor } = this.#scanner;
    const blank = /(?:[\s\uFEFF]|#.*)*/y;
    blank.lastIndex = cursor.offset;
    const length = blank.exec(cursor.text)?.[0].length ?? 0;
    for (const end = cursor.offset + length; cursor.offset < end;) {
      cursor.skipLine();
      if (cursor.offset < end) cursor.skipBreak();
      else cursor.offset = end;
    }
    return cursor.peek() === 0 ? undefined : cursor.at;
  }

  #directives(): void {
    let versioned = false;
    for (let token = this.#scanner.peek(); token.type === 'directive'; token = this.#advance()) {
      const { directive, at } = token;
      if (directive.name === 'YAML') {
        if (versioned) throw this.#problem('found duplicate %YAML directive', at);
        if (directive.version !== '1.1') throw this.#problem('found incompatible YAML document', at);
        versioned = true;
      } else {
        if (this.#handles.has(directive.handle)) throw this.#problem('found duplicate %TAG directive', at);
        this.#handles.set(directive.handle, directive.suffix);
      }
    }
    for (const [handle, prefix] of STANDARD_HANDLES) {
      if (!this.#handles.has(handle)) this.#handles.set(handle, prefix);
    }
  }

  #node(place: Place): Tree {
    const first = this.#scanner.peek();
    if (first.type === 'alias') return this.#alias(first);
    if (++this.#depth > DEEPEST) throw this.#problem(`exceeded max depth of ${DEEPEST}`, first.at);
    const properties = this.#properties();
    const node = this.#content(place, first.at, properties);
    this.#depth--;
    return node;
  }

  #alias({ name, at }: Token & { readonly type: 'alias' | 'anchor' }): Tree {
    const target = this.#anchors.get(name);
    if (target === undefined) throw new YamlError(`yaml: unknown anchor '${name}' referenced`, at);
    this.#scanner.skip();
    return { type: 'alias', name, target, at };
  }

  /** An anchor, a tag, or both in either order. */
  #properties(): Properties {
    let anchor = '';
    let tag: { readonly text: TagText; readonly at: Position } | undefined;
    for (let token = this.#scanner.peek(); ; token = this.#advance()) {
      if (token.type === 'anchor' && anchor === '') anchor = token.name;
      else if (token.type === 'tag' && tag === undefined) tag = { text: token.tag, at: token.at };
      else break;
    }
    if (tag === undefined) return { anchor, tag: '' };
    const { handle, suffix } = tag.text;
    const prefix = handle === '' ? '' : this.#handles.get(handle);
    if (prefix === undefined) throw this.#problem('found undefined tag handle', tag.at);
    return { anchor, tag: prefix + suffix };
  }

  #content(place: Place, at: Position, properties: Properties): Tree {
    const token = this.#scanner.peek();
    switch (token.type) {
      case 'scalar':
        this.#scanner.skip();
        return this.#anchored(properties, {
          type: 'scalar',
          text: token.text,
          quoted: token.quoted,
          tag: properties.tag,
          at,
        });
      case '[':
        return this.#flowList(this.#anchored(properties, list(at)));
      case '{':
        return this.#flowMap(this.#anchored(properties, map(at)));
      case 'entry':
        if (place === 'block-or-unindented-list') return this.#unindentedList(this.#anchored(properties, list(at)));
        break;
      case 'block-list-start':
        if (place !== 'flow') return this.#blockList(this.#anchored(properties, list(at)));
        break;
      case 'block-map-start':
        if (place !== 'flow') return this.#blockMap(this.#anchored(properties, map(at)));
        break;
      default:
        break;
    }
    const { anchor, tag } = properties;
    if (anchor === '' && tag === '') throw this.#problem('did not find expected node content', token.at);
    return this.#anchored(properties, { ...empty(at), tag });
  }

  #anchored<T extends Tree>({ anchor }: Properties, node: T): T {
    if (anchor !== '') this.#anchors.set(anchor, node);
    return node;
  }

  #blockList(node: TreeList): TreeList {
    this.#scanner.skip();
    for (;;) {
      const entry = this.#scanner.peek();
      if (entry.type === 'block-end') {
        this.#scanner.skip();
        return node;
      }
      if (entry.type !== 'entry') throw this.#problem("did not find expected '-' indicator", entry.at);
      const { type } = this.#advance();
      node.items.push(type === 'entry' || type === 'block-end' ? empty(behind(entry.at)) : this.#node('block'));
    }
  }

  #unindentedList(node: TreeList): TreeList {
    for (let entry = this.#scanner.peek(); entry.type === 'entry'; entry = this.#scanner.peek()) {
      const { type } = this.#advance();
      const none = type === 'entry' || type === 'key' || type === 'value' || type === 'block-end';
      node.items.push(none ? empty(behind(entry.at)) : this.#node('block'));
    }
    return node;
  }

  #blockMap(node: TreeMap): TreeMap {
    this.#scanner.skip();
    for (;;) {
      const token = this.#scanner.peek();
      if (token.type === 'block-end') {
        this.#scanner.skip();
        return node;
      }
      if (token.type !== 'key') throw this.#problem('did not find expected key', token.at);
      node.items.push(this.#blockMapPart(token));
      const value = this.#scanner.peek();
      node.items.push(value.type === 'value' ? this.#blockMapPart(value) : empty(value.at));
    }
  }

  /** What follows `?` or `:`, or what stands before a `:`. */
  #blockMapPart(indicator: Token): Tree {
    const { type } = this.#advance();
    const none = type === 'key' || type === 'value' || type === 'block-end';
    return none ? empty(behind(indicator.at)) : this.#node('block-or-unindented-list');
  }

  #flowList(node: TreeList): TreeList {
    this.#scanner.skip();
    for (;;) {
      let token = this.#scanner.peek();
      if (token.type !== ']' && node.items.length > 0) {
        if (token.type !== ',') throw this.#problem("did not find expected ',' or ']'", token.at);
        token = this.#advance();
      }
      if (token.type === ']') break;
      node.items.push(token.type === 'key' ? this.#flowPair(token) : this.#node('flow'));
    }
    this.#scanner.skip();
    return node;
  }

  /** A mapping of one entry inside a list, without braces. */
  #flowPair({ at }: Token): TreeMap {
    const node = map(at);
    const key = this.#advance();
    if (isFlowPartEnd(key, ']')) {
      this.#scanner.skip();
      node.items.push(empty(behind(key.at)));
    } else node.items.push(this.#node('flow'));
    node.items.push(this.#flowValue(']'));
    return node;
  }

  #flowMap(node: TreeMap): TreeMap {
    this.#scanner.skip();
    for (;;) {
      let token = this.#scanner.peek();
      if (token.type !== '}' && node.items.length > 0) {
        if (token.type !== ',') throw this.#problem("did not find expected ',' or '}'", token.at);
        token = this.#advance();
      }
      if (token.type === '}') break;
      if (token.type === 'key') {
        const key = this.#advance();
        node.items.push(isFlowPartEnd(key, '}') ? empty(key.at) : this.#node('flow'));
        node.items.push(this.#flowValue('}'));
      } else {
        node.items.push(this.#node('flow'));
        node.items.push(empty(this.#scanner.peek().at));
      }
    }
    this.#scanner.skip();
    return node;
  }

  #flowValue(close: ']' | '}'): Tree {
    let token = this.#scanner.peek();
    if (token.type !== 'value') return empty(token.at);
    token = this.#advance();
    return token.type === ',' || token.type === close ? empty(token.at) : this.#node('flow');
  }

  #advance(): Token {
    this.#scanner.skip();
    return this.#scanner.peek();
  }

  /** A problem that the grammar sees. go-yaml names its line counted from 0, and not at all when it is the first. */
  #problem(text: string, at: Position): YamlError {
    const line = at.line - this.#firstLine;
    return new YamlError(`yaml: ${line === 0 ? '' : `line ${line}: `}${text}`, at);
  }
}

function list(at: Position): TreeList {
  return { type: 'list', items: [], at };
}

function map(at: Position): TreeMap {
  return { type: 'map', items: [], at };
}

function empty(at: Position): TreeScalar {
  return { type: 'scalar', text: '', quoted: false, tag: '', at };
}

/** The place behind an indicator of one character. */
function behind({ line, column }: Position): Position {
  return { line, column: column + 1 };
}

function isDocumentEnd({ type }: Token): boolean {
  return type === 'document-start' || type === 'document-end' || type === 'stream-end';
}

function isFlowPartEnd({ type }: Token, close: ']' | '}'): boolean {
  return type === 'value' || type === ',' || type === close;
}
