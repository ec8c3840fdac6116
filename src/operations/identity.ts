import type { Metadata } from '../kinds/resource.ts';

/** Metadata of a new object: random uid (RFC 9562 version 4) and the time in whole seconds. */
export function newMetadata(metadata: Metadata, now: Date): Metadata {
  return { ...metadata, uid: crypto.randomUUID(), creationTimestamp: `${now.toISOString().slice(0, 19)}Z` };
}

/** 32 lower-case hexadecimal digits: the identity of a cluster. */
export function randomGuid(): string {
  return crypto.randomUUID().replaceAll('-', '');
}
