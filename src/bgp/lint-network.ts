/** Rules about what the sessions amount to: reflectors, nodes without sessions, and where routes do not get. */
import { aboutConfiguration, aboutNodes } from './finding.ts';
import type { Finding } from './finding.ts';
import { LINT_RULES } from './lint-rules.ts';
import type { FamilyLinks } from './links.ts';
import { FAMILIES, nodesMatching } from './model.ts';
import type { BgpNode, Family } from './model.ts';
import type { Reachability, RouteGap } from './routes.ts';
import type { SessionPlan } from './sessions.ts';
import { familyName, nodesNamed, someNames } from './words.ts';

/** What there is of a family. */
export interface FamilyView {
  readonly links: FamilyLinks;
  readonly reach: Reachability;
}

/** Reflectors that do not reflect, and those that are alone. */
export function lintReflectors(plan: SessionPlan, network: readonly FamilyView[]): readonly Finding[] {
  const needed = network.flatMap(({ reach }) =>
    reach.gaps.flatMap(({ cause }) => (cause.type === 'no-reflector' ? [cause.node] : [])),
  );
  return [...withoutId(plan, new Set(needed)), ...network.flatMap(({ links }) => onlyReflectors(links))];
}

/** Nodes that BGPPeers select for others to peer with, and that pass nothing on. */
function withoutId({ cluster }: SessionPlan, needed: ReadonlySet<string>): readonly Finding[] {
  const { nodes, peers, meshEnabled } = cluster;
  const found = new Map<string, Finding>();
  for (const { name: peer, node, nodeSelector, peerSelector } of peers) {
    if (peerSelector === '' || meshEnabled) continue;
    const targets = nodesMatching(nodes, peerSelector);
    const selected = new Set(targets);
    const locals =
      nodeSelector !== ''
        ? nodesMatching(nodes, nodeSelector)
        : nodes.filter(({ name }) => node === '' || name === node);
    // Nodes that all peer with each other need no reflector.
    if (locals.every((local) => selected.has(local))) continue;
    const mixed = targets.some(({ clusterId }) => clusterId !== '');
    for (const { name, clusterId } of targets) {
      if (clusterId !== '' || found.has(name) || !(mixed || needed.has(name))) continue;
      const message = `node ${name} is selected by peerSelector of BGPPeer ${peer}, but has no routeReflectorClusterID`;
      found.set(name, aboutNodes(LINT_RULES.reflectorWithoutId, [name], message));
    }
  }
  return [...found.values()];
}

/** Reflectors that are the only neighbour of other nodes. */
function onlyReflectors({ family, mesh, links, external }: FamilyLinks): readonly Finding[] {
  const only = new Map<BgpNode, BgpNode | undefined>();
  for (const { a, b, faults } of links) {
    if (faults.length > 0) continue;
    only.set(a, only.has(a) ? undefined : b);
    only.set(b, only.has(b) ? undefined : a);
  }
  if (mesh.length > 1) for (const node of mesh) only.delete(node);
  const clients = new Map<BgpNode, string[]>();
  for (const [node, reflector] of only) {
    if (node.clusterId !== '' || external.has(node.name) || reflector === undefined || reflector.clusterId === '')
      continue;
    const names = clients.get(reflector);
    if (names === undefined) clients.set(reflector, [node.name]);
    else names.push(node.name);
  }
  return [...clients].map(([{ name }, names]) => {
    const message = `node ${name} is the only ${familyName(family)} reflector of ${nodesNamed(names.sort())}`;
    return { ...aboutNodes(LINT_RULES.oneReflector, names, message, family), subject: { kind: 'Node', name } };
  });
}

