import { beforeEach, describe, expect, it } from 'vitest';
import type { Datastore } from '../../../src/datastore/datastore.ts';
import type { ConvertEvent } from '../../../src/operations/convert/events.ts';
import { changeReflector, listReflectors } from '../../../src/operations/convert/reflectors.ts';
import type { ChangeReflectorInput } from '../../../src/operations/convert/reflectors.ts';
import { including } from '../../doubles/matchers.ts';
import { failure } from '../../doubles/world.ts';
import { OPTIONS, testContext } from '../node-support.ts';
import { clusterIn, contents, conversion, noFaults, obedient, openStore } from './support.ts';
import type { Faults } from './support.ts';

describe.each(['etcd', 'kubernetes'])('reflectors on %s', (type) => {
  let store: Datastore;
  let faults: Faults;
  const events: ConvertEvent[] = [];
  const context = () => testContext({ datastore: () => Promise.resolve(store) });
  const change = (verb: 'add' | 'remove', node: string, more: Partial<ChangeReflectorInput> = {}): Promise<boolean> =>
    changeReflector(context(), {
      ...OPTIONS,
      verb,
      node,
      clusterId: undefined,
      allowSingle: false,
      gateTimeout: 1,
      except: [],
      sights: () => Promise.resolve(obedient(store, faults)),
      agree: () => Promise.resolve(),
      on: (event) => void events.push(event),
      ...more,
    });
  const clusterIds = async () => (await clusterIn(store)).nodes.map(({ clusterId }) => clusterId);

  beforeEach(async () => {
    events.length = 0;
    store = await openStore(type, 4);
    faults = noFaults();
    const plan = await conversion(store, () => Promise.resolve(obedient(store, faults)));
    await plan.run('apply');
  });

  it('are listed with their clients', async () => {
    expect(await listReflectors(context(), OPTIONS)).toEqual({
      meshEnabled: false,
      reflectors: [1, 2].map((number) => ({
        name: `node-${number}`,
        clusterId: '244.0.0.1',
        ipv4: `10.0.0.${number}`,
        ipv6: '',
        clients: 2,
        peers: ['route-reflectors'],
        workloads: 0,
      })),
    });
  });

  it('get one more, once, and one fewer, and then everything is as before', async () => {
    const before = await contents(store);
    expect([await change('add', 'node-4'), await change('add', 'node-4')]).toEqual([true, false]);
    expect(await clusterIds()).toEqual(['244.0.0.1', '244.0.0.1', '', '244.0.0.1']);
    expect(events.map(({ event }) => event)).toEqual(['measuring', 'measured', 'step', 'written', 'gate', 'passed']);
    expect([await change('remove', 'node-4'), await change('remove', 'node-4')]).toEqual([true, false]);
    expect(await contents(store)).toEqual(before);
  });

  it('are not taken from clients that need them', async () => {
    expect(await failure(change('remove', 'node-2'))).toMatchObject({
      reason: 'precondition',
      message: '3 nodes (node-2, node-3, node-4) would be left with one reflector',
      hints: ['add another one first, or say --allow-single', 'nothing was written'],
    });
    expect(await change('remove', 'node-2', { allowSingle: true })).toBe(true);
    expect(await failure(change('remove', 'node-1', { allowSingle: true }))).toMatchObject({
      reason: 'precondition',
      message: 'node node-1 is the last reflector, and the mesh is off',
    });
  });

  it('are looked for by their names', async () => {
    for (const verb of ['add', 'remove'] as const)
      expect(await failure(change(verb, 'node4'))).toMatchObject({
        reason: 'precondition',
        message: 'node node4 does not exist',
        hints: ['did you mean node-4?', 'nothing was written'],
      });
  });

  it('are not changed with names of nodes that are none, even where there is nothing to do', async () => {
    const before = await contents(store);
    for (const [verb, node] of [
      ['add', 'node-4'],
      ['add', 'node-1'],
      ['remove', 'node-4'],
    ] as const)
      expect(await failure(change(verb, node, { except: ['node-3', 'node2'] }))).toMatchObject({
        reason: 'precondition',
        message: 'node node2 of --except: there is no such node',
        hints: ['did you mean node-2?'],
      });
    expect(await contents(store)).toEqual(before);
  });

  it('can be taken away although they are down', async () => {
    await change('add', 'node-3');
    events.length = 0;
    const checked: string[][] = [];
    const sights = {
      ...obedient(store, faults),
      check: (nodes: readonly { readonly name: string }[]) =>
        Promise.resolve(void checked.push(nodes.map(({ name }) => name))),
    };
    faults.down.add('node-2');
    faults.silent.add('node-2');
    expect(await change('remove', 'node-2', { sights: () => Promise.resolve(sights) })).toBe(true);
    // Its socket may be gone with it.
    expect(checked).toEqual([['node-1', 'node-3', 'node-4']]);
    expect(events[1]).toEqual({ event: 'forgiven', nodes: ['node-2'] });
    expect(await clusterIds()).toEqual(['244.0.0.1', '', '244.0.0.1', '']);
  });

  it('say how to go back when a gate does not open', async () => {
    const sights = obedient(store, faults);
    const failing = {
      ...sights,
      async look(...given: Parameters<typeof sights.look>) {
        if ((await clusterIds())[3] !== '') faults.down.add('node-4');
        await sights.look(...given);
      },
    };
    expect(await failure(change('add', 'node-4', { sights: () => Promise.resolve(failing) }))).toMatchObject({
      reason: 'gate',
      hints: including('take it back with: calicoctl bgp reflectors remove node-4'),
    });
    expect(await change('remove', 'node-4')).toBe(true);
  });
});
