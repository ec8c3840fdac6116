import { describe, expect, it } from 'vitest';
import { sarifLog } from '../../src/output/sarif.ts';
import type { SarifResult } from '../../src/output/sarif.ts';

const RULES = [
  { id: 'X1', level: 'error', title: 'bad', help: 'Do not.' },
  { id: 'X2', level: 'warning', title: 'odd', help: 'Look twice.' },
] as const;

const result = (place: SarifResult['place'], ruleId = 'X2'): SarifResult => ({
  ruleId,
  message: 'it is so',
  subject: 'Thing(a)',
  place,
});

describe('sarifLog()', () => {
  it('lists the rules, and each result with its level and place', () => {
    const log = sarifLog({ name: 'tool', version: '1.2.3' }, RULES, [
      result({ file: 'a b/c.yaml', line: 3, column: 7 }),
      result(undefined, 'X1'),
    ]);
    const logicalLocations = [{ fullyQualifiedName: 'Thing(a)', kind: 'resource' }];
    expect(log).toEqual({
      $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
      version: '2.1.0',
      runs: [
        {
          tool: {
            driver: {
              name: 'tool',
              version: '1.2.3',
              rules: [
                {
                  id: 'X1',
                  shortDescription: { text: 'bad' },
                  help: { text: 'Do not.' },
                  defaultConfiguration: { level: 'error' },
                },
                {
                  id: 'X2',
                  shortDescription: { text: 'odd' },
                  help: { text: 'Look twice.' },
                  defaultConfiguration: { level: 'warning' },
                },
              ],
            },
          },
          columnKind: 'unicodeCodePoints',
          results: [
            {
              ruleId: 'X2',
              ruleIndex: 1,
              level: 'warning',
              message: { text: 'it is so' },
              locations: [
                {
                  physicalLocation: {
                    artifactLocation: { uri: 'a%20b/c.yaml' },
                    region: { startLine: 3, startColumn: 7 },
                  },
                  logicalLocations,
                },
              ],
            },
            {
              ruleId: 'X1',
              ruleIndex: 0,
              level: 'error',
              message: { text: 'it is so' },
              locations: [{ logicalLocations }],
            },
          ],
        },
      ],
    });
  });

  it.each([
    ['./peers.yaml', 'peers.yaml'],
    ['peers.yaml', 'peers.yaml'],
    ['/etc/100%.yaml', 'file:///etc/100%25.yaml'],
  ])('writes the path %s as the URI %s', (file, uri) => {
    expect(
      JSON.stringify(sarifLog({ name: 't', version: '1' }, RULES, [result({ file, line: 0, column: 0 })])),
    ).toContain(`"physicalLocation":{"artifactLocation":{"uri":"${uri}"}}`);
  });

  it('has no file for what came from standard input', () => {
    expect(
      JSON.stringify(sarifLog({ name: 't', version: '1' }, RULES, [result({ file: '-', line: 1, column: 1 })])),
    ).not.toContain('physicalLocation');
  });
});
