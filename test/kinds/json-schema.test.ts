import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { canonicalStruct } from '../../src/kinds/canonical.ts';
import { structProblems } from '../../src/kinds/check.ts';
import { kinds } from '../../src/kinds/all.ts';
import { requireKind } from '../../src/kinds/index.ts';
import { jsonSchema, jsonSchemaOfAll } from '../../src/kinds/json-schema.ts';
import type { Kind } from '../../src/kinds/kind.ts';
import { resourceJson } from '../../src/kinds/resource.ts';
import type { Json, JsonObject, Rule, Schema, StructSchema } from '../../src/kinds/schema.ts';
import { CodecError, isJsonObject } from '../../src/kinds/schema.ts';
import { validFixtures } from '../conformance/fixtures.ts';
import { documentJson, examples, validExamples } from './documents.ts';
import { RandomValues } from './random.ts';
import { verdict } from './verdict.ts';

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[-+]\d\d:\d\d)$/;

/** What a schema says against a value: one line per finding, none when it is valid. */
function validator(schema: JsonObject): (value: Json) => readonly string[] {
  const lenient = { strictTypes: false, strictRequired: false };
  const ajv = new Ajv2020({ strict: true, ...lenient, allErrors: true, formats: { 'date-time': TIME } });
  ajv.addKeyword({ keyword: 'patternErrorMessage', schemaType: 'string' });
  const validate = ajv.compile(schema);
  return (value) => {
    validate(value);
    return (validate.errors ?? []).map(({ instancePath, message = '' }) => `${instancePath} ${message}`);
  };
}

const all = validator(jsonSchemaOfAll(kinds));
const byKind = new Map(kinds.map((kind) => [kind.name, validator(jsonSchema(kind))]));
function findings({ name }: Kind, document: Json): readonly string[] {
  const validate = byKind.get(name);
  if (validate === undefined) throw new Error(`no schema of ${name}`);
  return validate(document);
}

describe.each(kinds)('the JSON Schema of $name', (kind) => {
  const { name } = kind;

  test.each(validExamples(kind))('accepts $title', (example) => {
    expect(findings(kind, documentJson(example))).toEqual([]);
    expect(all(documentJson(example))).toEqual([]);
  });

  test.each(examples(kind, 'invalid.yaml'))('refuses $title', (example) => {
    expect(findings(kind, documentJson(example))).not.toEqual([]);
    expect(all(documentJson(example))).not.toEqual([]);
  });

  test('accepts its objects as `get` prints them, stored and exported', () => {
    const objects = validFixtures().filter((fixture) => fixture.kind === kind);
    for (const { resource } of objects) {
      const stored = { ...resource, metadata: { ...resource.metadata, resourceVersion: '7' } };
      expect(findings(kind, resourceJson(stored))).toEqual([]);
      const exported = { name: resource.metadata.name, creationTimestamp: null };
      expect(findings(kind, { ...asObject(resourceJson(resource)), metadata: exported })).toEqual([]);
    }
    expect(objects.length).toBeGreaterThan(1);
  });

  test('refuses another kind, another version, no name, and fields that do not exist', () => {
    const document = { apiVersion: 'projectcalico.org/v2', kind: 'Pod', metadata: { nmae: 'a' }, spce: {} };
    const expected = [
      '/apiVersion must be equal to constant',
      '/kind must be equal to constant',
      "/metadata must have required property 'name'",
      '/metadata must NOT have additional properties',
      ' must NOT have additional properties',
    ];
    expect(findings(kind, document)).toEqual(expect.arrayContaining(expected));
  });

  test('is the one by which lists of the kind are judged', () => {
    const items = validExamples(kind).map(documentJson);
    const list = { apiVersion: 'projectcalico.org/v3', kind: `${name}List`, metadata: { resourceVersion: '1' }, items };
    expect(all(list)).toEqual([]);
    expect(all({ ...list, items: [...items, { kind: name }] })).toContain(
      `/items/${items.length} must have required property 'apiVersion'`,
    );
  });
});

function asObject(value: Json): JsonObject {
  if (!isJsonObject(value)) throw new TypeError('not an object');
  return value;
}

/**
 * Kinds for which the schema is stricter than the tool on purpose: where Calico has no CustomResourceDefinition the tool checks none of the
 * enums and rules of policy rules, and Felix ignores what breaks them.
 */
const STRICTER: readonly string[] = ['Profile'];

