/** YAML as sigs.k8s.io/yaml writes it: block style, keys in natural order, lists not indented, long texts folded at 80 columns. */
import { formatGoFloat } from '../kinds/scalars/float.ts';
import type { Json, JsonObject } from '../kinds/schema.ts';
import { writeString } from './yaml-scalars.ts';
import { compareNaturally } from './natural-order.ts';

/**
 * The value as a YAML document that ends in one newline. Keys without a value (undefined) are left out.
 * @throws {RangeError} for NaN and infinities
 */
export function formatYaml(value: Json): string {
  const writer = new Writer();
  writer.node(value, 0, 'root');
  return writer.end();
}

/** Where a node stands: after the `:` of a key, or after an indicator that leaves room for more on its line. */
type Place = 'root' | 'value' | 'item';

/** Keys longer than this, in bytes of UTF-8, are written behind `?`. */
const LONGEST_KEY = 128;

class Writer {
  readonly #lines: string[] = [];
  /** the line that is being written, behind a block scalar that has ended with its last line */
  #line = '';
  /** where in it the line starts */
  #start = 0;

  end(): string {
    this.#startLine('');
    this.#lines.push(this.#line);
    return this.#lines.join('\n');
  }

  /** @param indent spaces before the key or the dash that the node belongs to */
  node(value: Json | undefined, indent: number, place: Place): void {
    if (typeof value === 'object' && value !== null) {
      if (isList(value)) this.#list(value, indent, place);
      else this.#map(value, indent, place);
      return;
    }
    if (place !== 'root') this.#line += ' ';
    if (typeof value === 'string') this.#string(value, indent + 2, false);
    else this.#line += plainText(value);
  }

  #list(list: readonly Json[], indent: number, place: Place): void {
    if (list.length === 0) {
      this.#line += place === 'root' ? '[]' : ' []';
      return;
    }
    const own = place === 'item' ? indent + 2 : indent;
    let first = place === 'item';
    for (const item of list) {
      this.#startEntry(own, first);
      first = false;
      this.#line += '-';
      this.node(item, own, 'item');
    }
  }

  #map(map: JsonObject, indent: number, place: Place): void {
    const keys = Object.keys(map).filter((key) => map[key] !== undefined);
    if (keys.length === 0) {
      this.#line += place === 'root' ? '{}' : ' {}';
      return;
    }
    const own = place === 'root' ? indent : indent + 2;
    let first = place === 'item';
    for (const key of keys.sort(compareNaturally)) {
      this.#startEntry(own, first);
      first = false;
      this.#entry(key, map[key], own);
    }
  }

  #startEntry(indent: number, onSameLine: boolean): void {
    if (onSameLine) this.#line += ' ';
    else this.#startLine(' '.repeat(indent));
  }

  #entry(key: string, value: Json | undefined, indent: number): void {
    if (isSimpleKey(key)) {
      this.#string(key, indent + 2, true);
      this.#line += ':';
      this.node(value, indent, 'value');
      return;
    }
    this.#line += '? ';
    this.#string(key, indent + 2, false);
    this.#startLine(' '.repeat(indent));
    this.#line += ':';
    this.node(value, indent, 'item');
  }

  #string(text: string, indent: number, isKey: boolean): void {
    this.#line += writeString(
      text,
      { column: this.#line.length - this.#start, margin: ' '.repeat(indent), fold: !isKey },
      isKey,
    );
  }

  /** Begins a line, unless a block scalar has ended the one before. */
  #startLine(margin: string): void {
    const last = this.#line.at(-1);
    if (last === '\n' || last === '\u2028' || last === '\u2029') this.#start = this.#line.length;
    else {
      if (last !== undefined) this.#lines.push(this.#line);
      this.#line = '';
      this.#start = 0;
    }
    this.#line += margin;
  }
}

function plainText(value: number | bigint | boolean | null | undefined): string {
  if (value === undefined || value === null) return 'null';
  if (typeof value === 'boolean') return String(value);
  // The value passes through JSON and go-yaml, for which a whole number of up to 64 bits is an integer.
  const digits = String(value);
  if (Number.isSafeInteger(value)) return digits;
  if (WHOLE.test(digits) && BigInt(digits) >= -(2n ** 63n) && BigInt(digits) < 2n ** 64n) return digits;
  const number = Number(value);
  if (!Number.isFinite(number)) throw new RangeError(`json: unsupported value: ${formatGoFloat(number, 64)}`);
  return formatGoFloat(number, 64);
}

function isSimpleKey(key: string): boolean {
  if (key.length * 3 <= LONGEST_KEY) return !BREAKS.test(key);
  return !BREAKS.test(key) && new TextEncoder().encode(key).length <= LONGEST_KEY;
}

const WHOLE = /^-?\d+$/;

const BREAKS = /[\n\r\u0085\u2028\u2029]/;

/** `Array.isArray` does not tell a read-only list from an object. */
function isList(value: object): value is readonly Json[] {
  return Array.isArray(value);
}
