/**
 * The tokens of YAML 1.1 in the order in which libyaml, and so go-yaml, finds them. A key without `?` is only known as one when its `:`
 * comes, so tokens wait in a queue while the first of them may still turn out to start a key.
 */
import type { Position } from '../../../kinds/node.ts';
import { isBlankOrEnd, isBreak, SPACE, TAB } from '../characters.ts';
import type { YamlError } from '../error.ts';
import { scanBlock } from './block.ts';
import { Cursor } from './cursor.ts';
import { scanPlain } from './plain.ts';
import type { Directive, TagText } from './properties.ts';
import { scanAnchor, scanDirective, scanTag } from './properties.ts';
import { scanQuoted } from './quoted.ts';

export type Token =
  | { readonly type: Mark; readonly at: Position }
  | { readonly type: 'scalar'; readonly text: string; readonly quoted: boolean; readonly at: Position }
  | { readonly type: 'anchor' | 'alias'; readonly name: string; readonly at: Position }
  | { readonly type: 'tag'; readonly tag: TagText; readonly at: Position }
  | { readonly type: 'directive'; readonly directive: Directive; readonly at: Position };

type Mark =
  | 'stream-end'
  | 'document-start'
  | 'document-end'
  | 'block-list-start'
  | 'block-map-start'
  | 'block-end'
  | 'entry'
  | 'key'
  | 'value'
  | '['
  | ']'
  | '{'
  | '}'
  | ',';

/** A token that a `:` may turn into a key. */
interface PossibleKey {
  possible: boolean;
  /** no key here would be an error: the token stands where the keys of the block stand */
  required: boolean;
  /** which token of the document it is */
  token: number;
  offset: number;
  line: number;
  column: number;
  at: Position;
}

/** Characters from the start of a key to its `:`; YAML 1.1 allows no more, nor a line end. */
const LONGEST_KEY = 1024;

/** Characters that cannot start a token, unless one of the cases before has found that they do. */
const RESERVED = '\t#|>%@`';

const END = '\0';
const HASH = 0x23;

export class Scanner {
  readonly cursor: Cursor;
  #queue: Token[] = [];
  #head = 0;
  /** tokens that have left the queue */
  #taken = 0;
  /** open brackets */
  #flow = 0;
  /** column of the open block, -1 outside */
  #indent = -1;
  readonly #indents: number[] = [];
  /** whether a key without `?` may start here */
  #keyAllowed = true;
  /** the latest possible key of each open bracket, and of the block outside */
  readonly #keys: [PossibleKey, ...PossibleKey[]];
  readonly #keysByToken = new Map<number, PossibleKey>();

  constructor(text: string, firstLine: number) {
    this.cursor = new Cursor(text, firstLine);
    this.#keys = [this.#noKey()];
  }

  /** The next token. @throws {YamlError} in the words of libyaml */
  peek(): Token {
    for (;;) {
      const token = this.#queue[this.#head];
      if (token !== undefined) {
        const key = this.#keysByToken.get(this.#taken);
        if (key === undefined || !this.#isUsable(key)) return token;
      }
      this.#fetch();
    }
  }

  /** Takes the token that `peek` gave. */
  skip(): void {
    this.#head++;
    this.#taken++;
    if (this.#head === this.#queue.length) {
      this.#queue = [];
      this.#head = 0;
    }
  }

  #fetch(): void {
    this.#skipToToken();
    const { cursor } = this;
    this.#closeBlocks(cursor.column);
    const character = cursor.text.charAt(cursor.offset);
    if (character === END) this.#streamEnd();
    else if (character === '%' && cursor.column === 0) this.#directive();
    else if (cursor.isAtDocumentMark(isBlankOrEnd)) this.#documentMark(character);
    else this.#fetchInLine(character);
  }

