import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { diskWriter } from '../../src/cli/disk-writer.ts';
import { matching } from '../doubles/matchers.ts';
import type { LineLog } from '../../src/context.ts';
import { ownIdentity } from '../../src/process-identity.ts';

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'calicoctl-writer-'));
  onTestFinished(() => rmSync(made, { recursive: true }));
  return made;
}

/** Opens a log that nobody else has open. */
async function opened(path: string): Promise<LineLog> {
  const log = await diskWriter.openLog(path);
  if ('lock' in log) throw new Error(`held by ${log.lock}`);
  return log;
}

/** Leaves the announcement of a process whose identity differs from that of this one in some parts of its scope; its path. */
function announcement(
  path: string,
  change: (machine: string, boot: string, space: string) => readonly string[],
): string {
  const [scope = '', ...rest] = ownIdentity().split('.');
  const [machine = '', boot = '', space = ''] = scope.split('-');
  const name = [change(machine, boot, space).join('-'), ...rest, 'x'].join('.');
  const lock = join(path, '..', `.log.lock.${name}`);
  writeFileSync(lock, '');
  return lock;
}

describe('diskWriter', () => {
  it('replaces a file whole, and leaves nothing beside it', async () => {
    const path = join(folder(), 'plan.yaml');
    await diskWriter.replace(path, 'one');
    await diskWriter.replace(path, 'two');
    expect([readFileSync(path, 'utf8'), readdirSync(join(path, '..'))]).toEqual(['two', ['plan.yaml']]);
  });

  it('says why a file cannot be written', async () => {
    const path = join(folder(), 'no/plan.yaml');
    const refused = matching(new RegExp(`^(?:write|open) ${path}: no such file or directory$`));
    for (const write of [() => diskWriter.replace(path, 'x'), () => diskWriter.openLog(path)])
      await expect(write()).rejects.toMatchObject({ code: 'ENOENT', message: refused });
  });

  it('adds lines to a log, and drops one that was cut off', async () => {
    const path = join(folder(), 'log');
    const first = await opened(path);
    await first.append('one');
    await first.append('two');
    await first.close();
    writeFileSync(path, 'thr', { flag: 'a' });
    const second = await opened(path);
    await second.append('four');
    await second.close();
    expect([first.lines, second.lines, readFileSync(path, 'utf8')]).toEqual([[], ['one', 'two'], 'one\ntwo\nfour\n']);
    expect(readdirSync(join(path, '..'))).toEqual(['log']);
  });

  it('opens a log only once at a time', async () => {
    const path = join(folder(), 'log');
    const first = await opened(path);
    expect(await diskWriter.openLog(path)).toMatchObject({ foreign: false });
    await first.close();
    const second = await opened(path);
    await second.close();
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
    expect(await diskWriter.openLog(path)).toMatchObject({ foreign: false });
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
    const log = await opened(path);
    await log.close();
  });

  it('is not held up by a process from before this machine was started anew', async () => {
    const path = join(folder(), 'log');
    announcement(path, (machine, _boot, space) => [machine, '0123456789', space]);
    await (await opened(path)).close();
    expect(readdirSync(join(path, '..'))).toEqual([]);
  });

  it('is held up by one that cannot be looked up, and names what it left', async () => {
    const path = join(folder(), 'log');
    const lock = announcement(path, (_machine, boot, space) => ['0123456789', boot, space]);
    expect(await diskWriter.openLog(path)).toEqual({ lock, foreign: true });
    rmSync(lock);
    const older = announcement(path, () => ['0123456789abcdef']);
    expect(await diskWriter.openLog(path)).toEqual({ lock: older, foreign: true });
  });

  it('makes no log before its first line', async () => {
    const path = join(folder(), 'log');
    await (await opened(path)).close();
    expect(readdirSync(join(path, '..'))).toEqual([]);
  });

  it('drops a line that could not be written whole, and says so', async () => {
    const path = join(folder(), 'log');
    const module = join(import.meta.dirname, '../../src/cli/disk-writer.ts');
    const script = `const { diskWriter } = await import(${JSON.stringify(module)}); const log = await diskWriter.openLog(${JSON.stringify(path)}); await log.append('one'); try { await log.append('x'.repeat(100000)); } catch (error) { console.log(error.code); } await log.append('two'); await log.close();`;
    // No file may grow past some blocks: a write is cut off there, as on a full disk.
    const child = spawn(
      'sh',
      ['-c', 'ulimit -f 8; exec "$@"', 'sh', process.execPath, '--input-type=module', '-e', script],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    const said: string[] = [];
    child.stdout.on('data', (data: Buffer) => said.push(data.toString()));
    await once(child, 'close');
    expect([said.join(''), readFileSync(path, 'utf8')]).toEqual(['EFBIG\n', 'one\ntwo\n']);
  });
});
