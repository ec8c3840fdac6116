import { describe, expect, it } from 'vitest';
import { parseJsonPath } from '../../../src/output/jsonpath/parse.ts';
import type { Part, Step } from '../../../src/output/jsonpath/parse.ts';
import { having } from '../../doubles/matchers.ts';

function path(...steps: readonly Step[]): Part {
  return { type: 'path', path: { absolute: false, steps } };
}

describe('parseJsonPath()', () => {
  it('reads text, quoted text and paths', () => {
    expect(parseJsonPath('a {"b}\\n"}{.c[0]}d')).toEqual([
      { type: 'text', text: 'a ' },
      { type: 'text', text: 'b}\n' },
      path({ type: 'field', name: 'c' }, { type: 'index', index: 0 }),
      { type: 'text', text: 'd' },
    ]);
  });

  it('reads ranges with what is in them', () => {
    expect(parseJsonPath('{range .items[*]}{@}{end}')).toEqual([
      {
        type: 'range',
        path: { absolute: false, steps: [{ type: 'field', name: 'items' }, { type: 'wildcard' }] },
        body: [path()],
      },
    ]);
  });

  it('reads unions of keys, places and slices', () => {
    expect(parseJsonPath(`{['a.b', -1, 1:3, "c,d"]}`)).toEqual([
      path({
        type: 'union',
        paths: [
          [
            { type: 'field', name: 'a' },
            { type: 'field', name: 'b' },
          ],
          [{ type: 'index', index: -1 }],
          [{ type: 'slice', from: 1, to: 3, by: 1 }],
          [{ type: 'field', name: 'c,d' }],
        ],
      }),
    ]);
  });

  it('tells the document from the current object', () => {
    expect(parseJsonPath('{$.a}')).toEqual([
      { type: 'path', path: { absolute: true, steps: [{ type: 'field', name: 'a' }] } },
    ]);
    expect(parseJsonPath('{@.a}')).toEqual([path({ type: 'field', name: 'a' })]);
  });

  it.each([
    ['{.items[}', 'unterminated array'],
    ['{.items[', 'unclosed action'],
    ['{.a', 'unclosed action'],
    ['{"a', 'unclosed action'],
    ["{'a'b}", "unterminated quoted string 'a'b"],
    ['{end}', '{end} without {range}'],
    ['{range .a[*]}{.b}', '{range} without {end}'],
    ['{.a b}', 'unrecognized character in action:  b'],
    ['{a}', 'unrecognized character in action: a'],
    ['{.a()}', 'unrecognized character in action: ()'],
    ['{[x]}', 'invalid array index [x]'],
    ['{[]}', 'invalid array index []'],
    ["{['a',]}", "invalid array index ['a',]"],
    ["{['a' 'b']}", "invalid array index ['a' 'b']"],
    ['{[1:2:0]}', 'step must be > 0 in [1:2:0]'],
    ['{[1:2:-1]}', 'step must be > 0 in [1:2:-1]'],
    ['{[?(@.a==b)]}', 'unrecognized operand b in a filter'],
    ['{[?(a)]}', 'unrecognized operand a in a filter'],
  ])('refuses %s', (template, message) => {
    expect(() => parseJsonPath(template)).toThrow(
      having({ name: 'JsonPathError', message: `error parsing jsonpath: ${message}` }),
    );
  });
});
