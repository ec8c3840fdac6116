/** Something goes wrong in the middle of many objects: what the command tells is what the datastore holds, no more and no less. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Datastore } from '../../src/datastore/datastore.ts';
import { Conflict } from '../../src/datastore/errors.ts';
import { open as openEtcd } from '../../src/datastore/etcd/driver.ts';
import { open as openKubernetes } from '../../src/datastore/kubernetes/driver.ts';
import { Invalid } from '../../src/kinds/invalid.ts';
import { apply, create, remove, replace } from '../../src/operations/crud.ts';
import type { VerbResult } from '../../src/operations/crud.ts';
import { initialise } from '../../src/operations/initialise.ts';
import { Interrupted } from '../../src/operations/outcome.ts';
import { Session } from '../../src/operations/session.ts';
import { openOptions, settings } from '../datastore/etcd/support.ts';
import { serveHttp } from '../datastore/kubernetes/scripted-server.ts';
import { altered, failure, world } from '../doubles/world.ts';
import type { EtcdServer } from '../servers/etcd.ts';
import { startEtcd } from '../servers/etcd.ts';
import type { KubernetesServer } from '../servers/kubernetes.ts';
import { startKubernetes } from '../servers/kubernetes.ts';
import type { FaultProxy } from '../servers/proxy.ts';
import { startProxy } from '../servers/proxy.ts';
import { documents, fromFile } from './manifests.ts';

type Store = 'etcd' | 'kubernetes';
const MANY = 1000;
const nameOf = (index: number): string => `set-${String(index).padStart(4, '0')}`;

interface Written {
  readonly name?: string;
  readonly net?: string;
  readonly revision?: string;
}

function setText({ name = '', net = '10.0.0.0/8', revision }: Written): string {
  const metadata = revision === undefined ? `name: ${name}` : `name: ${name}, resourceVersion: '${revision}'`;
  return `apiVersion: projectcalico.org/v3\nkind: GlobalNetworkSet\nmetadata: {${metadata}}\nspec: {nets: [${net}]}\n`;
}

/** Documents of one file, some of them special. */
function sets(count: number, special: Readonly<Record<number, Written>> = {}, others: Written = {}): string {
  return documents(
    ...Array.from({ length: count }, (_, index) => setText({ name: nameOf(index), ...others, ...special[index] })),
  );
}

let etcd: EtcdServer;
let cluster: KubernetesServer;
beforeAll(async () => {
  [etcd, cluster] = await Promise.all([startEtcd({ version: '3.6' }), startKubernetes()]);
  const anybody = ['--clusterrole=cluster-admin', '--user=system:anonymous'];
  await cluster.kubectl(['create', 'clusterrolebinding', 'anybody', ...anybody]);
});
afterAll(() => Promise.all([etcd.stop(), cluster.stop()]));

/** A way to the server that can be made to fail, and one past it; the store is empty. */
async function way(store: Store): Promise<{
  readonly proxy: FaultProxy;
  readonly open: (signal: AbortSignal) => Promise<Datastore>;
  /** nets by name, in the order of the names */
  readonly stored: () => Promise<ReadonlyMap<string, unknown>>;
  readonly revisionOf: (name: string) => Promise<string>;
  /** writes what every datastore holds before the first object */
  readonly prepare: () => Promise<void>;
}> {
  await (store === 'etcd' ? etcd.wipe() : cluster.wipe());
  const proxy = await startProxy(
    store === 'etcd'
      ? { target: etcd.endpoints }
      : { target: cluster.server, ca: readFileSync(cluster.caFile, 'utf8') },
  );
  onTestFinished(() => proxy.stop());
  const open = (signal: AbortSignal): Promise<Datastore> =>
    store === 'etcd'
      ? openEtcd(settings({ etcdEndpoints: proxy.url }), openOptions({ signal }))
      : openKubernetes(settings({ datastoreType: 'kubernetes', k8sAPIEndpoint: proxy.url }), openOptions({ signal }));
  const witness = async <T>(look: (datastore: Datastore) => Promise<T>): Promise<T> => {
    const datastore = await open(new AbortController().signal);
    try {
      return await look(datastore);
    } finally {
      await datastore.close();
    }
  };
  return {
    proxy,
    open,
    stored: () =>
      witness(async (datastore) => {
        const { items } = await datastore.list({ kind: 'GlobalNetworkSet' });
        return new Map(items.map(({ metadata, spec }) => [metadata.name ?? '', spec['nets']]));
      }),
    revisionOf: (name) =>
      witness(async (datastore) => {
        const { metadata } = await datastore.get({ kind: 'GlobalNetworkSet', name });
        return metadata.resourceVersion ?? '';
      }),
    prepare: () => witness((datastore) => initialise(new Session(world({}).context, datastore))),
  };
}

