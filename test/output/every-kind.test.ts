import { describe, expect, test } from 'vitest';
import { kinds } from '../../src/kinds/all.ts';
import type { Kind, Related } from '../../src/kinds/kind.ts';
import { API_VERSION, resourceJson } from '../../src/kinds/resource.ts';
import type { Resource, ResourceList } from '../../src/kinds/resource.ts';
import { decodeFile } from '../../src/manifests/decode.ts';
import type { Format } from '../../src/output/format.ts';
import { print } from '../../src/output/print.ts';
import { validFixtures } from '../conformance/fixtures.ts';

const fixtures = validFixtures();
const related: Related = { get: () => undefined };

async function printed(found: readonly (Resource | ResourceList)[], format: Format): Promise<string> {
  const { text, error } = await print(found, format, { withNamespace: false, related, template: '' });
  if (error !== undefined) throw error;
  return text;
}

/** What a file holds; the reader's error, if it has one. */
function readBack(text: string): readonly Resource[] | string {
  const { resources, warnings, error } = decodeFile('printed.yaml', new TextEncoder().encode(text));
  if (error !== undefined) return error.message;
  return warnings.length > 0
    ? warnings.map(({ problem }) => problem).join()
    : resources.map(({ resource }) => resource);
}

/** The cells of a table, cut where its headings begin. */
function cells(table: string): readonly (readonly string[])[] {
  const lines = table.split('\n').filter((line) => line !== '');
  const starts = [...(lines[0] ?? '').matchAll(/\S+/g)].map(({ index }) => index);
  return lines.map((line) => {
    const characters = [...line];
    return starts.map((start, column) =>
      characters
        .slice(start, starts[column + 1])
        .join('')
        .trimEnd(),
    );
  });
}

function expectedCells({ columns }: Kind, headings: readonly string[], resources: readonly Resource[]) {
  const rows = resources.map((resource) => headings.map((heading) => columns.cells[heading]?.(resource, related)));
  return [headings, ...rows];
}

describe.each(kinds)('objects of kind $name', (kind) => {
  const objects = fixtures.filter((fixture) => fixture.kind === kind).map(({ resource }) => resource);
  const list: ResourceList = {
    kind: `${kind.name}List`,
    apiVersion: API_VERSION,
    metadata: { resourceVersion: '7' },
    items: objects,
  };

  test.each(['yaml', 'json'] as const)('printed as %s are read back as they were, one by one', async (type) => {
    for (const resource of objects) expect(readBack(await printed([resource], { type }))).toEqual([resource]);
    expect(objects.length).toBeGreaterThan(1);
  });

  test.each(['yaml', 'json'] as const)(
    'printed as %s are read back as they were, in a list and without one',
    async (type) => {
      expect(readBack(await printed([list], { type }))).toEqual(objects);
      expect(readBack(await printed(objects, { type }))).toEqual(objects);
    },
  );

  test('are the same in JSON, with their fields in the order of the API', async () => {
    for (const resource of objects)
      expect(JSON.stringify(JSON.parse(await printed([resource], { type: 'json' })))).toBe(
        JSON.stringify(resourceJson(resource)),
      );
  });

  test.each([
    ['ps', kind.columns.narrow],
    ['wide', kind.columns.wide],
  ] as const)('are rows of a table: %s', async (type, headings) => {
    expect(cells(await printed([list], { type }))).toEqual(expectedCells(kind, headings, objects));
  });

  test('are rows of a table of all columns', async () => {
    const headings = Object.keys(kind.columns.cells);
    const table = await printed([list], { type: 'custom-columns', headings });
    expect(cells(table)).toEqual(expectedCells(kind, headings, objects));
  });

  test('have names of which kubectl knows the kind', async () => {
    const names = objects.map(({ metadata }) => `${kind.name.toLowerCase()}.projectcalico.org/${metadata.name}\n`);
    expect(await printed([list], { type: 'name' })).toBe(names.join(''));
  });

  test('are found by JSONPath, each field and all names', async () => {
    const names = objects.map(({ metadata }) => metadata.name).join(' ');
    expect(await printed([list], { type: 'jsonpath', expression: '{.items[*].metadata.name}' })).toBe(names);
    for (const resource of objects)
      for (const [field, value] of Object.entries(resource.spec)) {
        const found = await printed([resource], { type: 'jsonpath', expression: `{.spec.${field}}` });
        expect(found).toBe(typeof value === 'object' ? JSON.stringify(value) : String(value));
      }
  });
});
