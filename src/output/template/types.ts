/** Values as Go has them: each knows its Go type, which decides what templates may do with it and what errors say. */
import type { Complex } from './ast.ts';

interface Named {
  /** as errors print it: `v3.IPPoolSpec`, `[]string` */
  readonly name: string;
  /** a String method, which fmt prefers to the value's own form */
  readonly string?: (value: Value) => string;
  /** a GoString method, for `%#v` */
  readonly goString?: (value: Value) => string;
  /** a String method of the pointer to the type */
  readonly pointerString?: (value: Value | undefined) => string;
}
export interface ScalarType extends Named {
  readonly kind: 'string' | 'bool' | 'int' | 'float' | 'complex';
  /** an integer type without a sign, e.g. `uint16` */
  readonly unsigned?: true;
}
interface PointerType extends Named {
  readonly kind: 'pointer';
  readonly to: GoType;
}
interface SliceType extends Named {
  readonly kind: 'slice';
  readonly item: GoType;
}
/** A map whose keys are strings: the API has no others. */
interface MapType extends Named {
  readonly kind: 'map';
  readonly value: GoType;
}
export interface StructType extends Named {
  readonly kind: 'struct';
  readonly fields: readonly StructField[];
}
export interface StructField {
  readonly name: string;
  readonly type: GoType;
  /** its own fields are also fields of the struct around it */
  readonly embedded?: true;
}
/** `runtime.Object`, or `interface {}`, which any value fits into. */
interface InterfaceType extends Named {
  readonly kind: 'interface';
}
export type GoType = ScalarType | PointerType | SliceType | MapType | StructType | InterfaceType;

/** A value of a Go type. Absent data is nil. */
export type Value =
  | { readonly kind: 'string'; readonly type: ScalarType; readonly data: string }
  | { readonly kind: 'bool'; readonly type: ScalarType; readonly data: boolean }
  | { readonly kind: 'int'; readonly type: ScalarType; readonly data: bigint }
  | { readonly kind: 'float'; readonly type: ScalarType; readonly data: number }
  | { readonly kind: 'complex'; readonly type: ScalarType; readonly data: Complex }
  | { readonly kind: 'pointer'; readonly type: PointerType; readonly data: Value | undefined }
  | { readonly kind: 'slice'; readonly type: SliceType; readonly data: readonly Value[] | undefined }
  | { readonly kind: 'map'; readonly type: MapType; readonly data: ReadonlyMap<string, Value> | undefined }
  | { readonly kind: 'struct'; readonly type: StructType; readonly data: (field: number) => Value }
  | { readonly kind: 'interface'; readonly type: InterfaceType; readonly data: Value | undefined };

/** A value, or what Go's reflection calls the zero Value: a key that is not in a map, the untyped nil. */
export type Maybe = Value | undefined;

const scalar = (kind: ScalarType['kind'], name: string): ScalarType => ({ kind, name });
export const STRING = scalar('string', 'string');
export const BOOL = scalar('bool', 'bool');
const INT = scalar('int', 'int');
export const FLOAT = scalar('float', 'float64');
export const COMPLEX = scalar('complex', 'complex128');
export const ANY: InterfaceType = { kind: 'interface', name: 'interface {}' };
/** What lists of objects are made of. */
export const OBJECT: InterfaceType = { kind: 'interface', name: 'runtime.Object' };

/** An integer type by its name, e.g. `uint16`, or another name for one of those. */
export function intType(name: string, base = name): ScalarType {
  return base.startsWith('uint') ? { kind: 'int', name, unsigned: true } : scalar('int', name);
}
export const BYTE = intType('uint8');

export function pointerTo(to: GoType): PointerType {
  return { kind: 'pointer', name: `*${to.name}`, to };
}
export function sliceOf(item: GoType): SliceType {
  return { kind: 'slice', name: `[]${item.name}`, item };
}
export function mapOf(value: GoType): MapType {
  return { kind: 'map', name: `map[string]${value.name}`, value };
}

export function text(data: string, type: ScalarType = STRING): Value {
  return { kind: 'string', type, data };
}
export function truth(data: boolean): Value {
  return { kind: 'bool', type: BOOL, data };
}
export function integer(data: bigint | number, type: ScalarType = INT): Value {
  return { kind: 'int', type, data: BigInt(data) };
}
/** A struct whose fields are at hand. */
export function structOf(type: StructType, fields: readonly Value[]): Value {
  return { kind: 'struct', type, data: (index) => fields[index] ?? zero(ANY) };
}

/** A type's zero value. */
export function zero(type: GoType): Value {
  switch (type.kind) {
    case 'string':
      return { kind: 'string', type, data: '' };
    case 'bool':
      return { kind: 'bool', type, data: false };
    case 'int':
      return { kind: 'int', type, data: 0n };
    case 'float':
      return { kind: 'float', type, data: 0 };
    case 'complex':
      return { kind: 'complex', type, data: { real: 0, imaginary: 0 } };
    case 'pointer':
      return { kind: 'pointer', type, data: undefined };
    case 'slice':
      return { kind: 'slice', type, data: undefined };
    case 'map':
      return { kind: 'map', type, data: undefined };
    case 'struct':
      return { kind: 'struct', type, data: (index) => zero(type.fields[index]?.type ?? ANY) };
    case 'interface':
      return { kind: 'interface', type, data: undefined };
  }
}

/** A field of a struct, its own or one of an embedded struct. */
export function fieldOf(value: Value, name: string): Maybe {
  if (value.kind !== 'struct') return undefined;
  const path = pathTo(value.type, name);
  return path?.reduce<Value>((part, index) => (part.kind === 'struct' ? part.data(index) : part), value);
}

export function hasField(type: StructType, name: string): boolean {
  return pathTo(type, name) !== undefined;
}

const paths = new WeakMap<StructType, Map<string, readonly number[]>>();

/** The way to a field through embedded structs; the shallowest one wins, and two at the same depth hide each other. */
function pathTo(type: StructType, name: string): readonly number[] | undefined {
  let known = paths.get(type);
  if (known === undefined) {
    known = new Map();
    const twice = new Set<string>();
    for (const [index, field] of type.fields.entries()) known.set(field.name, [index]);
    for (const [index, field] of type.fields.entries()) {
      if (field.embedded === undefined || field.type.kind !== 'struct') continue;
      for (const [inner, { name: promoted }] of field.type.fields.entries()) {
        if (known.get(promoted)?.length === 1) continue;
        if (known.has(promoted)) twice.add(promoted);
        known.set(promoted, [index, inner]);
      }
    }
    for (const promoted of twice) known.delete(promoted);
    paths.set(type, known);
  }
  return known.get(name);
}
