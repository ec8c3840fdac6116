import { describe, expect, it } from 'vitest';
import type { Attribute, Block } from '../../src/ipam/model.ts';
import { usageOf } from '../../src/ipam/usage.ts';

function block(cidr: string, affinity: string | undefined, ...used: readonly Attribute[]): Block {
  return {
    cidr,
    ...(affinity === undefined ? {} : { affinity }),
    allocations: [...used.map((_, index) => index), null],
    unallocated: [used.length],
    attributes: used,
    sequenceNumber: 1n,
    sequenceNumberForAllocation: {},
    deleted: false,
  };
}

const pod = (node: string): Attribute => ({ handleID: `net.${node}`, secondary: { node, pod: 'p' } });

describe('usageOf()', () => {
  it('counts addresses in use by pool and node', () => {
    const usage = usageOf(
      ['10.1.0.0/16', 'fd00::/64', '10.0.0.0/16', 'no network'],
      [
        block('10.0.0.0/30', 'host:a', pod('a'), pod('b'), { secondary: { node: 'a', type: 'vxlanTunnelAddress' } }),
        block('10.0.255.252/30', 'host:b', { handleID: 'h' }),
        block('10.0.0.4/30', undefined, { handleID: 'h' }),
        block('10.0.0.8/30', 'virtual:load-balancer'),
        block('fd00::4/126', 'host:c', pod('c')),
        block('10.2.0.0/30', 'host:a', pod('a')),
        block('9.0.0.0/30', 'host:a', pod('a')),
        block('fd01::/126', 'host:a', pod('a')),
        block('broken', 'host:a', pod('a')),
      ],
    );
    expect(usage).toEqual([
      { blocks: 0, allocations: 0, tunnels: 0, nodes: new Map() },
      { blocks: 1, allocations: 1, tunnels: 0, nodes: new Map([['c', 1]]) },
      {
        blocks: 4,
        allocations: 5,
        tunnels: 1,
        nodes: new Map([
          ['a', 2],
          ['b', 2],
          ['', 1],
        ]),
      },
      { blocks: 0, allocations: 0, tunnels: 0, nodes: new Map() },
    ]);
  });

  it('counts neither addresses that cool down nor those that Windows keeps', () => {
    const [usage] = usageOf(
      ['10.0.0.0/16'],
      [
        block(
          '10.0.0.0/30',
          'host:a',
          { releasedAt: '2026-08-01T10:00:00Z' },
          { handleID: 'Windows-Reserved-IPAM-Handle' },
          pod('a'),
        ),
      ],
    );
    expect(usage).toEqual({ blocks: 1, allocations: 1, tunnels: 0, nodes: new Map([['a', 1]]) });
  });

  it('finds the pool of each of 10,000 blocks among 1,000 pools', () => {
    const pools = Array.from({ length: 1000 }, (_, n) => `10.${Math.floor(n / 250)}.${n % 250}.0/24`);
    const blocks = Array.from({ length: 10_000 }, (_, n) =>
      block(`10.${Math.floor((n % 1000) / 250)}.${n % 250}.${4 * Math.floor(n / 1000)}/30`, 'host:a', pod('a')),
    );
    expect(usageOf(pools, blocks).every(({ blocks: count, allocations }) => count === 10 && allocations === 10)).toBe(
      true,
    );
  });
});
