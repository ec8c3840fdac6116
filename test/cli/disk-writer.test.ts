import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { diskWriter } from '../../src/cli/disk-writer.ts';

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'calicoctl-writer-'));
  onTestFinished(() => rmSync(made, { recursive: true }));
  return made;
}

describe('diskWriter', () => {
  it('replaces a file whole, and leaves nothing beside it', async () => {
    const path = join(folder(), 'plan.yaml');
    await diskWriter.replace(path, 'one');
    await diskWriter.replace(path, 'two');
    expect([readFileSync(path, 'utf8'), readdirSync(join(path, '..'))]).toEqual(['two', ['plan.yaml']]);
  });

  it('says why a file cannot be written', async () => {
    await expect(diskWriter.replace(join(folder(), 'no/plan.yaml'), 'x')).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('adds lines to a log, and drops one that was cut off', async () => {
    const path = join(folder(), 'log');
    const first = await diskWriter.openLog(path);
    await first?.append('one');
    await first?.append('two');
    await first?.close();
    writeFileSync(path, 'thr', { flag: 'a' });
    const second = await diskWriter.openLog(path);
    await second?.append('four');
    await second?.close();
    expect([first?.lines, second?.lines, readFileSync(path, 'utf8')]).toEqual([[], ['one', 'two'], 'one\ntwo\nfour\n']);
    expect(readdirSync(join(path, '..'))).toEqual(['log']);
  });

  it('opens a log only once at a time', async () => {
    const path = join(folder(), 'log');
    const first = await diskWriter.openLog(path);
    expect(await diskWriter.openLog(path)).toBe(undefined);
    await first?.close();
    const second = await diskWriter.openLog(path);
    expect(second).not.toBe(undefined);
    await second?.close();
  });

  it('is held up by another process, until that is killed', async () => {
    const path = join(folder(), 'log');
    const module = join(import.meta.dirname, '../../src/cli/disk-writer.ts');
    const script = `const { diskWriter } = await import(${JSON.stringify(module)}); await diskWriter.openLog(${JSON.stringify(path)}); console.log('open'); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    await once(child.stdout, 'data');
    expect(await diskWriter.openLog(path)).toBe(undefined);
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
    const log = await diskWriter.openLog(path);
    expect(log).not.toBe(undefined);
    await log?.close();
  });
});
