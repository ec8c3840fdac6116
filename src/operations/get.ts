/** Reading objects: one, several, or all of a kind. */
import type { Context } from '../context.ts';
import { NotFound } from '../datastore/errors.ts';
import type { Related } from '../kinds/kind.ts';
import { identifier } from '../kinds/resource.ts';
import type { Ref, Resource, ResourceList } from '../kinds/resource.ts';
import type { Notice } from '../manifests/manifest.ts';
import { matches, parseSelector } from '../selectors/index.ts';

import { placed } from './crud.ts';
import { Dispatcher } from './dispatch.ts';
import { OperationError } from './errors.ts';
import { ClientFailed, isMissingFile, prepareToRead } from './input.ts';
import type { CommonOptions, Selection, Target } from './input.ts';
import { ResourceClient } from './resource-client.ts';
import { sortObjects } from './sort.ts';

export interface GetInput extends Selection, CommonOptions {
  /** strip what is specific to the cluster, of objects named on the command line */
  readonly export: boolean;
  /** only objects whose labels match (Calico's selector language) */
  readonly selector: string | undefined;
  /** JSON path of the value to sort by */
  readonly sortBy: string | undefined;
}

export interface GetResult {
  /** in the order asked for, unless they are sorted; a list stands for a whole kind */
  readonly found: readonly (Resource | ResourceList)[];
  readonly errors: readonly Error[];
  readonly related: Related;
  readonly warnings: readonly Notice[];
}

/** @throws {OperationError} with the prefix that the Go tool puts before failures of this verb */
export async function get(context: Context, input: GetInput): Promise<GetResult> {
  const select = selectorFilter(input.selector);
  if (input.filename === undefined && input.kind === undefined)
    throw new OperationError('failed to get resources: a kind, or a file with --filename (-f), must be given');
  const { session, targets, warnings, verified } = await prepared(context, input);
  const client = new ResourceClient(session.through(new Dispatcher(session.datastore, true)));
  const read = async (target: Target): Promise<Resource | ResourceList> => {
    const resource = placed(target, input);
    const { name = '', namespace, resourceVersion } = resource.metadata;
    if (name === '') return client.listing(target.kind.name, namespace);
    const ref: Ref =
      namespace === undefined ? { kind: target.kind.name, name } : { kind: target.kind.name, name, namespace };
    return client.get(ref, resourceVersion);
  };
  const needed = relatedRefs(targets);
  const reading = Promise.all([Promise.allSettled(targets.map(read)), readRelated(client, needed)]);
  await asTheGoTool(context, verified);
  const [answers, related] = await reading;
  context.signal.throwIfAborted();
  const found: (Resource | ResourceList)[] = [];
  const errors: Error[] = [];
  for (const answer of answers) {
    if (answer.status === 'rejected') {
      if (!(answer.reason instanceof Error)) throw answer.reason;
      errors.push(answer.reason);
      continue;
    }
    const kept = narrowed(answer.value, select, input.sortBy);
    if (kept !== undefined) found.push(kept);
  }
  const sorted = input.sortBy === undefined ? found : withNamedSorted(found, input.sortBy);
  return {
    found: input.export && input.names.length > 0 ? sorted.map(exported) : sorted,
    errors,
    related,
    warnings,
  };
}

/** The objects that were asked for by name, in order of the value at a path, where they stood among lists. @throws {OperationError} as {@link sortObjects} */
function withNamedSorted(
  found: readonly (Resource | ResourceList)[],
  path: string,
): readonly (Resource | ResourceList)[] {
  const named = found.flatMap((item) => ('items' in item ? [] : [item]));
  const sorted = named.length === 0 ? [] : [...sortObjects(named, path)];
  return found.map((item) => ('items' in item ? item : (sorted.shift() ?? item)));
}

function prepared(context: Context, input: GetInput): ReturnType<typeof prepareToRead> {
  return asTheGoTool(context, prepareToRead(context, input, input));
}

/** What goes wrong before anything is read has the Go tool's words for this verb before its own. */
async function asTheGoTool<T>(context: Context, preparing: Promise<T>): Promise<T> {
  try {
    return await preparing;
  } catch (error) {
    if (error instanceof ClientFailed || !(error instanceof Error) || isMissingFile(error)) throw error;
    const bare = error.name === 'ManifestError' && 'reason' in error && error.reason === 'syntax';
    if (bare || error.name === 'Refused' || context.signal.aborted) throw error;
    const hints = error instanceof OperationError ? error.hints : [];
    const notices = 'notices' in error && Array.isArray(error.notices) ? error.notices : [];
    throw Object.assign(new OperationError(`failed to get resources: ${error.message}`, hints, error), { notices });
  }
}

function selectorFilter(selector: string | undefined): ((resource: Resource) => boolean) | undefined {
  if (selector === undefined) return undefined;
  let parsed: ReturnType<typeof parseSelector>;
  try {
    parsed = parseSelector(selector);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new OperationError(`invalid selector '${selector}': ${error.message}`, [], error);
  }
  return ({ metadata }) => matches(parsed, metadata.labels ?? {});
}

function narrowed(
  answer: Resource | ResourceList,
  select: ((resource: Resource) => boolean) | undefined,
  sortBy: string | undefined,
): Resource | ResourceList | undefined {
  if (!('items' in answer)) return select === undefined || select(answer) ? answer : undefined;
  const items = select === undefined ? answer.items : answer.items.filter(select);
  return { ...answer, items: sortBy === undefined ? items : sortObjects(items, sortBy) };
}

/** What `--export` takes away (Kubernetes ObjectMeta fields that belong to one cluster). */
function exported(answer: Resource | ResourceList): Resource | ResourceList {
  if ('items' in answer) return answer;
  const {
    namespace: _namespace,
    uid: _uid,
    resourceVersion: _version,
    creationTimestamp: _created,
    deletionTimestamp: _deleted,
    deletionGracePeriodSeconds: _grace,
    ...metadata
  } = answer.metadata;
  return { ...answer, metadata };
}

function relatedRefs(targets: readonly Target[]): readonly Ref[] {
  const refs = new Map<string, Ref>();
  for (const { kind } of targets) for (const ref of kind.related ?? []) refs.set(identifier(ref), ref);
  return [...refs.values()];
}

async function readRelated(client: ResourceClient, refs: readonly Ref[]): Promise<Related> {
  const known = new Map<string, Resource | 'unreadable'>();
  await Promise.all(
    refs.map(async (ref) => {
      try {
        known.set(identifier(ref), await client.get(ref));
      } catch (error) {
        if (!(error instanceof NotFound)) known.set(identifier(ref), 'unreadable');
      }
    }),
  );
  return { get: (ref) => known.get(identifier(ref)) };
}
