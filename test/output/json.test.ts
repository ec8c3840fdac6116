import { describe, expect, it } from 'vitest';
import type { Json } from '../../src/kinds/schema.ts';
import { formatJson } from '../../src/output/json.ts';

describe('formatJson()', () => {
  it('indents by two spaces, keeps the order of keys and ends without a newline', () => {
    const value = {
      kind: 'B',
      apiVersion: 'a',
      left: undefined,
      metadata: { name: 'x', labels: {}, finalizers: [] },
      spec: { list: ['a', ['b'], { c: null }], yes: true },
    };
    expect(formatJson(value)).toBe(`{
  "kind": "B",
  "apiVersion": "a",
  "metadata": {
    "name": "x",
    "labels": {},
    "finalizers": []
  },
  "spec": {
    "list": [
      "a",
      [
        "b"
      ],
      {
        "c": null
      }
    ],
    "yes": true
  }
}`);
  });

  it('sorts the keys of a map when some are integers, which JavaScript would put first', () => {
    expect(formatJson({ a10: '', '12': '', '1.5': '', '100': '', a9: '' })).toBe(
      '{\n  "1.5": "",\n  "100": "",\n  "12": "",\n  "a10": "",\n  "a9": ""\n}',
    );
  });

  it.each<[value: Json, json: string]>([
    ['a && b <c>', String.raw`"a \u0026\u0026 b \u003cc\u003e"`],
    ['\u2028\u2029 é 😀 \t \u0007', String.raw`"\u2028\u2029 é 😀 \t \u0007"`],
    [1e21, '1e+21'],
    [1e20, '100000000000000000000'],
    [1.5e-7, '1.5e-7'],
    [18446744073709551615n, '18446744073709551615'],
    [null, 'null'],
    [[], '[]'],
    [{ a: undefined }, '{}'],
    [{ a: '"12":', b: ',"12":' }, String.raw`{${'\n'}  "a": "\"12\":",${'\n'}  "b": ",\"12\":"${'\n'}}`],
    [
      { a: '<', b: { '2': 1n, '10': '\ud800' } },
      '{\n  "a": "\\u003c",\n  "b": {\n    "10": "\\ufffd",\n    "2": 1\n  }\n}',
    ],
  ])('writes %s as Go does', (value, json) => {
    expect(formatJson(value)).toBe(json);
  });
});
