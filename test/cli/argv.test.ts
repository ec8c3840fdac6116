import { describe, expect, it } from 'vitest';
import { canonicalLine, parseLine, UsageError } from '../../src/cli/argv.ts';
import type { CommandTable } from '../../src/cli/argv.ts';
import { having } from '../doubles/matchers.ts';

const globalFlags = {
  help: { type: 'boolean', char: 'h' },
  context: { type: 'string' },
  'allow-version-mismatch': { type: 'boolean' },
  'log-level': { type: 'string', char: 'l' },
} as const;
const table: CommandTable = {
  globalFlags,
  topics: ['node', 'bgp', 'bgp change'],
  commands: [
    {
      id: 'get',
      flags: {
        ...globalFlags,
        output: { type: 'string', char: 'o' },
        filename: { type: 'string', char: 'f' },
        export: { type: 'boolean' },
        'all-namespaces': { type: 'boolean', char: 'A' },
        'dry-run': { type: 'optional', bare: 'server' },
      },
    },
    { id: 'patch', flags: globalFlags, args: { exactly: 2 } },
    { id: 'label', flags: globalFlags, args: { atLeast: 3 } },
    { id: 'node status', flags: globalFlags },
    { id: 'bgp sessions', flags: globalFlags },
    { id: 'bgp change apply', flags: globalFlags },
  ],
};

