/** What is stored in real servers of both groups, and what is read of what others stored. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Datastore } from '../../../src/datastore/datastore.ts';
import { open } from '../../../src/datastore/kubernetes/driver.ts';
import { Corrupt, ServerError } from '../../../src/datastore/errors.ts';
import { isJsonObject } from '../../../src/kinds/schema.ts';
import type { JsonObject } from '../../../src/kinds/schema.ts';
import { object, peer, pool } from '../../conformance/objects.ts';
import type { KubernetesConnection } from '../../servers/kubernetes.ts';
import { sharedKubernetes } from '../../servers/shared.ts';
import { failure, options, settings } from './support.ts';

/** The object as the server holds it, without what the server itself made. */
async function stored(server: KubernetesConnection, path: string): Promise<JsonObject> {
  const { body } = await server.api.call('GET', path);
  if (!isJsonObject(body) || !isJsonObject(body['metadata'])) throw new Error(`${path} is no object`);
  const {
    uid: _uid,
    resourceVersion: _rv,
    generation: _g,
    managedFields: _f,
    creationTimestamp: _t,
    ...metadata
  } = body['metadata'];
  return { ...body, metadata };
}

async function raw(server: KubernetesConnection, path: string): Promise<JsonObject> {
  const { body } = await server.api.call('GET', path);
  if (!isJsonObject(body) || !isJsonObject(body['metadata'])) throw new Error(`${path} is no object`);
  return body['metadata'];
}

const GROUPS = [
  { crds: 'v1', group: 'crd.projectcalico.org', version: 'v1' },
  { crds: 'v3', group: 'projectcalico.org', version: 'v3' },
] as const;

