import { describe, expect, it } from 'vitest';
import { parseEveryday } from '../../../src/manifests/yaml/everyday.ts';
import { parseDocument } from '../../../src/manifests/yaml/yaml11/parser.ts';
import type { Tree } from '../../../src/manifests/yaml/tree.ts';
import { damaged, MANIFESTS, randomNumbers } from './trees.ts';

/** A tree without places: those of empty values and of quoted ones in odd layouts may differ. */
function shape(tree: Tree): unknown {
  if (tree.type === 'scalar') return { text: tree.text, quoted: tree.quoted, tag: tree.tag };
  if (tree.type === 'alias') return { alias: tree.name };
  return { [tree.type]: tree.items.map(shape) };
}

describe('parseEveryday()', () => {
  it('reads a document of indented mappings and lists, with every place', () => {
    const [text = ''] = MANIFESTS;
    const everyday = text.replace('  annotations: {}\n', '');
    expect(parseEveryday(everyday, 7)).toEqual(parseDocument(everyday, 7).root);
  });

  it.each([
    ['brackets', 'a: [b]\n'],
    ['empty brackets', 'a: {}\n'],
    ['a block scalar', 'a: |\n  b\n'],
    ['a scalar of several lines', 'a: b\n  c\n'],
    ['escapes', 'a: "b\\n"\n'],
    ['a tag', 'a: !b c\n'],
    ['an anchor', 'a: &b c\n'],
    ['an alias', 'a: &b c\nd: *b\n'],
    ['an empty key', ': a\n'],
    ['a key after a quoted value', '- "a"b: c\n'],
    ['a long key', `${'a'.repeat(1001)}: b\n`],
    ['a scalar alone', 'a\n'],
    ['a second document', 'a: b\n---\nc: d\n'],
    ["a document's end", 'a: b\n...\n'],
    ['a directive', '%YAML 1.1\n---\na: b\n'],
    ['a tab', 'a:\tb\n'],
    ['a control character', 'a: \u0007\n'],
    ['a lone carriage return', 'a: b\rc: d\n'],
    ['a line end of YAML 1.1 alone', 'a: b\u2028c\n'],
    ['no YAML', 'a: b: c\n'],
    ['nothing', '# a\n'],
  ])('leaves %s to the other reader', (_name, text) => {
    expect(parseEveryday(text, 1)).toBeUndefined();
  });

  it('agrees with the reader of YAML 1.1 on every damaged document it takes', () => {
    const random = randomNumbers(2);
    let taken = 0;
    for (let count = 0; count < 8000; count++) {
      const text = damaged(random).replaceAll(/[[\]{}|>&*!]|^\.\.\./gm, '');
      const tree = parseEveryday(text, 1);
      if (tree === undefined) continue;
      taken++;
      const { root, restAt } = parseDocument(text, 1);
      expect({ text, restAt, root: root && shape(root) }).toEqual({ text, restAt: undefined, root: shape(tree) });
    }
    expect(taken).toBeGreaterThan(500);
  });
});
