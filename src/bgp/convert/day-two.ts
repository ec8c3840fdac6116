/** Adding and removing single route reflectors where there are some. */
import type { Resource } from '../../kinds/resource.ts';
import type { Json } from '../../kinds/schema.ts';
import { bgpCluster, FAMILIES } from '../model.ts';
import type { BgpCluster, BgpNode } from '../model.ts';
import { SessionPlan } from '../sessions.ts';
import { familyName, nodesNamed, someNames } from '../words.ts';
import { unknownNode, usedFamilies } from './choose.ts';
import type { Workloads } from './choose.ts';
import { countSessions } from './counts.ts';
import type { Failure, Plan } from './plan.ts';
import { differentAs } from './preconditions.ts';
import { labelsToAdd, reflectorPeers, reflectorsOf } from './reflector-peers.ts';
import { plainNode } from './to-mesh.ts';
import { Draft, loadOf, loadWarnings } from './to-reflectors.ts';
import type { Planned } from './to-reflectors.ts';
import { idOf, named, updateOf } from './writes.ts';

const failure = (code: Failure['code'], message: string, hint = ''): Failure => ({ code, message, hint });

/** A node becomes a reflector like those that are there. `clusterId`: undefined for theirs. No step: it is one already. */
export function planAdd(
  resources: readonly Resource[],
  workloads: Workloads,
  name: string,
  clusterId: string | undefined,
): Planned {
  const cluster = bgpCluster(resources);
  const draft = new Draft(resources, cluster);
  const node = cluster.nodes.find((known) => known.name === name);
  const reflectors = reflectorsOf(cluster);
  const others = reflectors.filter((known) => known !== node);
  if (node === undefined) return refused(draft, unknownNode(name));
  if (others.length === 0)
    return refused(
      draft,
      failure('no-reflectors', 'no other node is a reflector', 'begin with calicoctl bgp convert plan'),
    );
  const ids = [...new Set(others.map((known) => known.clusterId))];
  const [id = ''] = clusterId === undefined ? (node.clusterId === '' ? ids : [node.clusterId]) : [clusterId];
  const failures: Failure[] = [...differentAs(cluster)];
  if (clusterId === undefined && node.clusterId === '' && ids.length > 1)
    failures.push(
      failure(
        'several-ids',
        `reflectors have different cluster IDs: ${ids.join(', ')}`,
        'choose one with --cluster-id',
      ),
    );
  for (const family of usedFamilies(cluster))
    if (node[family] === '')
      failures.push(
        failure(
          'missing-family',
          `node ${name} has no ${familyName(family)} address, and other nodes use ${familyName(family)}`,
        ),
      );
  const peers = reflectorPeers(cluster);
  const labels = labelsToAdd(node, others, peers);
  if (labels === undefined)
    failures.push(
      failure(
        'not-selectable',
        `there is no label that all of ${someNames(others.map((known) => known.name))} have and by which BGPPeers select them`,
        'let one BGPPeer select all reflectors by a label of their own first',
      ),
    );
  const stored = resources.find((resource) => idOf(named(resource)) === idOf({ kind: 'Node', name }));
  const write =
    stored === undefined
      ? undefined
      : updateOf(stored, [
          ...Object.entries(labels ?? {}).map(([key, value]): [string[], Json] => [['metadata', 'labels', key], value]),
          [['spec', 'bgp', 'routeReflectorClusterID'], id],
        ]);
  if (write !== undefined && failures.length === 0) {
    draft.step(
      `make node ${name} a route reflector`,
      `its sessions change over: its own routes, ${loadOf(node, workloads)}, are away for about 2 s`,
      `every node holds its session with ${name} in each family it uses, and still sees every prefix that it saw before`,
      [write],
    );
    failures.push(...notReached(draft.cluster, name));
  }
  return planned(draft, [name], failures, loadWarnings([node], workloads));
}

