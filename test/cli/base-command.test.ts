import { describe, expect, it } from 'vitest';
import { milliseconds } from '../../src/cli/base-command.ts';

describe('milliseconds()', () => {
  it.each([
    ['0', 0],
    ['0s', 0],
    ['30', 30_000],
    ['30s', 30_000],
    ['1m30s', 90_000],
    ['250ms', 250],
    ['1.5s', 1500],
    ['1h', 3_600_000],
    ['999us', 0],
  ])('of %s is %i', (text, expected) => {
    expect(milliseconds('--request-timeout', text)).toBe(expected);
  });

  it.each([
    ['', 'time: invalid duration ""'],
    ['soon', 'time: invalid duration "soon"'],
    ['5 s', 'time: unknown unit " s" in duration "5 s"'],
    ['5x', 'time: unknown unit "x" in duration "5x"'],
  ])('refuses %j', (text, reason) => {
    expect(() => milliseconds('--request-timeout', text)).toThrow(
      `invalid argument "${text}" for "--request-timeout" flag: ${reason}`,
    );
  });

  it.each(['-5s', '-1'])('refuses %s: time does not go back', (text) => {
    expect(() => milliseconds('--request-timeout', text)).toThrow(
      `invalid argument "${text}" for "--request-timeout" flag: it may not be negative`,
    );
  });
});
