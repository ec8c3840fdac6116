import { describe, expect, test } from 'vitest';
import { formatDuration, parseDuration } from '../../../src/kinds/scalars/duration.ts';
import { CodecError } from '../../../src/kinds/schema.ts';

describe('parseDuration()', () => {
  test.each([
    ['0', 0n, '0s'],
    ['-0', 0n, '0s'],
    ['120s', 120_000_000_000n, '2m0s'],
    ['90s', 90_000_000_000n, '1m30s'],
    ['1.5h', 5_400_000_000_000n, '1h30m0s'],
    ['1h0m0s', 3_600_000_000_000n, '1h0m0s'],
    ['1m1m', 120_000_000_000n, '2m0s'],
    ['-5s', -5_000_000_000n, '-5s'],
    ['+5s', 5_000_000_000n, '5s'],
    ['100ms', 100_000_000n, '100ms'],
    ['1500ms', 1_500_000_000n, '1.5s'],
    ['1m30s500ms', 90_500_000_000n, '1m30.5s'],
    ['1us', 1_000n, '1µs'],
    ['1.5µs', 1_500n, '1.5µs'],
    ['2μs', 2_000n, '2µs'],
    ['7ns', 7n, '7ns'],
    ['.5s', 500_000_000n, '500ms'],
    ['1.s', 1_000_000_000n, '1s'],
    ['0.1ns', 0n, '0s'],
    ['0.3333333333333333333h', 1_200_000_000_000n, '20m0s'],
    ['0.517275835161388892078304h', 1_862_193_006_580n, '31m2.19300658s'],
    ['1.00000000000000000000000001s', 1_000_000_000n, '1s'],
    ['00000000000000000000000001s', 1_000_000_000n, '1s'],
    ['9223372036854775807ns', 2n ** 63n - 1n, '2562047h47m16.854775807s'],
    ['-9223372036854775808ns', -(2n ** 63n), '-2562047h47m16.854775808s'],
  ])('reads %s as %d ns, which formatDuration() writes as %s', (text, nanoseconds, normal) => {
    expect([parseDuration(text), formatDuration(nanoseconds)]).toEqual([nanoseconds, normal]);
  });

  test.each([
    ['10', 'time: missing unit in duration "10"'],
    ['1m30', 'time: missing unit in duration "1m30"'],
    ['1.', 'time: missing unit in duration "1."'],
    ['1d', 'time: unknown unit "d" in duration "1d"'],
    ['5 s', 'time: unknown unit " s" in duration "5 s"'],
    ['1S', 'time: unknown unit "S" in duration "1S"'],
    ['1s ', 'time: unknown unit "s " in duration "1s "'],
    ['1"\\', 'time: unknown unit "\\"\\\\" in duration "1\\"\\\\"'],
    ['1é\n', 'time: unknown unit "\\xc3\\xa9\\x0a" in duration "1\\xc3\\xa9\\x0a"'],
    ['', 'time: invalid duration ""'],
    ['-', 'time: invalid duration "-"'],
    ['.', 'time: invalid duration "."'],
    ['.s', 'time: invalid duration ".s"'],
    ['abc', 'time: invalid duration "abc"'],
    ['+-5s', 'time: invalid duration "+-5s"'],
    ['1s,2s', 'time: unknown unit "s," in duration "1s,2s"'],
    ['9223372036854775808ns', 'time: invalid duration "9223372036854775808ns"'],
    ['-9223372036854775809ns', 'time: invalid duration "-9223372036854775809ns"'],
    ['2562048h', 'time: invalid duration "2562048h"'],
    ['2562047h1h', 'time: invalid duration "2562047h1h"'],
    ['99999999999999999999s', 'time: invalid duration "99999999999999999999s"'],
  ])('refuses %j', (text, message) => {
    expect(() => parseDuration(text)).toThrow(new CodecError(message));
  });
});
