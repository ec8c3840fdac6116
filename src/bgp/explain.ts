/** Why there is a session between two ends, or why there is none, and what is wrong with it. */
import { splitPeer } from './entries.ts';
import { describeFault, FAULT_RULES, peersByName } from './lint-links.ts';
import { linkBetween } from './links.ts';
import type { Fault } from './links.ts';
import { asOf, DEFAULT_PORT, FAMILIES, portOf } from './model.ts';
import type { BgpCluster, BgpNode, BgpPeer, Family } from './model.ts';
import { refusalsOf } from './refusals.ts';
import { selected } from './selected.ts';
import type { Session } from './session.ts';
import type { SessionPlan } from './sessions.ts';
import { whyNone } from './why-none.ts';
import { familyName } from './words.ts';

/** The other end: a Calico node, or an address of something else. */
export type Peer =
  { readonly type: 'node'; readonly node: BgpNode } | { readonly type: 'address'; readonly address: string };

export interface Explanation {
  readonly family: Family;
  /** whether a session must exist, and whether it can come up; `outside` where the other end is no Calico node, and not known */
  readonly state: 'fine' | 'faulty' | 'none' | 'outside';
  readonly ends: readonly End[];
  /** what keeps it from coming up */
  readonly faults: readonly { readonly fault: Fault | 'configuration'; readonly text: string }[];
  /** for `none`: what would have to be different */
  readonly reasons: readonly string[];
  /** what selectors of BGPPeers match of the two ends: those that make the session, or all that could */
  readonly selectors: readonly string[];
  /** what to look at next */
  readonly checks: readonly string[];
}

/** One end's view. */
export interface End {
  /** name of the node; the address of one that is none */
  readonly name: string;
  /** its address in the family; '' for none */
  readonly address: string;
  /** sessions that it has for the other end: the first runs, the others wait for it; undefined where they are not known */
  readonly sessions: readonly Session[] | undefined;
}

/** Each family that one of the two nodes has an address in; of another peer the family of its address. */
export function explain(plan: SessionPlan, node: BgpNode, peer: Peer): readonly Explanation[] {
  if (peer.type === 'address') return [explainOutside(plan, node, peer.address)];
  const families = FAMILIES.filter((family) => node[family] !== '' || peer.node[family] !== '');
  return (families.length === 0 ? FAMILIES : families).map((family) => explainNodes(plan, node, peer.node, family));
}

function explainOutside(plan: SessionPlan, node: BgpNode, address: string): Explanation {
  const family = address.includes(':') ? 'ipv6' : 'ipv4';
  const sessions = sessionsTo(plan, node, address, family);
  const ends = [
    { name: node.name, address: node[family], sessions },
    { name: address, address, sessions: undefined },
  ];
  const [first] = sessions;
  if (first === undefined)
    return {
      family,
      state: 'none',
      ends,
      faults: [],
      reasons: noneOutside(plan.cluster, node, address, family),
      selectors: selected(
        plan.cluster.peers.filter(({ peerIP }) => splitPeer(peerIP)?.ip === address),
        [node],
      ),
      checks: [],
    };
  const refused = refusals(plan, node, family);
  const checks = [
    `${address} must be AS ${first.as}, and have a session to ${node[family]} with AS ${first.localAs}`,
    first.password
      ? `${address} must have the password that secret ${first.secret?.name ?? ''} holds`
      : `${address} must have no password`,
    `TCP port ${first.port ?? DEFAULT_PORT} of ${address} must be open for ${node[family]}`,
    statusOf(node),
  ];
  const state = refused.length > 0 ? 'faulty' : 'outside';
  const selectors = selected(makersOf(plan.cluster, ends), [node]);
  return { family, state, ends, faults: refused, reasons: [], selectors, checks };
}

function explainNodes(plan: SessionPlan, node: BgpNode, other: BgpNode, family: Family): Explanation {
  const { cluster } = plan;
  const ends = [endOf(plan, node, other, family), endOf(plan, other, node, family)];
  const link = node[family] === '' || other[family] === '' ? undefined : linkBetween(plan, family, node, other);
  if (link === undefined) {
    const reasons = whyNone(cluster, node, other, family);
    const selectors = selected(cluster.peers, [node, other]);
    return { family, state: 'none', ends, faults: [], reasons, selectors, checks: [node, other].map(labelsOf) };
  }
  const peers = peersByName(cluster);
  const faults = [
    ...link.faults.map((fault) => ({ fault, text: describeFault(cluster, peers, link, fault) })),
    ...[node, other].flatMap((one) => refusals(plan, one, family)),
  ];
  const checks =
    faults.length > 0 ? link.faults.map((fault) => FAULT_RULES[fault].help) : checksOf(plan, [node, other], family);
  const state = faults.length > 0 ? 'faulty' : 'fine';
  const selectors = selected(makersOf(cluster, ends), [node, other]);
  return { family, state, ends, faults, reasons: [], selectors, checks };
}

