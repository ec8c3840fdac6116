/** The sessions that the datastore demands of one node, or why that cannot be known. */
import type { Context } from '../context.ts';
import { expectedSessions } from '../bgp/sessions.ts';
import type { NodeSessions } from '../bgp/sessions.ts';
import { DatastoreError } from '../datastore/errors.ts';
import { SettingsError } from '../datastore/settings.ts';
import { readBgp } from './bgp-view.ts';
import { ClientFailed } from './input.ts';
import type { CommonOptions } from './input.ts';

/** What is expected of a node. */
export type Expectation =
  | { readonly type: 'known'; readonly sessions: NodeSessions }
  /** the datastore has no such node */
  | { readonly type: 'absent' }
  /** the datastore cannot be read */
  | { readonly type: 'unknown'; readonly reason: string };

/**
 * Reads the datastore. That it cannot be reached, or may not be read, is an answer.
 * @throws {VersionMismatch}, and errors of files that were named
 */
export async function expectedOn(node: string, context: Context, options: CommonOptions): Promise<Expectation> {
  let cluster;
  try {
    ({ cluster } = await readBgp(
      context,
      { filename: undefined, recursive: false, skipEmpty: false, merge: false },
      options,
    ));
  } catch (error) {
    context.signal.throwIfAborted();
    const reason = datastoreReason(error);
    if (reason === undefined) throw error;
    return { type: 'unknown', reason };
  }
  const sessions = expectedSessions(cluster).get(node);
  return sessions === undefined ? { type: 'absent' } : { type: 'known', sessions };
}

/** The first line of what the datastore or its settings say, anywhere in the chain of causes; undefined for errors of other parts. */
function datastoreReason(error: unknown): string | undefined {
  for (let current = error; current instanceof Error; current = current.cause)
    if (current instanceof DatastoreError || current instanceof SettingsError || current instanceof ClientFailed)
      return current.message.split('\n')[0];
  return undefined;
}
