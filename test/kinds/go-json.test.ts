import { describe, expect, it } from 'vitest';
import { goJson, memberNames, parseJson } from '../../src/kinds/go-json.ts';

describe('goJson()', () => {
  it('writes compact JSON with the keys in their order and undefined members left out', () => {
    const value = { kind: 'B', apiVersion: 'a', gone: undefined, list: [1, null, true, {}], map: { z: '', a: 0.5 } };
    expect(goJson(value)).toBe('{"kind":"B","apiVersion":"a","list":[1,null,true,{}],"map":{"z":"","a":0.5}}');
  });

  it('writes integers beyond 2^53 with all their digits', () => {
    expect(goJson({ sequenceNumber: 1785578400123456791n, map: { '0': 18446744073709551615n } })).toBe(
      '{"sequenceNumber":1785578400123456791,"map":{"0":18446744073709551615}}',
    );
  });

  it.each([
    ["a == 'x' && b", String.raw`"a == 'x' \u0026\u0026 b"`],
    ['<a>', String.raw`"\u003ca\u003e"`],
    ['\u2028\u2029', String.raw`"\u2028\u2029"`],
    ['tab\tline\nquote"slash\\', String.raw`"tab\tline\nquote\"slash\\"`],
    ['\u0001\u001f\b\f', String.raw`"\u0001\u001f\b\f"`],
    ['Grüße 世界 🦊 \u007f', '"Grüße 世界 🦊 \u007f"'],
    ['a\ud800\udbffz', String.raw`"a\ufffd\ufffdz"`],
    [String.raw`\ud800 \\ud800`, String.raw`"\\ud800 \\\\ud800"`],
  ])('writes the string %j as Go does', (text, json) => {
    expect(goJson(text)).toBe(json);
    expect(goJson({ [text]: 1 })).toBe(`{${json}:1}`);
  });

  it.each([
    [1000000, '1000000'],
    [0.1, '0.1'],
    [1e21, '1e+21'],
    [1e-7, '1e-7'],
  ])('writes the number %d as Go writes a float64', (number, json) => {
    expect(goJson(number)).toBe(json);
  });
});

describe('memberNames()', () => {
  it('keeps the order of a struct and sorts a map that has integers as keys', () => {
    expect(memberNames({ kind: 1, apiVersion: 2, '1a': 3 })).toEqual(['kind', 'apiVersion', '1a']);
    expect(memberNames({ b: 1, '10': 2, '9': 3, '1.5': 4 })).toEqual(['1.5', '10', '9', 'b']);
    expect(goJson({ '9': 1, '10': 2 })).toBe('{"10":2,"9":1}');
  });
});

describe('parseJson()', () => {
  it('reads integers that a number cannot hold as bigint, and all others as numbers', () => {
    const text =
      '{"a":1785578400123456791,"b":[-9223372036854775808,9007199254740991,9007199254740992],"c":1,"d":0.12345678901234567,"e":1234567890123456789e-3}';
    expect(parseJson(text)).toEqual({
      a: 1785578400123456791n,
      b: [-9223372036854775808n, 9007199254740991, 9007199254740992n],
      c: 1,
      d: Number('0.12345678901234567'),
      e: Number('1234567890123456.789'),
    });
  });

  it('leaves digits in strings alone', () => {
    const value = { a1785578400123456791: 'x 1785578400123456791', b: '\\"1785578400123456791' };
    expect(parseJson(JSON.stringify(value))).toEqual(value);
  });

  it('reads what goJson() wrote', () => {
    const value = { n: 1785578400123456791n, list: [null, 1, 'a & b'], deep: { m: { k: -1785578400123456791n } } };
    expect(parseJson(goJson(value))).toEqual(value);
  });

  it.each(['', 'broken', '{"a":1785578400123456791', '{"a":01785578400123456791}', '{} {}'])(
    'throws a SyntaxError for %j',
    (text) => {
      expect(() => parseJson(text)).toThrow(SyntaxError);
    },
  );
});
