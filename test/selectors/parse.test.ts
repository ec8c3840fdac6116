import { describe, expect, test } from 'vitest';
import type { Selector } from '../../src/selectors/index.ts';
import { isValidSelector, parseSelector, SelectorError } from '../../src/selectors/index.ts';

const equal = (label: string, value: string): Selector => ({ type: '==', label, value });
const has = (label: string): Selector => ({ type: 'has', label });

function errorOf(text: string): unknown {
  try {
    parseSelector(text);
    return undefined;
  } catch (error) {
    return error;
  }
}

describe('parseSelector()', () => {
  test.each<[string, Selector]>([
    ['', { type: 'all' }],
    [' \t ', { type: 'all' }],
    ['all( )', { type: 'all' }],
    ['global(\t)', { type: 'global' }],
    ['has( a )', has('a')],
    ['a=="b"', equal('a', 'b')],
    ["a != 'b'", { type: '!=', label: 'a', value: 'b' }],
    ["a contains 'b'", { type: 'contains', label: 'a', value: 'b' }],
    ["a starts \t with 'b'", { type: 'starts with', label: 'a', value: 'b' }],
    ["a startswith'b'", { type: 'starts with', label: 'a', value: 'b' }],
    ["a ends with 'b'", { type: 'ends with', label: 'a', value: 'b' }],
    ["a endswith 'b'", { type: 'ends with', label: 'a', value: 'b' }],
    ["a in{'y',\"x\",'y',}", { type: 'in', label: 'a', values: ['x', 'y'] }],
    ['a notin {}', { type: 'not in', label: 'a', values: [] }],
    ["a in {'\u{1f600}','\uff61','a'}", { type: 'in', label: 'a', values: ['a', '\uff61', '\u{1f600}'] }],
    ['!has(a)', { type: 'not', operand: has('a') }],
    ['! ! has(a)', has('a')],
    ['!(!(!has(a)))', { type: 'not', operand: has('a') }],
    ["!a == 'b'", { type: 'not', operand: equal('a', 'b') }],
    ['has(a) && has(b) && has(c)', { type: 'and', operands: [has('a'), has('b'), has('c')] }],
    [
      '(has(a) && has(b)) && has(c)',
      { type: 'and', operands: [{ type: 'and', operands: [has('a'), has('b')] }, has('c')] },
    ],
    [
      'has(a) || has(b) && has(c)',
      { type: 'or', operands: [has('a'), { type: 'and', operands: [has('b'), has('c')] }] },
    ],
    ['(has(a)||has(b))&&has(c)', { type: 'and', operands: [{ type: 'or', operands: [has('a'), has('b')] }, has('c')] }],
    ['((has(a)))', has('a')],
    ["in == 'x'", equal('in', 'x')],
    ["contains contains 'x'", { type: 'contains', label: 'contains', value: 'x' }],
    ["all == 'a'", equal('all', 'a')],
    ["hash == 'a'", equal('hash', 'a')],
    ["/ == 'slash'", equal('/', 'slash')],
    ["a == 'b\nc'", equal('a', 'b\nc')],
    [`a == "it's"`, equal('a', "it's")],
  ])('reads %j', (text, selector) => {
    expect(parseSelector(text)).toEqual(selector);
  });

  test.each<[string, string, number]>([
    ["a = 'b'", 'expected ==', 2],
    ["a === 'b'", 'expected ==', 4],
    ["a !== 'b'", 'expected ==', 4],
    ['has(a) & has(b)', 'expected &&', 7],
    ['has(a) &', 'expected &&', 7],
    ['has(a) | has(b)', 'expected ||', 7],
    ["a == 'b", 'unterminated string', 5],
    ['a b', 'expected operator after label "a"', 2],
    ["a inx {'b'}", 'expected operator after label "a"', 2],
    ["a not 'b'", 'expected operator after label "a"', 2],
    ["a starts\nwith 'b'", 'expected operator after label "a"', 2],
    ['a has(b)', 'expected operator after label "a"', 2],
    ["a IN {'b'}", 'expected operator after label "a"', 2],
    ["a == 'b' and c == 'd'", 'expected operator after label "and"', 13],
    ['a && b', 'expected == or != not: TokAnd()', 2],
    ["a 'b'", 'expected == or != not: TokStringLiteral(b)', 2],
    ["has ('a')", 'expected == or != not: TokLParen()', 4],
    ['ALL()', 'expected == or != not: TokLParen()', 3],
    ['a', 'unexpected end of string looking for op', 1],
    ['a == b', 'expected string', 5],
    ['a == 5', 'expected string', 5],
    ['a contains', 'expected string', 10],
    ["a in 'x'", 'expected set literal', 5],
    ['a in {x}', 'expected }', 6],
    ["a in {'x'", 'expected }', 9],
    ["a in {'x' 'y'}", 'expected }', 10],
    ['a in {,}', 'expected }', 6],
    ["(a == 'b'", 'expected )', 9],
    ["(a == 'b'}", 'expected )', 9],
    ['has(a', "no closing ')' after has(", 5],
    ['has(a b)', "no closing ')' after has(", 6],
    ['all(x)', "no closing ')' after all(", 4],
    ['global(', "no closing ')' after global(", 7],
    ['has()', 'expected identifier', 4],
    ["has('a')", 'expected identifier', 4],
    ['@', 'expected identifier', 0],
    ['\nall()', 'expected identifier', 0],
    ['\u00a0all()', 'expected identifier', 0],
    ['é == "a"', 'expected identifier', 0],
    ['a == "b"\n', 'expected identifier', 8],
    [`has(${'k'.repeat(513)})`, `label too long: ${'k'.repeat(513)}`, 4],
    [`${'k'.repeat(513)} == 'a'`, `label too long: ${'k'.repeat(513)}`, 0],
    ["a == 'b' &&", 'unexpected token: TokEOF()', 11],
    ['!', 'unexpected token: TokEOF()', 1],
    ['()', 'unexpected token: TokRParen()', 1],
    ['|| has(a)', 'unexpected token: TokOr()', 0],
    ["'x' == a", 'unexpected token: TokStringLiteral(x)', 0],
    ["a == 'b')", 'unexpected content at end of selector [TokRParen() TokEOF()]', 8],
    [
      "has(x) a == 'y',all() {",
      'unexpected content at end of selector [TokLabel(a) TokEq() TokStringLiteral(y) TokComma() TokAll() TokLBrace() TokEOF()]',
      7,
    ],
    [
      'has(x) has(y) global() ! != a in b notin c contains d starts with e ends with } || && (',
      'unexpected content at end of selector [TokHas(y) TokGlobal() TokNot() TokNe() TokLabel(a) TokIn() TokLabel(b) TokNotIn() ' +
        'TokLabel(c) TokContains() TokLabel(d) TokStartsWith() TokLabel(e) TokEndsWith() TokRBrace() TokOr() TokAnd() TokLParen() TokEOF()]',
      7,
    ],
    ['a == b &', 'expected &&', 7],
  ])('refuses %j', (text, message, offset) => {
    expect(errorOf(text)).toEqual(new SelectorError(message, offset));
  });

  test('reads labels of 512 characters', () => {
    expect(parseSelector(`has(${'k'.repeat(512)})`)).toEqual(has('k'.repeat(512)));
  });

  test('reads parentheses up to 512 deep and refuses deeper ones', () => {
    const nested = (depth: number): string => `${'('.repeat(depth)}has(a)${')'.repeat(depth)}`;
    expect(parseSelector(nested(512))).toEqual(has('a'));
    expect(errorOf(nested(513))).toEqual(new SelectorError('parentheses are nested more than 512 deep', 513));
  });

  test.each<[string, string, number]>([
    ['(', 'parentheses are nested more than 512 deep', 513],
    ['!(', 'parentheses are nested more than 512 deep', 1026],
    [')', 'unexpected token: TokRParen()', 0],
    ['!', 'unexpected token: TokEOF()', 100_000],
    ['has(a) && ', 'unexpected token: TokEOF()', 1_000_000],
  ])('refuses 100,000 times %j with a SelectorError', (piece, message, offset) => {
    expect(errorOf(piece.repeat(100_000))).toEqual(new SelectorError(message, offset));
  });

  test('reads 100,000 operands in a row', () => {
    const selector = parseSelector(`${'has(a)||'.repeat(99_999)}has(a)`);
    expect(selector).toEqual({ type: 'or', operands: Array.from({ length: 100_000 }, () => has('a')) });
  });
});

describe('isValidSelector()', () => {
  test.each([
    'all()',
    'a==\'b\'&&c!="d"',
    "rack in {'r1', 'r2','r1',}",
    'rack not in {\'r1\'} || rack notin{"r2"}',
    'has( node-role.kubernetes.io/control-plane )',
    "!has(a) && !(b == 'c' || has(d))",
    "name contains 'x' && name starts with 'ab' && name ends with 'yz'",
    "in == 'x' && not == 'y' && all == 'z' && has == '1'",
    "/ == 'slash' || -a == 'dash' || 1.2 == 'number'",
    'a == \'say "x"\' || a == "it\'s"',
    'a\t==\t"b"',
    'a == "é漢"',
    Array.from({ length: 60 }, () => 'has(a)').join(' && '),
    '   ',
  ])('accepts %j', (text) => {
    expect(isValidSelector(text)).toBe(true);
  });

  test.each(["a == 'x',b == 'y'", 'a =', 'team', 'role == client', 'has(a', 'a == "b"\n'])('refuses %j', (text) => {
    expect(isValidSelector(text)).toBe(false);
  });
});
