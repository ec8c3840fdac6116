/** The guard on writes. Longer than 350 lines because every verb and every fault meets the same guard. */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Datastore } from '../../src/datastore/datastore.ts';
import { Unauthorized, Unavailable } from '../../src/datastore/errors.ts';
import type { Resource } from '../../src/kinds/resource.ts';
import { apply, create, remove, replace } from '../../src/operations/crud.ts';
import type { VerbInput } from '../../src/operations/crud.ts';
import type { CommonOptions } from '../../src/operations/input.ts';
import { label } from '../../src/operations/label.ts';
import { patch } from '../../src/operations/patch.ts';
import { ABC, MESH_OFF, node, peer, RR, TO_RR } from '../bgp/support.ts';
import { altered, failure, folderStore, world } from '../doubles/world.ts';
import type { World } from '../doubles/world.ts';
import { bgpPeerText, fill, nodeText } from './bgp-support.ts';
import { documents, NOTHING_GIVEN, poolText } from './manifests.ts';

const PLAIN: VerbInput = { ...NOTHING_GIVEN, allowVersionMismatch: true };
const NAMED = { namespace: '', allNamespaces: false, allowVersionMismatch: true, dryRun: false, safe: false };

const OFF = `apiVersion: projectcalico.org/v3
kind: BGPConfiguration
metadata: {name: default}
spec:
  asNumber: 63400
  nodeToNodeMeshEnabled: false
`;

const ID = '{"spec":{"bgp":{"routeReflectorClusterID":"244.0.0.1"}}}';
const NO_ID =
  'with this write node c has cluster ID 244.0.0.1, which takes it out of the mesh, and no session (BGP003). A routeReflectorClusterID takes a node out of the mesh at once. Create the BGPPeer and set the label that it selects before the cluster ID.';
const NO_MESH =
  'with this write nodeToNodeMeshEnabled is false, and none of 3 nodes has a session (BGP012). No node has a session, so pods of different nodes cannot reach each other. Create BGPPeers and wait for their sessions before turning the mesh off.';
const REFUSED = 'refused: BGP sessions or routes would be lost, nothing was written';
const NO_AS =
  'with this write peerIP 192.0.2.1 has no asNumber, so BIRD refuses the configuration of 3 nodes (a, b, c) (BGP014). It is written as "as 0", which makes BIRD refuse the whole configuration of the node: no later change arrives there. Set asNumber.';
const OWN_AS =
  'with this write 2 IPv4 sessions of the mesh cannot come up: node c with AS 65001 of their own and the 2 without expect different AS numbers of each other (BGP006). ';

// The machine may be slow: patience ends only where a test says so.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  return () => vi.useRealTimers();
});

/** A world whose datastore holds these, and counts what is asked of it. */
async function stored(
  resources: readonly Resource[],
  files: Readonly<Record<string, string>> = {},
  changes: (store: Datastore) => Partial<Datastore> = () => ({}),
  signal = new AbortController().signal,
): Promise<World & { readonly store: Datastore; readonly lists: string[] }> {
  const store = await fill(await folderStore(), resources);
  const lists: string[] = [];
  const counted = altered(store, {
    list(selector) {
      lists.push(selector.kind);
      return store.list(selector);
    },
    ...changes(store),
  });
  return { ...world({ files, signal, datastore: async () => counted }), store, lists };
}

function neverAnswered(): Promise<never> {
  return new Promise(() => {
    // Nobody ever answers.
  });
}

async function hints(promise: Promise<unknown>): Promise<readonly string[]> {
  const error = await failure(promise);
  return [error.message, ...('hints' in error && Array.isArray(error.hints) ? error.hints.map(String) : [])];
}

async function namesOf(store: Datastore, kind: string): Promise<readonly string[]> {
  return (await store.list({ kind })).items.map(({ metadata }) => metadata.name ?? '');
}

