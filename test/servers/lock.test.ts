import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { withLock } from './lock.ts';
import { run } from './run.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'calicoctl-test-lock-'));
  path = join(folder, 'deep', 'lock');
  onTestFinished(() => rmSync(folder, { recursive: true }));
});

it('withLock() lets one in at a time and leaves nothing behind', async () => {
  let inside = 0;
  const waiters: number[] = [];
  const work = async () => {
    inside++;
    await sleep(20);
    const seen = inside;
    inside--;
    return seen;
  };
  const seen = await Promise.all([1, 2, 3].map(() => withLock(path, work, (owner) => waiters.push(owner))));
  expect([seen, waiters]).toEqual([
    [1, 1, 1],
    [process.pid, process.pid],
  ]);
  expect(readdirSync(join(folder, 'deep'))).toEqual([]);
});

it('withLock() gives the lock back when the work fails', async () => {
  await expect(withLock(path, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await withLock(path, () => Promise.resolve('in'))).toBe('in');
});

it('withLock() takes over from an owner that no longer lives', async () => {
  const dead = await run('/bin/sh', ['-c', 'echo $$']);
  await withLock(path, () => Promise.resolve());
  writeFileSync(path, dead);
  const seen = await Promise.all(
    [1, 2].map(() => withLock(path, () => Promise.resolve(readdirSync(join(folder, 'deep')).includes('lock')))),
  );
  expect(seen).toEqual([true, true]);
});
