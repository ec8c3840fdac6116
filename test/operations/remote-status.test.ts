/** Nodes that report through real datastores, with a stand-in for calico-node. */
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { Datastore } from '../../src/datastore/datastore.ts';
import { open as openEtcd } from '../../src/datastore/etcd/driver.ts';
import { open as openKubernetes } from '../../src/datastore/kubernetes/driver.ts';
import type { Resource } from '../../src/kinds/resource.ts';
import type { JsonObject } from '../../src/kinds/schema.ts';
import { remoteStatus } from '../../src/operations/remote-status.ts';
import type { RemoteInput } from '../../src/operations/remote-status.ts';
import { openOptions, settingsFor } from '../datastore/etcd/support.ts';
import { options, settings } from '../datastore/kubernetes/support.ts';
import { TestFolder } from '../datastore/local/support.ts';
import { sharedEtcd, sharedKubernetes } from '../servers/shared.ts';
import { node, OPTIONS, testContext } from './node-support.ts';
import type { TestContextOptions } from './node-support.ts';
import { meshStatus, startResponder } from './responder.ts';
import type { Responder } from './responder.ts';

interface Store {
  open(signal: AbortSignal): Promise<Datastore>;
  wipe(): Promise<void>;
  addNode(name: string, address: string): Promise<void>;
  /** stores the status of an object; undefined where the datastore does that itself */
  readonly writeStatus: ((resource: Resource) => Promise<unknown>) | undefined;
}

const stores: Readonly<Record<string, () => Promise<Store>>> = {
  async etcd() {
    const server = await sharedEtcd('3.4');
    const open = (signal: AbortSignal) => openEtcd(settingsFor(server.environment), openOptions({ signal }));
    const own = await open(new AbortController().signal);
    return {
      open,
      wipe: () => server.wipe(),
      addNode: async (name, address) => void (await own.create(node(name, address))),
      writeStatus: undefined,
    };
  },
  async kubernetes() {
    const server = await sharedKubernetes('v1');
    return {
      open: (signal) => openKubernetes(settings({ kubeconfig: server.kubeconfigFile }), options({ signal })),
      wipe: () => server.wipe(),
      async addNode(name, address) {
        const metadata = { name, annotations: { 'projectcalico.org/IPv4Address': `${address}/24` } };
        await server.api.call('POST', '/api/v1/nodes', { body: { apiVersion: 'v1', kind: 'Node', metadata } });
      },
      writeStatus: ({ metadata: { name = '' }, status }) =>
        server.api.call('PATCH', `/apis/crd.projectcalico.org/v1/caliconodestatuses/${name}/status`, {
          body: { status },
          also: [404],
        }),
    };
  },
};

