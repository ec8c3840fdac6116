/** Who may do what: users of a real API server, by every sort of credential. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Datastore } from '../../../src/datastore/datastore.ts';
import { resolveConnection } from '../../../src/datastore/kubernetes/connection.ts';
import { open } from '../../../src/datastore/kubernetes/driver.ts';
import type { ConnectionSpec } from '../../../src/datastore/settings.ts';
import { peer } from '../../conformance/objects.ts';
import type { KubernetesConnection } from '../../servers/kubernetes.ts';
import { sharedKubernetes } from '../../servers/shared.ts';
import { serveProxy } from './scripted-server.ts';
import { failure, options, settings } from './support.ts';

const REF = { kind: 'BGPPeer', name: 'a' };
const folder = mkdtempSync(join(tmpdir(), 'calicoctl-test-access-'));
afterAll(() => rmSync(folder, { recursive: true }));

let server: KubernetesConnection;
beforeAll(async () => {
  server = await sharedKubernetes('v1');
});
beforeEach(() => server.wipe());

async function using<T>(
  spec: Partial<ConnectionSpec>,
  act: (datastore: Datastore) => Promise<T>,
  env: Readonly<Record<string, string>> = {},
): Promise<T> {
  const datastore = await open(settings(spec), options({ env }));
  try {
    return await act(datastore);
  } finally {
    await datastore.close();
  }
}

const inline = (user: object, cluster: object = {}): Partial<ConnectionSpec> => ({
  kubeconfigInline: JSON.stringify({
    'current-context': 'c',
    contexts: [{ name: 'c', context: { cluster: 'k', user: 'u' } }],
    clusters: [{ name: 'k', cluster: { server: server.server, 'certificate-authority': server.caFile, ...cluster } }],
    users: [{ name: 'u', user }],
  }),
});

/** Writes and reads one object. */
async function works(datastore: Datastore): Promise<string> {
  await datastore.create(peer('a'));
  return (await datastore.delete(REF)).kind;
}

describe('a user of the API server', () => {
  it('is known by a client certificate', async () => {
    expect(await using({ kubeconfig: server.certificateKubeconfigFile }, works)).toBe('BGPPeer');
  });

  it('is known by a certificate inside the kubeconfig', async () => {
    const connection = await resolveConnection(settings({ kubeconfig: server.certificateKubeconfigFile }), {});
    const base64 = (file: string): string => readFileSync(file).toString('base64');
    const { certFile, keyFile } = connection.user;
    const user = { 'client-certificate-data': base64(certFile), 'client-key-data': base64(keyFile) };
    expect(await using(inline(user), works)).toBe('BGPPeer');
  });

  it('is known by a token in a file', async () => {
    const tokenFile = join(folder, 'token');
    writeFileSync(tokenFile, `${server.tokens.admin}\n`);
    expect(await using(inline({ tokenFile }), works)).toBe('BGPPeer');
  });

  it('is known by the settings alone', async () => {
    const spec = { k8sAPIEndpoint: server.server, k8sCAFile: server.caFile, k8sAPIToken: server.tokens.admin };
    expect(await using(spec, works)).toBe('BGPPeer');
  });

  it('may trust a server without looking', async () => {
    const spec = { k8sAPIEndpoint: server.server, k8sInsecureSkipTLSVerify: true, k8sAPIToken: server.tokens.admin };
    expect(await using(spec, works)).toBe('BGPPeer');
  });

  it('is known by what a credential plugin says', async () => {
    const command = join(folder, 'plugin');
    const status = JSON.stringify({
      kind: 'ExecCredential',
      apiVersion: 'client.authentication.k8s.io/v1beta1',
      status: { token: server.tokens.admin },
    });
    writeFileSync(command, `#!/bin/sh\necho '${status}'\n`);
    chmodSync(command, 0o755);
    const user = { exec: { command, apiVersion: 'client.authentication.k8s.io/v1beta1' } };
    expect(await using(inline(user), works, { PATH: process.env['PATH'] ?? '' })).toBe('BGPPeer');
  });

  it('comes through the proxy of the kubeconfig', async () => {
    const proxy = await serveProxy();
    const cluster = { 'proxy-url': `http://127.0.0.1:${proxy.port}` };
    try {
      expect(await using(inline({ token: server.tokens.admin }, cluster), works)).toBe('BGPPeer');
      expect(proxy.tunnels).toEqual([`127.0.0.1:${server.port}`]);
    } finally {
      await proxy.stop();
    }
  });

  it('may act for another', async () => {
    const user = { token: server.tokens.admin, as: 'nobody' };
    expect(String(await failure(using(inline(user), (datastore) => datastore.get(REF))))).toBe(
      'Unauthorized: connection is unauthorized: bgppeers.crd.projectcalico.org "a" is forbidden: User "nobody" cannot get resource "bgppeers" in API group "crd.projectcalico.org" at the cluster scope',
    );
  });

  it('is named with what they may not do', async () => {
    const texts = await using({ kubeconfig: server.kubeconfigFiles.nobody }, async (datastore) => {
      const created = peer('a', {}, { resourceVersion: '1' });
      const calls = [
        datastore.get(REF),
        datastore.list({ kind: 'BGPPeer' }),
        datastore.create(peer('a')),
        datastore.update(created),
        datastore.delete(REF),
        datastore.get({ kind: 'Node', name: 'n' }),
      ];
      return (await Promise.all(calls.map(failure))).map(String);
    });
    const peers = 'resource "bgppeers" in API group "crd.projectcalico.org" at the cluster scope';
    expect(texts).toEqual([
      `Unauthorized: connection is unauthorized: bgppeers.crd.projectcalico.org "a" is forbidden: User "nobody" cannot get ${peers}`,
      `Unauthorized: connection is unauthorized: bgppeers.crd.projectcalico.org is forbidden: User "nobody" cannot list ${peers}`,
      `Unauthorized: connection is unauthorized: bgppeers.crd.projectcalico.org is forbidden: User "nobody" cannot create ${peers}`,
      `Unauthorized: connection is unauthorized: bgppeers.crd.projectcalico.org "a" is forbidden: User "nobody" cannot update ${peers}`,
      `Unauthorized: connection is unauthorized: bgppeers.crd.projectcalico.org "a" is forbidden: User "nobody" cannot get ${peers}`,
      'Unauthorized: connection is unauthorized: nodes "n" is forbidden: User "nobody" cannot get resource "nodes" in API group "" at the cluster scope',
    ]);
  });

  it('who may only read can read', async () => {
    await using({ kubeconfig: server.kubeconfigFile }, (datastore) => datastore.create(peer('a')));
    await using({ kubeconfig: server.kubeconfigFiles.viewer }, async (datastore) => {
      expect((await datastore.list({ kind: 'BGPPeer' })).items).toHaveLength(1);
      expect(String(await failure(datastore.delete(REF)))).toMatch(/User "viewer" cannot delete resource "bgppeers"/);
    });
  });

  it('with a wrong token is not known', async () => {
    const error = await failure(using(inline({ token: 'wrong' }), (datastore) => datastore.get(REF)));
    expect(String(error)).toBe('Unauthorized: connection is unauthorized: Unauthorized');
  });
});
