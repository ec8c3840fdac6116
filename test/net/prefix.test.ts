import { describe, expect, test } from 'vitest';
import { formatCIDR } from '../../src/net/cidr.ts';
import { formatIP } from '../../src/net/ip.ts';
import { parsePrefix, PrefixError } from '../../src/net/prefix.ts';

describe('parsePrefix()', () => {
  test.each([
    ['10.1.2.3/8', '10.1.2.3', '10.0.0.0/8'],
    ['0.0.0.0/0', '0.0.0.0', '0.0.0.0/0'],
    ['fd00::1/64', 'fd00::1', 'fd00::/64'],
    ['::ffff:10.61.3.0/112', '::ffff:10.61.3.0', '::ffff:10.61.0.0/112'],
  ])('reads %s and leaves IPv4-mapped IPv6 as it is', (text, address, network) => {
    const prefix = parsePrefix(text);
    expect([formatIP(prefix.ip), formatCIDR(prefix)]).toEqual([address, network]);
  });

  test.each([
    ['', `netip.ParsePrefix(""): no '/'`],
    ['abc', `netip.ParsePrefix("abc"): no '/'`],
    ['"\té\u200b', `netip.ParsePrefix("\\"\\té\\u200b"): no '/'`],
    ['10.0.0.0/', `netip.ParsePrefix("10.0.0.0/"): bad bits after slash: ""`],
    ['10.0.0.0/08', `netip.ParsePrefix("10.0.0.0/08"): bad bits after slash: "08"`],
    ['10.0.0.0/+8', `netip.ParsePrefix("10.0.0.0/+8"): bad bits after slash: "+8"`],
    ['10.0.0.0/x', `netip.ParsePrefix("10.0.0.0/x"): bad bits after slash: "x"`],
    ['10.0.0.0/33', 'netip.ParsePrefix("10.0.0.0/33"): prefix length out of range'],
    ['fd00::/129', 'netip.ParsePrefix("fd00::/129"): prefix length out of range'],
    ['::/9223372036854775807', 'netip.ParsePrefix("::/9223372036854775807"): prefix length out of range'],
    [
      '::/9223372036854775808',
      'netip.ParsePrefix("::/9223372036854775808"): bad bits after slash: "9223372036854775808"',
    ],
    ['fe80::%e/64', 'netip.ParsePrefix("fe80::%e/64"): IPv6 zones cannot be present in a prefix'],
    ['/8', 'netip.ParsePrefix("/8"): ParseAddr(""): unable to parse IP'],
    ['10.0.0.0/8/8', 'netip.ParsePrefix("10.0.0.0/8/8"): ParseAddr("10.0.0.0/8"): unexpected character (at "/8")'],
    ['%e/8', 'netip.ParsePrefix("%e/8"): ParseAddr("%e"): missing IPv6 address'],
    ['::%/8', 'netip.ParsePrefix("::%/8"): ParseAddr("::%"): zone must be a non-empty string'],
  ])('refuses %j', (text, message) => {
    expect(() => parsePrefix(text)).toThrow(new PrefixError(text, message.slice(message.indexOf('): ') + 3)));
    expect(() => parsePrefix(text)).toThrow(message);
  });

  test.each([
    ['010.0.0.0', 'IPv4 field has octet with leading zero'],
    ['10.0.0.256', 'IPv4 field has value >255'],
    ['10.0..1', 'IPv4 field must have at least one digit (at ".1")'],
    ['10.0.0.', 'IPv4 field must have at least one digit (at ".")'],
    ['10.0.0.0.0', 'IPv4 address too long'],
    ['10.0.0', 'IPv4 address too short'],
    ['10.0.0.x', 'unexpected character (at "x")'],
    ['12345::', 'each group must have 4 or less digits (at "12345::")'],
    ['1:g::', 'each colon-separated field must have at least one digit (at "g::")'],
    ['1:1.2.3.4', 'embedded IPv4 address must replace the final 2 fields of the address (at "1.2.3.4")'],
    ['::1:2:3:4:5:6:7:1.2.3.4', 'too many hex fields to fit an embedded IPv4 at the end of the address (at "1.2.3.4")'],
    ['::1.2.3', 'IPv4 address too short'],
    ['1:2x', 'unexpected character, want colon (at "x")'],
    ['1:2:', 'colon must be followed by more characters (at ":")'],
    ['1::2::3', 'multiple :: in address (at ":3")'],
    ['1:2:3:4:5:6:7:8:9', 'trailing garbage after address (at "9")'],
    ['1:2:3', 'address string too short'],
    ['1:2:3:4::5:6:7:8', 'the :: must expand to at least one field of zeros'],
  ])('names what is wrong with the address %s', (address, problem) => {
    expect(() => parsePrefix(`${address}/8`)).toThrow(
      new PrefixError(`${address}/8`, `ParseAddr("${address}"): ${problem}`),
    );
  });
});
