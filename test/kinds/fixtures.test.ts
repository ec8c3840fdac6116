import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { kinds } from '../../src/kinds/all.ts';
import { examples, FIXTURES, validExamples } from './documents.ts';
import { verdict } from './verdict.ts';

test('every kind has examples, and nothing else has', () => {
  expect(readdirSync(FIXTURES).sort()).toEqual(kinds.map(({ plural }) => plural).sort());
});

describe.each(kinds)('the examples of $name', (kind) => {
  const { name } = kind;

  test.each(validExamples(kind))('$title is valid', ({ text }) => {
    expect(verdict(text)).toBe('valid');
  });

  test.each(examples(kind, 'invalid.yaml'))('$title is refused', ({ text }) => {
    expect(verdict(text)).not.toBe('valid');
  });

  test('are of the kind', () => {
    const all = [...validExamples(kind), ...examples(kind, 'invalid.yaml')];
    expect(all.filter(({ text }) => !new RegExp(`^kind: ${name}$`, 'm').test(text))).toEqual([]);
  });

  test('hold, together, every field of the spec', () => {
    const shown = examples(kind, 'full.yaml').map(({ text }) => text);
    const missing = Object.keys(kind.spec.fields).filter(
      (field) => !shown.some((text) => new RegExp(`^  ${field}:`, 'm').test(text)),
    );
    expect(missing).toEqual([]);
  });
});
