import { describe, expect, test } from 'vitest';
import { kubeControllersConfiguration } from '../../src/kinds/kube-controllers-configuration.ts';
import { resourceFrom } from '../../src/kinds/object.ts';
import { Rejected } from '../../src/kinds/refusal.ts';
import type { JsonObject } from '../../src/kinds/schema.ts';
import { object, storeOf } from './store-of.ts';
import { byTag, several, verdictOn } from './verdict.ts';

const KIND = 'KubeControllersConfiguration';

test.each([
  ['{}', 'valid'],
  ['{etcdV3CompactionPeriod: 10m, prometheusMetricsPort: 0, controllers: {node: {leakGracePeriod: "0s"}}}', 'valid'],
  [
    '{healthChecks: X}',
    several(byTag('HealthChecks', 'X', 'oneof'), 'spec.healthChecks (supported values: "Enabled", "Disabled")'),
  ],
  [
    '{logSeverityScreen: Loud}',
    'error with field spec.logSeverityScreen (supported values: "None", "Debug", "Info", "Warning", "Error", "Fatal", "Panic")',
  ],
  [
    '{prometheusMetricsPort: 65536}',
    several(
      byTag('PrometheusMetricsPort', '65536', 'lte'),
      'spec.prometheusMetricsPort (spec.prometheusMetricsPort in body should be less than or equal to 65535)',
    ),
  ],
  [
    '{controllers: {node: {hostEndpoint: {templates: [{interfaceCIDRs: [x], nodeSelector: "a ="}]}}}}',
    several(byTag('InterfaceCIDRs[0]', 'x', 'cidr'), byTag('NodeSelector', 'a =', 'selector')),
  ],
  [
    '{controllers: {policy: {reconcilerPeriod: 5}}}',
    'error unmarshaling JSON: while decoding JSON: json: cannot unmarshal number into Go struct field PolicyControllerConfig.spec.controllers.policy.reconcilerPeriod of type string',
  ],
])('%s', (spec, message) => {
  expect(verdictOn(KIND, spec, 'default')).toBe(message);
});

describe('what the client fills in', () => {
  const filled = async (spec: JsonObject): Promise<JsonObject | undefined> =>
    (await kubeControllersConfiguration.client?.prepareCreate?.(object(KIND, 'default', spec), storeOf()))?.spec;

  test('in an empty spec', async () => {
    expect(await filled({})).toEqual({ prometheusMetricsPort: 9094, controllers: {} });
  });

  test('in controllers that are there', async () => {
    const controllers = { node: { syncLabels: 'Enabled' }, policy: {}, loadBalancer: {} };
    expect(await filled({ prometheusMetricsPort: 0, controllers })).toEqual({
      prometheusMetricsPort: 0,
      controllers: {
        node: { syncLabels: 'Enabled', leakGracePeriod: '15m0s' },
        policy: {},
        loadBalancer: { assignIPs: 'AllServices' },
      },
    });
  });

  test('but not over what was given', async () => {
    const controllers = { node: { leakGracePeriod: '0s' }, loadBalancer: { assignIPs: 'RequestedServicesOnly' } };
    expect(await filled({ prometheusMetricsPort: 1, controllers })).toEqual({ prometheusMetricsPort: 1, controllers });
  });
});

test('any name but default is turned away on create', () => {
  const { client } = kubeControllersConfiguration;
  const error = new Rejected(
    'Cannot create a Kube Controllers Configuration resource with a name other than "default"',
  );
  expect(() => client?.checkCreate?.(object(KIND, 'other'), storeOf())).toThrow(error);
});

test('on Kubernetes labels of nodes cannot be kept apart', () => {
  const { client } = kubeControllersConfiguration;
  const apart = object(KIND, 'default', { controllers: { node: { syncLabels: 'Disabled' } } });
  const kubernetes = { ...storeOf(), type: 'kubernetes' } as const;
  expect(() => client?.checkUpdate?.(apart, kubernetes)).toThrow(new Rejected('invalid SyncLabels value'));
  expect(client?.checkUpdate?.(apart, storeOf())).toBe(undefined);
});

test('status and controllers are shown though they are empty', () => {
  const parts = { metadata: { name: 'default' }, spec: {}, status: undefined };
  expect(JSON.stringify(resourceFrom(kubeControllersConfiguration, parts))).toBe(
    '{"kind":"KubeControllersConfiguration","apiVersion":"projectcalico.org/v3","metadata":{"name":"default"},"spec":{"controllers":{}},"status":{}}',
  );
});
