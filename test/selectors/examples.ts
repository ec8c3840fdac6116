/** Selectors, their normal form, and label sets that they select or do not. Written as one table: each column has a test of its own. */
export interface Example {
  readonly text: string;
  readonly normal: string;
  readonly selects?: readonly Readonly<Record<string, string>>[];
  readonly rejects?: readonly Readonly<Record<string, string>>[];
}

export const EXAMPLES: readonly Example[] = [
  { text: '', normal: 'all()', selects: [{}, { a: 'b' }] },
  { text: 'all( )', normal: 'all()', selects: [{}] },
  { text: 'global()', normal: 'global()', selects: [{ a: 'b' }] },
  { text: '!all()', normal: '!all()', rejects: [{ a: 'b' }] },
  { text: "a == 'b'", normal: 'a == "b"', selects: [{ a: 'b' }], rejects: [{ a: 'c' }, {}] },
  { text: 'a=="b"', normal: 'a == "b"', selects: [{ a: 'b' }] },
  { text: "a != 'b'", normal: 'a != "b"', selects: [{ a: 'c' }, {}], rejects: [{ a: 'b' }] },
  { text: "a in{'y','x','y'}", normal: 'a in {"x", "y"}', selects: [{ a: 'x' }], rejects: [{ a: 'z' }, {}] },
  { text: 'a in {}', normal: 'a in {}', rejects: [{ a: 'x' }, {}] },
  { text: 'a not in {}', normal: 'a not in {}', selects: [{ a: 'x' }, {}] },
  { text: "a in {'x',}", normal: 'a in {"x"}', selects: [{ a: 'x' }] },
  { text: "a not in {'x','y'}", normal: 'a not in {"x", "y"}', selects: [{ a: 'z' }, {}], rejects: [{ a: 'x' }] },
  { text: "a notin {'x'}", normal: 'a not in {"x"}', selects: [{}], rejects: [{ a: 'x' }] },
  { text: 'has( a )', normal: 'has(a)', selects: [{ a: '' }], rejects: [{ b: '1' }] },
  { text: '! has(a)', normal: '!has(a)', selects: [{ b: '1' }], rejects: [{ a: '1' }] },
  { text: '!!!has(a)', normal: '!has(a)', rejects: [{ a: '1' }] },
  { text: "!a == 'b'", normal: '!a == "b"', selects: [{ a: 'c' }, {}], rejects: [{ a: 'b' }] },
  { text: "a contains 'bc'", normal: 'a contains "bc"', selects: [{ a: 'abcd' }], rejects: [{ a: 'x' }, {}] },
  { text: "a startswith 'ab'", normal: 'a starts with "ab"', selects: [{ a: 'abc' }], rejects: [{ a: 'bc' }, {}] },
  { text: "a endswith'cd'", normal: 'a ends with "cd"', selects: [{ a: 'abcd' }], rejects: [{ a: 'abc' }, {}] },
  {
    text: "a == 'b' && c == 'd' || e == 'f'",
    normal: '((a == "b" && c == "d") || e == "f")',
    selects: [{ a: 'b', c: 'd' }, { e: 'f' }],
    rejects: [{ a: 'b' }],
  },
  {
    text: "a == 'b' || c == 'd' && e == 'f'",
    normal: '(a == "b" || (c == "d" && e == "f"))',
    selects: [{ a: 'b' }],
    rejects: [{ c: 'd' }],
  },
  {
    text: "a == 'b' && (c == 'd' || e == 'f')",
    normal: '(a == "b" && (c == "d" || e == "f"))',
    selects: [{ a: 'b', e: 'f' }],
    rejects: [{ e: 'f' }],
  },
  {
    text: "!(a == 'b' || has(c))",
    normal: '!(a == "b" || has(c))',
    selects: [{ a: 'x' }],
    rejects: [{ c: '1' }],
  },
  { text: "((a == 'b'))", normal: 'a == "b"', selects: [{ a: 'b' }] },
  { text: `a == 'say "x"'`, normal: `a == 'say "x"'`, selects: [{ a: 'say "x"' }] },
  { text: "foo.com/bar-baz_1 == 'x'", normal: 'foo.com/bar-baz_1 == "x"', selects: [{ 'foo.com/bar-baz_1': 'x' }] },
  { text: "in == 'x'", normal: 'in == "x"', selects: [{ in: 'x' }] },
  { text: 'has(constructor)', normal: 'has(constructor)', selects: [{ constructor: '' }], rejects: [{}] },
  { text: "toString contains ''", normal: 'toString contains ""', rejects: [{}] },
];
