/** Reading and printing many objects: time, and the most memory in use. */
import { sides, timed, weighed } from './lib/suite.ts';
import type { Bench, Row } from './lib/suite.ts';
import { documentName, seed, writeDocuments } from './lib/world.ts';

const FORMATS = [
  ['table', 'ps'],
  ['YAML', 'yaml'],
  ['JSON', 'json'],
] as const;

export async function lists(bench: Bench): Promise<readonly Row[]> {
  const rounds = Math.max(3, Math.round(bench.rounds / 3));
  const count = bench.listed;
  const shown = count.toLocaleString('en');
  const file = writeDocuments(count);
  const rows: Row[] = [];
  for (const store of bench.stores) {
    await store.wipe();
    await seed(store, file);
    const native = { name: store.name === 'etcd' ? 'etcdctl get' : 'kubectl get', command: await store.nativeGet() };
    const flags = ['--allow-version-mismatch'];
    for (const [work, format] of FORMATS) {
      const who = sides(bench, ['get', 'globalnetworkset', '-o', format, ...flags], store.environment, [native]);
      rows.push(await timed({ group: `list of ${shown}, ${store.name}`, work }, who, { rounds }));
    }
    const one = ['get', 'globalnetworkset', documentName(5), ...flags];
    const group = `peak memory, ${store.name}`;
    rows.push(await weighed({ group, work: 'get one' }, sides(bench, one, store.environment)));
    for (const [work, format] of FORMATS) {
      const who = sides(bench, ['get', 'globalnetworkset', '-o', format, ...flags], store.environment);
      rows.push(await weighed({ group, work: `list of ${shown} as ${work === 'table' ? 'a table' : work}` }, who));
    }
    await store.wipe();
  }
  return rows;
}
