/** A value as read from a manifest, before it has a type: what kind of scalar it was, its text, and where it stood. */
export type InputNode = InputMap | InputList | InputScalar;
export interface Position {
  readonly line: number;
  readonly column: number;
}
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
  readonly text: string;
  readonly source: string;
  readonly quoted: boolean;
  readonly tag?: string;
  readonly at: Position;
}

/** The text that a Go string gets from a scalar (sigs.k8s.io/yaml): numbers and booleans become strings. */
export function goStringOf(scalar: InputScalar): string {
  return scalar.text;
}
