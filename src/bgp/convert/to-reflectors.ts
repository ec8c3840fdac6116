/** From a full mesh to route reflectors (RFC 4456; Calico documentation, "Configure BGP peering"). */
import { bgpCluster } from '../model.ts';
import type { BgpCluster, BgpNode } from '../model.ts';
import type { Resource } from '../../kinds/resource.ts';
import type { Json, JsonObject } from '../../kinds/schema.ts';
import { someNames } from '../words.ts';
import { chooseReflectors } from './choose.ts';
import type { Choice, Workloads } from './choose.ts';
import { countSessions } from './counts.ts';
import type { Failure, Plan, ReflectorSettings, Step } from './plan.ts';
import { errorsOf, failuresAfter, failuresBefore, hiddenSessions, lintFailures } from './preconditions.ts';
import { CONFIGURATION, idOf, named, sameJson, updateOf, withWrites } from './writes.ts';
import type { Write } from './writes.ts';

export interface ToReflectors {
  readonly choice: Choice;
  readonly settings: ReflectorSettings;
  /** one reflector is enough */
  readonly allowSingle: boolean;
}

export interface Planned {
  readonly plan: Plan;
  /** empty when the plan may be carried out */
  readonly failures: readonly Failure[];
}

/** The selector of nodes with a label. */
export const selectorFor = ({ label: { key, value } }: ReflectorSettings): string => `${key} == '${value}'`;

/** Plans from Nodes, BGPPeers and BGPConfigurations; other resources are passed over. The work is linear in nodes times reflectors. */
export function planToReflectors(resources: readonly Resource[], workloads: Workloads, options: ToReflectors): Planned {
  const { settings, allowSingle } = options;
  const cluster = bgpCluster(resources);
  const { nodes: reflectors, failures: choosing } = chooseReflectors(cluster, workloads, options.choice);
  const byId = new Map(resources.map((resource) => [idOf(named(resource)), resource]));
  const { write: peerWrite, failures: peering } = peerOf(byId, settings, cluster);
  const failures = [...choosing];
  if (!cluster.meshEnabled)
    failures.push({
      code: 'already-there',
      message: 'the mesh is off already',
      hint: 'change single reflectors with calicoctl bgp reflectors, or go back to a mesh with --to mesh',
    });
  // How many there would be is not known while names are wrong.
  const anyNumber = allowSingle || choosing.some(({ code }) => code === 'no-such-node');
  failures.push(...failuresBefore({ cluster, reflectors, settings, allowSingle: anyNumber }), ...peering);

  const draft = new Draft(resources, cluster);
  if (peerWrite !== undefined)
    draft.step(
      `create BGPPeer ${settings.peer} between all nodes and those with the label ${settings.label.key}=${settings.label.value}`,
      cluster.nodes.some(({ labels }) => labels[settings.label.key] === settings.label.value)
        ? 'none: nodes that have the label already keep their sessions of the mesh, and those of the BGPPeer wait behind them'
        : 'none: no node has the label yet, so no session changes',
      'every session that exists now is up',
      [peerWrite],
    );
  for (const node of reflectors) {
    const write = reflectorWrite(byId, node, settings);
    if (write === undefined) continue;
    draft.step(
      `make node ${node.name} a route reflector`,
      `the node leaves the mesh at once and has its other sessions about 2 s later: until then its own routes, ${loadOf(node, workloads)}, are away`,
      `every node holds its session with ${node.name} in each family it uses, and still sees every prefix that it saw before`,
      [write],
    );
  }
  const meshWrite = meshOff(byId);
  if (meshWrite !== undefined)
    draft.step(
      'turn the mesh off',
      `none while the reflectors are up: every node holds its sessions with them before this is written; afterwards routes depend on ${someNames(reflectors.map(({ name }) => name))}`,
      'no session of the mesh is left, every session with a reflector is up, and every node sees every prefix that it saw before',
      [meshWrite],
    );
  const last = draft.cluster;
  failures.push(
    ...draft.failures,
    ...hiddenSessions(
      last,
      reflectors.map(({ name }) => name),
      settings.peer,
    ),
  );
  const plan: Plan = {
    to: 'reflectors',
    reflectors: reflectors.map(({ name }) => name),
    settings,
    nodes: cluster.nodes.length,
    before: countSessions(cluster),
    steps: draft.steps,
    warnings: warningsOf(cluster, reflectors, workloads),
  };
  return { plan, failures };
}

/** Steps one after the other, and what the cluster is after each. */
export class Draft {
  readonly steps: Step[] = [];
  /** errors before the first step, and those that a step brings about */
  readonly failures: Failure[];
  readonly #known: Set<string>;
  #resources: readonly Resource[];
  /** before the first step */
  readonly first: BgpCluster;
  /** after the last step so far */
  cluster: BgpCluster;

