/** Create, apply and replace for one object: the Go tool's resource manager. */
import { AlreadyExists, Conflict, NotFound, Unsupported } from '../datastore/errors.ts';
import type { Resource } from '../kinds/resource.ts';
import { refOf } from '../kinds/resource.ts';
import { OperationError } from './errors.ts';
import type { Change } from './outcome.ts';
import type { ResourceClient } from './resource-client.ts';
import { sameContent } from './same-content.ts';
import type { Kind } from '../kinds/kind.ts';

export interface Written {
  readonly resource: Resource;
  readonly change: Change;
  /** what was written over */
  readonly before?: Resource;
}

/** An object as it was stored a while ago. */
export interface Known {
  readonly resource: Resource;
  /** whether that was so short a while ago that an object which need not be written is not read again */
  isRecent(): boolean;
}

const ATTEMPTS = 5;
const RETRY_DELAY_MS = 1000;

/** Of the metadata only name, namespace, resourceVersion, labels and annotations are sent. */
function creatable(resource: Resource): Resource {
  const { name, namespace, resourceVersion, labels, annotations } = resource.metadata;
  const metadata = {
    ...(name === undefined ? {} : { name }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(resourceVersion === undefined ? {} : { resourceVersion }),
    ...(labels === undefined ? {} : { labels }),
    ...(annotations === undefined ? {} : { annotations }),
  };
  return { ...resource, metadata };
}

export async function createOne(client: ResourceClient, resource: Resource): Promise<Written> {
  return { resource: await client.create(creatable(resource)), change: 'created' };
}

/**
 * Creates the object, or replaces it when there is one or when it cannot be created.
 * @param known the object as it was stored, if that is known
 */
export async function applyOne(
  client: ResourceClient,
  kind: Kind,
  resource: Resource,
  known?: Known,
): Promise<Written> {
  const refusal = kind.refuses?.apply;
  if (refusal !== undefined) throw new OperationError(refusal);
  const { resourceVersion: _, ...metadata } = resource.metadata;
  const anew = { ...resource, metadata };
  if (known !== undefined) {
    try {
      // What creating refuses is refused whether or not the object exists.
      await client.checkNew(creatable(anew));
    } catch (error) {
      if (!mayBeReplaced(error)) throw error;
    }
    try {
      return await replaceOne(client, resource, known);
    } catch (error) {
      if (!(error instanceof NotFound)) throw error;
    }
  }
  try {
    return await createOne(client, anew);
  } catch (error) {
    if (!mayBeReplaced(error)) throw error;
    const stored = error instanceof AlreadyExists ? error.stored : undefined;
    return replaceOne(client, resource, stored && { resource: client.asRead(stored), isRecent: () => true });
  }
}

function mayBeReplaced(error: unknown): boolean {
  return error instanceof AlreadyExists || error instanceof Unsupported;
}

/**
 * Replaces spec, status, labels and annotations of the stored object. With a resourceVersion it must still be the stored one; without, a
 * concurrent change is met by reading again, up to five times. What would not change is not written, except in etcd when a resourceVersion is given:
 * there every write makes a new one, and whoever gives one may wait for that.
 * @param known the object as it was stored, if that is known
 * @throws {Conflict}
 */
export async function replaceOne(client: ResourceClient, resource: Resource, known?: Known): Promise<Written> {
  const ref = refOf(resource);
  const { resourceVersion } = resource.metadata;
  const sparing = resourceVersion === undefined || client.type === 'kubernetes';
  const isStale = ({ metadata }: Resource): boolean =>
    resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion;
  let first = known !== undefined && !isStale(known.resource) ? known : undefined;
  for (let attempt = 1; ; attempt++) {
    const stored = first?.resource ?? (await client.get(ref));
    if (isStale(stored)) throw new Conflict(ref);
    try {
      const updated = await client.update(merged(resource, stored), stored, sparing);
      if (updated === stored && first?.isRecent() === false) {
        first = undefined;
        continue;
      }
      return {
        resource: updated,
        change: sameContent(stored, updated) ? 'unchanged' : 'configured',
        before: stored,
      };
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
      if (first !== undefined) {
        first = undefined;
        continue;
      }
      if (resourceVersion !== undefined || attempt === ATTEMPTS) throw error;
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
