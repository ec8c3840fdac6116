import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { findProgram, obtainMilliseconds } from './binaries.ts';
import { run, runBoth, RunError } from './run.ts';

const cli = fileURLToPath(new URL('cli.ts', import.meta.url));

beforeAll(
  () => Promise.all((['etcd-3.4', 'etcd-3.6', 'kube-apiserver'] as const).map(findProgram)),
  obtainMilliseconds,
);

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'calicoctl-test-cli-'));
  file = join(folder, 'environment');
  onTestFinished(() => rmSync(folder, { recursive: true }));
});

async function up(stdin: 'pipe' | 'ignore', ...args: readonly string[]): Promise<ChildProcess> {
  const child = spawn(process.execPath, [cli, 'up', `--environment=${file}`, ...args], {
    stdio: [stdin, 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const said = await new Promise<string>((resolve) => {
    child.stdout?.once('data', (text: Buffer) => resolve(text.toString()));
    child.once('exit', (code) => resolve(`exit code ${code}`));
  });
  expect(said).toBe('ready\n');
  return child;
}

/** The port of the etcd that the environment file tells of, and whether it answers. */
function ask(endpoints: string): Promise<boolean> {
  return fetch(`${endpoints}/health`).then(
    (response) => response.ok,
    () => false,
  );
}

describe('cli.ts up', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('serves until %s', async (signal) => {
    const child = await up('ignore', '--etcd=3.4', '--kubernetes=v3');
    const shell = (command: string) => run('/bin/sh', ['-c', `set -a; . ${file}; ${command}`]);
    const endpoints = (await shell('echo $ETCD_ENDPOINTS')).trim();
    await shell('etcdctl --endpoints $ETCD_ENDPOINTS put /a value');
    expect(await shell('kubectl get crd -o name | grep -c "[.]projectcalico[.]org$"')).toBe('22\n');
    expect(await ask(endpoints)).toBe(true);
    child.kill(signal);
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect([await ask(endpoints), existsSync(file)]).toEqual([false, false]);
  });

  it('serves until its standard input ends', async () => {
    const child = await up('pipe', '--etcd=3.6');
    const [, endpoints = ''] = /^ETCD_ENDPOINTS='(.*)'$/m.exec(readFileSync(file, 'utf8')) ?? [];
    expect(await ask(endpoints)).toBe(true);
    child.stdin?.end();
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(await ask(endpoints)).toBe(false);
  });

  it('leaves no server behind when it is killed', async () => {
    const child = await up('ignore', '--etcd=3.6');
    const [, endpoints = ''] = /^ETCD_ENDPOINTS='(.*)'$/m.exec(readFileSync(file, 'utf8')) ?? [];
    expect(await ask(endpoints)).toBe(true);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const deadline = Date.now() + 10_000;
    while ((await ask(endpoints)) && Date.now() < deadline) await sleep(20);
    expect(await ask(endpoints)).toBe(false);
  });

  it.each([
    [['up', '--etcd=3.4'], '--environment is missing'],
    [['up', '--environment=x'], 'nothing to start'],
    [['up', '--environment=x', '--etcd=3.5'], '--etcd 3.5: 3.4 or 3.6'],
    [['up', '--environment=x', '--kubernetes=v2'], '--kubernetes v2: v1, v3 or none'],
    [['up', '--environment=x', '--kubernetes=v1', '--crds=y'], '--crds brings its own definitions'],
    [['up', '--wrong'], "Unknown option '--wrong'"],
    [['paths', 'zookeeper'], 'unknown program zookeeper'],
    [['down'], 'unknown command down'],
    [[], 'no command'],
  ])('refuses %j', async (args, message) => {
    const failure = await runBoth(process.execPath, [cli, ...args]).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(RunError);
    expect(failure).toMatchObject({ exitCode: 2, stdout: '' });
    expect(String(failure)).toContain(`\n${message}`);
  });
});

it('cli.ts paths prints where programs are', async () => {
  const [etcd, kubectl] = await Promise.all([findProgram('etcd-3.6'), findProgram('kubectl')]);
  expect(await run(process.execPath, [cli, 'paths', 'kubectl', 'etcd-3.6'])).toBe(
    `etcd-3.6 ${etcd}\nkubectl ${kubectl}\n`,
  );
});
