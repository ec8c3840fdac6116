import { formatGoFloat } from './scalars/float.ts';

/** A value as read from a manifest, before it has a type: what kind of scalar it was, its text, and where it stood. */
export type InputNode = InputMap | InputList | InputScalar;
/** A place in the file, both counted from 1. A column counts UTF-16 units, as editors do. */
export interface Position {
  readonly line: number;
  readonly column: number;
}
/** A mapping: merge keys are resolved, keys are turned into strings and unique, entries are sorted bytewise by key. */
export interface InputMap {
  readonly type: 'map';
  readonly entries: readonly InputEntry[];
  readonly at: Position;
}
export interface InputEntry {
  readonly key: string;
  readonly keyAt: Position;
  readonly value: InputNode;
  readonly quotedKey: boolean;
}
export interface InputList {
  readonly type: 'list';
  readonly items: readonly InputNode[];
  readonly at: Position;
}
export interface InputScalar {
  readonly type: 'string' | 'bool' | 'int' | 'float' | 'null';
  /** string text, `true`/`false`, decimal integer digits, or the JSON form of the float; '' for null */
  readonly text: string;
  /** an unquoted scalar as written in the file, e.g. `0x1F`, `yes`, `1_000`; the text of a quoted or block scalar */
  readonly source: string;
  /** in quotes or a block scalar, so a string whatever it looks like */
  readonly quoted: boolean;
  /** an explicit tag that is not a standard one, e.g. `!has(a)` for a selector that lacks its quotes */
  readonly tag?: string;
  readonly at: Position;
}

/**
 * The text that a Go string gets from a scalar (sigs.k8s.io/yaml): numbers and booleans become strings, floats with the digits of
 * single precision (`3.14159265358979` → `3.1415927`, `123456789.0` → `1.2345679e+08`), null the empty string.
 */
export function goStringOf(scalar: InputScalar): string {
  return scalar.type === 'float' ? formatGoFloat(Number(scalar.text), 32) : scalar.text;
}
