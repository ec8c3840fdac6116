/** What a file holds: its objects, where each is, and what is wrong with it. */
import { createHash } from 'node:crypto';
import { decodeStruct, inputNode, plainJson } from '../../kinds/decode.ts';
import { goJson } from '../../kinds/go-json.ts';
import type { Kind } from '../../kinds/kind.ts';
import { objectSchema, resourceFrom } from '../../kinds/object.ts';
import type { Metadata, Ref, Resource } from '../../kinds/resource.ts';
import { canonicalMetadata, resourceJson } from '../../kinds/resource.ts';
import type { Json, JsonObject } from '../../kinds/schema.ts';
import { isJsonObject } from '../../kinds/schema.ts';
import { decodeFile } from '../../manifests/decode.ts';
import { NOT_READ } from '../../manifests/manifest.ts';
import type { Notice } from '../../manifests/manifest.ts';
import { parseYaml } from '../../manifests/yaml/parse.ts';
import { splitDocuments } from '../../manifests/yaml/split.ts';
import type { DocumentRange, Path } from './documents.ts';
import {
  documentRanges,
  isBlankDocument,
  objectPaths,
  withDocument,
  withoutDocument,
  withValueAt,
} from './documents.ts';

/** An object in a file. */
export interface Entry {
  readonly key: string;
  readonly file: string;
  readonly line: number;
  /** with the revision that follows from its text */
  readonly resource: Resource;
  /** which of the file's documents it is in */
  readonly document: number;
  /** which of that document's objects it is; undefined when the document is the object */
  readonly item: number | undefined;
}

export interface Content {
  readonly text: string;
  readonly entries: readonly Entry[];
  /** why the file, or part of it, cannot be read */
  readonly problems: readonly Notice[];
  /** what can be read but is probably not meant */
  readonly warnings: readonly Notice[];
  /** documents without problems and warnings by their text, of files that hold several: they need not be read again */
  readonly known: ReadonlyMap<string, KnownDocument>;
}

interface KnownDocument {
  /** line of the file in which the document starts */
  readonly line: number;
  /** without the time of the file */
  readonly entries: readonly Entry[];
}

/** Identifies an object in a folder. */
export function keyOf({ kind, name, namespace }: Ref): string {
  return `${kind}/${namespace ?? ''}/${name}`;
}

/**
 * Reads a file's text. A document that cannot be read does not hide the others. An object that was written by hand gets what the tool would
 * have given it: a uid that follows from its name, and the time of the file.
 * @param before what the file held: documents that are still there are taken from it
 */
export function readContent(file: string, text: string, changedAt: Date, before?: Content): Content {
  const entries: Entry[] = [];
  const problems: Notice[] = [];
  const warnings: Notice[] = [];
  for (const { dropped } of splitDocuments(text)) {
    // Not an object, and yet somebody's text: a file that holds it is left alone.
    if (dropped !== undefined)
      problems.push({ file, ...dropped.at, problem: `what follows --- on its line ${NOT_READ}: ${dropped.text}` });
  }
  const known = new Map<string, KnownDocument>();
  const createdAt = `${changedAt.toISOString().slice(0, 19)}Z`;
  const dated = (entry: Entry): Entry => ({ ...entry, resource: withTime(entry.resource, createdAt) });
  const ranges = documentRanges(text);
  ranges.forEach((range, document) => {
    const part = text.slice(range.start, range.end);
    if (isBlankDocument(part)) return;
    const same = before?.known.get(part);
    if (same !== undefined) {
      const moved = same.entries.map((entry) => ({ ...entry, document, line: entry.line + range.line - same.line }));
      known.set(part, { line: range.line, entries: moved });
      entries.push(...moved.map(dated));
      return;
    }
    const decoded = decodeFile(file, encoder.encode(part), range.line);
    if (decoded.error !== undefined) {
      const place = { file, line: range.line, column: 1, problem: decoded.error.message };
      if (!isForeign(part, decoded.error.message)) problems.push(decoded.error.notices[0] ?? place);
      return;
    }
    for (const notice of decoded.warnings) (notice.problem.includes(NOT_READ) ? problems : warnings).push(notice);
    const { resources } = decoded;
    const single = resources.length === 1 && isSingleObject(part);
    const read: Entry[] = [];
    let isWhole = decoded.warnings.length === 0;
    resources.forEach(({ kind, resource, line }, index) => {
      const { name = '' } = resource.metadata;
      if (name === '') {
        problems.push({ file, line, column: 1, path: 'metadata.name', problem: `this ${kind.name} has no name` });
        isWhole = false;
        return;
      }
      const whole = completed(kind, resource);
      const source = single ? part.trim() : goJson(resourceJson(resource));
      const metadata = canonicalMetadata({ ...whole.metadata, resourceVersion: revisionFor(source) });
      const { namespace } = metadata;
      const key = keyOf(namespace === undefined ? { kind: kind.name, name } : { kind: kind.name, name, namespace });
      read.push({ key, file, line, resource: { ...whole, metadata }, document, item: single ? undefined : index });
    });
    entries.push(...read.map(dated));
    if (isWhole && ranges.length > 1) known.set(part, { line: range.line, entries: read });
  });
  return { text, entries, problems, warnings, known };
}

