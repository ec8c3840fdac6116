/**
 * A parsed selector: a predicate over the labels of an object, as plain data.
 * Set members are sorted by code point and unique; groups have at least two operands; a `not` never holds another `not`.
 */
export type Selector =
  | { readonly type: 'all' | 'global' }
  | { readonly type: 'has'; readonly label: string }
  | { readonly type: Comparison; readonly label: string; readonly value: string }
  | { readonly type: Membership; readonly label: string; readonly values: readonly string[] }
  | { readonly type: 'not'; readonly operand: Selector }
  | { readonly type: 'and' | 'or'; readonly operands: readonly Selector[] };

/** Operators between a label and a string, as they are written. */
export type Comparison = '==' | '!=' | 'contains' | 'starts with' | 'ends with';

/** Operators between a label and a set of strings, as they are written. */
export type Membership = 'in' | 'not in';
