/** Rules about the two ends of a session. */
import { aboutConfiguration, aboutPeer } from './finding.ts';
import type { Finding } from './finding.ts';
import { LINT_RULES } from './lint-rules.ts';
import type { LintRule } from './lint-rules.ts';
import { meshFault } from './links.ts';
import type { Fault, FamilyLinks, Link } from './links.ts';
import { asOf, DEFAULT_PORT, portOf } from './model.ts';
import type { BgpCluster, BgpNode, BgpPeer } from './model.ts';
import { splitPeer } from './entries.ts';
import type { Session } from './session.ts';
import type { SessionPlan } from './sessions.ts';
import { counted, familyName, nodesNamed, someNames } from './words.ts';

/** Sessions that cannot come up. Those with one cause are one finding. */
export function lintLinks({ cluster }: SessionPlan, family: FamilyLinks): readonly Finding[] {
  return [...lintMeshNumbers(cluster, family), ...lintFaults(cluster, family)];
}

/** In a mesh nodes with and without an AS number of their own expect different numbers of each other. */
function lintMeshNumbers(cluster: BgpCluster, { family, mesh }: FamilyLinks): readonly Finding[] {
  const without = mesh.filter(({ ownAs }) => ownAs === undefined);
  const [first] = without;
  if (first === undefined) return [];
  const other = mesh.filter((node) => meshFault(cluster, node, first) !== undefined);
  if (other.length === 0) return [];
  const [few, many] = other.length <= without.length ? [other, without] : [without, other];
  const names = few.map(({ name }) => name);
  const numbers = [...new Set(other.map((node) => String(asOf(cluster, node))))];
  const ends = `${nodesNamed(other.map(({ name }) => name))} with AS ${someNames(numbers)} of their own and the ${without.length} without`;
  const message = `${counted(few.length * many.length, `${familyName(family)} session`)} of the mesh cannot come up: ${ends} expect different AS numbers of each other`;
  return [{ ...aboutConfiguration(LINT_RULES.asMismatch, message, names), family }];
}

type PeersByName = ReadonlyMap<string, BgpPeer>;

/** What {@link describeFault} looks BGPPeers up in. */
export function peersByName({ peers }: BgpCluster): PeersByName {
  return new Map(peers.map((peer) => [peer.name, peer]));
}

interface Group {
  readonly fault: Fault;
  readonly peer: string;
  readonly text: string;
  readonly links: Link[];
}

function lintFaults(cluster: BgpCluster, { family, links }: FamilyLinks): readonly Finding[] {
  const peers = peersByName(cluster);
  const groups = new Map<string, Group>();
  for (const link of links) {
    if (link.faults.length === 0) continue;
    const { ofA, ofB } = link;
    if (ofA?.reason.type === 'mesh' && ofB?.reason.type === 'mesh') continue; // said of the mesh as a whole
    for (const fault of link.faults) {
      const peer = ofA?.reason.peer ?? ofB?.reason.peer ?? '';
      const text = describeFault(cluster, peers, link, fault);
      const key = JSON.stringify([fault, peer, text]);
      const group = groups.get(key);
      if (group === undefined) groups.set(key, { fault, peer, text, links: [link] });
      else group.links.push(link);
    }
  }
  return [...groups.values()].map(({ fault, peer, text, links: all }) => {
    const nodes = [...new Set(all.flatMap(({ a, b }) => [a.name, b.name]))].sort();
    return {
      ...aboutPeer(FAULT_RULES[fault], peer, `${betweenText(all)} (${familyName(family)}): ${text}`, nodes),
      family,
    };
  });
}

/** The rule that is about a fault. */
export const FAULT_RULES = {
  'one-sided': LINT_RULES.oneSided,
  as: LINT_RULES.asMismatch,
  port: LINT_RULES.port,
  password: LINT_RULES.password,
  ttl: LINT_RULES.ttl,
} as const satisfies Readonly<Record<Fault, LintRule>>;

