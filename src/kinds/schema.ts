/**
 * The schema language in which a kind is written down.
 *
 * One schema serves every reader: the decoder (field names, coercion, type errors), the canonical JSON form (declared key order,
 * which zero values are left out), the struct-tag checks of the Go client, the OpenAPI and CEL checks of Calico's
 * CustomResourceDefinitions, templates (`.Spec.CIDR`), and the generated JSON Schema and docs.
 */

/** A value that JSON can hold. 64-bit integers that exceed 2^53 are bigint. */
export type Json =
  string | number | bigint | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined };
export type JsonObject = { readonly [key: string]: Json | undefined };

/** Tells whether a JSON value is an object (not null, not a list). */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A scalar type with a decoder of its own (AS number, duration, port, …). */
export interface Codec {
  /** what was given → the canonical JSON value; throws {@link CodecError} with the Go tool's words */
  decode(input: CodecInput): Json;
  /** name of the JSON type in a "cannot unmarshal" text, e.g. `string` */
  readonly expects: string;
  /** what Go writes for the zero value */
  readonly zero: Json;
  /** JSON Schema of the accepted input */
  readonly jsonSchema: JsonObject;
}
export interface CodecInput {
  readonly type: 'string' | 'bool' | 'int' | 'float' | 'null' | 'list' | 'map';
  readonly text: string;
}

/** Thrown by a codec. With `mismatch` the decoder words it as `cannot unmarshal <got> into Go struct field … of type …`. */
export class CodecError extends Error {
  override readonly name = 'CodecError' as const;
  readonly mismatch: { readonly got: string; readonly want: string } | undefined;
  constructor(message: string, types?: { readonly got: string; readonly want: string }) {
    super(message);
    this.mismatch = types;
  }
}

/** A regular expression: as it is printed (Go syntax), and as it is tested. */
export interface Pattern {
  readonly text: string;
  readonly test: RegExp;
}

export interface TextSchema {
  readonly type: 'text';
  /** Go type in messages */
  readonly go: string;
  readonly enum?: readonly string[];
  readonly pattern?: Pattern;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly format?: 'cidr';
  /** CRD default, written before storing in the datastores that have no API server */
  readonly default?: string;
}
export interface BoolSchema {
  readonly type: 'bool';
  readonly go: string;
  readonly default?: boolean;
}
export interface IntSchema {
  readonly type: 'int';
  readonly go: 'int' | 'int32' | 'int64' | 'uint8' | 'uint16' | 'uint32' | 'uint64';
  readonly enum?: readonly number[];
  /** the CRD says format int32 although the Go type holds more */
  readonly int32?: true;
  readonly min?: number;
  readonly max?: number;
  /** the older group of the CRDs does not have the maximum: an API server is asked instead of the client */
  readonly maxLeftToServer?: true;
  readonly default?: number;
}
export interface FloatSchema {
  readonly type: 'float';
  readonly go: 'float64';
  readonly default?: number;
}
export interface CodecSchema {
  readonly type: 'codec';
  readonly go: string;
  readonly codec: Codec;
  /** OpenAPI keywords of the CRD that apply to the encoded value */
  readonly int32?: true;
  readonly pattern?: Pattern;
  /** null passes */
  readonly nullable?: true;
  readonly default?: string | number;
  /** what the Go client checks wherever it meets a value of the type (a struct validator of its own) */
  readonly check?: (value: Json, report: Report, path: string) => void;
  /** what Go's `%v` prints, where it is not the JSON value; undefined is the zero value */
  readonly print?: (value: Json | undefined) => string;
}
export interface PointerSchema<S extends Schema = Schema> {
  readonly type: 'pointer';
  readonly to: S;
}
export interface ListSchema<S extends Schema = Schema> {
  readonly type: 'list';
  readonly item: S;
  readonly minItems?: number;
  readonly maxItems?: number;
  /** struct tags of the items ("dive"): `Filters[0]` */
  readonly itemTags?: readonly string[];
  /** items that are structs are checked too ("dive") */
  readonly dive?: true;
}
export interface MapSchema<S extends Schema = Schema> {
  readonly type: 'map';
  readonly value: S;
}
/** JSON that is passed through untouched. */
export interface RawSchema {
  readonly type: 'raw';
}
export interface StructSchema<F extends Fields = Fields> {
  readonly type: 'struct';
  /** Go type name without package, as in `Go struct field IPPoolSpec.spec.…` */
  readonly name: string;
  /** Go package prefix of the type name, e.g. `v3` */
  readonly pkg: string;
  readonly fields: F;
  /** cross-field checks of the Go client; run after the struct's own fields */
  readonly check?: StructCheck;
  /** CEL rules of the CRD, in order */
  readonly rules?: readonly Rule[];
  /** what `check` refuses, as JSON Schemas of the struct that it breaks, where that can be said */
  readonly constraints?: readonly JsonObject[];
  readonly minProperties?: number;
  readonly maxProperties?: number;
}
export type Schema =
  | TextSchema
  | BoolSchema
  | IntSchema
  | FloatSchema
  | CodecSchema
  | PointerSchema
  | ListSchema
  | MapSchema
  | RawSchema
  | StructSchema;

