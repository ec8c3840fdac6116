import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { commandLoaders } from '../../src/commands/index.ts';

const PROGRAM = join(import.meta.dirname, '../../bench/bgp.ts');

it('bench/bgp.ts measures every command, size by size', async () => {
  const args = [PROGRAM, '--nodes', '5,10', '--rounds', '1', '--layout', 'mesh'];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const cells = (line: string): readonly string[] => line.split('|').map((cell) => cell.trim());
  const found = stdout
    .split('\n')
    .slice(2, -1)
    .map((line) => cells(line).slice(1, 5).join(' '));
  const commands = ['bgp sessions', 'bgp lint', 'bgp convert plan'].filter((command) => command in commandLoaders);
  expect(found).toEqual(commands.flatMap((command) => [`mesh ${command} 5 20`, `mesh ${command} 10 90`]));
});
