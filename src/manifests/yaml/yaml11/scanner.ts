/**
 * The tokens of YAML 1.1 in the order in which libyaml, and so go-yaml, finds them. A key without `?` is only known as one when its `:`
 * comes, so tokens wait in a queue while the first of them may still turn out to start a key.
 */
import type { Position } from '../../../kinds/node.ts';
import { isBlankOrEnd, isBreak, SPACE, TAB } from '../characters.ts';
import { scanBlock } from './block.ts';
import { Cursor } from './cursor.ts';
import { scanPlain } from './plain.ts';
import { scanAnchor, scanDirective, scanTag } from './properties.ts';
import { scanQuoted } from './quoted.ts';
import type { Mark, Token } from './tokens.ts';
import { PossibleKeys } from './tokens.ts';

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
  readonly #keys: PossibleKeys;

  constructor(text: string, firstLine: number) {
    this.cursor = new Cursor(text, firstLine);
    this.#keys = new PossibleKeys(this.cursor);
  }

  /** The next token. @throws {YamlError} in the words of libyaml */
  peek(): Token {
    for (;;) {
      const token = this.#queue[this.#head];
      if (token !== undefined && !this.#keys.mayStartAt(this.#taken)) return token;
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

  /** A token of one character. */
  #indicator(type: Mark): void {
    this.#mark(type);
    this.cursor.offset++;
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

  /** Notes that a key may start here, unless one has just ended, and gives the place. */
  #startKey(): Position {
    const { at } = this.cursor;
    if (this.#keyAllowed) {
      this.#keys.start(this.#nextNumber, at, this.#flow === 0 && this.#indent === this.cursor.column);
    }
    this.#keyAllowed = false;
    return at;
  }

  #streamEnd(): void {
    const { cursor } = this;
    if (cursor.column !== 0) cursor.newLine();
    this.#endDocument();
    this.#mark('stream-end');
  }

  #endDocument(): void {
    this.#closeBlocks(-1);
    this.#keys.drop();
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
    this.#keys.open(this.#nextNumber);
    this.#flow++;
    this.#keyAllowed = true;
    this.#indicator(type);
  }

  #close(type: ']' | '}'): void {
    this.#keys.drop();
    if (this.#flow > 0) {
      this.#flow--;
      this.#keys.close();
    }
    this.#keyAllowed = false;
    this.#indicator(type);
  }

  #comma(): void {
    this.#keys.drop();
    this.#keyAllowed = true;
    this.#indicator(',');
  }

  #entry(): void {
    // Inside brackets the parser refuses it: it can say what stands around.
    if (this.#flow === 0)
      this.#startBlock('block-list-start', 'block sequence entries are not allowed in this context');
    this.#keys.drop();
    this.#keyAllowed = true;
    this.#indicator('entry');
  }

  #key(): void {
    if (this.#flow === 0) this.#startBlock('block-map-start', 'mapping keys are not allowed in this context');
    this.#keys.drop();
    this.#keyAllowed = this.#flow === 0;
    this.#indicator('key');
  }

  #value(): void {
    const key = this.#keys.latest;
    if (this.#keys.isUsable(key)) {
      this.#insert({ type: 'key', at: key.at }, key.token);
      this.#openBlock(key.at.column - 1, key.token, 'block-map-start', key.at);
      this.#keys.forget(key);
      this.#keyAllowed = false;
    } else {
      if (this.#flow === 0) this.#startBlock('block-map-start', 'mapping values are not allowed in this context');
      this.#keyAllowed = this.#flow === 0;
    }
    this.#indicator('value');
  }

  /** An indicator outside brackets starts a block if it stands deeper than the open one. */
  #startBlock(type: 'block-list-start' | 'block-map-start', refusal: string): void {
    const { cursor } = this;
    if (!this.#keyAllowed) throw cursor.problem(refusal);
    this.#openBlock(cursor.column, this.#nextNumber, type, cursor.at);
  }

  #anchor(type: 'anchor' | 'alias'): void {
    const at = this.#startKey();
    this.#queue.push({ type, name: scanAnchor(this.cursor), at });
  }

  #tag(): void {
    const at = this.#startKey();
    this.#queue.push({ type: 'tag', tag: scanTag(this.cursor), at });
  }

  #block(): void {
    this.#keys.drop();
    this.#keyAllowed = true;
    const { at } = this.cursor;
    this.#queue.push({ type: 'scalar', text: scanBlock(this.cursor, this.#indent), quoted: true, at });
  }

  #quoted(): void {
    const at = this.#startKey();
    this.#queue.push({ type: 'scalar', text: scanQuoted(this.cursor), quoted: true, at });
  }

  #plain(): void {
    const at = this.#startKey();
    const { text, endedLine } = scanPlain(this.cursor, this.#flow > 0, this.#indent + 1);
    if (endedLine) this.#keyAllowed = true;
    this.#queue.push({ type: 'scalar', text, quoted: false, at });
  }
}
