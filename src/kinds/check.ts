/**
 * The general checks of an object. Two layers, as in the Go client: struct tags and struct validators ("client checks"), then the OpenAPI
 * and CEL rules of Calico's CustomResourceDefinitions ("schema checks"), which run in the client where there is no API server.
 */
import { isCidrFormat } from '../net/cidr.ts';
import { goValue } from './go-value.ts';
import type { Kind } from './kind.ts';
import { checkMetadata } from './metadata.ts';
import type { Resource } from './resource.ts';
import type { Field, FieldProblem, Json, JsonObject, Report, Schema, StructSchema } from './schema.ts';
import { canonicalStruct, isZero, zeroOf } from './canonical.ts';
import { isJsonObject } from './schema.ts';
import { satisfiesTag, tagReason } from './tags.ts';

/**
 * Struct tags and struct validators, in the Go client's order: metadata, then spec and status in field order, then what concerns the object
 * as a whole: the names and labels that its kind allows.
 */
export function clientProblems(kind: Kind, resource: Resource): readonly FieldProblem[] {
  const problems: FieldProblem[] = [...checkMetadata(resource)];
  const report: Report = (problem) => problems.push(problem);
  checkStruct(kind.spec, resource.spec, report, 'spec');
  if (kind.status !== undefined && resource.status !== undefined)
    checkStruct(kind.status.schema, resource.status, report, 'status');
  problems.push(...(kind.checkName?.(resource.metadata.name ?? '') ?? []), ...(kind.checkMetadata?.(resource) ?? []));
  return problems;
}

function checkStruct(schema: StructSchema, value: JsonObject, report: Report, path: string): void {
  for (const [key, { go, schema: inner, tags = [], tagsOnZero = false }] of Object.entries(schema.fields)) {
    const item = value[key];
    const here = `${path}.${key}`;
    const failed = failedTag(inner, item, tags, tagsOnZero);
    if (failed !== undefined) report(tagProblem(go, inner, item, failed, here));
    else descend(inner, item, go, report, here);
  }
  schema.check?.(value, report, path);
}

function descend(schema: Schema, value: Json | undefined, go: string, report: Report, path: string): void {
  if (value === undefined || value === null) return;
  if (schema.type === 'pointer') descend(schema.to, value, go, report, path);
  else if (schema.type === 'codec') schema.check?.(value, report, path);
  else if (schema.type === 'struct' && isJsonObject(value)) checkStruct(schema, value, report, path);
  else if (schema.type === 'list' && Array.isArray(value)) {
    const { item, itemTags = [], dive } = schema;
    value.forEach((element: Json, index) => {
      const here = `${path}[${index}]`;
      const failed = failedTag(item, element, itemTags, true);
      if (failed !== undefined) report(tagProblem(`${go}[${index}]`, item, element, failed, here));
      else if (dive) descend(item, element, `${go}[${index}]`, report, here);
    });
  }
}

function failedTag(
  schema: Schema,
  value: Json | undefined,
  tags: readonly string[],
  onZero: boolean,
): string | undefined {
  if (tags.length === 0) return undefined;
  const absent = schema.type === 'list' ? value === undefined || value === null : isZero(schema, value);
  if (absent && tags.includes('required')) return 'required';
  if (absent && !onZero) return undefined;
  return tags.find((tag) => tag !== 'required' && !satisfiesTag(tag, value ?? zeroOf(schema)));
}

function tagProblem(name: string, schema: Schema, value: Json | undefined, tag: string, path: string): FieldProblem {
  const [label = ''] = tag.split('=');
  return {
    name,
    value: goValue(schema, value),
    reason: tagReason(name, label),
    path,
  };
}

/** A finding of the CRD schema: the client's words, and the words of a Kubernetes API server. */
export interface SchemaProblem extends FieldProblem {
  /** `<field>: <detail>` as the API server lists it */
  readonly server: string;
  /** the API server does not run CEL rules after such a finding */
  readonly stopsRules: boolean;
  /** comes from a CEL rule */
  readonly rule?: true;
}

/**
 * OpenAPI findings, then CEL findings, of an object that has its schema defaults.
 * `rangesOfInt32` adds what the Go client's library checks and API servers do not: AS numbers against int32, and maxima that only the
 * newer definitions have.
 */
export function schemaProblems(
  kind: Kind,
  resource: Resource,
  options: { readonly rangesOfInt32: boolean },
): readonly SchemaProblem[] {
  if (!kind.crd) return [];
  const walk = new SchemaWalk(kind.name, options.rangesOfInt32);
  walk.openApi(kind.spec, resource.spec, 'spec');
  if (kind.status !== undefined && resource.status !== undefined)
    walk.openApi(kind.status.schema, resource.status, 'status');
  for (const { message, reason, ...rule } of kind.rules ?? [])
    if (!rule.test(resource))
      walk.add({
        name: kind.name,
        reason: message,
        path: 'spec',
        server: `<nil>: ${reason === undefined ? 'Invalid value: "object"' : REASONS[reason]}: ${message}`,
        stopsRules: false,
        rule: true,
      });
  walk.cel(kind.spec, resource.spec, 'spec');
  return walk.problems;
}

