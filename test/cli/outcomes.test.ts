import { describe, expect, it } from 'vitest';
import { describeOne, describeOutcomes, resultFormat } from '../../src/cli/outcomes.ts';
import type { PrintedOutcome, PrintedResult, Texts, WriteVerb } from '../../src/cli/outcomes.ts';
import { Conflict, Unavailable } from '../../src/datastore/errors.ts';
import { Invalid } from '../../src/kinds/invalid.ts';
import { requireKind } from '../../src/kinds/index.ts';
import { decodeFile } from '../../src/manifests/decode.ts';
import { having } from '../doubles/matchers.ts';
import { object } from '../conformance/objects.ts';

/** Outcomes by name: `a` well, `b!` failed, `c?` failed because of its namespace. Names in capitals are of another kind. */
function result(...names: readonly string[]): PrintedResult {
  const outcomes = names.map((text): PrintedOutcome => {
    const name = text.replace(/\W/g, '').toLowerCase();
    const kind = text.toLowerCase() === text ? 'IPPool' : 'BGPPeer';
    const target = { kind: requireKind(kind), resource: object(kind, name, {}) };
    if (text.endsWith('!')) return { target, error: new Error(`${name} is bad`) };
    if (text.endsWith('?')) return { target, error: new Error(`${name} is misplaced`), namespace: true };
    return { target, change: 'configured' };
  });
  const kinds = new Set(outcomes.map(({ target }) => target.kind.name));
  return { outcomes, singleKind: kinds.size === 1 ? [...kinds][0] : undefined, warnings: [] };
}

const TEXT = { dryRun: false, format: 'text' } as const;

/** Exit code, standard output and standard error without the hints. */
async function said(verb: WriteVerb, ...names: readonly string[]): Promise<readonly unknown[]> {
  const { exitCode, stdout, stderr } = await describeOutcomes(verb, result(...names), TEXT);
  return [exitCode, stdout, stderr.replace(/^hint: .*\n/gm, '')];
}

describe.each([
  ['create', 'created'],
  ['apply', 'applied'],
  ['validate', 'validated'],
] as const)('describeOutcomes() of %s', (verb, past) => {
  it.each<readonly [readonly string[], number, string, string]>([
    [[], 0, 'No resources specified\n', ''],
    [['a'], 0, `Successfully ${past} 1 'IPPool' resource(s)\n`, ''],
    [['a', 'b'], 0, `Successfully ${past} 2 'IPPool' resource(s)\n`, ''],
    [['a', 'B'], 0, `Successfully ${past} 2 resource(s)\n`, ''],
    [['a!'], 1, '', `failed to ${verb} 'IPPool' resource: [a is bad]\n`],
    [['a?'], 1, '', `failed to ${verb} 'IPPool' resource: [a is misplaced]\n`],
    [['a!', 'b!'], 1, '', `failed to ${verb} any 'IPPool' resources: [a is bad b is bad]\n`],
    [['a!', 'B!'], 1, '', `failed to ${verb} any resources: [a is bad b is bad]\n`],
    [
      ['a', 'b', 'c!'],
      1,
      `Partial success: ${past} the first 2 out of 3 'IPPool' resources:\n`,
      'hit error: [c is bad]\n',
    ],
    [
      ['a!', 'b', 'c'],
      1,
      `Partial success: ${past} the first 2 out of 3 'IPPool' resources:\n`,
      'hit error: [a is bad]\n',
    ],
    [['a', 'B', 'c!'], 1, `Partial success: ${past} the first 2 out of 3 resources:\n`, 'hit error: [c is bad]\n'],
    [['a', 'b!'], 1, '', 'hit error: [b is bad]\n'],
    [['a', 'b!', 'c!'], 1, '', 'hit error: [b is bad c is bad]\n'],
    [
      ['a', 'b', 'c', 'd!', 'e?'],
      1,
      `Partial success: ${past} the first 3 out of 5 'IPPool' resources:\n`,
      'hit error: [d is bad e is misplaced]\n',
    ],
  ])('%j', async (names, exitCode, stdout, stderr) => {
    expect(await said(verb, ...names)).toEqual([exitCode, stdout, stderr]);
  });
});

