/**
 * Measures this program against others, side by side.
 *
 *     node bench/run.ts [--program NAME=PATH]... [--suite NAME]... [--rounds N] [--listed N] [--written N] [--write]
 *
 * Takes part: the standalone executable if it is built, the Node build, an empty Node program, and each `--program`, any calicoctl; one named `go`
 * stands for the Go tool. `--write` writes docs/performance.md and docs/performance.svg; without it the page goes to standard output.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bulk, growth } from './bulk.ts';
import { lists } from './lists.ts';
import { page, plot } from './lib/report.ts';
import { FLOOR, NODE_BUILD } from './lib/suite.ts';
import type { Contender, Row, Suite } from './lib/suite.ts';
import { startStores } from './lib/world.ts';
import { getOne, startup } from './startup.ts';

const ROOT = join(import.meta.dirname, '..');

const SUITES: Readonly<Record<string, Suite>> = { 'start-up': startup, get: getOne, list: lists, bulk, growth };

const { values } = parseArgs({
  options: {
    program: { type: 'string', multiple: true, default: [] },
    suite: { type: 'string', multiple: true, default: Object.keys(SUITES) },
    rounds: { type: 'string', default: '21' },
    listed: { type: 'string', default: '5000' },
    written: { type: 'string', default: '1000' },
    write: { type: 'boolean', default: false },
  },
});

function contenders(): readonly Contender[] {
  const standalone = join(ROOT, 'dist/standalone', `calicoctl-${process.platform}-${process.arch}`);
  const others = values.program.map((text): Contender => {
    const [name = '', path = ''] = text.split(/=(.*)/s);
    if (path === '') throw new Error(`--program ${text}: expected NAME=PATH`);
    return { name, command: [path] };
  });
  return [
    ...(existsSync(standalone) ? [{ name: 'standalone', command: [standalone] }] : []),
    { name: NODE_BUILD, command: [process.execPath, join(ROOT, 'bin/run.js')] },
    ...others,
  ];
}

function positive(text: string, flag: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new Error(`--${flag} ${text}: expected a whole number from 1`);
  return number;
}

const suites = values.suite.map((name) => {
  const suite = SUITES[name];
  if (suite === undefined) throw new Error(`--suite ${name}: there are ${Object.keys(SUITES).join(', ')}`);
  return suite;
});
const rounds = positive(values.rounds, 'rounds');
const taking = contenders();
const stores = await startStores();
const rows: Row[] = [];
try {
  const bench = {
    contenders: taking,
    floor: { name: FLOOR, command: [process.execPath, '-e', '0'] },
    stores,
    rounds,
    listed: positive(values.listed, 'listed'),
    written: positive(values.written, 'written'),
  };
  for (const suite of suites) rows.push(...(await suite(bench)));
} finally {
  await Promise.all(stores.map((store) => store.stop()));
}
const [processor] = cpus();
const about = {
  date: new Date().toISOString().slice(0, 10),
  processor: processor?.model ?? 'an unknown processor',
  cores: cpus().length,
  node: process.version,
  contenders: taking.map(({ name }) => name),
  rounds,
};
const go = taking.some(({ name }) => name === 'go') ? 'go' : undefined;
const text = page(rows, about, go);
if (values.write) {
  writeFileSync(join(ROOT, 'docs/performance.md'), text);
  writeFileSync(join(ROOT, 'docs/performance.svg'), plot(rows, go));
} else process.stdout.write(text);
