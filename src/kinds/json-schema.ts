/**
 * JSON Schemas (draft 2020-12) of manifests, for the completion and the checks of editors. They say what `validate` says as far as JSON
 * Schema can: types, known fields, enums, patterns, limits, required fields, and many rules between fields. They are stricter where the tool
 * is lenient: names of fields in their exact case, text that is text, nothing null. Only keywords that draft 7 has too are used (but for
 * `$defs`), because that is what editors know best.
 */
import { structProblems } from './check.ts';
import { having, when } from './constraints.ts';
import type { Kind } from './kind.ts';
import { objectMeta } from './metadata.ts';
import { objectSchema } from './object.ts';
import { API_VERSION } from './resource.ts';
import type { Field, IntSchema, Json, JsonObject, Pattern, Schema, StructSchema, TextSchema } from './schema.ts';
import { isJsonObject } from './schema.ts';
import { ANNOTATIONS_FORMAT, CIDR_FORMAT, LABELS_FORMAT, NAME_FORMAT, tagSchema } from './tag-schemas.ts';

const DRAFT = 'https://json-schema.org/draft/2020-12/schema';

/** The schema of documents of one kind. It needs nothing besides itself. */
export function jsonSchema(kind: Kind): JsonObject {
  const definitions = new Definitions();
  const document = definitions.document(kind);
  return { $schema: DRAFT, ...document, $defs: definitions.all() };
}

/** The schema of documents of any of the kinds, and of the lists that `get -o yaml` prints. It needs nothing besides itself. */
export function jsonSchemaOfAll(kinds: readonly Kind[]): JsonObject {
  const definitions = new Definitions();
  const branches = kinds.flatMap((kind) => {
    const one = definitions.add(kind.name, definitions.document(kind));
    const many = definitions.add(`${kind.name}List`, listOf(kind, one));
    return [branch(kind.name, one), branch(`${kind.name}List`, many)];
  });
  return {
    $schema: DRAFT,
    title: 'Calico resource',
    description: 'An object of any kind that calicoctl manages, or a list of objects of one kind.',
    type: 'object',
    required: ['apiVersion', 'kind'],
    properties: {
      apiVersion: VERSION,
      kind: {
        description: 'What the object is.',
        anyOf: [{ enum: kinds.map(({ name }) => name) }, { enum: kinds.map(({ name }) => `${name}List`) }],
      },
    },
    allOf: branches,
    $defs: definitions.all(),
  };
}

const VERSION: JsonObject = { description: 'The version of the format.', const: API_VERSION };

function branch(kind: string, reference: JsonObject): JsonObject {
  return when(having('kind', { const: kind }), reference);
}

function listOf({ name }: Kind, item: JsonObject): JsonObject {
  return {
    title: `${name}List`,
    description: `Several objects of kind ${name}.`,
    type: 'object',
    required: ['apiVersion', 'kind', 'items'],
    properties: {
      apiVersion: VERSION,
      kind: { const: `${name}List` },
      metadata: { type: 'object' },
      items: { type: 'array', items: item },
    },
    additionalProperties: false,
  };
}

/** Further schemas of fields of ObjectMeta, whose rules are checked apart from those of a kind. */
const METADATA_FORMATS: Readonly<Record<string, JsonObject | undefined>> = {
  name: NAME_FORMAT,
  labels: LABELS_FORMAT,
  annotations: ANNOTATIONS_FORMAT,
};

/** The structs below a document, each written down once under its name. */
class Definitions {
  readonly #schemas = new Map<string, JsonObject>();
  readonly #names = new Map<StructSchema, string>();

