/**
 * The words in which rules between fields are said as JSON Schemas. A rule is put as "when this, then that", because editors show the broken
 * "that" at its place; of a schema that must not match they can only say so.
 */
import type { Json, JsonObject } from './schema.ts';

/** The fields are there. */
export function present(...fields: readonly string[]): JsonObject {
  return { required: fields };
}

/** The field is there, and its value is like this. */
export function having(field: string, schema: Json): JsonObject {
  return { properties: { [field]: schema }, required: [field] };
}

/** The field's value is like this, if it is there. */
export function where(field: string, schema: Json): JsonObject {
  return { properties: { [field]: schema } };
}

/** None of the fields is there. */
export function without(...fields: readonly string[]): JsonObject {
  return { properties: Object.fromEntries(fields.map((field) => [field, false])) };
}

/** What holds when something else does, and what when it does not. */
export function when(condition: JsonObject, consequence: JsonObject, otherwise?: JsonObject): JsonObject {
  return { if: condition, then: consequence, ...(otherwise === undefined ? {} : { else: otherwise }) };
}

/** The text of a selector does not call `global()`. */
export function withoutGlobal(field: string): JsonObject {
  return where(field, { not: { pattern: 'global\\(' } });
}
