import { describe, expect, it } from 'vitest';
import type { InputNode } from '../../src/kinds/node.ts';
import type { Json } from '../../src/kinds/schema.ts';
import { parseYaml } from '../../src/manifests/yaml/parse.ts';
import { formatYaml } from '../../src/output/yaml.ts';
import { randomNumbers } from '../manifests/yaml/trees.ts';

describe('formatYaml()', () => {
  it('sorts keys, does not indent lists, and ends in a newline', () => {
    const value = {
      kind: 'BGPPeerList',
      apiVersion: 'projectcalico.org/v3',
      metadata: { resourceVersion: '12' },
      items: [
        { spec: { asNumber: 64512, filters: ['a', 'b'], left: undefined }, metadata: {} },
        [['x'], [], { y: [1] }],
        null,
        true,
      ],
    };
    expect(formatYaml(value)).toBe(`apiVersion: projectcalico.org/v3
items:
- metadata: {}
  spec:
    asNumber: 64512
    filters:
    - a
    - b
- - - x
  - []
  - "y":
    - 1
- null
- true
kind: BGPPeerList
metadata:
  resourceVersion: "12"
`);
  });

  it.each<[value: Json, yaml: string]>([
    [null, 'null\n'],
    [[], '[]\n'],
    [{}, '{}\n'],
    ['', '""\n'],
    ['a\n', '|\n  a\n'],
    [['a', { b: 1, c: 2 }], '- a\n- b: 1\n  c: 2\n'],
  ])('writes %j alone', (value, yaml) => {
    expect(formatYaml(value)).toBe(yaml);
  });

  it('sorts runs of digits as numbers, letters last, upper case first', () => {
    const sorted = texts('_a¦"😀"¦"1.5"¦"9"¦"12"¦"100"¦"1000"¦A1¦a¦a-b¦a.b¦a1¦a01¦a9¦a9c¦a10¦a10b¦ab¦b_1¦z¦é');
    const keys = sorted.map((key) => key.replaceAll('"', '')).sort();
    expect(formatYaml(Object.fromEntries(keys.map((key) => [key, 0])))).toBe(
      sorted.map((key) => `${key.replace('😀', String.raw`\U0001F600`)}: 0\n`).join(''),
    );
  });

  it('leaves strings plain that mean nothing else', () => {
    const plain = texts(
      "plain¦two words¦-a¦?a¦:a¦a:b¦a, b¦it's¦a\\b¦back\\slash¦a=b¦=¦<<¦--¦.¦..¦1,000¦a#b¦100%¦Infinity¦NaN¦None¦tRUE",
      '10.0.0.0/8¦fd00::1¦::/0¦::1¦65000:100¦all()¦has(a) && !has(b)¦a == \'b\' && c != "<d>"¦<b>&"\'¦((¦/a',
      'é ü 漢字¦\u00a0¦a\u00a0b¦\ufffd¦2024-13-01¦1.2.3¦0b12¦1e¦0x',
    );
    expect(formatYaml(plain)).toBe(plain.map((text) => `- ${text}\n`).join(''));
  });

  it('puts strings in double quotes that YAML 1.1 takes for something else', () => {
    const quoted = texts(
      '¦true¦True¦yes¦no¦on¦off¦y¦N¦null¦Null¦~¦123¦1.5¦1e3¦0x1F¦0123¦012¦0o17¦0b11¦1_000¦.5¦5.¦+1¦-0¦-1¦00¦0.0¦.inf¦.nan¦1e+21',
      '1:30¦12:34:56¦1:2¦66:11:22:33:44:55¦2020-01-01¦2020-01-01T00:00:00Z¦2020-1-2 3:4:5¦2020-02-29',
    );
    expect(formatYaml(quoted)).toBe(quoted.map((text) => `- "${text}"\n`).join(''));
  });

  it('puts strings in single quotes that are YAML', () => {
    const quoted = texts(
      '-¦- a¦*¦*a¦&a¦!a¦!has(b)¦%a¦@a¦`a¦#a¦a #b¦a: b¦: a¦a:¦[a]¦{a: b}¦,a¦"q"¦ lead¦trail ¦?¦? a¦>¦|¦---¦...¦--- a¦...a¦ ¦]¦}',
    );
    expect(formatYaml(quoted)).toBe(quoted.map((text) => `- '${text}'\n`).join(''));
    expect(formatYaml(["'q'", "- it's"])).toBe("- '''q'''\n- '- it''s'\n");
  });

  it('escapes what cannot be printed', () => {
    const text = 'tab\t cr\r bell\u0007 esc\u001b del\u007f nel\u0085 bom\uFEFF 😀 "\\ é \0';
    expect(formatYaml(text)).toBe(
      `${String.raw`"tab\t cr\r bell\a esc\e del\x7F nel\N bom\uFEFF \U0001F600 \"\\ é \0"`}\n`,
    );
    expect(formatYaml('a\u2028b')).toBe("'a\u2028  b'\n");
  });

  it.each([
    ['one\ntwo\n', '|\n  one\n  two'],
    ['one\ntwo', '|-\n  one\n  two'],
    ['one\n\n\n', '|+\n  one\n\n'],
    ['\n', '|2+\n'],
    [' one\n\n  two\n', '|2\n   one\n\n    two'],
    ['one \ntwo', String.raw`"one \ntwo"`],
    ['one\ntwo ', String.raw`"one\ntwo "`],
    ['one\n\ttwo', String.raw`"one\n\ttwo"`],
    ['line\r\ncr', String.raw`"line\r\ncr"`],
  ])('writes %j as a block where that is possible', (text, yaml) => {
    expect(formatYaml({ a: text, b: 1 })).toBe(`a: ${yaml}\nb: 1\n`);
  });

  it('folds texts at spaces behind column 80', () => {
    const tail = 'jumps over the lazy dog and then runs on through the forest until it reaches the river bank';
    const selector =
      "rack == 'rack-one' || rack == 'rack-two' || rack == 'rack-three' || rack == 'rack-four' || rack == 'rack-five'";
    const value = {
      a: {
        edge: `${'1234567890'.repeat(7)} x y`,
        escaped: `tab\tthe quick brown fox ${tail}`,
        quoted: `the quick brown fox: ${tail}`,
        solid: 'a'.repeat(100),
        spaces: `${'a '.repeat(36)}  ${'b'.repeat(20)}   c  d e`,
        words: `the quick brown fox ${tail} where it stops`,
      },
      nodeSelector: selector,
      z: [[`- ${'a '.repeat(60)}`]],
    };
    expect(formatYaml(value)).toBe(`a:
  edge: 1234567890123456789012345678901234567890123456789012345678901234567890 x y
  escaped: "tab\\tthe quick brown fox jumps over the lazy dog and then runs on through
    the forest until it reaches the river bank"
  quoted: 'the quick brown fox: jumps over the lazy dog and then runs on through the
    forest until it reaches the river bank'
  solid: ${'a'.repeat(100)}
  spaces: a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a   bbbbbbbbbbbbbbbbbbbb   c  d
    e
  words: the quick brown fox jumps over the lazy dog and then runs on through the
    forest until it reaches the river bank where it stops
nodeSelector: rack == 'rack-one' || rack == 'rack-two' || rack == 'rack-three' ||
  rack == 'rack-four' || rack == 'rack-five'
z:
- - '- a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a
    a a a a a a a a a a a a a a a a a a a a a a '
`);
  });

  it('keeps a space at the start of a folded line in double quotes by a backslash', () => {
    expect(formatYaml(`\t${'a'.repeat(80)}  b`)).toBe(`"\\t${'a'.repeat(80)}\n  \\ b"\n`);
  });

  it('quotes keys like values, and writes long ones and those of several lines behind a question mark', () => {
    const value = {
      y: 1,
      null: 2,
      'a: b': 3,
      'a\tb': 4,
      '': 5,
      [`k${'a'.repeat(127)}`]: 6,
      [`k${'é'.repeat(64)}`]: { b: 7 },
      'm\nn': [8],
      'o\n': 'p',
    };
    expect(formatYaml(value)).toBe(`"": 5
"a\\tb": 4
'a: b': 3
k${'a'.repeat(127)}: 6
? k${'é'.repeat(64)}
: b: 7
? |-
  m
  n
: - 8
"null": 2
? |
  o
: p
"y": 1
`);
  });

  it.each<[number | bigint, string]>([
    [0, '0'],
    [-0, '0'],
    [-17, '-17'],
    [9007199254740992, '9007199254740992'],
    [2 ** 63, '9223372036854776000'],
    [-(2 ** 63), '-9.223372036854776e+18'],
    [18446744073709551615n, '18446744073709551615'],
    [-9223372036854775808n, '-9223372036854775808'],
    [18446744073709551616n, '1.8446744073709552e+19'],
    [1e20, '1e+20'],
    [1.5, '1.5'],
    [123456.5, '123456.5'],
    [1234567.5, '1.2345675e+06'],
    [0.0001, '0.0001'],
    [0.00001, '1e-05'],
  ])('writes the number %s as %s', (number, yaml) => {
    expect(formatYaml(number)).toBe(`${yaml}\n`);
  });

  it.each([Number.NaN, Infinity, -Infinity])('refuses %d', (number) => {
    expect(() => formatYaml([number])).toThrow(RangeError);
  });

  it('writes what the reader reads as the same value', () => {
    const random = randomNumbers(3);
    for (let count = 0; count < 2000; count++) {
      const value = randomValue(random, 4);
      const yaml = formatYaml(value);
      expect({ yaml, value: madeFrom(parseYaml(yaml).root) }).toEqual({ yaml, value });
    }
  });
});

