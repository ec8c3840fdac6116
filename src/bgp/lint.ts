/** Holds a cluster's BGP configuration against the rules of `lint-rules.ts`. The work is linear in nodes and in sessions that BGPPeers make. */
import { selectorFault } from '../selectors/index.ts';
import { aboutConfiguration, aboutNodes, aboutPeer } from './finding.ts';
import type { Finding } from './finding.ts';
import { lintLinks, lintOverMesh, lintRivals } from './lint-links.ts';
import { lintReflectors, lintRoutes, lintSessions } from './lint-network.ts';
import type { FamilyView } from './lint-network.ts';
import { LINT_RULES } from './lint-rules.ts';
import { familyLinks } from './links.ts';
import { FAMILIES, nodesMatching } from './model.ts';
import type { BgpCluster, BgpPeer } from './model.ts';
import { isWithoutAs, refusedFor } from './refusals.ts';
import { reachability } from './routes.ts';
import { SessionPlan } from './sessions.ts';
import { nodesNamed } from './words.ts';

export type { Finding } from './finding.ts';

/** Nodes from which on a mesh is large (Calico documentation, "Configure BGP peering"). */
const LARGE_MESH = 100;

/** Everything that is found wrong, in the order of the rules' ids. */
export function lint(cluster: BgpCluster): readonly Finding[] {
  const plan = new SessionPlan(cluster);
  const network = networkOf(plan);
  const findings = [
    ...cluster.peers.flatMap((peer) => lintPeer(plan, peer)),
    ...lintHidden(plan),
    ...lintAddresses(cluster),
    ...lintMesh(plan),
    ...lintReflectors(plan, network),
    ...lintSessions(plan, network),
    ...lintRivals(plan),
    ...network.flatMap(({ links }) => lintLinks(plan, links)),
    ...network.flatMap(({ links }) => lintOverMesh(plan, links)),
    ...network.flatMap((view) => lintRoutes(view)),
  ];
  return findings.sort((a, b) => (a.rule.id < b.rule.id ? -1 : a.rule.id > b.rule.id ? 1 : 0));
}

/** What there is of each family. */
export function networkOf(plan: SessionPlan): readonly FamilyView[] {
  return FAMILIES.map((family) => {
    const links = familyLinks(plan, family);
    return { links, reach: reachability(plan.cluster, links) };
  });
}

function lintPeer(plan: SessionPlan, peer: BgpPeer): readonly Finding[] {
  const { nodes } = plan.cluster;
  const { name, node, nodeSelector, peerIP, peerSelector, localWorkloadSelector } = peer;
  const findings: Finding[] = [];
  const broken = new Set<string>();
  for (const [field, selector] of Object.entries({ nodeSelector, peerSelector, localWorkloadSelector })) {
    const fault = selectorFault(selector);
    if (fault === undefined) continue;
    broken.add(field);
    findings.push({
      ...aboutPeer(LINT_RULES.brokenSelector, name, `${field} ${selector} is no selector: ${fault}`),
      path: `spec.${field}`,
    });
  }
  // Manifests without nodes say nothing about which nodes there are.
  if (nodes.length > 0) {
    for (const [field, selector] of [
      ['nodeSelector', nodeSelector],
      ['peerSelector', peerSelector],
    ] as const) {
      if (selector !== '' && !broken.has(field) && nodesMatching(nodes, selector).length === 0)
        findings.push({
          ...aboutPeer(
            LINT_RULES.noMatch,
            name,
            `${field} ${selector} matches none of ${nodes.length} ${nodes.length === 1 ? 'node' : 'nodes'}`,
          ),
          path: `spec.${field}`,
        });
    }
    if (node !== '' && !nodes.some((known) => known.name === node))
      findings.push({ ...aboutPeer(LINT_RULES.unknownNode, name, `node ${node} does not exist`), path: 'spec.node' });
  }
  findings.push(...lintNumber(plan, peer));
  if (peerIP === '' && peerSelector === '' && localWorkloadSelector === '')
    findings.push(aboutPeer(LINT_RULES.emptyPeer, name, 'neither peerIP nor peerSelector is set'));
  return findings;
}

/** A BGPPeer whose sessions have no AS number. */
export function lintNumber(plan: SessionPlan, peer: BgpPeer): readonly Finding[] {
  if (!isWithoutAs(peer)) return [];
  const refused = refusedFor(plan, peer).map(({ name }) => name);
  const where = refused.length === 0 ? '' : `, so BIRD refuses the configuration of ${nodesNamed(refused)}`;
  const message = `peerIP ${peer.peerIP} has no asNumber${where}`;
  return [{ ...aboutPeer(LINT_RULES.noAs, peer.name, message, refused), path: 'spec.peerIP' }];
}

function lintHidden(plan: SessionPlan): readonly Finding[] {
  return plan.hiddenPeers().map(({ peer, by }) => {
    const lost =
      by.nodeSelector === '' && by.node === '' && by.peerSelector !== '' && by.peerSelector === peer.peerSelector;
    const hint = lost ? `; was nodeSelector of ${by.name} written as !has(…) without quotes, and lost?` : '';
    return aboutPeer(
      LINT_RULES.hidden,
      peer.name,
      `makes no session that BGPPeer ${by.name} does not make already${hint}`,
    );
  });
}

/** Nodes whose addresses are in the way. */
export function lintAddresses({ nodes }: BgpCluster): readonly Finding[] {
  const findings: Finding[] = [];
  for (const family of FAMILIES) {
    const used = new Map<string, string>();
    for (const { name, [family]: address } of nodes) {
      const first = used.get(address);
      if (address === '') continue;
      if (first === undefined) used.set(address, name);
      else
        findings.push({
          ...aboutNodes(
            LINT_RULES.sameAddress,
            [name, first],
            `node ${name} has the address ${address} of node ${first}`,
            family,
          ),
          path: `spec.bgp.${family}Address`,
        });
    }
  }
  for (const { name, ipv4, ipv6 } of nodes)
    if (ipv4 === '' && ipv6 !== '')
      findings.push(aboutNodes(LINT_RULES.noRouterId, [name], `node ${name} has an IPv6 address only`));
  return findings;
}

function lintMesh({ mesh }: SessionPlan): readonly Finding[] {
  const members = new Set([...mesh.ipv4, ...mesh.ipv6]);
  if (members.size <= LARGE_MESH) return [];
  const sessions = [mesh.ipv4, mesh.ipv6].reduce((sum, { length }) => sum + (length * (length - 1)) / 2, 0);
  return [aboutConfiguration(LINT_RULES.largeMesh, `the mesh has ${members.size} nodes and ${sessions} sessions`, [])];
}