const encoder = new TextEncoder();

/** Manifests of other programs and settings of tools such as kustomize may lie beside ours. */
function isForeign(text: string, message: string): boolean {
  return /^unknown resource type \(.+\) and\/or version \(.+\)$/s.test(message) && !text.includes('projectcalico.org');
}

/** Whether a document of one object is that object, not a list of one. */
function isSingleObject(text: string): boolean {
  if (!text.includes('List') && !/^(?:---[^\n]*\n|\s|#[^\n]*\n)*[-[]/.test(text)) return true;
  return objectPaths(plainJson(parseYaml(text).root)).every((path) => path.length === 0);
}

function completed(kind: Kind, resource: Resource): Resource {
  const { metadata } = resource;
  const namespace = kind.scope === 'namespaced' ? (metadata.namespace ?? 'default') : '';
  return {
    ...resource,
    metadata: fileMetadata({
      ...metadata,
      namespace,
      uid: metadata.uid ?? uidFor(`${kind.name}/${namespace}/${metadata.name ?? ''}`),
    }),
  };
}

/** The resource with that time if it has none. */
function withTime(resource: Resource, creationTimestamp: string): Resource {
  const { metadata } = resource;
  if (metadata.creationTimestamp !== undefined) return resource;
  return { ...resource, metadata: canonicalMetadata({ ...metadata, creationTimestamp }) };
}

/** Metadata without what does not come from the file. */
function fileMetadata(metadata: Metadata): Metadata {
  return canonicalMetadata({ ...metadata, resourceVersion: '', selfLink: '' });
}

/** A UUID of version 8 (RFC 9562): the same for the same name. */
function uidFor(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/**
 * The revision of a text: 63 bits of its SHA-256 in decimal. It follows from the content alone, so that every process, and every checkout of
 * the folder, agrees on it.
 */
export function revisionFor(text: string): string {
  const digest = createHash('sha256').update(text).digest();
  return (digest.readBigUInt64BE() >> 1n).toString();
}

/** The object as it is written into a file: without what the file does not decide, or what is empty anyway. */
export function storedForm(kind: Kind, resource: Resource): JsonObject {
  const { apiVersion, spec, status } = resource;
  const head: JsonObject = { apiVersion, kind: kind.name, metadata: { ...fileMetadata(resource.metadata) }, spec };
  const empty = status === undefined || (kind.status?.presence === 'always' && Object.keys(status).length === 0);
  return empty ? head : { ...head, status };
}

/**
 * The text of a file with another object, or none, in the place of an entry. Undefined when nothing is left of the file.
 * @throws {TypeError} when the place cannot be found in the document
 */
export function withEntry({ text }: Content, entry: Entry, form: JsonObject | undefined): string | undefined {
  const ranges = documentRanges(text);
  const range = ranges[entry.document];
  if (range === undefined) throw notFound(entry);
  if (entry.item === undefined)
    return form === undefined ? withoutDocument(text, ranges, entry.document) : written(text, range, form, entry);
  const { root } = parseYaml(text.slice(range.start, range.end));
  const document = plainJson(root);
  const path: Path | undefined = objectPaths(document)[entry.item];
  if (path === undefined) throw notFound(entry);
  const changed = withValueAt(document, path, form);
  return objectPaths(changed).length === 0
    ? withoutDocument(text, ranges, entry.document)
    : written(text, range, changed, entry);
}

function written(text: string, range: DocumentRange, value: Json, { file }: Entry): string {
  return withDocument(text, range, value, /\.json$/i.test(file) ? 'json' : 'yaml');
}

function notFound({ file, line }: Entry): TypeError {
  return new TypeError(`${file}:${line}: the object is in a place that cannot be rewritten; change it by hand`);
}

/** Whether two resources are the same but for what a file does not decide. */
export function sameContent(kind: Kind, stored: Resource, sent: Resource): boolean {
  const { uid = '', creationTimestamp = '' } = stored.metadata;
  const form = storedForm(kind, { ...sent, metadata: { uid, creationTimestamp, ...sent.metadata } });
  return (
    goJson(resourceJson(canonicalForm(kind, form))) ===
    goJson(resourceJson(canonicalForm(kind, storedForm(kind, stored))))
  );
}

function canonicalForm(kind: Kind, form: JsonObject): Resource {
  const node = inputNode(form);
  const value = node.type === 'map' ? decodeStruct(objectSchema(kind), node, { coerce: false }).value : form;
  const { metadata, spec, status } = value;
  return resourceFrom(kind, { metadata: isJsonObject(metadata) ? metadata : {}, spec, status });
}

/** Whether a change of an entry has left all others of the file as they were. */
export function sameOthers(after: Content, before: Content, changed: Entry): boolean {
  const others = ({ entries }: Content) =>
    entries
      .filter(({ key }) => key !== changed.key)
      .map(({ key, resource }) => `${key} ${resource.metadata.resourceVersion}`);
  return others(after).join('\n') === others(before).join('\n');
}
