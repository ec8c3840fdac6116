/** A pod as a workload endpoint (libcalico-go, backend/k8s/conversion). */
import { createHash } from 'node:crypto';
import { parseJson } from '../../kinds/go-json.ts';
import type { Kind } from '../../kinds/kind.ts';
import { resourceFrom } from '../../kinds/object.ts';
import type { Resource } from '../../kinds/resource.ts';
import type { Json, JsonObject } from '../../kinds/schema.ts';
import { isJsonObject } from '../../kinds/schema.ts';
import { workloadEndpointName } from '../../kinds/workload-endpoint-name.ts';
import type { CIDR } from '../../net/cidr.ts';
import { formatCIDR, parseCIDR, parseCidrOrIp } from '../../net/cidr.ts';
import { formatIP } from '../../net/ip.ts';
import { metadataOf } from './metadata.ts';
import { qosControls } from './qos-annotations.ts';

type Strings = Readonly<Record<string, string>>;

const POD_IP = 'cni.projectcalico.org/podIP';
const POD_IPS = 'cni.projectcalico.org/podIPs';
const NETWORK_STATUS = 'k8s.v1.cni.cncf.io/network-status';
const FINISHED: ReadonlySet<string> = new Set(['Succeeded', 'Failed', 'Completed']);
const MAX_LABEL = 63;

/** The annotations of a pod whose addresses are free. */
export const RELEASED: Strings = { [POD_IP]: '', [POD_IPS]: '' };

/** Whether Calico makes an endpoint of the pod: it has a node, and a network of its own. */
export function hasEndpoint(pod: JsonObject): boolean {
  const spec = objectAt(pod, 'spec');
  return spec['hostNetwork'] !== true && textAt(spec, 'nodeName') !== '';
}

/**
 * The endpoint of a pod.
 * @throws {TypeError} when an address or an annotation cannot be read
 */
export function podEndpoint(kind: Kind, pod: JsonObject, interfacePrefix: string): Resource {
  const core = metadataOf(pod['metadata']);
  const { name = '', namespace = '', uid = '', resourceVersion = '', creationTimestamp = '', generateName = '' } = core;
  const annotations = core.annotations ?? {};
  const podSpec = objectAt(pod, 'spec');
  const node = textAt(podSpec, 'nodeName');
  const account = textAt(podSpec, 'serviceAccountName');
  const addresses = isFinished(pod, core.deletionTimestamp, annotations) ? [] : podNetworks(pod, annotations);
  const status = annotations[NETWORK_STATUS];
  return resourceFrom(kind, {
    metadata: {
      name: workloadEndpointName({ node, orchestrator: 'k8s', pod: name, endpoint: 'eth0' }),
      generateName,
      namespace,
      uid,
      resourceVersion,
      creationTimestamp,
      labels: {
        ...core.labels,
        'projectcalico.org/namespace': namespace,
        'projectcalico.org/orchestrator': 'k8s',
        ...(account !== '' && account.length < MAX_LABEL && { 'projectcalico.org/serviceaccount': account }),
      },
      annotations: status === undefined ? {} : { [NETWORK_STATUS]: status },
    },
    spec: {
      orchestrator: 'k8s',
      node,
      containerID: annotations['cni.projectcalico.org/containerID'] ?? '',
      pod: name,
      endpoint: 'eth0',
      serviceAccountName: account,
      ipNetworks: addresses.map(formatCIDR),
      ipNATs: floatingAddresses(annotations['cni.projectcalico.org/floatingIPs'], addresses),
      profiles: [`kns.${namespace}`, ...(account === '' ? [] : [`ksa.${namespace}.${account}`])],
      interfaceName: `${interfacePrefix}${interfaceHash(namespace, name)}`,
      ports: [...objectsAt(podSpec, 'containers'), ...objectsAt(podSpec, 'initContainers')].flatMap(containerPorts),
      allowSpoofedSourcePrefixes: sourcePrefixes(annotations['cni.projectcalico.org/allowedSourcePrefixes']),
      qosControls: qosControls(annotations),
    },
    status: undefined,
  });
}

