/** A network that fails between the driver and a real API server. */
import { readFileSync } from 'node:fs';
import { afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { Datastore } from '../../../src/datastore/datastore.ts';
import { Unavailable } from '../../../src/datastore/errors.ts';
import { open } from '../../../src/datastore/kubernetes/driver.ts';
import { V1, V3 } from '../../../src/datastore/kubernetes/group.ts';
import type { ConnectionSpec, OpenOptions } from '../../../src/datastore/settings.ts';
import { changed, peer } from '../../conformance/objects.ts';
import type { KubernetesConnection } from '../../servers/kubernetes.ts';
import { startKubernetes } from '../../servers/kubernetes.ts';
import type { FaultProxy } from '../../servers/proxy.ts';
import { startProxy } from '../../servers/proxy.ts';
import { sharedKubernetes } from '../../servers/shared.ts';
import { serve, serveHttp } from './scripted-server.ts';
import { failure, options, settings } from './support.ts';

const REF = { kind: 'BGPPeer', name: 'a' };

let server: KubernetesConnection;
let proxy: FaultProxy | undefined;
const opened: Datastore[] = [];
beforeAll(async () => {
  server = await sharedKubernetes('v1');
});
beforeEach(() => server.wipe());
afterEach(async () => {
  for (const datastore of opened.splice(0)) await datastore.close();
  await proxy?.stop();
  proxy = undefined;
});

/** A driver whose connections go over the proxy, by TLS. */
async function through(given: Partial<OpenOptions> = {}, spec: Partial<ConnectionSpec> = {}) {
  proxy = await startProxy({ target: server.server });
  const endpoint = { k8sAPIEndpoint: proxy.url, k8sCAFile: server.caFile, k8sAPIToken: server.tokens.admin };
  const datastore = await open(settings({ ...endpoint, ...spec }), options(given));
  opened.push(datastore);
  return { datastore, proxy };
}

/** A driver whose requests can be seen: it speaks plain HTTP with the proxy, which cannot prove anybody. */
async function seen(spec: Partial<ConnectionSpec> = {}) {
  proxy = await startProxy({ target: server.server, ca: readFileSync(server.caFile, 'utf8') });
  const datastore = await open(settings({ k8sAPIEndpoint: proxy.url, ...spec }), options());
  opened.push(datastore);
  return { datastore, proxy };
}

/** A driver in front of a server that answers from a script. */
async function scripted(script: (line: string) => { readonly status: number; readonly answer: unknown }) {
  const served = await serveHttp(({ line }, response) => {
    const { status, answer } = script(line);
    response.writeHead(status, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify(answer));
  });
  onTestFinished(() => served.stop());
  const datastore = await open(settings({ k8sAPIEndpoint: `http://127.0.0.1:${served.port}` }), options());
  opened.push(datastore);
  return { datastore, seen: () => served.seen.map(({ line }) => line) };
}

describe('the driver asks', () => {
  it('nothing when it is opened', async () => {
    const { proxy: between } = await through();
    expect(between.connections).toBe(0);
  });

  it('once which group there is, however many requests wait for that', async () => {
    const { datastore, proxy: between } = await seen();
    await Promise.all([
      failure(datastore.get(REF)),
      failure(datastore.list({ kind: 'IPPool' })),
      failure(datastore.delete(REF)),
    ]);
    await failure(datastore.get(REF));
    expect(between.requests.filter((line) => line === 'GET /apis')).toHaveLength(1);
  });

  it.each([
    ['an object', 200, { metadata: { name: 'a' }, spec: {} }],
    [
      'that there is no such object',
      404,
      { status: 'Failure', reason: 'NotFound', code: 404, details: { group: V1.group } },
    ],
  ])('not which group there is when it is told %s', async (_, status, answer) => {
    const { datastore, seen: requests } = await scripted(() => ({ status, answer }));
    await datastore.get(REF).catch(() => undefined);
    await datastore.list({ kind: 'BGPPeer' }).catch(() => undefined);
    const path = '/apis/crd.projectcalico.org/v1/bgppeers';
    expect(requests()).toEqual([`GET ${path}/a`, `GET ${path}?limit=500`]);
  });

  it('the other group for the object when the first is not there', async () => {
    const { datastore, seen: requests } = await scripted((line) => {
      if (line === 'GET /apis') return { status: 200, answer: { groups: [{ name: V3.group }] } };
      const isThere = line.includes(`/apis/${V3.group}/`);
      return {
        status: isThere ? 200 : 404,
        answer: isThere ? { metadata: { name: 'a' }, spec: {} } : 'page not found',
      };
    });
    expect((await datastore.get(REF)).metadata.name).toBe('a');
    expect((await datastore.list({ kind: 'BGPPeer' })).items).toEqual([]);
    expect(requests()).toEqual([
      'GET /apis/crd.projectcalico.org/v1/bgppeers/a',
      'GET /apis',
      'GET /apis/projectcalico.org/v3/bgppeers/a',
      'GET /apis/projectcalico.org/v3/bgppeers?limit=500',
    ]);
  });

  it('nothing else when nobody answers', async () => {
    const silent = await serve(() => undefined);
    const endpoint = { k8sAPIEndpoint: `http://127.0.0.1:${silent.port}` };
    const datastore = await open(settings(endpoint), options({ requestTimeout: 300 }));
    opened.push(datastore);
    expect(await failure(datastore.get(REF))).toBeInstanceOf(Unavailable);
    expect(silent.connections).toBe(1);
    await silent.stop();
  });

  it('not which group there is when the settings say so', async () => {
    const { datastore, proxy: between } = await seen({ calicoAPIGroup: 'crd.projectcalico.org/v1' });
    await failure(datastore.get(REF));
    expect(between.requests).toEqual(['GET /apis/crd.projectcalico.org/v1/bgppeers/a']);
  });

  it('not which group there is for nodes', async () => {
    const { datastore, proxy: between } = await seen();
    await failure(datastore.list({ kind: 'Node' }));
    expect(between.requests).toEqual(['GET /api/v1/nodes?limit=500']);
  });
});

describe('the driver keeps one connection', () => {
  it('for commands one after another', async () => {
    const { datastore, proxy: between } = await through();
    await datastore.create(peer('a'));
    for (let round = 0; round < 10; round++) await datastore.get(REF);
    expect(between.connections).toBe(1);
  });
});

describe('a server that', () => {
  it('refuses connections is named at once, and works again when it is back', async () => {
    const { datastore, proxy: between } = await through();
    await datastore.create(peer('a'));
    await between.set({ kind: 'refuse' });
    const error = await failure(datastore.get(REF));
    expect(error).toBeInstanceOf(Unavailable);
    expect(error).toMatchObject({
      message: `Get "${between.url}/apis/crd.projectcalico.org/v1/bgppeers/a": dial tcp 127.0.0.1:${between.port}: connect: connection refused`,
      endpoint: between.url,
      phase: 'connect',
      setting: 'setting k8sAPIEndpoint',
    });
    await between.set({ kind: 'none' });
    expect((await datastore.get(REF)).metadata.name).toBe('a');
  });

  it('accepts and never answers is given up at the deadline', async () => {
    const { datastore, proxy: between } = await through({ requestTimeout: 500 });
    const created = await datastore.create(peer('a'));
    await between.set({ kind: 'silent' });
    const [read, write] = await Promise.all([
      failure(datastore.get(REF)),
      failure(datastore.update(changed(created, { spec: { asNumber: 1 } }))),
    ]);
    expect(read).toMatchObject({ phase: 'response' });
    expect(String(read)).toMatch(
      /^Unavailable: Get ".*": net\/http: request canceled \(Client\.Timeout exceeded while awaiting headers\)$/,
    );
    expect(String(write)).toMatch(
      /^Unavailable: Put ".*": net\/http: .* the change may or may not have been made\)$|TLS handshake timeout$/,
    );
  });

  it('accepts and never answers does not hold up a command that is cancelled', async () => {
    const controller = new AbortController();
    const { datastore, proxy: between } = await through({ signal: controller.signal, requestTimeout: 0 });
    await datastore.create(peer('a'));
    await between.set({ kind: 'silent' });
    const reason = new Error('cancelled by the test');
    const running = failure(datastore.get(REF));
    setTimeout(() => controller.abort(reason), 50);
    expect(await running).toBe(reason);
  });

  it('closes kept connections is asked again for reads', async () => {
    const { datastore, proxy: between } = await through();
    await datastore.create(peer('a'));
    await between.set({ kind: 'refuse' });
    await between.set({ kind: 'none' });
    expect((await datastore.get(REF)).metadata.name).toBe('a');
  });

  it('hangs up in the middle of answers is named, and loses nothing', async () => {
    const { datastore, proxy: between } = await through(
      { requestTimeout: 1_000 },
      { calicoAPIGroup: 'crd.projectcalico.org/v1' },
    );
    const created = await datastore.create(peer('a'));
    await between.set({ kind: 'cut', afterBytes: 60 });
    const error = await failure(datastore.update(changed(created, { spec: { asNumber: 1 } })));
    expect(error).toBeInstanceOf(Unavailable);
    await between.set({ kind: 'none' });
    const read = await datastore.get(REF);
    // Whether it was made cannot be known; that it was made whole or not at all can.
    expect([64512, 1]).toContain(read.spec['asNumber']);
  });

  it('is slow only takes longer', async () => {
    const { datastore, proxy: between } = await through();
    await between.set({ kind: 'delay', roundTripMilliseconds: 20 });
    const names = Array.from({ length: 32 }, (_, index) => `p${String(index).padStart(2, '0')}`);
    await Promise.all(names.map((name) => datastore.create(peer(name))));
    expect((await datastore.list({ kind: 'BGPPeer' })).items.map(({ metadata }) => metadata.name)).toEqual(names);
  });

  it('is killed is named', async () => {
    const own = await startKubernetes();
    try {
      const datastore = await open(settings({ kubeconfig: own.kubeconfigFile }), options({ requestTimeout: 5_000 }));
      opened.push(datastore);
      await datastore.create(peer('a'));
      await own.kill();
      const error = await failure(datastore.get(REF));
      expect(error).toMatchObject({
        message: `Get "${own.server}/apis/crd.projectcalico.org/v1/bgppeers/a": dial tcp 127.0.0.1:${own.port}: connect: connection refused`,
        phase: 'connect',
        setting: `setting kubeconfig: cluster "test" in ${own.kubeconfigFile}`,
      });
    } finally {
      await own.stop();
    }
  });
});
