import { expect, test } from 'vitest';
import { quote } from '../../src/net/quote.ts';

test.each([
  ['plain text', '"plain text"'],
  ['say "x" \\', '"say \\"x\\" \\\\"'],
  ['\x07\b\f\n\r\t\v', '"\\a\\b\\f\\n\\r\\t\\v"'],
  ['\x00\x1f\x7f', '"\\x00\\x1f\\x7f"'],
  ['é漢😀', '"é漢😀"'],
  ['\u0085\u00a0\u200b', '"\\u0085\\u00a0\\u200b"'],
  ['\u{e0001}', '"\\U000e0001"'],
])('quote(%j) is the Go literal %s', (text, literal) => {
  expect(quote(text)).toBe(literal);
});
