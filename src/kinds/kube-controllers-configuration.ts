/**
 * KubeControllersConfiguration: settings of calico-kube-controllers, one object named `default`.
 * Rules: Calico's API reference, "Calico Kubernetes controllers configuration".
 */
import type { Kind } from './kind.ts';
import { Rejected } from './refusal.ts';
import type { Resource } from './resource.ts';
import { durationSchema } from './scalars/codecs.ts';
import type { JsonObject } from './schema.ts';
import { canonicalStruct } from './canonical.ts';
import { field, int, list, map, pointer, struct, text, typed } from './schema.ts';

const SWITCH = ['Enabled', 'Disabled'] as const;
const MAX_PORT = 65535;
const PORT_TAGS = ['gte=0', `lte=${MAX_PORT}`];

const onOff = (go: string, doc: string) =>
  field(go, text({ enum: SWITCH }), { tags: [`oneof=${SWITCH.join(' ')}`], doc });
const period = field('ReconcilerPeriod', pointer(durationSchema()), {
  doc: 'Time between comparisons with the datastore; 5m by default.',
});

const template = struct('v3.Template', {
  generateName: field('GenerateName', text({ maxLength: 253 }), {
    tags: ['name'],
    doc: 'Goes to the end of the names of host endpoints.',
  }),
  interfaceCIDRs: field('InterfaceCIDRs', list(text(), { itemTags: ['cidr'] }), {
    doc: 'Networks whose addresses go into expectedIPs.',
  }),
  interfacePattern: field('InterfacePattern', text(), {
    doc: 'Regular expression: a host endpoint is made for each interface that it matches.',
  }),
  labels: field('Labels', map(text()), { tags: ['labels'], doc: 'Labels of the host endpoints.' }),
  annotations: field('Annotations', map(text()), { doc: 'Annotations of the host endpoints.' }),
  nodeSelector: field('NodeSelector', text(), { tags: ['selector'], doc: 'Nodes that get such host endpoints.' }),
});

const hostEndpoint = struct('v3.AutoHostEndpointConfig', {
  autoCreate: onOff('AutoCreate', 'Whether every node gets host endpoints; Disabled by default.'),
  createDefaultHostEndpoint: field('CreateDefaultHostEndpoint', text({ go: 'v3.DefaultHostEndpointMode' }), {
    tags: ['createDefaultHostEndpoint'],
    doc: 'Whether every node gets one for all its interfaces.',
  }),
  templates: field('Templates', list(template, { dive: true }), { doc: 'Further host endpoints for every node.' }),
});

const nodeController = struct('v3.NodeControllerConfig', {
  reconcilerPeriod: period,
  syncLabels: onOff('SyncLabels', 'Whether labels of Kubernetes nodes are copied to Calico’s; Enabled by default.'),
  hostEndpoint: field('HostEndpoint', pointer(hostEndpoint), { doc: 'Host endpoints made for nodes.' }),
  leakGracePeriod: field('LeakGracePeriod', pointer(durationSchema()), {
    doc: 'Time before an address that nothing uses is released; 15m by default, 0 keeps it.',
  }),
});

const periodic = (name: string) => pointer(struct(`v3.${name}`, { reconcilerPeriod: period }));

const controllers = struct('v3.ControllersConfig', {
  node: field('Node', pointer(nodeController), { doc: 'Watches nodes and releases what deleted ones held.' }),
  policy: field('Policy', periodic('PolicyControllerConfig'), { doc: 'Copies Kubernetes network policies (etcd).' }),
  workloadEndpoint: field('WorkloadEndpoint', periodic('WorkloadEndpointControllerConfig'), {
    doc: 'Copies labels of pods to their endpoints (etcd).',
  }),
  serviceAccount: field('ServiceAccount', periodic('ServiceAccountControllerConfig'), {
    doc: 'Makes profiles of service accounts (etcd).',
  }),
  namespace: field('Namespace', periodic('NamespaceControllerConfig'), { doc: 'Makes profiles of namespaces (etcd).' }),
  loadBalancer: field(
    'LoadBalancer',
    pointer(
      struct('v3.LoadBalancerControllerConfig', {
        assignIPs: field(
          'AssignIPs',
          text({ go: 'v3.AssignIPs', enum: ['AllServices', 'RequestedServicesOnly'], default: 'AllServices' }),
          { doc: 'Which Services get an address.' },
        ),
      }),
    ),
    { doc: 'Gives addresses to Services of type LoadBalancer.' },
  ),
  migration: field(
    'Migration',
    pointer(
      struct('v3.MigrationControllerConfig', {
        policyNameMigrator: field(
          'PolicyNameMigrator',
          text({ go: 'v3.ControllerMode', enum: ['Disabled', 'Enabled'], default: 'Enabled' }),
          { doc: 'Whether stored policies get the names they have in the API.' },
        ),
      }),
    ),
    { doc: 'Brings objects of older releases up to date.' },
  ),
});