/** A command with a file in a world of its own. */
function commander(open: (signal: AbortSignal) => Promise<Datastore>, text: string) {
  const controller = new AbortController();
  const here = world({
    files: { 'f.yaml': text },
    signal: controller.signal,
    datastore: () => open(controller.signal),
  });
  onTestFinished(async () => (await here.context.datastore()).close());
  return { context: here.context, controller };
}

const creating = (context: Parameters<typeof create>[0]) =>
  create(context, { ...fromFile('f.yaml', { allowVersionMismatch: true }), skipExists: false });

/** Names by what the command tells of them. */
function told({ outcomes }: Pick<VerbResult, 'outcomes'>) {
  const done: string[] = [];
  const unsure: string[] = [];
  const failed: string[] = [];
  for (const { target, error } of outcomes) {
    const { name = '' } = target.resource.metadata;
    if (error === undefined) done.push(name);
    else if (error.message.includes('may or may not have been')) unsure.push(name);
    else failed.push(name);
  }
  return { done, unsure, failed };
}

const isWrite = (request: string): boolean =>
  /^(POST \/v3\/kv\/txn|(POST|DELETE) \S+\/globalnetworksets)/.test(request);

/** Waits for the proxy to see so many requests that write sets, after those that it has seen. */
async function written(proxy: FaultProxy, count: number): Promise<void> {
  const before = proxy.requests.length;
  while (proxy.requests.slice(before).filter(isWrite).length < count) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}