describe.each(GROUPS)('custom resources of $group/$version', ({ crds, group, version }) => {
  const path = `/apis/${group}/${version}`;
  let server: KubernetesConnection;
  let datastore: Datastore;
  beforeAll(async () => {
    server = await sharedKubernetes(crds);
    datastore = await open(settings({ kubeconfig: server.kubeconfigFile }), options());
  });
  beforeEach(() => server.wipe());
  afterAll(() => datastore.close());

  const make = (plural: string, body: object): Promise<unknown> =>
    server.api.call('POST', `${path}/${plural}`, { body });
  const custom = (kind: string, metadata: object, spec: object): object => ({
    apiVersion: `${group}/${version}`,
    kind,
    metadata,
    spec,
  });

  it('hold spec and metadata as the Go client stores them', async () => {
    const labels = { rack: 'r1', 'projectcalico.org/zone': 'z1' };
    const annotations = { note: 'keep', 'projectcalico.org/hint': 'h' };
    await datastore.create(peer('noted', {}, { labels, annotations }));
    const kept = {
      creationTimestamp: '2024-02-29T23:59:58Z',
      labels: { 'projectcalico.org/zone': 'z1', rack: 'r1' },
      annotations,
    };
    expect(await stored(server, `${path}/bgppeers/noted`)).toEqual({
      apiVersion: `${group}/${version}`,
      kind: 'BGPPeer',
      metadata:
        crds === 'v3'
          ? { name: 'noted', labels, annotations }
          : {
              name: 'noted',
              labels: { 'projectcalico.org/zone': 'z1' },
              annotations: { 'projectcalico.org/hint': 'h', 'projectcalico.org/metadata': JSON.stringify(kept) },
            },
      spec: { asNumber: 64512, peerIP: '192.0.2.1' },
    });
  });

  it('are written under the field manager of the Go client', async () => {
    await datastore.create(peer('a'));
    expect(await raw(server, `${path}/bgppeers/a`)).toMatchObject({
      managedFields: [{ manager: 'Go-http-client', operation: 'Update' }],
    });
  });

  it('are shown with a uid that stands for their own', async () => {
    const { metadata } = await datastore.create(peer('a'));
    const { uid } = await raw(server, `${path}/bgppeers/a`);
    expect(metadata.uid === uid).toBe(crds === 'v3');
    const updated = await datastore.update({
      ...(await datastore.get({ kind: 'BGPPeer', name: 'a' })),
      spec: { asNumber: 1 },
    });
    expect(updated.metadata.uid).toBe(metadata.uid);
  });

  it('made with other tools are read with all their metadata, which a write keeps', async () => {
    const annotations = { 'example.com/a': 'b' };
    await make(
      'bgppeers',
      custom('BGPPeer', { name: 'bare', labels: { 'made-by': 'kubectl' }, annotations }, { asNumber: 64513 }),
    );
    const read = await datastore.get({ kind: 'BGPPeer', name: 'bare' });
    expect(read.metadata).toMatchObject({ generation: 1, labels: { 'made-by': 'kubectl' }, annotations });
    expect(read.metadata.managedFields).toHaveLength(1);
    const updated = await datastore.update({ ...read, spec: { asNumber: 64599 } });
    expect(updated.metadata).toMatchObject({ labels: { 'made-by': 'kubectl' }, annotations });
    const { metadata } = await stored(server, `${path}/bgppeers/bare`);
    expect(isJsonObject(metadata) && Object.keys(metadata).sort()).toEqual(
      crds === 'v3' ? ['annotations', 'labels', 'name'] : ['annotations', 'name'],
    );
  });

  it('that cannot be read are skipped in lists by name, and an error otherwise', async () => {
    const good = await datastore.create(peer('good'));
    await make('bgppeers', custom('BGPPeer', { name: 'odd' }, { asNumber: {} }));
    const { items, skipped } = await datastore.list({ kind: 'BGPPeer' });
    expect([items, skipped]).toEqual([[good], ['odd']]);
    expect(await failure(datastore.get({ kind: 'BGPPeer', name: 'odd' }))).toBeInstanceOf(Corrupt);
  });

  it('that are missing, exist, or have no definition are named as the Go client names them', async () => {
    await datastore.create(pool('a', '10.0.0.0/16'));
    const other = group === 'projectcalico.org' ? 'crd.projectcalico.org/v1' : 'projectcalico.org/v3';
    const undefinedGroup = other.split('/')[0];
    const elsewhere = await open(settings({ kubeconfig: server.kubeconfigFile, calicoAPIGroup: other }), options());
    const texts = await Promise.all([
      failure(datastore.get({ kind: 'IPPool', name: 'b' })),
      failure(datastore.delete({ kind: 'IPPool', name: 'b' })),
      failure(datastore.create(pool('a', '10.0.0.0/16'))),
      failure(elsewhere.get({ kind: 'BGPPeer', name: 'x' })),
      failure(elsewhere.create(peer('x'))),
    ]);
    const empty = await elsewhere.list({ kind: 'BGPPeer' });
    await elsewhere.close();
    const missing = 'the server could not find the requested resource';
    expect(texts.map(String)).toEqual([
      `NotFound: resource does not exist: IPPool(b) with error: ippools.${group} "b" not found`,
      `NotFound: resource does not exist: IPPool(b) with error: ippools.${group} "b" not found`,
      `AlreadyExists: resource already exists: IPPool(a) with error: ippools.${group} "a" already exists`,
      `NotFound: resource does not exist: BGPPeer(x) with error: ${missing} (get BGPPeers.${undefinedGroup} x)`,
      `NotFound: resource does not exist: BGPPeer(x) with error: ${missing} (post BGPPeers.${undefinedGroup})`,
    ]);
    expect(empty).toEqual({
      kind: 'BGPPeerList',
      apiVersion: 'projectcalico.org/v3',
      metadata: { resourceVersion: '' },
      items: [],
    });
  });

  it('without a name are refused before the server is asked', async () => {
    const nameless = new ServerError('resource name may not be empty');
    const { name: _name, ...metadata } = { ...(await datastore.create(peer('a'))).metadata };
    expect(
      await Promise.all([
        failure(datastore.get({ kind: 'IPPool', name: '' })),
        failure(datastore.delete({ kind: 'IPPool', name: '' })),
        failure(datastore.update({ ...peer(''), metadata })),
      ]),
    ).toEqual([nameless, nameless, nameless]);
  });

  it('refused by our own checks are named as the server would name them', async () => {
    await datastore.list({ kind: 'IPPool' });
    const ref = { kind: 'IPPool', name: 'p1' };
    expect(
      [datastore.invalid?.(ref, ['spec: Forbidden: a']), datastore.invalid?.(ref, ['a', 'b'])].map(String),
    ).toEqual([
      `ServerError: IPPool.${group} "p1" is invalid: spec: Forbidden: a`,
      `ServerError: IPPool.${group} "p1" is invalid: [a, b]`,
    ]);
  });

  it('are listed completely when they fill several pages', async () => {
    const names = Array.from({ length: 600 }, (_, index) => `peer-${String(index).padStart(4, '0')}`);
    await Promise.all(names.map((name) => datastore.create(peer(name))));
    const { items } = await datastore.list({ kind: 'BGPPeer' });
    expect(items.map(({ metadata }) => metadata.name)).toEqual(names);
  });

  it('of the IPAM configuration have the name of their group', async () => {
    await datastore.create(object('IPAMConfiguration', 'default', { strictAffinity: true, autoAllocateBlocks: true }));
    const plural = crds === 'v1' ? 'ipamconfigs' : 'ipamconfigurations';
    expect(await stored(server, `${path}/${plural}/default`)).toMatchObject({
      kind: crds === 'v1' ? 'IPAMConfig' : 'IPAMConfiguration',
      spec: { strictAffinity: true, autoAllocateBlocks: true },
    });
    expect(await failure(datastore.get({ kind: 'IPAMConfiguration', name: 'x' }))).toMatchObject({
      message: `resource does not exist: IPAMConfiguration(x) with error: ${plural}.${group} "x" not found`,
    });
  });
});

describe('custom resources of crd.projectcalico.org/v1', () => {
  let server: KubernetesConnection;
  let datastore: Datastore;
  beforeAll(async () => {
    server = await sharedKubernetes('v1');
    datastore = await open(settings({ kubeconfig: server.kubeconfigFile }), options());
  });
  beforeEach(() => server.wipe());
  afterAll(() => datastore.close());

  it('whose annotation is no JSON are skipped in lists, and an error otherwise', async () => {
    const metadata = { name: 'odd', annotations: { 'projectcalico.org/metadata': 'not json' } };
    const body = { apiVersion: 'crd.projectcalico.org/v1', kind: 'BGPPeer', metadata, spec: {} };
    await server.api.call('POST', '/apis/crd.projectcalico.org/v1/bgppeers', { body });
    expect(await datastore.list({ kind: 'BGPPeer' })).toMatchObject({ items: [], skipped: ['odd'] });
    expect(await failure(datastore.get({ kind: 'BGPPeer', name: 'odd' }))).toBeInstanceOf(Corrupt);
  });

  it('take the answer of a dry run for what would be stored', async () => {
    const answer = await datastore.create(peer('a', {}, { labels: { x: 'y' } }), { dryRun: true });
    expect(answer).toMatchObject({ metadata: { name: 'a', labels: { x: 'y' } }, spec: { peerIP: '192.0.2.1' } });
  });
});
