import { expect, test } from 'vitest';
import { isValidSelector, matches, normalise, parseSelector, SelectorError } from '../../src/selectors/index.ts';

/** The same numbers in every run: whole ones from 0 to below the given one. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const random = randomNumbers(20250101);
const pick = <T>(items: readonly [T, ...T[]]): T => items[random(items.length)] ?? items[0];
const times = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);

const blank = (): string => pick(['', '', ' ', '\t', '  ']);
const label = (): string => pick(['a', 'b', 'in', 'not', 'has', 'x.y/z-1']);
const value = (): string => pick(['', 'a', 'b', 'ab', "it's", 'say "x"', 'é\u{1f600}']);
function literal(): string {
  const text = value();
  const mark = text.includes('"') ? "'" : text.includes("'") ? '"' : pick(['"', "'"]);
  return `${mark}${text}${mark}`;
}

/** A well-formed selector in one of the many ways to write it. */
function randomSelector(depth: number): string {
  const inner = (): string => randomSelector(depth - 1);
  switch (random(depth > 0 ? 9 : 5)) {
    case 0:
      return pick(['all()', 'global( )', `has(${blank()}${label()}${blank()})`]);
    case 1:
      return `${label()}${blank()}${pick(['==', '!='])}${blank()}${literal()}`;
    case 2:
    case 3:
      return `${label()} ${pick(['contains', 'starts with', 'startswith', 'ends\twith'])}${blank()}${literal()}`;
    case 4:
      return `${label()} ${pick(['in', 'notin', 'not in'])}${blank()}{${times(random(4), literal).join(`${blank()},`)}}`;
    case 5:
      return `${blank()}(${inner()})${blank()}`;
    case 6:
      return `!${blank()}${inner()}`;
    default:
      return times(2 + random(2), inner).join(pick(['&&', ' && ', '||', ' || ']));
  }
}

const randomLabels = (): Record<string, string> => Object.fromEntries(times(random(4), () => [label(), value()]));
const selectors = times(2000, () => randomSelector(4));

const PIECES = [
  'a',
  'has(',
  'all()',
  '(',
  ')',
  '{',
  '}',
  ',',
  '==',
  '!=',
  '!',
  '&&',
  '||',
  '&',
  '=',
  "'",
  '"x"',
  ' ',
  '\n',
  'in',
  'not',
  'é',
] as const;
const texts = times(5000, () => times(random(12), () => pick(PIECES)).join(''));

test('parseSelector() reads every way to write a selector', () => {
  expect(selectors.filter((text) => !isValidSelector(text))).toEqual([]);
});

test('normalise() leaves normal forms as they are, also of texts that are no selectors', () => {
  const normal = [...selectors, ...texts].map(normalise);
  expect(normal.map(normalise)).toEqual(normal);
});

test('a normal form selects the same labels as the original', () => {
  const differing = selectors.filter((text) => {
    const original = parseSelector(text);
    const normal = parseSelector(normalise(text));
    return times(10, randomLabels).some((labels) => matches(original, labels) !== matches(normal, labels));
  });
  expect(differing).toEqual([]);
});

test('parseSelector() throws nothing but SelectorError, with an offset inside the text', () => {
  const verdicts = texts.map((text) => {
    try {
      parseSelector(text);
      return 'selector';
    } catch (error) {
      return error instanceof SelectorError && error.offset >= 0 && error.offset <= text.length ? 'refused' : error;
    }
  });
  expect(new Set(verdicts)).toEqual(new Set(['selector', 'refused']));
});
