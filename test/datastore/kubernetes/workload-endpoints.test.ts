/** Workload endpoints of real pods. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Datastore } from '../../../src/datastore/datastore.ts';
import { open } from '../../../src/datastore/kubernetes/driver.ts';
import type { Ref, Resource } from '../../../src/kinds/resource.ts';
import type { KubernetesConnection } from '../../servers/kubernetes.ts';
import { sharedKubernetes } from '../../servers/shared.ts';
import { failure, options, settings } from './support.ts';

const KIND = 'WorkloadEndpoint';
const NAME = 'node--1-k8s-web--7f9-eth0';
const WEB: Ref = { kind: KIND, name: NAME, namespace: 'default' };
const PODS = '/api/v1/namespaces/default/pods';

let server: KubernetesConnection;
let datastore: Datastore;
beforeAll(async () => {
  server = await sharedKubernetes('v1');
  datastore = await open(settings({ kubeconfig: server.kubeconfigFile }), options());
});
beforeEach(() => server.wipe());
afterAll(async () => {
  await server.wipe();
  await datastore.close();
});

/** Makes a pod, and the status that a kubelet would report. */
async function pod(name: string, spec: object, status: object, metadata: object = {}, path = PODS): Promise<void> {
  const containers = [{ name: 'main', image: 'none' }];
  const body = { metadata: { name, ...metadata }, spec: { nodeName: 'node-1', containers, ...spec } };
  await server.api.call('POST', path, { body });
  await server.api.call('PATCH', `${path}/${name}/status`, { body: { status } });
}

const names = ({ items }: { readonly items: readonly Resource[] }): readonly string[] =>
  items.map(({ metadata: { namespace = '', name = '' } }) => `${namespace}/${name}`);

describe('get()', () => {
  it('shows a pod with its addresses, ports, labels and profiles', async () => {
    await pod(
      'web-7f9',
      {
        serviceAccountName: 'web',
        initContainers: [
          { name: 'first', image: 'none', ports: [{ containerPort: 53, name: 'dns', protocol: 'UDP' }] },
        ],
        containers: [
          {
            name: 'main',
            image: 'none',
            ports: [
              { containerPort: 8080, name: 'http' },
              { containerPort: 9000 },
              { containerPort: 80, hostPort: 80 },
            ],
          },
        ],
      },
      { phase: 'Running', podIP: '10.3.0.5', podIPs: [{ ip: '10.3.0.5' }, { ip: 'fd00:3::5' }] },
      {
        labels: { app: 'web' },
        annotations: {
          'cni.projectcalico.org/containerID': 'abc',
          'cni.projectcalico.org/floatingIPs': '["192.0.2.5","2001:db8::5"]',
          'cni.projectcalico.org/allowedSourcePrefixes': '["198.51.100.7/24"]',
          'k8s.v1.cni.cncf.io/network-status': '[]',
          'qos.projectcalico.org/ingressBandwidth': '1M',
          'example.com/other': 'unseen',
        },
      },
    );
    const { metadata, ...found } = await datastore.get(WEB);
    const { uid, resourceVersion, creationTimestamp, ...rest } = metadata;
    const { body } = await server.api.call('GET', `${PODS}/web-7f9`);
    expect(body).toMatchObject({ metadata: { uid, resourceVersion, creationTimestamp } });
    expect({ ...found, metadata: rest }).toEqual({
      kind: KIND,
      apiVersion: 'projectcalico.org/v3',
      metadata: {
        name: NAME,
        namespace: 'default',
        labels: {
          app: 'web',
          'projectcalico.org/namespace': 'default',
          'projectcalico.org/orchestrator': 'k8s',
          'projectcalico.org/serviceaccount': 'web',
        },
        annotations: { 'k8s.v1.cni.cncf.io/network-status': '[]' },
      },
      spec: {
        orchestrator: 'k8s',
        node: 'node-1',
        containerID: 'abc',
        pod: 'web-7f9',
        endpoint: 'eth0',
        serviceAccountName: 'web',
        ipNetworks: ['10.3.0.5/32', 'fd00:3::5/128'],
        ipNATs: [
          { internalIP: '10.3.0.5', externalIP: '192.0.2.5' },
          { internalIP: 'fd00:3::5', externalIP: '2001:db8::5' },
        ],
        profiles: ['kns.default', 'ksa.default.web'],
        // 11 digits of the SHA-1 of "default.web-7f9".
        interfaceName: 'cali4d50b5d3a48',
        ports: [
          { name: 'http', protocol: 'TCP', port: 8080, hostPort: 0, hostIP: '' },
          { name: '', protocol: 'TCP', port: 80, hostPort: 80, hostIP: '' },
          { name: 'dns', protocol: 'UDP', port: 53, hostPort: 0, hostIP: '' },
        ],
        allowSpoofedSourcePrefixes: ['198.51.100.0/24'],
        qosControls: { ingressBandwidth: 1000000 },
      },
    });
  });

  it.each([
    ['node--1-k8s-nobody-eth0', 'pods "nobody" not found'],
    ['node--1-cni-abc-eth0', 'malformed WorkloadEndpoint name - unable to determine Pod name'],
    ['node', 'malformed WorkloadEndpoint name - unable to determine Pod name'],
    ['node--1-k8s-hosted-eth0', '<nil>'],
    ['node--2-k8s-plain-eth0', '<nil>'],
  ])('of %s fails', async (name, detail) => {
    await pod('hosted', { hostNetwork: true }, {});
    await pod('plain', {}, {});
    const error = await failure(datastore.get({ kind: KIND, name, namespace: 'default' }));
    expect(String(error)).toBe(
      `NotFound: resource does not exist: WorkloadEndpoint(default/${name}) with error: ${detail}`,
    );
  });

  it('names interfaces as Felix is told to', async () => {
    await pod('web-7f9', {}, {});
    const env = { FELIX_INTERFACEPREFIX: 'tap,cali' };
    const other = await open(settings({ kubeconfig: server.kubeconfigFile }), options({ env }));
    const { spec } = await other.get(WEB);
    await other.close();
    expect(spec['interfaceName']).toBe('tap4d50b5d3a48');
  });
});