/** What keeps a session from coming up, without a full stop and without naming its ends. */
export function describeFault(cluster: BgpCluster, peers: PeersByName, link: Link, fault: Fault): string {
  const { ofA, ofB } = link;
  switch (fault) {
    case 'one-sided':
      return oneSided(cluster, peers, link);
    case 'as':
      return `one end is AS ${ofA?.localAs ?? 0} and expects ${ofA?.as ?? 0}, the other is AS ${ofB?.localAs ?? 0} and expects ${ofB?.as ?? 0}`;
    case 'port':
      return 'no end that may call dials the port on which the other listens';
    case 'password':
      return `one end uses ${secretName(ofA)}, the other ${secretName(ofB)}`;
    case 'ttl':
      return 'only one end has ttlSecurity';
  }
}

function secretName(session: Session | undefined): string {
  const secret = session?.secret ?? null;
  return secret === null ? 'no password' : `secret ${secret.name}, key ${secret.key}`;
}

/** Why Calico did not add the other end by itself. */
function oneSided(cluster: BgpCluster, peers: PeersByName, { a, b, ofA, ofB }: Link): string {
  const [session, other] = ofA === undefined ? [ofB, a] : [ofA, b];
  const peer = peers.get(session?.reason.peer ?? '');
  const why = peer === undefined ? undefined : noReverse(cluster, peer, other);
  return `only one end has the session${why === undefined ? '' : `, as ${why}`}`;
}

function noReverse(cluster: BgpCluster, peer: BgpPeer, other: BgpNode): string | undefined {
  const { peerIP, asNumber, reversePeering } = peer;
  if (reversePeering === 'Manual') return 'reversePeering is Manual';
  const split = splitPeer(peerIP);
  if (split === undefined) return undefined;
  if (split.text !== split.ip) return `peerIP ${split.text} is not spelled like the node’s address ${split.ip}`;
  const as = asOf(cluster, other);
  if (asNumber !== as && !(asNumber === 0 && as === cluster.asNumber))
    return `asNumber ${asNumber === 0 ? 'is missing and' : asNumber} is not the node’s ${as}`;
  const listens = portOf(cluster, other) ?? DEFAULT_PORT;
  if (split.port === undefined) return undefined;
  return split.port === listens
    ? `port ${split.port} is not the ${cluster.port ?? DEFAULT_PORT} of all nodes, which Calico compares too`
    : `port ${split.port} is not the node’s ${listens}`;
}

/** BGPPeers that make sessions between nodes which have them in the mesh. */
export function lintOverMesh(plan: SessionPlan, { family, mesh, links }: FamilyLinks): readonly Finding[] {
  const inMesh = new Set(mesh);
  const pairs = new Map<string, Link[]>();
  for (const link of links) {
    const { a, b } = link;
    if (!inMesh.has(a) || !inMesh.has(b)) continue;
    const entries = [...plan.entriesTo(a, family, b[family]), ...plan.entriesTo(b, family, a[family])];
    for (const name of new Set(entries.map(({ peer }) => peer.name))) {
      const known = pairs.get(name);
      if (known === undefined) pairs.set(name, [link]);
      else known.push(link);
    }
  }
  return [...pairs].map(([peer, all]) => {
    const nodes = [...new Set(all.flatMap(({ a, b }) => [a.name, b.name]))].sort();
    const message = `makes ${counted(all.length, `${familyName(family)} session`)} that the node-to-node mesh has too, ${betweenText(all)}`;
    return { ...aboutPeer(LINT_RULES.overMesh, peer, message, nodes), family };
  });
}

/** `between a and b and 3 more` */
function betweenText(links: readonly Link[]): string {
  const [first] = links;
  return `between ${first?.a.name ?? ''} and ${first?.b.name ?? ''}${links.length === 1 ? '' : ` and ${links.length - 1} more`}`;
}

/** BGPPeers that make the same session with other settings. */
export function lintRivals(plan: SessionPlan): readonly Finding[] {
  return plan.rivalries().map(({ peer, rival, node, neighbor }) => {
    const whose = node === undefined ? 'all nodes' : `node ${node}`;
    const message = `makes the session of ${whose} to ${neighbor} with other settings than BGPPeer ${peer}`;
    return aboutPeer(LINT_RULES.rivals, rival, message, node === undefined ? [] : [node]);
  });
}
