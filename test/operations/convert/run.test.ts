/** Runs of plans. Longer than 350 lines because every case needs the same cluster and network, on each datastore. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { Datastore } from '../../../src/datastore/datastore.ts';
import { Unavailable } from '../../../src/datastore/errors.ts';
import { Stopped } from '../../../src/operations/convert/stopped.ts';
import { containing, including } from '../../doubles/matchers.ts';
import { altered, failure } from '../../doubles/world.ts';
import { clusterIn, contents, conversion, noFaults, obedient, openStore, PLAN, stored } from './support.ts';
import type { Conversion, Faults } from './support.ts';

/** How a run ended: `applied`, or the reason and message with which it stopped. */
async function outcome(run: Promise<void>): Promise<string> {
  try {
    await run;
    return 'done';
  } catch (error) {
    if (error instanceof Stopped) return `${error.reason}: ${error.message}`;
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
}

const steps = ({ events }: Conversion): readonly string[] =>
  events.flatMap((event) => (event.event === 'written' ? [`${event.action} ${event.kind}(${event.name})`] : []));

describe.each(['etcd', 'kubernetes'])('runPlan() on %s', (type) => {
  let store: Datastore;
  let faults: Faults;
  let before: readonly unknown[];
  const begin = (): Promise<Conversion> => conversion(store, () => Promise.resolve(obedient(store, faults)));
  beforeEach(async () => {
    store = await openStore(type, 4);
    faults = noFaults();
    before = await contents(store);
  });

  it('makes the writes in their order, each behind a gate', async () => {
    const plan = await begin();
    expect(await outcome(plan.run('apply'))).toBe('done');
    const { nodes, peers, meshEnabled } = await clusterIn(store);
    expect(nodes.map(({ clusterId, labels }) => [clusterId, labels['route-reflector']])).toEqual([
      ['244.0.0.1', 'true'],
      ['244.0.0.1', 'true'],
      ['', undefined],
      ['', undefined],
    ]);
    expect([peers.map(({ name, peerSelector }) => `${name} ${peerSelector}`), meshEnabled]).toEqual([
      ["route-reflectors route-reflector == 'true'"],
      false,
    ]);
    expect(plan.events.map(({ event }) => event)).toEqual([
      'start',
      'measuring',
      'measured',
      ...[1, 2, 3, 4].flatMap(() => ['step', 'written', 'gate', 'passed']),
      'end',
    ]);
    expect(await outcome(plan.run('apply'))).toBe('done');
    expect(plan.events.at(-1)).toEqual({ event: 'end', outcome: 'nothing-to-do' });
    expect(await outcome(plan.run('apply', { except: ['node-9'] }))).toBe(
      'precondition: node node-9 of --except: there is no such node',
    );
  });

  it('takes everything back, the mesh first, and says that all is as it was', async () => {
    const plan = await begin();
    await plan.run('apply');
    plan.events.length = 0;
    expect(await outcome(plan.run('rollback'))).toBe('done');
    expect([steps(plan), plan.events.at(-2), await contents(store)]).toEqual([
      [
        'delete BGPConfiguration(default)',
        'update Node(node-2)',
        'update Node(node-1)',
        'delete BGPPeer(route-reflectors)',
      ],
      {
        event: 'restored',
        same: ['BGPConfiguration(default)', 'BGPPeer(route-reflectors)', 'Node(node-1)', 'Node(node-2)'],
        different: [],
      },
      before,
    ]);
    expect(await outcome(plan.run('resume'))).toBe('precondition: plan.yaml was rolled back');
    expect(await outcome(plan.run('apply'))).toBe('done');
  });

  it('gives back password and restart time of the mesh', async () => {
    const mesh = {
      nodeToNodeMeshEnabled: true,
      nodeMeshMaxRestartTime: '5m0s',
      nodeMeshPassword: { secretKeyRef: { name: 'bgp', key: 'mesh' } },
    };
    await store.create({
      apiVersion: 'projectcalico.org/v3',
      kind: 'BGPConfiguration',
      metadata: { name: 'default' },
      spec: { logSeverityScreen: 'Info', serviceLoadBalancerAggregation: 'Enabled', ...mesh },
    });
    before = await contents(store);
    const plan = await begin();
    await plan.run('apply');
    expect((await clusterIn(store)).meshPassword).toBe(undefined);
    await plan.run('rollback');
    expect(await contents(store)).toEqual(before);
  });

  it('stops at a reflector that does not come up, with the mesh on, and goes on when it has', async () => {
    const plan = await begin();
    const sights = obedient(store, faults);
    const failing = {
      ...sights,
      async look(...given: Parameters<typeof sights.look>) {
        if ((await clusterIn(store)).nodes[1]?.clusterId !== '') faults.down.add('node-2');
        await sights.look(...given);
      },
    };
    const stop = await failure(plan.run('apply', { sights: () => Promise.resolve(failing) }));
    expect(stop).toMatchObject({
      reason: 'gate',
      message: 'step 3 of 4 is written, and its gate does not open: 4 nodes are not as expected after 0.001s',
      hints: [
        'node-1: 10.0.0.2 (node-2): Active',
        'node-2: 10.0.0.1 (node-1): Active',
        'node-2: 10.0.0.3 (node-3): Active',
        'node-2: 10.0.0.4 (node-4): Active',
        'node-3: 10.0.0.2 (node-2): Active',
        'node-4: 10.0.0.2 (node-2): Active',
        'go on with: calicoctl bgp convert resume plan.yaml',
        'go back with: calicoctl bgp convert rollback plan.yaml',
      ],
    });
    expect((await clusterIn(store)).meshEnabled).toBe(true);
    expect(await outcome(plan.run('apply'))).toBe('precondition: plan.yaml was begun already');
    expect(await outcome(plan.run('resume'))).toBe('gate: before going on: 4 nodes are not as expected after 0.001s');
    faults.down.clear();
    expect(await outcome(plan.run('resume'))).toBe('done');
    expect((await clusterIn(store)).meshEnabled).toBe(false);
  });

  it('stops when a node no longer sees a prefix, although it sees another one', async () => {
    const plan = await begin();
    plan.writer.fault = (line) => {
      if (line === 4) {
        faults.missing.set('node-3', 1);
        faults.gained.set('node-3', ['10.1.9.0/26']);
      }
      return undefined;
    };
    const stop = await failure(plan.run('apply'));
    expect(stop).toMatchObject({
      reason: 'gate',
      hints: including('node-3: it no longer sees the IPv4 prefix 10.1.4.0/26'),
    });
  });

  it('writes nothing while a session is down that must be up', async () => {
    const plan = await begin();
    faults.down.add('node-4');
    expect(await outcome(plan.run('apply'))).toBe(
      'precondition: before the first step: 4 nodes are not as expected after 0.001s',
    );
    expect(await contents(store)).toEqual(before);
    expect(await outcome(plan.run('resume'))).toBe('precondition: plan.yaml was not begun: nothing was written');
    expect(await outcome(plan.run('apply', { except: ['node-4'] }))).toBe('done');
  });

  it('writes nothing while a node does not tell its routes, and goes on only when it does', async () => {
    const plan = await begin();
    faults.untold.add('node-3');
    expect(await failure(plan.run('apply'))).toMatchObject({
      reason: 'precondition',
      hints: including('node-3: it does not tell its IPv4 routes'),
    });
    expect(await contents(store)).toEqual(before);
    faults.untold.clear();
    await plan.run('apply');
    faults.untold.add('node-3');
    expect(await failure(plan.run('rollback'))).toMatchObject({
      reason: 'gate',
      hints: including('node-3: it does not tell its IPv4 routes'),
    });
  });

  it('goes by what was seen before the first write, until it is told to measure again', async () => {
    const plan = await begin();
    plan.writer.fault = (line) => (line === 6 ? new Error('killed') : undefined);
    await outcome(plan.run('apply'));
    plan.writer.fault = undefined;
    faults.missing.set('node-3', 1);
    const fewer = 'gate: before going on: 1 node is not as expected after 0.001s';
    expect(await outcome(plan.run('resume'))).toBe(fewer);
    const lines = plan.writer.logs[`${PLAN}.journal`] ?? [];
    let room = 1;
    const length = lines.length;
    plan.writer.fault = (line) => (line > length + room ? new Error('killed') : undefined);
    expect(await outcome(plan.run('resume', { except: ['node-4'] }))).toBe('Interrupted: killed');
    plan.writer.fault = undefined;
    expect(await outcome(plan.run('resume'))).toBe(fewer);
    room = lines.length - length + 2;
    plan.writer.fault = (line) => (line > length + room ? new Error('killed') : undefined);
    expect(await outcome(plan.run('resume', { measureAgain: true }))).toBe('Interrupted: killed');
    plan.writer.fault = undefined;
    expect(await outcome(plan.run('resume'))).toBe('done');
    faults.missing.set('node-3', 2);
    expect(await outcome(plan.run('rollback', { measureAgain: true }))).toBe('done');
    expect(await contents(store)).toEqual(before);
  });

  it('says that a journal cannot be read that tells numbers of prefixes only, and writes nothing', async () => {
    const plan = await begin();
    plan.writer.fault = (line) => (line === 6 ? new Error('killed') : undefined);
    await outcome(plan.run('apply'));
    plan.writer.fault = undefined;
    const lines = plan.writer.logs[`${PLAN}.journal`] ?? [];
    const nodes = Object.fromEntries([1, 2, 3, 4].map((number) => [`node-${number}`, { ipv4: 4, ipv6: null }]));
    lines[1] = JSON.stringify({ event: 'baseline', nodes });
    const [noted, now] = [[...lines], await contents(store)];
    for (const command of ['apply', 'resume', 'rollback'] as const)
      expect(await failure(plan.run(command))).toMatchObject({
        name: 'OperationError',
        message: 'the journal plan.yaml.journal cannot be read: line 2 does not tell which prefixes the nodes saw',
        hints: [
          'its lines show what was written: put that back by hand, or make a plan for the cluster as it is now: calicoctl bgp convert plan --out FILE',
        ],
      });
    expect([lines, await contents(store)]).toEqual([noted, now]);
  });

  it('advises to go back first when the mesh was turned off and routes are missing', async () => {
    const plan = await begin();
    const sights = obedient(store, faults);
    const failing = {
      ...sights,
      async look(...given: Parameters<typeof sights.look>) {
        if (!(await clusterIn(store)).meshEnabled) faults.missing.set('node-3', 1);
        await sights.look(...given);
      },
    };
    expect(await failure(plan.run('apply', { sights: () => Promise.resolve(failing) }))).toMatchObject({
      hints: [
        'node-3: it no longer sees the IPv4 prefix 10.1.4.0/26',
        'the mesh was turned off, so that routes may be missing',
        'go back with: calicoctl bgp convert rollback plan.yaml',
        'go on with: calicoctl bgp convert resume plan.yaml',
      ],
    });
  });

  it('goes back without nodes that are named, by what the others see', async () => {
    const plan = await begin();
    await plan.run('apply');
    expect(await outcome(plan.run('rollback', { except: ['node-9'] }))).toBe(
      'precondition: node node-9 of --except: there is no such node',
    );
    plan.events.length = 0;
    expect(await outcome(plan.run('rollback', { except: ['node-4'] }))).toBe('done');
    expect(plan.events.find(({ event }) => event === 'gate')).toMatchObject({
      until: 'every session that must exist is up, and no more prefixes are missing than when going back began',
    });
  });

  it('refuses to begin with nodes that it cannot look at, and with names that are none', async () => {
    const plan = await begin();
    const blind = { ...obedient(store, faults), canSee: (node: string) => node !== 'node-3' };
    const sights = () => Promise.resolve(blind);
    expect(await outcome(plan.run('apply', { sights }))).toBe(
      'precondition: no folder of BIRD sockets is named for node node-3',
    );
    expect(await outcome(plan.run('apply', { except: ['node-9'] }))).toBe(
      'precondition: node node-9 of --except: there is no such node',
    );
    expect(await outcome(plan.run('apply', { sights, except: ['node-3'] }))).toBe('done');
  });

  it('begins nothing when nodes are not where they are looked for', async () => {
    const plan = await begin();
    const checked: string[][] = [];
    const lost = {
      ...obedient(store, faults),
      check(nodes: readonly { readonly name: string }[]) {
        checked.push(nodes.map(({ name }) => name));
        return Promise.reject(new Stopped('precondition', 'not there'));
      },
    };
    const asked: number[] = [];
    const agree = (writes: number): Promise<void> => Promise.resolve(void asked.push(writes));
    const more = { sights: () => Promise.resolve(lost), agree, except: ['node-3'] };
    expect(await outcome(plan.run('apply', more))).toBe('precondition: not there');
    expect([checked, asked, plan.writer.logs[`${PLAN}.journal`] ?? []]).toEqual([
      [['node-1', 'node-2', 'node-4']],
      [],
      [],
    ]);
    expect(await outcome(plan.run('apply'))).toBe('done');
    expect(await outcome(plan.run('rollback', more))).toBe('done');
    expect(checked).toHaveLength(1);
  });

  it('goes back although a reflector tells nothing any more', async () => {
    const plan = await begin();
    await plan.run('apply');
    faults.silent.add('node-2');
    faults.down.add('node-2');
    for (const name of ['node-1', 'node-3', 'node-4']) faults.missing.set(name, 1);
    expect(await outcome(plan.run('rollback'))).toBe('done');
    expect(plan.events.find(({ event }) => event === 'forgiven')).toEqual({ event: 'forgiven', nodes: ['node-2'] });
    expect(await contents(store)).toEqual(before);
  });

  it('stops before the next write when the cluster has changed, and goes back all the same', async () => {
    const plan = await begin();
    plan.writer.fault = (line) => (line === 6 ? new Error('killed') : undefined);
    expect(await outcome(plan.run('apply'))).toBe('Interrupted: killed');
    plan.writer.fault = undefined;
    await store.create({
      apiVersion: 'projectcalico.org/v3',
      kind: 'BGPPeer',
      metadata: { name: 'tor' },
      spec: { nodeSelector: 'has(tor)', peerIP: '10.9.9.9', asNumber: 65009 },
    });
    expect(await failure(plan.run('resume'))).toMatchObject({
      reason: 'conflict',
      message: 'the cluster is not as it was when the plan was made',
      hints: [
        'BGPPeer(tor) was not there when the plan was made',
        'put that back, and go on with: calicoctl bgp convert resume plan.yaml',
        'go back with: calicoctl bgp convert rollback plan.yaml, and make a new plan',
      ],
    });
    expect(await outcome(plan.run('rollback'))).toBe('done');
    await store.delete({ kind: 'BGPPeer', name: 'tor' });
    expect(await contents(store)).toEqual(before);
  });

  it('stops when somebody else writes what it writes', async () => {
    const plan = await begin();
    const current = await store.get({ kind: 'Node', name: 'node-1' });
    const bgp = { ipv4Address: '10.0.0.1/24', routeReflectorClusterID: '244.0.0.9' };
    await store.update({ ...current, spec: { ...current.spec, bgp } });
    expect(await failure(plan.run('apply'))).toMatchObject({
      reason: 'conflict',
      message: 'what the plan writes is not as planned',
      hints: [
        'Node(node-1) is neither as before nor as after its step',
        'nothing was written',
        'make a new plan: calicoctl bgp convert plan --reflectors node-1,node-2 --label route-reflector=true --cluster-id 244.0.0.1 --peer-name route-reflectors --out plan.yaml',
      ],
    });
  });

  it('tells what to do about other changes once the plan is carried out', async () => {
    const plan = await begin();
    await plan.run('apply');
    const current = await store.get({ kind: 'Node', name: 'node-1' });
    const bgp = { ipv4Address: '10.0.0.1/24', routeReflectorClusterID: '244.0.0.9' };
    await store.update({ ...current, spec: { ...current.spec, bgp } });
    expect(await failure(plan.run('apply'))).toMatchObject({
      reason: 'conflict',
      hints: including(containing('--out FILE')),
    });
    expect(await failure(plan.run('rollback'))).toMatchObject({
      reason: 'conflict',
      hints: including('put that back, and go on with: calicoctl bgp convert rollback plan.yaml'),
    });
  });

  it('does not mind changes that mean nothing for BGP', async () => {
    const plan = await begin();
    const current = await store.get({ kind: 'Node', name: 'node-3' });
    await store.update({
      ...current,
      metadata: { ...current.metadata, labels: { ...current.metadata.labels, 'some/label': 'x' } },
    });
    expect(await outcome(plan.run('apply'))).toBe('done');
  });

  it('refuses a second run at the same time, and a plan that was edited meanwhile', async () => {
    const plan = await begin();
    const log = await plan.writer.openLog(`${PLAN}.journal`);
    expect(await outcome(plan.run('apply'))).toBe('conflict: another run works on plan.yaml');
    plan.writer.foreign = true;
    expect(await failure(plan.run('apply'))).toMatchObject({
      hints: including(containing('remove .plan.yaml.journal.lock')),
    });
    if ('close' in log) await log.close();
    plan.writer.fault = (line) => (line === 6 ? new Error('killed') : undefined);
    await outcome(plan.run('apply'));
    plan.writer.fault = undefined;
    const other = await conversion(store, () => Promise.resolve(obedient(store, faults)), {
      choice: { type: 'names', names: ['node-1', 'node-3'] },
    });
    Object.assign(other.writer.logs, plan.writer.logs);
    expect(await outcome(other.run('resume'))).toBe('conflict: plan.yaml was edited after it was begun');
  });

  it('says what is next when the connection is lost', async () => {
    const lost = new Unavailable('gone', { endpoint: 'http://store', phase: 'connect', setting: 'ETCD_ENDPOINTS' });
    const real = store;
    store = altered(real, { update: () => Promise.reject(lost) });
    const plan = await begin();
    const broken = await failure(plan.run('apply'));
    expect(broken).toMatchObject({
      name: 'Interrupted',
      message: 'gone',
      hints: [
        'no answer from http://store (connect), set by ETCD_ENDPOINTS',
        'go on with: calicoctl bgp convert resume plan.yaml',
        'go back with: calicoctl bgp convert rollback plan.yaml',
      ],
    });
    expect((await stored(real)).filter(({ kind }) => kind === 'BGPPeer')).toHaveLength(1);
  });

  /** Runs that are killed at one line of the journal after the other until one comes to its end; how many were killed. */
  async function killedEverywhere(plan: Conversion, command: 'resume' | 'rollback'): Promise<number> {
    let kills = 0;
    for (;;) {
      const lines = plan.writer.logs[`${PLAN}.journal`]?.length ?? 0;
      const begun = (plan.writer.logs[`${PLAN}.journal`] ?? []).some((line) => line.includes('"intent"'));
      // One line says that a run begins; then it is killed before a write, after it, and when that is noted.
      const allowed = begun ? 1 + (kills % 3) : 1 + kills;
      plan.writer.fault = (line) => (line > lines + allowed ? new Error('killed') : undefined);
      const ended = await outcome(plan.run(begun ? command : 'apply'));
      if (ended === 'done') return kills;
      expect(ended).toBe('Interrupted: killed');
      kills++;
      const { meshEnabled, nodes } = await clusterIn(store);
      expect(meshEnabled || nodes.filter(({ clusterId }) => clusterId !== '').length === 2).toBe(true);
    }
  }

  it('survives being killed at every line of its journal, going on each time', async () => {
    const plan = await begin();
    expect(await killedEverywhere(plan, 'resume')).toBeGreaterThan(4);
    expect((await clusterIn(store)).meshEnabled).toBe(false);
    plan.writer.fault = undefined;
    await plan.run('rollback');
    expect(await contents(store)).toEqual(before);
  });

  it('survives being killed at every line of its journal while it goes back', async () => {
    const plan = await begin();
    await plan.run('apply');
    expect(await killedEverywhere(plan, 'rollback')).toBeGreaterThan(4);
    expect(await contents(store)).toEqual(before);
  });
});
