import { describe, expect, it } from 'vitest';
import { encapsulationOf, modesOf, pathOf, sameModes } from '../../src/overlay/modes.ts';
import type { Modes } from '../../src/overlay/modes.ts';

const OFF: Modes = { ipipMode: 'Never', vxlanMode: 'Never' };

describe('modesOf()', () => {
  it('takes what is absent or not known as Never', () => {
    expect([{}, { ipipMode: '', vxlanMode: 7 }, { ipipMode: 'CrossSubnet', vxlanMode: 'always' }].map(modesOf)).toEqual(
      [OFF, OFF, { ipipMode: 'CrossSubnet', vxlanMode: 'Never' }],
    );
  });
});

describe('pathOf()', () => {
  it.each<[Modes, string | undefined, string, string]>([
    [OFF, undefined, 'direct', 'direct'],
    [{ ...OFF, ipipMode: 'Always' }, 'IPIP', 'IPIP', 'IPIP'],
    [{ ...OFF, ipipMode: 'CrossSubnet' }, 'IPIP', 'direct', 'IPIP'],
    [{ ...OFF, vxlanMode: 'Always' }, 'VXLAN', 'VXLAN', 'VXLAN'],
    [{ ...OFF, vxlanMode: 'CrossSubnet' }, 'VXLAN', 'direct', 'VXLAN'],
  ])('of %o', (modes, encapsulation, same, across) => {
    expect([encapsulationOf(modes), pathOf(modes, 'same'), pathOf(modes, 'across')]).toEqual([
      encapsulation,
      same,
      across,
    ]);
  });
});

describe('sameModes()', () => {
  it('compares both', () => {
    expect([
      sameModes(OFF, { ...OFF }),
      sameModes(OFF, { ...OFF, ipipMode: 'Always' }),
      sameModes(OFF, { ...OFF, vxlanMode: 'Always' }),
    ]).toEqual([true, false, false]);
  });
});
