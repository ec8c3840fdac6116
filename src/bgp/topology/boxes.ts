/** The boxes of a picture: nodes, groups of nodes, and neighbours that are no Calico nodes. */
import type { FamilyLinks } from '../links.ts';
import { asOf } from '../model.ts';
import type { BgpCluster, BgpNode, Family } from '../model.ts';
import type { Session } from '../session.ts';
import type { Grouping } from './grouping.ts';

export interface Box {
  /** `b1`, `b2`, … in the order of the boxes */
  readonly id: string;
  readonly type: 'node' | 'group' | 'external';
  readonly name: string;
  /** names of its nodes, or addresses of others, in bytewise order */
  readonly members: readonly string[];
  /** of the reflectors in it */
  readonly clusterIds: readonly string[];
  readonly asNumbers: readonly number[];
  /** its nodes are in the node-to-node mesh, in some family */
  readonly inMesh: boolean;
  /** how many sessions of the mesh its nodes have, by family, each counted once; a family without any is left out */
  readonly meshSessions: Partial<Readonly<Record<Family, number>>>;
  /** it is a node without which routes of others are lost */
  readonly isCritical: boolean;
}

/** Nodes that get a box of their own in a picture with groups. */
const APART = 24;

/** Other neighbours that get a box of their own. */
const OUTSIDE = 12;

interface Draft {
  readonly type: Box['type'];
  readonly name: string;
  readonly nodes: BgpNode[];
  readonly addresses: Set<string>;
  readonly asNumbers: Set<number>;
  readonly inMesh: boolean;
}

/** Puts every node and every other neighbour into a box. */
export class Boxes {
  readonly all: readonly Box[];
  readonly #cluster: BgpCluster;
  readonly #grouping: Grouping;
  readonly #critical: ReadonlySet<BgpNode>;
  readonly #apart: ReadonlySet<BgpNode>;
  readonly #inMesh: ReadonlySet<BgpNode>;
  readonly #meshes: readonly (readonly [Family, ReadonlySet<BgpNode>])[];
  readonly #reflectorsOf: ReadonlyMap<BgpNode, ReadonlySet<string>>;
  readonly #ofNode = new Map<string, Box>();
  readonly #ofNeighbour = new Map<string, Box>();

  constructor(
    cluster: BgpCluster,
    network: readonly FamilyLinks[],
    grouping: Grouping,
    critical: ReadonlySet<BgpNode>,
  ) {
    this.#cluster = cluster;
    this.#grouping = grouping;
    this.#critical = critical;
    this.#inMesh = new Set(network.flatMap(({ mesh }) => mesh));
    this.#meshes = network.map(({ family, mesh }) => [family, new Set(mesh)]);
    const reflectors = cluster.nodes.filter(({ clusterId }) => clusterId !== '');
    const special = [...new Set([...critical, ...reflectors])];
    this.#apart = new Set([special, [...critical]].find(({ length }) => length <= APART) ?? []);
    this.#reflectorsOf = grouping.by === 'cluster-id' ? reflectorsOf(network) : new Map();
    this.all = this.#build(network);
  }

  of(node: BgpNode): Box {
    return this.named(node.name);
  }

  /** The box of the node with that name. */
  named(name: string): Box {
    const box = this.#ofNode.get(name);
    if (box === undefined) throw new TypeError(`no box holds node ${name}`);
    return box;
  }

  /** The box of a session's other end that is no node. */
  outside(session: Session): Box {
    const box = this.#ofNeighbour.get(neighbourOf(session));
    if (box === undefined) throw new TypeError(`no box holds ${session.neighbor}`);
    return box;
  }

