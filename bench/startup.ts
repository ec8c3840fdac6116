/** What a command costs before it does anything, and what the least work costs: reading one object. */
import { sides, timed } from './lib/suite.ts';
import type { Bench, Row } from './lib/suite.ts';
import { documentName, seed, writeDocuments } from './lib/world.ts';

const ROUND_TRIP_MILLISECONDS = 10;

export async function startup(bench: Bench): Promise<readonly Row[]> {
  const { rounds } = bench;
  const group = 'start-up';
  return [
    await timed({ group, work: '--help' }, sides(bench, ['--help']), { rounds }),
    await timed({ group, work: 'version --client' }, sides(bench, ['version', '--client']), { rounds }),
  ];
}

/** Reading one of several objects, straight and with a network in between. */
export async function getOne(bench: Bench): Promise<readonly Row[]> {
  const { rounds } = bench;
  const file = writeDocuments(10);
  const name = documentName(5);
  const rows: Row[] = [];
  for (const store of bench.stores) {
    await store.wipe();
    await seed(store, file);
    const group = `get one, ${store.name}`;
    const native = {
      name: store.name === 'etcd' ? 'etcdctl get' : 'kubectl get',
      command: await store.nativeGet(name),
    };
    for (const [work, format] of [
      ['table', 'ps'],
      ['YAML', 'yaml'],
    ] as const) {
      const args = ['get', 'globalnetworkset', name, '-o', format, '--allow-version-mismatch'];
      rows.push(await timed({ group, work }, sides(bench, args, store.environment, [native]), { rounds }));
    }
    const far = await store.far(ROUND_TRIP_MILLISECONDS);
    const args = ['get', 'globalnetworkset', name];
    rows.push(
      await timed({ group, work: `table at ${ROUND_TRIP_MILLISECONDS} ms` }, sides(bench, args, far), { rounds }),
    );
  }
  return rows;
}
