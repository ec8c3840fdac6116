import type { Json, JsonObject } from './schema.ts';
import { bytewise } from './schema.ts';

/** Kubernetes ObjectMeta as calicoctl shows it; absent fields are left out. */
export interface Metadata {
  readonly name?: string;
  readonly generateName?: string;
  readonly namespace?: string;
  readonly selfLink?: string;
  readonly uid?: string;
  /** opaque; in etcd the key's mod revision */
  readonly resourceVersion?: string;
  readonly generation?: number;
  /** RFC 3339, UTC, seconds */
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly deletionGracePeriodSeconds?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly JsonObject[];
  readonly finalizers?: readonly string[];
  readonly managedFields?: readonly JsonObject[];
}

/** A Calico object in canonical form: spec and status have their keys in declared order and zero values left out. */
export interface Resource {
  readonly kind: string;
  readonly apiVersion: string;
  readonly metadata: Metadata;
  readonly spec: JsonObject;
  readonly status?: JsonObject;
}

/** What `get KIND` yields. */
export interface ResourceList {
  /** `IPPoolList` */
  readonly kind: string;
  readonly apiVersion: string;
  readonly metadata: { readonly resourceVersion: string };
  readonly items: readonly Resource[];
}

/** Names one object. */
export interface Ref {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

export const API_VERSION = 'projectcalico.org/v3';

/** The Go client's name for an object in messages: `Kind(name)` or `Kind(namespace/name)`. */
export function identifier(ref: Ref): string {
  return ref.namespace === undefined || ref.namespace === ''
    ? `${ref.kind}(${ref.name})`
    : `${ref.kind}(${ref.namespace}/${ref.name})`;
}

export function refOf(resource: Resource): Ref {
  const { name = '', namespace } = resource.metadata;
  return namespace === undefined ? { kind: resource.kind, name } : { kind: resource.kind, name, namespace };
}

/** Metadata keys in the order in which Go writes them. */
const METADATA_ORDER: readonly (keyof Metadata)[] = [
  'name',
  'generateName',
  'namespace',
  'selfLink',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'labels',
  'annotations',
  'ownerReferences',
  'finalizers',
  'managedFields',
];

/** What {@link canonicalMetadata} gave: it would give the same again. */
const canonicalForms = new WeakSet<Metadata>();

/** Metadata in declared order, empty parts left out, maps sorted by key. */
export function canonicalMetadata(metadata: Metadata): Metadata {
  if (canonicalForms.has(metadata)) return metadata;
  const out: { [key: string]: unknown } = {};
  for (const key of METADATA_ORDER) {
    const value = metadata[key];
    if (value === undefined || value === '' || value === 0) continue;
    if (Array.isArray(value) && value.length === 0) continue;
    if (key === 'labels' || key === 'annotations') {
      const entries = Object.entries(value).sort(([a], [b]) => bytewise(a, b));
      if (entries.length > 0) out[key] = Object.fromEntries(entries);
    } else out[key] = value;
  }
  canonicalForms.add(out);
  return out;
}

/** The object as JSON in Go's field order: kind, apiVersion, metadata, spec, status. */
export function resourceJson(resource: Resource | ResourceList): Json {
  const { kind, apiVersion } = resource;
  if ('items' in resource)
    return { kind, apiVersion, metadata: { ...resource.metadata }, items: resource.items.map(resourceJson) };
  const metadata = metadataJson(resource.metadata);
  return resource.status === undefined
    ? { kind, apiVersion, metadata, spec: resource.spec }
    : { kind, apiVersion, metadata, spec: resource.spec, status: resource.status };
}

/** {@link canonicalMetadata} as JSON, which the compiler does not see in an interface. */
export function metadataJson(metadata: Metadata): JsonObject;
export function metadataJson(metadata: Metadata): unknown {
  return canonicalMetadata(metadata);
}
