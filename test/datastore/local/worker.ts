/**
 * A process that writes to a folder: `worker.ts FOLDER count ROUNDS` adds 1 to a counter so many times, `worker.ts FOLDER churn` rewrites,
 * creates and deletes until it is killed. Prints a line when it begins, and one for every write that was confirmed.
 */
import { writeSync } from 'node:fs';
import { Conflict } from '../../../src/datastore/errors.ts';
import { open } from '../../../src/datastore/local/driver.ts';
import { COUNTER, settingsFor } from './support.ts';

const [folder = '', task = '', rounds = '0'] = process.argv.slice(2);
const store = await open(settingsFor(folder), {
  signal: new AbortController().signal,
  requestTimeout: 0,
  env: {},
  log: () => undefined,
  warn: (message) => writeSync(2, `${message}\n`),
});
const say = (line: string) => writeSync(1, `${line}\n`);

/** Reads the counter, adds 1 and writes it, again and again until nobody else was faster. */
async function increment(annotations: Readonly<Record<string, string>>): Promise<string> {
  for (;;) {
    const read = await store.get(COUNTER);
    const count = String(Number(read.metadata.annotations?.['count']) + 1);
    try {
      await store.update({ ...read, metadata: { ...read.metadata, annotations: { ...annotations, count } } });
      return count;
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
      conflicts++;
    }
  }
}

let conflicts = 0;
say('ready');
if (task === 'count') {
  for (let round = 0; round < Number(rounds); round++) await increment({});
  say(`conflicts ${conflicts}`);
} else {
  // Long enough that a write that is not atomic would be seen half done.
  for (let round = 0; ; round++) {
    const padding = String(round % 10).repeat(20_000 + (round % 7) * 5_000);
    say(`count ${await increment({ padding, end: padding })}`);
    const peer = {
      kind: 'BGPPeer',
      apiVersion: 'projectcalico.org/v3',
      metadata: { name: 'extra' },
      spec: { peerIP: '192.0.2.9' },
    };
    await store.create(peer);
    await store.delete({ kind: 'BGPPeer', name: 'extra' });
  }
}
await store.close();
