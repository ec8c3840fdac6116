/** Setting and removing one label. */
import type { Context } from '../context.ts';
import { Invalid } from '../datastore/errors.ts';
import type { Resource } from '../kinds/resource.ts';
import { refOf } from '../kinds/resource.ts';
import { placed } from './crud.ts';
import { OperationError } from './errors.ts';
import { ClientFailed, isMissingFile, prepare } from './input.ts';
import type { CommonOptions, Selection, Target } from './input.ts';
import type { NamespaceFlags } from './namespace.ts';
import { ResourceClient } from './resource-client.ts';
import { sameContent } from './same-content.ts';
import type { Session } from './session.ts';
import { guarded } from './write-guard.ts';

export interface LabelInput extends CommonOptions, NamespaceFlags {
  /** as it was typed; messages repeat it */
  readonly kind: string;
  readonly name: string;
  /** `key=value`, or `key` with `remove` */
  readonly label: string;
  readonly overwrite: boolean;
  readonly remove: boolean;
}

export interface LabelResult {
  readonly done: 'set' | 'updated' | 'removed';
  readonly key: string;
  readonly resource: Resource;
  readonly changed: boolean;
}

/** @throws {OperationError} in the Go tool's words */
export async function label(context: Context, input: LabelInput): Promise<LabelResult> {
  const { kind, name, overwrite, remove } = input;
  const equals = input.label.indexOf('=');
  const key = remove || equals < 0 ? input.label : input.label.slice(0, equals);
  const value = remove ? '' : input.label.slice(equals + 1);
  if (!remove && equals < 0) throw new OperationError(`invalid label ${input.label}`, ['write key=value']);

  const { session, target } = await find(context, input);
  const { done, before, after } = await guarded({
    session,
    targets: [target],
    safe: input.safe,
    async write(writing) {
      const client = new ResourceClient(writing);
      const stored = await read(client, context, input, target);
      const { labels = {} } = stored.metadata;
      const present = Object.hasOwn(labels, key);
      if (remove && !present)
        throw new OperationError(`cannot remove label of ${kind} ${name}, key ${key} does not exist`);
      if (!remove && present && labels[key] !== value && !overwrite) {
        const rule = `key ${key} is already present. please use '--overwrite' to set a new value`;
        throw new OperationError(`failed to update label of ${kind} ${name}, ${rule}`);
      }
      const { [key]: _, ...others } = labels;
      const metadata = { ...stored.metadata, labels: remove ? others : { ...labels, [key]: value } };
      const resource = await update(client, context, input, { ...stored, metadata }, stored);
      return { done: remove ? 'removed' : present ? 'updated' : 'set', before: stored, after: resource } as const;
    },
    effects: (written) => [{ target, before: written.before, after: written.after }],
  });
  return { done, key, resource: after, changed: !sameContent(before, after) };
}

async function update(
  client: ResourceClient,
  context: Context,
  { kind, name }: LabelInput,
  next: Resource,
  stored: Resource,
): Promise<Resource> {
  try {
    return await client.update(next, stored);
  } catch (error) {
    if (!(error instanceof Error) || context.signal.aborted) throw error;
    const why = error instanceof Invalid ? error.message.trimEnd().split('\n') : [error.message];
    throw new OperationError(`failed to update ${kind} ${name}, label not changed`, why, error);
  }
}

const selectionOf = (input: LabelInput): Selection => ({
  ...input,
  filename: undefined,
  recursive: false,
  skipEmpty: false,
  names: [input.name],
});

async function find(context: Context, input: LabelInput): Promise<{ session: Session; target: Target }> {
  const { kind, name } = input;
  let session, target;
  try {
    const prepared = await prepare(context, selectionOf(input), input);
    session = prepared.session;
    [target] = prepared.targets;
  } catch (error) {
    if (!(error instanceof Error) || error instanceof ClientFailed || isMissingFile(error) || context.signal.aborted)
      throw error;
    throw new OperationError(`failed to get ${kind} ${name}, error ${error.message}`, [], error);
  }
  if (target === undefined) throw new OperationError(`${kind} ${name} not found`);
  return { session, target };
}

async function read(client: ResourceClient, context: Context, input: LabelInput, target: Target): Promise<Resource> {
  try {
    return await client.get(refOf(placed(target, selectionOf(input))));
  } catch (error) {
    if (!(error instanceof Error) || context.signal.aborted) throw error;
    // The Go tool hides the reason; it follows as a hint.
    throw new OperationError(`${input.kind} ${input.name} not found`, [error.message], error);
  }
}
