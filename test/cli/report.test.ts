import { describe, expect, it } from 'vitest';
import { Exit } from '../../src/cli/errors.ts';
import { Broken, Stopped } from '../../src/operations/convert/stopped.ts';
import { Cancelled } from '../../src/cli/context.ts';
import { hintsOf, massage, positionHints, reportOf } from '../../src/cli/report.ts';
import { UsageError } from '../../src/cli/argv.ts';
import { NotFound, Unauthorized, Unavailable } from '../../src/datastore/errors.ts';
import { SettingsError } from '../../src/datastore/settings.ts';
import { ConfigFileMissing } from '../../src/config/load.ts';
import { clientProblems } from '../../src/kinds/check.ts';
import { Invalid } from '../../src/kinds/invalid.ts';
import { requireKind } from '../../src/kinds/index.ts';
import { decodeFile } from '../../src/manifests/decode.ts';
import { ManifestError } from '../../src/manifests/manifest.ts';
import { ClientFailed, Refused } from '../../src/operations/input.ts';
import { Interrupted } from '../../src/operations/outcome.ts';
import { OperationError, VersionMismatch } from '../../src/operations/errors.ts';
import { object } from '../conformance/objects.ts';

const UNAVAILABLE = new Unavailable('dial tcp 10.0.0.1:2379: connect: connection refused', {
  endpoint: 'http://10.0.0.1:2379',
  phase: 'connect',
  setting: 'ETCD_ENDPOINTS',
});
const NO_ANSWER = 'hint: no connection to http://10.0.0.1:2379 (connect), set by ETCD_ENDPOINTS\n';
const NOTICE = { file: 'f.yaml', line: 3, column: 1, path: 'spec', problem: 'is odd', fix: 'spec: {}' };

describe('massage()', () => {
  it.each([
    ['nothing special', 'nothing special'],
    [
      'failed to execute command: error unmarshaling JSON: while decoding JSON: json: unknown field "http"',
      'field in document is not recognized or is in the wrong location: http',
    ],
    ['a\nb unknown field "" c unknown field "x"', 'field in document is not recognized or is in the wrong location: '],
    ['error unmarshaling JSON: while decoding JSON: json: cannot unmarshal string', 'cannot unmarshal string'],
    [
      'hit error: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal string',
      'hit error: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal string',
    ],
  ])('of %j', (message, expected) => {
    expect(massage(message)).toBe(expected);
  });
});

