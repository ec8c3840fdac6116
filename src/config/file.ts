/** Settings from a CalicoAPIConfig file, read as strictly as the Go client reads it. */
import type { Files } from '../context.ts';
import type { ConnectionSpec } from '../datastore/settings.ts';
import { SettingsError } from '../datastore/settings.ts';
import { decodeStruct } from '../kinds/decode.ts';
import type { DecodeProblem } from '../kinds/decode.ts';
import { objectMeta } from '../kinds/metadata.ts';
import type { InputMap, InputNode } from '../kinds/node.ts';
import { API_VERSION } from '../kinds/resource.ts';
import type { Codec, Field, Schema, StructSchema } from '../kinds/schema.ts';
import { bool, CodecError, field, int, isJsonObject, struct, text } from '../kinds/schema.ts';
import { nearestName } from '../manifests/nearest.ts';
import { YamlError } from '../manifests/yaml/error.ts';
import { codeOf, osErrorText } from '../system-errors.ts';
import type { ConfigField, Given, GivenSpec } from './fields.ts';
import { CONFIG_FIELDS } from './fields.ts';

const KIND = 'CalicoAPIConfig';

/**
 * Reads a configuration file: YAML or JSON, its first document.
 *
 * @throws {SettingsError} when the file cannot be read, is no YAML, has a field that is not known or not of its type, or is of another kind
 */
export async function readConfigFile(path: string, files: Files): Promise<Given> {
  const document = await parse(path, await read(path, files));
  if (document.type !== 'map' && document.type !== 'null') {
    const got =
      document.type === 'list'
        ? 'array'
        : document.type === 'int' || document.type === 'float'
          ? 'number'
          : document.type;
    throw unreadable(path, `${DECODING}json: cannot unmarshal ${got} into Go value of type apiconfig.${KIND}`);
  }
  const map = document.type === 'map' ? document : ({ type: 'map', entries: [], at: document.at } as const);
  const { value, problems } = decodeStruct(documentSchema(), map, { coerce: true });
  const [problem] = problems;
  if (problem !== undefined) throw unreadable(path, `${DECODING}${problem.message}`, hintsFor(path, problem));
  const { spec } = value;
  const [apiVersion, kind] = [value['apiVersion'], value['kind']].map((item) => (typeof item === 'string' ? item : ''));
  if (apiVersion !== API_VERSION) throw syntaxError(path, `invalid config file: unknown APIVersion '${apiVersion}'`);
  if (kind !== KIND) throw syntaxError(path, `invalid config file: expected kind '${KIND}', got '${kind}'`);
  return { ...collect(path, isJsonObject(spec) ? spec : {}), warnings: changedTexts(path, map) };
}

const DECODING = 'error unmarshaling JSON: while decoding JSON: ';

function collect(path: string, values: { readonly [key: string]: unknown }): Omit<Given, 'warnings'> {
  const spec: GivenSpec = {};
  const origins = new Map<keyof ConnectionSpec, string>();
  for (const known of CONFIG_FIELDS) {
    const value = values[known.name];
    if (value === undefined) continue;
    origins.set(known.name, `${path}: spec.${known.name}`);
    if (known.type === 'string' && typeof value === 'string') spec[known.name] = value;
    else if (known.type === 'bool' && typeof value === 'boolean') spec[known.name] = value;
    else if ((known.type === 'int' || known.type === 'float32') && typeof value === 'number') spec[known.name] = value;
  }
  return { spec, origins };
}

/** Texts that YAML reads as something else than what is written: a password `0123` becomes `83`, `!x` becomes nothing. */
function changedTexts(path: string, document: InputMap): readonly string[] {
  const spec = document.entries.find(({ key }) => key.toLowerCase() === 'spec')?.value;
  if (spec?.type !== 'map') return [];
  return spec.entries.flatMap(({ key, value }) => {
    const known = CONFIG_FIELDS.find(({ name }) => name.toLowerCase() === key.toLowerCase());
    if (known?.type !== 'string' || value.type === 'map' || value.type === 'list' || value.type === 'null') return [];
    if (value.tag === undefined && (value.type === 'string' || value.text === value.source)) return [];
    const taken =
      value.tag === undefined ? `another ${value.type === 'bool' ? 'boolean' : 'number'} than it shows` : 'a tag';
    return [`${path}:${value.at.line}: YAML reads the value of spec.${known.name} as ${taken}; put it in quotes`];
  });
}

async function parse(path: string, content: Uint8Array): Promise<InputNode> {
  // Not by the reader's own file: this one has a place in the bundle that commands without YAML do not load.
  const { parseYaml } = await import('../manifests/decode.ts');
  try {
    return parseYaml(content).root;
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    // Most messages of the Go tool hold the line already.
    const hints = error.line === undefined || /line \d/.test(error.message) ? [] : [`see ${path}:${error.line}`];
    throw unreadable(path, `error converting YAML to JSON: ${error.message}`, hints, error);
  }
}

function unreadable(path: string, message: string, hints: readonly string[] = [], cause?: unknown): SettingsError {
  return syntaxError(path, `failed to parse config as YAML/JSON: ${message}`, hints, cause);
}

function syntaxError(path: string, message: string, hints: readonly string[] = [], cause?: unknown): SettingsError {
  return new SettingsError(`syntax error in ${path}: ${message}`, { hints, cause });
}

/** Where the problem stands, and the field that was probably meant. */
function hintsFor(path: string, { unknown, at }: DecodeProblem): readonly string[] {
  const meant = unknown === undefined ? undefined : nearestName(unknown.field, unknown.known);
  return [meant === undefined ? `see ${path}:${at.line}` : `${path}:${at.line}: did you mean ${meant}?`];
}

async function read(path: string, files: Files): Promise<Uint8Array> {
  try {
    return await files.read(path);
  } catch (error) {
    if (codeOf(error) === '') throw error;
    throw new SettingsError(osErrorText('open', path, error), { cause: error });
  }
}

const float32: Codec = {
  expects: 'float32',
  zero: 0,
  jsonSchema: { type: 'number' },
  decode({ type, text: given }) {
    if (type === 'int' || type === 'float') return Math.fround(Number(given));
    if (type === 'null') return 0;
    const got = { string: 'string', bool: 'bool', list: 'array', map: 'object' }[type];
    throw new CodecError('', { got, want: 'float32' });
  },
};

const SCHEMAS: Readonly<Record<ConfigField['type'], Schema>> = {
  string: text(),
  bool: bool(),
  int: int(),
  float32: { type: 'codec', go: 'float32', codec: float32 },
};

function documentSchema(): StructSchema {
  const fields: { [name: string]: Field } = {};
  for (const { name, go, type } of CONFIG_FIELDS) {
    fields[name] = field(go, name === 'datastoreType' ? text({ go: 'apiconfig.DatastoreType' }) : SCHEMAS[type]);
  }
  return struct(`apiconfig.${KIND}`, {
    kind: field('Kind', text(), { embedded: 'TypeMeta' }),
    apiVersion: field('APIVersion', text(), { embedded: 'TypeMeta' }),
    metadata: field('Metadata', objectMeta),
    spec: field('Spec', struct(`apiconfig.${KIND}Spec`, fields)),
  });
}