  #build(network: readonly FamilyLinks[]): readonly Box[] {
    const drafts = new Map<string, Draft>();
    const draftOf = (type: Box['type'], name: string, inMesh: boolean): Draft => {
      const key = JSON.stringify([type === 'external' ? 1 : 0, name, inMesh]);
      const known = drafts.get(key);
      if (known !== undefined) return known;
      const draft = { type, name, nodes: [], addresses: new Set<string>(), asNumbers: new Set<number>(), inMesh };
      drafts.set(key, draft);
      return draft;
    };
    for (const node of this.#cluster.nodes) {
      if (network.every(({ family }) => node[family] === '')) continue;
      const group = this.#groupOf(node);
      const draft = draftOf(group === undefined ? 'node' : 'group', group ?? node.name, this.#inMesh.has(node));
      draft.nodes.push(node);
      draft.asNumbers.add(asOf(this.#cluster, node));
    }
    const sessions = network.flatMap(({ external }) => [...external.values()].flat());
    const isMany = new Set(sessions.map(neighbourOf)).size > OUTSIDE;
    const outside = new Map<string, Draft>();
    for (const session of sessions) {
      const name = isMany ? `peers of AS ${session.as}` : session.neighbor;
      const draft = draftOf('external', name, false);
      draft.addresses.add(session.neighbor);
      draft.asNumbers.add(session.as);
      outside.set(neighbourOf(session), draft);
    }
    const sorted = [...drafts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, draft]) => draft);
    const boxes = new Map(sorted.map((draft, index) => [draft, this.#boxOf(draft, `b${index + 1}`)]));
    for (const [draft, box] of boxes) for (const { name } of draft.nodes) this.#ofNode.set(name, box);
    for (const [neighbour, draft] of outside) {
      const box = boxes.get(draft);
      if (box !== undefined) this.#ofNeighbour.set(neighbour, box);
    }
    return [...boxes.values()];
  }

  #boxOf({ type, name, nodes, addresses, asNumbers, inMesh }: Draft, id: string): Box {
    const members = type === 'external' ? [...addresses] : nodes.map((node) => node.name);
    return {
      id,
      type,
      name,
      members: members.sort(),
      clusterIds: [...new Set(nodes.flatMap(({ clusterId }) => (clusterId === '' ? [] : [clusterId])))].sort(),
      asNumbers: [...asNumbers].sort((a, b) => a - b),
      inMesh,
      meshSessions: this.#meshSessions(nodes),
      isCritical: type === 'node' && nodes.some((node) => this.#critical.has(node)),
    };
  }

  #meshSessions(nodes: readonly BgpNode[]): Box['meshSessions'] {
    const counts = this.#meshes.map(([family, mesh]): [Family, number] => {
      const own = nodes.filter((node) => mesh.has(node)).length;
      return [family, own * (mesh.size - own) + (own * (own - 1)) / 2];
    });
    return Object.fromEntries(counts.filter(([, count]) => count > 0));
  }

  /** The name of the group that a node is drawn in; undefined for a box of its own. */
  #groupOf(node: BgpNode): string | undefined {
    const { by, label = '' } = this.#grouping;
    if (by === 'none' || this.#apart.has(node)) return undefined;
    const reflects = node.clusterId === '' ? '' : `, reflectors ${node.clusterId}`;
    if (by === 'label') {
      const value = node.labels[label];
      return value === undefined ? `no label ${label}${reflects}` : `${label} ${value}${reflects}`;
    }
    if (node.clusterId !== '') return `reflectors ${node.clusterId}`;
    const ids = [...(this.#reflectorsOf.get(node) ?? [])].sort();
    if (ids.length > 0) return `clients of ${ids.join(', ')}`;
    return this.#inMesh.has(node) ? 'nodes of the mesh' : 'nodes without reflector';
  }
}

const neighbourOf = ({ neighbor, as }: Session): string => `${neighbor} ${as}`;

/** The cluster IDs of the reflectors that each other node has a session with. */
function reflectorsOf(network: readonly FamilyLinks[]): ReadonlyMap<BgpNode, ReadonlySet<string>> {
  const found = new Map<BgpNode, Set<string>>();
  const note = (node: BgpNode, { clusterId }: BgpNode): void => {
    if (node.clusterId !== '' || clusterId === '') return;
    const ids = found.get(node);
    if (ids === undefined) found.set(node, new Set([clusterId]));
    else ids.add(clusterId);
  };
  for (const { links } of network) {
    for (const { a, b } of links) {
      note(a, b);
      note(b, a);
    }
  }
  return found;
}
