import { X509Certificate } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { obtainMilliseconds } from './binaries.ts';
import { startKubernetes } from './kubernetes.ts';
import type { KubernetesServer } from './kubernetes.ts';
import { itemsOf, member, metadataText, openApi } from './kubernetes/api.ts';
import type { Api } from './kubernetes/api.ts';
import { customKinds, groupOf } from './kubernetes/crds.ts';

describe.each(['v1', 'v3'] as const)('startKubernetes() with the definitions of %s', (group) => {
  const { name, version } = groupOf(group);
  const base = `/apis/${name}/${version}`;
  let cluster: KubernetesServer;
  beforeAll(async () => {
    cluster = await startKubernetes({ crds: group });
  }, obtainMilliseconds);
  afterAll(() => cluster.stop());

  it('lists every kind of the group in discovery', async () => {
    const { body } = await cluster.api.call('GET', base);
    const resources = member(body, 'resources');
    const found = (Array.isArray(resources) ? resources : []).map((resource) => ({
      kind: member(resource, 'kind'),
      plural: member(resource, 'name'),
      namespaced: member(resource, 'namespaced'),
    }));
    const wanted = customKinds(group).flatMap(({ kind, plural, scope, hasStatus }) => {
      const namespaced = scope === 'Namespaced';
      return [{ kind, plural, namespaced }, ...(hasStatus ? [{ kind, plural: `${plural}/status`, namespaced }] : [])];
    });
    const byPlural = (a: { plural: unknown }, b: { plural: unknown }) => (String(a.plural) < String(b.plural) ? -1 : 1);
    expect(found.toSorted(byPlural)).toEqual(wanted.toSorted(byPlural));
  });

  it('keeps any field as it was sent, but the status of a kind that has it as a subresource', async () => {
    const metadata = { name: 'pool', annotations: { a: 'b' } };
    const body = { apiVersion: `${name}/${version}`, kind: 'IPPool', metadata, spec: { cidr: 'x', odd: [{ y: 1 }] } };
    const created = await cluster.api.call('POST', `${base}/ippools`, { body: { ...body, status: { z: 1 } } });
    expect(created.body).toMatchObject(body);
    expect(member(created.body, 'status')).toBeUndefined();
  });

  it('wipe() leaves only what the server made itself', async () => {
    const { api } = cluster;
    const namespace = '/api/v1/namespaces/of-a-test';
    const containers = [{ name: 'c', image: 'i' }];
    const finalizers = ['example.org/never'];
    await api.call('POST', '/api/v1/namespaces', { body: { metadata: { name: 'of-a-test' } } });
    await api.call('POST', '/api/v1/nodes', { body: { metadata: { name: 'node-1' } } });
    await api.call('POST', `${namespace}/serviceaccounts`, { body: { metadata: { name: 'account' } } });
    await api.call('POST', `${namespace}/pods`, {
      body: { metadata: { name: 'pod', finalizers }, spec: { nodeName: 'node-1', containers } },
    });
    await api.call('POST', `${base}/namespaces/of-a-test/networksets`, {
      body: { apiVersion: `${name}/${version}`, kind: 'NetworkSet', metadata: { name: 'set', finalizers } },
    });
    await api.call('POST', `${base}/bgppeers`, {
      body: { apiVersion: `${name}/${version}`, kind: 'BGPPeer', metadata: { name: 'peer' } },
    });
    expect(await leftovers(api, base)).toEqual(['account', 'node-1', 'of-a-test', 'peer', 'pod', 'set']);
    await cluster.wipe();
    expect(await leftovers(api, base)).toEqual([]);
  });

  it('gives each user the rights it should have', async () => {
    const answers: Record<string, readonly number[]> = {};
    const also = [403];
    for (const [user, token] of Object.entries(cluster.tokens)) {
      const api = openApi(cluster.server, readFileSync(cluster.caFile, 'utf8'), token);
      const body = { apiVersion: `${name}/${version}`, kind: 'Tier', metadata: { name: user } };
      const discovery = await api.call('GET', '/apis', { also });
      const list = await api.call('GET', `${base}/tiers`, { also });
      const create = await api.call('POST', `${base}/tiers`, { body, also });
      answers[user] = [discovery.status, list.status, create.status];
    }
    expect(answers).toEqual({ admin: [200, 200, 201], viewer: [200, 200, 403], nobody: [200, 403, 403] });
  });

  it('lets kubectl in with each kubeconfig', async () => {
    const whoAmI = async (file: string) =>
      (
        await cluster.kubectl(['auth', 'whoami', '-o', 'jsonpath={.status.userInfo.username}', `--kubeconfig=${file}`])
      ).trim();
    const { admin, viewer, nobody } = cluster.kubeconfigFiles;
    const users = await Promise.all([admin, viewer, nobody, cluster.certificateKubeconfigFile].map(whoAmI));
    expect(users).toEqual(['admin', 'viewer', 'nobody', 'certificate-admin']);
    const certificate = new X509Certificate(readFileSync(cluster.caFile));
    expect(certificate.subject).toBe('CN=calicoctl test kubernetes');
  });
});

it('startKubernetes() holds the definitions of a folder, and stop() removes its own', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'calicoctl-test-definitions-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(
    join(folder, 'thing.yaml'),
    `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: things.example.org
spec:
  group: example.org
  scope: Cluster
  names: { kind: Thing, plural: things }
  versions:
    - { name: v1, served: true, storage: true, schema: { openAPIV3Schema: { type: object } } }
`,
  );
  const cluster = await startKubernetes({ crds: { folder } });
  try {
    expect((await cluster.api.call('GET', '/apis/example.org/v1/things')).status).toBe(200);
    expect((await cluster.api.call('GET', '/apis/crd.projectcalico.org', { also: [404] })).status).toBe(404);
  } finally {
    await cluster.stop();
  }
  expect([cluster.isRunning(), existsSync(cluster.folder)]).toEqual([false, false]);
});

/** The names of everything that wipe() promises to delete and that is there, sorted. */
async function leftovers(api: Api, base: string): Promise<readonly string[]> {
  const paths = ['/api/v1/namespaces', '/api/v1/nodes', '/api/v1/pods', '/api/v1/serviceaccounts'];
  const lists = await Promise.all(
    [...paths, `${base}/networksets`, `${base}/bgppeers`, `${base}/ippools`].map((path) => api.call('GET', path)),
  );
  const own = ['default', 'kube-node-lease', 'kube-public', 'kube-system', 'pool'];
  const names = lists.flatMap(({ body }) => itemsOf(body).map((item) => metadataText(item, 'name')));
  return names.filter((name) => !own.includes(name)).toSorted();
}
