import { expect, it } from 'vitest';
import type { InputScalar } from '../../src/kinds/node.ts';
import { goStringOf } from '../../src/kinds/node.ts';

it.each<[type: InputScalar['type'], text: string, string: string]>([
  ['string', 'a', 'a'],
  ['bool', 'true', 'true'],
  ['int', '18446744073709551615', '18446744073709551615'],
  ['float', '3.14159265358979', '3.1415927'],
  ['float', '123456789', '1.2345679e+08'],
  ['float', '1000', '1000'],
  ['null', '', ''],
])('goStringOf() turns the %s %s into %j', (type, text, string) => {
  expect(goStringOf({ type, text, source: text, quoted: false, at: { line: 1, column: 1 } })).toBe(string);
});