  all(): JsonObject {
    return Object.fromEntries([...this.#schemas].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** Writes a schema down. @returns a reference to it; @throws {TypeError} when the name stands for another one */
  add(name: string, schema: JsonObject): JsonObject {
    const before = this.#schemas.get(name);
    if (before !== undefined && JSON.stringify(before) !== JSON.stringify(schema))
      throw new TypeError(`two definitions are called ${name}`);
    this.#schemas.set(name, schema);
    return { $ref: `#/$defs/${name}` };
  }

  document(kind: Kind): JsonObject {
    const { spec, status } = objectSchema(kind).fields;
    const specIsNeeded = structProblems(kind.spec, {}).length > 0;
    return {
      title: kind.name,
      description: kind.summary,
      type: 'object',
      required: ['apiVersion', 'kind', 'metadata', ...(specIsNeeded ? ['spec'] : [])],
      properties: {
        apiVersion: VERSION,
        kind: { const: kind.name },
        metadata: {
          description: 'Name, labels and annotations.',
          allOf: [this.#struct(objectMeta)],
          required: ['name'],
          ...(kind.nameSchema === undefined ? {} : { properties: { name: kind.nameSchema } }),
        },
        ...(spec === undefined ? {} : { spec: { description: 'What is wanted.', ...this.#value(spec.schema) } }),
        ...(status === undefined
          ? {}
          : { status: { description: 'What is; written by Calico.', ...this.#value(status.schema) } }),
      },
      additionalProperties: false,
      ...ruleSchemas(kind.rules ?? []),
    };
  }

  #value(schema: Schema): JsonObject {
    switch (schema.type) {
      case 'pointer':
        return this.#value(schema.to);
      case 'text':
        return textSchema(schema);
      case 'bool':
        return { type: 'boolean', ...defaultOf(schema) };
      case 'int':
        return { type: 'integer', ...limits(schema), ...defaultOf(schema) };
      case 'float':
        return { type: 'number', ...defaultOf(schema) };
      case 'codec': {
        const { codec, pattern, nullable } = schema;
        const base = { ...codec.jsonSchema, ...defaultOf(schema) };
        const given = pattern === undefined ? base : combined(base, patternSchema(pattern));
        return nullable && given['type'] !== undefined ? { anyOf: [given, { type: 'null' }] } : given;
      }
      case 'list': {
        const { item, itemTags = [], minItems, maxItems } = schema;
        return {
          type: 'array',
          items: combined(this.#value(item), ...itemTags.map(tagSchema)),
          ...present({ minItems, maxItems }),
        };
      }
      case 'map':
        return { type: 'object', additionalProperties: this.#value(schema.value) };
      case 'raw':
        return {};
      case 'struct':
        return this.#struct(schema);
    }
  }

  #struct(schema: StructSchema): JsonObject {
    const known = this.#names.get(schema);
    if (known !== undefined) return { $ref: `#/$defs/${known}` };
    this.#names.set(schema, schema.name);
    const { fields, rules = [], constraints = [], minProperties, maxProperties } = schema;
    const isMetadata = schema === objectMeta;
    const required = requiredFields(schema);
    const properties = Object.entries(fields).map(([name, field]) => {
      const own = this.#field(field, required.includes(name));
      return [name, isMetadata ? combined(own, METADATA_FORMATS[name] ?? {}) : own] as const;
    });
    return this.add(schema.name, {
      type: 'object',
      ...(required.length === 0 ? {} : { required }),
      properties: Object.fromEntries(properties),
      additionalProperties: false,
      ...present({ minProperties, maxProperties }),
      ...ruleSchemas(rules, constraints),
    });
  }

  #field({ schema, doc, tags = [], always }: Field, required: boolean): JsonObject {
    const isNetwork = schema.type === 'text' && schema.format === 'cidr';
    const formats = tags.filter((tag) => !(isNetwork && tag === 'net')).map(tagSchema);
    // What is always written is written empty too, and the tags let that pass.
    const mayBeEmpty = always && !required && schema.type === 'text';
    const value = mayBeEmpty
      ? combined(this.#value(schema), ...formats.map((format) => ({ anyOf: [{ maxLength: 0 }, format] })))
      : combined(this.#value(schema), ...formats);
    return doc === undefined ? value : { description: doc, ...value };
  }
}

/** The fields without which a struct is refused at their very place, whatever else it holds. */
function requiredFields(schema: StructSchema): readonly string[] {
  const missing = new Set(structProblems(schema, {}).map(({ path = '' }) => /^self\.([^.[]+)/.exec(path)?.[1] ?? ''));
  return Object.keys(schema.fields).filter((name) => missing.has(name));
}

/** The rules that can be said, each with the message that it stands for. */
function ruleSchemas(
  rules: readonly { readonly message: string; readonly jsonSchema?: JsonObject }[],
  constraints: readonly JsonObject[] = [],
): JsonObject {
  const said = rules.flatMap(({ message, jsonSchema: schema }) =>
    schema === undefined ? [] : [{ $comment: message, ...schema }],
  );
  const all = [...said, ...constraints];
  return all.length === 0 ? {} : { allOf: all };
}

function textSchema(schema: TextSchema): JsonObject {
  const { enum: words, pattern, minLength, maxLength, format } = schema;
  const base = {
    type: 'string',
    ...present({ enum: words, minLength, maxLength }),
    ...defaultOf(schema),
  };
  const implied = words?.every((word) => pattern?.test.test(word)) ?? false;
  return combined(
    base,
    pattern === undefined || implied ? {} : patternSchema(pattern),
    format === undefined ? {} : CIDR_FORMAT,
  );
}

const WORDS = /^\^\((\w+(?:\|\w+)*)\)\?\$$/;

/** JSON Schema knows no flags: words in any case are offered in the usual one and accepted in all. */
function patternSchema({ test }: Pattern): JsonObject {
  if (!test.ignoreCase) return { pattern: test.source };
  const words = WORDS.exec(test.source)?.[1];
  if (words === undefined) return {};
  const anyCase = test.source.replace(/[a-z]/gi, (letter) => `[${letter.toUpperCase()}${letter.toLowerCase()}]`);
  return { anyOf: [{ enum: words.split('|') }, { pattern: anyCase }] };
}

const RANGES: Readonly<Record<string, { readonly minimum: number; readonly maximum: number } | undefined>> = {
  int32: { minimum: -(2 ** 31), maximum: 2 ** 31 - 1 },
  uint8: { minimum: 0, maximum: 255 },
  uint16: { minimum: 0, maximum: 65535 },
  uint32: { minimum: 0, maximum: 2 ** 32 - 1 },
};

function limits({ go, min, max, enum: values }: IntSchema): JsonObject {
  if (values !== undefined) return { enum: values };
  const range = RANGES[go];
  return present({ minimum: min ?? range?.minimum, maximum: max ?? range?.maximum });
}

function defaultOf(schema: { readonly default?: Json }): JsonObject {
  return present({ default: schema.default });
}

function present(keywords: Readonly<Record<string, Json | undefined>>): JsonObject {
  return Object.fromEntries(Object.entries(keywords).filter(([, value]) => value !== undefined));
}

/** The keywords whose schemas can be put together into one. */
const MERGED: ReadonlySet<string> = new Set(['items', 'additionalProperties']);

/** All schemas at once: one object of keywords where they do not get into each other's way, the rest under `allOf`. */
function combined(base: JsonObject, ...others: readonly JsonObject[]): JsonObject {
  const out: { [keyword: string]: Json | undefined } = { ...base };
  const apart: JsonObject[] = [];
  for (const other of others) {
    const rest: { [keyword: string]: Json | undefined } = {};
    for (const [keyword, value] of Object.entries(other)) {
      const own = out[keyword];
      if (own === undefined) out[keyword] = value;
      else if (MERGED.has(keyword) && isJsonObject(own) && isJsonObject(value)) out[keyword] = combined(own, value);
      else if (JSON.stringify(own) !== JSON.stringify(value)) rest[keyword] = value;
    }
    if (Object.keys(rest).length > 0) apart.push(rest);
  }
  return apart.length === 0 ? out : { ...out, allOf: apart };
}
