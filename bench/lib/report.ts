/** The page of the latest run: docs/performance.md and the plot beside it. */
import { FLOOR, NODE_BUILD } from './suite.ts';
import type { Row } from './suite.ts';
import { NODE_TARGETS, REFERENCES } from './reference.ts';
import { median, ratioOf } from './statistics.ts';

/** Where and when a run was made. */
export interface Surroundings {
  readonly date: string;
  readonly processor: string;
  readonly cores: number;
  readonly node: string;
  /** as given on the command line; the first is the one that targets are held against */
  readonly contenders: readonly string[];
  readonly rounds: number;
}

export interface Verdict {
  readonly row: Row;
  /** ours divided by the Go tool's */
  readonly share: number;
  readonly target: number;
}

/** What the first contender takes in relation to the Go tool: measured beside it where it took part, else by its recorded relation to the floor. */
export function verdictOf(row: Row, go: string | undefined): Verdict | undefined {
  const reference = REFERENCES[`${row.group}: ${row.work}`];
  const [ours] = row.figures;
  if (reference === undefined || ours === undefined) return undefined;
  const theirs = referenceFigure(row, go);
  return theirs === undefined ? undefined : { row, share: median(ours.values) / theirs, target: reference.target };
}

function referenceFigure(row: Row, go: string | undefined): number | undefined {
  const measured = row.figures.find(({ side }) => side === go);
  if (measured !== undefined) return median(measured.values);
  const reference = REFERENCES[`${row.group}: ${row.work}`];
  if (reference?.floors === undefined) return reference?.mebibytes;
  const floor = row.figures.find(({ side }) => side === FLOOR);
  return floor === undefined ? undefined : reference.floors * median(floor.values) + (reference.milliseconds ?? 0);
}

/** @param go name of the contender that is the Go tool, if it took part */
export function page(rows: readonly Row[], about: Surroundings, go: string | undefined): string {
  return [
    '# Performance',
    '',
    'Made by `bench/run.ts`; do not edit. All programs of a table ran in turns (A B C, C B A …), so that a slow phase of the machine meets all of them. Figures are medians;',
    'behind them stands their ratio to that of the runtime that does nothing, and in brackets the quartiles of the same ratio taken round by round. Compare within a row only.',
    '',
    `Run of ${about.date} on ${about.cores} cores of ${about.processor}, Node ${about.node}, ${about.rounds} rounds (fewer for long work).`,
    '',
    go === undefined
      ? 'The Go calicoctl did not take part. Where a target is a share of its time, that is computed from what it takes on the same kind of machine, in multiples of `node -e 0` (medians of the same row), and the milliseconds that its round trips add.'
      : `The Go calicoctl took part as ${go}.`,
    '',
    '![Share of the Go tool’s time](performance.svg)',
    '',
    '## Targets',
    '',
    ...targets(rows, go),
    ...nodeTargets(rows),
    ...groups(rows).flatMap(([group, members]) => [`## ${capitalised(group)}`, '', ...table(members), '']),
    '## Repeat it',
    '',
    '```sh',
    'sh scripts/with-node npm run build && sh scripts/with-node npm run build:standalone -- --only linux-x64',
    'sh scripts/with-node node bench/run.ts --write                                  # everything, and this page',
    'sh scripts/with-node node bench/run.ts --suite start-up --suite get             # a part of it',
    'sh scripts/with-node node bench/run.ts --program go=/usr/local/bin/calicoctl    # beside any other calicoctl; `go` stands for the Go tool',
    '```',
    '',
    'Servers are those of the tests: a real etcd and a real kube-apiserver on this machine, and a proxy in front of them where a row names a round-trip time.',
    '',
  ].join('\n');
}

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function groups(rows: readonly Row[]): readonly (readonly [string, readonly Row[]])[] {
  const names = [...new Set(rows.map(({ group }) => group))];
  return names.map((name) => [name, rows.filter(({ group }) => group === name)] as const);
}

function targets(rows: readonly Row[], go: string | undefined): readonly string[] {
  const verdicts = rows.flatMap((row) => verdictOf(row, go) ?? []);
  return [
    '| work | share of the Go tool’s | target | |',
    '| --- | ---: | ---: | --- |',
    ...verdicts.map(
      ({ row, share, target }) =>
        `| ${row.group}: ${row.work} | ${rounded(share)} | ${target} | ${share <= target ? 'met' : 'not met'} |`,
    ),
    '',
  ];
}

