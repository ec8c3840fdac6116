/** WorkloadEndpoint: the interface of one workload. On Kubernetes it is a view of a pod. */
import { contains, parseCidrOrIp } from '../net/cidr.ts';
import { joined } from './cells.ts';
import { Invalid } from './invalid.ts';
import type { Kind } from './kind.ts';
import type { Resource } from './resource.ts';
import { dscpSchema, protocolSchema } from './scalars/codecs.ts';
import type { IntSchema, JsonObject, Report, StructSchema } from './schema.ts';
import { field, int, list, pointer, struct, text, typed } from './schema.ts';
import { workloadEndpointName } from './workload-endpoint-name.ts';

const name = (go: string, doc: string) => field(go, text(), { tags: ['name'], doc });
const limit = (go: string, doc: string) => field(go, int('int64'), { doc });
const always = <const G extends string>(go: G, schema: IntSchema) => field(go, schema, { always: true });

const nat = struct('internalapi.IPNAT', {
  internalIP: field('InternalIP', text(), { always: true, tags: ['ip'] }),
  externalIP: field('ExternalIP', text(), { always: true, tags: ['ip'] }),
});

const endpointPort = struct('internalapi.WorkloadEndpointPort', {
  name: field('Name', text(), { always: true, tags: ['portName'] }),
  protocol: field('Protocol', protocolSchema(), { always: true }),
  port: field('Port', int('uint16'), { always: true, tags: ['gt=0'], tagsOnZero: true }),
  hostPort: always('HostPort', int('uint16')),
  hostIP: field('HostIP', text(), { always: true, tags: ['net'] }),
});

const qosControls = struct('internalapi.QoSControls', {
  ingressBandwidth: limit('IngressBandwidth', 'Bits per second to the workload.'),
  egressBandwidth: limit('EgressBandwidth', 'Bits per second from the workload.'),
  ingressBurst: limit('IngressBurst', 'Bits to the workload that may come at once.'),
  egressBurst: limit('EgressBurst', 'Bits from the workload that may come at once.'),
  ingressPeakrate: limit('IngressPeakrate', 'Bits per second to the workload during a burst.'),
  egressPeakrate: limit('EgressPeakrate', 'Bits per second from the workload during a burst.'),
  ingressMinburst: limit('IngressMinburst', 'Bytes to the workload that a burst lets through at once.'),
  egressMinburst: limit('EgressMinburst', 'Bytes from the workload that a burst lets through at once.'),
  ingressPacketRate: limit('IngressPacketRate', 'Packets per second to the workload.'),
  egressPacketRate: limit('EgressPacketRate', 'Packets per second from the workload.'),
  ingressPacketBurst: limit('IngressPacketBurst', 'Packets to the workload that may come at once.'),
  egressPacketBurst: limit('EgressPacketBurst', 'Packets from the workload that may come at once.'),
  ingressMaxConnections: limit('IngressMaxConnections', 'Most connections to the workload.'),
  egressMaxConnections: limit('EgressMaxConnections', 'Most connections from the workload.'),
  dscp: field('DSCP', pointer(dscpSchema()), { doc: 'DSCP mark of packets from the workload.' }),
});

const shape = struct('internalapi.WorkloadEndpointSpec', {
  orchestrator: name('Orchestrator', 'What runs the workload: k8s, cni, libnetwork, …'),
  workload: name('Workload', 'Name of the workload, for orchestrators other than k8s and cni.'),
  node: name('Node', 'The node that the workload runs on.'),
  containerID: field('ContainerID', text(), { tags: ['containerID'], doc: 'Container that the endpoint belongs to.' }),
  pod: name('Pod', 'Pod that the endpoint belongs to.'),
  endpoint: name('Endpoint', 'Name of the interface inside the workload.'),
  serviceAccountName: name('ServiceAccountName', 'Service account of the pod.'),
  ipNetworks: field('IPNetworks', list(text(), { itemTags: ['net'] }), {
    doc: 'Addresses of the workload, each as a network of one address.',
  }),
  ipNATs: field('IPNATs', list(nat, { dive: true }), {
    doc: 'Addresses that are translated to those of the workload.',
  }),
  ipv4Gateway: field('IPv4Gateway', text(), { tags: ['ipv4'], doc: 'The workload’s IPv4 gateway.' }),
  ipv6Gateway: field('IPv6Gateway', text(), { tags: ['ipv6'], doc: 'The workload’s IPv6 gateway.' }),
  profiles: field('Profiles', list(text(), { itemTags: ['name'] }), { doc: 'Profiles of the endpoint.' }),
  interfaceName: field('InterfaceName', text(), {
    tags: ['interface'],
    tagsOnZero: true,
    doc: 'Name of the interface on the node.',
  }),
  mac: field('MAC', text(), { tags: ['mac'], doc: 'Hardware address inside the workload.' }),
  ports: field('Ports', list(endpointPort, { dive: true }), { doc: 'Ports that rules may name.' }),
  allowSpoofedSourcePrefixes: field('AllowSpoofedSourcePrefixes', list(text(), { itemTags: ['cidr'] }), {
    doc: 'Networks that the workload may use as source beside its own addresses.',
  }),
  qosControls: field('QoSControls', pointer(qosControls), { doc: 'Limits on the workload’s traffic.' }),
});
const as = (self: JsonObject) => typed(shape, self);