describe('describeOutcomes() of replace', () => {
  it.each<readonly [readonly string[], number, string, string]>([
    [[], 0, 'No resources specified\n', ''],
    [['a'], 0, "Successfully replaced 1 'IPPool' resource(s)\n", ''],
    [['a', 'B'], 0, 'Successfully replaced 2 resource(s)\n', ''],
    [['a?'], 1, '', "failed to replace 'IPPool' resource: a is misplaced\n"],
    [['a?', 'b?'], 1, '', "failed to replace any 'IPPool' resources: b is misplaced\n"],
    [['a?', 'B?'], 1, '', 'failed to replace any resources: b is misplaced\n'],
    [['a!'], 1, "Partial success: replaced the first 1 out of 1 'IPPool' resources:\n", 'hit error: a is bad\n'],
    [['a!', 'b!'], 1, "Partial success: replaced the first 2 out of 2 'IPPool' resources:\n", 'hit error: b is bad\n'],
    [
      ['a!', 'b', 'c'],
      1,
      "Partial success: replaced the first 3 out of 3 'IPPool' resources:\n",
      'hit error: a is bad\n',
    ],
    [
      ['a', 'b?', 'c!'],
      1,
      "Partial success: replaced the first 2 out of 3 'IPPool' resources:\n",
      'hit error: c is bad\n',
    ],
    [['a', 'B!'], 1, 'Partial success: replaced the first 2 out of 2 resources:\n', 'hit error: b is bad\n'],
  ])('%j', async (names, exitCode, stdout, stderr) => {
    expect(await said('replace', ...names)).toEqual([exitCode, stdout, stderr]);
  });
});

describe('describeOutcomes() of delete', () => {
  it.each<readonly [readonly string[], number, string, string]>([
    [[], 0, 'No resources specified\n', ''],
    [['a', 'b'], 0, "Successfully deleted 2 'IPPool' resource(s)\n", ''],
    [['a', 'B'], 0, 'Successfully deleted 2 resource(s)\n', ''],
    [['a!'], 1, '', "Failed to delete 'IPPool' resource: a is bad\n\n"],
    [['a!', 'B?'], 1, '', 'Failed to delete resource: a is bad\nFailed to delete resource: b is misplaced\n\n'],
    [
      ['a', 'b!', 'c!'],
      1,
      "Successfully deleted 1 'IPPool' resource(s)\n",
      "Failed to delete 'IPPool' resource: b is bad\nFailed to delete 'IPPool' resource: c is bad\n\n",
    ],
  ])('%j', async (names, exitCode, stdout, stderr) => {
    expect(await said('delete', ...names)).toEqual([exitCode, stdout, stderr]);
  });
});

describe('describeOutcomes() adds', () => {
  const hints = async (given: PrintedResult): Promise<readonly string[]> => {
    const { stderr } = await describeOutcomes('apply', given, TEXT);
    return stderr.split('\n').filter((line) => /^(hint|warning): /.test(line));
  };

  it('which objects were written and which were not, if there are several', async () => {
    expect(await hints(result('a', 'B!', 'c', 'd?'))).toEqual([
      'hint: failed: BGPPeer(b), IPPool(d)',
      'hint: done: IPPool(a), IPPool(c)',
    ]);
    expect(await hints(result('a!', 'B!'))).toEqual(['hint: failed: IPPool(a), BGPPeer(b)']);
    expect(await hints(result('a!'))).toEqual([]);
    expect(await hints(result('a', 'b'))).toEqual([]);
  });

  it('warnings, and the place of every finding', async () => {
    const text = 'apiVersion: projectcalico.org/v3\nkind: IPPool\nmetadata:\n  name: P\nspec:\n  cidr: x\n';
    const [source] = decodeFile('f.yaml', new TextEncoder().encode(text)).resources;
    if (source === undefined) throw new Error('nothing to read');
    const error = new Invalid([
      { name: 'Metadata.Name', value: 'P', reason: 'too loud', path: 'metadata.name' },
      {
        name: 'CIDR',
        value: 'x',
        reason: 'Reason: failed to validate Field: CIDR because of Tag: net ',
        path: 'spec.cidr',
      },
    ]);
    const target = { kind: source.kind, resource: source.resource, source };
    const warnings = [{ file: 'f.yaml', line: 2, column: 1, problem: 'is risky' }];
    expect(await hints({ outcomes: [{ target, error }], singleKind: 'IPPool', warnings })).toEqual([
      'warning: f.yaml:2: is risky',
      "hint: f.yaml:4: metadata.name: 'P': too loud",
      "hint: f.yaml:6: spec.cidr: 'x': expected a network with a prefix length that fits and no host bits, such as 10.0.0.0/16",
    ]);
  });

  it('the server that did not answer once, however many objects it was asked for', async () => {
    const facts = { endpoint: 'http://10.0.0.1:2379', phase: 'connect', setting: 'ETCD_ENDPOINTS' } as const;
    const { outcomes, ...rest } = result('a', 'b', 'c');
    const failed = outcomes.map(({ target }) => ({ target, error: new Unavailable('refused', facts) }));
    expect(await hints({ ...rest, outcomes: failed })).toEqual([
      'hint: no connection to http://10.0.0.1:2379 (connect), set by ETCD_ENDPOINTS',
      'hint: failed: IPPool(a), IPPool(b), IPPool(c)',
    ]);
  });
});

