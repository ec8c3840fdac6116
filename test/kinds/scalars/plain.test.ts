import { describe, expect, it } from 'vitest';
import { isBase60, isTimestamp, resolvePlain } from '../../../src/kinds/scalars/plain.ts';

describe('resolvePlain()', () => {
  it.each([
    ['yes', 'bool', 'true'],
    ['Off', 'bool', 'false'],
    ['', 'null', ''],
    ['~', 'null', ''],
    ['-0x1_F', 'int', '-31'],
    ['010', 'int', '8'],
    ['9223372036854775808', 'int', '9223372036854775808'],
    ['-9223372036854775808', 'int', '-9223372036854775808'],
    ['-9223372036854775809', 'float', '-9223372036854776000'],
    ['+18446744073709551615', 'float', '18446744073709552000'],
    ['0777777777777777777777777', 'float', '7.777777777777778e+23'],
    ['-0', 'int', '0'],
    ['-0.0', 'float', '-0'],
    ['.1_5', 'float', '0.15'],
    ['1e-7', 'float', '1e-7'],
    ['+.INF', 'float', '+Inf'],
    ['-.inf', 'float', '-Inf'],
    ['.NaN', 'float', 'NaN'],
  ])('takes %j for a %s', (word, type, text) => {
    expect(resolvePlain(word)).toEqual({ type, text });
  });

  it.each([
    'yEs',
    'nan',
    '0x1F_FFFF_FFFF_FFFF_FFFF',
    '0b2',
    '1.5.2',
    '1e',
    '._5',
    '.5_',
    '1e400',
    '+',
    '2020-01-01',
    '12:30',
    '<<',
    'é',
  ])('takes %j for a string', (word) => {
    expect(resolvePlain(word)).toBeUndefined();
  });
});

describe('isTimestamp()', () => {
  it.each([
    '2020-01-01',
    '2020-1-2',
    '2024-02-29',
    '2000-02-29',
    '2020-01-01T00:00:00Z',
    '2020-01-01t1:2:3.5+02:00',
    '2020-01-01 23:59:59',
    '2020-01-01  1:2:3,25',
  ])('knows %j', (word) => {
    expect(isTimestamp(word)).toBe(true);
  });

  it.each([
    '2020-13-01',
    '2020-00-01',
    '2020-01-32',
    '2023-02-29',
    '1900-02-29',
    '2020-01-01T24:00:00Z',
    '2020-01-01T00:60:00Z',
    '2020-01-01T00:00:60Z',
    '2020-01-01T00:00:00',
    '2020-01-01 00:00:00Z',
    '2020-01-01T00:00:00+25:00',
    '2020-01',
    '20200-01-01',
    'a',
  ])('refuses %j', (word) => {
    expect(isTimestamp(word)).toBe(false);
  });
});

describe('isBase60()', () => {
  it.each([
    ['1:30', true],
    ['-12:34:56.7_8', true],
    ['66:11:22:33:44:55', true],
    ['1:60', false],
    ['65000:100', false],
    ['a:30', false],
    ['130', false],
  ])('answers for %j: %s', (word, answer) => {
    expect(isBase60(word)).toBe(answer);
  });
});
