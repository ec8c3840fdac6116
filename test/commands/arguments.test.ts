/** Command lines that cannot be understood: what is wrong, and what would be right. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { having } from '../doubles/matchers.ts';
import { calicoctl } from '../doubles/program.ts';

/** Runs the program without a datastore: nothing here gets that far. */
async function refusal(line: string): Promise<string> {
  const { exit, stdout, stderr } = await calicoctl(line.split(' '));
  expect([exit, stdout]).toEqual([1, '']);
  return stderr;
}

describe('the number of arguments', () => {
  it.each([
    ['bgp explain', 'accepts 2 arg(s), received 0', 'bgp explain NODE PEER'],
    ['bgp convert apply', 'accepts 1 arg(s), received 0', 'bgp convert apply PLAN'],
    ['bgp convert plan x', 'accepts 0 arg(s), received 1', 'bgp convert plan'],
    ['bgp reflectors add', 'accepts 1 arg(s), received 0', 'bgp reflectors add NODE'],
    ['bgp reflectors list x', 'accepts 0 arg(s), received 1', 'bgp reflectors list'],
    ['ippool mode', 'accepts 1 arg(s), received 0', 'ippool mode NAME'],
    ['ippool modes x', 'accepts 0 arg(s), received 1', 'ippool modes'],
    ['schema a b', 'accepts at most 1 arg(s), received 2', 'schema [KIND]'],
    ['patch ippool', 'accepts 2 arg(s), received 1', 'patch KIND NAME -p PATCH'],
    ['label node', 'requires at least 3 arg(s), only received 1', 'label KIND NAME (KEY=VALUE | KEY --remove)'],
  ])('is answered with the usage: %s', async (line, message, usage) => {
    expect(await refusal(line)).toBe(`${message}\nhint: usage: calicoctl ${usage}\n`);
  });

  it.each(['bgp lint', 'bgp sessions', 'bgp topology'])('tells of a file without its flag: %s', async (command) => {
    expect(await refusal(`${command} x.yaml`)).toBe(
      `accepts 0 arg(s), received 1\nhint: usage: calicoctl ${command}\nhint: a file or directory is named with --filename (-f)\n`,
    );
  });
});

describe('a format', () => {
  it.each([
    ['bgp lint', 'ps, json, sarif'],
    ['bgp sessions', 'ps, wide, json, yaml'],
    ['bgp topology', 'ps, json, mermaid, dot, svg'],
    ['bgp explain a b', 'ps, json, yaml'],
    ['bgp convert plan', 'ps, yaml, json'],
    ['bgp convert apply x', 'ps, json'],
    ['bgp reflectors list', 'ps, json, yaml'],
    ['bgp reflectors add x', 'ps, json'],
    ['ippool mode x', 'ps, json, yaml'],
    ['ippool modes', 'ps, wide, json, yaml'],
    ['node status', 'ps, wide, json, yaml'],
    ['schema', 'json, yaml'],
    ['apply -f x', 'json, yaml, name'],
  ])('that is not known is answered with those that are: %s', async (command, formats) => {
    for (const format of ['constructor', 'table'])
      expect(await refusal(`${command} -o ${format}`)).toBe(
        `unrecognized output format '${format}'\nhint: formats: ${formats}\n`,
      );
  });

  it.each([
    ['custom-columns', 'need to specify at least one column', '-o custom-columns=NAME'],
    [
      'go-template=',
      'need to specify a template',
      "-o go-template='{{range .}}{{range .Items}}{{.Name}} {{end}}{{end}}'",
    ],
    ['jsonpath', 'need to specify a jsonpath expression', "-o jsonpath='{.items[*].metadata.name}'"],
  ])('without its value is answered with an example: %s', async (format, message, example) => {
    expect(await refusal(`get nodes -o ${format}`)).toBe(`${message}\nhint: such as ${example}\n`);
  });
});

describe('a flag', () => {
  it.each([
    ['bgp lint --mrege', 'unknown flag: --mrege', 'did you mean --merge?'],
    ['bgp lint --everything', 'unknown flag: --everything', 'its flags are shown by: calicoctl bgp lint --help'],
    ['ippool modes -x', "unknown shorthand flag: 'x' in -x", 'its flags are shown by: calicoctl ippool modes --help'],
  ])('that is not known: %s', async (line, message, hint) => {
    expect(await refusal(line)).toBe(`${message}\nhint: ${hint}\n`);
  });

  it.each([
    ['bgp convert plan --count 0', '--count'],
    ['bgp convert apply x --max-parallelism 0', '--max-parallelism'],
    ['bgp sessions --actual --max-parallelism 0', '--max-parallelism'],
    ['node status --all --max-parallelism 0', '--max-parallelism'],
    ['apply -f x --concurrency 0', '--concurrency'],
  ])('that counts something: %s', async (line, flag) => {
    expect(await refusal(line)).toBe(
      `invalid argument "0" for "${flag}" flag: not a number above 0\nhint: a whole number of 1 to 9999 is wanted\n`,
    );
  });

  it.each([
    ['node status --timeout soon', '--timeout'],
    ['bgp convert apply x --gate-timeout soon', '--gate-timeout'],
    ['get nodes --request-timeout soon', '--request-timeout'],
  ])('that is a duration: %s', async (line, flag) => {
    expect(await refusal(line)).toBe(
      `invalid argument "soon" for "${flag}" flag: time: invalid duration "soon"\nhint: a duration is written 30s, 5m or 1h30m; 0 is no limit\n`,
    );
  });
});

