import { describe, expect, it } from 'vitest';
import { DocumentTooLongError, splitDocuments } from '../../../src/manifests/yaml/split.ts';

const utf8 = (text: string) => new TextEncoder().encode(text);

describe('splitDocuments()', () => {
  it.each<[name: string, source: string, documents: [text: string, line: number][]]>([
    ['an empty file', '', []],
    ['one document', 'a\n', [['a\n', 1]]],
    [
      'two documents',
      'a\n---\nb',
      [
        ['a', 1],
        ['b', 3],
      ],
    ],
    [
      'a separator in the first line, which belongs to the document',
      '---\na\n---\nb\n',
      [
        ['---\na', 1],
        ['b\n', 4],
      ],
    ],
    [
      'a comment behind a separator',
      'a\n--- # the other\nb',
      [
        ['a', 1],
        ['b', 3],
      ],
    ],
    [
      'a separator of more than three dashes',
      'a\n----\nb',
      [
        ['a', 1],
        ['b', 3],
      ],
    ],
    ['a separator at the end', 'a\n---\n', [['a', 1]]],
    ['a separator at the end without a newline', 'a\n---', [['a', 1]]],
    ['a blank behind that separator', 'a\n--- ', [['a', 1]]],
    ['a carriage return behind that separator', 'a\n---\r', [['a', 1]]],
    [
      'two separators in a row, of which the second belongs to the document',
      'a\n---\n---\nb\n---\n',
      [
        ['a', 1],
        ['---\nb', 3],
      ],
    ],
    [
      'line ends of Windows',
      'a: 1\r\n---\r\nb: 2\r\n',
      [
        ['a: 1\r', 1],
        ['b: 2\r\n', 3],
      ],
    ],
    [
      'an empty document before a separator',
      '\n---\nb',
      [
        ['', 1],
        ['b', 3],
      ],
    ],
    ['dashes within a line', 'a: ---\n ---\n', [['a: ---\n ---\n', 1]]],
    [
      'long documents',
      'a\nb\nc\n---\nd\n\n---\n\ne',
      [
        ['a\nb\nc', 1],
        ['d\n', 5],
        ['\ne', 8],
      ],
    ],
  ])('cuts %s', (_name, source, documents) => {
    const expected = documents.map(([text, line]) => ({ text, line }));
    expect(splitDocuments(source)).toEqual(expected);
    expect(splitDocuments(utf8(source))).toEqual(expected);
  });

  it('tells of content in a separator line', () => {
    expect(splitDocuments('a: 1\n---foo: 1 \nb: 2\n--- {kind: IPPool}')).toEqual([
      { text: 'a: 1', line: 1, dropped: { text: 'foo: 1', at: { line: 2, column: 4 } } },
      { text: 'b: 2', line: 3, dropped: { text: '{kind: IPPool}', at: { line: 4, column: 4 } } },
    ]);
  });

  it('reads UTF-16 with a byte order mark, of either byte order', () => {
    const units = Array.from('\uFEFFa: é\n---\nb: 😀', (character) => character.split('')).flat();
    const little = units.flatMap((unit) => [unit.charCodeAt(0) & 0xff, unit.charCodeAt(0) >> 8]);
    const big = units.flatMap((unit) => [unit.charCodeAt(0) >> 8, unit.charCodeAt(0) & 0xff]);
    const expected = [
      { text: 'a: é', line: 1 },
      { text: 'b: 😀', line: 3 },
    ];
    expect(splitDocuments(Uint8Array.from(little))).toEqual(expected);
    expect(splitDocuments(Uint8Array.from(big))).toEqual(expected);
  });

  it('leaves the document that is no UTF-8 in bytes and decodes the others', () => {
    const bytes = Uint8Array.from([...utf8('a: é\n---\nb: '), 0xff, ...utf8('\n---\nc: ü\n')]);
    expect(splitDocuments(bytes)).toEqual([
      { text: 'a: é', line: 1 },
      { text: Uint8Array.from([...utf8('b: '), 0xff]), line: 3 },
      { text: 'c: ü\n', line: 5 },
    ]);
  });

  it('refuses a document above 10 MiB of UTF-8 and names its line', () => {
    const limit = 10 * 1024 * 1024;
    expect(splitDocuments(`${'a'.repeat(limit)}\n---\nb`)).toHaveLength(2);
    const tooLong = new DocumentTooLongError(3);
    expect(tooLong.message).toBe('bufio.Scanner: token too long');
    expect(() => splitDocuments(`b\n---\n${'é'.repeat(limit / 2)}a`)).toThrow(tooLong);
    expect(() => splitDocuments(utf8(`b\n---\n${'é'.repeat(limit / 2)}a`))).toThrow(tooLong);
  });
});
