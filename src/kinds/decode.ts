/**
 * Reads an untyped document into a schema, with the verdicts and words of the Go decoder (encoding/json with unknown fields disallowed,
 * behind sigs.k8s.io/yaml): field names match case-insensitively, numbers and booleans become strings where a string is wanted, the
 * first problem in bytewise key order is the reported one, unless a scalar with a decoder of its own is wrong. Unlike Go, all problems
 * are collected.
 */
import type { InputMap, InputNode, Position } from './node.ts';
import { goStringOf } from './node.ts';
import type { Field, Json, JsonObject, Schema, StructSchema } from './schema.ts';
import { canonicalStruct, zeroOf } from './canonical.ts';
import { CodecError, goTypeOf } from './schema.ts';

/** A reason why a document does not fit its type. */
export interface DecodeProblem {
  /** the Go decoder's text, e.g. `json: unknown field "foo"` */
  readonly message: string;
  readonly path: string;
  readonly at: Position;
  /** for an unknown field: its name, and the known names at that place */
  readonly unknown?: { readonly field: string; readonly known: readonly string[] };
  /** for a value that was refused: what it was, and what was wanted */
  readonly refused?: { readonly node: InputNode; readonly schema: Schema };
}
/** A key that was accepted although its case is wrong. */
export interface MiscasedKey {
  readonly given: string;
  readonly field: string;
  readonly path: string;
  readonly at: Position;
}
export interface Decoded {
  readonly value: JsonObject;
  readonly problems: readonly DecodeProblem[];
  readonly miscased: readonly MiscasedKey[];
  /** position of every field that was given, by JSON path without list indexes and with them */
  readonly positions: ReadonlyMap<string, Position>;
}

/** Decodes a map into a struct. `coerce` is off inside a top-level sequence, as in the Go tool. */
export function decodeStruct(schema: StructSchema, node: InputMap, options: { readonly coerce: boolean }): Decoded {
  const decoder = new Decoder(options.coerce);
  const value = decoder.struct(schema, node, { struct: schema.name, fields: '', path: '' });
  return {
    value: canonicalStruct(schema, value),
    problems: decoder.problemsInOrder(),
    miscased: decoder.miscased,
    positions: decoder.positions,
  };
}

/** Where the decoder is: the innermost struct, the field path as Go prints it, and the exact path with list indexes. */
interface Place {
  readonly struct: string;
  readonly fields: string;
  readonly path: string;
}

class Decoder {
  readonly problems: DecodeProblem[] = [];
  /** the first problem found by a codec: Go's decoder ends there, and forgets what it noted before */
  private final: DecodeProblem | undefined;
  readonly miscased: MiscasedKey[] = [];
  readonly positions = new Map<string, Position>();
  readonly coerce: boolean;
  constructor(coerce: boolean) {
    this.coerce = coerce;
  }

  /** All problems; the one that the Go decoder reports comes first. */
  problemsInOrder(): readonly DecodeProblem[] {
    const { final } = this;
    return final === undefined ? this.problems : [final, ...this.problems.filter((problem) => problem !== final)];
  }

  struct(schema: StructSchema, node: InputMap, place: Place): JsonObject {
    const out: { [key: string]: Json } = {};
    const names = fieldNames(schema);
    for (const { key, keyAt, value } of node.entries) {
      const name =
        schema.fields[key] !== undefined && Object.hasOwn(schema.fields, key) ? key : names.get(key.toLowerCase());
      const known = name === undefined ? undefined : schema.fields[name];
      const path = place.path === '' ? (name ?? key) : `${place.path}.${name ?? key}`;
      if (known === undefined || name === undefined) {
        const fields = Object.keys(schema.fields);
        this.problems.push({
          message: `json: unknown field "${key}"`,
          path,
          at: keyAt,
          unknown: { field: key, known: fields },
        });
        continue;
      }
      if (name !== key) this.miscased.push({ given: key, field: name, path, at: keyAt });
      this.positions.set(path, keyAt);
      const inside = known.embedded === undefined ? name : `${known.embedded}.${name}`;
      const here: Place = {
        struct: schema.name,
        fields: place.fields === '' ? inside : `${place.fields}.${inside}`,
        path,
      };
      const item = this.value(known.schema, value, here, this.coerce && known.embedded === undefined, known);
      if (item !== undefined) out[name] = item;
    }
    return out;
  }