describe.each(['etcd', 'kubernetes'] as const)('in the middle of many objects in %s', (store) => {
  const middle = MANY / 2;

  it('one that is invalid is not written, and told', async () => {
    const { open, stored } = await way(store);
    const { context } = commander(open, sets(MANY, { [middle]: { name: 'set-INVALID' } }));
    const result = await creating(context);
    expect(result.outcomes.map(({ target }) => target.resource.metadata.name)).toHaveLength(MANY);
    const errors = result.outcomes.flatMap(({ error }) => error ?? []);
    expect(errors).toHaveLength(1);
    expect(store === 'etcd' ? errors[0] : (errors[0]?.cause ?? errors[0])).toBeInstanceOf(Invalid);
    const { done, failed } = told(result);
    expect([[...(await stored()).keys()], failed]).toEqual([done, ['set-INVALID']]);
  });

  it('one that was changed by others is not overwritten, and told', async () => {
    const { open, stored, revisionOf } = await way(store);
    await creating(commander(open, sets(MANY)).context);
    const stale = await revisionOf(nameOf(middle));
    await replace(commander(open, setText({ name: nameOf(middle), net: '12.0.0.0/8' })).context, fromFile('f.yaml'));
    const text = sets(MANY, { [middle]: { revision: stale } }, { net: '11.0.0.0/8' });
    const result = await replace(commander(open, text).context, fromFile('f.yaml'));
    expect(result.outcomes.flatMap(({ error }) => error ?? [])).toEqual([
      new Conflict({ kind: 'GlobalNetworkSet', name: nameOf(middle) }),
    ]);
    const now = await stored();
    expect(told(result).failed).toEqual([nameOf(middle)]);
    expect(now.get(nameOf(middle))).toEqual(['12.0.0.0/8']);
    expect([...now].filter(([, nets]) => JSON.stringify(nets) === '["11.0.0.0/8"]').map(([name]) => name)).toEqual(
      told(result).done,
    );
  });

  it('of two with one name the second sees the first', async () => {
    const { open, stored } = await way(store);
    const text = sets(MANY, { [middle]: { name: nameOf(3), net: '12.0.0.0/8' } });
    const result = await apply(commander(open, text).context, fromFile('f.yaml'));
    const changes = result.outcomes.map((outcome) => (outcome.error === undefined ? outcome.change : 'failed'));
    expect([changes[3], changes[middle], new Set(changes)]).toEqual([
      'created',
      'configured',
      new Set(['created', 'configured']),
    ]);
    expect((await stored()).get(nameOf(3))).toEqual(['12.0.0.0/8']);
    expect(await stored()).toHaveProperty('size', MANY - 1);
  });

  it.each(['create', 'delete'] as const)(
    'a server that goes away during %s: what is done is done, the rest is not',
    async (verb) => {
      const { open, proxy, stored, prepare } = await way(store);
      const text = sets(MANY);
      await (verb === 'delete' ? creating(commander(open, text).context) : prepare());
      const { context } = commander(open, text);
      const input = fromFile('f.yaml', { allowVersionMismatch: true });
      const running = verb === 'create' ? creating(context) : remove(context, { ...input, skipNotExists: false });
      // When etcd gets a third batch, one of the two before it was answered.
      await written(proxy, store === 'etcd' ? 3 : middle);
      await proxy.set({ kind: 'refuse' });
      const result = await running;
      await proxy.set({ kind: 'none' });
      const { done, unsure, failed } = told(result);
      const present = await stored();
      const isAsTold = (name: string): boolean => present.has(name) === (verb === 'create');
      expect(done.length + unsure.length + failed.length).toBe(MANY);
      expect(done.length).toBeGreaterThan(0);
      expect(failed.length + unsure.length).toBeGreaterThan(0);
      expect(done.filter((name) => !isAsTold(name))).toEqual([]);
      expect(failed.filter((name) => isAsTold(name))).toEqual([]);
    },
  );

  it('Ctrl-C: what is told to be done is done, and what is told to be untouched is', async () => {
    const { open, proxy, stored, prepare } = await way(store);
    await prepare();
    const { context, controller } = commander(open, sets(MANY));
    const running = failure(creating(context));
    await written(proxy, store === 'etcd' ? 3 : middle);
    controller.abort(new Error('enough'));
    const error = await running;
    if (!(error instanceof Interrupted)) throw error;
    const names = (targets: Interrupted['unknown']) => targets.map(({ resource }) => resource.metadata.name ?? '');
    const { done, failed } = told(error);
    const [unknown, untouched] = [names(error.unknown), names(error.untouched)];
    expect([...done, ...failed, ...unknown, ...untouched].sort()).toEqual(
      Array.from({ length: MANY }, (_, index) => nameOf(index)),
    );
    expect(failed).toEqual([]);
    const present = await stored();
    expect(done.filter((name) => !present.has(name))).toEqual([]);
    expect(untouched.filter((name) => present.has(name))).toEqual([]);
  });
});

