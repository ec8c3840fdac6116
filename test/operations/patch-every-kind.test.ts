import { describe, expect, test } from 'vitest';
import { decodeStruct, inputNode } from '../../src/kinds/decode.ts';
import { kinds } from '../../src/kinds/all.ts';
import type { Kind } from '../../src/kinds/kind.ts';
import { objectSchema, resourceFrom } from '../../src/kinds/object.ts';
import { resourceJson } from '../../src/kinds/resource.ts';
import type { Resource } from '../../src/kinds/resource.ts';
import type { Json, JsonObject } from '../../src/kinds/schema.ts';
import { isJsonObject } from '../../src/kinds/schema.ts';
import { mergePatch, strategicPatch } from '../../src/operations/merge-patch.ts';
import { validFixtures } from '../conformance/fixtures.ts';

type Patch = (target: Json, patch: JsonObject) => Json;

/** A patched document as the object that would be written. */
function decoded(kind: Kind, document: Json): Resource {
  const node = inputNode(document);
  if (node.type !== 'map') throw new TypeError('not an object');
  const { value, problems } = decodeStruct(objectSchema(kind), node, { coerce: true });
  if (problems.length > 0) throw new TypeError(problems.map(({ message }) => message).join('; '));
  const { metadata, spec, status } = value;
  return resourceFrom(kind, { metadata: isJsonObject(metadata) ? metadata : {}, spec, status });
}

const fixtures = validFixtures();

describe.each<readonly [string, Patch]>([
  ['merge', mergePatch],
  ['strategic merge', strategicPatch],
])('a %s patch', (_type, apply) => {
  test.each(kinds)('changes nothing of a $name when it is empty', (kind) => {
    for (const { resource } of fixtures.filter((fixture) => fixture.kind === kind))
      expect(decoded(kind, apply(resourceJson(resource), {}))).toEqual(resource);
  });

  test.each(kinds)('takes any field of a $name away, and another brings it back', (kind) => {
    for (const { resource } of fixtures.filter((fixture) => fixture.kind === kind)) {
      const whole = resourceJson(resource);
      for (const [field, value] of Object.entries(resource.spec)) {
        const less = apply(whole, { spec: { [field]: null } });
        expect(less).toEqual({ ...(isJsonObject(whole) ? whole : {}), spec: without(resource.spec, field) });
        expect(decoded(kind, apply(less, { spec: { [field]: value } }))).toEqual(resource);
      }
    }
  });

  test.each(kinds)('labels a $name', (kind) => {
    for (const { resource } of fixtures.filter((fixture) => fixture.kind === kind)) {
      const labels = { ...resource.metadata.labels, patched: 'yes' };
      const next = decoded(kind, apply(resourceJson(resource), { metadata: { labels: { patched: 'yes' } } }));
      expect(next).toEqual({ ...resource, metadata: { ...resource.metadata, labels } });
    }
  });

  test.each(kinds)('with a field that a $name does not have is refused by it', (kind) => {
    for (const { resource } of fixtures.filter((fixture) => fixture.kind === kind)) {
      const document = apply(resourceJson(resource), { spec: { noSuchField: 1 } });
      expect(() => decoded(kind, document)).toThrow('json: unknown field "noSuchField"');
    }
  });
});

function without(spec: JsonObject, field: string): JsonObject {
  return Object.fromEntries(Object.entries(spec).filter(([key]) => key !== field));
}
