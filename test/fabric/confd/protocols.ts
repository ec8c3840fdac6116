/**
 * Which BGP protocols Calico's confd writes for a node, for a stand-in that is written independently of `src/bgp`, so that each can contradict
 * the other. Source: Calico's documentation of BGPPeer and BGPConfiguration, and the behaviour of confd, oddities included.
 */
import type { JsonObject } from '../../../src/kinds/schema.ts';
import { numberIn, objectIn, selected, spelled, textIn } from './cluster.ts';
import type { Cluster, ClusterNode, Version } from './cluster.ts';

/** A `protocol bgp` of BIRD's configuration. Ports are Calico's, whatever the daemons of a test listen on. */
export interface Protocol {
  readonly name: string;
  readonly neighbor: string;
  /** undefined where none is written, which is 179 */
  readonly port: number | undefined;
  readonly as: number;
  readonly localAs: number;
  /** undefined where the kernel chooses */
  readonly source: string | undefined;
  readonly passive: boolean;
  /** the cluster ID of a reflector towards its client */
  readonly rrClusterId: string | undefined;
  readonly nextHop: 'keep' | 'self' | undefined;
  /** name and key of the secret: `name/key` */
  readonly password: string | undefined;
  /** seconds */
  readonly restartTime: number | undefined;
  readonly keepalive: number | undefined;
  /** hops; undefined where TTL security is off */
  readonly ttl: number | undefined;
  readonly allowLocalAs: number | undefined;
}

/** Something to peer with, before it is known which node does. */
interface Target {
  readonly ip: string;
  readonly port: number;
  readonly as: number;
  readonly clusterId: string;
  /** from a peerIP that is a Calico node's */
  readonly isNodeByAddress: boolean;
  /** AS number in the place of the node's own; 0 is none */
  readonly localAs: number;
  readonly allowLocalAs: number;
  /** of the BGPPeer that it comes from */
  readonly spec: JsonObject;
}

type Targets = Map<string, Target>;

const BGP_PORT = 179;

/** All explicit entries of a cluster: those of every node, and those of single ones. */
export class Entries {
  readonly #cluster: Cluster;
  readonly #global: Targets = new Map();
  readonly #ofNode = new Map<string, Targets>();

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
    const specs = [...cluster.peers.values()].filter((spec) => textIn(spec, 'localWorkloadSelector') === '');
    const isGlobal = (spec: JsonObject): boolean => textIn(spec, 'node') === '' && textIn(spec, 'nodeSelector') === '';
    for (const spec of specs.filter(isGlobal))
      for (const target of targetsOf(cluster, spec)) putFirst(this.#global, target);
    for (const spec of specs.filter((one) => !isGlobal(one)))
      for (const node of chosenNodes(cluster, spec))
        for (const target of targetsOf(cluster, spec)) this.#putNode(node, target);
    for (const spec of specs) if (textIn(spec, 'reversePeering') !== 'Manual') this.#putReverse(spec);
  }

