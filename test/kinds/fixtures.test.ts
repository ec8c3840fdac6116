import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { verdict } from './verdict.ts';

const FOLDER = join(import.meta.dirname, '../fixtures/kinds');

/** The documents of an example file. */
function documents(plural: string, file: string): readonly string[] {
  return readFileSync(join(FOLDER, plural, file), 'utf8').split(/^---$/m);
}

describe.each(readdirSync(FOLDER))('the examples of %s', (plural) => {
  test.each(['minimal.yaml', 'full.yaml'])('%s is valid', (file) => {
    expect(documents(plural, file).map(verdict)).toEqual(documents(plural, file).map(() => 'valid'));
  });

  test('every document of invalid.yaml is refused', () => {
    const accepted = documents(plural, 'invalid.yaml').filter((document) => verdict(document) === 'valid');
    expect(accepted).toEqual([]);
  });
});
