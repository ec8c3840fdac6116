/** What the driver knows of Calico's operator. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Datastore } from '../../../src/datastore/datastore.ts';
import { Unauthorized } from '../../../src/datastore/errors.ts';
import { open } from '../../../src/datastore/kubernetes/driver.ts';
import type { KubernetesConnection } from '../../servers/kubernetes.ts';
import { sharedKubernetes } from '../../servers/shared.ts';
import { failure, options, settings } from './support.ts';

const DEFINITION = JSON.stringify({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'installations.operator.tigera.io' },
  spec: {
    group: 'operator.tigera.io',
    scope: 'Cluster',
    names: { kind: 'Installation', plural: 'installations', singular: 'installation', listKind: 'InstallationList' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
});
const NAME = 'crd/installations.operator.tigera.io';
const spec = { calicoNetwork: { bgp: 'Disabled' } };

let server: KubernetesConnection;
const opened: Datastore[] = [];
async function datastore(kubeconfig: string): Promise<Datastore> {
  const store = await open(settings({ kubeconfig }), options());
  opened.push(store);
  return store;
}

beforeAll(async () => {
  server = await sharedKubernetes('v1');
  await server.wipe();
});
afterAll(async () => {
  await Promise.all(opened.map((store) => store.close()));
  await server.kubectl(['delete', '--ignore-not-found', NAME]);
});

it('knows that there is none: neither the definition nor an object', async () => {
  const store = await datastore(server.kubeconfigFile);
  expect(await store.operatorInstallation?.()).toBeUndefined();
  await server.kubectl(['create', '-f', '-'], DEFINITION);
  await server.kubectl(['wait', '--for', 'condition=established', NAME]);
  expect(await store.operatorInstallation?.()).toBeUndefined();
});

it('reads the Installation, where it may be read', async () => {
  const installation = {
    apiVersion: 'operator.tigera.io/v1',
    kind: 'Installation',
    metadata: { name: 'default' },
    spec,
  };
  await server.kubectl(['create', '-f', '-'], JSON.stringify(installation));
  const store = await datastore(server.kubeconfigFile);
  expect(await store.operatorInstallation?.()).toMatchObject({ kind: 'Installation', spec });
  const refused = (await datastore(server.kubeconfigFiles.nobody)).operatorInstallation?.() ?? Promise.resolve();
  expect(await failure(refused)).toBeInstanceOf(Unauthorized);
});