  /** The protocols of a node in one family, sorted by name. None at all where the node has no address. */
  protocols(node: ClusterNode, version: Version): readonly Protocol[] {
    const own = node.address[version];
    if (own === '') return [];
    const isMine = ({ ip }: Target): boolean => ip !== own && ip.includes(':') === (version === 6);
    const written = (prefix: string, targets: Iterable<Target>): readonly Protocol[] =>
      [...targets].filter(isMine).map((target) => protocolOf(node, own, prefix, target));
    return [
      ...meshProtocols(this.#cluster, node, version),
      ...written('Global', this.#global.values()),
      ...written('Node', this.#ofNode.get(node.name)?.values() ?? []),
    ].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  #putNode(node: ClusterNode, target: Target): void {
    if (this.#global.has(keyOf(target))) return;
    let targets = this.#ofNode.get(node.name);
    if (targets === undefined) this.#ofNode.set(node.name, (targets = new Map()));
    putFirst(targets, target);
  }

  /** The other ends of a peering with Calico nodes. */
  #putReverse(spec: JsonObject): void {
    const cluster = this.#cluster;
    const peerSelector = textIn(spec, 'peerSelector');
    const byAddress = peerSelector === '';
    const { ip, port } = byAddress ? peerAddress(spec) : { ip: '', port: undefined };
    const answering = byAddress
      ? cluster.nodes.filter((node) => isAnswering(cluster, node, spec, ip, port))
      : selected(cluster.nodes, peerSelector);
    const hasScope = textIn(spec, 'node') !== '' || textIn(spec, 'nodeSelector') !== '';
    const callers = hasScope ? chosenNodes(cluster, spec) : cluster.nodes;
    const versions: readonly Version[] = byAddress ? [ip.includes(':') ? 6 : 4] : [4, 6];
    for (const node of answering)
      for (const caller of callers)
        for (const version of versions)
          if (caller.address[version] !== '') this.#putNode(node, nodeTarget(caller, version, spec));
  }
}

const keyOf = ({ ip, port }: Target): string => `${ip} ${port || BGP_PORT}`;

function putFirst(targets: Targets, target: Target): void {
  if (!targets.has(keyOf(target))) targets.set(keyOf(target), target);
}

/** The nodes that a BGPPeer with a scope is for. */
function chosenNodes({ nodes }: Cluster, spec: JsonObject): readonly ClusterNode[] {
  const nodeSelector = textIn(spec, 'nodeSelector');
  if (nodeSelector !== '') return selected(nodes, nodeSelector);
  return nodes.filter(({ name }) => name === textIn(spec, 'node'));
}

function nodeTarget(node: ClusterNode, version: Version, spec: JsonObject): Target {
  const { as, port, clusterId } = node;
  return {
    ip: node.address[version],
    as,
    port,
    clusterId,
    isNodeByAddress: false,
    localAs: 0,
    allowLocalAs: 0,
    spec,
  };
}

function targetsOf(cluster: Cluster, spec: JsonObject): readonly Target[] {
  const peerSelector = textIn(spec, 'peerSelector');
  if (peerSelector !== '') {
    return selected(cluster.nodes, peerSelector).flatMap((node) =>
      ([4, 6] as const).flatMap((version) => (node.address[version] === '' ? [] : [nodeTarget(node, version, spec)])),
    );
  }
  const { ip, port } = peerAddress(spec);
  if (spelled(ip) === '') return [];
  const as = numberIn(spec, 'asNumber');
  const holders = cluster.nodes.filter(({ address }) => address[4] === ip || address[6] === ip);
  const fitting = holders.find((holder) => holder.as === (as || cluster.globalAs));
  const target: Target = {
    ip: spelled(ip),
    port: port ?? fitting?.port ?? 0,
    as,
    clusterId: '',
    isNodeByAddress: holders.length > 0,
    localAs: numberIn(spec, 'localASNumber'),
    allowLocalAs: numberIn(spec, 'numAllowedLocalASNumbers'),
    spec,
  };
  return [target];
}

/** Address, as it is spelled, and port of a peerIP. One with a port that cannot be read has no address that could be used. */
function peerAddress(spec: JsonObject): { readonly ip: string; readonly port: number | undefined } {
  const peerIP = textIn(spec, 'peerIP');
  const [, v6, v4, digits] = /^(?:\[(.*)\]|([^:]*)):(\w+)$/.exec(peerIP) ?? [];
  if (digits === undefined) return { ip: peerIP, port: undefined };
  const port = goNumber(digits);
  return port === undefined ? { ip: 'unreadable', port } : { ip: v6 ?? v4 ?? '', port };
}

/** As Go reads a number whose base its prefix tells. */
function goNumber(text: string): number | undefined {
  const octal = /^0[0-9]+$/.test(text) ? text.replace(/^0/, '0o') : text;
  const value = Number(octal);
  return Number.isInteger(value) ? value : undefined;
}

/** Whether a node answers to a peerIP. An address that is missing on both sides is the same address. */
function isAnswering(
  cluster: Cluster,
  node: ClusterNode,
  spec: JsonObject,
  ip: string,
  port: number | undefined,
): boolean {
  if (node.address[4] !== ip && node.address[6] !== ip) return false;
  if (node.as !== (numberIn(spec, 'asNumber') || cluster.globalAs)) return false;
  if (port === undefined) return true;
  return [node.ownPort, cluster.globalPort].every((listening) => listening === 0 || listening === port);
}

function meshProtocols(cluster: Cluster, node: ClusterNode, version: Version): readonly Protocol[] {
  const { settings } = cluster;
  if (settings['nodeToNodeMeshEnabled'] === false || node.clusterId !== '') return [];
  const own = node.address[version];
  const others = cluster.nodes.filter(({ name, address, clusterId }) => {
    const ip = address[version];
    return name !== node.name && clusterId === '' && ip !== '' && ip !== own;
  });
  return others.map((other) => {
    const ip = other.address[version];
    return {
      name: `Mesh_${underscored(ip)}`,
      neighbor: ip,
      port: other.port || undefined,
      as: other.ownAs ?? node.as,
      localAs: node.as,
      source: own,
      passive: ip > own,
      rrClusterId: undefined,
      nextHop: undefined,
      password: secretOf(settings, 'nodeMeshPassword'),
      restartTime: seconds(textIn(settings, 'nodeMeshMaxRestartTime')),
      keepalive: undefined,
      ttl: undefined,
      allowLocalAs: undefined,
    };
  });
}

function protocolOf(node: ClusterNode, own: string, prefix: string, target: Target): Protocol {
  const { ip, port, as, clusterId, spec } = target;
  const localAs = target.localAs || node.as;
  const isInternal = as === localAs;
  const isClient = node.clusterId !== '' && isInternal && clusterId !== node.clusterId;
  const mode = textIn(spec, 'nextHopMode');
  const keeps = mode === 'Keep' || (spec['keepOriginalNextHop'] === true && !isInternal);
  return {
    name: `${prefix}_${underscored(ip)}${port === 0 ? '' : `_port_${port}`}`,
    neighbor: ip,
    port: port || undefined,
    as,
    localAs,
    source: textIn(spec, 'sourceAddress') === 'None' ? undefined : own,
    passive: prefix === 'Global' && target.isNodeByAddress && ip > own,
    rrClusterId: isClient ? node.clusterId : undefined,
    nextHop: keeps ? 'keep' : mode === 'Self' ? 'self' : undefined,
    password: secretOf(spec, 'password'),
    restartTime: seconds(textIn(spec, 'maxRestartTime')),
    keepalive: seconds(textIn(spec, 'keepaliveTime')),
    ttl: numberIn(spec, 'ttlSecurity') || undefined,
    allowLocalAs: target.allowLocalAs || undefined,
  };
}

const underscored = (ip: string): string => ip.replaceAll(/[.:]/g, '_');

function secretOf(spec: JsonObject, name: string): string | undefined {
  const reference = objectIn(objectIn(spec, name), 'secretKeyRef');
  const key = textIn(reference, 'key');
  return key === '' ? undefined : `${textIn(reference, 'name')}/${key}`;
}

const UNITS: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1, ms: 1e-3, us: 1e-6, µs: 1e-6, ns: 1e-9 };

/** A duration of Go in whole seconds, a half rounded up. */
function seconds(duration: string): number | undefined {
  if (duration === '') return undefined;
  let sum = 0;
  for (const [, number, unit = ''] of duration.matchAll(/([\d.]+)([a-zµ]+)/g))
    sum += Number(number) * (UNITS[unit] ?? 0);
  return Math.floor(sum + 0.5);
}
