/**
 * Plays every transcript of this folder. `RECORD_TRANSCRIPTS=1` writes the answers into the files instead of comparing them: read what changed
 * before committing it.
 */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dump } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { sharedEtcd, sharedKubernetes } from '../servers/shared.ts';
import { pathWith } from '../servers/binaries.ts';
import { play, readTranscript } from './transcript.ts';
import type { Transcript } from './transcript.ts';

interface Stage {
  readonly env: Readonly<Record<string, string>>;
  prepare(transcript: Transcript): Promise<void>;
  end(): Promise<void>;
}

const stages: Readonly<Record<string, () => Promise<Stage>>> = {
  async etcd() {
    const server = await sharedEtcd('3.4');
    const PATH = await pathWith(['etcdctl-3.4']);
    const env = { DATASTORE_TYPE: 'etcdv3', ETCD_ENDPOINTS: server.endpoints, ETCDCTL_API: '3', PATH };
    return { env, prepare: () => server.wipe(), end: () => Promise.resolve() };
  },
  async kubernetes() {
    const server = await sharedKubernetes('v1');
    const env = { DATASTORE_TYPE: 'kubernetes', KUBECONFIG: server.kubeconfigFile, PATH: await pathWith(['kubectl']) };
    return {
      env,
      async prepare({ nodes = [] }) {
        await server.wipe();
        for (const { name, ...metadata } of nodes) {
          await server.kubectl(
            ['create', '-f', '-'],
            JSON.stringify({ apiVersion: 'v1', kind: 'Node', metadata: { name, ...metadata } }),
          );
        }
      },
      end: () => Promise.resolve(),
    };
  },
  async local() {
    const folder = await mkdtemp(join(tmpdir(), 'calicoctl-local-'));
    return {
      env: { DATASTORE_TYPE: 'local', CALICO_LOCAL_DIR: folder },
      async prepare() {
        for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true });
      },
      end: () => rm(folder, { recursive: true, force: true }),
    };
  },
};

const recording = process.env['RECORD_TRANSCRIPTS'] === '1';

for (const [datastore, open] of Object.entries(stages)) {
  const folder = join(import.meta.dirname, datastore);
  const names = (await readdir(folder)).filter((name) => name.endsWith('.yaml')).sort();
  describe(`transcripts on ${datastore}`, { concurrent: false }, () => {
    it.each(names)('%s', async (name) => {
      const path = join(folder, name);
      const transcript = await readTranscript(path);
      const stage = await open();
      try {
        await stage.prepare(transcript);
        const answers = await play(transcript, stage.env);
        if (recording) await writeFile(path, dump({ ...transcript, steps: answers }, { lineWidth: -1 }));
        expect(answers).toEqual(recording ? answers : transcript.steps);
      } finally {
        await stage.end();
      }
    });
  });
}
