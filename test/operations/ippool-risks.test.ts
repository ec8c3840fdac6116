import { describe, expect, it } from 'vitest';
import type { Datastore } from '../../src/datastore/datastore.ts';
import { ServerError, Unauthorized, Unavailable } from '../../src/datastore/errors.ts';
import type { Resource } from '../../src/kinds/resource.ts';
import type { JsonObject } from '../../src/kinds/schema.ts';
import type { PoolModeInput } from '../../src/operations/ippool-mode.ts';
import { having } from '../doubles/matchers.ts';
import { failure } from '../doubles/world.ts';
import { block, IPIP, node, NODES, pool, resource, risksOf, run } from './ippool-support.ts';

describe('what poolMode() knows of the MTU', () => {
  it('is what FelixConfigurations set, for which hosts, and what WireGuard takes', async () => {
    const { plan } = await run(
      [
        IPIP,
        pool('six', { cidr: 'fd00::/64', vxlanMode: 'Always' }),
        resource('FelixConfiguration', 'default', { ipipMTU: 1480, vxlanMTU: 1480, mtuIfacePattern: '^eth' }),
        resource('FelixConfiguration', 'node.a', { vxlanMTU: 8950, vxlanMTUV6: 1400, wireguardMTUV6: 1300 }),
        resource('FelixConfiguration', 'node.b', { vxlanMTU: 8950, ipipMTU: 0, wireguardEnabled: true }),
      ],
      { ipip: 'Never', vxlan: 'Always' },
    );
    expect(plan.mtu).toEqual({
      before: { pool: 60, all: 70 },
      after: { pool: 60, all: 70 },
      settings: [
        { field: 'ipipMTU', mtu: 1480, hostMtu: 1500, configurations: ['default'] },
        { field: 'vxlanMTU', mtu: 1480, hostMtu: 1530, configurations: ['default'] },
        { field: 'vxlanMTU', mtu: 8950, hostMtu: 9000, configurations: ['node.a', 'node.b'] },
      ],
      interfaces: '^eth',
      reported: undefined,
    });
    expect(plan.risks).toContainEqual({ risk: 'mtu-larger', field: 'vxlanMTU', hostMtu: 1530, before: 1500 });
  });
});

describe('the risks that poolMode() sees', () => {
  const meshOff = resource('BGPConfiguration', 'default', { nodeToNodeMeshEnabled: false });
  const felix = (spec: JsonObject) => resource('FelixConfiguration', 'default', spec);

  it.each<[string, readonly Resource[], Partial<PoolModeInput>, readonly string[]]>([
    ['nothing encapsulated between subnets', NODES, { ipip: 'Never' }, ['not-routed']],
    ['nothing encapsulated in one subnet', NODES.slice(0, 2), { ipip: 'Never' }, []],
    ['no BGP', [...NODES, meshOff], { ipip: 'CrossSubnet' }, ['no-bgp']],
    ['no BGP, and one node', [node('a', '10.0.0.1/24'), meshOff], { ipip: 'CrossSubnet' }, []],
    ['no BGP, and VXLAN', [...NODES, meshOff], { ipip: 'Never', vxlan: 'Always' }, ['mtu-shrinks']],
    [
      'no mesh, and a peer',
      [...NODES, meshOff, resource('BGPPeer', 'x', { peerIP: '10.0.0.9', asNumber: 64512 })],
      { ipip: 'CrossSubnet' },
      [],
    ],
    [
      'no BGP, and routes by Felix',
      [...NODES, meshOff, felix({ programClusterRoutes: 'EnabledIPIPOnly' })],
      { ipip: 'CrossSubnet' },
      [],
    ],
    [
      'no BGP, and other routes by Felix',
      [...NODES, meshOff, felix({ programClusterRoutes: 'EnabledIPIPOnly' })],
      { ipip: 'Never' },
      ['not-routed', 'no-bgp'],
    ],
    ['no tunnel', [...NODES, felix({ ipipEnabled: false })], { ipip: 'CrossSubnet' }, ['tunnel-off']],
    ['prefix lengths that differ', [...NODES, node('d', '10.0.0.4/16')], { ipip: 'CrossSubnet' }, ['one-way']],
    ['host prefixes', [...NODES, node('d', '10.0.9.4')], { ipip: 'CrossSubnet' }, ['alone']],
    ['no address', [...NODES, node('d')], { ipip: 'CrossSubnet' }, ['no-address']],
  ])('%s', async (_, resources, input, risks) => {
    const result = await run([IPIP, ...resources], input, () => ({}), [block('10.1.0.0/30', 'a', 1)]);
    expect(risksOf(result)).toEqual(['in-use', ...risks].sort(byOrder));
  });

  const ORDER = [
    'in-use',
    'reverted',
    'not-routed',
    'no-bgp',
    'tunnel-off',
    'mtu-shrinks',
    'one-way',
    'alone',
    'no-address',
  ];
  const byOrder = (a: string, b: string): number => ORDER.indexOf(a) - ORDER.indexOf(b);

  it('not knowing whether addresses are in use is one where pods may run', async () => {
    const unknown = await run([IPIP, ...NODES], { ipip: 'Never', vxlan: 'Always' }, () => ({ ipam: undefined }));
    const folder = await run([IPIP, ...NODES], { ipip: 'Never', vxlan: 'Always' }, () => ({
      type: 'local',
      ipam: undefined,
    }));
    expect([risksOf(unknown), risksOf(folder)]).toEqual([['use-unknown', 'mtu-shrinks'], []]);
  });
});

