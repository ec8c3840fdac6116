/**
 * A process of its own that increments a counter in an annotation of a BGPPeer: `increment.ts ENDPOINTS TIMES`. Two of them wait for each
 * other before they begin. Prints how often it met the other.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Conflict } from '../../../src/datastore/errors.ts';
import { open } from '../../../src/datastore/etcd/driver.ts';
import { API_VERSION } from '../../../src/kinds/resource.ts';
import { openOptions, settings } from './support.ts';

const [etcdEndpoints = '', times = '0'] = process.argv.slice(2);
const store = await open(settings({ etcdEndpoints }), openOptions());
const metadata = { name: `ready-${process.pid}`, uid: randomUUID() };
await store.create({ kind: 'IPPool', apiVersion: API_VERSION, metadata, spec: { cidr: '10.0.0.0/8' } });
while ((await store.list({ kind: 'IPPool' })).items.length < 2) await sleep(5);
let conflicts = 0;
for (let done = 0; done < Number(times);) {
  const read = await store.get({ kind: 'BGPPeer', name: 'counter' });
  const count = String(Number(read.metadata.annotations?.['count']) + 1);
  try {
    await store.update({ ...read, metadata: { ...read.metadata, annotations: { count } } });
    done++;
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    conflicts++;
  }
}
await store.close();
process.stdout.write(String(conflicts));
