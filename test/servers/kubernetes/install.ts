import { setTimeout as sleep } from 'node:timers/promises';
import { itemsOf, member, metadataText } from './api.ts';
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
  for (;;) {
    const definitions = itemsOf((await api.call('GET', definitionsPath)).body);
    const missing = (await Promise.all(definitions.map((definition) => isServed(api, definition)))).includes(false);
    if (!missing) return ageDefinitions(api, definitions);
    if (Date.now() > deadline) throw new Error('the API server does not serve the custom resources that it was given');
    await sleep(pollMilliseconds);
  }
}

/**
 * Dates the definitions back. An API server lets the first creation of a resource wait two seconds if its definition was
 * established less than two seconds ago, for the sake of other API servers, of which there are none here.
 */
async function ageDefinitions(api: Api, definitions: readonly unknown[]): Promise<void> {
  const lastTransitionTime = new Date(Date.now() - 60_000).toISOString().replace(/\.\d+/, '');
  await Promise.all(
    definitions.map((definition) => {
      const conditions = member(definition, 'status', 'conditions');
      const aged = (Array.isArray(conditions) ? conditions : []).map((condition: unknown) => ({
        ...(typeof condition === 'object' && condition),
        lastTransitionTime,
      }));
      return api.call('PATCH', `${definitionsPath}/${metadataText(definition, 'name')}/status`, {
        body: { status: { conditions: aged } },
      });
    }),
  );
}

async function isServed(api: Api, definition: unknown): Promise<boolean> {
  const conditions = member(definition, 'status', 'conditions');
  const established =
    Array.isArray(conditions) &&
    conditions.some((item) => member(item, 'type') === 'Established' && member(item, 'status') === 'True');
  if (!established) return false;
  const group = String(member(definition, 'spec', 'group'));
  const plural = String(member(definition, 'spec', 'names', 'plural'));
  const versions = member(definition, 'status', 'storedVersions');
  const version = Array.isArray(versions) ? String(versions[0]) : '';
  const [listed, answered] = await Promise.all([
    api.call('GET', `/apis/${group}/${version}`, { also: [404, 503] }),
    api.call('GET', `/apis/${group}/${version}/${plural}?limit=1`, { also: [404, 429, 503] }),
  ]);
  const resources = member(listed.body, 'resources');
  const isListed = Array.isArray(resources) && resources.some((resource) => member(resource, 'name') === plural);
  return isListed && answered.status === 200;
}

/** The name of the user who may only read, see {@link installReader}. */
export const viewer = 'viewer';

/** Lets the user {@link viewer} get and list everything (not watch, not write). */
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
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: viewer }],
    },
  });
}
