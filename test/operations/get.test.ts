import { describe, expect, it } from 'vitest';
import type { Datastore } from '../../src/datastore/datastore.ts';
import { ServerError, Unauthorized } from '../../src/datastore/errors.ts';
import { SettingsError } from '../../src/datastore/settings.ts';
import type { Resource, ResourceList } from '../../src/kinds/resource.ts';
import { get } from '../../src/operations/get.ts';
import type { GetInput, GetResult } from '../../src/operations/get.ts';
import { object, peer } from '../conformance/objects.ts';
import { aString, having } from '../doubles/matchers.ts';
import { altered, failure, folderStore, world } from '../doubles/world.ts';
import { documents, fromFile, named, peerText, setText } from './manifests.ts';

const PLAIN = { export: false, selector: undefined, sortBy: undefined };

function asked(input: ReturnType<typeof named>, more: Partial<GetInput> = {}): GetInput {
  return { ...input, ...PLAIN, ...more };
}

function ids(found: readonly (Resource | ResourceList)[]): readonly string[] {
  return found.map((answer) => {
    if (!('items' in answer)) return `${answer.kind} ${answer.metadata.name ?? ''}`;
    const items = answer.items.map(({ metadata: { name = '', namespace } }) =>
      namespace === undefined ? name : `${namespace}/${name}`,
    );
    return `${answer.kind}: ${items.join(' ')}`;
  });
}

function summary({ found, errors }: GetResult): readonly unknown[] {
  return [...ids(found), ...errors.map(({ message }) => message)];
}

async function stored(...objects: readonly Resource[]): Promise<Datastore> {
  const store = await folderStore();
  for (const resource of objects) await store.create(resource);
  return store;
}

const three = () =>
  stored(peer('a', {}, { labels: { rack: '2' } }), peer('b', {}, { labels: { rack: '1' } }), peer('c'));

describe('get()', () => {
  it('of a kind gives one list', async () => {
    const { context } = world({ datastore: three });
    expect(summary(await get(context, asked(named('BGPPeers'))))).toEqual(['BGPPeerList: a b c']);
  });

  it('of a kind of which there is none gives an empty list', async () => {
    expect(summary(await get(world().context, asked(named('bgpp'))))).toEqual(['BGPPeerList: ']);
  });

  it('of names gives each, in their order and as often as asked', async () => {
    const { context } = world({ datastore: three });
    expect(summary(await get(context, asked(named('bgpp', ['c', 'a', 'a']))))).toEqual([
      'BGPPeer c',
      'BGPPeer a',
      'BGPPeer a',
    ]);
  });

  it('of names of which some are missing gives the others and an error for each, in their order', async () => {
    const { context } = world({ datastore: three });
    expect(summary(await get(context, asked(named('bgpp', ['x', 'c', 'w', 'a']))))).toEqual([
      'BGPPeer c',
      'BGPPeer a',
      'resource does not exist: BGPPeer(x) with error: <nil>',
      'resource does not exist: BGPPeer(w) with error: <nil>',
    ]);
  });

  it('of a file gives the stored objects; one without a name means its whole kind', async () => {
    const file = documents(peerText('b'), peerText('c').replace('name: c', ''));
    const { context } = world({ datastore: three, files: { 'f.yaml': file } });
    expect(summary(await get(context, asked(fromFile('f.yaml'))))).toEqual(['BGPPeer b', 'BGPPeerList: a b c']);
  });

  it('of namespaced objects obeys the namespace', async () => {
    const store = await stored(
      object('NetworkSet', 's', {}, { namespace: 'default' }),
      object('NetworkSet', 's', {}, { namespace: 'a' }),
      object('NetworkSet', 't', {}, { namespace: 'b' }),
    );
    const { context } = world({ datastore: async () => store, files: { 'f.yaml': setText('t', 'b') } });
    const answers = [
      asked(named('netsets')),
      asked(named('netsets', [], { namespace: 'a' })),
      asked(named('netsets', [], { allNamespaces: true })),
      asked(named('netsets', ['t'], { namespace: 'b' })),
      asked(named('netsets', ['t'])),
      asked(fromFile('f.yaml', { namespace: 'a' })),
      asked(named('netsets', ['t'], { allNamespaces: true })),
    ].map(async (input) => summary(await get(context, input)));
    expect((await Promise.all(answers)).flat()).toEqual([
      'NetworkSetList: default/s',
      'NetworkSetList: a/s',
      'NetworkSetList: a/s b/t default/s',
      'NetworkSet t',
      'resource does not exist: NetworkSet(default/t) with error: <nil>',
      'resource namespace does not match client namespace. b != a',
      'cannot use --all-namespace flag for getting a single resource',
    ]);
  });

  it('of a cluster-wide kind in all namespaces is an error and nothing else', async () => {
    const { context } = world({ datastore: three });
    expect(summary(await get(context, asked(named('bgpp', [], { allNamespaces: true }))))).toEqual([
      'BGPPeer is not namespaced',
    ]);
  });
});

