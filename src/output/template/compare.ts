/** The comparison functions of Go's text/template. */
import { CallError } from './errors.ts';
import { PLAIN } from './flags.ts';
import { printValue } from './print-value.ts';
import type { Maybe, Value } from './types.ts';

const INVALID = 'invalid type for comparison';

/** `eq`: whether the first equals any of the others. @throws {CallError} */
export function isEqual(first: Maybe, others: readonly Maybe[]): boolean {
  const left = held(first);
  if (others.length === 0) throw new CallError('missing argument for comparison');
  return others.some((other) => equal(left, held(other)));
}

/** `ne`. @throws {CallError} */
export function isUnequal(first: Maybe, second: Maybe): boolean {
  return !equal(held(first), held(second));
}

/** `lt`. @throws {CallError} */
export function isLess(first: Maybe, second: Maybe): boolean {
  const left = ordered(first);
  const right = ordered(second);
  if (left.kind !== right.kind) throw incompatible(left, right);
  if (left.kind === 'bool' || left.kind === 'complex') throw new CallError(INVALID);
  return compare(left, right);
}

function compare(left: Value, right: Value): boolean {
  if (left.kind === 'int' && right.kind === 'int') return left.data < right.data;
  if (left.kind === 'float' && right.kind === 'float') return left.data < right.data;
  return left.kind === 'string' && right.kind === 'string' && left.data < right.data;
}

/** What an interface holds. */
export function held(value: Maybe): Maybe {
  return value?.kind === 'interface' ? value.data : value;
}

function ordered(value: Maybe): Value {
  const inside = held(value);
  if (inside === undefined || !isBasic(inside)) throw new CallError(INVALID);
  return inside;
}

function isBasic({ kind }: Value): boolean {
  return kind === 'bool' || kind === 'int' || kind === 'float' || kind === 'complex' || kind === 'string';
}

function equal(left: Maybe, right: Maybe): boolean {
  if (left !== undefined && right !== undefined && (isBasic(left) || isBasic(right))) {
    if (left.kind !== right.kind) throw incompatible(left, right);
    if (left.kind === 'complex' && right.kind === 'complex')
      return left.data.real === right.data.real && left.data.imaginary === right.data.imaginary;
    return left.data === right.data;
  }
  if (isNothing(left) || isNothing(right)) return isNothing(left) === isNothing(right);
  if (left === undefined || right === undefined) return false;
  if (left.kind !== right.kind)
    throw new CallError(
      `non-comparable types ${describe(left)}, ${right.type.name}: ${printValue(right, 'v', PLAIN, 0)}`,
    );
  if (!isComparable(right)) throw new CallError(`non-comparable type ${describe(right)}`);
  return left.type.name === right.type.name && same(left, right);
}

/** Go prints these with the verb for strings, whatever they are. */
function describe(value: Value): string {
  return `${printValue(value, 's', PLAIN, 0)}: ${value.type.name}`;
}

function incompatible(left: Value, right: Value): CallError {
  return new CallError(`incompatible types for comparison: ${left.type.name} and ${right.type.name}`);
}

function isNothing(value: Maybe): boolean {
  return value?.data === undefined;
}

/** Go has no `==` for slices and maps, nor for structs that hold one. */
function isComparable(value: Value): boolean {
  if (value.kind === 'slice' || value.kind === 'map') return false;
  return value.kind !== 'struct' || value.type.fields.every((_, index) => isComparable(value.data(index)));
}

function same(left: Value, right: Value): boolean {
  if (left.kind === 'struct' && right.kind === 'struct')
    return left.type.fields.every((_, index) => same(left.data(index), right.data(index)));
  if (left.kind === 'pointer') return left === right || left.data === right.data;
  return left.data === right.data;
}
