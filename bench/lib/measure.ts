/** Runs programs side by side: every round runs each once, in turning order, so that a slow phase of the machine meets all of them. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../../test/servers/process.ts';

/** One command line that is measured. */
export interface Side {
  /** what it is called in tables */
  readonly name: string;
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** What one run took. */
export interface Run {
  readonly milliseconds: number;
  /** most memory in use at a time, KiB; undefined where GNU time is not installed */
  readonly peakKibibytes: number | undefined;
}

export interface Measurement {
  readonly side: Side;
  /** one a round */
  readonly runs: readonly Run[];
}

export interface MeasureOptions {
  readonly rounds: number;
  /** brings the world into the state that a run of this side starts from; not measured */
  readonly prepare?: (side: Side) => Promise<void>;
  /** asks for peak memory: one more process around each run, so not to be mixed with times */
  readonly memory?: boolean;
}

/**
 * Measures sides in rounds: A B C, then C B A. One round before them warms up and is not counted.
 * @throws {Error} when a run fails: a time of something that did not work says nothing
 */
export async function measure(sides: readonly Side[], options: MeasureOptions): Promise<readonly Measurement[]> {
  const runs = new Map<Side, Run[]>(sides.map((side) => [side, []]));
  for (let round = 0; round <= options.rounds; round++) {
    for (const side of round % 2 === 0 ? sides : sides.toReversed()) {
      await options.prepare?.(side);
      const run = await runOnce(side, options.memory ?? false);
      if (round > 0) runs.get(side)?.push(run);
    }
  }
  return sides.map((side) => ({ side, runs: runs.get(side) ?? [] }));
}

const GNU_TIME = '/usr/bin/time';
const LIMIT_MILLISECONDS = 300_000;

async function runOnce(side: Side, memory: boolean): Promise<Run> {
  const folder = memory ? makeFolder('bench') : '';
  const report = join(folder, 'peak');
  const [program = '', ...args] = memory
    ? [GNU_TIME, '--format=%M', `--output=${report}`, ...side.command]
    : side.command;
  const started = performance.now();
  const milliseconds = await new Promise<number>((resolve, reject) => {
    const child = spawn(program, args, {
      env: { ...bareEnvironment(), ...side.env },
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: LIMIT_MILLISECONDS,
    });
    let stderr = '';
    let ended = 0;
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.once('error', reject);
    child.once('exit', () => (ended = performance.now()));
    child.once('close', (code, signal) => {
      if (code === 0) resolve(ended - started);
      else reject(new Error(`${side.command.join(' ')}: ended with ${String(code ?? signal)}: ${stderr}`));
    });
  });
  return { milliseconds, peakKibibytes: memory ? Number(readFileSync(report, 'utf8').trim()) : undefined };
}

/** Nothing that names a datastore, and nothing that makes one side slower: a bundle of certificates costs a runtime that reads it at start. */
function bareEnvironment(): NodeJS.ProcessEnv {
  const { PATH, HOME, USER, XDG_CACHE_HOME } = process.env;
  return { PATH, HOME, USER, XDG_CACHE_HOME };
}
