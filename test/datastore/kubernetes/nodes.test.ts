/** Calico's nodes on a real API server. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Datastore } from '../../../src/datastore/datastore.ts';
import { open } from '../../../src/datastore/kubernetes/driver.ts';
import type { Resource } from '../../../src/kinds/resource.ts';
import { isJsonObject } from '../../../src/kinds/schema.ts';
import type { KubernetesConnection } from '../../servers/kubernetes.ts';
import { sharedKubernetes } from '../../servers/shared.ts';
import type { Heard } from './support.ts';
import { failure, options, settings } from './support.ts';

const ALPHA = { kind: 'Node', name: 'alpha' };

describe('nodes', () => {
  let server: KubernetesConnection;
  let datastore: Datastore;
  const heard: Heard = { log: [], warnings: [] };
  beforeAll(async () => {
    server = await sharedKubernetes('v1');
    datastore = await open(settings({ kubeconfig: server.kubeconfigFile }), options({}, heard));
  });
  beforeEach(async () => {
    await server.wipe();
    heard.warnings.length = 0;
  });
  afterAll(() => datastore.close());

  async function makeNode(name: string, metadata: object = {}, spec: object = {}): Promise<void> {
    const body = { apiVersion: 'v1', kind: 'Node', metadata: { name, ...metadata }, spec };
    await server.api.call('POST', '/api/v1/nodes', { body });
  }

  async function core(name: string): Promise<{ readonly annotations: unknown; readonly labels: unknown }> {
    const { body } = await server.api.call('GET', `/api/v1/nodes/${name}`);
    const metadata = isJsonObject(body) && isJsonObject(body['metadata']) ? body['metadata'] : {};
    return { annotations: metadata['annotations'], labels: metadata['labels'] };
  }

  const alpha = () =>
    makeNode('alpha', {
      labels: { rack: 'r1' },
      annotations: { 'projectcalico.org/IPv4Address': '10.20.0.1/24', 'example.com/other': 'untouched' },
    });

  it('are the nodes of the cluster', async () => {
    await alpha();
    await makeNode('gamma', {}, { podCIDRs: ['10.4.0.0/24'], podCIDR: '10.4.0.0/24' });
    const read = await datastore.get(ALPHA);
    const { uid, resourceVersion, creationTimestamp } = read.metadata;
    expect(read).toEqual({
      kind: 'Node',
      apiVersion: 'projectcalico.org/v3',
      metadata: {
        name: 'alpha',
        uid,
        resourceVersion,
        creationTimestamp,
        labels: { rack: 'r1' },
        annotations: { 'projectcalico.org/kube-labels': '{"rack":"r1"}' },
      },
      spec: {
        bgp: { ipv4Address: '10.20.0.1/24' },
        orchRefs: [{ nodeName: 'alpha', orchestrator: 'k8s' }],
        addresses: [{ address: '10.20.0.1/24', type: 'CalicoNodeIP' }],
      },
      status: {},
    });
    const list = await datastore.list({ kind: 'Node' });
    expect([list.kind, list.items]).toEqual(['NodeList', [read, await datastore.get({ kind: 'Node', name: 'gamma' })]]);
    expect((await datastore.list({ kind: 'Node', name: 'gamma' })).items.map(({ status }) => status)).toEqual([
      { podCIDRs: ['10.4.0.0/24'] },
    ]);
  });

  it('are changed in their annotations only', async () => {
    await alpha();
    const read = await datastore.get(ALPHA);
    const labels = { ...read.metadata.labels, shelf: 'top' };
    const spec = { ...read.spec, bgp: { asNumber: 64520, routeReflectorClusterID: '244.0.0.1' } };
    const updated = await datastore.update({ ...read, metadata: { ...read.metadata, labels }, spec });
    expect(updated).toEqual(await datastore.get(ALPHA));
    expect([updated.metadata.labels, updated.spec['bgp']]).toEqual([labels, spec.bgp]);
    expect(await core('alpha')).toEqual({
      labels: { rack: 'r1' },
      annotations: {
        'example.com/other': 'untouched',
        'projectcalico.org/ASNumber': '64520',
        'projectcalico.org/RouteReflectorClusterID': '244.0.0.1',
        'projectcalico.org/labels': '{"shelf":"top"}',
      },
    });
    expect(heard.warnings).toEqual([]);
  });

  it('are written whatever revision is given: that of the read just before counts', async () => {
    await alpha();
    const read = await datastore.get(ALPHA);
    const updated = await datastore.update({ ...read, metadata: { ...read.metadata, resourceVersion: '1' }, spec: {} });
    expect(updated.spec).toEqual({ orchRefs: [{ nodeName: 'alpha', orchestrator: 'k8s' }] });
  });

  it('lose no update to writers at the same time: one of them gets a conflict', async () => {
    await alpha();
    const read = await datastore.get(ALPHA);
    const label = (key: string): Resource => ({ ...read, metadata: { ...read.metadata, labels: { [key]: 'x' } } });
    const results = await Promise.allSettled(['a', 'b', 'c', 'd'].map((key) => datastore.update(label(key))));
    const faults = results.filter((result) => result.status === 'rejected').map(({ reason }) => String(reason));
    expect(faults).toEqual(faults.map(() => 'Conflict: update conflict: Node(alpha)'));
    expect(faults.length).toBeLessThan(4);
  });

  it('are not changed by a dry run', async () => {
    await alpha();
    const before = await core('alpha');
    const read = await datastore.get(ALPHA);
    const answer = await datastore.update({ ...read, spec: { bgp: { asNumber: 1 } } }, { dryRun: true });
    expect(answer.spec['bgp']).toEqual({ asNumber: 1 });
    expect(await core('alpha')).toEqual(before);
  });

  it('warn that labels of Kubernetes do not change', async () => {
    await alpha();
    const read = await datastore.get(ALPHA);
    await datastore.update({ ...read, metadata: { ...read.metadata, labels: { rack: 'r2' } } });
    expect(heard.warnings).toEqual([
      'label rack of Node(alpha) belongs to the Kubernetes node and stays as it is; change it there',
    ]);
    expect(await core('alpha')).toMatchObject({ labels: { rack: 'r1' } });
  });

  it('can be neither created nor deleted', async () => {
    await alpha();
    const node: Resource = { kind: 'Node', apiVersion: 'projectcalico.org/v3', metadata: { name: 'delta' }, spec: {} };
    const faults = [failure(datastore.create(node)), failure(datastore.delete(ALPHA))];
    expect((await Promise.all(faults)).map(String)).toEqual([
      'Unsupported: operation Create is not supported on Node(delta)',
      'Unsupported: operation Delete is not supported on Node(alpha)',
    ]);
    expect((await datastore.list({ kind: 'Node' })).items).toHaveLength(1);
  });

  it('that are missing are named as the Go client names them', async () => {
    const node: Resource = { kind: 'Node', apiVersion: 'projectcalico.org/v3', metadata: { name: 'omega' }, spec: {} };
    const ref = { kind: 'Node', name: 'omega' };
    const faults = [
      failure(datastore.get(ref)),
      failure(datastore.update(node)),
      failure(datastore.get({ ...ref, name: '' })),
    ];
    expect((await Promise.all(faults)).map(String)).toEqual([
      'NotFound: resource does not exist: Node(omega) with error: nodes "omega" not found',
      'NotFound: resource does not exist: Node(omega) with error: nodes "omega" not found',
      'ServerError: resource name may not be empty',
    ]);
  });

  it('are read at a revision no older than the given one', async () => {
    await alpha();
    const read = await datastore.get(ALPHA);
    expect(await datastore.get(ALPHA, { revision: '1' })).toEqual(read);
    // Without its cache the server puts a few words before that.
    expect(String(await failure(datastore.get(ALPHA, { revision: 'abc' })))).toMatch(
      /^ServerError: .*resourceVersion: Invalid value: "abc": strconv\.ParseUint: parsing "abc": invalid syntax$/,
    );
  });

  it('have tunnel addresses from their pod network with host-local IPAM, which has no blocks', async () => {
    await makeNode('alpha', {}, { podCIDRs: ['10.4.0.0/24'], podCIDR: '10.4.0.0/24' });
    const local = await open(settings({ kubeconfig: server.kubeconfigFile, usePodCIDR: true }), options());
    const { spec } = await local.get(ALPHA);
    expect([spec['bgp'], local.ipam]).toEqual([{ ipv4IPIPTunnelAddr: '10.4.0.1' }, undefined]);
    await local.close();
  });
});
