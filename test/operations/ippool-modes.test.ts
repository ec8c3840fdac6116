import { describe, expect, it } from 'vitest';
import { poolModesList } from '../../src/operations/ippool-modes.ts';
import { folderStore, world } from '../doubles/world.ts';
import { fill } from './bgp-support.ts';
import { block, clustered, pool, resource } from './ippool-support.ts';

const OPTIONS = { allowVersionMismatch: true, dryRun: false, safe: false };
const POOLS = [
  pool('four', { cidr: '10.1.0.0/16', blockSize: 30, ipipMode: 'CrossSubnet', natOutgoing: true }),
  pool('six', { cidr: 'fd00::/64', vxlanMode: 'Always', disabled: true }),
];
const FOUR = {
  name: 'four',
  cidr: '10.1.0.0/16',
  version: 4,
  ipipMode: 'CrossSubnet',
  vxlanMode: 'Never',
  natOutgoing: true,
  disabled: false,
  blockSize: 30,
  nodeSelector: 'all()',
  allowedUses: ['Workload', 'Tunnel'],
  bytes: 60,
};
const SIX = {
  ...FOUR,
  name: 'six',
  cidr: 'fd00::/64',
  version: 6,
  ipipMode: 'Never',
  vxlanMode: 'Always',
  natOutgoing: false,
  disabled: true,
  blockSize: 122,
  bytes: 70,
};

describe('poolModesList()', () => {
  it('shows every pool with its use', async () => {
    const felix = resource('FelixConfiguration', 'default', { wireguardEnabled: true });
    const store = await fill(await folderStore(), [...POOLS, felix]);
    const { context } = world({
      datastore: () => Promise.resolve(clustered(store, [block('10.1.0.0/30', 'a', 3), block('10.1.0.4/30', 'b', 0)])),
    });
    expect(await poolModesList(context, OPTIONS)).toEqual([
      { ...FOUR, usage: { blocks: 2, allocations: 3, tunnels: 0, nodes: new Map([['a', 3]]) } },
      { ...SIX, usage: { blocks: 0, allocations: 0, tunnels: 0, nodes: new Map() } },
    ]);
  });

  it('does not know the use where there is no IPAM data', async () => {
    const { context } = world({ datastore: async () => fill(await folderStore(), POOLS) });
    expect((await poolModesList(context, OPTIONS)).map(({ usage }) => usage)).toEqual([undefined, undefined]);
  });
});
