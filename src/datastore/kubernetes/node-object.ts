/** The core Node object of Kubernetes as a Calico Node, and back (libcalico-go, backend/k8s/resources/node). */
import { goJson, parseJson } from '../../kinds/go-json.ts';
import type { Kind } from '../../kinds/kind.ts';
import { resourceFrom } from '../../kinds/object.ts';
import type { Resource } from '../../kinds/resource.ts';
import { parseAsNumber } from '../../kinds/scalars/as-number.ts';
import type { Json, JsonObject } from '../../kinds/schema.ts';
import { bytewise, CodecError, isJsonObject } from '../../kinds/schema.ts';
import { hasHostBits, parseCIDR, parseCidrOrIp } from '../../net/cidr.ts';
import { formatIP, parseIP } from '../../net/ip.ts';
import { isMAC } from '../../net/mac.ts';
import { metadataOf } from './metadata.ts';

/** The label set of the core Node as JSON; only on the Calico object, so that a writer can tell inherited labels from its own. */
export const KUBE_LABELS = 'projectcalico.org/kube-labels';
const LABELS = 'projectcalico.org/labels';
const ANNOTATIONS = 'projectcalico.org/annotations';
const INTERFACES = 'projectcalico.org/Interfaces';
const AS_NUMBER = 'projectcalico.org/ASNumber';
const IPIP_TUNNEL = 'projectcalico.org/IPv4IPIPTunnelAddr';
const WIREGUARD_KEY = 'projectcalico.org/WireguardPublicKey';

type Strings = Readonly<Record<string, string>>;
type Check = (text: string) => boolean;

/** An annotation that holds one text field of the Calico Node. */
interface TextField {
  readonly annotation: string;
  readonly path: readonly string[];
  /** values that fail it count as absent */
  readonly check: Check;
}

const address =
  (version: 4 | 6): Check =>
  (text) =>
    parseCidrOrIp(text)?.ip.version === version;
const masked =
  (version: 4 | 6): Check =>
  (text) => {
    const cidr = parseCidrOrIp(text);
    return cidr?.ip.version === version && !hasHostBits(cidr);
  };
const any: Check = () => true;

const FIELDS: readonly TextField[] = [
  { annotation: 'projectcalico.org/IPv4Address', path: ['spec', 'bgp', 'ipv4Address'], check: address(4) },
  { annotation: 'projectcalico.org/IPv6Address', path: ['spec', 'bgp', 'ipv6Address'], check: address(6) },
  {
    annotation: 'projectcalico.org/RouteReflectorClusterID',
    path: ['spec', 'bgp', 'routeReflectorClusterID'],
    check: masked(4),
  },
  { annotation: IPIP_TUNNEL, path: ['spec', 'bgp', 'ipv4IPIPTunnelAddr'], check: masked(4) },
  { annotation: 'projectcalico.org/IPv4VXLANTunnelAddr', path: ['spec', 'ipv4VXLANTunnelAddr'], check: masked(4) },
  { annotation: 'projectcalico.org/VXLANTunnelMACAddr', path: ['spec', 'vxlanTunnelMACAddr'], check: isMAC },
  { annotation: 'projectcalico.org/IPv6VXLANTunnelAddr', path: ['spec', 'ipv6VXLANTunnelAddr'], check: masked(6) },
  { annotation: 'projectcalico.org/VXLANTunnelMACAddrV6', path: ['spec', 'vxlanTunnelMACAddrV6'], check: isMAC },
  {
    annotation: 'projectcalico.org/IPv4WireguardInterfaceAddr',
    path: ['spec', 'wireguard', 'interfaceIPv4Address'],
    check: masked(4),
  },
  {
    annotation: 'projectcalico.org/IPv6WireguardInterfaceAddr',
    path: ['spec', 'wireguard', 'interfaceIPv6Address'],
    check: masked(6),
  },
  { annotation: WIREGUARD_KEY, path: ['status', 'wireguardPublicKey'], check: any },
  { annotation: 'projectcalico.org/WireguardPublicKeyV6', path: ['status', 'wireguardPublicKeyV6'], check: any },
];

