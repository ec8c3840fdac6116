import { describe, expect, it } from 'vitest';
import type { Datastore } from '../../src/datastore/datastore.ts';
import { Conflict, Unavailable } from '../../src/datastore/errors.ts';
import { poolMode } from '../../src/operations/ippool-mode.ts';
import type { PoolModeInput, PoolModePlan } from '../../src/operations/ippool-mode.ts';
import { failure, folderStore, world } from '../doubles/world.ts';
import { fill } from './bgp-support.ts';
import { BLOCKS, clustered, INPUT, IPIP, NODES, pool, risksOf, run } from './ippool-support.ts';

describe('poolMode()', () => {
  it('tells what a change means before it writes, once', async () => {
    const plans: PoolModePlan[] = [];
    const store = await fill(await folderStore(), [IPIP, ...NODES]);
    const stored: unknown[] = [];
    const { context } = world({ datastore: () => Promise.resolve(clustered(store, BLOCKS)) });
    const planned = (plan: PoolModePlan): void => {
      plans.push(plan);
      stored.push(store.get({ kind: 'IPPool', name: 'p' }).then(({ spec }) => spec['ipipMode']));
    };
    const { plan, result } = await poolMode(context, { ...INPUT, ipip: 'Never', vxlan: 'CrossSubnet', planned });
    expect([result, plans, await Promise.all(stored)]).toEqual(['configured', [plan], ['Always']]);
    expect(plan).toEqual({
      name: 'p',
      cidr: '10.1.0.0/16',
      before: { ipipMode: 'Always', vxlanMode: 'Never' },
      after: { ipipMode: 'Never', vxlanMode: 'CrossSubnet' },
      asked: true,
      changed: true,
      mtu: {
        before: { pool: 20, all: 20 },
        after: { pool: 50, all: 50 },
        settings: [],
        interfaces: undefined,
        reported: undefined,
      },
      usage: {
        blocks: 2,
        allocations: 4,
        tunnels: 0,
        nodes: new Map([
          ['a', 3],
          ['b', 1],
        ]),
      },
      nodes: {
        total: 3,
        withoutAddress: 0,
        alone: 0,
        subnets: [
          { network: '10.0.0.0/24', nodes: 2 },
          { network: '10.0.1.0/24', nodes: 1 },
        ],
        paths: [
          { pairs: 'same', count: 1, before: ['IPIP'], after: ['direct'] },
          { pairs: 'across', count: 2, before: ['IPIP'], after: ['VXLAN'] },
          { pairs: 'oneWay', count: 0, before: ['IPIP', 'IPIP'], after: ['direct', 'VXLAN'] },
          { pairs: 'unknown', count: 0, before: [], after: [] },
        ],
        changing: 3,
      },
      others: [],
      operator: { state: 'none', field: '', written: '', wanted: '' },
      risks: [
        { risk: 'in-use', allocations: 4, nodes: 2 },
        { risk: 'mtu-shrinks', bytes: 30 },
      ],
    });
  });

  it('writes nothing when it only shows, under dry run, when nothing changes, and when safe refuses', async () => {
    const results = await Promise.all([
      run([IPIP, ...NODES], {}),
      run([IPIP, ...NODES], { ipip: 'CrossSubnet', dryRun: true }),
      run([IPIP, ...NODES], { ipip: 'Always' }),
      run([IPIP, ...NODES], { ipip: 'CrossSubnet', safe: true }),
    ]);
    expect(results.map(({ result, stored, writes }) => [result, stored, writes])).toEqual([
      ['shown', 'Always Never', 0],
      ['configured', 'Always Never', 0],
      ['unchanged', 'Always Never', 0],
      ['refused', 'Always Never', 0],
    ]);
    expect(results.map(risksOf)).toEqual([[], ['in-use'], [], ['in-use']]);
  });

  it('lets safe pass what is not risky', async () => {
    const { result, stored, writes } = await run([IPIP, ...NODES], { ipip: 'CrossSubnet', safe: true }, () => ({}), []);
    expect([result, stored, writes]).toEqual(['configured', 'CrossSubnet Never', 1]);
  });

  it.each<[Partial<PoolModeInput>, string, string]>([
    [
      { vxlan: 'Always' },
      'IPPool(p) has ipipMode Always: IPIP and VXLAN exclude each other',
      'to change from one to the other: calicoctl ippool mode p --ipip Never --vxlan Always',
    ],
    [
      { ipip: 'Always', vxlan: 'CrossSubnet' },
      '--ipip Always and --vxlan CrossSubnet: IPIP and VXLAN exclude each other',
      'one of them has to be Never',
    ],
  ])('refuses %o', async (input, message, hint) => {
    expect(await failure(run([IPIP], input))).toMatchObject({ message, hints: [hint] });
  });

  it('refuses IPIP beside VXLAN, and for IPv6', async () => {
    const vxlan = pool('p', { cidr: '10.1.0.0/16', vxlanMode: 'CrossSubnet' });
    expect(await failure(run([vxlan], { ipip: 'Always' }))).toMatchObject({
      message: 'IPPool(p) has vxlanMode CrossSubnet: IPIP and VXLAN exclude each other',
      hints: ['to change from one to the other: calicoctl ippool mode p --ipip Always --vxlan Never'],
    });
    expect(await failure(run([pool('p', { cidr: 'fd00::/64' })], { ipip: 'CrossSubnet' }))).toMatchObject({
      message: 'IPIP is not supported on IPv6 pools',
      hints: ['VXLAN is: calicoctl ippool mode p --vxlan CrossSubnet'],
    });
  });

  it('keeps to the rules of the kind', async () => {
    const loadBalancers = pool('p', { cidr: '10.1.0.0/16', allowedUses: ['LoadBalancer'], nodeSelector: 'all()' });
    expect((await failure(run([loadBalancers], { ipip: 'Always', dryRun: true }))).message).toContain(
      'LoadBalancer IP pool cannot have IPIP or VXLAN enabled',
    );
  });

  it('names the pools that there are when there is none of that name', async () => {
    expect(await failure(run([IPIP, pool('q', { cidr: '10.2.0.0/16' })], { name: 'x' }))).toMatchObject({
      message: 'resource does not exist: IPPool(x) with error: <nil>',
      hints: ['pools: p, q'],
    });
  });

  it('writes against the revision it read', async () => {
    const meanwhile = (store: Datastore): Partial<Datastore> => ({
      async update(next, options) {
        const current = await store.get({ kind: 'IPPool', name: 'p' });
        await store.update({ ...current, spec: { ...current.spec, natOutgoing: true } });
        return store.update(next, options);
      },
    });
    const error = await failure(run([IPIP], { ipip: 'Never' }, meanwhile));
    expect(error).toMatchObject({
      message: 'update conflict: IPPool(p)',
      hints: ['nothing was written: the pool has changed since the plan was made; run the command again'],
      cause: expect.any(Conflict) as unknown,
    });
  });

  it('says when it is not known whether the pool was written', async () => {
    const lost = new Unavailable('gone', { endpoint: 'e', phase: 'response', setting: 's' });
    expect(await failure(run([IPIP], { ipip: 'Never' }, () => ({ update: () => Promise.reject(lost) })))).toMatchObject(
      {
        message: 'gone',
        hints: ['whether it was written is not known: calicoctl ippool mode p shows it'],
        cause: lost,
      },
    );
  });

  it('says the same when it is interrupted in the middle of the write, and writes nothing when it was before', async () => {
    const store = await fill(await folderStore(), [IPIP]);
    const outcome = async (when: 'planned' | 'writing'): Promise<unknown> => {
      const controller = new AbortController();
      const abort = (): void => controller.abort(new Error('interrupted by SIGINT'));
      const update: Datastore['update'] = () => {
        abort();
        return Promise.reject(new Error('socket closed'));
      };
      const { context } = world({
        signal: controller.signal,
        datastore: () => Promise.resolve(clustered(store, [], when === 'writing' ? { update } : {})),
      });
      const planned = when === 'planned' ? abort : INPUT.planned;
      return failure(poolMode(context, { ...INPUT, ipip: 'Never', planned }));
    };
    expect(await outcome('writing')).toMatchObject({
      message: 'interrupted by SIGINT',
      hints: ['nothing was done before', 'not known whether done: IPPool(p)'],
    });
    expect(await outcome('planned')).toMatchObject({ message: 'interrupted by SIGINT' });
    expect((await store.get({ kind: 'IPPool', name: 'p' })).spec['ipipMode']).toBe('Always');
  });
});
