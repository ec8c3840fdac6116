import { parseSelector } from './parse.ts';
import { SelectorError } from './selector-error.ts';
import type { Selector } from './selector.ts';

/**
 * Brings a selector into normal form: one blank around operators, double quotes unless the string has one, sorted sets, parentheses
 * around every group and nowhere else, at most one `!`. Empty text becomes `all()`; what is no selector is only trimmed.
 */
export function normalise(text: string): string {
  const trimmed = text.trim();
  try {
    return formatSelector(parseSelector(trimmed));
  } catch (error) {
    if (error instanceof SelectorError) return trimmed;
    throw error;
  }
}

/** Writes a selector in normal form. */
export function formatSelector(selector: Selector): string {
  switch (selector.type) {
    case 'all':
    case 'global':
      return `${selector.type}()`;
    case 'has':
      return `has(${selector.label})`;
    case 'not':
      return `!${formatSelector(selector.operand)}`;
    case 'and':
      return `(${selector.operands.map(formatSelector).join(' && ')})`;
    case 'or':
      return `(${selector.operands.map(formatSelector).join(' || ')})`;
    case 'in':
    case 'not in':
      return `${selector.label} ${selector.type} {${selector.values.map(quote).join(', ')}}`;
    default:
      return `${selector.label} ${selector.type} ${quote(selector.value)}`;
  }
}

/** A string that was parsed never holds both kinds of quotes. */
function quote(text: string): string {
  return text.includes('"') ? `'${text}'` : `"${text}"`;
}
