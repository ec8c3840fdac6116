/** Changing parts of one object. */
import type { Operation } from 'rfc6902';
import type { Context } from '../context.ts';
import { NotFound } from '../datastore/errors.ts';
import { decodeStruct, inputNode } from '../kinds/decode.ts';
import { goJson, parseJson } from '../kinds/go-json.ts';
import { objectSchema, resourceFrom } from '../kinds/object.ts';
import { API_VERSION, refOf, resourceJson } from '../kinds/resource.ts';
import type { Resource } from '../kinds/resource.ts';
import type { Kind } from '../kinds/kind.ts';
import type { Json } from '../kinds/schema.ts';
import { isJsonObject } from '../kinds/schema.ts';
import { placed } from './crud.ts';
import { OperationError } from './errors.ts';
import { prepare } from './input.ts';
import type { CommonOptions } from './input.ts';
import { mergePatch, strategicPatch } from './merge-patch.ts';
import type { NamespaceFlags } from './namespace.ts';
import { ResourceClient } from './resource-client.ts';
import { sameContent } from './same-content.ts';
import { guarded } from './write-guard.ts';

export interface PatchInput extends CommonOptions, NamespaceFlags {
  readonly kind: string;
  readonly name: string;
  /** JSON text of the patch */
  readonly patch: string;
  /** as it was given; anything but `json` and `merge` is strategic */
  readonly type: string;
}

export interface PatchResult {
  readonly resource: Resource;
  readonly changed: boolean;
}

const INVALID = 'hit error: performing strategic merge patch: invalid JSON document';

/** Types of patch that the tool knows. */
export const PATCH_TYPES: readonly string[] = ['strategic', 'merge', 'json'];

/**
 * Reads the object, patches it, checks the result strictly and writes it against the revision that was read.
 * @throws {OperationError} in the Go tool's words
 */
export async function patch(context: Context, input: PatchInput): Promise<PatchResult> {
  const selection = { ...input, filename: undefined, recursive: false, skipEmpty: false, names: [input.name] };
  const { session, targets } = await prepare(context, selection, input);
  const [target] = targets;
  if (target === undefined) throw new OperationError(`resource type '${input.kind}' is not supported`);
  const { stored: before, resource } = await guarded({
    session,
    targets,
    safe: input.safe,
    async write(writing) {
      const client = new ResourceClient(writing);
      const read = async (): Promise<Resource> => client.get(refOf(placed(target, selection)));
      const stored = await failing('hit error: ', context, read, (error) =>
        error instanceof NotFound ? howToCreate(target.kind, input) : [],
      );
      const document = resourceJson(stored);
      const wanted = await patched(document, input);
      const next = fromJson(target.kind, wanted);
      noteWithoutEffect(document, wanted, next, context, input);
      const updated = await failing('hit error: updating existing resource: ', context, () =>
        client.update(withUnion(next, stored), stored),
      );
      return { stored, resource: updated };
    },
    effects: ({ stored, resource: after }) => [{ target, before: stored, after }],
  });
  return { resource, changed: !sameContent(before, resource) };
}

async function failing<T>(
  prefix: string,
  context: Context,
  run: () => Promise<T>,
  hints: (error: Error) => readonly string[] = () => [],
): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof Error) || context.signal.aborted) throw error;
    throw new OperationError(`${prefix}${error.message}`, hints(error), error);
  }
}

/** Of an object that a cluster works without until somebody changes a setting: the command that makes it with what the patch says. */
function howToCreate(kind: Kind, { name, patch: text }: PatchInput): readonly string[] {
  if (name !== kind.settingsObject) return [];
  const body = attempt(() => parseJson(text));
  const spec = isJsonObject(body) && isJsonObject(body['spec']) ? body['spec'] : {};
  const json = goJson({ apiVersion: API_VERSION, kind: kind.name, metadata: { name }, spec });
  return [
    `there is no ${kind.name} ${name} yet, so every setting has its default; ${Object.keys(spec).length > 0 ? 'to make it with what the patch sets:' : 'make it first:'}`,
    `echo '${json.replaceAll("'", String.raw`'\''`)}' | calicoctl create -f -`,
  ];
}

function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}

async function patched(document: Json, input: PatchInput): Promise<Json> {
  const body = parsedPatch(input.patch);
  if (Array.isArray(body)) {
    if (input.type !== 'json')
      throw new OperationError(INVALID, ['a list of operations is a JSON Patch: give --type json']);
    return jsonPatch(document, body);
  }
  if (!isJsonObject(body))
    throw new OperationError(INVALID, [`a patch is an object such as {"spec":{…}}; read: ${shown(input.patch)}`]);
  return input.type === 'merge' ? mergePatch(document, body) : strategicPatch(document, body);
}

