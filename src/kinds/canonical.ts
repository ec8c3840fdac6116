/** The canonical JSON form of values: what Go's encoding/json writes for the types that a schema describes. */
import type { CodecInput, Json, JsonObject, Schema, StructSchema } from './schema.ts';
import { bytewise, goTypeOf, isJsonObject } from './schema.ts';

/** Whether a canonical value is its type's zero value (nil, "", 0, false, empty list or map; a struct when all its parts are zero). */
export function isZero(schema: Schema, value: Json | undefined): boolean {
  if (value === undefined || value === null) return true;
  switch (schema.type) {
    case 'pointer':
    case 'raw':
      return false;
    case 'text':
    case 'codec':
      return value === '' || value === 0;
    case 'bool':
      return value === false;
    case 'int':
    case 'float':
      return value === 0 || value === 0n;
    case 'list':
      return Array.isArray(value) && value.length === 0;
    case 'map':
      return isJsonObject(value) && Object.keys(value).length === 0;
    case 'struct':
      return (
        isJsonObject(value) &&
        Object.keys(schema.fields).every((key) => isZero(schema.fields[key]?.schema ?? schema, value[key]))
      );
  }
}

/** What Go writes for a type's zero value when the field is not left out. */
export function zeroOf(schema: Schema): Json {
  switch (schema.type) {
    case 'text':
      return '';
    case 'bool':
      return false;
    case 'int':
    case 'float':
      return 0;
    case 'struct':
      return canonicalStruct(schema, {});
    case 'codec':
      return schema.codec.zero;
    default:
      return null;
  }
}

/**
 * Brings a value that is already of the right type into canonical form: keys in declared order, unknown keys dropped, zero values left
 * out as Go's `omitempty` does. This is how stored objects are read and how changed ones are written.
 *
 * @throws {TypeError} when a value cannot be of its type (a stored object that the Go client could not decode either)
 */
export function canonical(schema: Schema, value: Json): Json {
  switch (schema.type) {
    case 'pointer':
      return canonical(schema.to, value);
    case 'struct':
      if (!isJsonObject(value)) throw mismatch(schema, value);
      return canonicalStruct(schema, value);
    case 'list':
      if (!Array.isArray(value)) throw mismatch(schema, value);
      return value.map((item: Json) => canonical(schema.item, item));
    case 'map': {
      if (!isJsonObject(value)) throw mismatch(schema, value);
      const out: { [key: string]: Json } = {};
      for (const key of Object.keys(value).sort(bytewise)) {
        const item = value[key];
        out[key] = item === undefined || item === null ? zeroOf(schema.value) : canonical(schema.value, item);
      }
      return out;
    }
    case 'codec':
      return schema.codec.decode(codecInput(value));
    case 'text':
      if (typeof value !== 'string') throw mismatch(schema, value);
      return value;
    case 'bool':
      if (typeof value !== 'boolean') throw mismatch(schema, value);
      return value;
    case 'int':
    case 'float':
      if (typeof value !== 'number' && typeof value !== 'bigint') throw mismatch(schema, value);
      return value;
    case 'raw':
      return value;
  }
}

/** {@link canonical} for a struct. */
export function canonicalStruct(schema: StructSchema, value: JsonObject): JsonObject {
  const out: { [key: string]: Json } = {};
  for (const key of Object.keys(schema.fields)) {
    const known = schema.fields[key];
    if (known === undefined) continue;
    let item = value[key];
    if (item === undefined || item === null) {
      if (known.schema.type === 'struct') item = {};
      else {
        if (known.always) out[key] = zeroOf(known.schema);
        continue;
      }
    }
    const form = canonical(known.schema, item);
    if (!known.always) {
      if (known.schema.type === 'struct' ? known.omitZero && isZero(known.schema, form) : isZero(known.schema, form))
        continue;
    }
    out[key] = form;
  }
  return out;
}

function codecInput(value: Json): CodecInput {
  if (typeof value === 'string') return { type: 'string', text: value };
  if (typeof value === 'boolean') return { type: 'bool', text: String(value) };
  if (typeof value === 'number') return { type: Number.isInteger(value) ? 'int' : 'float', text: String(value) };
  if (typeof value === 'bigint') return { type: 'int', text: String(value) };
  return { type: value === null ? 'null' : Array.isArray(value) ? 'list' : 'map', text: '' };
}

function mismatch(schema: Schema, value: Json): TypeError {
  return new TypeError(`json: cannot unmarshal ${jsonTypeOf(value)} into Go value of type ${goTypeOf(schema)}`);
}

/** The Go decoder's name for the type of a JSON value. */
export function jsonTypeOf(value: Json): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'bigint') return 'number';
  return value === null ? 'null' : typeof value;
}
