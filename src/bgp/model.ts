/** What decides which BGP sessions a cluster has, read from its resources. */
import type { Resource } from '../kinds/resource.ts';
import { parseCidrOrIp } from '../net/cidr.ts';
import { formatIP } from '../net/ip.ts';
import { matches, parseSelector } from '../selectors/index.ts';

/** AS number of a cluster that configures none (Calico's default). */
export const DEFAULT_AS = 64512;
/** Port of a node that configures none (RFC 4271). */
export const DEFAULT_PORT = 179;

export type Family = 'ipv4' | 'ipv6';
export const FAMILIES: readonly Family[] = ['ipv4', 'ipv6'];

export interface BgpNode {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** address for BGP in its normal spelling; '' when the node has none in that family and runs no BGP there */
  readonly ipv4: string;
  readonly ipv6: string;
  /** of its own; undefined when it has the cluster's */
  readonly ownAs: number | undefined;
  /** '' when it is no route reflector */
  readonly clusterId: string;
  /** listen port set for this node alone */
  readonly ownPort: number | undefined;
}

export interface BgpPeer {
  readonly name: string;
  readonly node: string;
  readonly nodeSelector: string;
  readonly peerIP: string;
  readonly asNumber: number;
  readonly localAsNumber: number | undefined;
  readonly peerSelector: string;
  readonly localWorkloadSelector: string;
  readonly nextHopMode: string | undefined;
  readonly keepOriginalNextHop: boolean;
  readonly password: SecretRef | undefined;
  readonly sourceAddress: string;
  readonly reversePeering: string;
  readonly maxRestartTime: string | undefined;
  readonly keepaliveTime: string | undefined;
  readonly ttlSecurity: number | undefined;
  readonly numAllowedLocalAsNumbers: number | undefined;
  readonly filters: readonly string[];
}

/** Where a password is kept; the password itself is never read. */
export interface SecretRef {
  readonly name: string;
  readonly key: string;
}

export interface BgpCluster {
  /** in bytewise order of their names */
  readonly nodes: readonly BgpNode[];
  readonly peers: readonly BgpPeer[];
  readonly asNumber: number;
  readonly meshEnabled: boolean;
  readonly meshPassword: SecretRef | undefined;
  readonly meshMaxRestartTime: string | undefined;
  /** listen port for all nodes that set none of their own */
  readonly port: number | undefined;
}

/** Reads Nodes, BGPPeers and BGPConfigurations; other resources are passed over. */
export function bgpCluster(resources: readonly Resource[]): BgpCluster {
  const ofKind = (kind: string): readonly Resource[] =>
    resources.filter((resource) => resource.kind === kind).sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  const configurations = new Map(ofKind('BGPConfiguration').map((resource) => [nameOf(resource), resource.spec]));
  const global = new Fields(configurations.get('default'));
  const listenPort = (name: string): number | undefined => {
    const port = new Fields(configurations.get(name)).number('listenPort');
    return port === 0 ? undefined : port;
  };
  return {
    nodes: ofKind('Node').map((resource) => readNode(resource, listenPort(`node.${nameOf(resource)}`))),
    peers: ofKind('BGPPeer').map(readPeer),
    asNumber: global.number('asNumber') ?? DEFAULT_AS,
    meshEnabled: global.boolean('nodeToNodeMeshEnabled') ?? true,
    meshPassword: global.secret('nodeMeshPassword'),
    meshMaxRestartTime: global.optionalText('nodeMeshMaxRestartTime'),
    port: listenPort('default'),
  };
}

const nameOf = (resource: Resource): string => resource.metadata.name ?? '';

function readNode(resource: Resource, ownPort: number | undefined): BgpNode {
  const bgp = new Fields(new Fields(resource.spec).object('bgp'));
  return {
    name: nameOf(resource),
    labels: resource.metadata.labels ?? {},
    ipv4: addressOf(bgp.text('ipv4Address')),
    ipv6: addressOf(bgp.text('ipv6Address')),
    ownAs: bgp.number('asNumber'),
    clusterId: bgp.text('routeReflectorClusterID'),
    ownPort,
  };
}

function readPeer(resource: Resource): BgpPeer {
  const spec = new Fields(resource.spec);
  return {
    name: nameOf(resource),
    node: spec.text('node'),
    nodeSelector: spec.text('nodeSelector'),
    peerIP: spec.text('peerIP'),
    asNumber: spec.number('asNumber') ?? 0,
    localAsNumber: spec.number('localASNumber'),
    peerSelector: spec.text('peerSelector'),
    localWorkloadSelector: spec.text('localWorkloadSelector'),
    nextHopMode: spec.optionalText('nextHopMode'),
    keepOriginalNextHop: spec.boolean('keepOriginalNextHop') ?? false,
    password: spec.secret('password'),
    sourceAddress: spec.text('sourceAddress'),
    reversePeering: spec.text('reversePeering'),
    maxRestartTime: spec.optionalText('maxRestartTime'),
    keepaliveTime: spec.optionalText('keepaliveTime'),
    ttlSecurity: spec.number('ttlSecurity'),
    numAllowedLocalAsNumbers: spec.number('numAllowedLocalASNumbers'),
    filters: spec.texts('filters'),
  };
}

/** The address of a CIDR or plain address in its normal spelling; '' when there is none. */
function addressOf(text: string): string {
  const cidr = parseCidrOrIp(text);
  return cidr === undefined ? '' : formatIP(cidr.ip);
}

/** Typed reading of a JSON object. */
class Fields {
  readonly #value: Readonly<Record<string, unknown>>;
  constructor(value: unknown) {
    this.#value = typeof value === 'object' && value !== null ? { ...value } : {};
  }
  object(key: string): unknown {
    return this.#value[key];
  }
  text(key: string): string {
    return this.optionalText(key) ?? '';
  }
  optionalText(key: string): string | undefined {
    const value = this.#value[key];
    return typeof value === 'string' ? value : undefined;
  }
  texts(key: string): readonly string[] {
    const value = this.#value[key];
    return Array.isArray(value) ? value.map(String) : [];
  }
  number(key: string): number | undefined {
    const value = this.#value[key];
    return typeof value === 'number' ? value : undefined;
  }
  boolean(key: string): boolean | undefined {
    const value = this.#value[key];
    return typeof value === 'boolean' ? value : undefined;
  }
  secret(key: string): SecretRef | undefined {
    const reference = new Fields(this.object(key)).object('secretKeyRef');
    if (reference === undefined) return undefined;
    const fields = new Fields(reference);
    return { name: fields.text('name'), key: fields.text('key') };
  }
}

/** AS number of a node: its own, else the cluster's. */
export function asOf(cluster: BgpCluster, node: BgpNode): number {
  return node.ownAs ?? cluster.asNumber;
}

/** Listen port of a node as it is written into configurations; undefined where none is set. */
export function portOf(cluster: BgpCluster, node: BgpNode): number | undefined {
  return node.ownPort ?? cluster.port;
}

/** The nodes that a selector matches. A selector that cannot be parsed matches none. */
export function nodesMatching(nodes: readonly BgpNode[], selector: string): readonly BgpNode[] {
  let parsed: ReturnType<typeof parseSelector>;
  try {
    parsed = parseSelector(selector);
  } catch {
    return [];
  }
  return nodes.filter(({ labels }) => matches(parsed, labels));
}