describe('reportOf() prints', () => {
  it.each<readonly [string, unknown, number, string, string]>([
    ['any error as it is', new Error('went wrong'), 1, '', 'went wrong\n'],
    ['what is no error', 'a word', 1, '', 'a word\n'],
    [
      'a command line that cannot be read',
      new UsageError('unknown flag: --x', ['did you mean --y?']),
      1,
      '',
      'unknown flag: --x\nhint: did you mean --y?\n',
    ],
    [
      'an operation with its hints',
      new OperationError('cannot', ['do this', 'or that']),
      1,
      '',
      'cannot\nhint: do this\nhint: or that\n',
    ],
    [
      'a version that is not known',
      new VersionMismatch('version mismatch.\nClient Version:   v1'),
      1,
      '',
      'version mismatch.\nClient Version:   v1\n',
    ],
    [
      'what is not there',
      new NotFound({ kind: 'IPPool', name: 'p' }, 'no such pool'),
      1,
      '',
      'resource does not exist: IPPool(p) with error: no such pool\n',
    ],
    ['who may not', new Unauthorized('nobody'), 1, '', 'connection is unauthorized: nobody\n'],
    [
      'a server that is not there, with its place and setting',
      UNAVAILABLE,
      1,
      '',
      `${UNAVAILABLE.message}\n${NO_ANSWER}`,
    ],
    [
      'a file that cannot be read',
      new ManifestError('syntax', 'open x: is a directory'),
      1,
      '',
      'failed to execute command: open x: is a directory\n',
    ],
    [
      'a file without resources',
      new ManifestError('empty', 'no resources specified in file x', [NOTICE]),
      1,
      '',
      'no resources specified in file x\nhint: f.yaml:3: spec: is odd; write: spec: {}\n',
    ],
    [
      'risky input that is refused',
      new Refused([NOTICE]),
      1,
      '',
      'refused: the input is risky, nothing was written\nhint: f.yaml:3: spec: is odd; write: spec: {}\n',
    ],
    [
      'settings that are wrong, on standard output',
      new ClientFailed('no such type', { cause: new SettingsError('no such type', { hints: ['use etcdv3'] }) }),
      1,
      'Failed to create Calico API client: no such type\n',
      'hint: use etcdv3\n',
    ],
    [
      'a config file that is missing, on standard output',
      new ConfigFileMissing('/x.cfg'),
      1,
      'Error reading config file: /x.cfg\n',
      '',
    ],
    ['an end by Ctrl-C', new Cancelled('SIGINT'), 130, '', 'interrupted by SIGINT\n'],
    ['an end by SIGTERM', new Cancelled('SIGTERM'), 143, '', 'interrupted by SIGTERM\n'],
    ['a gate that stays shut', new Stopped('gate', 'shut', ['resume']), 3, '', 'shut\nhint: resume\n'],
    ['a precondition', new Stopped('precondition', 'not yet'), 4, '', 'not yet\n'],
    ['a conflict', new Stopped('conflict', 'changed'), 5, '', 'changed\n'],
    [
      'what ended a conversion',
      new Broken(new Cancelled('SIGTERM'), ['next']),
      143,
      '',
      'interrupted by SIGTERM\nhint: next\n',
    ],
    ['texts of a command as they are', new Exit(3, { stdout: 'out', stderr: 'err' }), 3, 'out', 'err'],
  ])('%s', (_, error, exitCode, stdout, stderr) => {
    expect(reportOf(error)).toEqual({ exitCode, stdout, stderr });
  });

  it('what Ctrl-C left behind', () => {
    const target = (name: string) => ({ kind: requireKind('BGPPeer'), resource: object('BGPPeer', name, {}) });
    const done = { target: target('a'), change: 'created' } as const;
    const error = new Interrupted(
      [done],
      { unknown: [target('b')], untouched: [target('c')] },
      new Cancelled('SIGINT'),
    );
    expect(reportOf(error)).toEqual({
      exitCode: 130,
      stdout: '',
      stderr:
        'interrupted by SIGINT\nhint: done: BGPPeer(a)\nhint: not known whether done: BGPPeer(b)\nhint: not touched: BGPPeer(c)\n',
    });
  });

  it('every fault of a file', () => {
    const text =
      'apiVersion: projectcalico.org/v3\nkind: IPPool\nmetadata: {name: P}\nspec: {blockSize: x, cidr: 10.0.0.1/8}\n';
    const { error } = decodeFile('f.yaml', new TextEncoder().encode(text));
    expect(
      reportOf(error)
        .stderr.split('\n')
        .map((line) => line.replace(/(.*f.yaml:\d: [\w.]+).*/, '$1')),
    ).toEqual([
      'failed to execute command: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal string into Go struct field IPPoolSpec.spec.blockSize of type int',
      'hint: f.yaml:4: spec.blockSize',
      'hint: f.yaml:3: metadata.name',
      'hint: f.yaml:4: spec.cidr',
      'hint: f.yaml:4: spec',
      '',
    ]);
  });
});

describe('hintsOf()', () => {
  it('goes down the causes and says nothing twice', () => {
    const inner = new OperationError('inner', ['same', 'deep'], UNAVAILABLE);
    const outer = new OperationError('outer', ['first', 'same'], inner);
    expect(hintsOf(outer)).toBe(`hint: first\nhint: same\nhint: deep\n${NO_ANSWER}`);
  });

  it('gives every line of a hint its prefix', () => {
    expect(hintsOf(new OperationError('x', ['one\ntwo\n']))).toBe('hint: one\nhint: two\n');
  });

  it('leaves out places in a single line of standard input', () => {
    expect(hintsOf(new ManifestError('syntax', 'x', [{ ...NOTICE, file: '-', line: 1 }]))).toBe('');
    expect(hintsOf(new ManifestError('syntax', 'x', [{ ...NOTICE, file: '-', line: 2 }]))).toBe(
      'hint: -:2: spec: is odd; write: spec: {}\n',
    );
  });
});

