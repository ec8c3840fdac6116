import { describe, expect, test } from 'vitest';
import type { IP } from '../../src/net/ip.ts';
import { addressBits, compareIP, formatIP, parseIP, unmapIP } from '../../src/net/ip.ts';

const v4 = (value: bigint): IP => ({ version: 4, value });
const v6 = (value: bigint): IP => ({ version: 6, value });

describe('parseIP()', () => {
  test.each<[string, IP]>([
    ['0.0.0.0', v4(0n)],
    ['10.0.0.1', v4(0x0a00_0001n)],
    ['255.255.255.255', v4(0xffff_ffffn)],
    ['::', v6(0n)],
    ['::1', v6(1n)],
    ['1::', v6(1n << 112n)],
    ['fd00::1', v6((0xfd00n << 112n) | 1n)],
    ['FD00::00A1', v6((0xfd00n << 112n) | 0xa1n)],
    ['1:2:3:4:5:6:7:8', v6(0x0001_0002_0003_0004_0005_0006_0007_0008n)],
    ['1::3:4:5:6:7:8', v6(0x0001_0000_0003_0004_0005_0006_0007_0008n)],
    ['::1.2.3.4', v6(0x0102_0304n)],
    ['64:ff9b::192.0.2.33', v6((0x64_ff9bn << 96n) | 0xc000_0221n)],
    ['::ffff:1.2.3.4', v4(0x0102_0304n)],
    ['::ffff:102:304', v4(0x0102_0304n)],
    ['fd00::1:179', v6((0xfd00n << 112n) | 0x1_0179n)],
  ])('reads %s', (text, ip) => {
    expect(parseIP(text)).toEqual(ip);
  });

  test.each([
    '',
    'abc',
    '1',
    '10.0.0',
    '10.0.0.0.1',
    '10.0.0.256',
    '010.0.0.1',
    '10.0.0.00',
    '10..0.1',
    '.10.0.0',
    '10.0.0.',
    ' 10.0.0.1',
    '10.0.0.1 ',
    '10.0.0.1\n',
    '10.0.0.1/32',
    '10.0.0.1:179',
    '0x0a.0.0.1',
    '١.0.0.1',
    ':',
    ':::',
    ':1',
    '1:',
    '1::2::3',
    '12345::',
    'g::',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7::8',
    '1:2:3:4:5:6:7:1.2.3.4',
    '::1.2.3',
    '::01.2.3.4',
    '[fd00::1]',
    'fe80::1%eth0',
    'fe80::1%',
    '%eth0',
  ])('refuses %j', (text) => {
    expect(parseIP(text)).toBeUndefined();
  });
});

describe('formatIP()', () => {
  test.each<[IP, string]>([
    [v4(0n), '0.0.0.0'],
    [v4(0xffff_ffffn), '255.255.255.255'],
    [v6(0n), '::'],
    [v6(1n), '::1'],
    [v6(1n << 112n), '1::'],
    [v6(0x0102_0304n), '::102:304'],
    [v6(0xffff_0102_0304n), '::ffff:1.2.3.4'],
    [v6(0x0001_0000_0003_0004_0005_0006_0007_0008n), '1:0:3:4:5:6:7:8'],
    [v6(0x0001_0000_0000_0004_0000_0000_0007_0008n), '1::4:0:0:7:8'],
    [v6(0x0001_0000_0000_0004_0000_0000_0000_0008n), '1:0:0:4::8'],
    [v6(0x2001_0db8_00a0_0000_0000_0000_0000_000fn), '2001:db8:a0::f'],
  ])('writes %o as RFC 5952 wants it: %s', (ip, text) => {
    expect(formatIP(ip)).toBe(text);
  });
});

test('unmapIP() takes the IPv4 address out of IPv4-mapped IPv6 only', () => {
  const others = [v4(5n), v6(5n), v6(0x1_ffff_0102_0304n)];
  expect([v6(0xffff_0102_0304n), ...others].map(unmapIP)).toEqual([v4(0x0102_0304n), ...others]);
});

test('addressBits() is 32 or 128', () => {
  expect([addressBits(4), addressBits(6)]).toEqual([32, 128]);
});

test('compareIP() puts IPv4 before IPv6 and orders by number', () => {
  const sorted = [v4(2n), v4(10n), v4(0xffff_ffffn), v6(0n), v6(1n), v6(1n << 127n)];
  expect(sorted.toReversed().sort(compareIP)).toEqual(sorted);
  expect(compareIP(v6(7n), v6(7n))).toBe(0);
});
