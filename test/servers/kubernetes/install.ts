import { setTimeout as sleep } from 'node:timers/promises';
import { collectionOf, itemsOf, member, metadataText } from './api.ts';
import type { Api } from './api.ts';
import { customResourceDefinitions } from './crds.ts';
import type { CalicoGroup } from './crds.ts';

const definitionsPath = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const pollMilliseconds = 50;
const limitMilliseconds = 60_000;

/** Installs the project's own definitions of a group and waits until the API server serves them. */
export async function installDefinitions(api: Api, group: CalicoGroup): Promise<void> {
  await Promise.all(customResourceDefinitions(group).map((body) => api.call('POST', definitionsPath, { body })));
  await untilServed(api);
}

/** Waits until every definition that the server holds is established, listed by discovery and answering requests. */
export async function untilServed(api: Api): Promise<void> {
  const deadline = Date.now() + limitMilliseconds;
  const aged = new Set<string>();
  for (;;) {
    const definitions = itemsOf((await api.call('GET', definitionsPath)).body);
    const established = definitions.filter(isEstablished);
    const fresh = established.filter((definition) => !aged.has(metadataText(definition, 'name')));
    await Promise.all(fresh.map((definition) => age(api, definition)));
    for (const definition of fresh) aged.add(metadataText(definition, 'name'));
    if (established.length === definitions.length && fresh.length === 0) {
      const served = await Promise.all(definitions.map((definition) => isServed(api, definition)));
      if (!served.includes(false)) return;
    }
    if (Date.now() > deadline) throw new Error('the API server does not serve the custom resources that it was given');
    await sleep(pollMilliseconds);
  }
}

function conditionsOf(definition: unknown): readonly unknown[] {
  const conditions = member(definition, 'status', 'conditions');
  return Array.isArray(conditions) ? conditions : [];
}

function isEstablished(definition: unknown): boolean {
  return conditionsOf(definition).some(
    (condition) => member(condition, 'type') === 'Established' && member(condition, 'status') === 'True',
  );
}

/**
 * Dates a definition back. An API server lets the first creation of a resource wait two seconds if its definition was
 * established less than two seconds ago, for the sake of other API servers, of which there are none here.
 */
async function age(api: Api, definition: unknown): Promise<void> {
  const lastTransitionTime = new Date(Date.now() - 60_000).toISOString().replace(/\.\d+/, '');
  const conditions = conditionsOf(definition).map((condition) => ({
    ...(typeof condition === 'object' && condition),
    lastTransitionTime,
  }));
  await api.call('PATCH', `${definitionsPath}/${metadataText(definition, 'name')}/status`, {
    body: { status: { conditions } },
  });
}

async function isServed(api: Api, definition: unknown): Promise<boolean> {
  const { base, plural } = collectionOf(definition);
  const [listed, answered] = await Promise.all([
    api.call('GET', base, { also: [404, 503] }),
    api.call('GET', `${base}/${plural}?limit=1`, { also: [404, 429, 503] }),
  ]);
  const resources = member(listed.body, 'resources');
  const isListed = Array.isArray(resources) && resources.some((resource) => member(resource, 'name') === plural);
  return isListed && answered.status === 200;
}

/** Lets the user `viewer` get and list everything (not watch, not write). */
export async function installReader(api: Api): Promise<void> {
  const rbac = '/apis/rbac.authorization.k8s.io/v1';
  await api.call('POST', `${rbac}/clusterroles`, {
    body: {
      metadata: { name: 'calicoctl-test-viewer' },
      rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['get', 'list'] }],
    },
  });
  await api.call('POST', `${rbac}/clusterrolebindings`, {
    body: {
      metadata: { name: 'calicoctl-test-viewer' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'calicoctl-test-viewer' },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'viewer' }],
    },
  });
}
