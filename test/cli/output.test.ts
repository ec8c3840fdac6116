/** What becomes of output that is large, or that nobody takes. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bareEnvironment } from '../doubles/program.ts';

const PROGRAM = join(import.meta.dirname, '../../bin/run.js');
const NETS = 5000;
const FULL = 'standard output cannot be written: no space left on device\n';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'calicoctl-output-'));
  const nets = Array.from({ length: NETS }, (_, n) => `10.${n >> 8}.${n & 255}.0/24`);
  const sets = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((name) => ({
    apiVersion: 'projectcalico.org/v3',
    kind: 'GlobalNetworkSet',
    metadata: { name },
    spec: { nets },
  }));
  await mkdir(join(folder, 'store'));
  await writeFile(join(folder, 'store/sets.yaml'), sets.map((set) => JSON.stringify(set)).join('\n---\n'));
  const [first] = sets;
  await writeFile(join(folder, 'same.yaml'), JSON.stringify(first));
  await writeFile(join(folder, 'other.yaml'), JSON.stringify({ ...first, spec: { nets: [] } }));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs a line of shell, in which `$C` is the program, and answers the exit codes of its commands and what they printed. */
function shell(line: string): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const env = {
    ...bareEnvironment(),
    DATASTORE_TYPE: 'local',
    CALICO_LOCAL_DIR: join(folder, 'store'),
    C: `${process.execPath} ${PROGRAM}`,
  };
  return new Promise((resolve) => {
    execFile('bash', ['-c', line], { env, cwd: folder, maxBuffer: 1 << 26 }, (_, stdout, stderr) => {
      resolve({ stdout, stderr });
    });
  });
}

describe('output', () => {
  it('is whole when its reader is slow', async () => {
    const line = '$C get globalnetworkset -o yaml | (sleep 1; grep -c "^    - 10"); echo "${PIPESTATUS[@]}"';
    expect(await shell(line)).toEqual({ stdout: `${8 * NETS}\n0 0\n`, stderr: '' });
  });

  it('ends without a word when its reader goes away', async () => {
    const line = '$C get globalnetworkset -o yaml | head -1; echo "${PIPESTATUS[@]}"';
    expect(await shell(line)).toEqual({ stdout: 'apiVersion: projectcalico.org/v3\n0 0\n', stderr: '' });
  });

  it.each([
    ['get globalnetworkset a', 1],
    ['get globalnetworkset -o json', 1],
    ['version --client', 1],
    ['help', 1],
    ['get --help', 1],
    ['diff -f other.yaml', 2],
  ])('that a full disk does not take is one sentence: %s', async (args, exit) => {
    const { stdout, stderr } = await shell(`$C ${args} > /dev/full; echo $?`);
    expect([stdout, stderr]).toEqual([`${exit}\n`, FULL]);
  });

  it('that is empty is no trouble on a full disk', async () => {
    expect(await shell('$C diff -f same.yaml > /dev/full; echo $?')).toEqual({ stdout: '0\n', stderr: '' });
  });

  it.each([
    ['get nonsense', 1],
    ['nonsense', 1],
    ['version --client', 0],
  ])('on standard error that a full disk does not take changes nothing: %s', async (args, exit) => {
    const { stdout, stderr } = await shell(`$C ${args} 2> /dev/full > /dev/null; echo $?`);
    expect([stdout, stderr]).toEqual([`${exit}\n`, '']);
  });
});