  #fetchInLine(character: string): void {
    switch (character) {
      case '[':
      case '{':
        this.#open(character);
        break;
      case ']':
      case '}':
        this.#close(character);
        break;
      case ',':
        this.#comma();
        break;
      case '*':
        this.#anchor('alias');
        break;
      case '&':
        this.#anchor('anchor');
        break;
      case '!':
        this.#tag();
        break;
      case "'":
      case '"':
        this.#quoted();
        break;
      default:
        this.#fetchIndicatorOrPlain(character);
        break;
    }
  }

  /** What is an indicator at some places and the start of a plain scalar at others. */
  #fetchIndicatorOrPlain(character: string): void {
    const inBlock = this.#flow === 0;
    const alone = isBlankOrEnd(this.cursor.peek(1));
    if (character === '-' && alone) this.#entry();
    else if (character === '?' && (alone || !inBlock)) this.#key();
    else if (character === ':' && (alone || !inBlock)) this.#value();
    else if ((character === '|' || character === '>') && inBlock) this.#block();
    else if (RESERVED.includes(character)) throw this.cursor.problem('found character that cannot start any token');
    else this.#plain();
  }

  /** Blanks, comments and line ends. A tab may not stand where it could be taken for indentation. */
  #skipToToken(): void {
    const { cursor } = this;
    for (;;) {
      let code = cursor.peek();
      while (code === SPACE || (code === TAB && (this.#flow > 0 || !this.#keyAllowed))) {
        cursor.offset++;
        code = cursor.peek();
      }
      if (code === HASH) {
        cursor.skipLine();
        code = cursor.peek();
      }
      if (!isBreak(code)) return;
      cursor.skipBreak();
      if (this.#flow === 0) this.#keyAllowed = true;
    }
  }

  #mark(type: Mark): void {
    this.#queue.push({ type, at: this.cursor.at });
  }

  /** Puts a token in front of one that waits; behind the others when that one has already been taken. */
  #insert(token: Token, number: number): void {
    const place = number - this.#taken;
    if (place < 0) this.#queue.push(token);
    else this.#queue.splice(this.#head + place, 0, token);
  }

  get #nextNumber(): number {
    return this.#taken + this.#queue.length - this.#head;
  }

  #openBlock(column: number, number: number, type: 'block-list-start' | 'block-map-start', at: Position): void {
    if (this.#flow > 0 || this.#indent >= column) return;
    this.#indents.push(this.#indent);
    this.#indent = column;
    this.#insert({ type, at }, number);
  }

  #closeBlocks(column: number): void {
    if (this.#flow > 0) return;
    while (this.#indent > column) {
      this.#mark('block-end');
      this.#indent = this.#indents.pop() ?? -1;
    }
  }

  get #latestKey(): PossibleKey {
    return this.#keys.at(-1) ?? this.#keys[0];
  }

  #noKey(): PossibleKey {
    const { offset, line, column, at } = this.cursor;
    return { possible: false, required: false, token: this.#nextNumber, offset, line, column, at };
  }

  /** Notes that a key may start here. */
  #startKey(): void {
    if (this.#keyAllowed) {
      const key = this.#noKey();
      key.possible = true;
      key.required = this.#flow === 0 && this.#indent === key.column;
      this.#dropKey();
      this.#keys[this.#keys.length - 1] = key;
      this.#keysByToken.set(key.token, key);
    }
    this.#keyAllowed = false;
  }

  /** Gives up the latest possible key: something came that cannot be part of one. */
  #dropKey(): void {
    const key = this.#latestKey;
    if (!key.possible) return;
    if (key.required) throw this.#missingColon();
    key.possible = false;
    this.#keysByToken.delete(key.token);
  }

  #isUsable(key: PossibleKey): boolean {
    if (!key.possible) return false;
    const { line, offset } = this.cursor;
    if (key.line === line && key.offset + LONGEST_KEY >= offset) return true;
    if (key.required) throw this.#missingColon();
    key.possible = false;
    return false;
  }

  #missingColon(): YamlError {
    return this.cursor.problem("could not find expected ':'");
  }

  #streamEnd(): void {
    const { cursor } = this;
    if (cursor.column !== 0) cursor.newLine();
    this.#endDocument();
    this.#mark('stream-end');
  }

  #endDocument(): void {
    this.#closeBlocks(-1);
    this.#dropKey();
    this.#keyAllowed = false;
  }

  #directive(): void {
    this.#endDocument();
    const { at } = this.cursor;
    this.#queue.push({ type: 'directive', directive: scanDirective(this.cursor), at });
  }

  #documentMark(character: string): void {
    this.#endDocument();
    this.#mark(character === '-' ? 'document-start' : 'document-end');
    this.cursor.offset += 3;
  }

  #open(type: '[' | '{'): void {
    this.#startKey();
    this.#keys.push(this.#noKey());
    this.#flow++;
    this.#keyAllowed = true;
    this.#indicator(type);
  }

  #close(type: ']' | '}'): void {
    this.#dropKey();
    if (this.#flow > 0) {
      this.#flow--;
      this.#keysByToken.delete(this.#latestKey.token);
      this.#keys.pop();
    }
    this.#keyAllowed = false;
    this.#indicator(type);
  }

  #comma(): void {
    this.#dropKey();
    this.#keyAllowed = true;
    this.#indicator(',');
  }

  #entry(): void {
    const { cursor } = this;
    // Inside brackets the parser refuses it: it can say what stands around.
    if (this.#flow === 0) {
      if (!this.#keyAllowed) throw cursor.problem('block sequence entries are not allowed in this context');
      this.#openBlock(cursor.column, this.#nextNumber, 'block-list-start', cursor.at);
    }
    this.#dropKey();
    this.#keyAllowed = true;
    this.#indicator('entry');
  }

  #key(): void {
    const { cursor } = this;
    if (this.#flow === 0) {
      if (!this.#keyAllowed) throw cursor.problem('mapping keys are not allowed in this context');
      this.#openBlock(cursor.column, this.#nextNumber, 'block-map-start', cursor.at);
    }
    this.#dropKey();
    this.#keyAllowed = this.#flow === 0;
    this.#indicator('key');
  }

  #value(): void {
    const { cursor } = this;
    const key = this.#latestKey;
    if (this.#isUsable(key)) {
      this.#insert({ type: 'key', at: key.at }, key.token);
      this.#openBlock(key.column, key.token, 'block-map-start', key.at);
      key.possible = false;
      this.#keysByToken.delete(key.token);
      this.#keyAllowed = false;
    } else {
      if (this.#flow === 0) {
        if (!this.#keyAllowed) throw cursor.problem('mapping values are not allowed in this context');
        this.#openBlock(cursor.column, this.#nextNumber, 'block-map-start', cursor.at);
      }
      this.#keyAllowed = this.#flow === 0;
    }
    this.#indicator('value');
  }

  #indicator(type: Mark): void {
    this.#mark(type);
    this.cursor.offset++;
  }

  #anchor(type: 'anchor' | 'alias'): void {
    this.#startKey();
    const { at } = this.cursor;
    this.#queue.push({ type, name: scanAnchor(this.cursor), at });
  }

  #tag(): void {
    this.#startKey();
    const { at } = this.cursor;
    this.#queue.push({ type: 'tag', tag: scanTag(this.cursor), at });
  }

  #block(): void {
    this.#dropKey();
    this.#keyAllowed = true;
    const { at } = this.cursor;
    this.#queue.push({ type: 'scalar', text: scanBlock(this.cursor, this.#indent), quoted: true, at });
  }

  #quoted(): void {
    this.#startKey();
    const { at } = this.cursor;
    this.#queue.push({ type: 'scalar', text: scanQuoted(this.cursor), quoted: true, at });
  }

  #plain(): void {
    this.#startKey();
    const { at } = this.cursor;
    const { text, endedLine } = scanPlain(this.cursor, this.#flow > 0, this.#indent + 1);
    if (endedLine) this.#keyAllowed = true;
    this.#queue.push({ type: 'scalar', text, quoted: false, at });
  }
}
