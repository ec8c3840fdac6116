import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { open } from '../../../src/datastore/etcd/driver.ts';
import { API_VERSION } from '../../../src/kinds/resource.ts';
import type { EtcdServer, EtcdVersion } from '../../servers/etcd.ts';
import { startEtcd } from '../../servers/etcd.ts';
import { run } from '../../servers/run.ts';
import { openOptions, settingsFor } from './support.ts';

const ROUNDS = 200;

describe.each<EtcdVersion>(['3.4', '3.6'])('two processes on one etcd %s', (version) => {
  let etcd: EtcdServer;
  beforeAll(async () => {
    etcd = await startEtcd({ version });
  });
  afterAll(() => etcd.stop());

  it(`each increment one counter ${ROUNDS} times, and none is lost`, async () => {
    const store = await open(settingsFor(etcd.environment), openOptions());
    const metadata = { name: 'counter', uid: '0d4b5c1e-8f52-4c57-9d0f-3a1f6f0f2b11', annotations: { count: '0' } };
    await store.create({ kind: 'BGPPeer', apiVersion: API_VERSION, metadata, spec: { peerIP: '192.0.2.1' } });
    // The flag is for releases of Node that do not read TypeScript without being asked.
    const program = ['--experimental-strip-types', '--no-warnings', join(import.meta.dirname, 'increment.ts')];
    const increment = () => run(process.execPath, [...program, etcd.endpoints, String(ROUNDS)]);
    const conflicts = (await Promise.all([increment(), increment()])).map(Number);
    const { annotations } = (await store.get({ kind: 'BGPPeer', name: 'counter' })).metadata;
    await store.close();
    expect(annotations).toEqual({ count: String(2 * ROUNDS) });
    // Without one conflict the two have not met, and nothing was shown.
    expect(conflicts.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(0);
  });
});
