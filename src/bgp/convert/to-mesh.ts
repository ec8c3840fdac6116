/** From route reflectors back to a full mesh. */
import { bgpCluster } from '../model.ts';
import type { BgpCluster, BgpNode, BgpPeer } from '../model.ts';
import type { Resource } from '../../kinds/resource.ts';
import type { Json } from '../../kinds/schema.ts';
import { someNames } from '../words.ts';
import { countSessions } from './counts.ts';
import type { Failure, Plan } from './plan.ts';
import { inheritedLabels, labelsToRemove, reflectorPeers, reflectorsOf } from './reflector-peers.ts';
import { Draft } from './to-reflectors.ts';
import type { Planned } from './to-reflectors.ts';
import { CONFIGURATION, idOf, named, sameJson, updateOf } from './writes.ts';
import type { Write } from './writes.ts';

/** Plans from Nodes, BGPPeers and BGPConfigurations; other resources are passed over. */
export function planToMesh(resources: readonly Resource[]): Planned {
  const cluster = bgpCluster(resources);
  const byId = new Map(resources.map((resource) => [idOf(named(resource)), resource]));
  const reflectors = reflectorsOf(cluster);
  const peers = reflectorPeers(cluster);
  const failures: Failure[] = [];
  const warnings: string[] = [];
  if (reflectors.length === 0 && cluster.meshEnabled)
    failures.push({
      code: 'already-there',
      message: 'the mesh is on already, and no node is a reflector',
      hint: '',
    });
  const draft = new Draft(resources, cluster);
  const meshWrite = meshOn(byId, peers, warnings);
  const counts = cluster.nodes.length;
  if (meshWrite !== undefined)
    draft.step(
      'turn the mesh on',
      `none: sessions are added and none is taken away; every node gets up to ${counts - 1} of them`,
      'every session of the mesh is up',
      [meshWrite],
    );
  for (const node of reflectors) {
    const { write, ...found } = plainNode(byId, node, peers);
    failures.push(...found.failures);
    warnings.push(...found.warnings);
    if (write === undefined) continue;
    draft.step(
      `make node ${node.name} a member of the mesh`,
      'its sessions with the other nodes change over: its own routes are away for about 2 s',
      `every node holds its session of the mesh with ${node.name}, and still sees every prefix that it saw before`,
      [write],
    );
  }
  for (const { name } of peers) {
    const stored = byId.get(idOf({ kind: 'BGPPeer', name }));
    if (stored === undefined) continue;
    const { labels = {}, annotations = {} } = stored.metadata;
    const object = { labels, annotations, spec: stored.spec };
    draft.step(
      `delete BGPPeer ${name}`,
      warnings.some((text) => text.includes('of Kubernetes'))
        ? 'the sessions that it still makes change over to those of the mesh: the routes of former reflectors are away for about 2 s'
        : 'none: it makes no session any more',
      'every session of the mesh is up, and every node sees every prefix that it saw before',
      [{ kind: 'BGPPeer', name, action: 'delete', object }],
    );
  }
  failures.push(...draft.failures);
  warnings.push(...remaining(draft.cluster, reflectors));
  const plan: Plan = {
    to: 'mesh',
    reflectors: reflectors.map(({ name }) => name),
    settings: undefined,
    nodes: cluster.nodes.length,
    before: countSessions(cluster),
    steps: draft.steps,
    warnings,
  };
  return { plan, failures };
}

/** The mesh gets what all peers to reflectors have in common: password and restart time. */
function meshOn(byId: ReadonlyMap<string, Resource>, peers: readonly BgpPeer[], warnings: string[]): Write | undefined {
  const stored = byId.get(idOf(CONFIGURATION));
  // Where there is no such object the mesh is on.
  if (stored?.spec['nodeToNodeMeshEnabled'] !== false) return undefined;
  const common = (field: string, what: string): Json => {
    const values = peers.map(({ name }) => byId.get(idOf({ kind: 'BGPPeer', name }))?.spec[field] ?? null);
    const [first = null] = values;
    if (values.every((value) => sameJson(value, first))) return first;
    warnings.push(`BGPPeers ${someNames(peers.map(({ name }) => name))} differ in their ${what}: the mesh gets none`);
    return null;
  };
  return updateOf(stored, [
    [['spec', 'nodeToNodeMeshEnabled'], true],
    [['spec', 'nodeMeshPassword'], common('password', 'password')],
    [['spec', 'nodeMeshMaxRestartTime'], common('maxRestartTime', 'restart time')],
  ]);
}

/** Takes cluster ID and label of a reflector away in one write; undefined where there is nothing to take away, or it cannot be. */
export function plainNode(
  byId: ReadonlyMap<string, Resource>,
  node: BgpNode,
  peers: readonly BgpPeer[],
): { readonly write: Write | undefined; readonly failures: readonly Failure[]; readonly warnings: readonly string[] } {
  const stored = byId.get(idOf({ kind: 'Node', name: node.name }));
  const labels = labelsToRemove(node, peers);
  if (stored === undefined) return { write: undefined, failures: [], warnings: [] };
  if (labels === undefined) {
    const selectors = peers.map(({ name, peerSelector }) => `${name}: ${peerSelector}`);
    const message = `no label of node ${node.name} can be taken away so that it is not selected any more (${someNames(selectors)})`;
    const hint = 'let the BGPPeer select reflectors by a label of their own first';
    return { write: undefined, failures: [{ code: 'not-removable', message, hint }], warnings: [] };
  }
  const inherited = inheritedLabels(stored);
  const kept = labels.filter((key) => inherited.includes(key));
  const command = `kubectl label node ${node.name} ${kept.map((key) => `${key}-`).join(' ')}`;
  const warnings =
    kept.length === 0
      ? []
      : [
          `label ${kept.join(', ')} of node ${node.name} is one of Kubernetes and stays; take it away afterwards: ${command}`,
        ];
  const write = updateOf(stored, [
    ...labels.filter((key) => !kept.includes(key)).map((key): [string[], Json] => [['metadata', 'labels', key], null]),
    [['spec', 'bgp', 'routeReflectorClusterID'], null],
  ]);
  return { write, failures: [], warnings };
}

/** BGPPeers between nodes that stay. */
function remaining({ peers }: BgpCluster, reflectors: readonly BgpNode[]): readonly string[] {
  const addresses = new Set(reflectors.flatMap(({ ipv4, ipv6 }) => [ipv4, ipv6]));
  const names = peers
    .filter(({ peerIP, peerSelector }) => peerSelector !== '' || addresses.has(peerIP))
    .map(({ name }) => name);
  return names.length === 0 ? [] : [`BGPPeers between nodes that stay: ${someNames(names)}`];
}
