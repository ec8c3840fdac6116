import { describe, expect, it } from 'vitest';
import type { Datastore } from '../../src/datastore/datastore.ts';
import { API_VERSION, identifier } from '../../src/kinds/resource.ts';
import { diff } from '../../src/operations/diff.ts';
import { object, peer, pool } from '../conformance/objects.ts';
import { altered, failure, folderStore, world } from '../doubles/world.ts';
import { documents, fromFile, named, peerText, poolText } from './manifests.ts';

/** What would change, by object; the datastore must stay as it is. */
async function differences(file: string, store: Datastore): Promise<readonly unknown[]> {
  const forbidden = (): never => {
    throw new Error('nothing is to be written');
  };
  const sealed = altered(store, {
    create: (resource, options) => (options?.dryRun === true ? store.create(resource, options) : forbidden()),
    update: (resource, options) => (options?.dryRun === true ? store.update(resource, options) : forbidden()),
    delete: forbidden,
  });
  const { context } = world({ files: { 'f.yaml': file }, datastore: async () => sealed });
  const result = await diff(context, fromFile('f.yaml'));
  return [
    ...result.differences.map(({ ref, before, after }) => [identifier(ref), before, after]),
    ...result.failures.map(({ target, error }) => [target.source?.line, error.message]),
  ];
}

const PEER = {
  kind: 'BGPPeer',
  apiVersion: API_VERSION,
  metadata: { name: 'a' },
  spec: { peerIP: '192.0.2.1', asNumber: 64512 },
};

describe('diff()', () => {
  it('of what is not there has nothing before', async () => {
    expect(await differences(peerText('a'), await folderStore())).toEqual([['BGPPeer(a)', undefined, PEER]]);
  });

  it('of what is the same has the same on both sides', async () => {
    const store = await folderStore();
    await store.create(peer('a'));
    expect(await differences(peerText('a'), store)).toEqual([['BGPPeer(a)', PEER, PEER]]);
  });

  it('shows labels, annotations and spec, and nothing that the datastore keeps for itself', async () => {
    const store = await folderStore();
    await store.create(peer('a', { node: 'n' }, { labels: { old: '1' }, generation: 7 }));
    expect(await differences(peerText('a', '', 'annotations: {note: x}'), store)).toEqual([
      [
        'BGPPeer(a)',
        { ...PEER, metadata: { name: 'a', labels: { old: '1' } }, spec: { node: 'n', ...PEER.spec } },
        { ...PEER, metadata: { name: 'a', annotations: { note: 'x' } } },
      ],
    ]);
  });

  it('compares with the defaults filled in', async () => {
    const store = await folderStore();
    await store.create(pool('p', '10.0.0.0/16'));
    const [found] = await differences(poolText('p', '10.0.0.0/16', 'ipipMode: Always'), store);
    if (!Array.isArray(found)) throw new Error('no difference');
    expect(found[1]).toEqual(found[2]);
  });

  it('goes on after an object that cannot be compared', async () => {
    const store = await folderStore();
    await store.create(object('ClusterInformation', 'default', {}));
    const information = 'apiVersion: projectcalico.org/v3\nkind: ClusterInformation\nmetadata: {name: default}\n';
    const file = documents(peerText('A'), information, peerText('a'));
    expect(await differences(file, store)).toEqual([
      ['BGPPeer(a)', undefined, PEER],
      [
        1,
        "error with field Metadata.Name = 'A' (name must consist of lower case alphanumeric characters, '-' or '.' (regex: [a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*))",
      ],
      [6, 'operation apply is not supported on ClusterInformation: resource is readonly'],
    ]);
  });

  it('says a conflict of revisions', async () => {
    const store = await folderStore();
    await store.create(peer('a'));
    expect(await differences(peerText('a', '', 'resourceVersion: stale'), store)).toEqual([
      [1, 'update conflict: BGPPeer(a)'],
    ]);
  });

  it('needs a file', async () => {
    expect((await failure(diff(world().context, named('bgpp', ['a'])))).message).toBe(
      'a file, a directory or standard input must be given with --filename (-f)',
    );
  });
});