/** Each verb with what it cuts off: what is stored before, what is done, and where it stands when that came from a file. */
const VERBS: readonly (readonly [
  string,
  readonly Resource[],
  (here: World, options: Partial<CommonOptions>) => Promise<unknown>,
  string,
])[] = [
  [
    'create',
    ABC,
    (here, options) => create(here.context, { ...PLAIN, filename: 'off.yaml', skipExists: false, ...options }),
    `off.yaml:6: spec.nodeToNodeMeshEnabled: ${NO_MESH}`,
  ],
  [
    'apply of something new',
    ABC,
    (here, options) => apply(here.context, { ...PLAIN, filename: 'off.yaml', ...options }),
    `off.yaml:6: spec.nodeToNodeMeshEnabled: ${NO_MESH}`,
  ],
  [
    'apply over something',
    ABC,
    (here, options) => apply(here.context, { ...PLAIN, filename: 'id.yaml', ...options }),
    `id.yaml:4: spec.bgp.routeReflectorClusterID: ${NO_ID}`,
  ],
  [
    'replace',
    ABC,
    (here, options) => replace(here.context, { ...PLAIN, filename: 'id.yaml', ...options }),
    `id.yaml:4: spec.bgp.routeReflectorClusterID: ${NO_ID}`,
  ],
  [
    'delete by file',
    [MESH_OFF, ...ABC, peer('all', { nodeSelector: 'all()', peerSelector: 'all()' })],
    (here, options) => remove(here.context, { ...PLAIN, filename: 'all.yaml', skipNotExists: false, ...options }),
    `all.yaml:4: metadata.name: ${NO_MESH}`,
  ],
  [
    'delete by name',
    [MESH_OFF, ...ABC, peer('all', { nodeSelector: 'all()', peerSelector: 'all()' })],
    (here, options) =>
      remove(here.context, { ...PLAIN, kind: 'bgppeer', names: ['all'], skipNotExists: false, ...options }),
    NO_MESH,
  ],
  [
    'patch',
    ABC,
    (here, options) =>
      patch(here.context, { ...NAMED, kind: 'node', name: 'c', patch: ID, type: 'strategic', ...options }),
    NO_ID,
  ],
  [
    'create of a peering without AS number',
    ABC,
    (here, options) => create(here.context, { ...PLAIN, filename: 'tor.yaml', skipExists: false, ...options }),
    `tor.yaml:6: spec.peerIP: ${NO_AS}`,
  ],
  [
    'label',
    [
      MESH_OFF,
      ...ABC.slice(0, 2),
      node('c', '10.0.0.3', {}, RR),
      peer('to-rr', { nodeSelector: 'all()', peerSelector: 'has(route-reflector)' }),
    ],
    (here, options) =>
      label(here.context, {
        ...NAMED,
        kind: 'node',
        name: 'c',
        label: 'route-reflector',
        overwrite: false,
        remove: true,
        ...options,
      }),
    NO_MESH,
  ],
];
const FILES = {
  'off.yaml': OFF,
  'id.yaml': nodeText('c', '10.0.0.3', '', 'routeReflectorClusterID: 244.0.0.1'),
  'tor.yaml': bgpPeerText('tor', 'peerIP: 192.0.2.1'),
  'all.yaml': bgpPeerText('all', 'nodeSelector: all()', 'peerSelector: all()'),
};

describe.each(VERBS)('%s that cuts nodes off', (_, before, run, text) => {
  it('is made and told of, with and without --dry-run', async () => {
    for (const dryRun of [true, false]) {
      const here = await stored(before, FILES);
      await run(here, { dryRun });
      expect(here.warnings).toEqual([text]);
    }
  });

  it('is refused under --safe, and nothing is written', async () => {
    for (const dryRun of [true, false]) {
      const here = await stored(before, FILES);
      const kinds = ['Node', 'BGPPeer', 'BGPConfiguration', 'ClusterInformation', 'Tier'];
      const all = (): Promise<unknown> =>
        Promise.all(kinds.map(async (kind) => (await here.store.list({ kind })).items));
      const untouched = await all();
      expect([await hints(run(here, { safe: true, dryRun })), here.warnings, await all()]).toEqual([
        [REFUSED, text],
        [],
        untouched,
      ]);
    }
  });

  it('is made without a word when the datastore may not be listed, under --safe too', async () => {
    for (const safe of [true, false]) {
      const here = await stored(before, FILES, (store) => ({
        list: (selector) =>
          selector.kind === 'BGPPeer' ? Promise.reject(new Unauthorized('no')) : store.list(selector),
      }));
      await run(here, { safe });
      expect(here.warnings).toEqual([]);
    }
  });

  it('is made without waiting for a list that does not come', async () => {
    const here = await stored(before, FILES, (store) => ({
      list: (selector) => (selector.kind === 'Node' ? neverAnswered() : store.list(selector)),
    }));
    const written = run(here, {});
    const patience = setInterval(() => vi.advanceTimersByTime(10), 1);
    await written;
    clearInterval(patience);
    expect(here.warnings).toEqual([]);
  });

  it('is made when a list fails, and under --safe not made', async () => {
    const broken = async (): ReturnType<typeof stored> =>
      stored(before, FILES, (store) => ({
        list: (selector) =>
          selector.kind === 'BGPConfiguration'
            ? Promise.reject(new Unavailable('gone', { endpoint: 'x', phase: 'response', setting: 'y' }))
            : store.list(selector),
      }));
    const here = await broken();
    await run(here, {});
    expect(here.warnings).toEqual([]);
    expect(await hints(run(await broken(), { safe: true }))).toEqual(['gone']);
  });
});

