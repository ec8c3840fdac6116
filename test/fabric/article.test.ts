/**
 * Plays the transcripts of this folder on daemons that follow the datastore. `RECORD_TRANSCRIPTS=1` writes the answers into the files instead of
 * comparing them: read what changed before committing it.
 */
import { readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dump } from 'js-yaml';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { findProgram, obtainMilliseconds } from '../servers/binaries.ts';
import { sharedEtcd, sharedKubernetes } from '../servers/shared.ts';
import { play, readTranscript } from '../transcripts/transcript.ts';
import type { Step } from '../transcripts/transcript.ts';
import { etcdStore, kubernetesStore, startFabric } from './fabric.ts';
import type { FabricStore } from './fabric.ts';

const programs = ['bird', 'etcd-3.4', 'kube-apiserver'] as const;
beforeAll(() => Promise.all(programs.map(findProgram)), obtainMilliseconds);

const stores: readonly (readonly [string, () => Promise<FabricStore>])[] = [
  ['etcd', async () => etcdStore(await sharedEtcd())],
  ['kubernetes', async () => kubernetesStore(await sharedKubernetes('v1'))],
];

const FOLDER = join(import.meta.dirname, 'transcripts');
const isRecording = process.env['RECORD_TRANSCRIPTS'] === '1';

/** A step without what is different on every run: times at which sessions came up, folders, and the order of BIRD's rows. */
function settled(step: Step, folders: ReadonlyMap<string, string>): Step {
  let stdout = step.stdout.replaceAll(/\b\d\d:\d\d:\d\d\b/g, 'HH:MM:SS');
  for (const [node, folder] of folders) stdout = stdout.replaceAll(folder, `<sockets of ${node}>`);
  const sorted = stdout.replaceAll(/(?:^\|.*\n)+/gm, (rows) =>
    rows
      .split(/(?<=\n)/)
      .toSorted()
      .join(''),
  );
  return { ...step, stdout: sorted };
}

describe.each(stores)('on %s', (_, open) => {
  it.each(readdirSync(FOLDER))(
    '%s',
    async (file) => {
      const store = await open();
      await store.wipe();
      const nodes = ['rr1', 'rr2', 'worker1', 'worker2'].map((name) => ({ name }));
      const fabric = await startFabric({ nodes, store, quick: true, respond: true });
      onTestFinished(async () => {
        await fabric.stop();
        await store.close();
      });
      const folders = new Map(fabric.nodes.map(({ name, sockets }) => [name, sockets]));
      const env = {
        ...store.environment,
        SOCKETS: [...folders].map(([name, folder]) => `${name}=${folder}`).join(','),
        ...Object.fromEntries([...folders].map(([name, folder]) => [name.toUpperCase(), folder])),
      };
      const path = join(FOLDER, file);
      const transcript = await readTranscript(path);
      const answers = (await play(transcript, env)).map((step) => settled(step, folders));
      if (isRecording) await writeFile(path, dump({ ...transcript, steps: answers }, { lineWidth: -1 }));
      expect(answers).toEqual(isRecording ? answers : transcript.steps);
    },
    180_000,
  );
});
