/** The command itself, on real daemons: a mesh of three nodes, told to a folder of manifests. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { load } from 'js-yaml';
import { PROGRAM } from '../doubles/program.ts';
import { findProgram, obtainMilliseconds } from '../servers/binaries.ts';
import { birdBase, birdPeer, startBird } from '../servers/bird.ts';
import type { BirdDaemon } from '../servers/bird.ts';

interface Answer {
  readonly exit: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

let daemons: readonly BirdDaemon[];
let folder: string;
beforeAll(async () => {
  await findProgram('bird');
  folder = mkdtempSync(join(tmpdir(), 'calicoctl-node-status-'));
  daemons = await startBird(3, (self, all) =>
    [birdBase(self), ...all.filter((peer) => peer !== self).map((peer) => birdPeer(self, peer))].join(''),
  );
  mkdirSync(join(folder, 'net'));
  const nodes = daemons.map(
    ({ number, address }) => `apiVersion: projectcalico.org/v3
kind: Node
metadata: {name: node-${number}}
spec: {bgp: {ipv4Address: ${address}/24}}
`,
  );
  writeFileSync(join(folder, 'net/nodes.yaml'), nodes.join('---\n'));
}, obtainMilliseconds);
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await Promise.all(daemons.map((daemon) => daemon.stop()));
});

const first = (): BirdDaemon => {
  const [daemon] = daemons;
  if (daemon === undefined) throw new Error('there is no daemon');
  return daemon;
};

/** Starts `node status` for the first daemon. */
function start(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { PATH, HOME } = process.env;
  const [command, ...words] = PROGRAM;
  const child = spawn(command, [...words, 'node', 'status', ...args], {
    env: {
      PATH,
      HOME,
      NO_COLOR: '1',
      DATASTORE_TYPE: 'local',
      CALICO_LOCAL_DIR: join(folder, 'net'),
      CALICO_BIRD_SOCKET_DIR: dirname(first().socket),
      NODENAME: 'node-1',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const answer = new Promise<Answer>((resolve) => {
    child.once('close', (exit) => resolve({ exit, stdout, stderr }));
  });
  const until = async (pattern: RegExp): Promise<void> => {
    while (!pattern.test(stdout)) await once(child.stdout, 'data');
  };
  return { answer, until, end: () => child.kill('SIGINT') };
}

const run = (...args: readonly string[]): Promise<Answer> => start(args).answer;

async function meshIsUp(): Promise<void> {
  expect(await run('--wait', '--timeout', '60s')).toMatchObject({ exit: 0 });
}

const NO_IPV6 = (): string =>
  `IPv6 BGP status
Error querying BIRD: unable to connect to BIRDv6 socket: dial unix ${dirname(first().socket)}/bird6.ctl: connect: no such file or directory
`;

describe('node status on real daemons', () => {
  it('--wait waits until the mesh is up', async () => {
    await first().birdc('disable "Mesh_*"');
    const waiting = start(['--wait', '--timeout', '60s', '-o', 'json']);
    const enabled = first().birdc('enable "Mesh_*"');
    const { exit, stdout } = await waiting.answer;
    await enabled;
    expect(exit).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      check: { ok: true, source: 'datastore', expected: 2, up: 2, note: null, problems: [] },
    });
  });

  it('shows what birdc shows, for scripts that count and cut', async () => {
    await meshIsUp();
    const sinceIn = (birdc: string): string | undefined => /^Mesh_127_0_0_12 .* (\S+) +Established/m.exec(birdc)?.[1];
    const before = sinceIn(await first().birdc('show protocols'));
    const { exit, stdout, stderr } = await run();
    // On a busy machine a session may come up anew in between.
    const times = [before, sinceIn(await first().birdc('show protocols'))];
    expect([exit, stderr, stdout.slice(stdout.indexOf('IPv6'))]).toEqual([0, '', NO_IPV6()]);
    expect(stdout.split('\n').slice(0, 3)).toEqual([
      'IPv4 BGP status',
      '+--------------+-------------------+-------+----------+-------------+',
      '| PEER ADDRESS | PEER TYPE         | STATE | SINCE    | INFO        |',
    ]);
    const rows = stdout.split('\n').filter((line) => line.includes('Established'));
    const cells = rows.map((row) => row.split('|').map((cell) => cell.trim()))[0] ?? [];
    expect(times).toContain(cells[4]);
    expect(cells).toEqual(['', '127.0.0.12', 'node-to-node mesh', 'up', cells[4], 'Established', '']);
    expect(rows.length).toBe(2);
  });

  it('-o wide, json and yaml tell the AS numbers and routes', async () => {
    await meshIsUp();
    const [wide, json, yaml] = await Promise.all([run('-o', 'wide'), run('-o', 'json'), run('-o', 'yaml')]);
    expect(wide.stdout).toMatch(
      /^\| 127\.0\.0\.13 .*\| Established +\| - +\| 64512 +\| 64512 +\| \d+[sm].* \| 0 +\| 0 +\| 0 /m,
    );
    const about = { up: true, localAs: 64512, routes: { imported: 0, exported: 0, preferred: 0 } };
    const sessions = ['Mesh_127_0_0_12', 'Mesh_127_0_0_13'].map((protocol) => ({ protocol, ...about }));
    expect(JSON.parse(json.stdout)).toMatchObject({ node: 'node-1', ipv4: { sessions } });
    expect(load(yaml.stdout)).toMatchObject({ node: 'node-1', ipv4: { sessions } });
  });

  it('--check exits with 1 and says which session is missing, why, and why it must exist', async () => {
    await meshIsUp();
    await first().birdc('disable Mesh_127_0_0_13');
    try {
      const { exit, stdout, stderr } = await run('--check');
      expect([exit, stdout.slice(stdout.indexOf(NO_IPV6())), stderr]).toEqual([
        1,
        `${NO_IPV6()}
1 of 2 expected sessions are up.
not up: 127.0.0.13 (node-3), Mesh_127_0_0_13: disabled in BIRD [because of node-to-node mesh]
`,
        '',
      ]);
      const late = await run('--wait', '--timeout', '3s');
      expect([late.exit, late.stderr]).toEqual([
        1,
        `waiting: 1 of 2 expected sessions are up.
waiting: not up: 127.0.0.13 (node-3), Mesh_127_0_0_13: disabled in BIRD [because of node-to-node mesh]
`,
      ]);
    } finally {
      await first().birdc('enable Mesh_127_0_0_13');
    }
  });

  it('--check falls back to what BIRD lists where the datastore cannot be reached', async () => {
    await meshIsUp();
    const env = { DATASTORE_TYPE: 'etcdv3', ETCD_ENDPOINTS: 'http://127.0.0.1:1' };
    const { exit, stdout, stderr } = await start(['--check'], env).answer;
    expect([exit, stdout.slice(stdout.indexOf('2 of'))]).toEqual([0, '2 of 2 listed sessions are up.\n']);
    expect(stderr).toMatch(
      /^warning: the datastore cannot be read, so only the sessions that BIRD lists are checked: .*\n$/,
    );
  });

  it('--check does not guess for a node that the datastore does not know', async () => {
    const { exit, stdout } = await run('--check', '--node-name', 'node-9');
    expect([exit, stdout.slice(stdout.indexOf('node node-9'))]).toEqual([
      1,
      'node node-9 does not exist in the datastore: name this node as the datastore does with --node-name\n',
    ]);
  });

  it('--watch prints a line for each change until it is ended', async () => {
    await meshIsUp();
    const watching = start(['--watch']);
    await watching.until(/Mesh_127_0_0_12: up Established\n/);
    await first().birdc('disable Mesh_127_0_0_12');
    await watching.until(/Mesh_127_0_0_12: up Established -> down\n/);
    await first().birdc('enable Mesh_127_0_0_12');
    watching.end();
    expect(await watching.answer).toMatchObject({ exit: 130, stderr: 'interrupted by SIGINT\n' });
  });

  it('exits with 1 where no daemon answers in the named folder', async () => {
    const { exit, stderr } = await run('--socket-dir', join(folder, 'nowhere'));
    expect([exit, stderr]).toEqual([
      1,
      'hint: no daemon answers: the sockets of a folder are bird.ctl and bird6.ctl\n',
    ]);
  });

  it.each([
    [['-o', 'table'], "unrecognized output format 'table'\n"],
    [['--wait', '--watch'], '--wait and --watch cannot be used together\n'],
    [['--all', '--node', 'node-2'], '--node and --all cannot be used together\n'],
    [['--all', '--socket-dir', 'x'], '--all and --socket-dir cannot be used together\n'],
    [
      ['--all', '--max-parallelism', '0'],
      'invalid argument "0" for "--max-parallelism" flag: not a number above 0\nhint: a whole number of 1 to 9999 is wanted\n',
    ],
    [['--node', 'node-9'], 'node node-9 does not exist\nhint: did you mean node-1?\n'],
    [['--wait', '--timeout', 'soon'], /^invalid argument "soon" for "--timeout" flag: /],
  ])('refuses %j', async (args, message) => {
    const { exit, stdout, stderr } = await run(...args);
    expect([exit, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(message);
  });
});