function parsedPatch(text: string): Json {
  try {
    return parseJson(text);
  } catch (error) {
    const hints = [`the patch must be JSON; read: ${shown(text)}`];
    if (/^\s*['{]/.test(text) && !text.includes('"'))
      hints.push('the shell took the quotes away: write -p \'{"spec":{…}}\', or use --patch-file');
    throw new OperationError(INVALID, hints, error);
  }
}

function shown(text: string): string {
  return text === '' ? '(nothing)' : JSON.stringify(text.length > 120 ? `${text.slice(0, 120)}…` : text);
}

/** JSON Patch (RFC 6902): all operations or, when one fails, an error. */
async function jsonPatch(document: Json, operations: readonly Json[]): Promise<Json> {
  const { applyPatch } = await import('rfc6902');
  const copy = parseJson(goJson(document));
  const listed = operations.map(patchOperation);
  const failures = applyPatch(copy, listed);
  const index = failures.findIndex((failure) => failure !== null);
  const failure = failures[index];
  if (!failure) return copy;
  const operation = `operation ${index + 1}: ${JSON.stringify(listed[index])}`;
  throw new OperationError(`hit error: performing JSON patch: ${failure.message}`, [operation]);
}

function patchOperation(item: Json, index: number): Operation {
  const { op, path, from, value } = isJsonObject(item) ? item : {};
  for (const pointer of [path, from]) {
    if (typeof pointer === 'string' && !isPointer(pointer)) {
      throw new OperationError(`hit error: performing JSON patch: invalid path ${JSON.stringify(pointer)}`, [
        `operation ${index + 1}: a path is written /spec/ipipMode; a slash in a key is written ~1, a tilde ~0`,
      ]);
    }
  }
  if (typeof path === 'string') {
    if ((op === 'add' || op === 'replace' || op === 'test') && value !== undefined) return { op, path, value };
    if (op === 'remove') return { op, path };
    if ((op === 'move' || op === 'copy') && typeof from === 'string') return { op, path, from };
  }
  throw new OperationError('hit error: performing JSON patch: invalid operation', [
    `operation ${index + 1} needs "op" (add, remove, replace, move, copy, test), "path", and the "value" or "from" that goes with it`,
  ]);
}

/** Whether a text is a JSON Pointer (RFC 6901). */
function isPointer(text: string): boolean {
  return text === '' || (text.startsWith('/') && !/~(?![01])/.test(text));
}

/** Decodes the patched document as strictly as a manifest. */
function fromJson(kind: Kind, document: Json): Resource {
  const node = inputNode(document);
  const creating = 'hit error: creating resource from patched data: error unmarshaling JSON: while decoding JSON: ';
  if (node.type !== 'map') throw new OperationError(`${creating}json: cannot unmarshal into an object`);
  const { value, problems } = decodeStruct(objectSchema(kind), node, { coerce: true });
  const [first] = problems;
  if (first !== undefined)
    throw new OperationError(
      `${creating}${first.message}`,
      problems.map(({ path, message }) => `${path}: ${message.replace(/^json: /, '')}`),
    );
  const { metadata, spec, status } = value;
  return resourceFrom(kind, { metadata: isJsonObject(metadata) ? metadata : {}, spec, status });
}

/** What no patch changes, but for what the datastore itself keeps. */
const FIXED = { type: ['apiVersion', 'kind'], metadata: ['name', 'namespace', 'finalizers', 'ownerReferences'] };

/**
 * Warns of what a patch was to change and does not.
 * @param next the object that `wanted` was read as: its metadata has one spelling
 * @throws {OperationError} under `--safe`
 */
function noteWithoutEffect(before: Json, wanted: Json, next: Resource, context: Context, { safe }: PatchInput): void {
  const differ = (one: Json, other: Json, path: readonly string[]): boolean =>
    textAt(one, path) !== textAt(other, path);
  const read = resourceJson(next);
  const parts = [
    ...FIXED.type.filter((key) => differ(before, wanted, [key])),
    ...FIXED.metadata.filter((key) => differ(before, read, ['metadata', key])).map((key) => `metadata.${key}`),
  ];
  if (parts.length === 0) return;
  const text = `a patch does not change ${parts.join(', ')}: that part of it has no effect`;
  if (safe) throw new OperationError(`refused: ${text}`);
  context.warn(text);
}

/** The value at a path, as text. */
function textAt(document: Json, path: readonly string[]): string {
  let value: Json | undefined = document;
  for (const key of path) value = isJsonObject(value) ? value[key] : undefined;
  return value === undefined ? '' : goJson(value);
}

/** Identity and bookkeeping stay the stored object's; a patched resourceVersion is the one that is compared. */
function withUnion(next: Resource, stored: Resource): Resource {
  const { labels, annotations, resourceVersion } = next.metadata;
  const { labels: _labels, annotations: _annotations, ...kept } = stored.metadata;
  const metadata = {
    ...kept,
    ...(resourceVersion === undefined ? {} : { resourceVersion }),
    ...(labels === undefined ? {} : { labels }),
    ...(annotations === undefined ? {} : { annotations }),
  };
  return { ...next, metadata };
}
