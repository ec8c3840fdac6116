/** Reads the documents that come in thousands with js-yaml, and leaves the others to the reader in `yaml11`. */
import type { Event, ScalarEvent } from 'js-yaml';
import { COLLECTION_STYLE, EVENT_ID, getScalarValue, parseEvents, SCALAR_STYLE, YAMLException } from 'js-yaml';
import type { Position } from '../../kinds/node.ts';
import type { Tree, TreeList, TreeMap } from './tree.ts';

/**
 * What YAML 1.1 and 1.2 treat differently, or what neither allows: tabs, controls, NEL, LS, PS, byte order marks, characters above U+FFFF
 * (because half of one is not allowed), directives and the mark of a document's end.
 */
const SPECIAL = /[^\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]|\r(?!\n)|^(?:%|\.\.\.)/m;

/** Nesting up to which js-yaml is asked. */
const DEEPEST = 100;

/** YAML 1.1 allows 1024 characters from the start of a key to its colon. */
const LONGEST_KEY = 1000;

/**
 * The tree of a document of indented mappings and lists whose scalars stand on one line each, plain or in quotes without escapes: about
 * those YAML 1.2 (js-yaml) and 1.1 (go-yaml) agree. Undefined for any other document, be it right or wrong.
 */
export function parseEveryday(text: string, firstLine: number): Tree | undefined {
  if (SPECIAL.test(text)) return undefined;
  try {
    return new Builder(text, firstLine).build(parseEvents(text, { maxDepth: DEEPEST }));
  } catch (error) {
    if (error instanceof YAMLException) return undefined;
    throw error;
  }
}

/** Turns the events of js-yaml, which point into the text, into a tree. */
class Builder {
  readonly #text: string;
  readonly #firstLine: number;
  #line = 0;
  #lineStart = 0;
  #nextLine: number;
  /** end of what has been read: empty values stand there */
  #end = 0;

  constructor(text: string, firstLine: number) {
    this.#text = text;
    this.#firstLine = firstLine;
    this.#nextLine = lineAfter(text, 0);
  }

  /** Undefined when an event tells of something that is not for everyday. */
  build(events: readonly Event[]): Tree | undefined {
    const open: (TreeList | TreeMap)[] = [];
    let root: Tree | undefined;
    for (const event of events) {
      if (event.type === EVENT_ID.POP) {
        open.pop();
        continue;
      }
      if (event.type === EVENT_ID.DOCUMENT) {
        if (root !== undefined) return undefined;
        continue;
      }
      if (event.type === EVENT_ID.ALIAS || event.anchorStart >= 0 || event.tagStart >= 0) return undefined;
      const parent = open.at(-1);
      if (event.type === EVENT_ID.SCALAR) {
        const isKey = parent?.type === 'map' && parent.items.length % 2 === 0;
        if (parent === undefined || !isEveryday(this.#text, event, isKey)) return undefined;
        parent.items.push(this.#scalar(event));
        continue;
      }
      if (event.style === COLLECTION_STYLE.FLOW) return undefined;
      const at = this.#at(event.start);
      const node: Tree =
        event.type === EVENT_ID.MAPPING ? { type: 'map', items: [], at } : { type: 'list', items: [], at };
      if (parent === undefined) root = node;
      else parent.items.push(node);
      open.push(node);
    }
    return root;
  }

  #scalar(event: ScalarEvent): Tree {
    const { valueStart, valueEnd, style } = event;
    if (valueStart < 0) return { type: 'scalar', text: '', quoted: false, tag: '', at: this.#at(this.#end) };
    const text = getScalarValue(this.#text, event);
    if (style === SCALAR_STYLE.PLAIN) {
      this.#end = valueEnd + 1;
      return { type: 'scalar', text, quoted: false, tag: '', at: this.#at(valueStart) };
    }
    this.#end = valueEnd + 2;
    return { type: 'scalar', text, quoted: true, tag: '', at: this.#at(valueStart - 1) };
  }

  /** The place of an offset; offsets come in ascending order. */
  #at(offset: number): Position {
    while (offset >= this.#nextLine) {
      this.#line++;
      this.#lineStart = this.#nextLine;
      this.#nextLine = lineAfter(this.#text, this.#lineStart);
    }
    return { line: this.#firstLine + this.#line, column: offset - this.#lineStart + 1 };
  }
}

function isEveryday(text: string, { valueStart, valueEnd, fast, style }: ScalarEvent, isKey: boolean): boolean {
  if (valueStart < 0) return !isKey;
  if (!fast || (isKey && valueEnd - valueStart > LONGEST_KEY)) return false;
  if (style === SCALAR_STYLE.PLAIN) return true;
  // Behind a closing quote js-yaml lets a key begin.
  return (
    style !== SCALAR_STYLE.LITERAL_BLOCK &&
    style !== SCALAR_STYLE.FOLDED_BLOCK &&
    ' :\r\n'.includes(text.charAt(valueEnd + 1))
  );
}

function lineAfter(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end < 0 ? Infinity : end + 1;
}