const spec = struct('v3.KubeControllersConfigurationSpec', {
  logSeverityScreen: field(
    'LogSeverityScreen',
    text({ enum: ['None', 'Debug', 'Info', 'Warning', 'Error', 'Fatal', 'Panic'] }),
    { doc: 'Least severity that is logged; Info by default.' },
  ),
  healthChecks: field('HealthChecks', text({ enum: SWITCH, default: 'Enabled' }), {
    tags: [`oneof=${SWITCH.join(' ')}`],
    doc: 'Whether the controllers report their health.',
  }),
  etcdV3CompactionPeriod: field('EtcdV3CompactionPeriod', pointer(durationSchema()), {
    doc: 'Time between compactions of etcd; 10m by default, 0 for none.',
  }),
  prometheusMetricsPort: field('PrometheusMetricsPort', pointer(int('int', { min: 0, max: MAX_PORT })), {
    tags: PORT_TAGS,
    doc: 'TCP port for metrics; 9094 by default, 0 for none.',
  }),
  controllers: field('Controllers', controllers, {
    always: true,
    required: true,
    doc: 'The controllers and their settings; one that is null does not run.',
  }),
  debugProfilePort: field('DebugProfilePort', pointer(int('int32', { min: 0, max: MAX_PORT })), {
    tags: PORT_TAGS,
    doc: 'TCP port for profiles of memory and processor time.',
  }),
});
const as = (self: JsonObject) => typed(spec, self);

const DEFAULT_METRICS_PORT = 9094;
const DEFAULT_LEAK_GRACE_PERIOD = '15m0s';

function withDefaults(resource: Resource): Resource {
  const given = as(resource.spec);
  const { node, loadBalancer, ...others } = given.controllers ?? {};
  const filled: JsonObject = {
    ...resource.spec,
    prometheusMetricsPort: given.prometheusMetricsPort ?? DEFAULT_METRICS_PORT,
    controllers: {
      ...others,
      ...(node === undefined ? {} : { node: { leakGracePeriod: DEFAULT_LEAK_GRACE_PERIOD, ...node } }),
      ...(loadBalancer === undefined ? {} : { loadBalancer: { assignIPs: 'AllServices', ...loadBalancer } }),
    },
  };
  return { ...resource, spec: canonicalStruct(spec, filled) };
}

function checkName({ metadata }: Resource): void {
  if (metadata.name !== 'default')
    throw new Rejected('Cannot create a Kube Controllers Configuration resource with a name other than "default"');
}

/** On Kubernetes a Calico node is the Kubernetes node, so its labels cannot but be the same. */
function checkSyncLabels(resource: Resource, datastore: string): void {
  if (datastore === 'kubernetes' && as(resource.spec).controllers?.node?.syncLabels === 'Disabled')
    throw new Rejected('invalid SyncLabels value');
}

export const kubeControllersConfiguration: Kind = {
  name: 'KubeControllersConfiguration',
  plural: 'kubecontrollersconfigurations',
  goPlural: 'KubeControllersConfigurations',
  pkg: 'v3',
  aliases: [
    'kubecontrollersconfiguration',
    'kubecontrollersconfigurations',
    'kubecontrollersconfig',
    'kubecontrollersconfigs',
  ],
  scope: 'cluster',
  summary: 'Settings of calico-kube-controllers, in one object named `default`.',
  crd: true,
  settingsObject: 'default',
  spec,
  status: {
    presence: 'always',
    schema: struct('v3.KubeControllersConfigurationStatus', {
      runningConfig: field('RunningConfig', pointer(spec)),
      environmentVars: field('EnvironmentVars', map(text())),
    }),
  },
  nameSchema: { const: 'default' },
  client: {
    prepareCreate: withDefaults,
    prepareUpdate: withDefaults,
    checkCreate(resource, store) {
      checkName(resource);
      checkSyncLabels(resource, store.type);
    },
    checkUpdate: (resource, store) => checkSyncLabels(resource, store.type),
  },
  columns: {
    narrow: ['NAME'],
    wide: ['NAME'],
    cells: { NAME: ({ metadata }) => metadata.name ?? '' },
  },
};