describe('list()', () => {
  it('has the pods of all namespaces or of one, without those that Calico does not network', async () => {
    await server.api.call('POST', '/api/v1/namespaces', { body: { metadata: { name: 'blue' } } });
    await pod('web-7f9', {}, {});
    await pod('hosted', { hostNetwork: true }, {});
    await pod('unscheduled', { nodeName: '' }, {});
    await pod('db', {}, {}, {}, '/api/v1/namespaces/blue/pods');
    expect(names(await datastore.list({ kind: KIND }))).toEqual(['blue/node--1-k8s-db-eth0', `default/${NAME}`]);
    expect(names(await datastore.list({ kind: KIND, namespace: 'blue' }))).toEqual(['blue/node--1-k8s-db-eth0']);
    expect(names(await datastore.list({ kind: KIND, namespace: 'default', name: NAME }))).toEqual([`default/${NAME}`]);
  });

  it('leaves out pods that cannot be read, and counts them', async () => {
    await pod('web-7f9', {}, {});
    const annotations = { 'cni.projectcalico.org/allowedSourcePrefixes': '["nowhere"]' };
    await pod('odd', {}, {}, { annotations });
    const { items, skipped } = await datastore.list({ kind: KIND });
    expect([names({ items }), skipped]).toEqual([[`default/${NAME}`], ['default/odd']]);
  });
});

describe('delete()', () => {
  it('empties the annotations that hold the addresses, and leaves the pod', async () => {
    const annotations = { 'cni.projectcalico.org/podIP': '10.3.0.5/32', 'example.com/other': 'kept' };
    await pod('web-7f9', {}, {}, { annotations });
    const released = await datastore.delete(WEB);
    const { body } = await server.api.call('GET', `${PODS}/web-7f9`);
    expect([released.metadata.name, released.spec['ipNetworks']]).toEqual([NAME, undefined]);
    expect(body).toMatchObject({
      metadata: {
        annotations: {
          'cni.projectcalico.org/podIP': '',
          'cni.projectcalico.org/podIPs': '',
          'example.com/other': 'kept',
        },
      },
    });
  });

  it('with dryRun changes nothing', async () => {
    await pod('web-7f9', {}, {}, { annotations: { 'cni.projectcalico.org/podIP': '10.3.0.5/32' } });
    const before = await datastore.get(WEB);
    await datastore.delete(WEB, { dryRun: true });
    expect(await datastore.get(WEB)).toEqual(before);
  });

  it('of a pod that is not there fails', async () => {
    expect(String(await failure(datastore.delete(WEB)))).toBe(
      `NotFound: resource does not exist: WorkloadEndpoint(default/${NAME}) with error: pods "web-7f9" not found`,
    );
  });
});

it('endpoints are not written', async () => {
  const endpoint = { kind: KIND, apiVersion: 'projectcalico.org/v3', metadata: { ...WEB }, spec: {} };
  const errors = await Promise.all([failure(datastore.create(endpoint)), failure(datastore.update(endpoint))]);
  expect(errors.map(String)).toEqual([
    `Unsupported: operation Create is not supported on WorkloadEndpoint(default/${NAME}): unsupported PatchMode: patchModeUnspecified`,
    `Unsupported: operation Update is not supported on WorkloadEndpoint(default/${NAME}): unsupported PatchMode: patchModeUnspecified`,
  ]);
});
