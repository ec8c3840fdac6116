/** Manifests that are damaged at random: whatever comes in, the reader answers, and says where it stopped. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { reportOf } from '../../src/cli/report.ts';
import { decodeFile } from '../../src/manifests/decode.ts';
import type { Notice } from '../../src/manifests/manifest.ts';
import { generator } from '../doubles/random.ts';

const FIXTURES = join(import.meta.dirname, '../fixtures/kinds');
const ROUNDS = 120;

/** Pieces that mean something in YAML, in Go's eyes or in ours. */
const PIECES = [
  '\n',
  '\t',
  ' ',
  '  ',
  '\r\n',
  '\0',
  '\uFEFF',
  '\u2028',
  '\uD800',
  '😀',
  '\x7f',
  '\u0085',
  '---',
  '\n---\n',
  '\n...\n',
  '--- x\n',
  '- ',
  '? ',
  ': ',
  ':',
  '#',
  ' #',
  '!',
  '!!str ',
  '!has(x)',
  '!<',
  '&a ',
  '*a',
  '<<: ',
  '{',
  '}',
  '[',
  ']',
  ',',
  '"',
  "'",
  '|\n',
  '>-\n',
  '%YAML 1.1\n',
  '@',
  '`',
  '\\',
  '\\u0041',
  '\\/',
  'null',
  '~',
  'yes',
  '0x1F',
  '010',
  '1e999',
  '-.inf',
  '.nan',
  '12:30',
  '1_000',
  '99999999999999999999',
  '2024-02-29',
  'kind: BGPPeerList\nitems:\n',
  'kind: List',
  'apiVersion: a/b/c',
  '__proto__: {a: 1}',
  'constructor: x',
  'SPEC: {}',
];

const sources: readonly (readonly [string, string])[] = readdirSync(FIXTURES).flatMap((plural) =>
  ['minimal.yaml', 'full.yaml', 'invalid.yaml'].map(
    (file) => [`${plural}/${file}`, readFileSync(join(FIXTURES, plural, file), 'utf8')] as const,
  ),
);

/** The text with some pieces put in, taken out, doubled or moved. */
function damaged(text: string, random: () => number): string {
  const at = (length: number): number => Math.floor(random() * length);
  let out = text;
  for (let count = 1 + at(4); count > 0; count--) {
    const [from, length] = [at(out.length + 1), at(30)];
    const [before, part, after] = [out.slice(0, from), out.slice(from, from + length), out.slice(from + length)];
    const piece = PIECES[at(PIECES.length)] ?? '';
    const choices = [
      `${before}${piece}${part}${after}`,
      `${before}${after}`,
      `${before}${part}${part}${after}`,
      before,
    ];
    out = choices[Math.min(at(9), choices.length - 1)] ?? out;
    if (random() < 0.5) out = `${out.slice(0, from)}${piece}${out.slice(from)}`;
  }
  return out;
}

/** What is wrong with the place of a notice. */
function misplaced(notice: Notice, text: string, lines: number): readonly string[] {
  const { file, line, column, problem } = notice;
  const isPlace =
    file === 'f' && line >= 1 && line <= lines + 1 && column >= 1 && problem !== '' && !problem.includes('\n');
  return isPlace ? [] : [JSON.stringify({ notice, text })];
}

/** Everything about the reader's answer that should not be. */
function complaints(text: string, bytes: Uint8Array): readonly string[] {
  try {
    const { resources, warnings, error } = decodeFile('f', bytes);
    const lines = text.split('\n').length;
    const notices = [...warnings, ...(error?.notices ?? [])];
    const silent = error !== undefined && (error.notices.length === 0 || error.message === '' || resources.length > 0);
    // What is printed looks further into what could be read.
    const printed = error === undefined ? [] : reportOf(error).stderr.split('\n').slice(0, -1);
    const unmarked = printed.slice(error?.message.split('\n').length).filter((line) => !line.startsWith('hint: f:'));
    return [
      ...unmarked.map((line) => `printed: ${line}`),
      ...notices.flatMap((notice) => misplaced(notice, text, lines)),
      ...(silent ? [`no place: ${JSON.stringify(text)}`] : []),
    ];
  } catch (error) {
    return [`${String(error)} of ${JSON.stringify(text)}`];
  }
}

describe('decodeFile() of damaged manifests never fails, and every notice has a place:', () => {
  it.each(sources)('%s', (name, text) => {
    const random = generator(name.length * 7919 + text.length);
    const encoder = new TextEncoder();
    const found: string[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const broken = damaged(text, random);
      found.push(...complaints(broken, encoder.encode(broken)));
    }
    expect(found).toEqual([]);
  });

  it('bytes that are no text', () => {
    const random = generator(4711);
    const [[, text] = ['', '']] = sources;
    const found: string[] = [];
    for (let round = 0; round < 500; round++) {
      const bytes = new TextEncoder().encode(text);
      for (let count = 0; count < 3; count++) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
      found.push(...complaints(text, bytes));
    }
    expect(found).toEqual([]);
  });

  it('deep and long ones', () => {
    const texts = [
      '['.repeat(20_000),
      '{a: '.repeat(20_000),
      '- '.repeat(20_000),
      'a:\n '.repeat(3000),
      Array.from({ length: 3000 }, (_, depth) => `${' '.repeat(depth)}a:\n`).join(''),
      `apiVersion: projectcalico.org/v3\nkind: Tier\nmetadata: {name: ${'a'.repeat(1_000_000)}}\n`,
      `apiVersion: projectcalico.org/v3\nkind: Tier\nmetadata: {labels: {${Array.from({ length: 20_000 }, (_, n) => `k${n}: v`).join(', ')}}}\n`,
      `a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: &d [*c, *c]\ne: &e [*d, *d]\n${Array.from({ length: 40 }, (_, n) => `f${n}: &f${n} [*${n === 0 ? 'e' : `f${n - 1}`}, *${n === 0 ? 'e' : `f${n - 1}`}]`).join('\n')}\n`,
      '---\n'.repeat(20_000),
    ];
    expect(
      texts.flatMap((text) => complaints(text, new TextEncoder().encode(text)).map((found) => found.slice(0, 200))),
    ).toEqual([]);
  });
});
