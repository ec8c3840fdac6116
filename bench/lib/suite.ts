/** What a suite of measurements gets, and what it gives. */
import { measure } from './measure.ts';
import type { MeasureOptions, Side } from './measure.ts';
import type { Store } from './world.ts';

/** A calicoctl that takes part. */
export interface Contender {
  readonly name: string;
  /** program and arguments before the command line */
  readonly command: readonly string[];
}

export interface Bench {
  readonly contenders: readonly Contender[];
  /** the runtime that does nothing: what a program on it cannot go below */
  readonly floor: Side;
  readonly stores: readonly Store[];
  readonly rounds: number;
  /** objects of a long list, and of a bulk write */
  readonly listed: number;
  readonly written: number;
}

export interface Figure {
  readonly side: string;
  /** one number a round */
  readonly values: readonly number[];
}

/** One row: the same work done by all. */
export interface Row {
  readonly group: string;
  readonly work: string;
  readonly unit: 'ms' | 'MiB' | 'ms per document';
  readonly figures: readonly Figure[];
}

export type Suite = (bench: Bench) => Promise<readonly Row[]>;

/** Name under which the runtime that does nothing stands among the figures. */
export const FLOOR = 'node -e 0';

/** Name of the contender that runs on Node. */
export const NODE_BUILD = 'Node build';

/** All contenders with the same arguments, and what else is to stand beside them. */
export function sides(
  bench: Bench,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  others: readonly Side[] = [],
): readonly Side[] {
  const ours = bench.contenders.map(({ name, command }) => ({ name, command: [...command, ...args], env }));
  return [...ours, bench.floor, ...others];
}

/** Measures one row in milliseconds. */
export async function timed(
  label: Pick<Row, 'group' | 'work'>,
  who: readonly Side[],
  options: MeasureOptions,
): Promise<Row> {
  process.stderr.write(`${label.group}: ${label.work}\n`);
  const measured = await measure(who, options);
  const figures = measured.map(({ side, runs }) => ({
    side: side.name,
    values: runs.map(({ milliseconds }) => milliseconds),
  }));
  return { ...label, unit: 'ms', figures };
}

/** Measures the peak memory of one row in MiB. */
export async function weighed(label: Pick<Row, 'group' | 'work'>, who: readonly Side[]): Promise<Row> {
  process.stderr.write(`${label.group}: ${label.work}\n`);
  const measured = await measure(who, { rounds: 3, memory: true });
  const figures = measured.map(({ side, runs }) => ({
    side: side.name,
    values: runs.map(({ peakKibibytes = Number.NaN }) => peakKibibytes / 1024),
  }));
  return { ...label, unit: 'MiB', figures };
}
