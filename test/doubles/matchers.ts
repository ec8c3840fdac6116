/** Vitest's matchers for parts of a result, typed as what they are: unknown. */
import { expect } from 'vitest';

/** any text */
export const aString: unknown = expect.any(String);

/** a text with this in it */
export function containing(text: string): unknown {
  return expect.stringContaining(text);
}

/** a text of this form */
export function matching(pattern: RegExp): unknown {
  return expect.stringMatching(pattern);
}

/** an object with at least these members */
export function having(members: Readonly<Record<string, unknown>>): unknown {
  return expect.objectContaining(members);
}

/** a list with at least these items */
export function including(...items: readonly unknown[]): unknown {
  return expect.arrayContaining([...items]);
}
