import { describe, expect, test } from 'vitest';
import { isPortName, parsePort, portNumbers, portProblem } from '../../../src/kinds/scalars/port.ts';
import { CodecError } from '../../../src/kinds/schema.ts';

describe('parsePort()', () => {
  test.each<[number | string, number | string]>([
    [80, 80],
    [0, 0],
    [65535, 65535],
    ['80', 80],
    ['00080', 80],
    ['80:90', '80:90'],
    ['080:0090', '80:90'],
    ['80:80', 80],
    ['0:5', '0:5'],
    ['http', 'http'],
    ['a_B.c-1', 'a_B.c-1'],
    ['-1', '-1'],
    ['1.5', '1.5'],
    ['x'.repeat(128), 'x'.repeat(128)],
  ])('reads %j as %j', (input, expected) => {
    expect(parsePort(input)).toBe(expected);
  });

  test.each([
    ['65536', 'invalid port format (65536)'],
    ['90:80', 'minimum port number (90) is greater than maximum port number (80) in port range'],
    ['65536:1', 'invalid minimum port number in range (65536:1)'],
    ['1:65536', 'invalid maximum port number in range (1:65536)'],
    ['1:2:3', 'invalid name for named port (1:2:3)'],
    ['80:', 'invalid name for named port (80:)'],
    ['a b', 'invalid name for named port (a b)'],
    ['', 'invalid name for named port ()'],
    ['80\n', 'invalid name for named port (80\n)'],
    ['x'.repeat(129), `invalid name for named port (${'x'.repeat(129)})`],
  ])('refuses %j', (input, message) => {
    expect(() => parsePort(input)).toThrow(new CodecError(message));
  });

  test.each([65536, -1, 1.5])('refuses the number %d as being of the wrong type', (input) => {
    const mismatch = { got: `number ${input}`, want: 'uint16' };
    expect(() => parsePort(input)).toThrow(expect.objectContaining({ name: 'CodecError', mismatch }));
  });
});

test('portNumbers() gives the lowest and the highest port, and nothing for a name', () => {
  expect([80, '80:90', 'http'].map(portNumbers)).toEqual([{ min: 80, max: 80 }, { min: 80, max: 90 }, undefined]);
});

test('portProblem() objects to port 0 only', () => {
  const problem = 'port range invalid, port number must be between 1 and 65535';
  expect([0, '0:5', 1, '1:5', 'http'].map(portProblem)).toEqual([problem, problem, undefined, undefined, undefined]);
});

test.each(['http', 'a', '0a', 'metrics-2', 'a-b-c', 'abcdefghijklmno'])('isPortName() accepts %s', (text) => {
  expect(isPortName(text)).toBe(true);
});

test.each(['', '80', '1-2', '-a', 'a-', 'a--b', 'HTTP', 'a_b', 'a.b', 'a\n', 'abcdefghijklmnop'])(
  'isPortName() refuses %j',
  (text) => {
    expect(isPortName(text)).toBe(false);
  },
);
