import { expect, test } from 'vitest';
import { normalise } from '../../src/selectors/index.ts';
import { EXAMPLES } from './examples.ts';

test.each(EXAMPLES)('normalise($text) is $normal', ({ text, normal }) => {
  expect(normalise(text)).toBe(normal);
});

test.each([
  ['  a = b \n', 'a = b'],
  [' \n a == "b" \n', 'a == "b"'],
  ['!(!(has(a)))', 'has(a)'],
  ['(has(a) && has(b)) && has(c)', '((has(a) && has(b)) && has(c))'],
])('normalise(%j) is %j', (text, normal) => {
  expect(normalise(text)).toBe(normal);
});
