/** Ctrl-C in the middle of a command that writes: what it says was done is what the datastore holds. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { startProgram } from '../doubles/program.ts';
import { startProxy } from '../servers/proxy.ts';
import { sharedEtcd } from '../servers/shared.ts';

const PREFIX = '/calico/resources/v3/projectcalico.org/globalnetworksets/';
/** Of so many not all are under way at once… */
const MORE_THAN_A_WINDOW = 300;
/** …and so many take a while. */
const TOTAL = 4000;
const names = Array.from({ length: TOTAL }, (_, number) => `set-${String(number).padStart(4, '0')}`);

it('apply says exactly what was written and what was not', async () => {
  const etcd = await sharedEtcd();
  await etcd.wipe();
  const proxy = await startProxy({ target: etcd.endpoints });
  const folder = mkdtempSync(join(tmpdir(), 'calicoctl-interrupted-'));
  onTestFinished(async () => {
    await proxy.stop();
    rmSync(folder, { recursive: true });
  });
  // Slow enough to be met in the middle.
  await proxy.set({ kind: 'delay', roundTripMilliseconds: 300 });
  const documents = names.map((name) =>
    JSON.stringify({ apiVersion: 'projectcalico.org/v3', kind: 'GlobalNetworkSet', metadata: { name }, spec: {} }),
  );
  writeFileSync(join(folder, 'sets.yaml'), documents.join('\n---\n'));
  const stored = async (): Promise<readonly string[]> => {
    const keys = await etcd.etcdctl(['get', PREFIX, '--prefix', '--keys-only']);
    return keys
      .split('\n')
      .filter((key) => key !== '')
      .map((key) => key.slice(PREFIX.length));
  };
  const running = startProgram(['apply', '-f', join(folder, 'sets.yaml')], {
    env: { DATASTORE_TYPE: 'etcdv3', ETCD_ENDPOINTS: proxy.url },
  });
  const over = running.ended.then(
    () => 'over',
    () => 'over',
  );
  while (
    (await stored()).length < MORE_THAN_A_WINDOW &&
    (await Promise.race([over, Promise.resolve('running')])) === 'running'
  );
  running.kill('SIGINT');
  const { exit, stdout, stderr } = await running.ended;
  const said = (what: string): readonly string[] => {
    const line = stderr.split('\n').find((one) => one.startsWith(`hint: ${what}: `));
    return [...(line ?? '').matchAll(/GlobalNetworkSet\(([^)]*)\)/g)].map(([, name = '']) => name);
  };
  const [done, unknown, untouched] = [said('done'), said('not known whether done'), said('not touched')];
  const there = await stored();
  expect([exit, stdout, stderr.split('\n')[0]]).toEqual([130, '', 'interrupted by SIGINT']);
  expect([...done, ...unknown, ...untouched].toSorted()).toEqual(names);
  expect(done.length).toBeGreaterThan(0);
  expect(untouched.length).toBeGreaterThan(0);
  expect(done.filter((name) => !there.includes(name))).toEqual([]);
  expect(untouched.filter((name) => there.includes(name))).toEqual([]);
});