const PIECES = texts(
  'a¦b¦word¦long words here¦ ¦  ¦\n¦\n\n¦:¦: ¦ #¦#¦-¦- ¦?¦!¦&¦*¦%¦@¦`¦[¦]¦{¦}¦,¦|¦>¦\'¦"¦\\¦\t¦\r¦\u0085¦\u2028¦\u00a0¦é¦漢字¦😀¦\u0007¦0¦1',
  '12¦0x1¦.¦.5¦e3¦yes¦no¦true¦null¦~¦2020-01-01¦12:30¦=¦---¦...¦aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa¦\ufeff¦\ufffd¦A¦_¦/',
  'the quick brown fox jumps over the lazy dog ',
);

/** Texts in few lines. */
function texts(...lines: string[]): string[] {
  return lines.flatMap((line) => line.split('¦'));
}

function randomText(random: (limit: number) => number, pieces: number): string {
  return Array.from({ length: random(pieces) }, () => PIECES[random(PIECES.length)]).join('');
}

function randomValue(random: (limit: number) => number, depth: number): Json {
  const choice = random(depth === 0 ? 6 : 10);
  if (choice < 4) return randomText(random, choice === 0 ? 30 : 5);
  if (choice === 4) return [true, false, null, 0, -1, 1.5, 1e300, 4294967295][random(8)] ?? null;
  if (choice === 5) return BigInt(random(2 ** 31) + 1) * 2n ** 33n;
  if (choice < 8) return Array.from({ length: random(4) }, () => randomValue(random, depth - 1));
  // An unquoted `<<` is a merge key to every reader, and go-yaml writes it unquoted: no resource has such a key.
  return Object.fromEntries(
    Array.from({ length: random(5) }, () => [
      randomText(random, random(8) === 0 ? 40 : 4),
      randomValue(random, depth - 1),
    ]),
  );
}

/** A node as the value it was made from. */
function madeFrom(node: InputNode): Json {
  switch (node.type) {
    case 'map':
      return Object.fromEntries(node.entries.map(({ key, value }) => [key, madeFrom(value)]));
    case 'list':
      return node.items.map(madeFrom);
    case 'int':
      return Math.abs(Number(node.text)) < 2 ** 33 ? Number(node.text) : BigInt(node.text);
    case 'float':
      return Number(node.text);
    case 'bool':
      return node.text === 'true';
    case 'null':
      return null;
    default:
      return node.text;
  }
}
