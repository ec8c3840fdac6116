/** Writes as data: what they change, whether they were made, and how resources look with or without them. */
import type { Metadata, Resource } from '../../kinds/resource.ts';
import type { Json, JsonObject } from '../../kinds/schema.ts';

export const API_VERSION = 'projectcalico.org/v3';

/** The object with the settings that hold for the whole cluster. */
export const CONFIGURATION = { kind: 'BGPConfiguration', name: 'default' } as const;

/** A value that changes. null: there is none. */
export interface FieldChange {
  /** names of the keys that lead to it, from the top of the object */
  readonly path: readonly string[];
  readonly before: Json;
  readonly after: Json;
}

/** What a write makes or takes away. */
export interface PlannedObject {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: JsonObject;
}

export type Write = { readonly kind: string; readonly name: string } & (
  | { readonly action: 'create' | 'delete'; readonly object: PlannedObject }
  | { readonly action: 'update'; readonly changes: readonly FieldChange[] }
);

/** `before` and `after`: as if the write were not, or were, made. `other`: neither. */
export type WriteState = 'before' | 'after' | 'other';

/** `Kind(name)`. */
export const idOf = ({ kind, name }: { readonly kind: string; readonly name: string }): string => `${kind}(${name})`;

/** The same write backwards. */
export function undone(write: Write): Write {
  const { kind, name } = write;
  if (write.action !== 'update')
    return { kind, name, action: write.action === 'create' ? 'delete' : 'create', object: write.object };
  const changes = write.changes.map(({ path, before, after }) => ({ path, before: after, after: before }));
  return { kind, name, action: 'update', changes };
}

/** Which state a stored object is in; undefined: there is none. Objects that a write makes are compared in their spec. */
export function stateOf(write: Write, stored: Resource | undefined): WriteState {
  if (write.action !== 'update') {
    const there = write.action === 'create' ? 'after' : 'before';
    if (stored === undefined) return there === 'after' ? 'before' : 'after';
    return sameJson(stored.spec, write.object.spec) ? there : 'other';
  }
  if (stored === undefined) return 'other';
  const all = (side: 'before' | 'after'): boolean =>
    write.changes.every((change) => sameJson(valueAt(stored, change.path), change[side]));
  return all('after') ? 'after' : all('before') ? 'before' : 'other';
}

/** The object with the write made; undefined where the write takes it away. */
export function written(write: Write, stored: Resource | undefined): Resource | undefined {
  switch (write.action) {
    case 'create': {
      const { kind, name, object } = write;
      const { labels, annotations, spec } = object;
      const metadata: Metadata = {
        name,
        ...(Object.keys(labels).length === 0 ? {} : { labels }),
        ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
      };
      return { kind, apiVersion: API_VERSION, metadata, spec };
    }
    case 'delete':
      return undefined;
    case 'update':
      return stored === undefined
        ? undefined
        : write.changes.reduce((resource, { path, after }) => withValue(resource, path, after), stored);
  }
}

/** Resources with the writes made, one after the other. */
export function withWrites(resources: readonly Resource[], writes: readonly Write[]): readonly Resource[] {
  const all = new Map(resources.map((resource) => [idOf(named(resource)), resource]));
  for (const write of writes) {
    const id = idOf(write);
    const next = written(write, all.get(id));
    if (next === undefined) all.delete(id);
    else all.set(id, next);
  }
  return [...all.values()];
}

/** Kind and name of a resource. */
export function named({ kind, metadata: { name = '' } }: Resource): { readonly kind: string; readonly name: string } {
  return { kind, name };
}

/** Makes an update of the values that differ; undefined when none does. */
export function updateOf(
  stored: Resource,
  values: readonly (readonly [path: readonly string[], after: Json])[],
): Write | undefined {
  const changes = values.flatMap(([path, after]): readonly FieldChange[] => {
    const before = valueAt(stored, path);
    return sameJson(before, after) ? [] : [{ path, before, after }];
  });
  return changes.length === 0 ? undefined : { ...named(stored), action: 'update', changes };
}

/** The value at a path; null when there is none. */
export function valueAt(resource: Resource, path: readonly string[]): Json {
  let value: unknown = resource;
  for (const key of path) value = isObject(value) ? value[key] : undefined;
  return isJson(value) ? value : null;
}

function withValue(resource: Resource, path: readonly string[], value: Json): Resource {
  const [part, ...rest] = path;
  if (part === 'spec') return { ...resource, spec: set(resource.spec, rest, value) };
  if (part !== 'metadata' || rest[0] !== 'labels') throw new TypeError(`not a place to write: ${path.join('.')}`);
  const { labels: _, ...metadata } = resource.metadata;
  const changed = set(resource.metadata.labels ?? {}, rest.slice(1), value);
  const labels: Record<string, string> = {};
  for (const [key, text] of Object.entries(changed)) if (typeof text === 'string') labels[key] = text;
  return { ...resource, metadata: Object.keys(labels).length === 0 ? metadata : { ...metadata, labels } };
}

function set(object: JsonObject, path: readonly string[], value: Json): JsonObject {
  const [key = '', ...rest] = path;
  const { [key]: old, ...others } = object;
  if (rest.length === 0) return value === null ? others : { ...object, [key]: value };
  return { ...object, [key]: set(isObject(old) ? old : {}, rest, value) };
}

/** Whether two values are the same, whatever the order of their keys. */
export function sameJson(a: Json | undefined, b: Json | undefined): boolean {
  return stableText(a) === stableText(b);
}

/** The value as text that does not depend on the order of keys. */
export function stableText(value: Json | undefined): string {
  if (isList(value)) return `[${value.map(stableText).join(',')}]`;
  if (isObject(value)) {
    const keys = Object.keys(value).filter((key) => value[key] !== undefined);
    return `{${keys
      .sort()
      .map((key) => `${JSON.stringify(key)}:${stableText(value[key])}`)
      .join(',')}}`;
  }
  return typeof value === 'bigint' ? String(value) : JSON.stringify(value ?? null);
}

const isList = (value: unknown): value is readonly Json[] => Array.isArray(value);
const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function isJson(value: unknown): value is Json {
  return value !== undefined && typeof value !== 'function' && typeof value !== 'symbol';
}