const spec = {
  ...shape,
  check(value: JsonObject, report: Report, path: string) {
    const { ipNetworks = [], ipNATs = [] } = as(value);
    const networks = ipNetworks.map(parseCidrOrIp);
    networks.forEach((network, index) => {
      const at = `${path}.ipNetworks[${index}]`;
      const problem = (shown: string, reason: string) => report({ name: 'IPNetworks', value: shown, reason, path: at });
      if (network === undefined) problem(ipNetworks[index] ?? '', 'invalid CIDR');
      else if (network.prefixLength !== (network.ip.version === 4 ? 32 : 128))
        problem(`[${ipNetworks.join(' ')}]`, 'IP network contains multiple addresses');
    });
    const outside = ipNATs.findIndex(({ internalIP = '' }) => {
      const internal = parseCidrOrIp(internalIP);
      return internal !== undefined && !networks.some((network) => network && contains(network, internal.ip));
    });
    if (outside < 0) return;
    const reason = 'NAT is not in the endpoint networks';
    report({ name: 'IPNATs', value: `[${natTexts(value).join(' ')}]`, reason, path: `${path}.ipNATs[${outside}]` });
  },
} satisfies StructSchema;

function natTexts(self: JsonObject): readonly string[] {
  return (as(self).ipNATs ?? []).map(({ internalIP = '', externalIP = '' }) => `{${internalIP} ${externalIP}}`);
}

/**
 * Gives the endpoint its name and the labels by which policies find it.
 * @throws {Invalid} when it has another name than the one that its spec makes
 */
function identified(resource: Resource): Resource {
  const { orchestrator = '', ...identity } = as(resource.spec);
  const expected = workloadEndpointName({ ...identity, orchestrator });
  const { name: given = '', namespace = '', labels = {} } = resource.metadata;
  if (given !== '' && given !== expected) {
    const reason = `the WorkloadEndpoint name does not match the primary identifiers assigned in the Spec: expected name ${expected}`;
    throw new Invalid([{ name: 'Name', value: given, reason, path: 'metadata.name' }]);
  }
  const forced = { 'projectcalico.org/namespace': namespace, 'projectcalico.org/orchestrator': orchestrator };
  return { ...resource, metadata: { ...resource.metadata, name: expected, labels: { ...labels, ...forced } } };
}

export const workloadEndpoint: Kind = {
  name: 'WorkloadEndpoint',
  plural: 'workloadendpoints',
  goPlural: 'WorkloadEndpoints',
  pkg: 'internalapi',
  aliases: ['workloadendpoint', 'workloadendpoints', 'wep', 'weps'],
  scope: 'namespaced',
  summary: 'The interface of one workload.',
  crd: false,
  spec,
  client: { prepareCreate: identified, prepareUpdate: identified },
  kubernetesView: { of: 'pods', refuses: ['create', 'apply', 'replace', 'patch', 'label'] },
  columns: {
    narrow: ['WORKLOAD', 'NODE', 'NETWORKS', 'INTERFACE'],
    wide: ['NAME', 'WORKLOAD', 'NODE', 'NETWORKS', 'INTERFACE', 'PROFILES', 'NATS'],
    cells: {
      NAMESPACE: ({ metadata }) => metadata.namespace ?? '',
      NAME: ({ metadata }) => metadata.name ?? '',
      WORKLOAD: ({ spec: self }) => as(self).workload ?? as(self).pod ?? '',
      ORCHESTRATOR: ({ spec: self }) => as(self).orchestrator ?? '',
      NODE: ({ spec: self }) => as(self).node ?? '',
      NETWORKS: ({ spec: self }) => joined(as(self).ipNetworks),
      INTERFACE: ({ spec: self }) => as(self).interfaceName ?? '',
      PROFILES: ({ spec: self }) => joined(as(self).profiles),
      NATS: ({ spec: self }) => joined(natTexts(self)),
    },
  },
};