/** The BGPPeers that make the sessions of the two ends. */
function makersOf({ peers }: BgpCluster, ends: readonly End[]): readonly BgpPeer[] {
  const names = new Set(ends.flatMap(({ sessions = [] }) => sessions.flatMap(({ reason }) => reason.peer ?? [])));
  return peers.filter(({ name }) => names.has(name));
}

function endOf(plan: SessionPlan, node: BgpNode, other: BgpNode, family: Family): End {
  const sessions = other[family] === '' ? [] : sessionsTo(plan, node, other[family], family);
  return { name: node.name, address: node[family], sessions };
}

function sessionsTo(plan: SessionPlan, node: BgpNode, address: string, family: Family): readonly Session[] {
  return plan.sessions(node, family).filter(({ neighbor }) => neighbor === address);
}

function refusals(plan: SessionPlan, node: BgpNode, family: Family): Explanation['faults'] {
  return refusalsOf(plan, node, family).map((why) => ({
    fault: 'configuration',
    text: `BIRD refuses the whole ${familyName(family)} configuration of ${node.name}: ${why}`,
  }));
}

function noneOutside({ peers }: BgpCluster, node: BgpNode, address: string, family: Family): readonly string[] {
  if (node[family] === '') return [`${node.name} has no ${familyName(family)} address`];
  const named = peers.filter(({ peerIP }) => splitPeer(peerIP)?.ip === address);
  if (named.length === 0) return [`no BGPPeer has peerIP ${address}, and no node has this address`];
  return named.map(({ name, node: only, nodeSelector }) =>
    nodeSelector === '' && only === ''
      ? `BGPPeer ${name} has peerIP ${address}, and another one has taken its place`
      : `BGPPeer ${name} is for ${nodeSelector === '' ? `node ${only}` : `nodeSelector ${nodeSelector}`}, which does not match ${node.name}`,
  );
}

function labelsOf({ name, labels }: BgpNode): string {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  return pairs.length === 0 ? `${name} has no labels` : `labels of ${name}: ${pairs.sort().join(', ')}`;
}

const statusOf = ({ name }: BgpNode): string => `what BIRD says: calicoctl node status --node ${name} -o wide`;

/** What the datastore does not show. */
function checksOf(plan: SessionPlan, nodes: readonly [BgpNode, BgpNode], family: Family): readonly string[] {
  const [node, other] = nodes;
  const dials = (from: BgpNode, to: BgpNode): readonly string[] => {
    const open = sessionsTo(plan, from, to[family], family).some(({ passive }) => !passive);
    const port = portOf(plan.cluster, to) ?? DEFAULT_PORT;
    return open
      ? [`TCP port ${port} of ${to[family]} (${to.name}) must be open for ${from[family]} (${from.name})`]
      : [];
  };
  const secret = sessionsTo(plan, node, other[family], family)[0]?.secret ?? null;
  const ip6Only = nodes.filter(({ ipv4 }) => ipv4 === '');
  return [
    ...dials(node, other),
    ...dials(other, node),
    ...(secret === null
      ? []
      : [`secret ${secret.name} must have the key ${secret.key}, or both ends go without password`]),
    ...ip6Only.map(({ name }) => `${name} has no IPv4 address: calico-node needs CALICO_ROUTER_ID there`),
    ...nodes.map(statusOf),
  ];
}

/** How a node is shown: its name, address and what it is to BGP. */
export function describeNode(cluster: BgpCluster, node: BgpNode): string {
  const addresses = [node.ipv4, node.ipv6].filter((address) => address !== '');
  const reflector = node.clusterId === '' ? '' : `, cluster ID ${node.clusterId}`;
  return `${node.name} (${[...addresses, `AS ${asOf(cluster, node)}`].join(', ')}${reflector})`;
}
