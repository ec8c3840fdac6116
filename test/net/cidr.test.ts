import { describe, expect, test } from 'vitest';
import type { CIDR } from '../../src/net/cidr.ts';
import {
  cidrOf,
  contains,
  formatCIDR,
  hasHostBits,
  isCidrFormat,
  lastAddress,
  networkOf,
  overlaps,
  parseCIDR,
  parseCidrOrIp,
  prefixSize,
} from '../../src/net/cidr.ts';
import type { IP } from '../../src/net/ip.ts';
import { formatIP, parseIP } from '../../src/net/ip.ts';

function cidr(text: string): CIDR {
  const read = parseCIDR(text);
  if (read === undefined) throw new Error(`${text} is no CIDR`);
  return read;
}

function ip(text: string): IP {
  const read = parseIP(text);
  if (read === undefined) throw new Error(`${text} is no address`);
  return read;
}

/** Address as written, and network, as text. */
function shown(read: CIDR | undefined): [string, string] | undefined {
  return read && [formatIP(read.ip), formatCIDR(read)];
}

describe('parseCIDR()', () => {
  test('gives the address, the network and the prefix length as numbers', () => {
    expect(parseCIDR('10.0.1.5/16')).toEqual({
      ip: { version: 4, value: 0x0a00_0105n },
      network: { version: 4, value: 0x0a00_0000n },
      prefixLength: 16,
    });
  });

  test.each([
    ['0.0.0.0/0', '0.0.0.0', '0.0.0.0/0'],
    ['10.1.2.3/32', '10.1.2.3', '10.1.2.3/32'],
    ['10.1.2.3/8', '10.1.2.3', '10.0.0.0/8'],
    ['10.0.0.0/08', '10.0.0.0', '10.0.0.0/8'],
    ['FD00:0::/48', 'fd00::', 'fd00::/48'],
    ['fd00::1/64', 'fd00::1', 'fd00::/64'],
    ['fd00::1/128', 'fd00::1', 'fd00::1/128'],
    ['::ffff:10.61.0.0/112', '10.61.0.0', '10.61.0.0/16'],
    ['::ffff:10.61.3.0/96', '10.61.3.0', '0.0.0.0/0'],
    ['::ffff:10.61.3.0/90', '::ffff:10.61.3.0', '::ffc0:0:0/90'],
  ])('reads %s', (text, address, network) => {
    expect(shown(parseCIDR(text))).toEqual([address, network]);
  });

  test.each([
    '',
    'abc',
    '/',
    '10.0.0.1',
    '10.0.0.0/',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/+8',
    '10.0.0.0/8/8',
    '10.0.0.0/ 8',
    '10.0.0.0 /8',
    '10.0.0.0/8\n',
    '10.0.0.0/255.0.0.0',
    '10.0.0/8',
    '010.0.0.0/16',
    'fd00::/129',
    'fe80::%eth0/64',
    `10.0.0.0/${'9'.repeat(400)}`,
  ])('refuses %j', (text) => {
    expect(parseCIDR(text)).toBeUndefined();
  });
});

test.each([
  ['10.1.2.3', ['10.1.2.3', '10.1.2.3/32']],
  ['fd00::1', ['fd00::1', 'fd00::1/128']],
  ['::ffff:1.2.3.4', ['1.2.3.4', '1.2.3.4/32']],
  ['10.1.2.3/8', ['10.1.2.3', '10.0.0.0/8']],
  ['10.1.2.3/33', undefined],
  ['fe80::1%eth0', undefined],
  ['', undefined],
])('parseCidrOrIp() reads %j as %j', (text, expected) => {
  expect(shown(parseCidrOrIp(text))).toEqual(expected);
});

test.each([
  ['10.0.0.0/8', true],
  ['10.0.0.1/8', true],
  ['010.0.0.0/8', true],
  ['fd00::00010:0/64', true],
  ['::ffff:10.0.0.0/112', true],
  ['10.0.0.1', false],
  ['10.0.0.0/33', false],
  ['10.0.0.0/8 ', false],
  ['fe80::%eth0/64', false],
  ['abc', false],
  ['', false],
])('isCidrFormat(%j) is %j', (text, valid) => {
  expect(isCidrFormat(text)).toBe(valid);
});

test('networkOf() refuses lengths that do not fit the address', () => {
  expect(() => networkOf(ip('10.0.0.1'), 33)).toThrow(new RangeError('Prefix length 33 is not between 0 and 32'));
  expect(() => networkOf(ip('fd00::1'), -1)).toThrow(new RangeError('Prefix length -1 is not between 0 and 128'));
  expect(() => cidrOf(ip('10.0.0.1'), 1.5)).toThrow(new RangeError('Prefix length 1.5 is not between 0 and 32'));
});

test.each([
  ['10.0.0.0/16', false],
  ['10.0.1.0/16', true],
  ['10.0.0.1/32', false],
  ['fd00::1/64', true],
  ['::ffff:10.61.0.0/112', false],
])('hasHostBits(%s) is %j', (text, expected) => {
  expect(hasHostBits(cidr(text))).toBe(expected);
});

test.each([
  ['10.0.0.0/8', '10.255.255.255', true],
  ['10.0.0.0/8', '11.0.0.0', false],
  ['10.0.0.7/29', '10.0.0.0', true],
  ['0.0.0.0/0', '255.255.255.255', true],
  ['0.0.0.0/0', '::1', false],
  ['::/0', '10.0.0.1', false],
  ['fe80::/10', 'febf::1', true],
  ['fe80::/10', 'fec0::', false],
  ['fd00::1/128', 'fd00::1', true],
  ['fd00::1/128', 'fd00::2', false],
])('contains(%s, %s) is %j', (network, address, expected) => {
  expect(contains(cidr(network), ip(address))).toBe(expected);
});

test.each([
  ['10.0.0.0/8', '10.1.0.0/16', true],
  ['10.0.0.0/16', '10.1.0.0/16', false],
  ['10.0.0.0/16', '10.0.0.0/16', true],
  ['0.0.0.0/0', '169.254.0.0/16', true],
  ['0.0.0.0/0', '::/0', false],
  ['fe80::/64', 'fe80::/10', true],
])('overlaps(%s, %s) is %j in both directions', (a, b, expected) => {
  expect([overlaps(cidr(a), cidr(b)), overlaps(cidr(b), cidr(a))]).toEqual([expected, expected]);
});

test.each([
  ['10.0.0.9/26', 64n, '10.0.0.63'],
  ['10.0.0.9/32', 1n, '10.0.0.9'],
  ['0.0.0.0/0', 2n ** 32n, '255.255.255.255'],
  ['fd00::/122', 64n, 'fd00::3f'],
  ['::/0', 2n ** 128n, 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
])('prefixSize(%s) is %s and lastAddress() is %s', (text, size, last) => {
  expect([prefixSize(cidr(text)), formatIP(lastAddress(cidr(text)))]).toEqual([size, last]);
});
