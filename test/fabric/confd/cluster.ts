/**
 * What Calico's confd reads of a cluster, for a stand-in that is written independently of `src/bgp`, so that each can contradict the other.
 * Source: Calico's API reference (Node, BGPPeer, BGPConfiguration).
 */
import type { Resource } from '../../../src/kinds/resource.ts';
import { isJsonObject } from '../../../src/kinds/schema.ts';
import type { Json, JsonObject } from '../../../src/kinds/schema.ts';
import { parseCidrOrIp } from '../../../src/net/cidr.ts';
import { formatIP } from '../../../src/net/ip.ts';
import { isValidSelector, matches, parseSelector } from '../../../src/selectors/index.ts';

/** 4 or 6, as in the names of `bird` and `bird6`. */
export type Version = 4 | 6;

export interface ClusterNode {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** '' where the node has no address of the family */
  readonly address: Readonly<Record<Version, string>>;
  /** undefined where the node has the cluster's */
  readonly ownAs: number | undefined;
  readonly as: number;
  /** '' for a node that is no reflector */
  readonly clusterId: string;
  /** of the node's own BGPConfiguration; 0 is none */
  readonly ownPort: number;
  /** where the node listens; 0 is the default port, not written out */
  readonly port: number;
}

export interface Cluster {
  /** sorted by name */
  readonly nodes: readonly ClusterNode[];
  /** specs of BGPPeers by name, sorted */
  readonly peers: ReadonlyMap<string, JsonObject>;
  /** spec of the BGPConfiguration `default` */
  readonly settings: JsonObject;
  readonly globalAs: number;
  readonly globalPort: number;
}

const CALICO_AS = 64512;

export function readCluster(resources: readonly Resource[]): Cluster {
  const specs = (kind: string): ReadonlyMap<string, JsonObject> =>
    new Map(sorted(resources, kind).map(({ metadata, spec }) => [metadata.name ?? '', spec]));
  const configurations = specs('BGPConfiguration');
  const settings = configurations.get('default') ?? {};
  const globalAs = numberIn(settings, 'asNumber') || CALICO_AS;
  const globalPort = numberIn(settings, 'listenPort');
  const nodes = sorted(resources, 'Node').map(({ metadata: { name = '', labels = {} }, spec }): ClusterNode => {
    const bgp = objectIn(spec, 'bgp');
    const ownAs = numberIn(bgp, 'asNumber') || undefined;
    const ownPort = numberIn(configurations.get(`node.${name}`) ?? {}, 'listenPort');
    return {
      name,
      labels,
      address: { 4: spelled(textIn(bgp, 'ipv4Address')), 6: spelled(textIn(bgp, 'ipv6Address')) },
      ownAs,
      as: ownAs ?? globalAs,
      clusterId: textIn(bgp, 'routeReflectorClusterID'),
      ownPort,
      port: ownPort || globalPort,
    };
  });
  return { nodes, peers: specs('BGPPeer'), settings, globalAs, globalPort };
}

function sorted(resources: readonly Resource[], kind: string): readonly Resource[] {
  const nameOf = ({ metadata }: Resource): string => metadata.name ?? '';
  return resources.filter((resource) => resource.kind === kind).sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}

/** An address, or that of a CIDR, in its normal spelling; '' for anything else. */
export function spelled(text: string): string {
  const cidr = parseCidrOrIp(text);
  return cidr === undefined ? '' : formatIP(cidr.ip);
}

/** The nodes with labels that fit. A selector that cannot be read fits none. */
export function selected(nodes: readonly ClusterNode[], selector: string): readonly ClusterNode[] {
  if (!isValidSelector(selector)) return [];
  const parsed = parseSelector(selector);
  return nodes.filter(({ labels }) => matches(parsed, labels));
}

export function textIn(object: JsonObject, name: string): string {
  const value = object[name];
  return typeof value === 'string' ? value : '';
}

/** 0 where there is none. */
export function numberIn(object: JsonObject, name: string): number {
  const value = object[name];
  return typeof value === 'number' ? value : 0;
}

export function objectIn(object: JsonObject, name: string): JsonObject {
  const value: Json | undefined = object[name];
  return isJsonObject(value) ? value : {};
}
