/** Objects that the conformance suite stores, and the parts of them that every store has to give back. */
import type { JsonObject } from '../../src/kinds/schema.ts';
import { isJsonObject } from '../../src/kinds/schema.ts';
import type { Metadata, Resource } from '../../src/kinds/resource.ts';
import { API_VERSION } from '../../src/kinds/resource.ts';

/** A resource as the layer above a driver hands it over for a create: with uid and time, without a revision. */
export function object(kind: string, name: string, spec: JsonObject, metadata: Metadata = {}): Resource {
  return freeze({
    kind,
    apiVersion: API_VERSION,
    metadata: { name, uid: uidOf(name), creationTimestamp: '2024-02-29T23:59:58Z', ...metadata },
    spec,
  });
}

export function peer(name: string, spec: JsonObject = {}, metadata: Metadata = {}): Resource {
  return object('BGPPeer', name, { peerIP: '192.0.2.1', asNumber: 64512, ...spec }, metadata);
}

export function pool(name: string, cidr: string, metadata: Metadata = {}): Resource {
  const spec = { cidr, vxlanMode: 'Never', ipipMode: 'Always', blockSize: 26, nodeSelector: 'all()' };
  return object(
    'IPPool',
    name,
    { ...spec, allowedUses: ['Workload', 'Tunnel'], assignmentMode: 'Automatic' },
    metadata,
  );
}

/** What a caller sends to change a stored object: everything as stored except the given parts. */
export function changed(
  stored: Resource,
  change: { readonly spec?: JsonObject; readonly metadata?: Metadata },
): Resource {
  return freeze({
    ...stored,
    metadata: { ...stored.metadata, ...change.metadata },
    spec: { ...stored.spec, ...change.spec },
  });
}

/** The resource without a field of its metadata. */
export function without(resource: Resource, key: keyof Metadata): Resource {
  const metadata = Object.fromEntries(Object.entries(resource.metadata).filter(([name]) => name !== key));
  return freeze({ ...resource, metadata });
}

export function revisionOf(resource: Resource): string {
  const { resourceVersion } = resource.metadata;
  if (resourceVersion === undefined || resourceVersion === '') throw new Error('the object has no resourceVersion');
  return resourceVersion;
}

/** The parts of an object that its author wrote; a server adds others (generation, managedFields, …). */
export function authored(resource: Resource): JsonObject {
  const { name, namespace, labels, annotations } = resource.metadata;
  return { kind: resource.kind, apiVersion: resource.apiVersion, name, namespace, labels, annotations };
}

/** A version 4 UUID that depends on the name only, so that a failed comparison can be read. */
function uidOf(name: string): string {
  const hex = Buffer.from(name.padEnd(6, '0')).toString('hex').slice(0, 12);
  return `00000000-0000-4000-8000-${hex}`;
}

/** Freezes all of it: a driver that writes into what it was given fails its tests. */
export function freeze<T>(value: T): T {
  if (Array.isArray(value)) value.forEach(freeze);
  else if (isJsonObject(value)) Object.values(value).forEach(freeze);
  return Object.freeze(value);
}