function read(...argv: string[]): unknown {
  try {
    const line = parseLine(argv, table, 'calicoctl');
    return line.type === 'help' ? `help ${line.id}` : [line.id, Object.fromEntries(line.values), line.args];
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
}

describe('parseLine()', () => {
  it.each([
    [
      ['get', 'ippool', '-o', 'json'],
      ['get', { output: 'json' }, ['ippool']],
    ],
    [
      ['get', '-ojson', 'ippool'],
      ['get', { output: 'json' }, ['ippool']],
    ],
    [
      ['get', '-o=json'],
      ['get', { output: 'json' }, []],
    ],
    [
      ['get', '--output=a=b'],
      ['get', { output: 'a=b' }, []],
    ],
    [
      ['get', '-f-'],
      ['get', { filename: '-' }, []],
    ],
    [
      ['get', '-Afx'],
      ['get', { 'all-namespaces': 'true', filename: 'x' }, []],
    ],
    [
      ['get', '-o', 'yaml', '-o', 'json'],
      ['get', { output: 'json' }, []],
    ],
    [
      ['get', '--export=false'],
      ['get', { export: 'false' }, []],
    ],
    [
      ['get', '-A=false'],
      ['get', { 'all-namespaces': 'false' }, []],
    ],
    [
      ['get', '--dry-run', 'x'],
      ['get', { 'dry-run': 'server' }, ['x']],
    ],
    [
      ['get', '--dry-run=client'],
      ['get', { 'dry-run': 'client' }, []],
    ],
    [
      ['get', '--', '-o', 'x'],
      ['get', {}, ['-o', 'x']],
    ],
    [
      ['get', '-'],
      ['get', {}, ['-']],
    ],
    [
      ['--context', 'get', 'get', 'x'],
      ['get', { context: 'get' }, ['x']],
    ],
    [
      ['-l', 'debug', '--allow-version-mismatch', 'get'],
      ['get', { 'log-level': 'debug', 'allow-version-mismatch': 'true' }, []],
    ],
    [
      ['node', 'status'],
      ['node status', {}, []],
    ],
    [
      ['patch', 'a', 'b'],
      ['patch', {}, ['a', 'b']],
    ],
  ])('reads %j', (argv, expected) => {
    expect(read(...argv)).toEqual(expected);
  });

  it.each([
    [['get', '-x'], "unknown shorthand flag: 'x' in -x"],
    [['get', '-Ax'], "unknown shorthand flag: 'x' in -Ax"],
    [['get', '--out', 'json'], 'unknown flag: --out'],
    [['get', '-o'], "flag needs an argument: 'o' in -o"],
    [['get', '--output'], 'flag needs an argument: --output'],
    [['get', '--=x'], 'bad flag syntax: --=x'],
    [
      ['get', '--export=maybe'],
      'invalid argument "maybe" for "--export" flag: strconv.ParseBool: parsing "maybe": invalid syntax',
    ],
    [
      ['get', '-A=maybe'],
      'invalid argument "maybe" for "-A, --all-namespaces" flag: strconv.ParseBool: parsing "maybe": invalid syntax',
    ],
    [['--version'], 'unknown flag: --version'],
    [['-v'], "unknown shorthand flag: 'v' in -v"],
    [['patch', 'node'], 'accepts 2 arg(s), received 1'],
    [['label', 'node', 'n'], 'requires at least 3 arg(s), only received 2'],
    [['gte'], 'unknown command "gte" for "calicoctl"\n\nDid you mean this?\n\tget\n'],
    [['fetch'], 'unknown command "fetch" for "calicoctl"\n\nDid you mean this?\n\tpatch\n'],
    [['bogus'], 'unknown command "bogus" for "calicoctl"'],
    [['get', '-h', '--bogus'], 'unknown flag: --bogus'],
  ])('refuses %j', (argv, message) => {
    expect(read(...argv)).toBe(message);
  });

  it.each([
    [[], 'help '],
    [['-h'], 'help '],
    [['help'], 'help '],
    [['help', 'get'], 'help get'],
    [['help', '-l', 'debug', 'bgp', '-c', 'x.cfg'], 'help bgp'],
    [['help', 'node', 'status'], 'help node status'],
    [['get', 'x', '--help'], 'help get'],
    [['node'], 'help node'],
    [['node', 'bogus'], 'help node'],
    [['bgp', '--help'], 'help bgp'],
  ])('answers %j with help', (argv, expected) => {
    expect(read(...argv)).toBe(expected);
  });

  it.each([
    [['bgp', 'session'], 'calicoctl bgp', 'did you mean bgp sessions?'],
    [['bgp', 'SESS', '-o', 'json'], 'calicoctl bgp', 'did you mean bgp sessions?'],
    [['bgp', 'bogus', '--nothing'], 'calicoctl bgp', 'its commands are shown by: calicoctl bgp --help'],
    [['bgp', 'bogus', '--help'], 'calicoctl bgp', 'its commands are shown by: calicoctl bgp --help'],
    [['bgp', 'chnge', 'apply', '-h'], 'calicoctl bgp', 'did you mean bgp change?'],
    [['bgp', 'change', 'aply', 'p.yaml'], 'calicoctl bgp change', 'did you mean bgp change apply?'],
    [['bgp', 'change', 'status'], 'calicoctl bgp change', 'its commands are shown by: calicoctl bgp change --help'],
  ])('refuses %j in one way for all groups of its own', (argv, group, hint) => {
    let refusal;
    try {
      parseLine(argv, table, 'calicoctl');
    } catch (error) {
      refusal = error;
    }
    const word = argv[group.split(' ').length - 1];
    expect(refusal).toEqual(having({ message: `unknown command "${word}" for "${group}"`, hints: [hint] }));
  });

  it.each([
    [['node', 'bogus'], 'there is no command node bogus'],
    [['node', 'stats'], 'there is no command node stats: did you mean node status?'],
    [['node', 'stats', '--help'], 'there is no command node stats: did you mean node status?'],
    [['help', 'bgp', 'chnge', 'apply'], 'there is no command bgp chnge: did you mean bgp change?'],
    [['help', 'bpg'], 'there is no command bpg: did you mean bgp?'],
  ])('answers %j with help, as the Go tool does, and a hint', (argv, hint) => {
    expect(parseLine(argv, table, 'calicoctl')).toEqual(having({ type: 'help', hints: [hint] }));
  });

  it('names the kubectl plugin in its errors', () => {
    expect(() => parseLine(['foo'], table, 'kubectl-calico')).toThrow('unknown command "foo" for "kubectl-calico"');
  });
});

describe('canonicalLine()', () => {
  it('writes every flag in one spelling and keeps arguments apart', () => {
    const values = new Map([
      ['output', 'json'],
      ['export', 'true'],
      ['all-namespaces', 'false'],
    ]);
    const [get] = table.commands;
    expect(canonicalLine(values, ['-o'], get?.flags ?? {})).toEqual(['--output=json', '--export', '--', '-o']);
  });
});
