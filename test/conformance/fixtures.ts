/** The example manifests of every kind, as the objects a driver is given. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { decodeStruct, inputNode } from '../../src/kinds/decode.ts';
import { kindNamed } from '../../src/kinds/index.ts';
import type { Kind } from '../../src/kinds/kind.ts';
import { objectSchema, resourceFrom } from '../../src/kinds/object.ts';
import type { Resource } from '../../src/kinds/resource.ts';
import type { Json } from '../../src/kinds/schema.ts';
import { isJsonObject } from '../../src/kinds/schema.ts';
import { freeze } from './objects.ts';

const FOLDER = join(import.meta.dirname, '../fixtures/kinds');

export interface Fixture {
  /** `ip-pool/full.yaml #1` */
  readonly title: string;
  readonly kind: Kind;
  readonly resource: Resource;
}

/** Every document of `minimal.yaml` and `full.yaml` of every kind that the program knows. */
export function validFixtures(): readonly Fixture[] {
  const fixtures: Fixture[] = [];
  if (!existsSync(FOLDER)) return fixtures;
  for (const folder of readdirSync(FOLDER, { withFileTypes: true })) {
    if (!folder.isDirectory()) continue;
    for (const file of ['minimal.yaml', 'full.yaml']) {
      const documents = loadAll(readFileSync(join(FOLDER, folder.name, file), 'utf8'));
      documents.forEach((document, index) => fixtures.push(fixture(`${folder.name}/${file} #${index + 1}`, document)));
    }
  }
  return fixtures;
}

function fixture(title: string, document: unknown): Fixture {
  const node = inputNode(json(document));
  if (node.type !== 'map' || !isJsonObject(document)) throw new TypeError(`${title}: not a mapping`);
  const kind = typeof document['kind'] === 'string' ? kindNamed(document['kind']) : undefined;
  if (kind === undefined) throw new TypeError(`${title}: no kind of the program`);
  const { value, problems } = decodeStruct(objectSchema(kind), node, { coerce: true });
  const [problem] = problems;
  if (problem !== undefined) throw new TypeError(`${title}: ${problem.message}`);
  const { metadata, spec, status } = value;
  if (!isJsonObject(metadata) || typeof metadata['name'] !== 'string') throw new TypeError(`${title}: no name`);
  const identity = { uid: '11111111-1111-4111-8111-111111111111', creationTimestamp: '2024-02-29T23:59:58Z' };
  const resource = resourceFrom(kind, { metadata: { ...metadata, ...identity }, spec, status });
  return { title, kind, resource: freeze(resource) };
}

/** A YAML value as JSON; times, which the library makes of dates, as text. */
function json(value: unknown): Json {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return `${value.toISOString().slice(0, 19)}Z`;
  if (Array.isArray(value)) return value.map(json);
  if (typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, json(item)]));
  if (
    typeof value === 'string' ||
    typeof value === 'number' ||
    typeof value === 'boolean' ||
    typeof value === 'bigint'
  ) {
    return value;
  }
  throw new TypeError(`not JSON: ${typeof value}`);
}
