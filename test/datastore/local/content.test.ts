import { describe, expect, it } from 'vitest';
import { readContent } from '../../../src/datastore/local/content.ts';
import type { Content } from '../../../src/datastore/local/content.ts';

const set = (name: string, more = ''): string =>
  `apiVersion: projectcalico.org/v3\nkind: GlobalNetworkSet\nmetadata:\n  name: ${name}\n${more}spec:\n  nets: [10.0.0.0/8]\n`;
const LIST =
  'apiVersion: projectcalico.org/v3\nkind: GlobalNetworkSetList\nitems:\n- apiVersion: projectcalico.org/v3\n  kind: GlobalNetworkSet\n  metadata: {name: of-list}\n';
const DATED = set('dated', "  creationTimestamp: '2020-02-02T02:02:02Z'\n");
const NAMELESS = 'apiVersion: projectcalico.org/v3\nkind: GlobalNetworkSet\n';
const WRONG = 'apiVersion: projectcalico.org/v3\nkind: GlobalNetworkSet\nmetadata: {name: wrong}\nspec: {nets: 7}\n';
const [EARLIER, LATER] = [new Date('2026-01-01T00:00:00Z'), new Date('2026-01-02T00:00:00Z')];

const file = (...documents: readonly string[]): string => documents.join('---\n');
const seen = ({ known: _known, ...content }: Content): Omit<Content, 'known'> => content;

describe('readContent() of a file that was read before', () => {
  it.each([
    ['the same', file(set('a'), LIST, DATED, set('b')), file(set('a'), LIST, DATED, set('b'))],
    [
      'with a document more in front',
      file(set('a'), LIST, DATED),
      file('# one\n# two\n', set('new'), set('a'), LIST, DATED),
    ],
    ['with one less', file(set('a'), set('b'), LIST, DATED), file(set('b'), LIST, DATED)],
    ['with one changed', file(set('a'), set('b'), DATED), file(set('a'), set('b', '  labels: {x: y}\n'), DATED)],
    ['with mistakes', file(set('a'), NAMELESS, WRONG, set('b')), file('#\n', set('a'), NAMELESS, WRONG, set('b'))],
  ])('gives what reading it anew gives: %s', (_what, before, after) => {
    const first = readContent('f.yaml', before, EARLIER);
    const again = readContent('f.yaml', after, LATER, first);
    expect(seen(again)).toEqual(seen(readContent('f.yaml', after, LATER)));
    expect(seen(readContent('f.yaml', before, EARLIER, again))).toEqual(seen(first));
  });

  it('says where things stand in the file', () => {
    const { entries, problems } = readContent('f.yaml', file('#\n', set('a'), NAMELESS, WRONG, LIST), EARLIER);
    expect(entries.map(({ key, line }) => [key, line])).toEqual([
      ['GlobalNetworkSet//a', 3],
      ['GlobalNetworkSet//of-list', 21],
    ]);
    expect(problems.map(({ line, path }) => [line, path])).toEqual([
      [10, 'metadata.name'],
      [16, 'spec.nets'],
    ]);
  });
});
