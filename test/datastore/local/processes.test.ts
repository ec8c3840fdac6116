import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Unavailable } from '../../../src/datastore/errors.ts';
import { lockFolder } from '../../../src/datastore/local/lock.ts';
import { peer } from '../../conformance/objects.ts';
import { COUNTER, TestFolder } from './support.ts';

const WORKER = join(import.meta.dirname, 'worker.ts');

let folder: TestFolder;
const started: ChildProcess[] = [];
beforeEach(async () => {
  folder = new TestFolder();
  const store = await folder.open();
  await store.create(peer(COUNTER.name, {}, { annotations: { count: '0' } }));
  await store.close();
});
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
  folder.remove();
});

interface Worker {
  readonly child: ChildProcess;
  readonly lines: readonly string[];
  /** everything printed on standard error */
  errors(): string;
  /** waits for a line that begins so */
  line(start: string): Promise<string>;
  exit(): Promise<number | null>;
}

function startWorker(...task: readonly string[]): Worker {
  const child = spawn(process.execPath, ['--experimental-strip-types', '--no-warnings', WORKER, folder.path, ...task], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  const lines: string[] = [];
  let rest = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\n');
    rest = parts.pop() ?? '';
    lines.push(...parts);
    child.emit('lines');
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const exited = once(child, 'close');
  return {
    child,
    lines,
    errors: () => errors,
    async line(start) {
      for (;;) {
        const found = lines.find((line) => line.startsWith(start));
        if (found !== undefined) return found;
        if (child.exitCode !== null) throw new Error('the worker has ended');
        await Promise.race([once(child, 'lines'), exited]);
      }
    },
    async exit() {
      await exited;
      return child.exitCode;
    },
  };
}

/** Reads the counter's file for some milliseconds, as fast as possible: it has to be whole at any time. */
async function watchFor(milliseconds: number): Promise<void> {
  for (const start = performance.now(); performance.now() - start < milliseconds; await sleep(0)) {
    expect(folder.read('bgppeers/counter.yaml')).toMatch(/^apiVersion: [^]*\n {2}peerIP: 192\.0\.2\.1\n$/);
  }
}

/** What the counter says, read by a fresh process's eyes. */
async function count(): Promise<number> {
  return Number((await (await folder.open()).get(COUNTER)).metadata.annotations?.['count']);
}

describe('two processes', () => {
  it('that add 1 to a counter 1,000 times each lose no update', async () => {
    const workers = [startWorker('count', '1000'), startWorker('count', '1000')];
    const codes = await Promise.all(workers.map((worker) => worker.exit()));
    expect([codes, workers.map((worker) => worker.errors())]).toEqual([
      [0, 0],
      ['', ''],
    ]);
    expect(await count()).toBe(2000);
    // They met: otherwise nothing was shown.
    const conflicts = workers.map((worker) => Number(worker.lines.at(-1)?.replace('conflicts ', '')));
    expect(conflicts.reduce((sum, conflict) => sum + conflict, 0)).toBeGreaterThan(0);
    expect(folder.all()).toEqual(['bgppeers', 'bgppeers/counter.yaml']);
  }, 300_000);
});

describe('a writer that is killed', () => {
  it('leaves a whole file, loses no confirmed write, and holds nobody up', async () => {
    let confirmed = 0;
    for (let round = 0; round < 15; round++) {
      const worker = startWorker('churn');
      await worker.line('count');
      await watchFor(Math.random() * 60);
      worker.child.kill('SIGKILL');
      await worker.exit();
      expect(worker.errors()).toBe('');
      const last = Number(worker.lines.findLast((line) => line.startsWith('count '))?.slice('count '.length));
      const now = await count();
      // The write that was under way may have been done without being confirmed.
      expect([last, last + 1]).toContain(now);
      expect(now).toBeGreaterThan(confirmed);
      confirmed = now;
      const store = await folder.open();
      const { annotations } = (await store.get(COUNTER)).metadata;
      expect(annotations?.['padding']).toBe(annotations?.['end']);
      expect(folder.warnings).toEqual([]);
      await store.delete({ kind: 'BGPPeer', name: 'extra' }).catch(() => undefined);
      await store.close();
    }
    const store = await folder.open();
    await store.create(peer('tidy'));
    await store.close();
    expect(folder.all()).toEqual(['bgppeers', 'bgppeers/counter.yaml', 'bgppeers/tidy.yaml']);
  }, 300_000);

  it('while another waits gives way to it', async () => {
    const lock = await hold();
    const store = await folder.open();
    const waiting = store.delete(COUNTER);
    await sleep(50);
    expect(existsSync(folder.at('bgppeers/counter.yaml'))).toBe(true);
    lock.release();
    await waiting;
    expect(existsSync(folder.at('bgppeers/counter.yaml'))).toBe(false);
  });
});

const options = (patience: number) => ({ signal: new AbortController().signal, patience, setting: 'CALICO_LOCAL_DIR' });
const hold = () => lockFolder(folder.path, options(0));
const announcements = () => readdirSync(folder.at('.calicoctl-lock'));

describe('lockFolder()', () => {
  it('lets one in at a time', async () => {
    let inside = 0;
    let most = 0;
    const enter = async () => {
      const lock = await hold();
      most = Math.max(most, ++inside);
      await sleep(2);
      inside--;
      lock.release();
    };
    await Promise.all(Array.from({ length: 12 }, enter));
    expect([most, announcements()]).toEqual([1, []]);
  });

  it('gives up after the given time, naming the process that writes and the setting', async () => {
    const lock = await hold();
    const refused = lockFolder(folder.path, options(30));
    await expect(refused).rejects.toBeInstanceOf(Unavailable);
    await expect(refused).rejects.toMatchObject({
      endpoint: folder.path,
      phase: 'request',
      setting: 'CALICO_LOCAL_DIR',
    });
    await expect(refused).rejects.toThrow(`is being written to by process ${process.pid} (`);
    expect(announcements()).toHaveLength(1);
    lock.release();
  });

  it('ends with the reason of the signal', async () => {
    const lock = await hold();
    const controller = new AbortController();
    const waiting = lockFolder(folder.path, { ...options(0), signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    lock.release();
  });

  it('passes over a number that another process has by now, and one that is gone', async () => {
    const lock = await hold();
    const [own = ''] = announcements();
    lock.release();
    const [scope = ''] = own.split('.');
    const ended = spawn(process.execPath, ['-e', '']);
    await once(ended, 'close');
    for (const name of [`${scope}.${process.pid}.1.reused`, `${scope}.${ended.pid}.1.gone`]) {
      writeFileSync(folder.at('.calicoctl-lock', name), '');
    }
    (await lockFolder(folder.path, options(1000))).release();
    expect(announcements()).toEqual([]);
  });

  it('waits for a writer on another machine, and fails when such a one took this one for dead', async () => {
    mkdirSync(folder.at('.calicoctl-lock'), { recursive: true });
    writeFileSync(folder.at('.calicoctl-lock', `${hostname()}.1.1.elsewhere`), '');
    await expect(lockFolder(folder.path, options(30))).rejects.toBeInstanceOf(Unavailable);
    expect(announcements()).toHaveLength(1);
    folder.clear();
    mkdirSync(folder.path);
    const lock = await hold();
    lock.confirm();
    folder.clear();
    expect(() => lock.confirm()).toThrow(Unavailable);
  });
});
