import { describe, expect, it } from 'vitest';
import { unifiedDiff } from '../../src/output/diff.ts';
import { generator } from '../doubles/random.ts';

const LABELS = { before: 'old', after: 'new' };

function diffOf(before: readonly string[], after: readonly string[]): readonly string[] {
  const text = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');
  const diff = unifiedDiff(text(before), text(after), LABELS);
  return diff === '' ? [] : diff.replace(/\n$/, '').split('\n');
}

/** Applies a unified diff as patch(1) does, strictly: every line must be where the diff says. */
function applied(before: readonly string[], diff: readonly string[]): readonly string[] {
  const out: string[] = [];
  let at = 0;
  let left = { before: 0, after: 0 };
  for (const line of diff.slice(2)) {
    const header = /^@@ -(\d+),(\d+) \+(\d+),(\d+) @@$/.exec(line);
    if (header !== null) {
      if (left.before !== 0 || left.after !== 0) throw new Error(`a hunk is too short before ${line}`);
      const [, from = '', size = '', to = '', newSize = ''] = header;
      const start = size === '0' ? Number(from) : Number(from) - 1;
      while (at < start) out.push(before[at++] ?? '');
      if (out.length !== (newSize === '0' ? Number(to) : Number(to) - 1)) throw new Error(`wrong place in ${line}`);
      left = { before: Number(size), after: Number(newSize) };
      continue;
    }
    const [sign, text] = [line.slice(0, 1), line.slice(1)];
    if (sign !== '+') {
      if (before[at] !== text) throw new Error(`line ${at + 1} is not ${text}`);
      at++;
      left.before--;
    }
    if (sign !== '-') {
      out.push(text);
      left.after--;
    }
  }
  if (left.before !== 0 || left.after !== 0) throw new Error('the last hunk is too short');
  return [...out, ...before.slice(at)];
}

/** A text of few different lines, so that there are many ways to compare it. */
function someLines(random: () => number, most: number): readonly string[] {
  return Array.from(
    { length: Math.floor(random() * most) },
    () => ['a', 'b', 'c', '', '-', '+x', ' '][Math.floor(random() * 7)] ?? '',
  );
}

/** The text with some of its lines changed, taken away or doubled. */
function edited(random: () => number, lines: readonly string[]): readonly string[] {
  return lines.flatMap((line) => {
    const chance = random();
    return chance < 0.05 ? [] : chance < 0.1 ? [line, 'new'] : chance < 0.15 ? ['changed'] : [line];
  });
}

describe('unifiedDiff()', () => {
  it('of equal texts is empty', () => {
    expect(unifiedDiff('a\nb\n', 'a\nb\n', LABELS)).toBe('');
  });

  it('shows three lines around a change', () => {
    const lines = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];
    expect(
      diffOf(
        lines,
        lines.map((line) => (line === '5' ? 'five' : line)),
      ),
    ).toEqual(['--- old', '+++ new', '@@ -2,7 +2,7 @@', ' 2', ' 3', ' 4', '-5', '+five', ' 6', ' 7', ' 8']);
  });

  it('joins changes whose surroundings touch, and parts others', () => {
    const lines = Array.from({ length: 30 }, (_, index) => `${index + 1}`);
    const hunks = (...changed: readonly string[]): readonly string[] =>
      diffOf(
        lines,
        lines.map((line) => (changed.includes(line) ? 'x' : line)),
      ).filter((line) => line.startsWith('@@'));
    expect(hunks('5', '12')).toEqual(['@@ -2,14 +2,14 @@']);
    expect(hunks('5', '13')).toEqual(['@@ -2,7 +2,7 @@', '@@ -10,7 +10,7 @@']);
  });

  it.each([
    ['all of it is new', [], ['a', 'b'], ['@@ -0,0 +1,2 @@', '+a', '+b']],
    ['nothing is left', ['a', 'b'], [], ['@@ -1,2 +0,0 @@', '-a', '-b']],
    ['a line goes at the end', ['a', 'b'], ['a'], ['@@ -1,2 +1,1 @@', ' a', '-b']],
    ['a line comes first', ['b'], ['a', 'b'], ['@@ -1,1 +1,2 @@', '+a', ' b']],
  ])('when %s', (_, before, after, hunk) => {
    expect(diffOf(before, after)).toEqual(['--- old', '+++ new', ...hunk]);
  });

  it('is the shortest one', () => {
    const changes = diffOf(['a', 'b', 'c', 'a', 'b', 'b', 'a'], ['c', 'b', 'a', 'b', 'a', 'c']);
    expect(changes.slice(2).filter((line) => /^[-+]/.test(line))).toHaveLength(5);
  });

  it('gives the second text when it is applied to the first, whatever they are', () => {
    const random = generator(20240229);
    for (let round = 0; round < 400; round++) {
      const before = someLines(random, 40);
      const after = round % 2 === 0 ? someLines(random, 40) : edited(random, before);
      expect(applied(before, diffOf(before, after))).toEqual(after);
    }
  });

  it('of long texts that have nothing in common takes one away and adds the other', () => {
    const before = Array.from({ length: 20_000 }, (_, index) => `old ${index}`);
    const after = Array.from({ length: 20_000 }, (_, index) => `new ${index}`);
    const diff = diffOf(before, after);
    expect([diff.length, diff[2]]).toEqual([40_003, '@@ -1,20000 +1,20000 @@']);
    expect(applied(before, diff)).toEqual(after);
  });

  it('of long texts with scattered changes is applied to the second text', () => {
    const before = Array.from({ length: 20_000 }, (_, index) => `line ${index}`);
    const after = before.map((line, index) => (index % 97 === 0 ? `${line} changed` : line));
    expect(applied(before, diffOf(before, after))).toEqual(after);
  });
});
