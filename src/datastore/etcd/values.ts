/**
 * The text of a resource in etcd: one compact JSON document as the Go client (libcalico-go) writes it. The revision is not in it: it is
 * the key's mod revision.
 */
import { goJson, parseJson } from '../../kinds/go-json.ts';
import type { Kind } from '../../kinds/kind.ts';
import { objectMeta } from '../../kinds/metadata.ts';
import { resourceFrom } from '../../kinds/object.ts';
import type { Metadata, Resource } from '../../kinds/resource.ts';
import { resourceJson } from '../../kinds/resource.ts';
import type { Json, JsonObject } from '../../kinds/schema.ts';
import { canonicalStruct, jsonTypeOf } from '../../kinds/canonical.ts';
import { isJsonObject } from '../../kinds/schema.ts';
import { Corrupt } from '../errors.ts';
import { KINDS_NAMED_BY_ANNOTATION, METADATA_ANNOTATION } from './keys.ts';
import type { KeyValue } from './transport.ts';

/** The document to store for a resource. */
export function encodeResource(kind: Kind, resource: Resource): string {
  const metadata: Metadata = { ...resource.metadata, resourceVersion: '', selfLink: '' };
  const annotated = KINDS_NAMED_BY_ANNOTATION.has(kind.name)
    ? {
        ...metadata,
        annotations: { ...metadata.annotations, [METADATA_ANNOTATION]: goJson({ name: metadata.name ?? '' }) },
      }
    : metadata;
  return goJson(
    resourceJson(resourceFrom(kind, { metadata: annotated, spec: resource.spec, status: resource.status })),
  );
}

/**
 * Reads a stored document; unknown fields are dropped, as the Go client drops them.
 * @throws {Corrupt} when it is no document of the kind
 */
export function decodeResource(kind: Kind, entry: KeyValue): Resource {
  return decodeEntry(entry, () => {
    const document = readObject(parseJson(entry.value));
    const stored = readMetadata(readObject(document['metadata'] ?? {}));
    const metadata: Metadata = { ...stored, selfLink: '', resourceVersion: entry.modRevision };
    const spec = document['spec'];
    const named = KINDS_NAMED_BY_ANNOTATION.has(kind.name) ? namedByAnnotation(metadata, spec) : metadata;
    const { status } = document;
    return resourceFrom(kind, { metadata: named, spec, status });
  });
}

/**
 * Runs a decoder on an entry.
 * @throws {Corrupt} with the Go client's text when it fails
 */
export function decodeEntry<T>(entry: KeyValue, decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    const reason = error instanceof SyntaxError ? syntaxProblem(entry.value, error) : messageOf(error);
    throw new Corrupt(`failed to parse datastore entry key=${entry.key}; value=${entry.value}: ${reason}`, {
      cause: error,
    });
  }
}

/** @throws {TypeError} when it is no JSON object */
export function readObject(value: Json): JsonObject {
  if (isJsonObject(value)) return value;
  throw new TypeError(`json: cannot unmarshal ${jsonTypeOf(value)} into Go value of type map[string]interface {}`);
}

/** The schema of ObjectMeta has the fields of {@link Metadata}: what fits the one is the other. */
function readMetadata(value: JsonObject): Metadata;
function readMetadata(value: JsonObject): unknown {
  return canonicalStruct(objectMeta, value);
}

/** The name in the annotation wins; without one, older writers put the tier in front of the name. */
function namedByAnnotation(metadata: Metadata, spec: Json | undefined): Metadata {
  const { [METADATA_ANNOTATION]: note = '', ...annotations } = metadata.annotations ?? {};
  const kept: Metadata = { ...metadata, annotations };
  if (note !== '') return { ...kept, name: nameInNote(note) };
  const tier = isJsonObject(spec) ? (spec['tier'] ?? '') : '';
  const { name = '' } = metadata;
  return (tier === '' || tier === 'default') && name.startsWith('default.') ? { ...kept, name: name.slice(8) } : kept;
}

function nameInNote(note: string): string {
  try {
    const name = readObject(parseJson(note))['name'] ?? '';
    if (typeof name === 'string') return name;
    throw new TypeError(
      `json: cannot unmarshal ${jsonTypeOf(name)} into Go struct field ObjectMeta.name of type string`,
    );
  } catch (error) {
    const reason = error instanceof SyntaxError ? syntaxProblem(note, error) : messageOf(error);
    throw new TypeError(`CRD annotation "${METADATA_ANNOTATION}" contained invalid JSON: ${reason}`, { cause: error });
  }
}

/** What Go says of text that is no JSON, in the cases that are met; else the engine's words. */
function syntaxProblem(text: string, error: SyntaxError): string {
  const start = /^[ \t\r\n]*(.?)/su.exec(text)?.[1] ?? '';
  if (start === '') return 'unexpected end of JSON input';
  if (!/^[-{["0-9tfn]$/.test(start)) return `invalid character '${start}' looking for beginning of value`;
  return error.message;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
