import { describe, expect, test } from 'vitest';
import { clientProblems, schemaProblems, withSchemaDefaults } from '../../src/kinds/check.ts';
import { goJson } from '../../src/kinds/go-json.ts';
import { kinds } from '../../src/kinds/all.ts';
import type { Kind } from '../../src/kinds/kind.ts';
import { objectSchema, withSpec } from '../../src/kinds/object.ts';
import type { Json, JsonObject } from '../../src/kinds/schema.ts';
import { decodeFile } from '../../src/manifests/decode.ts';
import { RandomValues } from './random.ts';

const DOCUMENTS = 150;
/** Names of which some kinds make more than of others. */
const NAMES = ['a', 'default', 'node.a', 'kube-admin'];
const ROOTS = /^(?:metadata|spec|status)(?:[.[]|$)/;

/** One member of an object or item of a list per line, so that positions differ. */
function manifest(document: Json): string {
  return goJson(document).replaceAll(/([,{[])(?=["{[\dtfn-])/g, '$1\n ');
}

interface Seen {
  /** how many documents were refused by the decoder, refused by the checks, accepted */
  readonly undecodable: number;
  readonly refused: number;
  readonly accepted: number;
  /** what was said without a place */
  readonly nowhere: readonly string[];
}

/** Reads and checks documents as `validate` does. */
function readAll(kind: Kind, documents: readonly Json[]): Seen {
  const count = { undecodable: 0, refused: 0, accepted: 0 };
  const nowhere: string[] = [];
  for (const document of documents) {
    const text = manifest(document);
    const lines = text.split('\n').length;
    const isInside = (at: { readonly line: number; readonly column: number }): boolean =>
      at.line >= 1 && at.line <= lines && at.column >= 1;
    const { resources, error } = decodeFile('random.yaml', new TextEncoder().encode(text));
    if (error !== undefined) {
      count.undecodable++;
      if (error.notices.length === 0) nowhere.push(error.message);
      for (const notice of error.notices) if (!isInside(notice)) nowhere.push(notice.problem);
      continue;
    }
    for (const manifested of resources) {
      const { resource } = manifested;
      const filled = withSpec(kind, resource, withSchemaDefaults(kind.spec, resource.spec));
      const problems = [
        ...clientProblems(kind, filled),
        ...schemaProblems(kind, filled, { rangesOfInt32: true }),
        ...schemaProblems(kind, filled, { rangesOfInt32: false }),
      ];
      for (const { name, reason, path = '' } of problems)
        if (!ROOTS.test(path) || !isInside(manifested.position(path))) nowhere.push(`${name}: ${reason}`);
      if (problems.length > 0) count.refused++;
      else count.accepted++;
    }
  }
  return { ...count, nowhere };
}

describe.each(kinds)('random documents of kind $name', (kind) => {
  const seed = 1 + kinds.indexOf(kind);
  const header = { apiVersion: 'projectcalico.org/v3', kind: kind.name };
  const { metadata, ...fields } = objectSchema(kind).fields;
  const typed = (values: RandomValues): JsonObject => ({
    ...Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, values.value(field.schema)])),
    ...header,
    metadata:
      values.random(4) === 0 && metadata !== undefined ? values.value(metadata.schema) : { name: values.pick(NAMES) },
  });

  test('that fit the types crash no check, and every problem has a place', () => {
    const values = new RandomValues(seed);
    const seen = readAll(
      kind,
      values.times(DOCUMENTS, () => typed(values)),
    );
    expect(seen.nowhere).toEqual([]);
    expect(seen.refused).toBeGreaterThan(0);
  });

  test('that fit them here and there crash no decoder, and every problem has a place', () => {
    const values = new RandomValues(1000 + seed);
    const damaged = values.times(DOCUMENTS, () => ({
      ...Object.fromEntries(
        Object.entries(typed(values)).map(([key, value]) => [key, values.damaged(value ?? null, 8)]),
      ),
      ...header,
    }));
    const seen = readAll(kind, damaged);
    expect(seen.nowhere).toEqual([]);
    expect(seen.undecodable).toBeGreaterThan(0);
  });

  test('that are anything crash no reader, and every problem has a place', () => {
    const values = new RandomValues(2000 + seed);
    const anything = values.times(DOCUMENTS, () => ({
      ...header,
      metadata: values.anything(3),
      spec: values.anything(4),
    }));
    expect(readAll(kind, anything).nowhere).toEqual([]);
  });
});