  /** The decoded value; undefined when nothing is to be set (null, or a problem was noted). */
  value(schema: Schema, node: InputNode, place: Place, coerce: boolean, known?: Field): Json | undefined {
    if (schema.type === 'pointer')
      return node.type === 'null' ? undefined : this.value(schema.to, node, place, coerce, known);
    if (node.type === 'null') return schema.type === 'raw' ? null : undefined;
    switch (schema.type) {
      case 'text':
        if (node.type === 'string') return node.text;
        if (node.type === 'map' || node.type === 'list' || !coerce) return this.refuse(schema, node, place);
        return goStringOf(node);
      case 'bool':
        return node.type === 'bool' ? node.text === 'true' : this.refuse(schema, node, place);
      case 'int':
        return this.integer(schema.go, schema, node, place);
      case 'float':
        return node.type === 'int' || node.type === 'float' ? Number(node.text) : this.refuse(schema, node, place);
      case 'codec':
        try {
          return schema.codec.decode({ type: node.type, text: 'text' in node ? node.text : '' });
        } catch (error) {
          if (!(error instanceof CodecError)) throw error;
          if (error.mismatch) this.mismatch(error.mismatch.got, error.mismatch.want, { schema, node }, place);
          else this.problems.push({ message: error.message, path: place.path, at: node.at, refused: { schema, node } });
          this.final ??= this.problems.at(-1);
          return undefined;
        }
      case 'list': {
        if (node.type !== 'list') return this.refuse(schema, node, place);
        const items: Json[] = [];
        node.items.forEach((item, index) => {
          const path = `${place.path}[${index}]`;
          this.positions.set(path, item.at);
          const value = this.value(schema.item, item, { ...place, path }, coerce);
          items.push(value ?? emptyItem(schema.item));
        });
        return items;
      }
      case 'map': {
        if (node.type !== 'map') return this.refuse(schema, node, place);
        const out: { [key: string]: Json } = {};
        for (const { key, keyAt, value } of node.entries) {
          const path = `${place.path}.${key}`;
          this.positions.set(path, keyAt);
          const item = this.value(schema.value, value, { ...place, path }, coerce);
          out[key] = item ?? emptyItem(schema.value);
        }
        return out;
      }
      case 'struct':
        return node.type === 'map'
          ? this.struct(schema, node, { ...place, struct: schema.name })
          : this.refuse(schema, node, place);
      case 'raw':
        return plainJson(node);
    }
  }

  integer(go: string, schema: Schema, node: InputNode, place: Place): Json | undefined {
    if (node.type !== 'int' && node.type !== 'float') return this.refuse(schema, node, place);
    const range = INTEGER_RANGES[go];
    const number = /^-?\d+$/.test(node.text) ? BigInt(node.text) : undefined;
    if (number === undefined || range === undefined || number < range[0] || number > range[1])
      return this.mismatch(`number ${node.text}`, go, { schema, node }, place);
    return Number.isSafeInteger(Number(number)) ? Number(number) : number;
  }

  refuse(schema: Schema, node: InputNode, place: Place): undefined {
    return this.mismatch(goInputType(node), goTypeOf(schema), { schema, node }, place);
  }

  mismatch(got: string, want: string, refused: NonNullable<DecodeProblem['refused']>, place: Place): undefined {
    const message = `json: cannot unmarshal ${got} into Go struct field ${place.struct}.${place.fields} of type ${want}`;
    this.problems.push({ message, path: place.path, at: refused.node.at, refused });
    return undefined;
  }
}

const INTEGER_RANGES: Readonly<Record<string, readonly [bigint, bigint]>> = {
  int: [-(2n ** 63n), 2n ** 63n - 1n],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  uint8: [0n, 255n],
  uint16: [0n, 65535n],
  uint32: [0n, 2n ** 32n - 1n],
  uint64: [0n, 2n ** 64n - 1n],
};

const nameTables = new WeakMap<StructSchema, ReadonlyMap<string, string>>();

/** Field names by their lower-case form. */
function fieldNames(schema: StructSchema): ReadonlyMap<string, string> {
  let names = nameTables.get(schema);
  if (names === undefined) {
    names = new Map(Object.keys(schema.fields).map((name) => [name.toLowerCase(), name]));
    nameTables.set(schema, names);
  }
  return names;
}

/** What stands in a list or map for an item that is null or was refused. */
function emptyItem(schema: Schema): Json {
  return schema.type === 'struct' ? {} : zeroOf(schema);
}

function goInputType(node: InputNode): string {
  switch (node.type) {
    case 'map':
      return 'object';
    case 'list':
      return 'array';
    case 'int':
    case 'float':
      return 'number';
    default:
      return node.type;
  }
}

/** An untyped node as plain JSON. */
export function plainJson(node: InputNode): Json {
  switch (node.type) {
    case 'map':
      return Object.fromEntries(node.entries.map(({ key, value }) => [key, plainJson(value)]));
    case 'list':
      return node.items.map(plainJson);
    case 'string':
      return node.text;
    case 'bool':
      return node.text === 'true';
    case 'null':
      return null;
    case 'int': {
      const number = Number(node.text);
      return Number.isSafeInteger(number) ? number : BigInt(node.text);
    }
    case 'float':
      return Number(node.text);
  }
}

/** Plain JSON as an untyped node without positions, so that patched objects pass the same strict decoder. */
export function inputNode(value: Json | undefined, at: Position = { line: 0, column: 0 }): InputNode {
  if (value === undefined || value === null) return { type: 'null', text: '', source: '', quoted: false, at };
  if (Array.isArray(value)) return { type: 'list', items: value.map((item: Json) => inputNode(item, at)), at };
  if (typeof value === 'object') {
    const entries = Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map(([key, item]) => ({ key, keyAt: at, value: inputNode(item, at), quotedKey: true }));
    return { type: 'map', entries, at };
  }
  const text = String(value);
  const type =
    typeof value === 'string' ? 'string' : typeof value === 'boolean' ? 'bool' : /^-?\d+$/.test(text) ? 'int' : 'float';
  return { type, text, source: text, quoted: type === 'string', at };
}