/** What both layers say against a struct, wherever it stands. Paths begin with `self`. */
export function structProblems(schema: StructSchema, value: JsonObject): readonly FieldProblem[] {
  const given = canonicalStruct(schema, value);
  const problems: FieldProblem[] = [];
  checkStruct(schema, given, (problem) => problems.push(problem), 'self');
  const filled = withSchemaDefaults(schema, given);
  const walk = new SchemaWalk(schema.name, true);
  walk.openApi(schema, filled, 'self');
  walk.cel(schema, filled, 'self');
  return [...problems, ...walk.problems];
}

/** How an API server introduces a rule's message. */
const REASONS = { Forbidden: 'Forbidden', Required: 'Required value' } as const;

class SchemaWalk {
  readonly problems: SchemaProblem[] = [];
  readonly kind: string;
  readonly int32: boolean;
  constructor(kind: string, int32: boolean) {
    this.kind = kind;
    this.int32 = int32;
  }

  add(problem: SchemaProblem): void {
    this.problems.push(problem);
  }

  /** A finding whose client text names the path and whose server text quotes the value. */
  body(path: string, value: Json, text: string, stopsRules = false): void {
    const reason = `${path} in body ${text}`;
    const shown = typeof value === 'bigint' ? String(value) : JSON.stringify(value);
    this.add({ name: path, reason, path, server: `${path}: Invalid value: ${shown}: ${reason}`, stopsRules });
  }

  openApi(schema: Schema, value: Json | undefined, path: string, allOf?: Field['allOf']): void {
    if (value === undefined) return;
    switch (schema.type) {
      case 'pointer':
        this.openApi(schema.to, value, path, allOf);
        return;
      case 'text':
        if (typeof value === 'string') this.text(schema, value, path, allOf);
        return;
      case 'int':
        if (typeof value !== 'number' && typeof value !== 'bigint') return;
        if (schema.min !== undefined && value < schema.min)
          this.body(path, value, `should be greater than or equal to ${schema.min}`);
        if (schema.max !== undefined && value > schema.max && (this.int32 || !schema.maxLeftToServer))
          this.body(path, value, `should be less than or equal to ${schema.max}`);
        if (schema.enum !== undefined && !schema.enum.includes(Number(value)))
          this.unsupported(path, String(value), schema.enum);
        if (schema.int32) this.formatInt32(value, path);
        return;
      case 'codec':
        if (schema.pattern !== undefined && typeof value === 'string' && !schema.pattern.test.test(value))
          this.body(path, value, `should match '${schema.pattern.text}'`);
        if (schema.int32) this.formatInt32(value, path);
        return;
      case 'list':
        this.list(schema, value, path);
        return;
      case 'map':
        if (isJsonObject(value))
          for (const key of Object.keys(value)) this.openApi(schema.value, value[key], `${path}.${key}`);
        return;
      case 'struct':
        if (isJsonObject(value)) this.struct(schema, value, path);
        break;
      default:
        break;
    }
  }

  private text(schema: Extract<Schema, { type: 'text' }>, value: string, path: string, allOf: Field['allOf']): void {
    if (schema.maxLength !== undefined && [...value].length > schema.maxLength) {
      const reason = `may not be more than ${schema.maxLength} bytes`;
      this.add({ name: path, reason, path, server: `${path}: Too long: ${reason}`, stopsRules: true });
    }
    if (schema.minLength !== undefined && [...value].length < schema.minLength)
      this.body(path, value, `should be at least ${schema.minLength} chars long`);
    if (schema.pattern !== undefined && !schema.pattern.test.test(value))
      this.body(path, value, `should match '${schema.pattern.text}'`);
    if (schema.format === 'cidr' && !isCidrFormat(value)) this.body(path, value, `must be of type cidr: "${value}"`);
    if (schema.enum === undefined) return;
    const enums = Array.isArray(allOf) ? [allOf, schema.enum] : [schema.enum];
    const broken = enums.filter((allowed) => !allowed.includes(value));
    for (const allowed of broken) this.unsupported(path, JSON.stringify(value), allowed);
    if (allOf !== undefined && broken.length > 0) {
      const none = broken.length === enums.length ? '. None validated' : '';
      const all = `"${path}" must validate all the schemas (allOf)${none}`;
      this.add({ name: this.kind, reason: all, path, server: `<nil>: Invalid value: "": ${all}`, stopsRules: true });
    }
  }

