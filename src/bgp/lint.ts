/** Rules that a cluster's BGP configuration should keep. Each has an id, a severity and an explanation; `bgp lint` and writes use them. */
import { linksOf, routeGroups } from './links.ts';
import type { Link } from './links.ts';
import { DEFAULT_AS, FAMILIES, nodesMatching } from './model.ts';
import type { BgpCluster, BgpNode, BgpPeer, Family } from './model.ts';
import { expectedSessions } from './sessions.ts';
import type { NodeSessions } from './sessions.ts';

export type Severity = 'error' | 'warning' | 'info';

export interface LintRule {
  readonly id: string;
  readonly severity: Severity;
  readonly title: string;
  /** why it matters and what to do */
  readonly help: string;
}

export interface Finding {
  readonly rule: LintRule;
  /** what it is about, `Node(a)` or `BGPPeer(to-rr)` */
  readonly subject: { readonly kind: string; readonly name: string };
  readonly message: string;
}

const rule = (id: string, severity: Severity, title: string, help: string): LintRule => ({ id, severity, title, help });

/** The published rules. Ids never change their meaning. */
export const LINT_RULES = {
  noMatch: rule(
    'BGP001',
    'warning',
    'selector matches no node',
    'The peering does not exist until a node gets the labels. Check the spelling of labels and values.',
  ),
  reflectorWithoutId: rule(
    'BGP002',
    'error',
    'selected as reflector, but no cluster ID',
    'A node that others peer with as a reflector needs routeReflectorClusterID, or it passes no routes on.',
  ),
  idWithoutPeer: rule(
    'BGP003',
    'error',
    'cluster ID, but nobody peers with the node',
    'A cluster ID takes the node out of the mesh at once. Give it the label that the BGPPeers select.',
  ),
  partition: rule(
    'BGP004',
    'error',
    'routes cannot reach every node',
    'Nodes are split into groups that exchange no routes: pods in one cannot reach pods in another.',
  ),
  sameClusterSplit: rule(
    'BGP005',
    'error',
    'reflectors of one cluster ID have different clients',
    'Reflectors ignore routes with their own cluster ID, so clients of only one never learn routes of clients of only the other. Let every client peer with all reflectors of an ID, or use different IDs.',
  ),
  asMismatch: rule(
    'BGP006',
    'error',
    'AS numbers of both ends disagree',
    'The session is refused with "Bad peer AS". Set the same AS number on both ends.',
  ),
  oneReflector: rule(
    'BGP007',
    'warning',
    'only one reflector',
    'When the reflector goes away, the node loses all routes. Have at least two.',
  ),
  noSession: rule(
    'BGP008',
    'error',
    'node without any session',
    'The node has an address in this family but no session in it: its pods are cut off.',
  ),
  duplicate: rule(
    'BGP009',
    'warning',
    'two peerings for one session',
    'Only one of them runs, and which one may change. Remove one.',
  ),
  oneSided: rule(
    'BGP010',
    'error',
    'only one end has the session',
    'The other end refuses the connection. Remove reversePeering: Manual, or add the other end.',
  ),
  largeMesh: rule(
    'BGP011',
    'warning',
    'mesh of more than 100 nodes',
    'A full mesh has N·(N−1)/2 sessions. Use route reflectors beyond about 100 nodes (Calico documentation, "Configure BGP peering").',
  ),
  meshOff: rule(
    'BGP012',
    'error',
    'mesh off and nothing in its place',
    'No node has a session to another: pod networking stops. Create BGPPeers before turning the mesh off.',
  ),
  sameAddress: rule(
    'BGP013',
    'error',
    'two nodes have the same address',
    'BIRD refuses the configuration of every other node of the mesh.',
  ),
  noAs: rule(
    'BGP014',
    'error',
    'peerIP without asNumber',
    'It is written as "as 0", which makes BIRD refuse the whole configuration of the node.',
  ),
  noRouterId: rule(
    'BGP015',
    'warning',
    'node with IPv6 only',
    'Without an IPv4 address the router ID is empty, unless CALICO_ROUTER_ID is set on the node; BIRD refuses the configuration then.',
  ),
  unknownNode: rule('BGP016', 'warning', 'node does not exist', 'The BGPPeer names a node that is not there.'),
  emptyPeer: rule(
    'BGP017',
    'error',
    'peer without a target',
    'A BGPPeer with neither peerIP nor peerSelector peers every node that lacks an address family with all others.',
  ),
  port: rule(
    'BGP018',
    'error',
    'ports of both ends disagree',
    'Neither end dials the port on which the other listens.',
  ),
  password: rule(
    'BGP019',
    'error',
    'passwords of both ends differ',
    'TCP MD5 drops every packet of the session. Use the same secret on both ends.',
  ),
} as const;

const RULES = LINT_RULES;
const LARGE_MESH = 100;

