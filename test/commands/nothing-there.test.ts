/** What commands say when there is nothing to look at: never that all is well. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeText } from '../operations/bgp-support.ts';
import { calicoctl } from '../doubles/program.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'calicoctl-nothing-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs the program on the local datastore `net`. */
async function run(line: string): Promise<readonly [exit: number, stdout: string, stderr: string]> {
  const env = { DATASTORE_TYPE: 'local', CALICO_LOCAL_DIR: join(folder, 'net') };
  const { exit, stdout, stderr } = await calicoctl(line.split(' '), { env, cwd: folder });
  return [exit, stdout.replaceAll(folder, 'FOLDER'), stderr.replaceAll(folder, 'FOLDER')];
}

const MESH_OFF = `apiVersion: projectcalico.org/v3
kind: BGPConfiguration
metadata: {name: default}
spec: {nodeToNodeMeshEnabled: false}
`;
const NO_NODE = 'there is no Node in what was read, so there are no BGP sessions to look at';

describe('a folder that does not exist', () => {
  const FAILED = 'Failed to create Calico API client: folder FOLDER/net does not exist\n';
  const HINT =
    'hint: set by CALICO_LOCAL_DIR: name another folder, or make this one (mkdir -p)\nhint: create and apply make it themselves\n';

  it.each([
    'get nodes',
    'get node a',
    'bgp lint',
    'bgp sessions',
    'bgp topology',
    'bgp explain a b',
    'bgp reflectors list',
    'node status --all',
    'ippool modes',
    'ippool mode a',
    'delete node a --skip-not-exists',
    'patch node a -p {}',
    'label node a x=y',
  ])('cannot be read: %s', async (line) => {
    expect(await run(line)).toEqual([1, FAILED, HINT]);
  });

  it('has a version no more than other datastores that cannot be reached', async () => {
    const [exit, , stderr] = await run('version');
    expect([exit, stderr]).toEqual([1, `folder FOLDER/net does not exist\n${HINT}`]);
  });

  it('cannot be compared with', async () => {
    writeFileSync(join(folder, 'a.yaml'), nodeText('a', '10.0.0.1'));
    expect(await run('diff -f a.yaml')).toEqual([2, FAILED, HINT]);
  });

  it('is made by the first object that is created', async () => {
    writeFileSync(join(folder, 'a.yaml'), nodeText('a', '10.0.0.1'));
    expect(await run('apply --safe --dry-run -f a.yaml')).toEqual([
      0,
      "Successfully applied 1 'Node' resource(s) (dry run)\n",
      '',
    ]);
    expect(existsSync(join(folder, 'net'))).toBe(false);
    expect(await run('apply --safe -f a.yaml')).toEqual([0, "Successfully applied 1 'Node' resource(s)\n", '']);
    expect(await run('get nodes -o name')).toEqual([0, 'node.projectcalico.org/a\n', '']);
  });
});

it('a file in place of the folder is refused, whatever is done', async () => {
  writeFileSync(join(folder, 'net'), nodeText('a', '10.0.0.1'));
  const refusal = [
    1,
    'Failed to create Calico API client: FOLDER/net is not a folder\n',
    'hint: CALICO_LOCAL_DIR must name a folder of manifests that may be read\n',
  ];
  expect(await run('get nodes')).toEqual(refusal);
  expect(await run('apply -f net')).toEqual(refusal);
});

describe('manifests without an object', () => {
  beforeEach(() => {
    mkdirSync(join(folder, 'none'));
    mkdirSync(join(folder, 'net'));
    writeFileSync(join(folder, 'zero.yaml'), '');
  });

  it.each(['bgp lint', 'bgp sessions', 'bgp topology', 'bgp explain a b'])('are a failure of %s', async (line) => {
    expect(await run(`${line} -f none`)).toEqual([1, '', 'no resources specified in directory none\n']);
    expect(await run(`${line} -f zero.yaml`)).toEqual([1, '', 'no resources specified in file zero.yaml\n']);
  });

  it('are warned of with --skip-empty', async () => {
    const warning = `warning: ${NO_NODE} (--merge adds those of the datastore)\n`;
    expect(await run('bgp lint -f none --skip-empty')).toEqual([0, 'No findings\n', warning]);
    expect(await run('bgp lint -f none --skip-empty --merge')).toEqual([0, 'No findings\n', `warning: ${NO_NODE}\n`]);
  });
});

describe('a folder of manifests with a node', () => {
  const UNASKED = 'a: has no CalicoNodeStatus, and no node reports into a folder of manifests\n';
  const ASK =
    'hint: BIRD itself can be asked where its sockets can be reached: calicoctl bgp sessions --actual --sockets NODE=FOLDER\n';

  it.each([
    ['--all', '', `${UNASKED}${ASK}`],
    ['--node a -o wide', '', `${UNASKED}${ASK}`],
    ['--all --check', `0 of 1 nodes have all sessions that must exist.\n${UNASKED}`, ASK],
  ])('says nothing of peers that nobody was asked for: node status %s', async (flags, stdout, stderr) => {
    mkdirSync(join(folder, 'net'));
    writeFileSync(join(folder, 'net/a.yaml'), nodeText('a', '10.0.0.1'));
    expect(await run(`node status ${flags}`)).toEqual([1, stdout, stderr]);
  });
});

describe('a datastore without a Node', () => {
  beforeEach(() => mkdirSync(join(folder, 'net')));

  it.each(['bgp lint', 'bgp topology'])('is warned of by %s', async (line) => {
    const [exit, , stderr] = await run(line);
    expect([exit, stderr]).toEqual([0, `warning: ${NO_NODE}\n`]);
  });

  it('has no sessions, and bgp sessions says so', async () => {
    const [exit, , stderr] = await run('bgp sessions');
    expect([exit, stderr]).toEqual([0, 'hint: no session must exist: there is no node\n']);
  });

  it.each([
    ['', 0, 'warning: '],
    [' --check', 1, ''],
    [' --wait', 1, ''],
    [' --check -o json', 1, ''],
  ])('has no nodes that report: node status --all%s', async (flags, code, prefix) => {
    const [exit, , stderr] = await run(`node status --all${flags}`);
    expect([exit, stderr]).toEqual([
      code,
      `${prefix}no node was asked: the datastore has no Node with an address for BGP\n`,
    ]);
  });

  it.each(['--to mesh', '--reflectors a,b', '--count 2'])(
    'is nothing to plan for: bgp convert plan %s',
    async (flags) => {
      // Without a mesh there would be steps, and nobody to make them for.
      writeFileSync(join(folder, 'off.yaml'), MESH_OFF);
      await run('apply -f off.yaml');
      expect(await run(`bgp convert plan ${flags} --out plan.yaml`)).toEqual([
        4,
        '',
        'there is no Node in the datastore, so there is nothing to plan\nhint: look whether this is the datastore that is meant: calicoctl get nodes\n',
      ]);
      expect(existsSync(join(folder, 'plan.yaml'))).toBe(false);
    },
  );

  it('has nothing to merge manifests with that are not named', async () => {
    expect(await run('bgp lint --merge')).toEqual([1, '', '--merge needs manifests: name them with --filename (-f)\n']);
  });
});
