import { describe, expect, it } from 'vitest';
import type { Datastore } from '../../src/datastore/datastore.ts';
import { SettingsError } from '../../src/datastore/settings.ts';
import { clusterVersion } from '../../src/operations/version.ts';
import { object } from '../conformance/objects.ts';
import { failure, folderStore, world } from '../doubles/world.ts';

async function storeWith(spec: Parameters<typeof object>[2]): Promise<Datastore> {
  const store = await folderStore();
  await store.create(object('ClusterInformation', 'default', spec));
  return store;
}

describe('clusterVersion()', () => {
  it('is what ClusterInformation says', async () => {
    const { context } = world({ datastore: () => storeWith({ calicoVersion: 'v3.30.1', clusterType: 'k8s,bgp' }) });
    expect(await clusterVersion(context)).toEqual({ version: 'v3.30.1', type: 'k8s,bgp' });
  });

  it('is unknown where ClusterInformation says nothing', async () => {
    const { context } = world({ datastore: () => storeWith({ calicoVersion: '', datastoreReady: true }) });
    expect(await clusterVersion(context)).toEqual({ version: 'unknown', type: 'unknown' });
  });

  it('cannot be had without ClusterInformation', async () => {
    expect((await failure(clusterVersion(world().context))).message).toBe(
      'unable to retrieve Cluster Version or Type: resource does not exist: ClusterInformation(default) with error: <nil>',
    );
  });

  it('is undetected when no Kubernetes client can be made', async () => {
    const error = new SettingsError('no kubeconfig', { datastoreClient: true });
    expect(await clusterVersion(world({ datastore: () => Promise.reject(error) }).context)).toBe('undetected');
  });

  it('fails for other settings that are wrong', async () => {
    const error = new SettingsError('unknown datastore type: x');
    expect(await failure(clusterVersion(world({ datastore: () => Promise.reject(error) }).context))).toBe(error);
  });
});
