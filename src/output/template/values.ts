/** Calico objects as the Go client holds them: canonical JSON and the kind's schema, seen as Go values. */
import { kindNamed } from '../../kinds/index.ts';
import { objectSchema } from '../../kinds/object.ts';
import type { Resource, ResourceList } from '../../kinds/resource.ts';
import { resourceJson } from '../../kinds/resource.ts';
import type { Field, Json, Schema, StructSchema } from '../../kinds/schema.ts';
import { isJsonObject } from '../../kinds/schema.ts';
import { isMessage, messageString } from './messages.ts';
import { scalarFor } from './scalars.ts';
import type { GoType, StructField, StructType, Value } from './types.ts';
import { ANY, BOOL, FLOAT, intType, mapOf, OBJECT, pointerTo, sliceOf, STRING, structOf, text, zero } from './types.ts';

/** What templates start from: `[]runtime.Object`. */
export function rootOf(roots: readonly (Resource | ResourceList)[]): Value {
  return { kind: 'slice', type: sliceOf(OBJECT), data: roots.map(objectOf) };
}

function objectOf(root: Resource | ResourceList): Value {
  const value = 'items' in root ? listValue(root) : resourceValue(root);
  return { kind: 'interface', type: OBJECT, data: { kind: 'pointer', type: pointerTo(value.type), data: value } };
}

function resourceValue(resource: Resource): Value {
  return valueOf(schemaOf(resource.kind), resourceJson(resource));
}

const LIST_META: StructType = {
  kind: 'struct',
  name: 'v1.ListMeta',
  pointerString: messageString,
  fields: [
    { name: 'SelfLink', type: STRING },
    { name: 'ResourceVersion', type: STRING },
    { name: 'Continue', type: STRING },
    { name: 'RemainingItemCount', type: pointerTo(intType('int64')) },
  ],
};
const TYPE_META: StructType = {
  kind: 'struct',
  name: 'v1.TypeMeta',
  pointerString: messageString,
  fields: [
    { name: 'Kind', type: STRING },
    { name: 'APIVersion', type: STRING },
  ],
};

function listValue(list: ResourceList): Value {
  const schema = schemaOf(list.kind.replace(/List$/, ''));
  const items = sliceOf(typeOf(schema));
  const type: StructType = {
    kind: 'struct',
    name: `${schema.pkg}.${list.kind}`,
    fields: [
      { name: 'TypeMeta', type: TYPE_META, embedded: true },
      { name: 'ListMeta', type: LIST_META, embedded: true },
      { name: 'Items', type: items },
    ],
  };
  const meta = LIST_META.fields.map((field) =>
    field.name === 'ResourceVersion' ? text(list.metadata.resourceVersion) : zero(field.type),
  );
  return structOf(type, [
    structOf(TYPE_META, [text(list.kind), text(list.apiVersion)]),
    structOf(LIST_META, meta),
    { kind: 'slice', type: items, data: list.items.map(resourceValue) },
  ]);
}

/** @throws {TypeError} for a kind that does not exist */
function schemaOf(name: string): StructSchema {
  const kind = kindNamed(name);
  if (kind === undefined) throw new TypeError(`no such kind: ${name}`);
  return objectSchema(kind);
}

/** A field of a Go struct, and where its value stands in the JSON: under a key, or beside the others when it is an embedded struct. */
interface Part extends StructField {
  readonly value: (json: Json) => Value;
}
interface StructView {
  readonly type: StructType;
  readonly parts: readonly Part[];
}

const views = new WeakMap<StructSchema, StructView>();

function viewOf(schema: StructSchema): StructView {
  let view = views.get(schema);
  if (view === undefined) {
    const parts = partsOf(schema);
    const fields = parts.map(({ name, type, embedded }) => ({ name, type, ...(embedded && { embedded }) }));
    const name = `${schema.pkg}.${schema.name}`;
    const type: StructType = { kind: 'struct', name, fields, ...(isMessage(name) && { pointerString: messageString }) };
    view = { type, parts };
    views.set(schema, view);
  }
  return view;
}

