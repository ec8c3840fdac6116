import type { Selector } from './selector.ts';

/** The labels of an object, inherited ones included by the caller. */
export type Labels = Readonly<Record<string, string>>;

/**
 * Whether a selector selects an object with these labels. Comparisons with an absent label fail, except `!=` and `not in`, which hold.
 * `global()` holds everywhere: it has a meaning of its own only as a rule's namespace selector.
 */
export function matches(selector: Selector, labels: Labels): boolean {
  switch (selector.type) {
    case 'all':
    case 'global':
      return true;
    case 'has':
      return Object.hasOwn(labels, selector.label);
    case 'not':
      return !matches(selector.operand, labels);
    case 'and':
      return selector.operands.every((operand) => matches(operand, labels));
    case 'or':
      return selector.operands.some((operand) => matches(operand, labels));
    default:
      return holds(selector, Object.hasOwn(labels, selector.label) ? labels[selector.label] : undefined);
  }
}

function holds(
  selector: Extract<Selector, { value: string } | { values: readonly string[] }>,
  label: string | undefined,
): boolean {
  switch (selector.type) {
    case '==':
      return label === selector.value;
    case '!=':
      return label !== selector.value;
    case 'contains':
      return label?.includes(selector.value) ?? false;
    case 'starts with':
      return label?.startsWith(selector.value) ?? false;
    case 'ends with':
      return label?.endsWith(selector.value) ?? false;
    case 'in':
      return label !== undefined && selector.values.includes(label);
    case 'not in':
      return label === undefined || !selector.values.includes(label);
  }
}