describe.each(['etcd', 'kubernetes'] as const)('Ctrl-C while answers of %s are under way', (store) => {
  it('what was sent is not known, and the rest is not touched', async () => {
    const { open, stored } = await way(store);
    const controller = new AbortController();
    const reason = new Error('enough');
    let writes = 0;
    /** Lets some through; then answers no longer arrive, and somebody has enough of it. */
    const thenNoMore = async <T>(answer: Promise<T>): Promise<T> => {
      const isLast = writes++ >= (store === 'etcd' ? 1 : MANY / 2);
      const arrived = await answer;
      if (!isLast) return arrived;
      controller.abort(reason);
      throw reason;
    };
    const datastore = await open(new AbortController().signal);
    onTestFinished(() => datastore.close());
    const { batch } = datastore;
    const cut = altered(datastore, {
      create: (...given) => thenNoMore(datastore.create(...given)),
      ...(batch !== undefined && { batch: (requests) => thenNoMore(batch.call(datastore, requests)) }),
    });
    const here = world({ files: { 'f.yaml': sets(MANY) }, signal: controller.signal, datastore: async () => cut });
    // What every datastore holds is not counted.
    await initialise(new Session(here.context, datastore));
    const error = await failure(creating(here.context));
    if (!(error instanceof Interrupted)) throw error;
    const [unknown, untouched] = [error.unknown, error.untouched].map((targets) =>
      targets.map(({ resource }) => resource.metadata.name ?? ''),
    );
    const { done } = told(error);
    expect(done.length).toBeGreaterThan(0);
    expect(unknown).not.toEqual([]);
    expect([...done, ...(unknown ?? [])].sort()).toEqual([...(await stored()).keys()]);
    expect([done.length + (unknown ?? []).length + (untouched ?? []).length, error.cause]).toEqual([MANY, reason]);
  });
});

describe('an API server that is too busy', () => {
  const GROUP = '/apis/crd.projectcalico.org/v1';
  const COLLECTION = `${GROUP}/globalnetworksets`;

  /** An API server that holds sets in memory and turns some creations away. */
  async function busy(refuses: (name: string, times: number) => boolean) {
    const objects = new Map<string, number>();
    const times = new Map<string, number>();
    const server = await serveHttp(({ line, body }, response) => {
      const answer = (status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): void => {
        response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
        response.end(JSON.stringify(value));
      };
      if (!line.startsWith(`POST ${COLLECTION}`))
        return answer(200, { metadata: { resourceVersion: '1' }, spec: {}, items: [] });
      const object: unknown = JSON.parse(body);
      const name = /"name":"(set-\d+)"/.exec(body)?.[1] ?? '';
      const time = (times.get(name) ?? 0) + 1;
      times.set(name, time);
      if (refuses(name, time))
        return answer(
          429,
          { status: 'Failure', reason: 'TooManyRequests', code: 429, message: 'too many' },
          { 'Retry-After': '0' },
        );
      objects.set(name, (objects.get(name) ?? 0) + 1);
      answer(201, object);
    });
    onTestFinished(() => server.stop());
    const open = (signal: AbortSignal): Promise<Datastore> =>
      openKubernetes(
        settings({ datastoreType: 'kubernetes', k8sAPIEndpoint: `http://127.0.0.1:${server.port}` }),
        openOptions({ signal }),
      );
    return { objects, open };
  }

  it('for a while gets every object in the end, once', async () => {
    const { objects, open } = await busy((name, time) => time <= Number(name.at(-1)));
    const result = await creating(commander(open, sets(MANY)).context);
    expect(told(result)).toEqual({
      done: Array.from({ length: MANY }, (_, index) => nameOf(index)),
      unsure: [],
      failed: [],
    });
    expect([...objects.values()].every((writes) => writes === 1)).toBe(true);
    expect(objects.size).toBe(MANY);
  });

  it('for good for some objects: those are told, and the others are written', async () => {
    const { objects, open } = await busy((name) => name.endsWith('7'));
    const result = await creating(commander(open, sets(MANY)).context);
    const { done, failed, unsure } = told(result);
    expect([[...objects.keys()].sort(), unsure]).toEqual([done, []]);
    expect(failed).toEqual(Array.from({ length: MANY / 10 }, (_, index) => nameOf(index * 10 + 7)));
  });

  it('is left alone after Ctrl-C', async () => {
    const { objects, open } = await busy(() => true);
    const { context, controller } = commander(open, sets(50));
    const running = failure(creating(context));
    setTimeout(() => controller.abort(new Error('enough')), 100);
    expect(await running).toBeInstanceOf(Interrupted);
    expect(objects.size).toBe(0);
  });
});
