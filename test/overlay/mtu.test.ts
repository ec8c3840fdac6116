import { expect, it } from 'vitest';
import { bytesTaken, headerBytes, mtuField } from '../../src/overlay/mtu.ts';
import type { Use } from '../../src/overlay/mtu.ts';

const USES: readonly Use[] = [
  { transport: 'IPIP', version: 4 },
  { transport: 'VXLAN', version: 4 },
  { transport: 'VXLAN', version: 6 },
  { transport: 'WireGuard', version: 4 },
  { transport: 'WireGuard', version: 6 },
];

it('knows the headers of every transport and the setting of its MTU', () => {
  expect(USES.map((use) => [mtuField(use), headerBytes(use)])).toEqual([
    ['ipipMTU', 20],
    ['vxlanMTU', 50],
    ['vxlanMTUV6', 70],
    ['wireguardMTU', 60],
    ['wireguardMTUV6', 80],
  ]);
});

it('takes the most that any transport takes', () => {
  expect([bytesTaken([]), bytesTaken(USES.slice(0, 2)), bytesTaken(USES)]).toEqual([0, 50, 80]);
});