describe('a kind', () => {
  it.each([
    ['schema nodez', 'did you mean node?'],
    ['schema a.yaml', 'a file or directory is named with --filename (-f)'],
  ])('that is none: %s', async (line, hint) => {
    expect(await refusal(line)).toBe(`resource type '${line.split(' ')[1] ?? ''}' is not supported\nhint: ${hint}\n`);
  });

  it('that resembles none is answered with all there are', async () => {
    expect(await refusal('schema deployment')).toMatch(/\nhint: kinds: BGPConfiguration, .*, WorkloadEndpoint\n$/);
  });
});

describe('a flag that was given more than once', () => {
  it('is warned of, with the files that were not read', async () => {
    const folder = await manifests('a', 'b', 'c');
    const line = ['validate', '-f', 'a.yaml', '--filename=b.yaml', '-fc.yaml', '-f', 'b.yaml'];
    expect(await calicoctl(line, { cwd: folder })).toEqual(
      having({
        exit: 0,
        stdout: "Successfully validated 1 'IPPool' resource(s)\n",
        stderr:
          'warning: --filename was given more than once, the last one counts; not read: a.yaml, c.yaml (a directory can be named)\n',
      }),
    );
  });

  it('is refused under --safe where manifests are read or something is written, and only there', async () => {
    const env = { CALICOCTL_SAFE: '1', DATASTORE_TYPE: 'local', CALICO_LOCAL_DIR: await manifests('a', 'b') };
    const options = { env, cwd: env.CALICO_LOCAL_DIR };
    const text = '--output was given more than once, the last one counts\n';
    const refused = { exit: 1, stdout: '', stderr: `refused: ${text}` };
    expect(await calicoctl('patch ippool a -p {} -o json -o name'.split(' '), options)).toEqual(having(refused));
    expect(await calicoctl('diff -f a.yaml -n x -n y'.split(' '), options)).toEqual(
      having({ ...refused, exit: 2, stderr: refused.stderr.replace('output', 'namespace') }),
    );
    for (const line of ['ippool modes -o json -o ps', 'get ippool a -o json -o ps'])
      expect(await calicoctl(line.split(' '), options)).toEqual(having({ exit: 0, stderr: `warning: ${text}` }));
  });

  it.each(['-f a.yaml -f a.yaml', '--skip-empty=false --skip-empty -f a.yaml'])(
    'says nothing new: %s',
    async (flags) => {
      const cwd = await manifests('a');
      expect(await calicoctl(['validate', ...flags.split(' ')], { cwd })).toEqual(having({ exit: 0, stderr: '' }));
    },
  );
});

describe('arguments that have no effect', () => {
  it.each([
    ['get -f a.yaml ippool a', ' beside --filename (ippool a): one file or directory is read'],
    ['apply -f a.yaml b.yaml c.yaml', ' beside --filename (b.yaml c.yaml): one file or directory is read'],
    ['delete ippool a -f a.yaml', ' beside --filename (ippool a): one file or directory is read'],
    ['validate -f a.yaml b.yaml', ' beside --filename (b.yaml): one file or directory is read'],
    ['label ippool a x=y z=w', ' behind the label (z=w): one label is changed at a time'],
  ])('are warned of, and refused under --safe: %s', async (line, told) => {
    const cwd = await manifests('a', 'b');
    const options = { env: { DATASTORE_TYPE: 'local', CALICO_LOCAL_DIR: cwd }, cwd };
    const text = `arguments have no effect${told}\n`;
    expect(await calicoctl([...line.split(' '), '--safe'], options)).toEqual(
      having({ exit: 1, stdout: '', stderr: `refused: ${text}` }),
    );
    expect(await calicoctl(line.split(' '), options)).toEqual(having({ exit: 0, stderr: `warning: ${text}` }));
  });

  it('are warned of only, where nothing is read or written', async () => {
    expect(await calicoctl(['version', '--client', '--safe', 'now'])).toEqual(
      having({ exit: 0, stderr: 'warning: arguments have no effect (now)\n' }),
    );
  });
});

/** A folder with a pool in a file of its own for each name. */
async function manifests(...names: readonly string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'calicoctl-arguments-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [index, name] of names.entries()) {
    const pool = {
      apiVersion: 'projectcalico.org/v3',
      kind: 'IPPool',
      metadata: { name },
      spec: { cidr: `10.${index}.0.0/24` },
    };
    await writeFile(join(folder, `${name}.yaml`), JSON.stringify(pool));
  }
  return folder;
}
