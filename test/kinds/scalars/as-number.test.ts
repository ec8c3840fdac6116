import { describe, expect, test } from 'vitest';
import { parseAsNumber } from '../../../src/kinds/scalars/as-number.ts';
import { CodecError } from '../../../src/kinds/schema.ts';

describe('parseAsNumber()', () => {
  test.each<[number | string, number]>([
    [0, 0],
    [64512, 64512],
    [4294967295, 4294967295],
    ['64512', 64512],
    ['0064512', 64512],
    ['4294967295', 4294967295],
    ['0.1', 1],
    ['00.01', 1],
    ['1.10', 65546],
    ['2.2', 131074],
    ['32767.65535', 2147483647],
    ['65535.65535', 4294967295],
  ])('reads %j as %d', (input, expected) => {
    expect(parseAsNumber(input)).toBe(expected);
  });

  test.each([
    '',
    ' 5',
    '+5',
    '-5',
    '1_0',
    '0x10',
    '4294967296',
    '1.',
    '.1',
    '.',
    '1.2.3',
    '1.2.',
    '65536.0',
    '65535.65536',
    '1e3',
  ])('refuses the text %j', (text) => {
    expect(() => parseAsNumber(text)).toThrow(new CodecError(`invalid AS Number format (${text})`));
  });

  test.each([-5, 1.1, 99999999999, 4294967296, Number.NaN])(
    'refuses the number %d as being of the wrong type',
    (input) => {
      const mismatch = { got: 'number', want: 'string' };
      expect(() => parseAsNumber(input)).toThrow(expect.objectContaining({ name: 'CodecError', mismatch }));
    },
  );
});