describe.each(kinds.filter(({ name }) => !STRICTER.includes(name)))('what the tool accepts as $name', (kind) => {
  test('is accepted by the JSON Schema', () => {
    const values = new RandomValues(3000 + kinds.indexOf(kind));
    const name = kind.nameSchema?.['const'] ?? 'a';
    const documents = values.times(150, () => ({
      apiVersion: 'projectcalico.org/v3',
      kind: kind.name,
      metadata: { name },
      spec: canonicalOrUndefined(kind.spec, values.struct(kind.spec)) ?? {},
    }));
    const accepted = documents.filter((document) => verdict(JSON.stringify(document)) === 'valid');
    expect(accepted.length).toBeGreaterThan(10);
    expect(accepted.flatMap((document) => findings(kind, document))).toEqual([]);
  });
});

/** The value as the tool writes it; undefined when it has a scalar that cannot be read. */
function canonicalOrUndefined(schema: StructSchema, value: JsonObject): JsonObject | undefined {
  try {
    return canonicalStruct(schema, value);
  } catch (error) {
    if (error instanceof CodecError) return undefined;
    throw error;
  }
}

/** Every struct below a schema, once. */
function structs(schema: Schema, found = new Set<StructSchema>()): ReadonlySet<StructSchema> {
  if (schema.type === 'pointer') return structs(schema.to, found);
  if (schema.type === 'list') return structs(schema.item, found);
  if (schema.type !== 'struct' || found.has(schema)) return found;
  found.add(schema);
  for (const field of Object.values(schema.fields)) structs(field.schema, found);
  return found;
}

interface Said {
  readonly struct: StructSchema;
  readonly name: string;
  readonly rule: Rule;
  readonly schema: JsonObject;
}
const said = [...new Set(kinds.flatMap((kind) => [...structs(kind.spec)]))].flatMap((struct): Said[] =>
  (struct.rules ?? []).flatMap((rule) =>
    rule.jsonSchema === undefined ? [] : [{ struct, name: struct.name, rule, schema: rule.jsonSchema }],
  ),
);

/** Rules of which JSON Schema can only say a part: it neither compares fields nor knows networks. */
const PARTLY_SAID: readonly string[] = [
  'must be a range of route table indices within 1..250',
  'IPPool CIDR overlaps with IPv4 link local range 169.254.0.0/16',
];

/** The names of fields that a schema speaks of. */
function fieldsIn(schema: Json): readonly string[] {
  if (Array.isArray(schema)) return schema.flatMap(fieldsIn);
  if (!isJsonObject(schema)) return [];
  const { required, properties, ...others } = schema;
  return [
    ...(Array.isArray(required) ? required.map(String) : []),
    ...(isJsonObject(properties) ? Object.keys(properties) : []),
    ...Object.values(others).flatMap((value) => fieldsIn(value ?? null)),
  ];
}

describe('a rule of a CustomResourceDefinition as JSON Schema', () => {
  test.each(said)('refuses what breaks it and nothing else: $name: $rule.message', ({ struct, rule, schema }) => {
    const values = new RandomValues(4000);
    const judge = validator({ type: 'object', ...schema });
    const spoken = fieldsIn(schema);
    const fields = Object.fromEntries(Object.entries(struct.fields).filter(([name]) => spoken.includes(name)));
    const { rules: _rules, check: _check, ...bare } = { ...struct, fields };
    const samples = values.times(500, () => canonicalOrUndefined(bare, values.struct(bare)));
    const fitting = samples.filter((sample) => sample !== undefined && structProblems(bare, sample).length === 0);
    const passed = fitting.map((sample) => ({
      sample,
      rule: rule.test(sample ?? {}) === true,
      schema: judge(sample ?? {}).length === 0,
    }));
    const wrong = passed.filter((verdicts) => verdicts.rule !== verdicts.schema);
    const pardoned = PARTLY_SAID.includes(rule.message) ? wrong.filter((verdicts) => !verdicts.rule) : [];
    expect(wrong.filter((verdicts) => !pardoned.includes(verdicts))).toEqual([]);
    expect(new Set(passed.map((verdicts) => verdicts.schema))).toEqual(new Set([true, false]));
  });

  const tier = (name: string, spec: JsonObject) => ['Tier', name, spec] as const;
  const felix = (name: string) => ['FelixConfiguration', name, { nodeSelector: 'all()' }] as const;
  test.each([
    tier('default', { order: 1 }),
    tier('default', { defaultAction: 'Pass' }),
    tier('kube-admin', { order: 1001 }),
    tier('kube-baseline', { defaultAction: 'Deny' }),
    felix('default'),
    felix('node.a'),
  ])('that depends on the name: %s %s %j', (kind, name, spec) => {
    const document = (other: string): Json => ({
      apiVersion: 'projectcalico.org/v3',
      kind,
      metadata: { name: other },
      spec,
    });
    expect(findings(requireKind(kind), document(name))).not.toEqual([]);
    expect(findings(requireKind(kind), document('other'))).toEqual([]);
  });
});
