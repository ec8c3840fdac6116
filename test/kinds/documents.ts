/** The example documents of a kind, in the three files that every kind has. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { plainJson } from '../../src/kinds/decode.ts';
import type { Kind } from '../../src/kinds/kind.ts';
import type { Json } from '../../src/kinds/schema.ts';
import { parseYaml } from '../../src/manifests/yaml/parse.ts';

export const FIXTURES = join(import.meta.dirname, '../fixtures/kinds');

export interface Example {
  /** `ippools/full.yaml #1` */
  readonly title: string;
  readonly text: string;
}

/** The documents of one file of a kind. @throws when the kind has no such file */
export function examples({ plural }: Kind, file: 'minimal.yaml' | 'full.yaml' | 'invalid.yaml'): readonly Example[] {
  const documents = readFileSync(join(FIXTURES, plural, file), 'utf8').split(/^---$/m);
  return documents.map((text, index) => ({ title: `${plural}/${file} #${index + 1}`, text }));
}

/** The documents of a kind that are valid. */
export function validExamples(kind: Kind): readonly Example[] {
  return [...examples(kind, 'minimal.yaml'), ...examples(kind, 'full.yaml')];
}

/** A document as an editor or a program sees it that does not know its kind. */
export function documentJson({ text }: Example): Json {
  return plainJson(parseYaml(text, { firstLine: 1 }).root);
}