/**
 * Reads a core Node.
 * @param usePodCIDR host-local IPAM: tunnel addresses come from the node's pod network
 * @throws {TypeError} when it cannot be read
 */
export function calicoNode(kind: Kind, object: JsonObject, usePodCIDR: boolean): Resource {
  const core = metadataOf(object['metadata']);
  const annotations = core.annotations ?? {};
  const coreSpec = objectAt(object, 'spec');
  const podCIDR = usePodCIDR ? textAt(coreSpec, 'podCIDR') : '';
  const bgp: Record<string, Json | undefined> = {
    ...partOf(annotations, 'spec', 'bgp'),
    ...asNumberOf(annotations[AS_NUMBER]),
  };
  const wireguard = partOf(annotations, 'spec', 'wireguard');
  const tunnel = podCIDR === '' ? undefined : podTunnel(podCIDR);
  if (tunnel !== undefined) {
    bgp['ipv4IPIPTunnelAddr'] = tunnel.ipv4;
    wireguard['interfaceIPv4Address'] = (annotations[WIREGUARD_KEY] ?? '') === '' ? undefined : tunnel.ipv4;
    wireguard['interfaceIPv6Address'] = undefined;
  }
  const { name = '', uid = '', resourceVersion = '', creationTimestamp = '' } = core;
  return resourceFrom(kind, {
    metadata: {
      name,
      uid,
      resourceVersion,
      creationTimestamp,
      labels: { ...stringsIn(annotations[LABELS]), ...core.labels },
      annotations: { ...stringsIn(annotations[ANNOTATIONS]), [KUBE_LABELS]: labelsJson(core.labels) },
    },
    spec: {
      ...partOf(annotations, 'spec'),
      bgp: presentOrAbsent(bgp),
      wireguard: presentOrAbsent(wireguard),
      orchRefs: [{ nodeName: name, orchestrator: 'k8s' }],
      addresses: addressesOf(bgp, objectAt(object, 'status')),
      interfaces: interfacesIn(annotations[INTERFACES]),
    },
    status: { ...partOf(annotations, 'status'), podCIDRs: coreSpec['podCIDRs'] ?? null },
  });
}

/** The fields below a path that annotations hold with valid values. */
function partOf(annotations: Strings, ...path: readonly string[]): Record<string, Json | undefined> {
  const part: Record<string, Json | undefined> = {};
  for (const field of FIELDS) {
    const key = field.path.at(-1);
    const isHere = field.path.length === path.length + 1 && path.every((step, index) => field.path[index] === step);
    const value = annotations[field.annotation] ?? '';
    if (isHere && key !== undefined && value !== '' && field.check(value)) part[key] = value;
  }
  return part;
}

function asNumberOf(text: string | undefined): { readonly asNumber?: number } {
  if (text === undefined || text === '') return {};
  try {
    return { asNumber: parseAsNumber(text) };
  } catch (error) {
    if (error instanceof CodecError) return {};
    throw error;
  }
}

function presentOrAbsent(part: Readonly<Record<string, Json | undefined>>): JsonObject | null {
  return Object.values(part).some((value) => value !== undefined) ? part : null;
}

/** The first usable address of the node's pod network; only IPv4 networks have one. @throws {TypeError} when it is no network */
function podTunnel(podCIDR: string): { readonly ipv4: string | undefined } {
  const cidr = parseCIDR(podCIDR);
  if (cidr === undefined) throw new TypeError(`invalid CIDR address: ${podCIDR}`);
  const { version, value } = cidr.ip;
  if (version !== 4) return { ipv4: undefined };
  // The last octet counts on by itself.
  const last = (value & ~0xffn) | ((value + 1n) & 0xffn);
  return { ipv4: formatIP({ version, value: last }) };
}

function addressesOf(bgp: Readonly<Record<string, Json | undefined>>, status: JsonObject): Json[] {
  const own = [bgp['ipv4Address'], bgp['ipv6Address']]
    .filter((value) => value !== undefined)
    .map((value) => ({ address: value, type: 'CalicoNodeIP' }));
  const listed: Json[] = [];
  const core: unknown = status['addresses'];
  for (const entry of Array.isArray(core) ? core.filter(isJsonObject) : []) {
    const type = textAt(entry, 'type');
    if (type === 'InternalIP' || type === 'ExternalIP') listed.push({ address: textAt(entry, 'address'), type });
  }
  return [...own, ...listed];
}

