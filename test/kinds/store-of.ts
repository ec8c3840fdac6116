import { API_VERSION, identifier, refOf } from '../../src/kinds/resource.ts';
import type { Resource } from '../../src/kinds/resource.ts';
import type { StoreView } from '../../src/kinds/kind.ts';
import type { JsonObject } from '../../src/kinds/schema.ts';

/** What a kind's rules see of a datastore that holds these objects and lets nothing be changed. */
export function storeOf(...objects: readonly Resource[]): StoreView {
  const refuse = (): never => {
    throw new Error('nothing may be changed here');
  };
  return {
    type: 'etcdv3',
    async get(ref) {
      const found = objects.find((candidate) => identifier(refOf(candidate)) === identifier(ref));
      if (found === undefined) throw new Error(`resource does not exist: ${identifier(ref)}`);
      return found;
    },
    list: async (kind) => objects.filter((candidate) => candidate.kind === kind),
    update: async () => refuse(),
    discard: async () => refuse(),
    missing: (ref, detail) => new Error(`${identifier(ref)}: ${detail}`),
    conflict: (ref) => new Error(`update conflict: ${identifier(ref)}`),
    warn: () => refuse(),
    sleep: async () => refuse(),
    ipam: {
      blocks: async () => [],
      releaseAddresses: async () => refuse(),
      releaseHost: async () => refuse(),
      releasePool: async () => refuse(),
    },
  };
}

/** An object as rules get it. */
export function object(kind: string, name: string, spec: JsonObject = {}, namespace?: string): Resource {
  const metadata = namespace === undefined ? { name } : { name, namespace };
  return { kind, apiVersion: API_VERSION, metadata, spec };
}