describe('the guard on writes', () => {
  it('asks for nothing when the command is about other kinds', async () => {
    const here = await stored(ABC, { 'pool.yaml': poolText('p', '10.9.0.0/24') });
    await apply(here.context, { ...PLAIN, filename: 'pool.yaml', safe: true });
    expect(here.lists.filter((kind) => kind !== 'Tier' && kind !== 'IPPool')).toEqual([]);
  });

  it('asks once for each kind, however many objects there are', async () => {
    const files = { 'm.yaml': documents(nodeText('d', '10.0.0.4'), nodeText('e', '10.0.0.5'), OFF) };
    const here = await stored(ABC, files);
    await apply(here.context, { ...PLAIN, filename: 'm.yaml' });
    expect(here.lists.filter((kind) => kind !== 'Tier').sort()).toEqual(['BGPConfiguration', 'BGPPeer', 'Node']);
  });

  it('looks at all writes of a command together', async () => {
    const files = {
      'm.yaml': documents(
        OFF,
        nodeText('c', '10.0.0.3', 'labels: {route-reflector: "true"}', 'routeReflectorClusterID: 244.0.0.1'),
        bgpPeerText('to-rr', 'nodeSelector: all()', 'peerSelector: has(route-reflector)'),
      ),
    };
    for (const safe of [false, true]) {
      const here = await stored(ABC, files);
      await apply(here.context, { ...PLAIN, filename: 'm.yaml', safe });
      expect([here.warnings, await namesOf(here.store, 'BGPPeer')]).toEqual([[], ['to-rr']]);
    }
  });

  it('knows what was there before although it reads what was written', async () => {
    const here = await stored(ABC, FILES, (store) => {
      // Reads are answered when the writes are done.
      let done: () => void = () => undefined;
      const written = new Promise<void>((resolve) => {
        done = resolve;
      });
      return {
        async create(...given) {
          const resource = await store.create(...given);
          if (resource.kind === 'BGPConfiguration') done();
          return resource;
        },
        async list(selector) {
          if (selector.kind !== 'Tier') await written;
          return store.list(selector);
        },
      };
    });
    await create(here.context, { ...PLAIN, filename: 'off.yaml', skipExists: false });
    expect(here.warnings).toEqual([`off.yaml:6: spec.nodeToNodeMeshEnabled: ${NO_MESH}`]);
  });

  it('tells what was done before Ctrl-C', async () => {
    const controller = new AbortController();
    const files = { 'm.yaml': documents(OFF, bgpPeerText('p', 'peerIP: 192.0.2.1')) };
    let answered = 0;
    const here = await stored(
      ABC,
      files,
      (store) => ({
        async list(selector) {
          const list = await store.list(selector);
          if (selector.kind !== 'Tier') answered++;
          return list;
        },
        async create(...given) {
          if (given[0].kind !== 'BGPPeer') return store.create(...given);
          while (answered < 3) await new Promise(setImmediate);
          controller.abort(new Error('enough'));
          throw new Error('enough');
        },
      }),
      controller.signal,
    );
    const error = await failure(create(here.context, { ...PLAIN, filename: 'm.yaml', skipExists: false }));
    expect([error.name, here.warnings]).toEqual(['Interrupted', [`m.yaml:6: spec.nodeToNodeMeshEnabled: ${NO_MESH}`]]);
  });

  it('counts only what was written', async () => {
    const here = await stored([...ABC, MESH_OFF, TO_RR], FILES);
    const twice = await stored(ABC, { 'm.yaml': documents(OFF, nodeText('c', '10.0.0.3', '', 'asNumber: 64512')) });
    await create(here.context, { ...PLAIN, filename: 'off.yaml', skipExists: true });
    await replace(twice.context, { ...PLAIN, filename: 'm.yaml' });
    expect([here.warnings, twice.warnings]).toEqual([[], []]);
  });

  it('lets a peering and its filter be created together under --safe', async () => {
    const filter = `apiVersion: projectcalico.org/v3
kind: BGPFilter
metadata: {name: f}
spec: {exportV4: [{action: Accept, matchOperator: In, cidr: 10.0.0.0/8}]}
`;
    const files = {
      'm.yaml': documents(
        filter,
        bgpPeerText('all', 'nodeSelector: all()', 'peerSelector: all()', 'filters: [f]'),
        OFF,
      ),
    };
    const here = await stored(ABC, files);
    await apply(here.context, { ...PLAIN, filename: 'm.yaml', safe: true });
    expect([await namesOf(here.store, 'BGPPeer'), await namesOf(here.store, 'BGPConfiguration')]).toEqual([
      ['all'],
      ['default'],
    ]);
  });

  it('says nothing of more sessions than can be looked at in a moment, and refuses what cuts them off', async () => {
    const nodes = Array.from({ length: 160 }, (_, index) => node(`n${index}`, `10.1.0.${index}`));
    const all = peer('all', { nodeSelector: 'all()', peerSelector: 'all()' });
    const run = (here: World, safe: boolean): Promise<unknown> =>
      remove(here.context, { ...PLAIN, kind: 'bgppeer', names: ['all'], skipNotExists: false, safe });
    const here = await stored([MESH_OFF, ...nodes, all]);
    expect((await hints(run(here, true)))[0]).toBe(REFUSED);
    await run(here, false);
    expect(here.warnings).toEqual([]);
  });

  it.each([
    [
      'one that changed more, and comes before the other by its name',
      [nodeText('a', '10.0.0.3', '', 'asNumber: 64512, routeReflectorClusterID: 244.0.0.1')],
      4,
    ],
    [
      'one that stands behind writes of others',
      [nodeText('b', '10.0.0.2', 'labels: {some: label}'), nodeText('a', '10.0.0.3')],
      9,
    ],
    [
      'one beside the other, of which only labels changed',
      [nodeText('c', '10.0.0.3', 'labels: {some: label}'), nodeText('a', '10.0.0.3')],
      9,
    ],
    ['one that is made', [nodeText('b', '10.0.0.2', 'labels: {some: label}'), nodeText('d', '10.0.0.3')], 9],
  ])('tells at which node it is that an address is given twice: %s', async (_, texts, line) => {
    const here = await stored(ABC, { 'm.yaml': documents(...texts) });
    const told = (await hints(apply(here.context, { ...PLAIN, filename: 'm.yaml', safe: true }))).filter((text) =>
      text.includes('(BGP013)'),
    );
    expect(told.map((text) => text.split(': with')[0])).toEqual([`m.yaml:${line}: spec.bgp.ipv4Address`]);
  });

  it('names the cause of sessions that cannot come up before what it amounts to', async () => {
    const here = await stored(ABC, { 'as.yaml': nodeText('c', '10.0.0.3', '', 'asNumber: 65001') });
    const [message, first = '', second = ''] = await hints(
      apply(here.context, { ...PLAIN, filename: 'as.yaml', safe: true }),
    );
    expect([
      message,
      first.startsWith(`as.yaml:4: spec.bgp.asNumber: ${OWN_AS}`),
      /\(BGP\d+\)/.exec(second)?.[0],
    ]).toEqual([REFUSED, true, '(BGP004)']);
  });

  it('tells of a port that BIRD does not take at once, and refuses it not even under --safe', async () => {
    const port = OFF.replace('nodeToNodeMeshEnabled: false', 'listenPort: 1790');
    for (const safe of [false, true]) {
      const here = await stored(ABC, { 'port.yaml': port });
      await apply(here.context, { ...PLAIN, filename: 'port.yaml', safe });
      expect([here.warnings.length, here.warnings[0]?.split(' (BGP024)')[0]]).toEqual([
        1,
        'port.yaml:6: spec.listenPort: with this write 3 nodes (a, b, c) listen on another port only when all BGP sessions there have been stopped',
      ]);
    }
  });

  it('tells at most ten things', async () => {
    const nodes = Array.from({ length: 15 }, (_, index) => node(`n${index}`, `10.0.1.${index}`));
    const texts = nodes.map((_, index) =>
      nodeText(`n${index}`, `10.0.1.${index}`, '', 'routeReflectorClusterID: 244.0.0.1'),
    );
    const here = await stored([...ABC, ...nodes], { 'm.yaml': documents(...texts) });
    await apply(here.context, { ...PLAIN, filename: 'm.yaml' });
    expect([here.warnings.length, here.warnings[1], here.warnings.at(-1)]).toEqual([
      11,
      'm.yaml:9: spec.bgp.routeReflectorClusterID: with this write node n1 has cluster ID 244.0.0.1, which takes it out of the mesh, and no session (BGP003)',
      'and 5 more findings like these: see calicoctl bgp lint',
    ]);
  });
});