  private unsupported(path: string, shown: string, allowed: readonly (string | number)[]): void {
    const reason = `supported values: ${allowed.map((item) => `"${item}"`).join(', ')}`;
    this.add({ name: path, reason, path, server: `${path}: Unsupported value: ${shown}: ${reason}`, stopsRules: true });
  }

  private formatInt32(value: Json, path: string): void {
    if (!this.int32 || typeof value !== 'number' || value <= 2147483647) return;
    const reason = `Checked value must be of type integer with format int32 in ${path}`;
    const server = `<nil>: Invalid value: "number": ${reason}`;
    this.add({ name: this.kind, reason, path, server, stopsRules: false });
  }

  private list(schema: Extract<Schema, { type: 'list' }>, value: Json, path: string): void {
    if (value === null) this.body(path, value, 'must be of type array: "null"', true);
    if (!Array.isArray(value)) return;
    if (schema.minItems !== undefined && value.length < schema.minItems)
      this.body(path, value.length, `should have at least ${schema.minItems} items`);
    if (schema.maxItems !== undefined && value.length > schema.maxItems)
      this.tooMany(path, value.length, schema.maxItems);
    value.forEach((item: Json, index) => this.openApi(schema.item, item, `${path}[${index}]`));
  }

  private tooMany(path: string, count: number, max: number): void {
    const reason = `must have at most ${max} ${max === 1 ? 'item' : 'items'}`;
    this.add({ name: path, reason, path, server: `${path}: Too many: ${count}: ${reason}`, stopsRules: true });
  }

  private struct(schema: StructSchema, value: JsonObject, path: string): void {
    const count = Object.keys(value).length;
    if (schema.minProperties !== undefined && count < schema.minProperties)
      this.body(path, count, `should have at least ${schema.minProperties} properties`);
    if (schema.maxProperties !== undefined && count > schema.maxProperties)
      this.tooMany(path, count, schema.maxProperties);
    for (const [key, known] of Object.entries(schema.fields)) {
      const item = value[key];
      if (item === null && known.schema.type !== 'list' && !isNullable(known.schema))
        this.body(`${path}.${key}`, null, `must be of type ${openApiType(known.schema)}: "null"`, true);
      else this.openApi(known.schema, item, `${path}.${key}`, known.allOf);
    }
  }

  cel(schema: Schema, value: Json | undefined, path: string): void {
    if (value === undefined || value === null) return;
    if (schema.type === 'pointer') this.cel(schema.to, value, path);
    else if (schema.type === 'list' && Array.isArray(value))
      value.forEach((item: Json, index) => this.cel(schema.item, item, `${path}[${index}]`));
    else if (schema.type === 'struct' && isJsonObject(value)) {
      for (const { message, reason, ...rule } of schema.rules ?? []) {
        const verdict = rule.test(value);
        if (verdict === true) continue;
        const text = verdict === false ? message : `${verdict} evaluating rule: ${message}`;
        const prefix = verdict === false && reason !== undefined ? REASONS[reason] : 'Invalid value: "object"';
        this.add({
          name: path,
          reason: text,
          path,
          server: `${path}: ${prefix}: ${text}`,
          stopsRules: false,
          rule: true,
        });
      }
      for (const [key, known] of Object.entries(schema.fields)) this.cel(known.schema, value[key], `${path}.${key}`);
    }
  }
}

function isNullable(schema: Schema): boolean {
  return schema.type === 'pointer' ? isNullable(schema.to) : schema.type === 'codec' && schema.nullable === true;
}

function openApiType(schema: Schema): string {
  switch (schema.type) {
    case 'pointer':
      return openApiType(schema.to);
    case 'text':
      return 'string';
    case 'bool':
      return 'boolean';
    case 'int':
      return 'integer';
    case 'codec':
      return schema.codec.expects === 'number' ? 'integer' : schema.codec.expects;
    case 'float':
      return 'number';
    case 'list':
      return 'array';
    default:
      return 'object';
  }
}

/** Fills the defaults that the CRD schema has, wherever the field is absent from the JSON form. */
export function withSchemaDefaults<V extends JsonObject>(schema: StructSchema, value: V): JsonObject {
  const out: { [key: string]: Json | undefined } = { ...value };
  for (const [key, { schema: inner }] of Object.entries(schema.fields)) {
    const item = out[key];
    const filled = item === undefined ? defaultOf(inner) : fill(inner, item);
    if (filled !== undefined) out[key] = filled;
  }
  return out;
}

function fill(schema: Schema, value: Json): Json {
  if (schema.type === 'pointer') return fill(schema.to, value);
  if (schema.type === 'struct' && isJsonObject(value)) return withSchemaDefaults(schema, value);
  if (schema.type === 'list' && Array.isArray(value)) return value.map((item: Json) => fill(schema.item, item));
  return value;
}

function defaultOf(schema: Schema): Json | undefined {
  if (schema.type === 'pointer') return defaultOf(schema.to);
  return 'default' in schema ? schema.default : undefined;
}
