/** Create, apply and replace for one object: the Go tool's resource manager. */
import { AlreadyExists, Conflict, Unsupported } from '../datastore/errors.ts';
import type { Resource } from '../kinds/resource.ts';
import { refOf } from '../kinds/resource.ts';
import { OperationError } from './errors.ts';
import { sameContent } from './outcome.ts';
import type { Change } from './outcome.ts';
import type { ResourceClient } from './resource-client.ts';
import type { Kind } from '../kinds/kind.ts';

export interface Written {
  readonly resource: Resource;
  readonly change: Change;
  /** what was written over */
  readonly before?: Resource;
}

const ATTEMPTS = 5;
const RETRY_DELAY_MS = 1000;

/** Of the metadata only name, namespace, resourceVersion, labels and annotations are sent. */
export async function createOne(client: ResourceClient, resource: Resource): Promise<Written> {
  const { name, namespace, resourceVersion, labels, annotations } = resource.metadata;
  const metadata = {
    ...(name === undefined ? {} : { name }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(resourceVersion === undefined ? {} : { resourceVersion }),
    ...(labels === undefined ? {} : { labels }),
    ...(annotations === undefined ? {} : { annotations }),
  };
  return { resource: await client.create({ ...resource, metadata }), change: 'created' };
}

/** Creates the object, or replaces it when there is one or when it cannot be created. */
export async function applyOne(client: ResourceClient, kind: Kind, resource: Resource): Promise<Written> {
  const refusal = kind.refuses?.apply;
  if (refusal !== undefined) throw new OperationError(refusal);
  const { resourceVersion: _, ...metadata } = resource.metadata;
  try {
    return await createOne(client, { ...resource, metadata });
  } catch (error) {
    if (!(error instanceof AlreadyExists) && !(error instanceof Unsupported)) throw error;
    return replaceOne(client, resource);
  }
}

/**
 * Replaces spec, status, labels and annotations of the stored object. With a resourceVersion it must still be the stored one; without, a
 * concurrent change is met by reading again, up to five times.
 * @throws {Conflict}
 */
export async function replaceOne(client: ResourceClient, resource: Resource): Promise<Written> {
  const ref = refOf(resource);
  const { resourceVersion } = resource.metadata;
  for (let attempt = 1; ; attempt++) {
    const stored = await client.get(ref);
    if (resourceVersion !== undefined && resourceVersion !== stored.metadata.resourceVersion) throw new Conflict(ref);
    try {
      const updated = await client.update(merged(resource, stored), stored);
      return {
        resource: updated,
        change: sameContent(stored, updated) ? 'unchanged' : 'configured',
        before: stored,
      };
    } catch (error) {
      if (!(error instanceof Conflict) || resourceVersion !== undefined || attempt === ATTEMPTS) throw error;
      await client.sleep(RETRY_DELAY_MS);
    }
  }
}

/** The stored metadata with labels and annotations of the input, absent ones removed; everything else from the input. */
function merged(resource: Resource, stored: Resource): Resource {
  const { labels, annotations } = resource.metadata;
  const { labels: _labels, annotations: _annotations, ...kept } = stored.metadata;
  const metadata = {
    ...kept,
    ...(labels === undefined ? {} : { labels }),
    ...(annotations === undefined ? {} : { annotations }),
  };
  return { ...resource, metadata };
}