/** Nodes that would have no session with a new reflector. */
function notReached(after: BgpCluster, name: string): readonly Failure[] {
  const plan = new SessionPlan(after);
  const reflector = after.nodes.find((node) => node.name === name);
  if (reflector === undefined) return [];
  const without = after.nodes.filter(
    (node) =>
      node !== reflector &&
      FAMILIES.some(
        (family) =>
          node[family] !== '' &&
          reflector[family] !== '' &&
          !plan.explicit(node, family).some(({ neighbor }) => neighbor === reflector[family]),
      ),
  );
  if (without.length === 0) return [];
  const names = without.map((node) => node.name);
  return [failure('not-reached', `${nodesNamed(names)} would have no session with ${name}`)];
}

/** A reflector becomes a plain node. No step: it is none. */
export function planRemove(
  resources: readonly Resource[],
  workloads: Workloads,
  name: string,
  allowSingle: boolean,
): Planned {
  const cluster = bgpCluster(resources);
  const draft = new Draft(resources, cluster);
  const node = cluster.nodes.find((known) => known.name === name);
  if (node === undefined) return refused(draft, unknownNode(name));
  if (node.clusterId === '') return planned(draft, [name], [], []);
  const others = reflectorsOf(cluster).filter((known) => known !== node);
  const toMesh = 'go back to a mesh with calicoctl bgp convert plan --to mesh';
  if (others.length === 0 && !cluster.meshEnabled)
    return refused(draft, failure('last-reflector', `node ${name} is the last reflector, and the mesh is off`, toMesh));
  const byId = new Map(resources.map((resource) => [idOf(named(resource)), resource]));
  const { write, failures: removing, warnings } = plainNode(byId, node, reflectorPeers(cluster));
  const failures = [...removing];
  if (write !== undefined) {
    draft.step(
      `make node ${name} a plain node`,
      `its sessions change over: its own routes, ${loadOf(node, workloads)}, are away for about 2 s`,
      'every session that must exist is up, and every node sees every prefix that it saw before',
      [write],
    );
    if (!allowSingle && !draft.cluster.meshEnabled) failures.push(...leftWithOne(draft.cluster));
  }
  // A label of Kubernetes stays until somebody takes it away there.
  const stays = warnings.length > 0;
  return planned(draft, [name], failures, warnings, (text) => stays && text.includes(`BGP002 Node(${name})`));
}

/** Nodes that have a session with one reflector only. */
function leftWithOne(after: BgpCluster): readonly Failure[] {
  const plan = new SessionPlan(after);
  const reflectors = reflectorsOf(after);
  const poor = new Set<BgpNode>();
  for (const family of FAMILIES) {
    const addresses = new Set(reflectors.map((node) => node[family]).filter((address) => address !== ''));
    for (const node of after.nodes) {
      if (node[family] === '' || node.clusterId !== '') continue;
      const held = new Set(
        plan
          .explicit(node, family)
          .map(({ neighbor }) => neighbor)
          .filter((address) => addresses.has(address)),
      );
      if (held.size < 2) poor.add(node);
    }
  }
  if (poor.size === 0) return [];
  const names = [...poor].map((node) => node.name);
  return [
    failure(
      'too-few',
      `${nodesNamed(names)} would be left with one reflector`,
      'add another one first, or say --allow-single',
    ),
  ];
}

function refused(draft: Draft, ...failures: readonly Failure[]): Planned {
  return planned(draft, [], failures, []);
}

function planned(
  draft: Draft,
  reflectors: readonly string[],
  failures: readonly Failure[],
  warnings: readonly string[],
  accepted: (text: string) => boolean = () => false,
): Planned {
  const plan: Plan = {
    to: 'reflectors',
    reflectors,
    settings: undefined,
    nodes: draft.cluster.nodes.length,
    before: countSessions(draft.first),
    steps: draft.steps,
    warnings,
  };
  // What was wrong before stays wrong; a single reflector may even put it right.
  const caused = draft.failures.filter(({ code, message }) => code !== 'lint' && !accepted(message));
  return { plan, failures: [...failures, ...caused] };
}