/** The end of the name of the pod's interface on its node. The CNI plugin makes the same. */
function interfaceHash(namespace: string, pod: string): string {
  return createHash('sha1').update(`${namespace}.${pod}`).digest('hex').slice(0, 11);
}

/** A pod that has ended gave its addresses back. */
function isFinished(pod: JsonObject, deletionTimestamp: string | undefined, annotations: Strings): boolean {
  const released = deletionTimestamp !== undefined && annotations[POD_IP] === '';
  return released || FINISHED.has(textAt(objectAt(pod, 'status'), 'phase'));
}

function podNetworks(pod: JsonObject, annotations: Strings): readonly CIDR[] {
  const status = objectAt(pod, 'status');
  const listed = objectsAt(status, 'podIPs').map((entry) => textAt(entry, 'ip'));
  const sources = [
    listed,
    separated(textAt(status, 'podIP')),
    separated(annotations[POD_IPS]),
    separated(annotations[POD_IP]),
    separated(annotations['vpc.amazonaws.com/pod-ips']),
  ];
  const found = sources.find((addresses) => addresses.length > 0) ?? [];
  return found.map((address) => {
    const network = parseCidrOrIp(address);
    if (network === undefined) throw new TypeError(`invalid CIDR address: ${address}`);
    return network;
  });
}

function separated(text = ''): readonly string[] {
  return text === '' ? [] : text.split(',');
}

function floatingAddresses(text: string | undefined, addresses: readonly CIDR[]): readonly JsonObject[] {
  if (text === undefined || addresses.length === 0) return [];
  return stringList(text).flatMap((externalIP) => {
    const version = externalIP.includes(':') ? 6 : 4;
    const internal = addresses.findLast(({ ip }) => ip.version === version);
    return internal === undefined ? [] : [{ internalIP: formatIP(internal.network), externalIP }];
  });
}

function sourcePrefixes(text = ''): readonly string[] {
  if (text === '') return [];
  return stringList(text).map((prefix) => {
    const cidr = parseCIDR(prefix);
    if (cidr === undefined)
      throw new TypeError(`failed to parse '${prefix}' as a CIDR: invalid CIDR address: ${prefix}`);
    return formatCIDR(cidr);
  });
}

/** @throws {TypeError} when the text is no list of strings in JSON */
function stringList(text: string): readonly string[] {
  let value: Json | undefined;
  try {
    value = parseJson(text);
  } catch {
    // Reported below, as a value of another type is.
  }
  const strings = Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
  if (!Array.isArray(value) || strings.length < value.length)
    throw new TypeError(`failed to parse '${text}' as JSON: a list of strings is wanted`);
  return strings;
}

const PROTOCOLS: ReadonlySet<string> = new Set(['TCP', 'UDP', 'SCTP']);

/** Ports that rules or other nodes can mean: those with a name or a port on the host. */
function containerPorts(container: JsonObject): readonly JsonObject[] {
  return objectsAt(container, 'ports').flatMap((port) => {
    const { containerPort = 0, hostPort = 0 } = port;
    const name = textAt(port, 'name');
    const protocol = textAt(port, 'protocol') || 'TCP';
    if (containerPort === 0 || (hostPort === 0 && name === '') || !PROTOCOLS.has(protocol)) return [];
    return [{ name, protocol, port: containerPort, hostPort, hostIP: textAt(port, 'hostIP') }];
  });
}

function objectAt(value: JsonObject, key: string): JsonObject {
  const part = value[key];
  return isJsonObject(part) ? part : {};
}

function objectsAt(value: JsonObject, key: string): readonly JsonObject[] {
  const part: Json | undefined = value[key];
  return Array.isArray(part) ? part.filter(isJsonObject) : [];
}

function textAt(value: JsonObject, key: string): string {
  const part = value[key];
  return typeof part === 'string' ? part : '';
}
