import { describe, expect, it } from 'vitest';
import type { Datastore } from '../../src/datastore/datastore.ts';
import { ServerError } from '../../src/datastore/errors.ts';
import type { Resource } from '../../src/kinds/resource.ts';
import { apply, create, remove, replace, validate } from '../../src/operations/crud.ts';
import type { VerbResult } from '../../src/operations/crud.ts';
import { containing } from '../doubles/matchers.ts';
import { altered, failure, folderStore, world } from '../doubles/world.ts';
import type { World } from '../doubles/world.ts';
import { documents, fromFile, named, peerText, poolText, setText } from './manifests.ts';

function summary({ outcomes, singleKind }: VerbResult): readonly unknown[] {
  return [
    singleKind,
    ...outcomes.map(({ target, error, ...outcome }) => {
      const what = error === undefined && 'change' in outcome ? outcome.change : error?.message;
      return `${target.resource.kind} ${target.resource.metadata.name ?? ''}: ${what ?? ''}`;
    }),
  ];
}

async function names(of: World, kind: string): Promise<readonly string[]> {
  const store = await of.context.datastore();
  return (await store.list({ kind })).items.map(
    ({ metadata }) => `${metadata.namespace === undefined ? '' : `${metadata.namespace}/`}${metadata.name ?? ''}`,
  );
}

const PEERS = documents(peerText('a'), peerText('b'));

describe('create()', () => {
  it('makes every object, in the order of the file', async () => {
    const here = world({ files: { 'f.yaml': documents(peerText('b'), poolText('p', '10.0.0.0/16'), peerText('a')) } });
    expect(summary(await create(here.context, { ...fromFile('f.yaml'), skipExists: false }))).toEqual([
      undefined,
      'BGPPeer b: created',
      'IPPool p: created',
      'BGPPeer a: created',
    ]);
    expect(await names(here, 'BGPPeer')).toEqual(['a', 'b']);
  });

  it('goes on after an object that cannot be made', async () => {
    const here = world({ files: { 'f.yaml': documents(peerText('A'), peerText('b'), peerText('b'), peerText('c')) } });
    expect(summary(await create(here.context, { ...fromFile('f.yaml'), skipExists: false }))).toEqual([
      'BGPPeer',
      containing("Metadata.Name = 'A'"),
      'BGPPeer b: created',
      'BGPPeer b: resource already exists: BGPPeer(b) with error: <nil>',
      'BGPPeer c: created',
    ]);
  });

  it('with skipExists counts what exists as a success and does not change it', async () => {
    const here = world({ files: { 'f.yaml': documents(peerText('a'), peerText('a', 'node: n')) } });
    expect(summary(await create(here.context, { ...fromFile('f.yaml'), skipExists: true }))).toEqual([
      'BGPPeer',
      'BGPPeer a: created',
      'BGPPeer a: skipped',
    ]);
    const store = await here.context.datastore();
    expect((await store.get({ kind: 'BGPPeer', name: 'a' })).spec).toEqual({ peerIP: '192.0.2.1', asNumber: 64512 });
  });

  it('initialises the datastore', async () => {
    const here = world({ files: { 'f.yaml': peerText('a') } });
    await create(here.context, { ...fromFile('f.yaml'), skipExists: false });
    expect(await names(here, 'Tier')).toEqual(['default', 'kube-admin', 'kube-baseline']);
  });

  it('writes although the datastore cannot be initialised', async () => {
    const store = await folderStore();
    const onlyPeers = (resource: Resource): Promise<Resource> =>
      resource.kind === 'BGPPeer' ? store.create(resource) : Promise.reject(new ServerError('not allowed'));
    const here = world({
      files: { 'f.yaml': peerText('a') },
      datastore: async () => altered(store, { create: onlyPeers }),
    });
    expect(summary(await create(here.context, { ...fromFile('f.yaml'), skipExists: false }))).toEqual([
      'BGPPeer',
      'BGPPeer a: created',
    ]);
  });

  it('initialises nothing when there is nothing to make', async () => {
    const here = world({ files: { 'f.yaml': '' } });
    const result = await create(here.context, { ...fromFile('f.yaml', { skipEmpty: true }), skipExists: false });
    expect([summary(result), await names(here, 'Tier')]).toEqual([[undefined], []]);
  });

  it('sends nothing when one of the files cannot be read', async () => {
    const here = world({ files: { 'd/1.yaml': peerText('a'), 'd/2.yaml': 'kind: [', 'd/3.yaml': peerText('c') } });
    const error = await failure(create(here.context, { ...fromFile('d'), skipExists: false }));
    expect([error.name, await names(here, 'BGPPeer'), await names(here, 'Tier')]).toEqual(['ManifestError', [], []]);
  });
});

