/** The verbs that take a file or a kind and names. */
import type { Context } from '../context.ts';
import { AlreadyExists, NotFound } from '../datastore/errors.ts';
import { clientProblems, schemaProblems, withSchemaDefaults } from '../kinds/check.ts';
import { Invalid } from '../kinds/invalid.ts';
import { withSpec } from '../kinds/object.ts';
import type { Kind } from '../kinds/kind.ts';
import { refOf } from '../kinds/resource.ts';
import type { Resource } from '../kinds/resource.ts';
import type { Notice } from '../manifests/manifest.ts';
import { OperationError } from './errors.ts';
import { initialise } from './initialise.ts';
import { prepare, readTargets } from './input.ts';
import type { CommonOptions, Selection, Target } from './input.ts';
import { resolveNamespace } from './namespace.ts';
import { effectsOf, forEachTarget } from './outcome.ts';
import type { Change, Outcome, Outcomes } from './outcome.ts';
import { DEFAULT_CONCURRENCY, Pace } from './pace.ts';
import type { PaceOptions } from './pace.ts';
import { ResourceClient } from './resource-client.ts';
import type { Session } from './session.ts';
import { guarded, isGuarded } from './write-guard.ts';
import { applyOne, createOne, replaceOne } from './write.ts';
import type { Known } from './write.ts';

export interface VerbInput extends Selection, CommonOptions {
  /** how many objects may be written at once; 1: strictly one after the other */
  readonly concurrency?: number;
}

export interface VerbResult extends Outcomes {
  readonly warnings: readonly Notice[];
}

/** The object in the namespace it belongs to. @throws {OperationError} */
export function placed(target: Target, flags: Selection): Resource {
  const { metadata } = target.resource;
  const namespace = resolveNamespace(target.kind, metadata.namespace ?? '', (metadata.name ?? '') !== '', flags);
  return namespace === undefined ? target.resource : { ...target.resource, metadata: { ...metadata, namespace } };
}

interface Verb {
  /** what it may do to an object */
  readonly writes: PaceOptions['writes'];
  /** it makes sure first that the datastore holds what every datastore must */
  readonly initialises: boolean;
  action(client: ResourceClient, resource: Resource, known: Known | undefined, kind: Kind): Promise<Done>;
}

interface Done {
  readonly change: Change;
  readonly resource?: Resource;
  readonly before?: Resource;
}

/** One verb over all objects. A namespace that does not fit is an error of its object. */
async function run(context: Context, input: VerbInput, verb: Verb): Promise<VerbResult> {
  if (input.filename === undefined && verb.initialises) throw fileNeeded();
  if (input.filename === undefined && input.kind === undefined)
    throw new OperationError('a kind and names, or a file with --filename (-f), must be given');
  const { session, targets, warnings } = await prepare(context, input, {
    ...input,
    makes: verb.writes.includes('create'),
  });
  const { concurrency = DEFAULT_CONCURRENCY } = input;
  const place = (target: Target): Resource | undefined => placeOf(target, input).resource;
  const write = async (writing: Session): Promise<Outcomes> => {
    const pace = new Pace({ session: writing, targets, writes: verb.writes, concurrency, place });
    const client = new ResourceClient(pace.session);
    if (verb.initialises && targets.length > 0) {
      try {
        await initialise(pace.session);
      } catch {
        // The Go tool writes all the same; what is really wrong shows in the writes themselves.
      }
    }
    const work = async (target: Target): Promise<Outcome> => {
      const { resource, error } = placeOf(target, input);
      if (error !== undefined) return { target, error, namespace: true };
      const stored = pace.known(refOf(resource));
      const known = stored && { ...stored, resource: client.asRead(stored.resource) };
      const done = await verb.action(client, resource, known, target.kind);
      // Of most objects only what happened is kept: there may be very many.
      return isGuarded(target) ? { target, ...done } : { target, change: done.change };
    };
    return forEachTarget(targets, context, work, pace);
  };
  const outcomes = await guarded({ session, targets, safe: input.safe, write, effects: effectsOf });
  return { ...outcomes, warnings };
}

type Place =
  | { readonly resource: Resource; readonly error?: undefined }
  | { readonly error: OperationError; readonly resource?: undefined };

function placeOf(target: Target, flags: Selection): Place {
  try {
    return { resource: placed(target, flags) };
  } catch (error) {
    if (error instanceof OperationError) return { error };
    throw error;
  }
}

function fileNeeded(): OperationError {
  return new OperationError('a file, a directory or standard input must be given with --filename (-f)');
}

/** With `skipExists` objects that exist already count as created. */
export function create(context: Context, input: VerbInput & { readonly skipExists: boolean }): Promise<VerbResult> {
  return run(context, input, {
    writes: ['create'],
    initialises: true,
    async action(client, resource) {
      try {
        return await createOne(client, resource);
      } catch (error) {
        if (input.skipExists && error instanceof AlreadyExists) return { change: 'skipped' };
        throw error;
      }
    },
  });
}

export function apply(context: Context, input: VerbInput): Promise<VerbResult> {
  return run(context, input, {
    writes: ['create', 'update'],
    initialises: true,
    action: (client, resource, known, kind) => applyOne(client, kind, resource, known),
  });
}

export function replace(context: Context, input: VerbInput): Promise<VerbResult> {
  return run(context, input, {
    writes: ['update'],
    initialises: true,
    action: (client, resource, known) => replaceOne(client, resource, known),
  });
}

/** With `skipNotExists` objects that are not there count as deleted. */
export function remove(context: Context, input: VerbInput & { readonly skipNotExists: boolean }): Promise<VerbResult> {
  return run(context, input, {
    writes: ['delete'],
    initialises: false,
    async action(client, resource, known) {
      try {
        const { resourceVersion } = resource.metadata;
        return { change: 'deleted', resource: await client.delete(refOf(resource), resourceVersion, known?.resource) };
      } catch (error) {
        if (input.skipNotExists && error instanceof NotFound) return { change: 'skipped' };
        throw error;
      }
    },
  });
}

/** Checks objects without a datastore. */
export async function validate(context: Context, input: VerbInput): Promise<VerbResult> {
  if (input.filename === undefined) throw fileNeeded();
  const { targets, warnings } = await readTargets(context, input);
  const outcomes = await forEachTarget(targets, context, (target) => {
    const { resource, error } = placeOf(target, input);
    if (error !== undefined) return Promise.resolve({ target, error, namespace: true });
    const { kind } = target;
    const filled = kind.crd ? withSpec(kind, resource, withSchemaDefaults(kind.spec, resource.spec)) : resource;
    const problems = [...clientProblems(kind, filled), ...schemaProblems(kind, filled, { rangesOfInt32: true })];
    if (problems.length > 0) throw new Invalid(problems);
    return Promise.resolve({ target, change: 'validated' });
  });
  return { ...outcomes, warnings };
}
