/** What the etcd driver says when etcd cannot be reached: one line with cause, endpoint, phase and setting. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import type { Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { open } from '../../../src/datastore/etcd/driver.ts';
import type { ConnectionSpec } from '../../../src/datastore/settings.ts';
import type { EtcdServer } from '../../servers/etcd.ts';
import { startEtcd } from '../../servers/etcd.ts';
import { freePorts } from '../../servers/process.ts';
import { SERVERS } from './servers.ts';
import { attempt, PASSWORD, unreachable } from './attempt.ts';
import { openOptions, settings, settingsFor } from './support.ts';

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}

describe('an endpoint', () => {
  it('that refuses connections', async () => {
    const [port] = await freePorts(1);
    const etcdEndpoints = `http://127.0.0.1:${port}`;
    const reason = `dial tcp 127.0.0.1:${port}: connect: connection refused`;
    expect(await attempt(settings({ etcdEndpoints }))).toEqual(unreachable(etcdEndpoints, 'connect', reason));
  });

  it('that refuses connections, with user and password: the words of the Go tool come first', async () => {
    const [port] = await freePorts(1);
    const etcdEndpoints = `http://127.0.0.1:${port}`;
    const reason = `dial tcp 127.0.0.1:${port}: connect: connection refused`;
    const from = settings({ etcdEndpoints, etcdUsername: 'calico', etcdPassword: PASSWORD });
    const words = 'context deadline exceeded: ';
    expect(await attempt(from)).toEqual(unreachable(etcdEndpoints, 'connect', reason, words));
  });

  it('whose password stands in the URL: it is not repeated', async () => {
    const [port] = await freePorts(1);
    const reason = `dial tcp 127.0.0.1:${port}: connect: connection refused`;
    expect(await attempt(settings({ etcdEndpoints: `http://calico:${PASSWORD}@127.0.0.1:${port}` }))).toEqual(
      unreachable(`http://127.0.0.1:${port}`, 'connect', reason),
    );
  });

  it('whose name nobody knows', async () => {
    const etcdEndpoints = 'http://etcd.invalid:2379';
    expect(await attempt(settings({ etcdEndpoints }))).toEqual(
      unreachable(etcdEndpoints, 'resolve', 'lookup etcd.invalid: no such host'),
    );
  });

  it('set in a file: the setting is named', async () => {
    const [port] = await freePorts(1);
    const { spec } = settings({ etcdEndpoints: `http://127.0.0.1:${port}` });
    const from = { spec, origin: (field: keyof ConnectionSpec) => `/etc/calico/calicoctl.cfg: spec.${field}` };
    expect(await attempt(from)).toMatchObject({ setting: '/etc/calico/calicoctl.cfg: spec.etcdEndpoints' });
  });

  it('that accepts connections and never answers', async () => {
    const silent = createTcpServer();
    const etcdEndpoints = `http://127.0.0.1:${await listen(silent)}`;
    const reason = 'it accepts connections but does not answer';
    expect(await attempt(settings({ etcdEndpoints }), { requestTimeout: 800 })).toEqual(
      unreachable(etcdEndpoints, 'response', reason),
    );
    silent.close();
  });

  it('that accepts connections and never answers the TLS handshake', async () => {
    const silent = createTcpServer();
    const etcdEndpoints = `https://127.0.0.1:${await listen(silent)}`;
    const reason = 'it accepts connections but does not answer the TLS handshake';
    expect(await attempt(settings({ etcdEndpoints }), { requestTimeout: 800 })).toEqual(
      unreachable(etcdEndpoints, 'tls', reason),
    );
    silent.close();
  });

  it('that never answers, while somebody cancels: the reason of the signal is given', async () => {
    const silent = createTcpServer();
    const etcdEndpoints = `http://127.0.0.1:${await listen(silent)}`;
    const controller = new AbortController();
    const reason = new Error('cancelled by the test');
    silent.once('connection', () => controller.abort(reason));
    const from = settings({ etcdEndpoints });
    expect(await attempt(from, { requestTimeout: 0, signal: controller.signal })).toBe(reason);
    expect(await attempt(from, { signal: controller.signal })).toBe(reason);
    silent.close();
  });

  it('that speaks HTTP/1 only', async () => {
    const web = createServer((_request, response) => response.end('welcome'));
    const etcdEndpoints = `http://127.0.0.1:${await listen(web)}`;
    const reason = 'it answers in HTTP/1, so it is no etcd, or only its JSON gateway, or it wants https://';
    expect(await attempt(settings({ etcdEndpoints }))).toEqual(unreachable(etcdEndpoints, 'response', reason));
    web.close();
  });

  it('one of several: all are named with their causes', async () => {
    const [first, second] = await freePorts(2);
    const urls = [`http://127.0.0.1:${first}`, `http://127.0.0.1:${second}`] as const;
    const refused = 'connect: connection refused (phase: connect';
    expect(await attempt(settings({ etcdEndpoints: urls.join(',') }))).toEqual({
      message: `cannot reach etcd at ${urls[0]}: dial tcp 127.0.0.1:${first}: ${refused}); ${urls[1]}: dial tcp 127.0.0.1:${second}: ${refused}; setting: ETCD_ENDPOINTS)`,
      endpoint: urls.join(','),
      phase: 'connect',
      setting: 'ETCD_ENDPOINTS',
    });
  });
});

describe.each([true, false])('several endpoints, JSON gateway: %s', (jsonGateway) => {
  let etcd: EtcdServer;
  beforeAll(async () => {
    etcd = await startEtcd({ version: '3.6', jsonGateway });
  });
  afterAll(() => etcd.stop());

  it('of which the first refuses: the next one serves', async () => {
    const [port] = await freePorts(1);
    expect(await attempt(settings({ etcdEndpoints: `http://127.0.0.1:${port},${etcd.endpoints}` }))).toBe('0 listed');
  });

  it('of which the first never answers: the next one serves', async () => {
    const silent = createTcpServer();
    const etcdEndpoints = `http://127.0.0.1:${await listen(silent)},${etcd.endpoints}`;
    expect(await attempt(settings({ etcdEndpoints }))).toBe('0 listed');
    silent.close();
  });

  it('of which one is killed between two requests: the next one serves', async () => {
    const first = await startEtcd({ version: '3.6', jsonGateway });
    const store = await open(settings({ etcdEndpoints: `${first.endpoints},${etcd.endpoints}` }), openOptions());
    const before = (await store.list({ kind: 'IPPool' })).items;
    await first.kill();
    const after = (await store.list({ kind: 'IPPool' })).items;
    expect([before, after]).toEqual([[], []]);
    await store.close();
    await first.stop();
  });
});

describe.each(SERVERS)('etcd $version, JSON gateway: $jsonGateway', ({ version, jsonGateway }) => {
  it('that is killed between two requests', async () => {
    const etcd = await startEtcd({ version, jsonGateway });
    const store = await open(settingsFor(etcd.environment), openOptions());
    await store.list({ kind: 'BGPPeer' });
    await etcd.kill();
    const reason = `dial tcp 127.0.0.1:${etcd.port}: connect: connection refused`;
    const { message } = unreachable(etcd.endpoints, 'connect', reason);
    await expect(store.list({ kind: 'BGPPeer' })).rejects.toThrow(message);
    await store.close();
    await etcd.stop();
  });
});