describe('get() with a selector', () => {
  it('leaves out of a list what does not match', async () => {
    const { context } = world({ datastore: three });
    expect(summary(await get(context, asked(named('bgpp'), { selector: "rack in {'1', '9'}" })))).toEqual([
      'BGPPeerList: b',
    ]);
  });

  it('leaves out named objects that do not match', async () => {
    const { context } = world({ datastore: three });
    expect(summary(await get(context, asked(named('bgpp', ['a', 'c']), { selector: 'has(rack)' })))).toEqual([
      'BGPPeer a',
    ]);
  });

  it('that cannot be read asks nothing', async () => {
    const here = world({ datastore: three });
    const error = await failure(get(here.context, asked(named('bgpp'), { selector: 'rack = 1' })));
    expect([error.message, here.opened()]).toEqual(["invalid selector 'rack = 1': expected ==", 0]);
  });
});

describe('get() with sortBy', () => {
  it('sorts lists', async () => {
    const { context } = world({ datastore: three });
    expect(summary(await get(context, asked(named('bgpp'), { sortBy: '.metadata.labels.rack' })))).toEqual([
      'BGPPeerList: c b a',
    ]);
  });

  it('fails for a path that no object of the list has, and not for a list that is empty', async () => {
    const { context } = world({ datastore: three });
    const sortBy = '.spec.nothing';
    expect((await failure(get(context, asked(named('bgpp'), { sortBy })))).message).toBe(
      'couldn\'t find any field with path ".spec.nothing" in the list of objects',
    );
    expect(summary(await get(context, asked(named('bgpp'), { sortBy, selector: 'has(nothing)' })))).toEqual([
      'BGPPeerList: ',
    ]);
  });
});

describe('get() of names with sortBy', () => {
  it('sorts what was found', async () => {
    const { context } = world({ datastore: three });
    const input = asked(named('bgpp', ['a', 'x', 'b', 'c']), { sortBy: '.metadata.labels.rack' });
    expect(summary(await get(context, input))).toEqual([
      'BGPPeer c',
      'BGPPeer b',
      'BGPPeer a',
      'resource does not exist: BGPPeer(x) with error: <nil>',
    ]);
  });

  it('sorts by what an export leaves out', async () => {
    const { context } = world({ datastore: three });
    const input = asked(named('bgpp', ['a', 'b', 'c']), { sortBy: '.metadata.creationTimestamp', export: true });
    expect(summary(await get(context, input))).toEqual(['BGPPeer a', 'BGPPeer b', 'BGPPeer c']);
  });

  it('fails for a path that none of them has, and not where none was found', async () => {
    const { context } = world({ datastore: three });
    expect(await failure(get(context, asked(named('bgpp', ['a']), { sortBy: '.metadata.nam' })))).toEqual(
      having({
        message: 'couldn\'t find any field with path ".metadata.nam" in the list of objects',
        hints: ['did you mean .metadata.name?'],
      }),
    );
    expect(summary(await get(context, asked(named('bgpp', ['x']), { sortBy: '.metadata.nam' })))).toEqual([
      'resource does not exist: BGPPeer(x) with error: <nil>',
    ]);
  });
});

describe('get() with export', () => {
  const full = () =>
    stored(
      object(
        'NetworkSet',
        's',
        {},
        { namespace: 'default', labels: { a: 'b' }, annotations: { c: 'd' }, generation: 3 },
      ),
    );

  it('takes away what belongs to one cluster, of a named object', async () => {
    const { context } = world({ datastore: full });
    const { found } = await get(context, asked(named('netsets', ['s']), { export: true }));
    expect(found).toEqual([
      {
        kind: 'NetworkSet',
        apiVersion: 'projectcalico.org/v3',
        metadata: { name: 's', labels: { a: 'b' }, annotations: { c: 'd' }, generation: 3 },
        spec: {},
      },
    ]);
  });

  it('leaves lists and objects of a file as they are', async () => {
    const { context } = world({ datastore: full, files: { 'f.yaml': setText('s') } });
    const list = await get(context, asked(named('netsets'), { export: true }));
    const file = await get(context, asked(fromFile('f.yaml'), { export: true }));
    const [inList, inFile] = [list.found[0], file.found[0]];
    if (inList === undefined || !('items' in inList)) throw new Error('no list');
    expect([inList.items[0]?.metadata.uid, inFile?.metadata]).toEqual([
      aString,
      having({ namespace: 'default', uid: aString }),
    ]);
  });
});

