import { collectionOf, itemsOf, member, metadataText } from './api.ts';
import type { Api, Collection } from './api.ts';

/** Namespaces that a kube-apiserver makes by itself, again and again. */
const ownNamespaces = new Set(['default', 'kube-system', 'kube-public', 'kube-node-lease']);

/** Resources of Kubernetes itself that tests of Calico make, as paths of all namespaces. */
const coreNamespaced = [
  { base: '/api/v1', plural: 'pods' },
  { base: '/api/v1', plural: 'serviceaccounts' },
  { base: '/apis/networking.k8s.io/v1', plural: 'networkpolicies' },
];

/**
 * Deletes what tests leave behind: every custom resource, nodes, pods, service accounts, network policies, and every
 * namespace that the server did not make itself. Definitions and access rules stay.
 */
export async function wipeKubernetes(api: Api): Promise<void> {
  const collections: Collection[] = [
    ...(await customCollections(api)),
    ...coreNamespaced.map((collection) => ({ ...collection, namespaced: true })),
    { base: '/api/v1', plural: 'nodes', namespaced: false },
  ];
  await Promise.all(collections.map((collection) => empty(api, collection)));
  const namespaces = itemsOf((await api.call('GET', '/api/v1/namespaces')).body);
  await Promise.all(namespaces.map((namespace) => removeNamespace(api, metadataText(namespace, 'name'))));
}

async function customCollections(api: Api): Promise<readonly Collection[]> {
  const answer = await api.call('GET', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions');
  return itemsOf(answer.body).map(collectionOf);
}

async function empty(api: Api, { base, plural, namespaced }: Collection): Promise<void> {
  const items = itemsOf((await api.call('GET', `${base}/${plural}`)).body);
  if (items.length === 0) return;
  const scopes = new Set(items.map((item) => (namespaced ? `namespaces/${metadataText(item, 'namespace')}/` : '')));
  for (const item of items.filter(hasFinalizers)) {
    const scope = namespaced ? `namespaces/${metadataText(item, 'namespace')}/` : '';
    await api.call('PATCH', `${base}/${scope}${plural}/${metadataText(item, 'name')}`, {
      body: { metadata: { finalizers: null } },
      also: [404],
    });
  }
  for (const scope of scopes) {
    // Without a kubelet nobody would end a pod's grace period.
    await api.call('DELETE', `${base}/${scope}${plural}`, { body: { gracePeriodSeconds: 0 } });
  }
}

function hasFinalizers(item: unknown): boolean {
  const finalizers = member(item, 'metadata', 'finalizers');
  return Array.isArray(finalizers) && finalizers.length > 0;
}

async function removeNamespace(api: Api, name: string): Promise<void> {
  if (ownNamespaces.has(name)) return;
  const path = `/api/v1/namespaces/${name}`;
  await api.call('DELETE', path, { also: [404, 409] });
  // No controller runs that would notice that the namespace is empty, and finish it.
  await api.call('PUT', `${path}/finalize`, {
    body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name }, spec: { finalizers: [] } },
    also: [404],
  });
}