describe('positionHints()', () => {
  const text = `apiVersion: projectcalico.org/v3
kind: BGPPeer
metadata: {name: a}
spec:
  nodeSelector: "a ="
  peerIP: nowhere
`;
  const [source] = decodeFile('f.yaml', new TextEncoder().encode(text)).resources;
  const tagged = (field: string, tag: string, value: string, path: string) => ({
    name: field,
    value,
    reason: `Reason: failed to validate Field: ${field} because of Tag: ${tag} `,
    path,
  });

  it('name a range of ports as it was written, not the port of the Go tool', () => {
    const ports = 'spec: {ingress: [{action: Allow, protocol: TCP, source: {ports: ["0:5"]}}]}\n';
    const policy = `apiVersion: projectcalico.org/v3\nkind: GlobalNetworkPolicy\nmetadata: {name: a}\n${ports}`;
    const [read] = decodeFile('p.yaml', new TextEncoder().encode(policy)).resources;
    const problems = read === undefined ? [] : clientProblems(read.kind, read.resource);
    expect(positionHints(new Invalid(problems), read)).toBe(
      "hint: p.yaml:4: spec.ingress[0].source.ports[0]: '0:5': port range invalid, port number must be between 1 and 65535\n",
    );
  });

  it('of a list are those of its items, where there are some', () => {
    const list = tagged('X', 'cidrs', '[1/33]', 'spec.x');
    const item = { name: 'spec.x[0]', reason: 'odd', path: 'spec.x[0]' };
    expect(positionHints(new Invalid([list, item]), source)).toBe('hint: f.yaml:4: spec.x[0]: odd\n');
    expect(positionHints(new Invalid([list]), source)).toContain("spec.x: '[1/33]': expected networks");
  });

  it.each([
    [
      tagged('PeerIP', 'IP:port', 'nowhere', 'spec.peerIP'),
      "f.yaml:6: spec.peerIP: 'nowhere': expected an IP address, 10.0.0.1:1790 or [fd00::1]:1790",
    ],
    [
      tagged('NodeSelector', 'selector', 'a =', 'spec.nodeSelector'),
      "f.yaml:5: spec.nodeSelector: 'a =': not a selector: expected == at character 3",
    ],
    [tagged('X', 'unheardOf', 'y', 'spec.x'), "f.yaml:4: spec.x: 'y': expected a valid unheardOf"],
    [{ name: 'spec', reason: 'both cannot be set', path: 'spec' }, 'f.yaml:4: spec: both cannot be set'],
    [
      { name: 'Port', value: '0', given: '0:5', reason: 'port range invalid', path: 'spec.ports[0]' },
      "f.yaml:4: spec.ports[0]: '0:5': port range invalid",
    ],
    [
      { name: 'spec.x[0]', reason: 'spec.x[0] in body must be of type cidr: "1/33"', path: 'spec.x[0]' },
      'f.yaml:4: spec.x[0]: must be of type cidr: "1/33"',
    ],
    [{ name: 'spec.y' }, 'f.yaml:1: spec.y: not allowed'],
  ])('of %j', (problem, line) => {
    expect(positionHints(new Invalid([problem]), source)).toBe(`hint: ${line}\n`);
  });

  it('finds the findings below other errors', () => {
    const invalid = new Invalid([{ name: 'spec', reason: 'odd', path: 'spec' }]);
    expect(positionHints(new OperationError('hit error', [], invalid), source)).toBe('hint: f.yaml:4: spec: odd\n');
  });

  it('of an object that was not read from a file has only the error’s own hints', () => {
    expect(positionHints(new Invalid([{ name: 'spec', path: 'spec' }]), undefined)).toBe('');
    expect(positionHints(new OperationError('x', ['y']), undefined)).toBe('hint: y\n');
  });
});
