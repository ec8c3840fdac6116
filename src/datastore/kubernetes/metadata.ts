/**
 * Metadata of Calico's objects in the group `crd.projectcalico.org/v1`: most of it lives in an annotation of the custom resource, as libcalico-go
 * writes it. In the group `projectcalico.org/v3` it is the custom resource's own.
 */
import { goJson, parseJson } from '../../kinds/go-json.ts';
import { objectMeta } from '../../kinds/metadata.ts';
import type { Metadata } from '../../kinds/resource.ts';
import { API_VERSION, canonicalMetadata, metadataJson } from '../../kinds/resource.ts';
import type { Json, JsonObject } from '../../kinds/schema.ts';
import { canonicalStruct } from '../../kinds/canonical.ts';
import { isJsonObject } from '../../kinds/schema.ts';
import { convertUID } from './uid.ts';

/** Holds an object's metadata as JSON. */
export const METADATA_ANNOTATION = 'projectcalico.org/metadata';
export const V1_API_VERSION = 'crd.projectcalico.org/v1';

/** Kinds whose custom resource may have another name than the object (`default.NAME`, before Calico 3.32). */
const KINDS_NAMED_BY_ANNOTATION: ReadonlySet<string> = new Set([
  'NetworkPolicy',
  'GlobalNetworkPolicy',
  'StagedNetworkPolicy',
  'StagedGlobalNetworkPolicy',
]);

/** Keys that belong to Calico stay on the custom resource too, where its components look for them. */
function isCalicoKey(key: string): boolean {
  return key.includes('projectcalico.org/') || key.includes('operator.tigera.io/');
}

/** The metadata of the custom resource for an object. @throws {TypeError} when its uid is no UUID */
export function toCustomMetadata(kind: string, metadata: Metadata): JsonObject {
  const { name, namespace, resourceVersion, uid, labels = {}, annotations = {}, ownerReferences } = metadata;
  const kept: Metadata = {
    ...metadata,
    name: KINDS_NAMED_BY_ANNOTATION.has(kind) ? (name ?? '') : '',
    namespace: '',
    resourceVersion: '',
    uid: '',
    selfLink: '',
    ...(ownerReferences && { ownerReferences: ownerReferences.map(toCustomOwner) }),
  };
  return {
    name,
    namespace,
    resourceVersion: resourceVersion === '' ? undefined : resourceVersion,
    uid: uid === undefined || uid === '' ? undefined : convertUID(uid),
    labels: calicoEntries(labels),
    annotations: { ...calicoEntries(annotations), [METADATA_ANNOTATION]: goJson(metadataJson(kept)) },
  };
}

function calicoEntries(record: Readonly<Record<string, string>>): { readonly [key: string]: string } | undefined {
  const entries = Object.entries(record).filter(([key]) => isCalicoKey(key));
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function toCustomOwner(owner: JsonObject): JsonObject {
  return owner['apiVersion'] === API_VERSION ? { ...owner, apiVersion: V1_API_VERSION, uid: ownerUID(owner) } : owner;
}

function fromCustomOwner(owner: JsonObject): JsonObject {
  const isCalico = owner['apiVersion'] === API_VERSION || owner['apiVersion'] === V1_API_VERSION;
  return isCalico ? { ...owner, apiVersion: API_VERSION, uid: ownerUID(owner) } : owner;
}

function ownerUID({ uid }: JsonObject): string {
  return convertUID(typeof uid === 'string' ? uid : '');
}

/**
 * The object's metadata, as the custom resource holds it.
 * @throws {SyntaxError} when the annotation is not JSON, {TypeError} when something in it has the wrong type
 */
export function fromCustomMetadata(kind: string, stored: Json | undefined, tier: Json | undefined): Metadata {
  const own = metadataOf(stored);
  const uid = own.uid === undefined ? {} : { uid: convertUID(own.uid) };
  const { [METADATA_ANNOTATION]: text, ...annotations } = own.annotations ?? {};
  if (text === undefined) return { ...own, selfLink: '', ...uid };
  const kept = metadataOf(parseJson(text));
  const { name = '', namespace, resourceVersion, creationTimestamp } = own;
  return canonicalMetadata({
    ...kept,
    name:
      kept.name ?? (KINDS_NAMED_BY_ANNOTATION.has(kind) && isDefaultTier(tier) ? name.replace(/^default\./, '') : name),
    namespace: namespace ?? '',
    resourceVersion: resourceVersion ?? '',
    selfLink: '',
    uid: uid.uid ?? '',
    creationTimestamp: kept.creationTimestamp ?? creationTimestamp ?? '',
    labels: { ...own.labels, ...kept.labels },
    annotations: { ...annotations, ...kept.annotations },
    ownerReferences: (kept.ownerReferences ?? []).map(fromCustomOwner),
  });
}

function isDefaultTier(tier: Json | undefined): boolean {
  return tier === undefined || tier === null || tier === '' || tier === 'default';
}

/** Metadata of the API server's own form. @throws {TypeError} when something in it has the wrong type */
export function metadataOf(stored: Json | undefined): Metadata {
  if (stored !== undefined && stored !== null && !isJsonObject(stored)) {
    throw new TypeError('json: cannot unmarshal metadata into Go value of type v1.ObjectMeta');
  }
  return decoded(stored ?? {});
}

/** The schema of ObjectMeta gives every field the type that {@link Metadata} has for it. */
function decoded(stored: JsonObject): Metadata;
function decoded(stored: JsonObject): unknown {
  return canonicalStruct(objectMeta, stored);
}

/** `NAME` or `NAMESPACE/NAME` of an object that may be unreadable otherwise. */
export function displayName({ metadata }: JsonObject): string {
  const text = (key: string): string => {
    const value: Json | undefined = isJsonObject(metadata) ? metadata[key] : undefined;
    return typeof value === 'string' ? value : '';
  };
  const namespace = text('namespace');
  return namespace === '' ? text('name') : `${namespace}/${text('name')}`;
}
