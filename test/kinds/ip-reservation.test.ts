import { expect, test } from 'vitest';
import { ipReservation } from '../../src/kinds/ip-reservation.ts';
import { object } from './store-of.ts';
import { byTag, several, verdictOn } from './verdict.ts';

const format = (index: number, given: string): string =>
  `spec.reservedCIDRs[${index}] (spec.reservedCIDRs[${index}] in body must be of type cidr: "${given}")`;

test.each([
  ['{}', 'valid'],
  ['{reservedCIDRs: [10.0.0.1/32, 10.0.1.1/24, "fd00::1/128", 10.0.0.1/32]}', 'valid'],
  // The API server's library is older than Go's rule against leading zeros.
  ['{reservedCIDRs: [10.0.0.01/32]}', `error with field ${byTag('ReservedCIDRs', '[10.0.0.01/32]', 'cidrs')}`],
  ['{reservedCIDRs: [10.0.0.1]}', `error with field ${format(0, '10.0.0.1')}`],
  ['{reservedCIDRs: [""]}', `error with field ${format(0, '')}`],
  [
    '{reservedCIDRs: [10.0.0.0/8, nothing]}',
    several(byTag('ReservedCIDRs', '[10.0.0.0/8 nothing]', 'cidrs'), format(1, 'nothing')),
  ],
])('%s', (spec, message) => {
  expect(verdictOn('IPReservation', spec)).toBe(message);
});

test('the column CIDRS is cut to 80 characters', () => {
  const cell = (...reservedCIDRs: readonly string[]): string | undefined =>
    ipReservation.columns.cells['CIDRS']?.(object('IPReservation', 'r', { reservedCIDRs }), { get: () => undefined });
  const eighty = ['100.100.1.16/28', '100.100.1.32/28', '100.100.1.48/28', '100.100.1.64/28', '100.100.100.0/24'];
  expect([cell(), cell('10.0.0.1/32', 'fd00::1/128'), cell(...eighty), cell(...eighty, '10.0.0.1/32')]).toEqual([
    '',
    '10.0.0.1/32,fd00::1/128',
    '100.100.1.16/28,100.100.1.32/28,100.100.1.48/28,100.100.1.64/28,100.100.100.0/24',
    '100.100.1.16/28,100.100.1.32/28,100.100.1.48/28,100.100.1.64/28,100.100.100.0...',
  ]);
});
