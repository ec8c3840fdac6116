import { describe, expect, test } from 'vitest';
import { Invalid } from '../../src/kinds/invalid.ts';
import type { Resource } from '../../src/kinds/resource.ts';
import type { JsonObject } from '../../src/kinds/schema.ts';
import { workloadEndpoint } from '../../src/kinds/workload-endpoint.ts';
import { endpointNameParts, workloadEndpointName } from '../../src/kinds/workload-endpoint-name.ts';
import { object, storeOf } from './store-of.ts';
import { byTag, several, verdictOn } from './verdict.ts';

const POD = { node: 'node-1', orchestrator: 'k8s', pod: 'web-7f9', endpoint: 'eth0' };

describe('workloadEndpointName()', () => {
  test.each([
    [POD, 'node--1-k8s-web--7f9-eth0'],
    [{ node: 'n1', orchestrator: 'cni', containerID: 'c0ffee', endpoint: 'eth1' }, 'n1-cni-c0ffee-eth1'],
    [{ node: 'n1', orchestrator: 'libnetwork', workload: 'w', endpoint: 'e' }, 'n1-libnetwork-libnetwork-e'],
    [{ node: 'n1', orchestrator: 'my-own', workload: 'w', endpoint: 'e' }, 'n1-my--own-w-e'],
  ])('of %j', (identity, name) => {
    expect(workloadEndpointName(identity)).toBe(name);
    expect(endpointNameParts(name)[0]).toBe(identity.node);
  });

  test.each([
    [{ ...POD, node: '' }, 'error with field node (field should be assigned)'],
    [{ ...POD, orchestrator: '' }, "error with field orchestrator = '' (field should be assigned)"],
    [{ ...POD, pod: '' }, "error with field pod = '' (field should be assigned)"],
    [{ ...POD, orchestrator: 'cni' }, "error with field containerID = '' (field should be assigned)"],
    [{ ...POD, endpoint: '-eth0' }, "error with field endpoint = '-eth0' (field must not begin with a '-')"],
    [{ ...POD, pod: 'web-' }, "error with field pod = 'web-' (field must not end with a '-')"],
  ])('refuses %j', (identity, message) => {
    expect(() => workloadEndpointName(identity)).toThrow(message);
  });
});

describe('create and update', () => {
  const prepared = async (resource: Resource): Promise<Resource | undefined> => {
    const created = await workloadEndpoint.client?.prepareCreate?.(resource, storeOf());
    expect(await workloadEndpoint.client?.prepareUpdate?.(resource, resource, storeOf())).toEqual(created);
    return created;
  };

  test('name the endpoint and force its labels', async () => {
    const labels = { app: 'web', 'projectcalico.org/orchestrator': 'cni' };
    const given = { ...object('WorkloadEndpoint', '', POD), metadata: { namespace: 'default', labels } };
    expect((await prepared(given))?.metadata).toEqual({
      name: 'node--1-k8s-web--7f9-eth0',
      namespace: 'default',
      labels: { app: 'web', 'projectcalico.org/namespace': 'default', 'projectcalico.org/orchestrator': 'k8s' },
    });
  });

  test('refuse another name', async () => {
    await expect(async () => prepared(object('WorkloadEndpoint', 'something-else', POD, 'default'))).rejects.toThrow(
      new Invalid([
        {
          name: 'Name',
          value: 'something-else',
          path: 'metadata.name',
          reason:
            'the WorkloadEndpoint name does not match the primary identifiers assigned in the Spec: expected name node--1-k8s-web--7f9-eth0',
        },
      ]),
    );
  });
});

test.each([
  ['{interfaceName: cali1}', 'valid'],
  ['{}', `error with field ${byTag('InterfaceName', '', 'interface')}`],
  ['{interfaceName: cali1, ipNetworks: [10.0.0.1, 10.0.0.2/32, "fd00::1/128"]}', 'valid'],
  [
    '{interfaceName: cali1, ipNetworks: [10.0.0.0/24], mac: xx}',
    several(byTag('MAC', 'xx', 'mac'), "IPNetworks = '[10.0.0.0/24]' (IP network contains multiple addresses)"),
  ],
  [
    '{interfaceName: cali1, ipNetworks: [10.0.0.1/32], ipNATs: [{internalIP: 10.0.0.1, externalIP: 192.0.2.1}]}',
    'valid',
  ],
  [
    '{interfaceName: cali1, ipNetworks: [10.0.0.1/32], ipNATs: [{internalIP: 10.0.0.2, externalIP: 192.0.2.1}]}',
    "error with field IPNATs = '[{10.0.0.2 192.0.2.1}]' (NAT is not in the endpoint networks)",
  ],
  ['{interfaceName: cali1, ports: [{name: http, protocol: TCP}]}', `error with field ${byTag('Port', '0', 'gt')}`],
  ['{interfaceName: cali1, containerID: a_b}', `error with field ${byTag('ContainerID', 'a_b', 'containerID')}`],
])('%s', (spec, message) => {
  expect(verdictOn('WorkloadEndpoint', spec)).toBe(message);
});

test('the columns show the workload, else the pod, and translated addresses', () => {
  const { cells, wide } = workloadEndpoint.columns;
  const shown = (spec: JsonObject): readonly (string | undefined)[] => {
    const row = object('WorkloadEndpoint', 'w', spec, 'default');
    return ['NAMESPACE', 'ORCHESTRATOR', ...wide].map((heading) => cells[heading]?.(row, { get: () => undefined }));
  };
  const ipNATs = [
    { internalIP: '10.3.0.5', externalIP: '192.0.2.5' },
    { internalIP: '10.3.0.5', externalIP: '192.0.2.6' },
  ];
  const networks = { ipNetworks: ['10.3.0.5/32', 'fd00:3::5/128'], ipNATs, profiles: ['a', 'b'] };
  expect([
    shown({ ...POD, ...networks, interfaceName: 'cali0' }),
    shown({ orchestrator: 'own', workload: 'job' }),
  ]).toEqual([
    [
      'default',
      'k8s',
      'w',
      'web-7f9',
      'node-1',
      '10.3.0.5/32,fd00:3::5/128',
      'cali0',
      'a,b',
      '{10.3.0.5 192.0.2.5},{10.3.0.5 192.0.2.6}',
    ],
    ['default', 'own', 'w', 'job', '', '', '', '', ''],
  ]);
});
