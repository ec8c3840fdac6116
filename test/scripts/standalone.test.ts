/** The standalone executable: what it must not depend on, and that it answers as the Node build does. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildStandalone, executableName, hostTarget, targetsNamed } from '../../scripts/standalone.ts';
import { bareEnvironment } from '../doubles/program.ts';
import { obtainMilliseconds } from '../servers/binaries.ts';
import { sharedEtcd } from '../servers/shared.ts';
import { neededLibraries } from './elf.ts';

const ROOT = join(import.meta.dirname, '../..');
const POOL = 'apiVersion: projectcalico.org/v3\nkind: IPPool\nmetadata: {name: p}\nspec: {cidr: 10.0.0.0/16}\n';

let folder: string;
let program: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'standalone-'));
  await buildStandalone([hostTarget()], folder);
  program = join(folder, executableName(hostTarget()));
  mkdirSync(join(folder, 'work/pools'), { recursive: true });
  for (const name of ['pool.yaml', 'pools/pool.yaml']) writeFileSync(join(folder, 'work', name), POOL);
}, obtainMilliseconds);
afterAll(() => rmSync(folder, { recursive: true }));

function run(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: join(folder, 'work'),
    encoding: 'utf8',
    env: { ...bareEnvironment(), ...env },
    maxBuffer: 2 ** 26,
  });
  return { status, stdout, stderr };
}

describe('the standalone executable', () => {
  test('takes no orders from files of the folder where it is started', () => {
    writeFileSync(join(folder, 'work/.env'), 'DATASTORE_TYPE=nonsense\n');
    writeFileSync(join(folder, 'work/bunfig.toml'), 'preload = ["./preload.js"]\n[run]\npreload = ["./preload.js"]\n');
    writeFileSync(join(folder, 'work/preload.js'), 'console.log("preloaded");\n');
    writeFileSync(join(folder, 'work/package.json'), '{"name": "x", "type": "commonjs"}');
    writeFileSync(join(folder, 'work/tsconfig.json'), 'nonsense');
    const local = { CALICO_LOCAL_DIR: 'pools' };
    expect(run(program, ['get', 'ippool', '-o', 'name'], { DATASTORE_TYPE: 'local', ...local })).toEqual({
      status: 0,
      stdout: 'ippool.projectcalico.org/p\n',
      stderr: '',
    });
    expect(run(program, ['get', 'ippool'], local).stdout).toContain('no configuration has been provided');
  });

  test('names no path of the machine that built it', () => {
    const text = readFileSync(program, 'latin1');
    expect([ROOT, `${tmpdir()}/calicoctl-standalone-`].filter((path) => text.includes(path))).toEqual([]);
  });

  test('reads etcd, whose protocol lies in no file beside it', async () => {
    const server = await sharedEtcd('3.4');
    const env = { DATASTORE_TYPE: 'etcdv3', ETCD_ENDPOINTS: server.endpoints };
    await server.wipe();
    const steps = [
      ['apply', '-f', 'pool.yaml'],
      ['get', 'ippool', '-o', 'name'],
    ].map((args) => run(program, args, env));
    expect(steps.map(({ status, stderr }) => [status, stderr])).toEqual([
      [0, ''],
      [0, ''],
    ]);
    expect(steps[1]?.stdout).toBe('ippool.projectcalico.org/p\n');
  });

  test('knows the name it is called by', () => {
    symlinkSync(program, join(folder, 'kubectl-calico'));
    expect(run(join(folder, 'kubectl-calico'), ['nonsense']).stderr).toBe(
      'unknown command "nonsense" for "kubectl-calico"\n',
    );
  });

  test('hands everything to a reader that begins late', async () => {
    const child = spawn(program, ['schema'], { env: bareEnvironment(), stdio: ['ignore', 'pipe', 'inherit'] });
    // It has long filled the pipe by then.
    await sleep(1000);
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part));
    const status = await new Promise((resolve) => {
      child.once('close', resolve);
    });
    expect({ status, text: text === run(program, ['schema']).stdout, long: text.length > 200_000 }).toEqual({
      status: 0,
      text: true,
      long: true,
    });
  });

  test('ends quietly when the reader goes away', () => {
    const line = `"${program}" schema | head -n 1; echo "\${PIPESTATUS[0]}"`;
    expect(run('bash', ['-c', line])).toEqual({ status: 0, stdout: '{\n0\n', stderr: '' });
  });

  test('needs the C library and no other', () => {
    expect(neededLibraries(readFileSync(program)).filter((name) => !name.startsWith('ld-'))).toEqual([
      'libc.so.6',
      'libpthread.so.0',
      'libdl.so.2',
      'libm.so.6',
    ]);
  });
});

describe('the standalone executable answers as the Node build does', () => {
  /** Lines that fail in every way in which the two runtimes could differ. */
  const LINES: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
    ...['', '--help', 'get --help', 'help bgp', 'version --client', 'nonsense', 'get --nonsense', 'get', 'diff x'].map(
      (line) => [line, {}] as const,
    ),
    ...['apply -f none.yaml', 'apply -f pools', 'validate -f pool.yaml -o yaml', 'validate -f pool.yaml/x'].map(
      (line) => [line, { DATASTORE_TYPE: 'local', CALICO_LOCAL_DIR: 'pools' }] as const,
    ),
    ['get ippool', { DATASTORE_TYPE: 'local', CALICO_LOCAL_DIR: '/nonexistent' }],
    ['get ippool -c none.cfg', {}],
    ['get ippool', { KUBECONFIG: '/nonexistent' }],
    ['get ippool', { KUBECONFIG: '/tmp' }],
    ['get ippool', { K8S_API_ENDPOINT: 'http://127.0.0.1:1' }],
    ['get ippool', { K8S_API_ENDPOINT: 'https://127.0.0.1:1' }],
    ['get ippool', { K8S_API_ENDPOINT: 'https://[::1]:1' }],
    ['get ippool', { K8S_API_ENDPOINT: 'https://no-such-host.invalid' }],
    ['get ippool', { K8S_API_ENDPOINT: 'https://127.0.0.1:99999' }],
    ['get ippool', { K8S_API_ENDPOINT: 'ftp://127.0.0.1' }],
    ['get ippool', { ETCD_ENDPOINTS: 'http://127.0.0.1:1' }],
    ['get ippool', { ETCD_ENDPOINTS: 'https://127.0.0.1:1', ETCD_CA_CERT_FILE: 'none.pem' }],
    ['get ippool', { ETCD_ENDPOINTS: 'https://127.0.0.1:1', ETCD_CA_CERT_FILE: 'pool.yaml' }],
    ['get ippool', { ETCD_ENDPOINTS: 'http://no-such-host.invalid:2379' }],
    ['node status --socket-dir /nonexistent', {}],
  ];

  test.each(LINES)('calicoctl %s with %j', (line, env) => {
    const args = line.split(' ').filter((word) => word !== '');
    const withoutTimes = ({ status, stdout, stderr }: ReturnType<typeof run>) => ({
      status,
      stdout,
      stderr: stderr.replaceAll(/\d+(?:\.\d+)? ?ms/g, 'TIME'),
    });
    const expected = run(process.execPath, [join(ROOT, 'bin/run.js'), ...args], env);
    expect(withoutTimes(run(program, args, env))).toEqual(withoutTimes(expected));
  });
});

test('a target that does not exist is refused', () => {
  expect(() => targetsNamed(['linux-x64', 'plan9-x64'])).toThrow('no target plan9-x64: linux-x64, linux-arm64');
});