  constructor(resources: readonly Resource[], cluster: BgpCluster) {
    const errors = errorsOf(cluster);
    this.#resources = resources;
    this.#known = new Set(errors);
    this.failures = [...lintFailures(errors)];
    this.first = cluster;
    this.cluster = cluster;
  }

  step(does: string, risk: string, gate: string, writes: readonly Write[]): void {
    this.#resources = withWrites(this.#resources, writes);
    this.cluster = bgpCluster(this.#resources);
    this.failures.push(...failuresAfter(this.#known, this.cluster, does));
    this.steps.push({ does, risk, gate, writes, after: countSessions(this.cluster) });
  }
}

/** The routes that are away while a node changes. */
export function loadOf({ name }: BgpNode, workloads: Workloads): string {
  if (workloads === undefined) return 'those of its workloads';
  const count = workloads.get(name) ?? 0;
  return count === 0 ? 'of which no workload makes use' : `those of ${count} workload${count === 1 ? '' : 's'}`;
}

/** The BGPPeer with what the mesh has: password and restart time. */
function peerOf(
  byId: ReadonlyMap<string, Resource>,
  settings: ReflectorSettings,
  { peers }: BgpCluster,
): { readonly write: Write | undefined; readonly failures: readonly Failure[] } {
  const mesh = byId.get(idOf(CONFIGURATION))?.spec ?? {};
  const { nodeMeshPassword, nodeMeshMaxRestartTime } = mesh;
  const spec: JsonObject = {
    nodeSelector: 'all()',
    peerSelector: selectorFor(settings),
    ...(nodeMeshPassword === undefined ? {} : { password: nodeMeshPassword }),
    ...(nodeMeshMaxRestartTime === undefined ? {} : { maxRestartTime: nodeMeshMaxRestartTime }),
  };
  const ref = { kind: 'BGPPeer', name: settings.peer };
  const stored = byId.get(idOf(ref));
  if (stored === undefined)
    return {
      write: { ...ref, action: 'create', object: { labels: {}, annotations: {}, spec } },
      failures: [],
    };
  if (sameJson(stored.spec, spec)) return { write: undefined, failures: [] };
  const message = `BGPPeer ${settings.peer} exists already with other contents`;
  const free = freeName(settings.peer, new Set(peers.map(({ name }) => name)));
  return { write: undefined, failures: [{ code: 'peer-exists', message, hint: `plan with --peer-name ${free}` }] };
}

function freeName(name: string, used: ReadonlySet<string>): string {
  for (let number = 2; ; number++) if (!used.has(`${name}-${number}`)) return `${name}-${number}`;
}

/** Label and cluster ID in one write, so that the node is never without sessions for longer than they take. */
export function reflectorWrite(
  byId: ReadonlyMap<string, Resource>,
  { name }: { readonly name: string },
  { label, clusterId }: Pick<ReflectorSettings, 'label' | 'clusterId'>,
): Write | undefined {
  const stored = byId.get(idOf({ kind: 'Node', name }));
  if (stored === undefined) return undefined;
  return updateOf(stored, [
    [['metadata', 'labels', label.key], label.value],
    [['spec', 'bgp', 'routeReflectorClusterID'], clusterId],
  ]);
}

/** Settings of the mesh may not stay when it is off; the BGPPeer has them by then. */
function meshOff(byId: ReadonlyMap<string, Resource>): Write | undefined {
  const stored = byId.get(idOf(CONFIGURATION));
  if (stored === undefined) {
    const object = { labels: {}, annotations: {}, spec: { nodeToNodeMeshEnabled: false } };
    return { ...CONFIGURATION, action: 'create', object };
  }
  const values: readonly (readonly [readonly string[], Json])[] = [
    [['spec', 'nodeToNodeMeshEnabled'], false],
    [['spec', 'nodeMeshPassword'], null],
    [['spec', 'nodeMeshMaxRestartTime'], null],
  ];
  return updateOf(stored, values);
}

function warningsOf(cluster: BgpCluster, reflectors: readonly BgpNode[], workloads: Workloads): readonly string[] {
  const warnings = [...loadWarnings(reflectors, workloads)];
  const bare = cluster.nodes.filter(({ ipv4, ipv6 }) => ipv4 === '' && ipv6 === '').map(({ name }) => name);
  if (bare.length > 0) warnings.push(`without an address for BGP, and not concerned: ${someNames(bare)}`);
  return warnings;
}

/** Reflectors had better carry no workloads. */
export function loadWarnings(reflectors: readonly BgpNode[], workloads: Workloads): readonly string[] {
  const warnings: string[] = [];
  if (workloads === undefined) warnings.push('workloads could not be counted: choose reflectors that carry none');
  for (const { name } of reflectors) {
    const count = workloads?.get(name) ?? 0;
    if (count > 0)
      warnings.push(
        `node ${name} carries ${count} workload${count === 1 ? '' : 's'}, which cannot be reached for about 2 s when it becomes a reflector: drain it first, or choose another`,
      );
  }
  return warnings;
}
