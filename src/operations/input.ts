/** The objects that a command line means: those of a file, or a kind and names. */
import type { Context } from '../context.ts';
import { kindForAlias, kindNames } from '../kinds/index.ts';
import type { Kind } from '../kinds/kind.ts';
import { API_VERSION } from '../kinds/resource.ts';
import type { Resource } from '../kinds/resource.ts';
import type { ManifestResource, Notice } from '../manifests/manifest.ts';
import { readManifests } from '../manifests/read.ts';
import { OperationError } from './errors.ts';
import { kindsMeant } from './kinds-meant.ts';
import type { NamespaceFlags } from './namespace.ts';
import { Session } from './session.ts';
import { checkVersion } from './version-check.ts';

export interface Selection extends NamespaceFlags {
  /** path, directory or `-`; undefined when kind and names are given */
  readonly filename: string | undefined;
  readonly recursive: boolean;
  readonly skipEmpty: boolean;
  readonly kind: string | undefined;
  readonly names: readonly string[];
}

export interface CommonOptions {
  readonly allowVersionMismatch: boolean;
  readonly dryRun: boolean;
  /** refuse what is accepted but risky */
  readonly safe: boolean;
  /** it creates objects, and with the first one the folder of manifests that holds them */
  readonly makes?: boolean;
}

/** An object to work on, and where it was written if it came from a file. */
export interface Target {
  readonly kind: Kind;
  readonly resource: Resource;
  readonly source?: ManifestResource;
}

/** What a command works on. */
export interface Prepared {
  readonly session: Session;
  readonly targets: readonly Target[];
  readonly warnings: readonly Notice[];
}

/**
 * Everything before the first write, with the Go tool's order of errors: version check, then input, then the client.
 * @throws {VersionMismatch}, {ManifestError}, {OperationError}, {@link ClientFailed}
 */
export async function prepare(context: Context, selection: Selection, options: CommonOptions): Promise<Prepared> {
  const { verified, ...prepared } = await prepareToRead(context, selection, options);
  await verified;
  return prepared;
}

/**
 * The same for commands that only read: what is read does not have to wait for the version check, but nothing of it counts before `verified` is resolved.
 * @throws as {@link prepare}; `verified` rejects with the errors of the version check, and nobody has to wait for it
 */
export async function prepareToRead(
  context: Context,
  selection: Selection,
  options: CommonOptions,
): Promise<Prepared & { readonly verified: Promise<void> }> {
  const opening = Session.open(context, { dryRun: options.dryRun, makes: options.makes ?? false });
  opening.catch(() => undefined);
  const verified = checkedVersion(opening, options);
  verified.catch(() => undefined);
  try {
    const { targets, warnings } = await readTargets(context, selection);
    if (options.safe && warnings.length > 0) throw new Refused(warnings);
    const session = await clientOf(opening, context);
    if (selection.filename === undefined && selection.names.includes(''))
      throw new OperationError('resource name may not be empty');
    return { session, targets, warnings, verified };
  } catch (error) {
    await verified;
    throw error;
  }
}

/** The connection settings are wrong, found where the Go tool builds its client: printed on standard output. */
export class ClientFailed extends Error {
  override readonly name = 'ClientFailed' as const;
}

/** `--safe` and risky input: nothing was sent. */
export class Refused extends Error {
  override readonly name = 'Refused' as const;
  readonly notices: readonly Notice[];
  constructor(notices: readonly Notice[]) {
    super('refused: the input is risky, nothing was written');
    this.notices = notices;
  }
}

/** Opens the datastore after the version check, for commands that read no files. */
export async function openSession(context: Context, options: CommonOptions): Promise<Session> {
  const opening = Session.open(context, { dryRun: options.dryRun });
  opening.catch(() => undefined);
  await checkedVersion(opening, options);
  return clientOf(opening, context);
}

async function checkedVersion(opening: Promise<Session>, options: CommonOptions): Promise<void> {
  if (options.allowVersionMismatch) return;
  let session;
  try {
    session = await opening;
  } catch (error) {
    if (isMissingFile(error)) throw error;
    return; // reported when the client is needed
  }
  await checkVersion(session);
}

async function clientOf(opening: Promise<Session>, { signal }: Pick<Context, 'signal'>): Promise<Session> {
  try {
    return await opening;
  } catch (error) {
    if (!(error instanceof Error) || isMissingFile(error) || signal.aborted) throw error;
    throw new ClientFailed(error.message, { cause: error });
  }
}

/** A config file that was named and is not there ends the command wherever it is noticed. */
export function isMissingFile(error: unknown): boolean {
  return error instanceof Error && error.name === 'ConfigFileMissing';
}

/** The objects that the command line means, without touching the datastore. */
export async function readTargets(
  context: Pick<Context, 'io' | 'files' | 'signal'>,
  selection: Selection,
): Promise<{ readonly targets: readonly Target[]; readonly warnings: readonly Notice[] }> {
  const { filename, recursive, skipEmpty } = selection;
  if (filename !== undefined) {
    const { resources, warnings } = await readManifests(context, { filename, recursive, skipEmpty });
    return { targets: resources.map((source) => ({ kind: source.kind, resource: source.resource, source })), warnings };
  }
  const kind = supportedKind(selection.kind ?? '');
  const names = selection.names.length === 0 ? [''] : selection.names;
  const targets = names.map((name): Target => ({
    kind,
    resource: { kind: kind.name, apiVersion: API_VERSION, metadata: { name }, spec: {} },
  }));
  return { targets, warnings: [] };
}

/** The kind that a word on the command line means. @throws {OperationError} */
export function supportedKind(word: string): Kind {
  const kind = kindForAlias(word);
  if (kind !== undefined) return kind;
  const meant = kindsMeant(word);
  const hint = /[./]/.test(word)
    ? 'a file or directory is named with --filename (-f)'
    : meant.length === 0
      ? `kinds: ${[...kindNames].sort().join(', ')}`
      : `did you mean ${meant.join(', ').replace(/, ([^,]*)$/, ' or $1')}?`;
  throw new OperationError(`resource type '${word}' is not supported`, [hint]);
}
