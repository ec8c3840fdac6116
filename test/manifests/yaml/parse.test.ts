import { describe, expect, it } from 'vitest';
import { YamlError } from '../../../src/manifests/yaml/error.ts';
import { parseYaml } from '../../../src/manifests/yaml/parse.ts';
import { damaged, randomNumbers, show } from './trees.ts';

/** What the reader makes of a text: the value, or the place and words of the refusal. */
function read(source: string | Uint8Array, firstLine = 1): string {
  try {
    return show(parseYaml(source, { firstLine }).root);
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    return `${error.line}:${error.column} ${error.message}`;
  }
}

describe('parseYaml()', () => {
  it.each([
    ['nothing', '', 'null'],
    ['comments only', '# a\n\n  # b\n', 'null'],
    ['a list of documents of which it is the first', '---\na: b\n', '{"a": "b"}'],
    [
      'block mappings and lists',
      'a:\n  b: c\n  d:\n  - e\n  - f: g\n    h: i\n',
      '{"a": {"b": "c", "d": ["e", {"f": "g", "h": "i"}]}}',
    ],
    ['lists in lists', '- - a\n  - b\n-\n  - c\n-\n', '[["a", "b"], ["c"], null]'],
    ['explicit keys', '? a\n: b\n? c\n', '{"a": "b", "c": null}'],
    ['JSON', '{"a": "b", "c": [1, true, null]}', '{"a": "b", "c": [int 1, bool true, null]}'],
    ['JSON with trailing commas, single quotes and bare words', "{'a': b, c: [d,],}", '{"a": "b", "c": ["d"]}'],
    ['JSON with tabs', '{\n\t"a":\t1\n}\n', '{"a": int 1}'],
    ['brackets that close further left', 'a:\n  b: {\n  c: d\n}\n', '{"a": {"b": {"c": "d"}}}'],
    ['addresses in brackets', '[fd00::/8, 1::2, ::1]', '1:18 yaml: did not find expected node content'],
    ['single quotes', "'it''s' ", '"it\'s"'],
    ['escapes', String.raw`"\t\n\x41\u00e9\U0001F600\L\_\e"`, JSON.stringify('\t\nAé😀\u2028\u00a0\u001b')],
    ['quotes over several lines', '"a \n\n  b\\\n  c"', '"a\\nbc"'],
    ['plain text over several lines', 'a: b\n  c\n\n  d\ne: f', '{"a": "b c\\nd", "e": "f"}'],
    ['a literal block', 'a: |\n  b\n   c\n\n  d\n\n', '{"a": "b\\n c\\n\\nd\\n"}'],
    ['a block indented by one space', 'a: |\n b\n  c\n', '{"a": "b\\n c\\n"}'],
    ['a literal block with marks', 'a: |2-\n   b\n  c\n\nd: |+\n  e\n\n', '{"a": " b\\nc", "d": "e\\n\\n"}'],
    ['a folded block', 'a: >\n  b\n  c\n\n  d\n    e\n  f\n', '{"a": "b c\\nd\\n  e\\nf\\n"}'],
    [
      'anchors, aliases and merge keys',
      'a: &x {b: c}\nd: *x\ne:\n  <<: *x\n  f: g\n',
      '{"a": {"b": "c"}, "d": {"b": "c"}, "e": {"b": "c", "f": "g"}}',
    ],
    ['merged lists of maps', '<<: [{a: 1}, {b: 2}]\nc: 3', '{"a": int 1, "b": int 2, "c": int 3}'],
    ['a quoted <<, which merges nothing', '"<<": {a: 1}', '{"<<": {"a": int 1}}'],
    [
      'standard tags',
      '[!!str 1.10, !!str yes, !!int "7", !!float 1, !!bool "y", !!null "", !!binary aMOp]',
      '["1.10", "yes", int 7, float 1, bool true, null, "hé"]',
    ],
    ['other tags, which leave the text as it is', '[! 12, !x 12, !!set 12, !<y> 12]', '["12", "12", "12", "12"]'],
    ['a %TAG directive', '%TAG !x! tag:yaml.org,2002:\n--- !x!str 12', '"12"'],
    [
      'keys in bytewise order',
      'b: 1\nB: 2\na10: 3\na9: 4\n_: 5\n1: 6',
      '{"1": int 6, "B": int 2, "_": int 5, "a10": int 3, "a9": int 4, "b": int 1}',
    ],
    [
      'keys that are no strings',
      'y: 1\nno: 2\n0x10: 3\n1.50: 4\n-.inf: 5\n1e3: 6',
      '{"-.inf": int 5, "1.5": int 4, "1000": int 6, "16": int 3, "false": int 2, "true": int 1}',
    ],
    ['line ends of Windows', 'a: |\r\n  b\r\n  c\r\nd: e\r\n', '{"a": "b\\nc\\n", "d": "e"}'],
    ['line ends of other kinds', 'a: 1\rb: 2\u0085c: 3\u2028d: 4', '{"a": int 1, "b": int 2, "c": int 3, "d": int 4}'],
    ['a byte order mark', '\uFEFFa: b', '{"a": "b"}'],
    ['characters above U+FFFF', 'a: 😀', '{"a": "😀"}'],
  ])('reads %s', (_name, text, value) => {
    expect(read(text)).toBe(value);
    expect(read(new TextEncoder().encode(text))).toBe(value);
  });

  it.each([
    ['true', 'true True TRUE yes Yes YES y Y on On ON', 'bool true'],
    ['false', 'false False FALSE no No NO n N off Off OFF', 'bool false'],
    ['null', '~ null Null NULL', 'null'],
    ['decimal', '31 +31 3_1', 'int 31'],
    ['octal', '037 0o37 0_37', 'int 31'],
    ['hexadecimal', '0x1F 0X1f +0x1F', 'int 31'],
    ['binary', '0b11111 0B1_1111', 'int 31'],
    ['negative', '-31 -0x1F -0b11111', 'int -31'],
    ['large', '18446744073709551615 0xFFFFFFFFFFFFFFFF', 'int 18446744073709551615'],
    ['larger', '18446744073709551616 18_446_744_073_709_551_616', 'float 18446744073709552000'],
    ['float', '1.5 15e-1 +1.50 1_.5', 'float 1.5'],
    ['fraction', '.5 0.5 5e-1 5.0E-01', 'float 0.5'],
    ['whole float', '1e3 1000.', 'float 1000'],
    ['not octal', '08 0_8', 'float 8'],
  ])('takes unquoted words as %s', (_name, words, value) => {
    for (const word of words.split(' '))
      expect(`${word} ${read(`- ${word}\n- "${word}"`)}`).toBe(`${word} [${value}, "${word}"]`);
  });

  it('takes other words as strings', () => {
    const words = [
      'tRUE',
      'yES',
      'nULL',
      '1:30',
      '12:30:45',
      '2001-01-01',
      '2001-01-01T00:00:00Z',
      '1.2.3',
      '0x',
      '1e',
      '1e999',
      '-',
      '_1',
      '.',
      '0b12',
      'inf',
      '=',
    ];
    expect(words.map((word) => read(`a: ${word}`.replace(/-$/, "'-'")))).toEqual(
      words.map((word) => `{"a": ${JSON.stringify(word)}}`),
    );
  });

  it('gives every node its place in the file', () => {
    expect(parseYaml('a: 0x1F\n"b": !has(x)\nc:\n- yes\n-  "d"\ne:\n', { firstLine: 10 })).toEqual({
      root: {
        type: 'map',
        at: { line: 10, column: 1 },
        entries: [
          {
            key: 'a',
            keyAt: { line: 10, column: 1 },
            quotedKey: false,
            value: { type: 'int', text: '31', source: '0x1F', quoted: false, at: { line: 10, column: 4 } },
          },
          {
            key: 'b',
            keyAt: { line: 11, column: 1 },
            quotedKey: true,
            value: { type: 'string', text: '', source: '', quoted: false, tag: '!has(x)', at: { line: 11, column: 6 } },
          },
          {
            key: 'c',
            keyAt: { line: 12, column: 1 },
            quotedKey: false,
            value: {
              type: 'list',
              at: { line: 13, column: 1 },
              items: [
                { type: 'bool', text: 'true', source: 'yes', quoted: false, at: { line: 13, column: 3 } },
                { type: 'string', text: 'd', source: 'd', quoted: true, at: { line: 14, column: 4 } },
              ],
            },
          },
          {
            key: 'e',
            keyAt: { line: 15, column: 1 },
            quotedKey: false,
            value: { type: 'null', text: '', source: '', quoted: false, at: { line: 15, column: 3 } },
          },
        ],
      },
    });
  });

  it.each([
    ['...', 'a: b\n...\n# c\n\n x: [y', { line: 5, column: 2 }],
    ['a second JSON object', '{"a": 1}\n{"b": 2}\n', { line: 2, column: 1 }],
    ['a second document', 'a: b\n---\nc: d\n', { line: 2, column: 1 }],
  ])('tells where the text goes on that stands behind %s and is not read', (_name, text, restAt) => {
    expect(parseYaml(text)).toHaveProperty('restAt', restAt);
  });

  it('tells of no such text when there is none', () => {
    expect(parseYaml('a: b\n...\n# c\n \n')).not.toHaveProperty('restAt');
    expect(parseYaml('{"a": "b"}\n# c\n')).not.toHaveProperty('restAt');
  });

  it.each([
    // Structure: the line is counted from 0, and left out when it is the first.
    ['a: {b: c\nd: e', "2:2 yaml: line 1: did not find expected ',' or '}'"],
    ['\n\na: [b, c\nd: e\n', "4:2 yaml: line 3: did not find expected ',' or ']'"],
    ['{a: b, c: [d}\n', "1:13 yaml: did not find expected ',' or ']'"],
    ['metadata:\n  name: x\n labels: {}\n', '3:2 yaml: line 2: did not find expected key'],
    ['a: {b: c}}\n', '1:10 yaml: did not find expected key'],
    ["a: 'it's'\n", '1:8 yaml: did not find expected key'],
    ['a: b\n- c\n', '2:1 yaml: line 1: did not find expected key'],
    ['- a\nb: c\n', "2:1 yaml: line 1: did not find expected '-' indicator"],
    ['- - a\n - b\n', "2:2 yaml: line 1: did not find expected '-' indicator"],
    ['a: [\n', '2:1 yaml: line 1: did not find expected node content'],
    ['a: [b,, c]\n', '1:7 yaml: did not find expected node content'],
    ['%YAML 1.1\na: b\n', '2:1 yaml: line 1: did not find expected <document start>'],
    ['%YAML 1.2\n---\na: b\n', '1:1 yaml: found incompatible YAML document'],
    ['a: !x!y z\n', '1:4 yaml: found undefined tag handle'],
    // Characters: the line is counted from 1.
    ['metadata:\n  name: x: y\n', '2:10 yaml: line 2: mapping values are not allowed in this context'],
    [
      'spec:\n  cidr:10.0.0.0/16\n  natOutgoing: true\n',
      '3:14 yaml: line 3: mapping values are not allowed in this context',
    ],
    ['a: - b\n', '1:4 yaml: block sequence entries are not allowed in this context'],
    ['a: b\nc\nd: e\n', "2:1 yaml: line 3: could not find expected ':'"],
    ['metadata:\n  name: "x\n', '2:9 yaml: line 3: found unexpected end of stream'],
    ['\n\nspec:\n  interfaceName: *\n', '4:19 yaml: line 4: did not find expected alphabetic or numeric character'],
    ['a: !has(x) && y\n', '1:13 yaml: did not find expected alphabetic or numeric character'],
    ['\nmetadata: {name: @x}\n', '2:18 yaml: line 2: found character that cannot start any token'],
    ['\ta: b\n', '1:1 yaml: found character that cannot start any token'],
    ['metadata:\n\tname: x\n', '2:1 yaml: line 2: found character that cannot start any token'],
    ['metadata:\n  name: x\n\tlabels: {}\n', '3:1 yaml: line 3: found a tab character that violates indentation'],
    ['a: |\n\tb\n', '2:1 yaml: line 2: found a tab character where an indentation space is expected'],
    ['a: |x\n  b\n', '1:5 yaml: did not find expected comment or line break'],
    ['a: |0\n  b\n', '1:5 yaml: found an indentation indicator equal to 0'],
    ['a: "\\/"\n', '1:5 yaml: found unknown escape character'],
    ['a: "\\ud83d\\ude00"\n', '1:7 yaml: found invalid Unicode character escape code'],
    ['a: "\\x4"\n', '1:7 yaml: did not find expected hexdecimal number'],
    ['a: "b\n--- c"\n', '1:4 yaml: line 2: found unexpected document indicator'],
    ['a: b\u0000\nc: d\n', '1:5 yaml: control characters are not allowed'],
    ['a: b\nc: \ud800\n', '2:4 yaml: control characters are not allowed'],
    // Values: the line of the value is counted from 1.
    ['a: *nowhere\n', "1:4 yaml: unknown anchor 'nowhere' referenced"],
    ['a: &x [*x]\n', "1:8 yaml: anchor 'x' value contains itself"],
    ['a: b\na: c\n', '2:4 yaml: unmarshal errors:\n  line 2: key "a" already set in map'],
    ['{a: b, a: c}\n', '1:11 yaml: unmarshal errors:\n  line 1: key "a" already set in map'],
    [
      'a: {x: 1, x: 2}\nb:\n  c: d\n  c:\n',
      '1:14 yaml: unmarshal errors:\n  line 1: key "x" already set in map\n  line 4: key "c" already set in map',
    ],
    ['on: a\nyes: b\n', '2:6 yaml: unmarshal errors:\n  line 2: key true already set in map'],
    ['1: a\n0x1: b\n', '2:6 yaml: unmarshal errors:\n  line 2: key 1 already set in map'],
    ['<<: {a: 1}\na: 2\n', '2:4 yaml: unmarshal errors:\n  line 2: key "a" already set in map'],
    ['a: 2\n<<: {a: 1}\n', '2:9 yaml: unmarshal errors:\n  line 2: key "a" already set in map'],
    ['<<: x\n', '1:5 yaml: map merge requires map or sequence of maps as the value'],
    ['? [a]\n: b\n', '1:3 yaml: invalid map key: []interface {}{"a"}'],
    ['~: a\n', '1:1 unsupported map key of type: %!s(<nil>), key: <nil>, value: "a"'],
    ['a: [1, .inf]\n', '1:8 json: unsupported value: +Inf'],
    ['a: -.inf\n', '1:4 json: unsupported value: -Inf'],
    ['a: .NaN\n', '1:4 json: unsupported value: NaN'],
    ['a: !!int x\n', '1:4 yaml: cannot decode !!str `x` as a !!int'],
    ['a: !!binary "x"\n', '1:4 yaml: !!binary value contains invalid base64 data'],
  ])('refuses %j', (text, refusal) => {
    expect(read(text)).toBe(refusal);
  });

  it('counts lines of messages in the document and lines of places in the file', () => {
    expect(read('a: b\n c: d\n', 41)).toBe('42:3 yaml: line 2: mapping values are not allowed in this context');
    expect(read('a: 1\na: 2\n', 41)).toBe('42:4 yaml: unmarshal errors:\n  line 2: key "a" already set in map');
    expect(read('a: 1\nb: \u0007\n', 41)).toBe('42:4 yaml: control characters are not allowed');
  });

  it.each([
    [[0xff], '2:2 yaml: invalid leading UTF-8 octet'],
    [[0xc3, 0x28], '2:2 yaml: invalid trailing UTF-8 octet'],
    [[0xe2, 0x82], '2:2 yaml: incomplete UTF-8 octet sequence'],
    [[0xc0, 0x80], '2:2 yaml: invalid length of a UTF-8 sequence'],
    [[0xed, 0xa0, 0x80], '2:2 yaml: invalid Unicode character'],
    [[0x07, 0xff], '2:2 yaml: control characters are not allowed'],
  ])('refuses the bytes %j', (bytes, refusal) => {
    expect(read(Uint8Array.from([...new TextEncoder().encode('é: 1\né'), ...bytes]))).toBe(refusal);
  });

  it('refuses aliases that explode, and follows many that do not', () => {
    const levels = Array.from(
      { length: 9 },
      (_, level) => `a${level}: &a${level} [${`${level === 0 ? 'x' : `*a${level - 1}`}, `.repeat(9)}]\n`,
    );
    expect(read(levels.join(''))).toBe('4:25 yaml: document contains excessive aliasing');
    const many = parseYaml(`a: &a x\nb:\n${'- *a\n- b\n'.repeat(2000)}`).root;
    expect(show(many)).toBe(`{"a": "x", "b": [${Array(2000).fill('"x", "b"').join(', ')}]}`);
  });

  it('refuses nesting that no manifest has', () => {
    expect(read('['.repeat(5000))).toBe('1:1001 yaml: exceeded max depth of 1000');
    expect(read(`${'[ '.repeat(900)}${']'.repeat(900)}`)).toBe(`${'['.repeat(900)}${']'.repeat(900)}`);
    expect(read('- '.repeat(5000))).toBe('1:2001 yaml: exceeded max depth of 1000');
  });

  it('answers with a value or a YamlError whatever it is given', () => {
    const random = randomNumbers(1);
    const outcomes = new Set<string>();
    for (let count = 0; count < 3000; count++) outcomes.add(typeof read(damaged(random)));
    for (let count = 0; count < 1000; count++) {
      const bytes = Uint8Array.from({ length: random(40) }, () =>
        random(3) === 0 ? random(256) : 0x20 + random(0x60),
      );
      outcomes.add(typeof read(bytes));
    }
    expect(outcomes).toEqual(new Set(['string']));
  });
});