describe('related objects', () => {
  const configuration = object('BGPConfiguration', 'default', { asNumber: 65000 });

  it('are fetched for a kind whose columns need them', async () => {
    const { context } = world({ datastore: () => stored(configuration) });
    const { related } = await get(context, asked(named('nodes')));
    expect(related.get({ kind: 'BGPConfiguration', name: 'default' })).toMatchObject({ spec: { asNumber: 65000 } });
  });

  it('are not fetched for other kinds', async () => {
    const { context } = world({ datastore: () => stored(configuration) });
    const { related } = await get(context, asked(named('bgpp')));
    expect(related.get({ kind: 'BGPConfiguration', name: 'default' })).toBeUndefined();
  });

  it('that cannot be read fail nothing', async () => {
    const store = await stored();
    const denied = (ref: Parameters<Datastore['get']>[0]) =>
      ref.kind === 'BGPConfiguration' ? Promise.reject(new Unauthorized('no')) : store.get(ref);
    const { context } = world({ datastore: async () => altered(store, { get: denied }) });
    const { related, errors } = await get(context, asked(named('nodes')));
    expect([related.get({ kind: 'BGPConfiguration', name: 'default' }), errors]).toEqual(['unreadable', []]);
  });
});

describe('get() that fails before it reads', () => {
  it.each([
    ['for an unknown kind', named('ippol'), "failed to get resources: resource type 'ippol' is not supported"],
    ['for an empty name', named('ippool', ['a', '']), 'failed to get resources: resource name may not be empty'],
    [
      'for a file without resources',
      fromFile('empty.yaml'),
      'failed to get resources: no resources specified in file empty.yaml',
    ],
    [
      'without a kind',
      { ...named(''), kind: undefined },
      'failed to get resources: a kind, or a file with --filename (-f), must be given',
    ],
  ])('%s says so behind a prefix', async (_, input, message) => {
    const { context } = world({ files: { 'empty.yaml': '' } });
    expect(await failure(get(context, asked(input)))).toMatchObject({ name: 'OperationError', message });
  });

  it('for a wrong version puts the prefix before the whole text', async () => {
    const store = await stored(object('ClusterInformation', 'default', { calicoVersion: 'v3.99.0' }));
    const { context } = world({ datastore: async () => store });
    expect((await failure(get(context, asked(named('bgpp'))))).message).toBe(
      'failed to get resources: version mismatch.\nClient Version:   v3.33.0\nCluster Version:  3.99.0\nUse --allow-version-mismatch to override',
    );
  });

  it('keeps the error of a file that cannot be read as it is', async () => {
    const { context } = world({ files: { 'f.yaml': '{' } });
    expect(await failure(get(context, asked(fromFile('f.yaml'))))).toMatchObject({
      name: 'ManifestError',
      reason: 'syntax',
    });
  });

  it('keeps the notices of an input that is empty', async () => {
    const { context } = world();
    expect(await failure(get(context, asked(fromFile('-'))))).toMatchObject({
      message: 'failed to get resources: no resources specified in file -',
      notices: [{ problem: 'standard input was empty; docker and kubectl exec pass it on only with -i' }],
    });
  });

  it('for settings of which no client can be made has no prefix', async () => {
    const { context } = world({ datastore: () => Promise.reject(new SettingsError('no such driver')) });
    expect(await failure(get(context, asked(named('bgpp'))))).toMatchObject({
      name: 'ClientFailed',
      message: 'no such driver',
    });
  });
});

describe('get() of a datastore that fails', () => {
  it('gives its words for each object', async () => {
    const list = () => Promise.reject(new ServerError('etcdserver: mvcc: required revision has been compacted'));
    const { context } = world({ datastore: async () => altered(await folderStore(), { list }) });
    expect(summary(await get(context, asked(named('bgpp'))))).toEqual([
      'etcdserver: mvcc: required revision has been compacted',
    ]);
  });
});