describe('describeOutcomes() of a dry run', () => {
  const dry = { dryRun: true, format: 'text' } as const;

  it('marks the line about success', async () => {
    expect((await describeOutcomes('apply', result('a'), dry)).stdout).toBe(
      "Successfully applied 1 'IPPool' resource(s) (dry run)\n",
    );
    expect((await describeOutcomes('apply', result('a', 'b', 'c!'), dry)).stdout).toBe(
      "Partial success: applied the first 2 out of 3 'IPPool' resources: (dry run)\n",
    );
  });

  it('has nothing to mark when all failed', async () => {
    expect((await describeOutcomes('apply', result('a!'), dry)).stdout).toBe('');
  });
});

describe('describeOutcomes() with one result per object', () => {
  const several = (): PrintedResult => {
    const { outcomes, ...rest } = result('a', 'b!');
    const set = { kind: requireKind('NetworkSet'), resource: object('NetworkSet', 's', {}, { namespace: 'ns' }) };
    const conflict = new Conflict({ kind: 'NetworkSet', name: 's', namespace: 'ns' });
    return { ...rest, outcomes: [...outcomes, { target: set, change: 'created' }, { target: set, error: conflict }] };
  };
  const as = (format: 'json' | 'yaml' | 'name', dryRun = false): Promise<Texts> =>
    describeOutcomes('apply', several(), { format, dryRun });

  it('prints JSON, and the words of the verb on standard error as ever', async () => {
    const { exitCode, stdout, stderr } = await as('json');
    expect([exitCode, JSON.parse(stdout), stdout.endsWith(']\n')]).toEqual([
      1,
      [
        { kind: 'IPPool', name: 'a', result: 'configured' },
        { kind: 'IPPool', name: 'b', result: 'failed', error: 'b is bad' },
        { kind: 'NetworkSet', name: 's', namespace: 'ns', result: 'created' },
        {
          kind: 'NetworkSet',
          name: 's',
          namespace: 'ns',
          result: 'failed',
          error: 'update conflict: NetworkSet(ns/s)',
        },
      ],
      true,
    ]);
    expect(stderr.split('\n')[0]).toBe('hit error: [b is bad update conflict: NetworkSet(ns/s)]');
  });

  it('prints YAML', async () => {
    expect((await as('yaml')).stdout.split('\n').slice(0, 7)).toEqual([
      '- kind: IPPool',
      '  name: a',
      '  result: configured',
      '- error: b is bad',
      '  kind: IPPool',
      '  name: b',
      '  result: failed',
    ]);
  });

  it('prints the names of those that went well', async () => {
    expect((await as('name')).stdout).toBe('ippool.projectcalico.org/a\nnetworkset.projectcalico.org/s\n');
  });

  it('says so in a dry run', async () => {
    const parsed: unknown = JSON.parse((await as('json', true)).stdout);
    expect(parsed).toEqual([1, 2, 3, 4].map(() => having({ dryRun: true })));
  });

  it('prints an empty list of nothing', async () => {
    const nothing = { outcomes: [], singleKind: undefined, warnings: [] };
    const empty = async (format: 'json' | 'yaml' | 'name') =>
      (await describeOutcomes('apply', nothing, { dryRun: false, format })).stdout;
    expect([await empty('json'), await empty('yaml'), await empty('name')]).toEqual(['[]\n', '[]\n', '']);
  });
});

describe('describeOne()', () => {
  const pool = object('IPPool', 'p', {});

  it.each([
    ['text', false, true, 'Did it\n'],
    ['text', true, true, 'Did it (dry run)\n'],
    ['name', false, true, 'ippool.projectcalico.org/p\n'],
    ['yaml', false, false, '- kind: IPPool\n  name: p\n  result: unchanged\n'],
    ['yaml', true, true, '- dryRun: true\n  kind: IPPool\n  name: p\n  result: configured\n'],
  ] as const)('as %s, dry run %s, changed %s', async (format, dryRun, changed, text) => {
    expect(await describeOne('Did it', pool, changed, { dryRun, format })).toBe(text);
  });
});

describe('resultFormat()', () => {
  it('is text unless something is asked for', () => {
    expect([undefined, 'json', 'yaml', 'name'].map(resultFormat)).toEqual(['text', 'json', 'yaml', 'name']);
  });

  it.each(['wide', '', 'text', 'JSON'])('refuses %j', (output) => {
    expect(() => resultFormat(output)).toThrow(`unrecognized output format '${output}'`);
  });
});