describe.each(['etcd', 'kubernetes'])('remoteStatus() on %s', (type) => {
  let store: Store;
  let datastore: Datastore;
  beforeEach(async () => {
    const make = stores[type];
    if (make === undefined) throw new Error(`there is no store ${type}`);
    store = await make();
    await store.wipe();
    datastore = await store.open(new AbortController().signal);
    onTestFinished(() => datastore.close());
    for (const number of [1, 2, 3]) await store.addNode(`node-${number}`, `10.0.0.${number}`);
  });

  const input: Omit<RemoteInput, 'elsewhere'> = {
    ...OPTIONS,
    nodes: 'all',
    check: false,
    wait: undefined,
    reportTimeout: 30_000,
    atOnce: 10,
    seen: () => {},
  };

  const elsewhere = () => Promise.resolve(testContext({ datastore: () => store.open(new AbortController().signal) }));

  const ask = (given: Partial<RemoteInput> = {}, world: TestContextOptions = {}) => {
    const context = testContext({ datastore: () => Promise.resolve(datastore), ...world });
    return { context, result: remoteStatus(context, { ...input, elsewhere, ...given }) };
  };

  function respond(statusOf: (name: string) => JsonObject | undefined): Responder {
    const responder = startResponder(datastore, statusOf, store.writeStatus);
    onTestFinished(() => responder.stop());
    return responder;
  }

  const objects = async (): Promise<readonly string[]> =>
    (await datastore.list({ kind: 'CalicoNodeStatus' })).items.map(({ metadata }) => metadata.name ?? '');

  async function request(name: string, given: JsonObject, metadata: Resource['metadata'] = {}): Promise<void> {
    await datastore.create({
      apiVersion: 'projectcalico.org/v3',
      kind: 'CalicoNodeStatus',
      metadata: { name, ...metadata },
      spec: { classes: ['Agent', 'BGP'], updatePeriodSeconds: 10, ...given },
    });
  }

  it('has every node report, some at a time, and leaves nothing behind', async () => {
    const { most, all } = await (async () => {
      const responder = respond((name) => meshStatus({ '10.0.0.9': name === 'node-2' ? 'Active' : 'Established' }));
      const seen: string[] = [];
      const { nodes } = await ask({ atOnce: 2, seen: ({ done, well, total }) => seen.push(`${well}/${done}/${total}`) })
        .result;
      expect(
        nodes.map(({ node: name, report, problem, check }) => [
          name,
          report?.created,
          report?.stale,
          report?.daemons.ipv4.version,
          report?.daemons.ipv4.sessions.map(({ address, bgpState }) => `${address} ${bgpState}`),
          problem,
          check,
        ]),
      ).toEqual([
        ['node-1', true, false, 'v0.3.3+birdv1.6.8', ['10.0.0.9 Established'], '', undefined],
        ['node-2', true, false, 'v0.3.3+birdv1.6.8', ['10.0.0.9 Active'], '', undefined],
        ['node-3', true, false, 'v0.3.3+birdv1.6.8', ['10.0.0.9 Established'], '', undefined],
      ]);
      expect(seen).toEqual(['1/1/3', '2/2/3', '3/3/3']);
      return responder.counts();
    })();
    expect([most <= 2, all, await objects()]).toEqual([true, 3, []]);
  });

  it('uses objects that are there, keeps them, and says when they are stale', async () => {
    await request('mine', { node: 'node-1', updatePeriodSeconds: 30 });
    await request('without-sessions', { node: 'node-2', classes: ['Routes'] });
    await request('stopped', { node: 'node-2', updatePeriodSeconds: 0 });
    const responder = respond((name) => meshStatus({ '10.0.0.9': name === 'node-1' ? 'Established' : 'Idle' }));
    const reports = async (now: () => Date) =>
      (await ask({ nodes: ['node-1', 'node-2'] }, { now }).result).nodes.map(({ report }) => [
        report?.object === 'mine',
        report?.created,
        report?.stale,
      ]);
    expect(await reports(() => new Date())).toEqual([
      [true, false, false],
      [false, true, false],
    ]);
    expect(await reports(() => new Date(Date.now() + 95_000))).toEqual([
      [true, false, true],
      [false, true, true],
    ]);
    expect([(await objects()).toSorted(), responder.counts().all]).toEqual([
      ['mine', 'stopped', 'without-sessions'],
      5,
    ]);
  });

  it('says which nodes do not report, and removes what it made for them', async () => {
    respond((name) => (name === 'node-2' ? undefined : meshStatus({})));
    const { nodes } = await ask({ reportTimeout: 3000, check: true }).result;
    const problem = 'did not report within 3s: is calico-node running there?';
    expect(nodes.map((one) => [one.node, one.report === undefined, one.problem, one.check?.note])).toEqual([
      ['node-1', false, '', ''],
      ['node-2', true, problem, problem],
      ['node-3', false, '', ''],
    ]);
    expect(await objects()).toEqual([]);
  });

  it('asks nobody when a node does not exist', async () => {
    const responder = respond(() => meshStatus({}));
    await expect(ask({ nodes: ['node-1', 'node-9'] }).result).rejects.toThrow('node node-9 does not exist');
    expect(responder.counts().all).toBe(0);
  });

  it('does not ask nodes without an address for BGP, unless they are named', async () => {
    await store.addNode('vxlan', '');
    respond(() => meshStatus({}));
    const { nodes, withoutBgp } = await ask().result;
    expect([nodes.map((one) => one.node), withoutBgp]).toEqual([['node-1', 'node-2', 'node-3'], ['vxlan']]);
    const named = await ask({ nodes: ['vxlan'] }).result;
    expect([named.nodes.map((one) => [one.node, one.problem]), named.withoutBgp]).toEqual([[['vxlan', '']], []]);
  });

  it('holds the reports against the sessions that must exist', async () => {
    respond((name) => {
      if (name === 'node-1') return meshStatus({ '10.0.0.2': 'Established', '10.0.0.3': 'Established' });
      return name === 'node-2' ? meshStatus({ '10.0.0.1': 'Established', '10.0.0.3': 'Active' }) : meshStatus({});
    });
    const { nodes } = await ask({ check: true }).result;
    expect(
      nodes.map(({ node: name, check }) => [
        name,
        check?.ok,
        check?.up,
        check?.problems.map((problem) => `${problem.node}: ${problem.reason}`),
      ]),
    ).toEqual([
      ['node-1', true, 2, []],
      ['node-2', false, 1, ['node-3: Active']],
      ['node-3', false, 0, ['node-1: the node reports no such session', 'node-2: the node reports no such session']],
    ]);
  });

  it('waits until all are well, and asks only those again that are not', async () => {
    const asked: string[] = [];
    const mesh = (name: string, state: string) =>
      meshStatus(
        Object.fromEntries([1, 2, 3].filter((number) => name !== `node-${number}`).map((n) => [`10.0.0.${n}`, state])),
      );
    respond((name) => {
      asked.push(name);
      return mesh(
        name,
        name === 'node-2' && asked.filter((one) => one === name).length === 1 ? 'Connect' : 'Established',
      );
    });
    const { nodes } = await ask({ check: true, wait: 0 }).result;
    expect([nodes.map(({ check }) => check?.ok), asked.toSorted()]).toEqual([
      [true, true, true],
      ['node-1', 'node-2', 'node-2', 'node-3'],
    ]);
  });

  it('waits no longer than it is told', async () => {
    respond(() => meshStatus({}));
    const { nodes } = await ask({ check: true, wait: 1 }).result;
    expect(nodes.map(({ check }) => check?.ok)).toEqual([false, false, false]);
    expect(await objects()).toEqual([]);
  });

  it('removes what it made when it is ended', async () => {
    const controller = new AbortController();
    const cut = await store.open(controller.signal);
    const responder = respond(() => undefined);
    const { result } = ask({}, { signal: controller.signal, datastore: () => Promise.resolve(cut) });
    const ended = result.catch((error: unknown) => String(error));
    while (responder.counts().all < 3) await sleep(20);
    controller.abort(new Error('Ctrl-C'));
    expect([await ended, await objects()]).toEqual(['Error: Ctrl-C', []]);
  });

  it('tells of what a killed command left behind, and does not use it', async () => {
    const labels = { 'app.kubernetes.io/managed-by': 'calicoctl' };
    await request(
      'calicoctl-0badcafe-node-1',
      { node: 'node-1' },
      { labels, creationTimestamp: '2026-01-01T00:00:00Z' },
    );
    respond(() => meshStatus({}));
    // A server sets the time of creation itself.
    const now = () => new Date(Date.now() + 3_700_000);
    const { context, result } = ask({ nodes: ['node-1'] }, { now });
    expect((await result).nodes.map(({ report }) => report?.created)).toEqual([true]);
    expect(context.warnings).toEqual([
      'left behind by a command that was killed, remove them: caliconodestatus calicoctl-0badcafe-node-1',
    ]);
    expect(await objects()).toEqual(['calicoctl-0badcafe-node-1']);
  });
});

it('remoteStatus() makes no objects in a folder of manifests', async () => {
  const folder = new TestFolder();
  onTestFinished(() => folder.remove());
  const datastore = await folder.open();
  await datastore.create(node('a', '10.0.0.1'));
  const context = testContext({ datastore: () => Promise.resolve(datastore) });
  const { nodes } = await remoteStatus(context, {
    ...OPTIONS,
    nodes: 'all',
    check: false,
    wait: undefined,
    reportTimeout: 30_000,
    atOnce: 10,
    seen: () => {},
    elsewhere: () => Promise.reject(new Error('not needed')),
  });
  expect(nodes.map(({ problem }) => problem)).toEqual([
    'has no CalicoNodeStatus, and no node reports into a folder of manifests',
  ]);
  expect(folder.files().filter((file) => !file.startsWith('nodes'))).toEqual([]);
});