function interfacesIn(text: string | undefined): Json {
  const list = jsonIn(text);
  if (!Array.isArray(list)) return null;
  const items: readonly Json[] = list;
  return items.filter(isJsonObject).map((item) => {
    const given: unknown = item['addresses'];
    const addresses = Array.isArray(given) ? given.filter((value) => typeof value === 'string') : [];
    return { name: textAt(item, 'name'), addresses: addresses.filter((value) => parseIP(value) !== undefined) };
  });
}

/** A JSON object of strings; what is none counts as empty. */
function stringsIn(text: string | undefined): Strings {
  const value = jsonIn(text);
  if (!isJsonObject(value)) return {};
  const entries: [string, string][] = [];
  for (const [key, item] of Object.entries(value)) if (typeof item === 'string') entries.push([key, item]);
  return Object.fromEntries(entries);
}

function jsonIn(text: string | undefined): Json | undefined {
  if (text === undefined || text === '') return undefined;
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

function labelsJson(labels: Strings | undefined): string {
  return labels === undefined || Object.keys(labels).length === 0 ? 'null' : goJson(sorted(labels));
}

function sorted(entries: Strings): Strings {
  return Object.fromEntries(Object.entries(entries).sort(([a], [b]) => bytewise(a, b)));
}

/** What a write does to a core Node. */
export interface NodeChange {
  readonly object: JsonObject;
  /** labels of Kubernetes' own whose change was asked for and does not happen */
  readonly shadowed: readonly string[];
}

/**
 * Puts a Calico Node into a core Node: only Calico's annotations change.
 * @throws {TypeError} when the node says nonsense about its inherited labels
 */
export function mergeIntoCoreNode(node: Resource, object: JsonObject): NodeChange {
  const core = objectAt(object, 'metadata');
  const { [KUBE_LABELS]: inheritedText = '', ...ownAnnotations } = node.metadata.annotations ?? {};
  const inherited = inheritedLabels(inheritedText);
  const given = node.metadata.labels ?? {};
  const ownLabels = Object.fromEntries(Object.entries(given).filter(([key]) => !Object.hasOwn(inherited, key)));
  const changes: Record<string, string> = {
    [LABELS]: jsonOrEmpty(ownLabels),
    [ANNOTATIONS]: jsonOrEmpty(ownAnnotations),
    [AS_NUMBER]: asNumberText(node.spec),
    [INTERFACES]: interfacesText(node.spec['interfaces']),
  };
  for (const { annotation, path } of FIELDS)
    changes[annotation] = textAt({ spec: node.spec, status: node.status }, ...path);
  const annotations = { ...objectAt(core, 'annotations'), ...changes };
  const kept = Object.fromEntries(
    Object.entries(annotations).filter(([key, value]) => value !== '' || !(key in changes)),
  );
  return {
    object: { ...object, metadata: { ...core, annotations: kept } },
    shadowed: Object.keys(inherited).filter((key) => given[key] !== inherited[key]),
  };
}

function inheritedLabels(text: string): Strings {
  if (text === '') return {};
  const value = jsonIn(text);
  if (value === undefined) throw new TypeError(`annotation ${KUBE_LABELS} is not JSON`);
  return stringsIn(text);
}

function jsonOrEmpty(entries: Strings): string {
  return Object.keys(entries).length === 0 ? '' : goJson(sorted(entries));
}

function asNumberText(spec: JsonObject): string {
  const value = objectAt(spec, 'bgp')['asNumber'];
  return typeof value === 'number' ? String(value) : '';
}

function interfacesText(interfaces: Json | undefined): string {
  return interfaces === undefined || interfaces === null ? '' : goJson(interfaces);
}

function objectAt(value: JsonObject, key: string): JsonObject {
  const part = value[key];
  return isJsonObject(part) ? part : {};
}

function textAt(value: JsonObject, ...path: readonly string[]): string {
  let part: Json | undefined = value;
  for (const key of path) part = isJsonObject(part) ? part[key] : undefined;
  return typeof part === 'string' ? part : '';
}
