/** The machine as Linux shows it. */
import { readdir, readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { Machine } from '../context.ts';

/** Files that are open at the same time. */
const BATCH = 64;

export function thisMachine(): Machine {
  return {
    platform: process.platform,
    userId: process.getuid?.(),
    hostname: hostname(),
    processes: () => readProcesses('/proc'),
  };
}

/** The command lines in a `/proc` (proc_pid_cmdline(5): words end with NUL). */
async function readProcesses(folder: string): Promise<readonly (readonly string[])[]> {
  const ids = (await readdir(folder)).filter((name) => /^\d+$/.test(name)).sort();
  const found: (readonly string[])[] = [];
  for (let from = 0; from < ids.length; from += BATCH) {
    const lines = await Promise.all(ids.slice(from, from + BATCH).map((id) => commandLine(`${folder}/${id}/cmdline`)));
    found.push(...lines.filter((words) => words.length > 0));
  }
  return found;
}

/** Nothing for processes that end meanwhile, that belong to the kernel, or that may not be seen. */
async function commandLine(path: string): Promise<readonly string[]> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text === '' ? [] : text.replace(/\0$/, '').split('\0');
}
