/** The etcd driver and etcd's own users. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PermissionDenied, ServerError } from '../../../src/datastore/errors.ts';
import { open } from '../../../src/datastore/etcd/driver.ts';
import type { EtcdServer } from '../../servers/etcd.ts';
import { startEtcd } from '../../servers/etcd.ts';
import { SERVERS } from './servers.ts';
import { node } from '../../bgp/support.ts';
import { world } from '../../doubles/world.ts';
import { label } from '../../../src/operations/label.ts';
import { attempt, PASSWORD, WRONG_PASSWORD } from './attempt.ts';
import { openOptions, settings, settingsFor } from './support.ts';

describe.each(SERVERS)('etcd $version, JSON gateway: $jsonGateway', ({ version, jsonGateway }) => {
  it('without users serves a client that brings user and password', async () => {
    const etcd = await startEtcd({ version, jsonGateway });
    const result = await attempt(
      settings({ etcdEndpoints: etcd.endpoints, etcdUsername: 'calico', etcdPassword: PASSWORD }),
    );
    await etcd.stop();
    expect(result).toBe('0 listed');
  });

  describe('with users', () => {
    let etcd: EtcdServer;
    beforeAll(async () => {
      etcd = await startEtcd({ version, jsonGateway, auth: { user: 'calico', password: PASSWORD } });
    });
    afterAll(() => etcd.stop());

    it('serves user and password', async () => {
      expect(await attempt(settingsFor(etcd.environment))).toBe('0 listed');
    });

    it.each(['calico', 'nobody'])('refuses user %s with a wrong password', async (etcdUsername) => {
      const from = settings({ etcdEndpoints: etcd.endpoints, etcdUsername, etcdPassword: WRONG_PASSWORD });
      expect(await attempt(from)).toEqual({
        message: `etcdserver: authentication failed, invalid user ID or password (etcd at ${etcd.endpoints}; phase: authenticate; setting: ETCD_USERNAME)`,
        endpoint: etcd.endpoints,
        phase: 'authenticate',
        setting: 'ETCD_ENDPOINTS',
      });
    });

    it.each([{}, { etcdUsername: 'calico' }, { etcdPassword: PASSWORD }])('refuses a client with %j', async (spec) => {
      expect(await attempt(settings({ etcdEndpoints: etcd.endpoints, ...spec }))).toEqual(
        new ServerError('etcdserver: user name is empty'),
      );
    });

    it('refuses a user without the right to read', async () => {
      await etcd.etcdctl(['user', 'add', `weak:${WRONG_PASSWORD}`]);
      const from = settings({ etcdEndpoints: etcd.endpoints, etcdUsername: 'weak', etcdPassword: WRONG_PASSWORD });
      expect(await attempt(from)).toEqual(new PermissionDenied('etcdserver: permission denied'));
    });

    it('lets a user who may only write nodes write them, under --safe too', async () => {
      const environment = { ETCD_ENDPOINTS: etcd.endpoints, ETCD_USERNAME: 'labeller', ETCD_PASSWORD: PASSWORD };
      const all = await open(settingsFor(etcd.environment), openOptions());
      for (const name of ['a', 'b']) await all.create(node(name, '10.0.0.1'));
      await all.close();
      await etcd.etcdctl(['user', 'add', `labeller:${PASSWORD}`]);
      await etcd.etcdctl(['role', 'add', 'nodes']);
      const nodes = '/calico/resources/v3/projectcalico.org/nodes/';
      await etcd.etcdctl(['role', 'grant-permission', 'nodes', 'readwrite', nodes, '--prefix']);
      await etcd.etcdctl(['user', 'grant-role', 'labeller', 'nodes']);
      const store = await open(settingsFor(environment), openOptions());
      const { context, warnings } = world({ datastore: async () => store });
      const input = { kind: 'node', label: 'x=y', overwrite: true, remove: false, namespace: '', allNamespaces: false };
      const options = { allowVersionMismatch: true, dryRun: false };
      for (const [name, safe] of [
        ['a', false],
        ['b', true],
      ] as const) {
        await label(context, { ...input, ...options, name, safe });
        expect((await store.get({ kind: 'Node', name })).metadata.labels).toEqual({ x: 'y' });
      }
      await store.close();
      await etcd.wipe();
      expect(warnings).toEqual([]);
    });

    it('makes the client fetch another token when the first is no longer good', async () => {
      const store = await open(settingsFor(etcd.environment), openOptions());
      // Turning authentication off and on makes etcd forget its tokens.
      await etcd.etcdctl(['auth', 'disable']);
      await etcd.etcdctl(['auth', 'enable']);
      expect((await store.list({ kind: 'IPPool' })).items).toEqual([]);
      await store.close();
    });
  });

  it('with TLS, client certificates and users serves a client that brings everything', async () => {
    const auth = { user: 'calico', password: PASSWORD };
    const etcd = await startEtcd({ version, jsonGateway, tls: true, clientCertAuth: true, auth });
    const result = await attempt(settingsFor(etcd.environment));
    await etcd.stop();
    expect(result).toBe('0 listed');
  });

  it('takes the user from the client certificate where the JSON gateway cannot', async () => {
    const auth = { user: 'calico', password: PASSWORD };
    const tls = { tls: true, clientCertAuth: true, clientCommonName: 'calico' } as const;
    const etcd = await startEtcd({ version, jsonGateway, auth, ...tls });
    const { ETCD_USERNAME: _, ETCD_PASSWORD: __, ...environment } = etcd.environment;
    const result = await attempt(settingsFor(environment));
    await etcd.stop();
    expect(result).toBe('0 listed');
  });
});
