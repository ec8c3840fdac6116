import { expect, test } from 'vitest';
import { matches, parseSelector } from '../../src/selectors/index.ts';
import { EXAMPLES } from './examples.ts';

const cases = EXAMPLES.flatMap(({ text, selects = [], rejects = [] }) => [
  ...selects.map((labels) => ({ text, labels, expected: true })),
  ...rejects.map((labels) => ({ text, labels, expected: false })),
]);

test.each(cases)('matches() of $text and $labels is $expected', ({ text, labels, expected }) => {
  expect(matches(parseSelector(text), labels)).toBe(expected);
});