/** The Node build cannot go below its runtime: it is held against that. */
function nodeTargets(rows: readonly Row[]): readonly string[] {
  const lines = rows.flatMap((row) => {
    const target = NODE_TARGETS[`${row.group}: ${row.work}`];
    const ours = row.figures.find(({ side }) => side === NODE_BUILD);
    const floor = row.figures.find(({ side }) => side === FLOOR);
    if (target === undefined || ours === undefined || floor === undefined) return [];
    const { ratio } = ratioOf(ours.values, floor.values);
    return [`| ${row.group}: ${row.work} | ${rounded(ratio)} | ${target} | ${ratio <= target ? 'met' : 'not met'} |`];
  });
  return lines.length === 0
    ? []
    : ['| Node build | times an empty program | target | |', '| --- | ---: | ---: | --- |', ...lines, ''];
}

function table(rows: readonly Row[]): readonly string[] {
  const names = [...new Set(rows.flatMap(({ figures }) => figures.map(({ side }) => side)))];
  const unit = rows[0]?.unit ?? '';
  return [
    `| ${unit} | ${names.join(' | ')} |`,
    `| --- | ${names.map(() => '---:').join(' | ')} |`,
    ...rows.map((row) => `| ${row.work} | ${names.map((name) => cell(row, name)).join(' | ')} |`),
  ];
}

function cell(row: Row, name: string): string {
  const figure = row.figures.find(({ side }) => side === name);
  const floor = row.figures.find(({ side }) => side === FLOOR);
  if (figure === undefined) return '';
  const value = rounded(median(figure.values));
  if (floor === undefined || name === FLOOR || row.unit !== 'ms') return value;
  const { ratio, low, high } = ratioOf(figure.values, floor.values);
  return `${value} · ${rounded(ratio)}× (${rounded(low)}–${rounded(high)})`;
}

/** Three significant digits. */
function rounded(value: number): string {
  return value >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}

const PLOT = { width: 860, left: 330, row: 22, top: 46 } as const;

/** Bars of the share of the Go tool's time, with the target as a mark. */
export function plot(rows: readonly Row[], go: string | undefined): string {
  const verdicts = rows.flatMap((row) => verdictOf(row, go) ?? []);
  const most = Math.max(1, ...verdicts.map(({ share, target }) => Math.max(share, target)));
  const x = (share: number): number => PLOT.left + ((PLOT.width - PLOT.left - 60) * share) / most;
  const height = PLOT.top + verdicts.length * PLOT.row + 16;
  const bars = verdicts.map(({ row, share, target }, index) => {
    const y = PLOT.top + index * PLOT.row;
    const colour = share <= target ? '#2b8a3e' : '#c92a2a';
    return [
      `<text x="${PLOT.left - 8}" y="${y + 13}" text-anchor="end">${escaped(`${row.group}: ${row.work}`)}</text>`,
      `<rect x="${PLOT.left}" y="${y + 3}" width="${(x(share) - PLOT.left).toFixed(1)}" height="13" fill="${colour}"/>`,
      `<line x1="${x(target).toFixed(1)}" x2="${x(target).toFixed(1)}" y1="${y}" y2="${y + 19}" stroke="#212529" stroke-width="2"/>`,
      `<text x="${(x(Math.max(share, target)) + 6).toFixed(1)}" y="${y + 13}">${rounded(share)}</text>`,
    ].join('');
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${PLOT.width}" height="${height}" font-family="sans-serif" font-size="11">`,
    `<rect width="100%" height="100%" fill="#ffffff"/>`,
    `<text x="12" y="20" font-size="14">Share of the Go tool’s time or memory; the mark is the target, less is better</text>`,
    `<line x1="${x(1).toFixed(1)}" x2="${x(1).toFixed(1)}" y1="${PLOT.top - 8}" y2="${height - 12}" stroke="#868e96" stroke-dasharray="3 3"/>`,
    `<text x="${x(1).toFixed(1)}" y="${PLOT.top - 12}" text-anchor="middle" fill="#868e96">Go tool</text>`,
    ...bars,
    '</svg>',
    '',
  ].join('\n');
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
