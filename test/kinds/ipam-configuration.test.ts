import { expect, test } from 'vitest';
import { schemaProblems } from '../../src/kinds/check.ts';
import { ipamConfiguration } from '../../src/kinds/ipam-configuration.ts';
import { resourceFrom } from '../../src/kinds/object.ts';
import { Rejected } from '../../src/kinds/refusal.ts';
import { object, storeOf } from './store-of.ts';
import { several, verdictOn } from './verdict.ts';

test.each([
  ['{}', 'valid'],
  [
    '{strictAffinity: true, maxBlocksPerHost: 1000000, kubeVirtVMAddressPersistence: Disabled, ipCooldownSeconds: 1200}',
    'valid',
  ],
  [
    '{maxBlocksPerHost: -1}',
    several(
      "MaxBlocksPerHost = '-1' (must be greater than or equal to 0)",
      'spec.maxBlocksPerHost (spec.maxBlocksPerHost in body should be greater than or equal to 0)',
    ),
  ],
  [
    '{maxBlocksPerHost: 1000001}',
    'error with field spec.maxBlocksPerHost (spec.maxBlocksPerHost in body should be less than or equal to 1000000)',
  ],
  [
    '{ipCooldownSeconds: 1201}',
    'error with field spec.ipCooldownSeconds (spec.ipCooldownSeconds in body should be less than or equal to 1200)',
  ],
  [
    '{kubeVirtVMAddressPersistence: Sometimes}',
    'error with field spec.kubeVirtVMAddressPersistence (supported values: "Enabled", "Disabled")',
  ],
])('%s', (spec, message) => {
  expect(verdictOn('IPAMConfiguration', spec, 'default')).toBe(message);
});

test('the most blocks are left to an API server, whose definitions may have no limit', () => {
  const resource = object('IPAMConfiguration', 'default', { maxBlocksPerHost: 1000001 });
  expect(schemaProblems(ipamConfiguration, resource, { rangesOfInt32: false })).toEqual([]);
});

test('switches that are left out are stored as false', () => {
  const parts = { metadata: { name: 'default' }, spec: { maxBlocksPerHost: 0 }, status: undefined };
  expect(resourceFrom(ipamConfiguration, parts).spec).toEqual({ strictAffinity: false, autoAllocateBlocks: false });
});

test('any name but default is turned away on create and update', () => {
  const { client } = ipamConfiguration;
  const error = new Rejected('Cannot create an IPAMConfiguration resource with a name other than "default"');
  const other = object('IPAMConfiguration', 'other');
  expect(() => client?.checkCreate?.(other, storeOf())).toThrow(error);
  expect(() => client?.checkUpdate?.(other, storeOf())).toThrow(error);
  expect(client?.checkCreate?.(object('IPAMConfiguration', 'default'), storeOf())).toBe(undefined);
});

test('the wide columns show what is unset as false and 0', () => {
  const { cells, wide } = ipamConfiguration.columns;
  const row = object('IPAMConfiguration', 'default', { autoAllocateBlocks: true });
  expect(wide.map((heading) => cells[heading]?.(row, { get: () => undefined }))).toEqual([
    'default',
    'false',
    'true',
    '0',
  ]);
});