/** Nodes with an address and without a session. */
export function lintSessions(plan: SessionPlan, network: readonly FamilyView[]): readonly Finding[] {
  const { cluster, mesh } = plan;
  const several = FAMILIES.filter((family) => cluster.nodes.filter((node) => node[family] !== '').length > 1);
  const bare = several.map((family) => ({
    family,
    nodes: cluster.nodes.filter((node) => hasNone(plan, node, family)),
  }));
  const all = several.flatMap((family) => cluster.nodes.filter((node) => node[family] !== ''));
  const without = bare.flatMap(({ nodes }) => nodes);
  if (!cluster.meshEnabled && all.length > 0 && without.length === all.length) {
    const names = [...new Set(without.map(({ name }) => name))];
    const message = `nodeToNodeMeshEnabled is false, and none of ${names.length} nodes has a session`;
    return [aboutConfiguration(LINT_RULES.meshOff, message, names)];
  }
  const findings = network.flatMap(({ links, reach }) => cannotComeUp(plan, links, reach));
  const said = new Set<BgpNode>();
  for (const node of without) {
    if (node.clusterId === '' || said.has(node) || FAMILIES.some((family) => plan.hasSession(node, family))) continue;
    said.add(node);
    const why = mesh.ipv4.length + mesh.ipv6.length > 0 ? ', which takes it out of the mesh,' : '';
    const message = `node ${node.name} has cluster ID ${node.clusterId}${why} and no session`;
    findings.push(aboutNodes(LINT_RULES.idWithoutPeer, [node.name], message));
  }
  for (const { family, nodes } of bare) {
    const names = nodes.filter((node) => !said.has(node)).map(({ name }) => name);
    if (names.length === 0) continue;
    const has = names.length === 1 ? 'has an' : 'have an';
    const message = `${nodesNamed(names)} ${has} ${familyName(family)} address but no ${familyName(family)} session`;
    findings.push(aboutNodes(LINT_RULES.noSession, names, message, family));
  }
  return findings;
}

function hasNone(plan: SessionPlan, node: BgpNode, family: Family): boolean {
  return node[family] !== '' && !plan.hasSession(node, family);
}

/** Nodes that have sessions, none of which can come up. */
function cannotComeUp(plan: SessionPlan, { family, members }: FamilyLinks, { isolated }: Reachability): Finding[] {
  if (isolated.length === 0) return [];
  const cut = new Set(isolated);
  const names = members.filter((node) => cut.has(node.name) && !hasNone(plan, node, family)).map(({ name }) => name);
  if (names.length === 0) return [];
  const message = `${nodesNamed(names)}: no ${familyName(family)} session to another node can come up`;
  return [aboutNodes(LINT_RULES.partition, names, message, family)];
}

/** Where routes do not get. */
export function lintRoutes({ reach: { gaps } }: FamilyView): readonly Finding[] {
  return gaps.map((gap) => {
    const rule = gap.cause.type === 'cluster-id' ? LINT_RULES.sameCluster : LINT_RULES.partition;
    const { to, mutual } = gap;
    return { ...aboutNodes(rule, gap.from, describeGap(gap), gap.family), routes: { to, mutual } };
  });
}

/** The gap and its cause as a sentence without its full stop. */
export function describeGap({ family, from, to, mutual, cause }: RouteGap): string {
  const routes = `${familyName(family)} routes`;
  const eachOther = mutual && from.length === to.length && from.every((name, index) => name === to[index]);
  const what = eachOther
    ? `${nodesNamed(from)} exchange no ${routes} with each other`
    : mutual
      ? `${nodesNamed(from)} ${from.length === 1 ? 'exchanges' : 'exchange'} no ${routes} with ${nodesNamed(to)}`
      : `${routes} of ${nodesNamed(from)} do not reach ${nodesNamed(to)}`;
  switch (cause.type) {
    case 'apart':
      return `${what}: no chain of sessions connects them`;
    case 'cluster-id':
      return `${what}: ${someNames(cause.nodes)} share cluster ID ${cause.clusterId} and not their clients`;
    case 'no-reflector':
      return `${what}: node ${cause.node} between them is no reflector`;
    case 'as-path':
      return `${what}: their AS number would be in the path already`;
  }
}
