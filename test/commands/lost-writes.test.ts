/** What a person is told of a write whose connection broke, and that it is not sent again. */
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { calicoctl } from '../doubles/program.ts';
import type { Ended } from '../doubles/program.ts';

const NAME = 'set-1';
const FILE = `kind: GlobalNetworkSet
apiVersion: projectcalico.org/v3
metadata: { name: ${NAME} }
spec: { nets: [10.1.0.0/16] }
`;
const STORED = {
  kind: 'GlobalNetworkSet',
  apiVersion: 'crd.projectcalico.org/v1',
  metadata: { name: NAME, resourceVersion: '7', uid: '00000000-0000-4000-8000-000000000000' },
  spec: { nets: ['10.0.0.0/16'] },
};

let folder: string;
let server: Server;
/** what a server of Kubernetes' API was asked, with what is behind the group */
let asked: string[];
/** whether nobody listens any more once the object was read */
let endsWithRead: boolean;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'calicoctl-lost-'));
  asked = [];
  endsWithRead = false;
  server = createServer((request, response) => {
    const { method = '', url = '' } = request;
    asked.push(`${method} ${url}`);
    request.resume();
    request.once('end', () => {
      const isObject = url.endsWith(`/${NAME}`);
      if (isObject && method !== 'GET') return void request.socket.destroy();
      const body = JSON.stringify(
        isObject ? STORED : { kind: 'Status', status: 'Failure', code: 404, reason: 'NotFound' },
      );
      const ends = isObject && endsWithRead;
      if (ends) server.close();
      response.writeHead(isObject ? 200 : 404, {
        'Content-Type': 'application/json',
        Connection: ends ? 'close' : 'keep-alive',
      });
      response.end(body);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

async function run(verb: string): Promise<Pick<Ended, 'exit' | 'stderr'>> {
  const address = server.address();
  const port = address === null || typeof address === 'string' ? 0 : address.port;
  const file = join(folder, 'set.yaml');
  writeFileSync(file, FILE);
  const { exit, stderr } = await calicoctl([verb, '-f', file, '--allow-version-mismatch'], {
    env: { DATASTORE_TYPE: 'kubernetes', K8S_API_ENDPOINT: `http://127.0.0.1:${port}` },
  });
  return { exit, stderr: stderr.replaceAll(String(port), 'PORT') };
}

const writes = (): readonly string[] =>
  asked.filter((request) => request.endsWith(`/${NAME}`) && !request.startsWith('GET '));

it.each([
  ['replace', 'PUT'],
  ['delete', 'DELETE'],
])('a %s whose answer is lost is sent once, and told as not known', async (verb, method) => {
  const { exit, stderr } = await run(verb);
  expect(exit).toBe(1);
  expect(stderr).toContain('no answer came: the change may or may not have been made');
  expect(writes()).toEqual([`${method} /apis/crd.projectcalico.org/v1/globalnetworksets/${NAME}`]);
});

it.each(['replace', 'delete'])('a %s that finds nobody listening any more was not sent', async (verb) => {
  endsWithRead = true;
  const { exit, stderr } = await run(verb);
  expect(exit).toBe(1);
  expect(stderr).toContain('dial tcp 127.0.0.1:PORT: connect: connection refused');
  expect(stderr).not.toContain('may or may not');
  expect(writes()).toEqual([]);
});