export interface Field<S extends Schema = Schema> {
  /** Go field name: used in struct-tag errors and in templates */
  readonly go: string;
  readonly schema: S;
  /** written even when it is zero (no `omitempty`) */
  readonly always?: true;
  /** a struct that is left out when every part of it is zero (`omitzero`) */
  readonly omitZero?: true;
  /** struct tags of the Go client, e.g. `net`, `gte=1`, `required`; an empty value passes unless `required` is among them */
  readonly tags?: readonly string[];
  /** the tags hold for the zero value too (no `omitempty` among them) */
  readonly tagsOnZero?: true;
  /** the field lives in an embedded Go struct of this name: shown in type errors, and exempt from string coercion */
  readonly embedded?: string;
  /**
   * The CRD asks for two enums at once (allOf), which adds a second, pathless error: true when both are the enum of the schema, else the
   * other one, which the CRD lists first and which holds the schema's.
   */
  readonly allOf?: true | readonly string[];
  /** required by the CRD */
  readonly required?: true;
  /** one sentence for people who write manifests */
  readonly doc?: string;
}
export type Fields = { readonly [json: string]: Field };

/** One finding of a check. `name`, `value` and `reason` make up the Go tool's text; `path` is where it stands in the document. */
export interface FieldProblem {
  readonly name: string;
  readonly value?: string;
  readonly reason?: string;
  readonly path?: string;
  /** the value as it stands in the document, where the Go tool's text has another one */
  readonly given?: string;
}
export type Report = (problem: FieldProblem) => void;
/** Checks a struct's fields against each other. `path` is the JSON path of the struct. */
export type StructCheck = (value: JsonObject, report: Report, path: string) => void;

/** A CEL validation rule of Calico's CRDs. `test` answers true when the rule holds, or a text when it cannot be evaluated. */
export interface Rule {
  readonly message: string;
  /** the API server's reason, where it is not Invalid */
  readonly reason?: 'Forbidden' | 'Required';
  /** the rule as a JSON Schema of the struct, where it can be said in one */
  readonly jsonSchema?: JsonObject;
  test(self: JsonObject): boolean | string;
}

/** The TypeScript type of a struct's fields. */
export type InferFields<F extends Fields> = { readonly [K in keyof F]?: Infer<F[K]['schema']> };

/** The TypeScript type of values that a schema describes. */
export type Infer<S> = S extends TextSchema
  ? string
  : S extends BoolSchema
    ? boolean
    : S extends CodecSchema
      ? string | number
      : S extends IntSchema | FloatSchema
        ? number
        : S extends PointerSchema<infer T>
          ? Infer<T>
          : S extends ListSchema<infer T>
            ? readonly Infer<T>[]
            : S extends MapSchema<infer T>
              ? { readonly [key: string]: Infer<T> }
              : S extends StructSchema<infer F>
                ? string extends keyof F
                  ? JsonObject
                  : InferFields<F>
                : Json;

/**
 * A spec seen through its schema's type. Resources hold what `canonical` or the decoder let through, and nothing but values of these types
 * passes there: this is the one place where the compiler has to take that on trust.
 */
export function typed<F extends Fields>(schema: StructSchema<F>, value: JsonObject): InferFields<F>;
export function typed(_schema: StructSchema, value: JsonObject): unknown {
  return value;
}

type Options<T, Known extends keyof T> = Omit<T, 'type' | Known>;

/** A string. `go` names a Go string type other than `string`. */
export function text(options: Partial<Options<TextSchema, never>> = {}): TextSchema {
  return { type: 'text', go: 'string', ...options };
}
export function bool(options: Partial<Options<BoolSchema, never>> = {}): BoolSchema {
  return { type: 'bool', go: 'bool', ...options };
}
export function int(go: IntSchema['go'] = 'int', options: Options<IntSchema, 'go'> = {}): IntSchema {
  return { type: 'int', go, ...options };
}
export function float(options: Options<FloatSchema, 'go'> = {}): FloatSchema {
  return { type: 'float', go: 'float64', ...options };
}
export function pointer<S extends Schema>(to: S): PointerSchema<S> {
  return { type: 'pointer', to };
}
export function list<S extends Schema>(item: S, options: Options<ListSchema<S>, 'item'> = {}): ListSchema<S> {
  return { type: 'list', item, ...options };
}
export function map<S extends Schema>(value: S): MapSchema<S> {
  return { type: 'map', value };
}
export function raw(): RawSchema {
  return { type: 'raw' };
}
/** A Go struct: `struct('v3.IPPoolSpec', { cidr: field('CIDR', text()) })`. */
export function struct<const F extends Fields>(
  type: `${string}.${string}`,
  fields: F,
  options: Pick<StructSchema, 'check' | 'rules' | 'constraints' | 'minProperties' | 'maxProperties'> = {},
): StructSchema<F> {
  const dot = type.indexOf('.');
  return { type: 'struct', pkg: type.slice(0, dot), name: type.slice(dot + 1), fields, ...options };
}
export function field<S extends Schema>(
  go: string,
  schema: S,
  options: Omit<Field<S>, 'go' | 'schema'> = {},
): Field<S> {
  return { go, schema, ...options };
}

/** The Go name of a schema's type, as it stands in "cannot unmarshal … of type X". */
export function goTypeOf(schema: Schema): string {
  switch (schema.type) {
    case 'pointer':
      return goTypeOf(schema.to);
    case 'list':
      return `[]${goTypeOf(schema.item)}`;
    case 'map':
      return `map[string]${goTypeOf(schema.value)}`;
    case 'raw':
      return 'interface {}';
    case 'struct':
      return `${schema.pkg}.${schema.name}`;
    default:
      return schema.go;
  }
}

/** Orders strings by their UTF-8 bytes, as Go sorts map keys. For BMP text this is the order of code units. */
export function bytewise(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