describe('apply()', () => {
  it('says of every object what became of it', async () => {
    const here = world({
      files: { 'f.yaml': PEERS, 'g.yaml': documents(peerText('a'), peerText('b', 'node: n'), peerText('c')) },
    });
    await apply(here.context, fromFile('f.yaml'));
    expect(summary(await apply(here.context, fromFile('g.yaml')))).toEqual([
      'BGPPeer',
      'BGPPeer a: unchanged',
      'BGPPeer b: configured',
      'BGPPeer c: created',
    ]);
  });

  it('in a dry run answers the same and writes nothing', async () => {
    const here = world({ files: { 'f.yaml': PEERS, 'g.yaml': documents(peerText('a', 'node: n'), peerText('c')) } });
    await apply(here.context, fromFile('f.yaml'));
    expect(summary(await apply(here.context, fromFile('g.yaml', { dryRun: true })))).toEqual([
      'BGPPeer',
      'BGPPeer a: configured',
      'BGPPeer c: created',
    ]);
    expect(await names(here, 'BGPPeer')).toEqual(['a', 'b']);
    expect(summary(await apply(here.context, fromFile('f.yaml')))).toEqual([
      'BGPPeer',
      'BGPPeer a: unchanged',
      'BGPPeer b: unchanged',
    ]);
  });

  it('does not know the kind of a mixed file', async () => {
    const here = world({ files: { 'f.yaml': documents(peerText('a'), setText('s', 'ns')) } });
    expect((await apply(here.context, fromFile('f.yaml'))).singleKind).toBeUndefined();
  });
});

describe('a namespace', () => {
  it('that does not fit is an error of its object alone', async () => {
    const here = world({ files: { 'f.yaml': documents(setText('one', 'a'), setText('two', 'b'), setText('three')) } });
    const result = await replace(here.context, fromFile('f.yaml', { namespace: 'b' }));
    expect(result.outcomes.map((outcome) => [outcome.error?.message, 'namespace' in outcome])).toEqual([
      ['resource namespace does not match client namespace. a != b', true],
      ['resource does not exist: NetworkSet(b/two) with error: <nil>', false],
      ['resource does not exist: NetworkSet(b/three) with error: <nil>', false],
    ]);
  });

  it('is default when nobody gives one', async () => {
    const here = world({ files: { 'f.yaml': documents(setText('one'), setText('two', 'b')) } });
    await apply(here.context, fromFile('f.yaml'));
    expect(await names(here, 'NetworkSet')).toEqual(['b/two', 'default/one']);
  });
});

describe('remove()', () => {
  it('deletes what the file and what the command line names', async () => {
    const here = world({
      files: { 'f.yaml': documents(PEERS, peerText('c'), peerText('d')), 'g.yaml': peerText('a') },
    });
    await apply(here.context, fromFile('f.yaml'));
    expect(summary(await remove(here.context, { ...fromFile('g.yaml'), skipNotExists: false }))).toEqual([
      'BGPPeer',
      'BGPPeer a: deleted',
    ]);
    expect(summary(await remove(here.context, { ...named('bgpp', ['b', 'x', 'c']), skipNotExists: false }))).toEqual([
      'BGPPeer',
      'BGPPeer b: deleted',
      'BGPPeer x: resource does not exist: BGPPeer(x) with error: <nil>',
      'BGPPeer c: deleted',
    ]);
    expect(await names(here, 'BGPPeer')).toEqual(['d']);
  });

  it('with skipNotExists counts what is not there as a success', async () => {
    const here = world();
    expect(summary(await remove(here.context, { ...named('bgpp', ['x']), skipNotExists: true }))).toEqual([
      'BGPPeer',
      'BGPPeer x: skipped',
    ]);
  });

  it('initialises nothing', async () => {
    const here = world();
    await remove(here.context, { ...named('bgpp', ['x']), skipNotExists: true });
    expect(await names(here, 'Tier')).toEqual([]);
  });

  it('honours the resourceVersion of the file', async () => {
    const here = world({ files: { 'f.yaml': peerText('a'), 'old.yaml': peerText('a', '', 'resourceVersion: stale') } });
    await apply(here.context, fromFile('f.yaml'));
    expect(summary(await remove(here.context, { ...fromFile('old.yaml'), skipNotExists: true }))).toEqual([
      'BGPPeer',
      'BGPPeer a: update conflict: BGPPeer(a)',
    ]);
  });

  it('needs a kind or a file', async () => {
    const input = { ...named(''), kind: undefined, skipNotExists: false };
    expect((await failure(remove(world().context, input))).message).toBe(
      'a kind and names, or a file with --filename (-f), must be given',
    );
  });
});