describe('what poolMode() knows of an operator', () => {
  const installation =
    (ipPools: readonly JsonObject[], more: JsonObject = {}, status?: JsonObject) =>
    () => ({
      operatorInstallation: () =>
        Promise.resolve<JsonObject>({ spec: { calicoNetwork: { ipPools, ...more } }, ...(status && { status }) }),
    });
  const WANTED = 'VXLANCrossSubnet';

  it.each<[string, () => Partial<Datastore>, JsonObject]>([
    [
      'an Installation that has something else',
      installation([{ cidr: '10.9.0.0/16' }, { cidr: '10.1.0.0/16', encapsulation: 'IPIP' }]),
      { state: 'reverts', field: 'spec.calicoNetwork.ipPools[1].encapsulation', written: 'IPIP', wanted: WANTED },
    ],
    [
      'an Installation that leaves it to the default',
      installation([{ cidr: '10.1.0.0/16' }]),
      { state: 'reverts', field: 'spec.calicoNetwork.ipPools[0].encapsulation', written: '', wanted: WANTED },
    ],
    [
      'an Installation that agrees',
      installation([{ cidr: '10.1.0.0/16', encapsulation: WANTED }]),
      { state: 'agrees', field: 'spec.calicoNetwork.ipPools[0].encapsulation', written: WANTED, wanted: WANTED },
    ],
    ['an Installation without the pool', installation([]), { state: 'elsewhere', field: '', written: '', wanted: '' }],
    [
      'no Installation',
      () => ({ operatorInstallation: () => Promise.resolve(undefined) }),
      { state: 'none', field: '', written: '', wanted: '' },
    ],
    [
      'an Installation that may not be read',
      () => ({ operatorInstallation: () => Promise.reject(new Unauthorized('no')) }),
      { state: 'unknown', field: '', written: '', wanted: '' },
    ],
    [
      'an Installation that the server does not give',
      () => ({ operatorInstallation: () => Promise.reject(new ServerError('no')) }),
      { state: 'unknown', field: '', written: '', wanted: '' },
    ],
  ])('with %s', async (_, changes, operator) => {
    const result = await run([IPIP], { ipip: 'Never', vxlan: 'CrossSubnet', dryRun: true }, changes, []);
    expect(result.plan.operator).toEqual(operator);
    expect(risksOf(result)).toEqual(operator['state'] === 'reverts' ? ['reverted'] : []);
  });

  it('is what the label of a pool says, where the Installation may not be read', async () => {
    const labelled = pool(
      'p',
      { cidr: '10.1.0.0/16' },
      { labels: { 'app.kubernetes.io/managed-by': 'tigera-operator' } },
    );
    const { plan } = await run(
      [labelled],
      { vxlan: 'Always', dryRun: true },
      () => ({ operatorInstallation: () => Promise.reject(new Unauthorized('no')) }),
      [],
    );
    expect(plan.operator).toEqual({
      state: 'reverts',
      field: 'spec.calicoNetwork.ipPools[].encapsulation',
      written: '',
      wanted: 'VXLAN',
    });
  });

  it('is an error when the server is gone', async () => {
    const gone = new Unavailable('gone', { endpoint: 'e', phase: 'connect', setting: 's' });
    expect(await failure(run([IPIP], {}, () => ({ operatorInstallation: () => Promise.reject(gone) })))).toBe(gone);
  });

  it('tells the MTU it has seen, and whether BGP is off', async () => {
    const result = await run(
      [IPIP, ...NODES],
      { ipip: 'CrossSubnet', dryRun: true },
      installation([], { bgp: 'Disabled' }, { mtu: 1480 }),
      [],
    );
    expect([result.plan.mtu.reported, result.plan.risks]).toEqual([1480, [{ risk: 'no-bgp', because: 'operator' }]]);
  });
});

describe('poolMode() with little rights', () => {
  it('knows only what it may read', async () => {
    const denied = (store: Datastore): Partial<Datastore> => ({
      ipam: undefined,
      list: (selector) =>
        selector.kind === 'ClusterInformation' ? store.list(selector) : Promise.reject(new Unauthorized('no')),
    });
    const { plan, result } = await run([IPIP], { ipip: 'CrossSubnet' }, denied);
    expect(result).toBe('configured');
    expect(plan).toEqual(
      having({
        usage: undefined,
        nodes: undefined,
        others: undefined,
        mtu: {
          before: { pool: 20, all: undefined },
          after: { pool: 20, all: undefined },
          settings: undefined,
          interfaces: undefined,
          reported: undefined,
        },
        risks: [{ risk: 'use-unknown' }],
      }),
    );
  });
});
