/** The tokens of YAML, and the keys that some of them may turn out to start. */
import type { Position } from '../../../kinds/node.ts';
import type { Cursor } from './cursor.ts';
import type { Directive, TagText } from './properties.ts';

export type Token =
  | { readonly type: Mark; readonly at: Position }
  | { readonly type: 'scalar'; readonly text: string; readonly quoted: boolean; readonly at: Position }
  | { readonly type: 'anchor' | 'alias'; readonly name: string; readonly at: Position }
  | { readonly type: 'tag'; readonly tag: TagText; readonly at: Position }
  | { readonly type: 'directive'; readonly directive: Directive; readonly at: Position };

/** Tokens that say all by being there. */
export type Mark =
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
export interface PossibleKey {
  possible: boolean;
  /** no key here would be an error: the token stands where the keys of the block stand */
  readonly required: boolean;
  /** which token of the document it is */
  readonly token: number;
  readonly offset: number;
  readonly at: Position;
}

/** Characters from the start of a key to its `:`; YAML 1.1 allows no more, nor a line end. */
const LONGEST_KEY = 1024;

/** The latest possible key of each open bracket, and of the block outside. */
export class PossibleKeys {
  readonly #cursor: Cursor;
  readonly #stack: PossibleKey[];
  readonly #byToken = new Map<number, PossibleKey>();

  constructor(cursor: Cursor) {
    this.#cursor = cursor;
    this.#stack = [noKey(cursor, 0)];
  }

  /** The latest one where the cursor stands; it need not be possible any more. */
  get latest(): PossibleKey {
    return this.#stack.at(-1) ?? noKey(this.#cursor, 0);
  }

  /** Notes that a key may start here. */
  start(token: number, at: Position, required: boolean): void {
    const key: PossibleKey = { possible: true, required, token, offset: this.#cursor.offset, at };
    this.drop();
    this.#stack[this.#stack.length - 1] = key;
    this.#byToken.set(token, key);
  }

  /** Gives up the latest one: something came that cannot be part of a key. */
  drop(): void {
    const key = this.latest;
    if (!key.possible) return;
    if (key.required) throw this.#cursor.problem("could not find expected ':'", key.at);
    this.forget(key);
  }

  /** The latest one has become a key. */
  forget(key: PossibleKey): void {
    key.possible = false;
    this.#byToken.delete(key.token);
  }

  open(token: number): void {
    this.#stack.push(noKey(this.#cursor, token));
  }

  close(): void {
    this.#byToken.delete(this.latest.token);
    this.#stack.pop();
  }

  /** Whether a `:` would turn this token into a key. */
  mayStartAt(token: number): boolean {
    const key = this.#byToken.get(token);
    return key !== undefined && this.isUsable(key);
  }

  isUsable(key: PossibleKey): boolean {
    if (!key.possible) return false;
    const { line, firstLine, offset } = this.#cursor;
    if (key.at.line === firstLine + line && key.offset + LONGEST_KEY >= offset) return true;
    if (key.required) throw this.#cursor.problem("could not find expected ':'", key.at);
    key.possible = false;
    return false;
  }
}

function noKey({ offset, at }: Cursor, token: number): PossibleKey {
  return { possible: false, required: false, token, offset, at };
}
