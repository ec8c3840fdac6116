/** The program when it is ended while it waits for nodes that do not report. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { containing } from '../doubles/matchers.ts';
import { calicoctl, startProgram } from '../doubles/program.ts';
import { openStore } from '../operations/convert/support.ts';
import { sharedEtcd } from '../servers/shared.ts';

it.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('bgp convert apply ended by %s leaves no object behind, and can be begun again', async (signal, exit) => {
  const store = await openStore('etcd', 3);
  const { endpoints } = await sharedEtcd('3.4');
  const cwd = mkdtempSync(join(tmpdir(), 'calicoctl-convert-'));
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true }));
  const options = { cwd, env: { DATASTORE_TYPE: 'etcdv3', ETCD_ENDPOINTS: endpoints } };
  const args = (...more: readonly string[]) => ['--allow-version-mismatch', 'bgp', 'convert', ...more];
  expect(await calicoctl(args('plan', '--count', '2', '--out', 'plan.yaml'), options)).toMatchObject({ exit: 0 });
  const objects = async () => (await store.list({ kind: 'CalicoNodeStatus' })).items.length;

  const running = startProgram(args('apply', 'plan.yaml', '--yes', '-o', 'json'), options);
  while ((await objects()) < 3) await sleep(5);
  expect(await calicoctl(args('resume', 'plan.yaml', '--yes'), options)).toMatchObject({
    exit: 5,
    stderr: containing('another run works on plan.yaml\n'),
  });
  running.kill(signal);
  const ended = await running.ended;
  expect({ exit: ended.exit, stderr: ended.stderr }).toEqual({
    exit,
    stderr: `interrupted by ${signal}\nhint: nothing was written\nhint: begin again with: calicoctl bgp convert apply plan.yaml\n`,
  });
  const events = ended.stdout
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
  expect(events).toMatchObject([
    { event: 'start', steps: 4 },
    { event: 'measuring' },
    { event: 'stopped', reason: 'error' },
  ]);
  expect([await objects(), readdirSync(cwd).toSorted()]).toEqual([0, ['plan.yaml', 'plan.yaml.journal']]);
  const journal = readFileSync(join(cwd, 'plan.yaml.journal'), 'utf8').trimEnd().split('\n');
  expect(journal.map((line): unknown => JSON.parse(line))).toMatchObject([{ event: 'begin' }, { event: 'stopped' }]);

  // Nobody is asked where there is no terminal.
  expect(await calicoctl(args('apply', 'plan.yaml'), options)).toMatchObject({
    exit: 1,
    stderr: 'nothing was written: there is no terminal to ask at\nhint: say --yes to go on without asking\n',
  });
});
