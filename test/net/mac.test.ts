import { expect, test } from 'vitest';
import { isMAC } from '../../src/net/mac.ts';

const octets = (count: number, separator: string): string => Array.from({ length: count }, () => '0a').join(separator);
const quads = (count: number): string => Array.from({ length: count }, () => '00fe').join('.');

test.each([
  octets(6, ':'),
  octets(6, '-'),
  octets(8, ':'),
  octets(20, '-'),
  quads(3),
  quads(4),
  quads(10),
  '66:AA:0f:00:00:01',
])('isMAC() accepts %s', (text) => {
  expect(isMAC(text)).toBe(true);
});

test.each([
  '',
  'nonsense',
  octets(5, ':'),
  octets(7, ':'),
  octets(19, ':'),
  octets(6, '.'),
  octets(6, ''),
  quads(2),
  quads(5),
  '66:00-00:00:00:01',
  '66:00:00:00:00:1',
  '66:00:00:00:00:0g',
  '66:00:00:00:00:01:',
  '66:00:00:00:00:01\n',
  ' 66:00:00:00:00:01',
  '6600.0000:0001',
])('isMAC() refuses %j', (text) => {
  expect(isMAC(text)).toBe(false);
});
