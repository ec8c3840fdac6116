import { describe, expect, it } from 'vitest';
import { prefixed } from '../../src/cli/prefixed.ts';
import { usesColour } from '../../src/cli/streams.ts';

describe('usesColour()', () => {
  it.each<readonly [boolean, Readonly<Record<string, string>>, boolean, boolean]>([
    [true, {}, false, true],
    [false, {}, false, false],
    [true, {}, true, false],
    [true, { NO_COLOR: '1' }, false, false],
    [true, { NO_COLOR: '0' }, false, false],
    [true, { NO_COLOR: '' }, false, true],
    [true, { TERM: 'dumb' }, false, false],
    [true, { TERM: 'xterm' }, false, true],
    [false, { FORCE_COLOR: '1' }, false, false],
  ])('on a terminal: %s, with %j, --no-color: %s', (isTTY, env, off, expected) => {
    expect(usesColour(isTTY, { env, off })).toBe(expected);
  });
});

describe('prefixed()', () => {
  it('gives every line the prefix', () => {
    expect(prefixed('hint', ['one', 'two\nthree\n', ''])).toBe('hint: one\nhint: two\nhint: three\n');
  });

  it('of nothing is nothing', () => {
    expect(prefixed('warning', [])).toBe('');
  });
});