/** Everything that is found wrong, in the order of the rules. */
export function lint(cluster: BgpCluster): readonly Finding[] {
  return new Linter(cluster).run();
}

class Linter {
  readonly #cluster: BgpCluster;
  readonly #sessions: ReadonlyMap<string, NodeSessions>;
  readonly #links: readonly Link[];
  readonly #findings: Finding[] = [];

  constructor(cluster: BgpCluster) {
    this.#cluster = cluster;
    this.#sessions = expectedSessions(cluster);
    this.#links = linksOf(cluster, this.#sessions);
  }

  run(): readonly Finding[] {
    for (const peer of this.#cluster.peers) this.#peer(peer);
    this.#reflectors();
    this.#addresses();
    this.#mesh();
    for (const family of FAMILIES) this.#family(family);
    for (const link of this.#links) this.#link(link);
    this.#rivals();
    return this.#findings.sort((x, y) => (x.rule.id < y.rule.id ? -1 : x.rule.id > y.rule.id ? 1 : 0));
  }

  #add(found: LintRule, kind: string, name: string, message: string): void {
    this.#findings.push({ rule: found, subject: { kind, name }, message });
  }

  #peer(peer: BgpPeer): void {
    const { nodes } = this.#cluster;
    const about = (found: LintRule, message: string): void => this.#add(found, 'BGPPeer', peer.name, message);
    for (const [field, selector] of [
      ['nodeSelector', peer.nodeSelector],
      ['peerSelector', peer.peerSelector],
    ] as const) {
      if (selector !== '' && nodesMatching(nodes, selector).length === 0)
        about(RULES.noMatch, `${field} ${selector} matches none of ${nodes.length} nodes`);
    }
    if (peer.node !== '' && !nodes.some(({ name }) => name === peer.node))
      about(RULES.unknownNode, `node ${peer.node} does not exist`);
    if (peer.peerIP !== '' && peer.asNumber === 0) about(RULES.noAs, `peerIP ${peer.peerIP} has no asNumber`);
    if (peer.peerIP === '' && peer.peerSelector === '' && peer.localWorkloadSelector === '')
      about(RULES.emptyPeer, 'neither peerIP nor peerSelector nor localWorkloadSelector is set');
  }

  #reflectors(): void {
    const { nodes, peers } = this.#cluster;
    const selected = new Set(
      peers
        .filter(({ peerSelector }) => peerSelector !== '')
        .flatMap(({ peerSelector }) => nodesMatching(nodes, peerSelector)),
    );
    const reflectors = nodes.filter(({ clusterId }) => clusterId !== '');
    if (selected.size > 0 && (reflectors.length > 0 || !this.#cluster.meshEnabled)) {
      // With the mesh on and no cluster ID anywhere, a peerSelector may mean something else than reflection.
      for (const node of selected) {
        if (node.clusterId === '' && !this.#cluster.meshEnabled && selected.size < nodes.length)
          this.#add(
            RULES.reflectorWithoutId,
            'Node',
            node.name,
            'is selected by a BGPPeer’s peerSelector, but has no routeReflectorClusterID',
          );
      }
    }
    for (const node of reflectors) {
      const own = this.#sessions.get(node.name);
      if (own !== undefined && own.ipv4.length + own.ipv6.length === 0)
        this.#add(RULES.idWithoutPeer, 'Node', node.name, `has cluster ID ${node.clusterId} and no session`);
    }
    this.#sameCluster(reflectors);
  }

