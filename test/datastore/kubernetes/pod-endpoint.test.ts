import { describe, expect, it } from 'vitest';
import { hasEndpoint, podEndpoint } from '../../../src/datastore/kubernetes/pod-endpoint.ts';
import { requireKind } from '../../../src/kinds/index.ts';
import type { Json, JsonObject } from '../../../src/kinds/schema.ts';

const KIND = requireKind('WorkloadEndpoint');

interface PodParts {
  readonly annotations?: JsonObject;
  readonly metadata?: JsonObject;
  readonly spec?: JsonObject;
  readonly status?: JsonObject;
}

function specOf({ annotations = {}, metadata = {}, spec = {}, status = {} }: PodParts): JsonObject {
  const core = { name: 'p', namespace: 'ns', annotations, ...metadata };
  return podEndpoint(KIND, { metadata: core, spec: { nodeName: 'n', ...spec }, status }, 'cali').spec;
}

describe('hasEndpoint()', () => {
  it.each([
    [{ nodeName: 'n' }, true],
    [{ nodeName: 'n', hostNetwork: false }, true],
    [{ nodeName: 'n', hostNetwork: true }, false],
    [{ nodeName: '' }, false],
    [{}, false],
  ])('of %j is %s', (spec, expected) => {
    expect(hasEndpoint({ spec })).toBe(expected);
  });
});

describe('the addresses of podEndpoint()', () => {
  const EVERYWHERE = {
    annotations: {
      'cni.projectcalico.org/podIPs': '10.0.0.3/32,fd00::3/128',
      'cni.projectcalico.org/podIP': '10.0.0.4/32',
      'vpc.amazonaws.com/pod-ips': '10.0.0.5',
    },
    status: { podIPs: [{ ip: '10.0.0.1' }, { ip: 'fd00::1' }], podIP: '10.0.0.2' },
  };
  const without = (...keys: readonly string[]): JsonObject =>
    Object.fromEntries(Object.entries(EVERYWHERE.annotations).filter(([key]) => !keys.includes(key)));

  it.each<[string, PodParts, Json | undefined]>([
    ['all of the status', EVERYWHERE, ['10.0.0.1/32', 'fd00::1/128']],
    ['the one of the status', { ...EVERYWHERE, status: { podIP: '10.0.0.2', podIPs: [] } }, ['10.0.0.2/32']],
    ['all that the CNI plugin noted', { ...EVERYWHERE, status: {} }, ['10.0.0.3/32', 'fd00::3/128']],
    ['the one that the CNI plugin noted', { annotations: without('cni.projectcalico.org/podIPs') }, ['10.0.0.4/32']],
    [
      'those of AWS',
      { annotations: without('cni.projectcalico.org/podIPs', 'cni.projectcalico.org/podIP') },
      ['10.0.0.5/32'],
    ],
    [
      'none of a pod that has succeeded',
      { ...EVERYWHERE, status: { ...EVERYWHERE.status, phase: 'Succeeded' } },
      undefined,
    ],
    ['none of a pod that has failed', { ...EVERYWHERE, status: { ...EVERYWHERE.status, phase: 'Failed' } }, undefined],
    [
      'none of a deleted pod that was taken off the network',
      {
        annotations: { 'cni.projectcalico.org/podIP': '' },
        metadata: { deletionTimestamp: '2024-02-29T00:00:00Z' },
        status: EVERYWHERE.status,
      },
      undefined,
    ],
    [
      'those of a pod that runs without the network of the CNI plugin',
      { annotations: { 'cni.projectcalico.org/podIP': '' }, status: EVERYWHERE.status },
      ['10.0.0.1/32', 'fd00::1/128'],
    ],
    [
      'those of a deleted pod that is still on the network',
      { ...EVERYWHERE, metadata: { deletionTimestamp: '2024-02-29T00:00:00Z' } },
      ['10.0.0.1/32', 'fd00::1/128'],
    ],
  ])('are %s', (_, pod, expected) => {
    expect(specOf(pod)['ipNetworks']).toEqual(expected);
  });

  it('may not be unreadable', () => {
    expect(() => specOf({ status: { podIP: '10.0.0' } })).toThrow(new TypeError('invalid CIDR address: 10.0.0'));
  });
});

describe('the floating addresses of podEndpoint()', () => {
  const KEY = 'cni.projectcalico.org/floatingIPs';
  it('go to addresses of their version, as far as there are any', () => {
    const annotations = { [KEY]: '["192.0.2.1","2001:db8::1"]' };
    expect(specOf({ annotations, status: { podIP: '10.0.0.1' } })['ipNATs']).toEqual([
      { internalIP: '10.0.0.1', externalIP: '192.0.2.1' },
    ]);
    expect(specOf({ annotations })['ipNATs']).toBe(undefined);
    const podIPs = [{ ip: '10.0.0.1' }, { ip: '10.0.0.2' }];
    expect(specOf({ annotations, status: { podIPs } })['ipNATs']).toEqual([
      { internalIP: '10.0.0.2', externalIP: '192.0.2.1' },
    ]);
  });

  it.each(['192.0.2.1', '{}', '[1]'])('may not be %s', (text) => {
    const pod = { annotations: { [KEY]: text }, status: { podIP: '10.0.0.1' } };
    expect(() => specOf(pod)).toThrow(new TypeError(`failed to parse '${text}' as JSON: a list of strings is wanted`));
  });
});

it('podEndpoint() leaves out the label of a service account whose name is too long for one', () => {
  const labels = (serviceAccountName: string): JsonObject => {
    const pod = { metadata: { name: 'p', namespace: 'ns' }, spec: { nodeName: 'n', serviceAccountName } };
    return { ...podEndpoint(KIND, pod, 'cali').metadata.labels };
  };
  const always = { 'projectcalico.org/namespace': 'ns', 'projectcalico.org/orchestrator': 'k8s' };
  expect([labels('a'.repeat(63)), labels('a'.repeat(62))]).toEqual([
    always,
    { ...always, 'projectcalico.org/serviceaccount': 'a'.repeat(62) },
  ]);
});

it('podEndpoint() leaves out ports of protocols that have none', () => {
  const ports = [
    { containerPort: 1, name: 'a', protocol: 'ICMP' },
    { containerPort: 2, name: 'b', protocol: 'SCTP', hostIP: '192.0.2.1', hostPort: 3 },
    { containerPort: 0, name: 'c' },
  ];
  expect(specOf({ spec: { containers: [{ ports }] } })['ports']).toEqual([
    { name: 'b', protocol: 'SCTP', port: 2, hostPort: 3, hostIP: '192.0.2.1' },
  ]);
});
