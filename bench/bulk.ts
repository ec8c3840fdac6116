/** Writing many objects, straight and with a network in between, and how the time of one document grows with their number. */
import { sides, timed } from './lib/suite.ts';
import type { Bench, Row } from './lib/suite.ts';
import { seed, writeDocuments } from './lib/world.ts';
import type { Store } from './lib/world.ts';

const ROUND_TRIP_MILLISECONDS = 10;
const GROWTH = [100, 1000, 5000];

export async function bulk(bench: Bench): Promise<readonly Row[]> {
  const rows: Row[] = [];
  const shown = bench.written.toLocaleString('en');
  for (const store of bench.stores) {
    rows.push(...(await verbs(bench, store, `bulk of ${shown}, ${store.name}`, store.environment)));
    const far = await store.far(ROUND_TRIP_MILLISECONDS);
    rows.push(...(await verbs(bench, store, `bulk of ${shown} at ${ROUND_TRIP_MILLISECONDS} ms, ${store.name}`, far)));
  }
  return rows;
}

async function verbs(
  bench: Bench,
  store: Store,
  group: string,
  env: Readonly<Record<string, string>>,
): Promise<readonly Row[]> {
  const rounds = Math.max(3, Math.round(bench.rounds / 5));
  const [file, other] = [writeDocuments(bench.written), writeDocuments(bench.written, 1)];
  const who = (verb: string, path: string) => sides(bench, [verb, '-f', path, '--allow-version-mismatch'], env);
  const wiped = async (): Promise<void> => store.wipe();
  const filled = async (): Promise<void> => {
    await store.wipe();
    await seed(store, file);
  };
  const apply = await timed({ group, work: 'apply' }, who('apply', file), { rounds, prepare: wiped });
  await filled();
  return [
    apply,
    await timed({ group, work: 'apply again' }, who('apply', file), { rounds }),
    await timed({ group, work: 'replace' }, who('replace', other), { rounds, prepare: filled }),
    await timed({ group, work: 'delete' }, who('delete', file), { rounds, prepare: filled }),
  ];
}

/** Time of one document of an apply, for more and more documents. */
export async function growth(bench: Bench): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const store of bench.stores) {
    for (const count of GROWTH) {
      const group = `growth, ${store.name}`;
      const file = writeDocuments(count);
      const who = sides(bench, ['apply', '-f', file, '--allow-version-mismatch'], store.environment);
      const prepare = async (): Promise<void> => store.wipe();
      const row = await timed({ group, work: `apply of ${count.toLocaleString('en')}` }, who, { rounds: 3, prepare });
      const figures = row.figures.map(({ side, values }) => ({ side, values: values.map((value) => value / count) }));
      rows.push({ ...row, unit: 'ms per document', figures });
    }
    await store.wipe();
  }
  return rows;
}
