import { describe, expect, it } from 'vitest';
import { contains, parseCIDR } from '../../src/net/cidr.ts';
import type { CIDR } from '../../src/net/cidr.ts';
import { neighbourhood } from '../../src/overlay/pairs.ts';
import type { Pairs } from '../../src/overlay/pairs.ts';
import { generator } from '../doubles/random.ts';

function cidrs(...texts: readonly string[]): readonly CIDR[] {
  return texts.map((text) => {
    const cidr = parseCIDR(text);
    if (cidr === undefined) throw new Error(text);
    return cidr;
  });
}

/** Every pair looked at. */
function counted(addresses: readonly CIDR[], without: number): Pairs {
  const pairs = { same: 0, across: 0, oneWay: 0, unknown: 0 };
  const all = [...addresses, ...Array.from({ length: without }, () => undefined)];
  all.forEach((a, index) => {
    for (const b of all.slice(index + 1)) {
      if (a === undefined || b === undefined) pairs.unknown++;
      else
        pairs[
          (['across', 'oneWay', 'same'] as const)[Number(contains(a, b.ip)) + Number(contains(b, a.ip))] ?? 'same'
        ]++;
    }
  });
  return pairs;
}

describe('neighbourhood()', () => {
  it('counts pairs by whether the two ends are in each other’s subnet', () => {
    expect(neighbourhood(cidrs('10.0.0.1/24', '10.0.0.2/24', '10.0.1.1/24', '10.0.0.3/32'), 1)).toEqual({
      pairs: { same: 1, across: 3, oneWay: 2, unknown: 4 },
      subnets: [
        { network: '10.0.0.0/24', nodes: 2 },
        { network: '10.0.0.3/32', nodes: 1 },
        { network: '10.0.1.0/24', nodes: 1 },
      ],
      alone: 1,
    });
  });

  it('knows no pairs where there is at most one node', () => {
    const none = { same: 0, across: 0, oneWay: 0, unknown: 0 };
    expect([neighbourhood([], 0), neighbourhood(cidrs('fd00::1/64'), 0)].map(({ pairs }) => pairs)).toEqual([
      none,
      none,
    ]);
  });

  it.each([4, 6] as const)('counts as looking at every pair does, IPv%i', (version) => {
    const random = generator(version);
    const pick = (limit: number): number => Math.floor(random() * limit);
    for (let round = 0; round < 300; round++) {
      const addresses = Array.from({ length: pick(25) }, () => {
        const host = `${pick(2)}${version === 4 ? '.' : ':'}${pick(version === 4 ? 16 : 9)}`;
        return version === 4
          ? `10.0.${host}/${22 + pick(11)}`
          : `fd00::${host}/${[16, 64, 112, 120, 127, 128][pick(6)] ?? 0}`;
      });
      const parsed = cidrs(...addresses);
      const without = pick(4);
      expect([addresses, neighbourhood(parsed, without).pairs]).toEqual([addresses, counted(parsed, without)]);
    }
  });

  it('counts half a million pairs of 1,000 nodes', () => {
    const addresses = cidrs(...Array.from({ length: 1000 }, (_, n) => `10.${n % 20}.0.${1 + Math.floor(n / 20)}/24`));
    const { pairs, subnets } = neighbourhood(addresses, 0);
    expect([pairs, subnets.length]).toEqual([{ same: 24_500, across: 475_000, oneWay: 0, unknown: 0 }, 20]);
  });
});
