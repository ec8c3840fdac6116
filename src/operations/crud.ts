/** The verbs that take a file or a kind and names. */
import type { Context } from '../context.ts';
import { AlreadyExists, NotFound } from '../datastore/errors.ts';
import { clientProblems, schemaProblems, withSchemaDefaults } from '../kinds/check.ts';
import { Invalid } from '../kinds/invalid.ts';
import { withSpec } from '../kinds/object.ts';
import { refOf } from '../kinds/resource.ts';
import type { Resource } from '../kinds/resource.ts';
import type { Notice } from '../manifests/manifest.ts';
import { OperationError } from './errors.ts';
import { initialise } from './initialise.ts';
import { prepare, readTargets } from './input.ts';
import type { CommonOptions, Selection, Target } from './input.ts';
import { resolveNamespace } from './namespace.ts';
import { effectsOf, forEachTarget } from './outcome.ts';
import type { Outcomes } from './outcome.ts';
import { ResourceClient } from './resource-client.ts';
import type { Session } from './session.ts';
import { guarded } from './write-guard.ts';
import { applyOne, createOne, replaceOne } from './write.ts';

export interface VerbInput extends Selection, CommonOptions {}

export interface VerbResult extends Outcomes {
  readonly warnings: readonly Notice[];
}

/** The object in the namespace it belongs to. @throws {OperationError} */
export function placed(target: Target, flags: Selection): Resource {
  const { metadata } = target.resource;
  const namespace = resolveNamespace(target.kind, metadata.namespace ?? '', (metadata.name ?? '') !== '', flags);
  return namespace === undefined ? target.resource : { ...target.resource, metadata: { ...metadata, namespace } };
}

type Action = (client: ResourceClient, target: Target, resource: Resource) => Promise<Outcomes['outcomes'][number]>;

/** One verb over all objects. A namespace that does not fit is an error of its object. */
async function run(context: Context, input: VerbInput, initialises: boolean, action: Action): Promise<VerbResult> {
  if (input.filename === undefined && initialises) throw fileNeeded();
  if (input.filename === undefined && input.kind === undefined)
    throw new OperationError('a kind and names, or a file with --filename (-f), must be given');
  const { session, targets, warnings } = await prepare(context, input, input);
  const write = async (writing: Session): Promise<Outcomes> => {
    const client = new ResourceClient(writing);
    if (initialises && targets.length > 0) {
      try {
        await initialise(writing);
      } catch {
        // The Go tool writes all the same; what is really wrong shows in the writes themselves.
      }
    }
    return forEachTarget(targets, context, async (target) => {
      let resource;
      try {
        resource = placed(target, input);
      } catch (error) {
        if (error instanceof OperationError) return { target, error, namespace: true };
        throw error;
      }
      return action(client, target, resource);
    });
  };
  const outcomes = await guarded({ session, targets, safe: input.safe, write, effects: effectsOf });
  return { ...outcomes, warnings };
}

function fileNeeded(): OperationError {
  return new OperationError('a file, a directory or standard input must be given with --filename (-f)');
}

/** With `skipExists` objects that exist already count as created. */
export function create(context: Context, input: VerbInput & { readonly skipExists: boolean }): Promise<VerbResult> {
  return run(context, input, true, async (client, target, resource) => {
    try {
      return { target, ...(await createOne(client, resource)) };
    } catch (error) {
      if (input.skipExists && error instanceof AlreadyExists) return { target, change: 'skipped' };
      throw error;
    }
  });
}

export function apply(context: Context, input: VerbInput): Promise<VerbResult> {
  return run(context, input, true, async (client, target, resource) => ({
    target,
    ...(await applyOne(client, target.kind, resource)),
  }));
}

export function replace(context: Context, input: VerbInput): Promise<VerbResult> {
  return run(context, input, true, async (client, target, resource) => ({
    target,
    ...(await replaceOne(client, resource)),
  }));
}

/** With `skipNotExists` objects that are not there count as deleted. */
export function remove(context: Context, input: VerbInput & { readonly skipNotExists: boolean }): Promise<VerbResult> {
  return run(context, input, false, async (client, target, resource) => {
    try {
      const { resourceVersion } = resource.metadata;
      return { target, change: 'deleted', resource: await client.delete(refOf(resource), resourceVersion) };
    } catch (error) {
      if (input.skipNotExists && error instanceof NotFound) return { target, change: 'skipped' };
      throw error;
    }
  });
}

/** Checks objects without a datastore. */
export async function validate(context: Context, input: VerbInput): Promise<VerbResult> {
  if (input.filename === undefined) throw fileNeeded();
  const { targets, warnings } = await readTargets(context, input);
  const outcomes = await forEachTarget(targets, context, (target) => {
    let resource;
    try {
      resource = placed(target, input);
    } catch (error) {
      if (error instanceof OperationError) return Promise.resolve({ target, error, namespace: true });
      throw error;
    }
    const { kind } = target;
    const filled = kind.crd ? withSpec(kind, resource, withSchemaDefaults(kind.spec, resource.spec)) : resource;
    const problems = [...clientProblems(kind, filled), ...schemaProblems(kind, filled, { rangesOfInt32: true })];
    if (problems.length > 0) throw new Invalid(problems);
    return Promise.resolve({ target, change: 'validated', resource: filled });
  });
  return { ...outcomes, warnings };
}