describe('validate()', () => {
  it('checks without a datastore', async () => {
    const here = world({ files: { 'f.yaml': documents(peerText('a'), peerText('B')) } });
    expect(summary(await validate(here.context, fromFile('f.yaml')))).toEqual([
      'BGPPeer',
      'BGPPeer a: validated',
      containing("Metadata.Name = 'B'"),
    ]);
    expect(here.opened()).toBe(0);
  });

  it('passes risky input on with a warning that has a place', async () => {
    const here = world({ files: { 'f.yaml': peerText('a', 'KeepOriginalNextHop: true') } });
    const { warnings, ...result } = await validate(here.context, fromFile('f.yaml'));
    expect(summary({ ...result, warnings })).toEqual(['BGPPeer', 'BGPPeer a: validated']);
    expect(warnings).toMatchObject([{ file: 'f.yaml', line: 4, path: 'spec.keepOriginalNextHop' }]);
  });
});

describe.each([
  ['create', (here: World) => create(here.context, { ...named('bgpp', ['a']), skipExists: false })],
  ['apply', (here: World) => apply(here.context, named('bgpp', ['a']))],
  ['replace', (here: World) => replace(here.context, named('bgpp', ['a']))],
  ['validate', (here: World) => validate(here.context, named('bgpp', ['a']))],
])('%s() of a kind and a name without a file', (_, run) => {
  it('is refused before anything is opened', async () => {
    const here = world();
    const { message } = await failure(run(here));
    expect([message, here.opened()]).toEqual([
      'a file, a directory or standard input must be given with --filename (-f)',
      0,
    ]);
  });
});

describe('a verb that is cancelled', () => {
  it('says what was done, what is not known and what was not touched', async () => {
    const controller = new AbortController();
    const store = await folderStore();
    const cancelledBy = (resource: Resource): ReturnType<Datastore['create']> => {
      if (resource.metadata.name !== 'c') return store.create(resource);
      controller.abort(new Error('enough'));
      return Promise.reject(new Error('enough'));
    };
    const texts = ['a', 'B', 'c', 'd', 'e'].map((name) => peerText(name));
    const here = world({
      files: { 'f.yaml': documents(...texts) },
      signal: controller.signal,
      datastore: async () => altered(store, { create: cancelledBy }),
    });
    expect(await failure(create(here.context, { ...fromFile('f.yaml'), skipExists: false }))).toMatchObject({
      name: 'Interrupted',
      message: 'enough',
      hints: [
        'done: BGPPeer(a)',
        'failed: BGPPeer(B)',
        'not known whether done: BGPPeer(c)',
        'not touched: BGPPeer(d), BGPPeer(e)',
      ],
    });
  });

  it.each([
    ['dry run', { dryRun: true }],
    ['rehearsal', { safe: true }],
  ])('in a %s says that nothing was written', async (_, options) => {
    const controller = new AbortController();
    const store = await folderStore();
    const cancelledBy: Datastore['create'] = async (resource, given) => {
      if (resource.metadata.name !== 'c') return store.create(resource, given);
      controller.abort(new Error('enough'));
      throw new Error('enough');
    };
    const here = world({
      files: { 'f.yaml': documents(...['a', 'b', 'c', 'd'].map((name) => peerText(name))) },
      signal: controller.signal,
      datastore: async () => altered(store, { create: cancelledBy }),
    });
    expect(await failure(create(here.context, { ...fromFile('f.yaml', options), skipExists: false }))).toMatchObject({
      name: 'Interrupted',
      message: 'enough',
      hints: ['nothing was written', 'checked: BGPPeer(a), BGPPeer(b)', 'not touched: BGPPeer(c), BGPPeer(d)'],
    });
    expect((await store.list({ kind: 'BGPPeer' })).items).toEqual([]);
  });

  it('before it began says so', async () => {
    const controller = new AbortController();
    const here = world({ files: { 'f.yaml': PEERS }, signal: controller.signal });
    await here.context.datastore();
    controller.abort(new Error('enough'));
    const error = await failure(create(here.context, { ...fromFile('f.yaml'), skipExists: false }));
    expect(error).toMatchObject({
      name: 'Interrupted',
      hints: ['nothing was done before', 'not touched: BGPPeer(a), BGPPeer(b)'],
    });
    expect(await names(here, 'BGPPeer')).toEqual([]);
  });
});