function partsOf(schema: StructSchema): readonly Part[] {
  const entries = Object.entries(schema.fields);
  const embedded = new Set<string>();
  return entries.flatMap(([key, field]): readonly Part[] => {
    if (field.embedded === undefined) return [partOf(key, field)];
    if (embedded.has(field.embedded)) return [];
    embedded.add(field.embedded);
    const inside = entries.filter(([, other]) => other.embedded === field.embedded);
    return [embeddedPart(field.embedded, inside)];
  });
}

function partOf(key: string, { go, schema }: Field): Part {
  return {
    name: go,
    type: typeOf(schema),
    ...(go === 'ObjectMeta' && { embedded: true }),
    value: (json) => valueOf(schema, isJsonObject(json) ? json[key] : undefined),
  };
}

/** A struct of Kubernetes inside another one, whose fields stand in the JSON beside the outer one's. */
function embeddedPart(name: string, fields: readonly (readonly [string, Field])[]): Part {
  const own = fields.map(([key, { go, schema }]) => [key, { go, schema }] as const);
  const inner: StructSchema = { type: 'struct', pkg: 'v1', name, fields: Object.fromEntries(own) };
  return { name, type: typeOf(inner), embedded: true, value: (json) => valueOf(inner, json) };
}

const types = new WeakMap<Schema, GoType>();

/** The Go type that a schema describes. */
function typeOf(schema: Schema): GoType {
  let type = types.get(schema);
  if (type === undefined) {
    type = newType(schema);
    types.set(schema, type);
  }
  return type;
}

function newType(schema: Schema): GoType {
  switch (schema.type) {
    case 'text':
      return schema.go === 'string' ? STRING : { kind: 'string', name: schema.go };
    case 'bool':
      return schema.go === 'bool' ? BOOL : { kind: 'bool', name: schema.go };
    case 'int':
      return intType(schema.go);
    case 'float':
      return FLOAT;
    case 'codec':
      return scalarFor(schema).type;
    case 'pointer':
      return pointerTo(typeOf(schema.to));
    case 'list':
      return sliceOf(typeOf(schema.item));
    case 'map':
      return mapOf(typeOf(schema.value));
    case 'raw':
      return ANY;
    case 'struct':
      return viewOf(schema).type;
  }
}

/** A JSON value as a value of the schema's type; what is absent is its zero value. */
function valueOf(schema: Schema, json: Json | undefined): Value {
  const type = typeOf(schema);
  if (json === undefined || json === null) return schema.type === 'struct' ? structValue(schema, {}) : zero(type);
  switch (schema.type) {
    case 'pointer':
      return type.kind === 'pointer' ? { kind: 'pointer', type, data: valueOf(schema.to, json) } : zero(type);
    case 'list':
      if (type.kind !== 'slice' || !Array.isArray(json)) return zero(type);
      return { kind: 'slice', type, data: json.map((item: Json) => valueOf(schema.item, item)) };
    case 'map': {
      if (type.kind !== 'map' || !isJsonObject(json)) return zero(type);
      return {
        kind: 'map',
        type,
        data: new Map(Object.entries(json).map(([key, item]) => [key, valueOf(schema.value, item)])),
      };
    }
    case 'struct':
      return structValue(schema, json);
    case 'codec':
      return scalarFor(schema).value(json);
    case 'raw':
      return { kind: 'interface', type: ANY, data: undefined };
    default:
      return scalarValue(type, json);
  }
}

function structValue(schema: StructSchema, json: Json): Value {
  const { type, parts } = viewOf(schema);
  return { kind: 'struct', type, data: (index) => parts[index]?.value(json) ?? zero(ANY) };
}

function scalarValue(type: GoType, json: Json): Value {
  if (type.kind === 'string' && typeof json === 'string') return { kind: 'string', type, data: json };
  if (type.kind === 'bool' && typeof json === 'boolean') return { kind: 'bool', type, data: json };
  if (type.kind === 'int' && (typeof json === 'number' || typeof json === 'bigint'))
    return { kind: 'int', type, data: BigInt(json) };
  if (type.kind === 'float' && (typeof json === 'number' || typeof json === 'bigint'))
    return { kind: 'float', type, data: Number(json) };
  return zero(type);
}
