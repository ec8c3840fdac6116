import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { hostname } from 'node:os';
import { expect, it, onTestFinished } from 'vitest';
import { thisMachine } from '../../src/cli/machine.ts';

it('thisMachine() sees processes word by word, and not those of the kernel', async () => {
  const child = spawn(
    process.execPath,
    ['-e', 'console.log("ready"); setInterval(() => {}, 1000)', 'two words', '', 'end'],
    {
      argv0: 'calico-felix',
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  const machine = thisMachine();
  expect([machine.platform, machine.userId, machine.hostname]).toEqual([
    process.platform,
    process.getuid?.(),
    hostname(),
  ]);
  const processes = await machine.processes();
  expect(processes.filter(([program]) => program === 'calico-felix').map((words) => words.slice(3))).toEqual([
    ['two words', '', 'end'],
  ]);
  expect(processes.filter((words) => words.length === 0)).toEqual([]);
});
