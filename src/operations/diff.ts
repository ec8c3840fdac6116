/** What apply would change. */
import type { Context } from '../context.ts';
import { refOf } from '../kinds/resource.ts';
import type { Ref, Resource } from '../kinds/resource.ts';
import type { Notice } from '../manifests/manifest.ts';
import { placed } from './crud.ts';
import { OperationError } from './errors.ts';
import { prepare } from './input.ts';
import type { CommonOptions, Selection, Target } from './input.ts';
import { ResourceClient } from './resource-client.ts';
import { applyOne } from './write.ts';

export interface Difference {
  readonly ref: Ref;
  /** what is stored, without what the server keeps for itself; undefined when there is nothing */
  readonly before: Resource | undefined;
  readonly after: Resource;
}

/** An object that cannot be compared. */
export interface Uncompared {
  readonly target: Target;
  readonly error: Error;
}

export interface DiffResult {
  readonly differences: readonly Difference[];
  readonly failures: readonly Uncompared[];
  readonly warnings: readonly Notice[];
}

/** Compares manifests with the datastore; nothing is written. */
export async function diff(context: Context, input: Selection & CommonOptions): Promise<DiffResult> {
  if (input.filename === undefined)
    throw new OperationError('a file, a directory or standard input must be given with --filename (-f)');
  const { session, targets, warnings } = await prepare(context, input, { ...input, dryRun: true });
  const client = new ResourceClient(session);
  const differences: Difference[] = [];
  const failures: Uncompared[] = [];
  for (const target of targets) {
    try {
      const resource = placed(target, input);
      const ref = refOf(resource);
      const stored = await client.find(ref);
      const { resource: result } = await applyOne(client, target.kind, resource);
      differences.push({
        ref,
        before: stored === undefined ? undefined : comparable(stored),
        after: comparable(result),
      });
    } catch (error) {
      context.signal.throwIfAborted();
      if (!(error instanceof Error)) throw error;
      failures.push({ target, error });
    }
  }
  return { differences, failures, warnings };
}

/** The object without uid, revision, times and other bookkeeping. */
function comparable(resource: Resource): Resource {
  const { name, namespace, labels, annotations } = resource.metadata;
  const metadata = {
    ...(name === undefined ? {} : { name }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(labels === undefined ? {} : { labels }),
    ...(annotations === undefined ? {} : { annotations }),
  };
  return { ...resource, metadata };
}