  /** Reflectors that share an ID must share their clients. */
  #sameCluster(reflectors: readonly BgpNode[]): void {
    const clients = new Map<string, Set<string>>(reflectors.map(({ name }) => [name, new Set()]));
    for (const { a, b, ofA, ofB, faults } of this.#links) {
      if (faults.length > 0) continue;
      if (ofA?.rrClient) clients.get(a.name)?.add(b.name);
      if (ofB?.rrClient) clients.get(b.name)?.add(a.name);
    }
    const byId = new Map<string, BgpNode[]>();
    for (const node of reflectors) byId.set(node.clusterId, [...(byId.get(node.clusterId) ?? []), node]);
    for (const [id, group] of byId) {
      const [first, ...others] = group;
      for (const other of others) {
        const [left, right] = [clients.get(first?.name ?? '') ?? new Set(), clients.get(other.name) ?? new Set()];
        const [onlyLeft] = [...left].filter((name) => !right.has(name));
        const [onlyRight] = [...right].filter((name) => !left.has(name));
        if (onlyLeft === undefined || onlyRight === undefined) continue;
        const message = `${first?.name ?? ''} and ${other.name} share cluster ID ${id}, but ${onlyLeft} is a client of the first only and ${onlyRight} of the second only`;
        this.#add(RULES.sameClusterSplit, 'Node', other.name, message);
      }
    }
  }

  #addresses(): void {
    for (const family of FAMILIES) {
      const used = new Map<string, string>();
      for (const node of this.#cluster.nodes) {
        const address = node[family];
        const first = used.get(address);
        if (address !== '' && first !== undefined)
          this.#add(RULES.sameAddress, 'Node', node.name, `has the address ${address} of node ${first}`);
        else used.set(address, node.name);
      }
    }
    for (const { name, ipv4, ipv6 } of this.#cluster.nodes)
      if (ipv4 === '' && ipv6 !== '') this.#add(RULES.noRouterId, 'Node', name, 'has an IPv6 address only');
  }

  #mesh(): void {
    const { meshEnabled, nodes } = this.#cluster;
    const members = nodes.filter(({ clusterId, ipv4, ipv6 }) => clusterId === '' && (ipv4 !== '' || ipv6 !== ''));
    if (meshEnabled && members.length > LARGE_MESH) {
      const sessions = (members.length * (members.length - 1)) / 2;
      this.#add(
        RULES.largeMesh,
        'BGPConfiguration',
        'default',
        `the mesh has ${members.length} nodes and ${sessions} sessions`,
      );
    }
    if (!meshEnabled && members.length > 1 && this.#links.length === 0)
      this.#add(
        RULES.meshOff,
        'BGPConfiguration',
        'default',
        `nodeToNodeMeshEnabled is false and no node has a session to another`,
      );
  }

  #family(family: Family): void {
    const members = this.#cluster.nodes.filter((node) => node[family] !== '');
    if (members.length < 2) return;
    for (const node of members) {
      const own = this.#sessions.get(node.name)?.[family] ?? [];
      if (own.length === 0)
        this.#add(
          RULES.noSession,
          'Node',
          node.name,
          `has an ${shown(family)} address but no ${shown(family)} session`,
        );
      const reflectors = new Set(
        own.flatMap(({ node: peer }) => (peer !== null && this.#clusterIdOf(peer) !== '' ? [peer] : [])),
      );
      const mesh = own.some(({ reason }) => reason.type === 'mesh');
      if (node.clusterId === '' && !mesh && reflectors.size === 1)
        this.#add(
          RULES.oneReflector,
          'Node',
          node.name,
          `peers with one reflector only, ${[...reflectors].join('')} (${shown(family)})`,
        );
    }
    const groups = routeGroups(this.#cluster, this.#links, family).filter((group) => group.length > 0);
    const [largest, ...others] = groups;
    if (largest === undefined || others.length === 0 || this.#links.length === 0) return;
    for (const group of others) {
      const [first = ''] = group;
      if (group.length === 1 && (this.#sessions.get(first)?.[family] ?? []).length === 0) continue; // said by noSession
      const message = `${group.length} ${group.length === 1 ? 'node' : 'nodes'} (${some(group)}) exchange no ${shown(family)} routes with the other ${members.length - group.length}`;
      this.#add(RULES.partition, 'Node', first, message);
    }
  }

  #clusterIdOf(name: string): string {
    this.#ids ??= new Map(this.#cluster.nodes.map((node) => [node.name, node.clusterId]));
    return this.#ids.get(name) ?? '';
  }
  #ids: Map<string, string> | undefined;

  #link({ family, a, b, ofA, ofB, faults }: Link): void {
    const between = `${a.name} and ${b.name} (${shown(family)})`;
    const [has, lacks] = ofA === undefined ? [b, a] : [a, b];
    if (faults.includes('one-sided'))
      this.#add(
        RULES.oneSided,
        'Node',
        has.name,
        `${has.name} has a session to ${lacks.name}, but ${lacks.name} has none back (${shown(family)})`,
      );
    if (faults.includes('as'))
      this.#add(
        RULES.asMismatch,
        'Node',
        a.name,
        `${between}: ${a.name} is AS ${ofA?.localAs ?? DEFAULT_AS} and expects ${ofA?.as ?? ''}, ${b.name} is AS ${ofB?.localAs ?? ''} and expects ${ofB?.as ?? ''}`,
      );
    if (faults.includes('password')) this.#add(RULES.password, 'Node', a.name, `${between} use different secrets`);
    if (faults.includes('port')) this.#add(RULES.port, 'Node', a.name, `${between}: neither dials the other’s port`);
  }

  #rivals(): void {
    const said = new Set<string>();
    for (const [name, sessions] of this.#sessions) {
      for (const session of [...sessions.ipv4, ...sessions.ipv6]) {
        for (const rival of session.rivals) {
          const key = `${session.reason.peer ?? ''} ${rival}`;
          if (said.has(key)) continue;
          said.add(key);
          this.#add(
            RULES.duplicate,
            'BGPPeer',
            rival,
            `makes the same session to ${session.neighbor} on ${name} as BGPPeer ${session.reason.peer ?? ''}, with other settings`,
          );
        }
      }
    }
  }
}

const shown = (family: Family): string => (family === 'ipv4' ? 'IPv4' : 'IPv6');

function some(names: readonly string[]): string {
  return names.length <= 3 ? names.join(', ') : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`;
}
