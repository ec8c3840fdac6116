import { expect, test } from 'vitest';
import { formatGoFloat } from '../../../src/kinds/scalars/float.ts';

test.each([
  [0, '0'],
  [-0, '-0'],
  [100, '100'],
  [-1.5, '-1.5'],
  [123456.5, '123456.5'],
  [999999, '999999'],
  [1e6, '1e+06'],
  [-1e6, '-1e+06'],
  [1000001, '1.000001e+06'],
  [1234567.25, '1.23456725e+06'],
  [1e100, '1e+100'],
  [0.0001, '0.0001'],
  [0.00001, '1e-05'],
  [5e-324, '5e-324'],
  [729.00787353515625, '729.0078735351562'],
  [Number.POSITIVE_INFINITY, '+Inf'],
  [Number.NEGATIVE_INFINITY, '-Inf'],
  [Number.NaN, 'NaN'],
])('formatGoFloat(%d, 64) is %s', (value, text) => {
  expect(formatGoFloat(value, 64)).toBe(text);
});

test.each([
  [1.1, '1.1'],
  [1, '1'],
  [1000, '1000'],
  [3.14159265358979, '3.1415927'],
  [123456789, '1.2345679e+08'],
  [1e21, '1e+21'],
  [1e39, '+Inf'],
  [1e-45, '1e-45'],
  [-492246.125, '-492246.12'],
  [3311105.25, '3.3111052e+06'],
  [2 ** 90, '1.2379401e+27'],
  [2 ** 87, '1.5474251e+26'],
])('formatGoFloat(%d, 32) is %s', (value, text) => {
  expect(formatGoFloat(value, 32)).toBe(text);
});
