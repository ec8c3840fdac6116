/** A kind's whole object as a schema: type meta, metadata, spec, status. */
import type { Kind } from './kind.ts';
import { objectMeta } from './metadata.ts';
import type { Metadata, Resource } from './resource.ts';
import { API_VERSION, canonicalMetadata } from './resource.ts';
import type { Json, JsonObject, StructSchema } from './schema.ts';
import { canonical, canonicalStruct } from './canonical.ts';
import { field, isJsonObject, pointer, struct, text } from './schema.ts';

const schemas = new WeakMap<Kind, StructSchema>();

/** The schema of the document (`Go struct field IPPool.spec …`). */
export function objectSchema(kind: Kind): StructSchema {
  let schema = schemas.get(kind);
  if (schema === undefined) {
    const { status } = kind;
    schema = struct(`${kind.pkg}.${kind.name}`, {
      kind: field('Kind', text(), { embedded: 'TypeMeta' }),
      apiVersion: field('APIVersion', text(), { embedded: 'TypeMeta' }),
      metadata: field('ObjectMeta', objectMeta),
      spec: field('Spec', kind.spec),
      ...(status === undefined
        ? {}
        : { status: field('Status', status.presence === 'pointer' ? pointer(status.schema) : status.schema) }),
    });
    schemas.set(kind, schema);
  }
  return schema;
}

/** The parts of an object that a driver reads from its store. */
export interface ObjectParts {
  readonly metadata: Metadata;
  readonly spec: Json | undefined;
  readonly status: Json | undefined;
}

/**
 * Makes a canonical resource from stored parts; unknown fields are dropped as the Go client drops them.
 * @throws {TypeError} when a value does not fit the kind's types
 */
export function resourceFrom(kind: Kind, parts: ObjectParts): Resource {
  const base = {
    kind: kind.name,
    apiVersion: API_VERSION,
    metadata: canonicalMetadata(parts.metadata),
    spec: canonicalObject(kind.spec, parts.spec),
  };
  const { status } = kind;
  if (status === undefined || (status.presence === 'pointer' && (parts.status === undefined || parts.status === null)))
    return base;
  return { ...base, status: canonicalObject(status.schema, parts.status) };
}

/** The resource with another spec, in canonical form. */
export function withSpec(kind: Kind, resource: Resource, spec: JsonObject): Resource {
  return { ...resource, spec: canonicalStruct(kind.spec, spec) };
}

function canonicalObject(schema: StructSchema, value: Json | undefined): JsonObject {
  const form = canonical(schema, value ?? {});
  return isJsonObject(form) ? form : {};
}
