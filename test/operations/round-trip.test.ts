/** What is read back and applied again changes nothing, for every kind and every example of one. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { requireKind } from '../../src/kinds/index.ts';
import { refOf } from '../../src/kinds/resource.ts';
import type { Resource } from '../../src/kinds/resource.ts';
import { decodeFile } from '../../src/manifests/decode.ts';
import { apply } from '../../src/operations/crud.ts';
import { get } from '../../src/operations/get.ts';
import { parseFormat } from '../../src/output/format.ts';
import { print } from '../../src/output/print.ts';
import { object } from '../conformance/objects.ts';
import { world } from '../doubles/world.ts';
import { fromFile, named } from './manifests.ts';

const FIXTURES = join(import.meta.dirname, '../fixtures/kinds');
const plurals = readdirSync(FIXTURES);

function examples(plural: string): readonly Resource[] {
  return ['minimal.yaml', 'full.yaml'].flatMap((file) => {
    const { resources, error } = decodeFile(file, readFileSync(join(FIXTURES, plural, file)));
    if (error !== undefined) throw error;
    return resources.map(({ resource }) => resource);
  });
}

/** Kinds whose objects cannot be written by a verb. */
function isReadOnly({ kind }: Resource): boolean {
  return requireKind(kind).refuses?.apply !== undefined;
}

/** The object in the form in which a store keeps it. */
async function storedBy(text: string, here: ReturnType<typeof world>, resource: Resource): Promise<Resource> {
  const store = await here.context.datastore();
  if (isReadOnly(resource))
    return store.create({
      ...resource,
      metadata: { ...resource.metadata, uid: 'u', creationTimestamp: '2024-02-29T00:00:00Z' },
    });
  const { filters } = resource.spec;
  // Peers name filters, which must be there.
  for (const name of Array.isArray(filters) ? filters.map(String) : [])
    await store.create(object('BGPFilter', name, {}));
  const { outcomes } = await apply(here.context, fromFile(text, { allowVersionMismatch: true }));
  const [outcome] = outcomes;
  if (outcome?.error !== undefined) throw outcome.error;
  return store.get(refOf(placed(resource)));
}

function placed(resource: Resource): Resource {
  const namespaced = requireKind(resource.kind).scope === 'namespaced';
  return namespaced ? { ...resource, metadata: { namespace: 'default', ...resource.metadata } } : resource;
}

async function shown(resource: Resource, format: 'json' | 'yaml'): Promise<string> {
  const plain = { withNamespace: false, related: { get: () => undefined }, template: '' };
  return (await print([resource], parseFormat(format), plain)).text;
}

describe.each(plurals)('%s', (plural) => {
  it.each(['json', 'yaml'] as const)('read back as %s and applied again is unchanged', async (format) => {
    for (const [index, example] of examples(plural).entries()) {
      const files: Record<string, string> = { 'first.json': await shown(example, 'json') };
      const here = world({ files });
      const stored = await storedBy('first.json', here, example);
      const { name = '', namespace = '' } = stored.metadata;
      const question = {
        ...named(plural, [name], { namespace, allowVersionMismatch: true }),
        export: false,
        selector: undefined,
        sortBy: undefined,
      };
      const { found, errors } = await get(here.context, question);
      expect(errors).toEqual([]);
      const [answer] = found;
      if (answer === undefined || 'items' in answer) throw new Error(`example ${index} is not there`);
      const text = await shown(answer, format);
      const { resources, warnings, error } = decodeFile('again', new TextEncoder().encode(text));
      expect([error, warnings, resources.map(({ resource }) => resource)]).toEqual([undefined, [], [answer]]);
      if (isReadOnly(example)) continue;
      files['again'] = text;
      const { outcomes } = await apply(here.context, fromFile('again', { allowVersionMismatch: true }));
      expect(outcomes.map((outcome) => outcome.error ?? outcome.change)).toEqual(['unchanged']);
      const store = await here.context.datastore();
      const after = await store.get(refOf(stored));
      expect({ ...after.metadata, resourceVersion: '' }).toEqual({ ...stored.metadata, resourceVersion: '' });
      expect([after.spec, after.status]).toEqual([stored.spec, stored.status]);
    }
  });
});
