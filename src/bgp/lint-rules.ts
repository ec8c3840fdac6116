/** The published rules that a cluster's BGP configuration should keep, as data. `docs/bgp-rules.md` is made from them. */

export type Severity = 'error' | 'warning';

export interface LintRule {
  readonly id: string;
  readonly severity: Severity;
  readonly title: string;
  /** why it matters and what to do */
  readonly help: string;
  /** what was well stops working: a write that brings this about is warned of, and refused under `--safe` */
  readonly cutsOff: boolean;
}

const rule = (id: string, severity: Severity, title: string, help: string): LintRule => ({
  id,
  severity,
  title,
  help,
  cutsOff: false,
});

const cutting = (id: string, title: string, help: string): LintRule => ({
  ...rule(id, 'error', title, help),
  cutsOff: true,
});

/** The rules by the names that this program uses. Ids never change their meaning. */
export const LINT_RULES = {
  noMatch: rule(
    'BGP001',
    'warning',
    'selector matches no node',
    'The peering does not exist until a node has the labels. Check the spelling of labels and values.',
  ),
  reflectorWithoutId: rule(
    'BGP002',
    'error',
    'selected as reflector, but no cluster ID',
    'Without routeReflectorClusterID a node passes no routes on to other nodes of its AS (RFC 4456). Give it a cluster ID, or take the label away.',
  ),
  idWithoutPeer: cutting(
    'BGP003',
    'cluster ID, but no session',
    'A routeReflectorClusterID takes a node out of the mesh at once. Create the BGPPeer and set the label that it selects before the cluster ID.',
  ),
  partition: cutting(
    'BGP004',
    'routes do not reach every node',
    'Pods on these nodes cannot reach pods on the others. A route that a node learnt inside its AS is passed on only by a route reflector, from and to its clients (RFC 4456); one whose path holds an AS number is not taken back by that AS (RFC 4271).',
  ),
  sameCluster: cutting(
    'BGP005',
    'reflectors of one cluster ID have different clients',
    'A reflector drops routes that carry its own cluster ID, so clients of only one never learn the routes of clients of only the other. Let every client peer with all reflectors of an ID, or give the reflectors different IDs.',
  ),
  asMismatch: cutting(
    'BGP006',
    'AS numbers of the two ends disagree',
    'Both ends refuse the session with "Bad peer AS". In a mesh set the AS number on all nodes or on none: Calico takes a node without one for a member of the other AS. In a BGPPeer set asNumber to that of the node, and no localASNumber for a node of the cluster.',
  ),
  oneReflector: rule(
    'BGP007',
    'warning',
    'only one reflector',
    'When it goes away, its clients lose all routes. Have at least two.',
  ),
  noSession: cutting(
    'BGP008',
    'node without any session',
    'The node has an address in this family but no session in it, so its pods are cut off. Check which selectors leave it out.',
  ),
  rivals: rule(
    'BGP009',
    'warning',
    'two BGPPeers make one session with different settings',
    'Only one of them is used, and which one may change at any time, which interrupts the session. Remove one, or make them equal.',
  ),
  oneSided: cutting(
    'BGP010',
    'only one end has the session',
    'The other end refuses the connection. Calico adds the other end by itself unless reversePeering is Manual or the BGPPeer does not describe the node exactly.',
  ),
  largeMesh: rule(
    'BGP011',
    'warning',
    'mesh of more than 100 nodes',
    'A full mesh has N(N-1)/2 sessions, and every node holds N-1 of them. Use route reflectors (Calico documentation, "Configure BGP peering").',
  ),
  meshOff: cutting(
    'BGP012',
    'mesh off and nothing in its place',
    'No node has a session, so pods of different nodes cannot reach each other. Create BGPPeers and wait for their sessions before turning the mesh off.',
  ),
  sameAddress: cutting(
    'BGP013',
    'two nodes have the same address',
    'They cannot peer with each other, and in a mesh BIRD refuses the whole configuration of every other node: no later change arrives there.',
  ),
  noAs: cutting(
    'BGP014',
    'peerIP without asNumber',
    'It is written as "as 0", which makes BIRD refuse the whole configuration of the node: no later change arrives there. Set asNumber.',
  ),
  noRouterId: rule(
    'BGP015',
    'warning',
    'node with an IPv6 address only',
    'Its router ID is empty unless CALICO_ROUTER_ID is set for calico-node, and BIRD refuses a configuration without one. The datastore does not show that setting.',
  ),
  unknownNode: rule('BGP016', 'warning', 'node does not exist', 'The peering does not exist until the node does.'),
  emptyPeer: rule(
    'BGP017',
    'error',
    'BGPPeer without a target',
    'With neither peerIP nor peerSelector, every node that lacks an address family gets sessions to all nodes. Add a target, or delete it.',
  ),
  port: cutting(
    'BGP018',
    'ports of the two ends disagree',
    'No end that may call dials the port on which the other listens. Check listenPort and the port in peerIP.',
  ),
  password: cutting(
    'BGP019',
    'passwords of the two ends differ',
    'TCP MD5 (RFC 2385) drops every packet of the session. Use the same secret on both ends.',
  ),
  lostSelector: rule(
    'BGP020',
    'error',
    'selector lost: YAML reads !has(…) as a tag',
    'The selector is empty in what is applied, so a BGPPeer for some nodes becomes one for all. Put the selector in quotes.',
  ),
  hidden: rule(
    'BGP021',
    'warning',
    'BGPPeer without effect',
    'All its sessions are made by another BGPPeer already. A BGPPeer without nodeSelector hides those with one: if its selector was written as !has(…) without quotes, it was lost. Otherwise remove one of the two.',
  ),
  ttl: cutting(
    'BGP022',
    'TTL security on one end only',
    'The end with ttlSecurity drops packets of the other, which are sent with a smaller TTL (RFC 5082). Set it on both.',
  ),
  overMesh: rule(
    'BGP023',
    'warning',
    'BGPPeer makes sessions of the mesh again',
    'Both ends have two BIRD protocols for one neighbour. One runs and the other waits for it to fail; when both ends call at the same moment each can keep the one that the other gave up, and no session comes up. Take the nodes out of the BGPPeer, or out of the mesh with a routeReflectorClusterID, or turn the mesh off. On the way to route reflectors it is so for a moment only.',
  ),
  portChange: rule(
    'BGP024',
    'warning',
    'listen port of a node with sessions changes',
    'BIRD listens on the old port until all its BGP sessions have been stopped at once, while the other ends call the new one already: a session that only they may begin stays down. Restart calico-node on these nodes, one after the other. Only a write shows it, not bgp lint; it is told and not refused.',
  ),
  brokenSelector: rule(
    'BGP025',
    'error',
    'selector cannot be read',
    'Calico lets it match nothing, so the peering does not exist. Put its syntax right (Calico documentation, "Selectors").',
  ),
} as const satisfies Readonly<Record<string, LintRule>>;
