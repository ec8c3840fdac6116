/** What commands say of a datastore of which something cannot be read: never that all is well. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeText } from '../operations/bgp-support.ts';
import { calicoctl } from '../doubles/program.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'calicoctl-unreadable-'));
  mkdirSync(join(folder, 'net/nodes'), { recursive: true });
  for (const [index, name] of ['a', 'b', 'c'].entries())
    writeFileSync(join(folder, `net/nodes/${name}.yaml`), nodeText(name, `10.0.0.${index + 1}`));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs the program on the local datastore `net`. */
async function run(line: string): Promise<readonly [exit: number, stdout: string, stderr: string]> {
  const env = { DATASTORE_TYPE: 'local', CALICO_LOCAL_DIR: join(folder, 'net') };
  const { exit, stdout, stderr } = await calicoctl(line.split(' '), { env, cwd: folder });
  const added = /^(?:warning: .*\n)+$/m;
  return [exit, stdout.replaceAll(folder, 'FOLDER'), stderr.replaceAll(folder, 'FOLDER').replace(added, '')];
}

describe('a node that cannot be read', () => {
  beforeEach(() => writeFileSync(join(folder, 'net/nodes/c.yaml'), '{\n'));

  it('fails lint', async () => {
    expect(await run('bgp lint')).toEqual([
      1,
      'No findings\n',
      'not everything could be read, so there may be more to find\n',
    ]);
  });

  it('keeps a plan from being made', async () => {
    expect(await run('bgp convert plan --reflectors a,b')).toEqual([
      4,
      '',
      'stored, but not readable: FOLDER/net/nodes/c.yaml\nhint: a plan without it would be made for another cluster: repair that first\n',
    ]);
  });

  it('keeps --safe from letting a write through', async () => {
    expect(await run('delete node a --safe')).toEqual([
      1,
      '',
      'refused: what becomes of BGP sessions cannot be told, nothing was written\nhint: stored, but not readable: FOLDER/net/nodes/c.yaml; repair that first, or write without --safe\n',
    ]);
    expect((await run('delete node a'))[0]).toBe(0);
  });
});

it('a file that is no plan is kept, and a plan is replaced', async () => {
  const file = join(folder, 'manifest.yaml');
  writeFileSync(file, nodeText('a', '10.0.0.1'));
  expect(await run('bgp convert plan --reflectors a,b --out manifest.yaml')).toEqual([
    4,
    '',
    'manifest.yaml is there and is no plan: it is kept\nhint: write the plan into another file with --out\n',
  ]);
  expect(readFileSync(file, 'utf8')).toBe(nodeText('a', '10.0.0.1'));
  for (const pair of ['a,b', 'b,c'])
    expect((await run(`bgp convert plan --reflectors ${pair} --out plan.yaml`))[0]).toBe(0);
  expect(readFileSync(join(folder, 'plan.yaml'), 'utf8')).toContain('Node(c)');
});
