/** What the tests of carrying out conversions share: a cluster in a real datastore, and a network that does what the datastore says. */
import { onTestFinished } from 'vitest';
import { bgpCluster } from '../../../src/bgp/model.ts';
import type { BgpCluster } from '../../../src/bgp/model.ts';
import { expectedSessions } from '../../../src/bgp/sessions.ts';
import { readProtocolName } from '../../../src/bird/protocol-name.ts';
import type { Datastore } from '../../../src/datastore/datastore.ts';
import { open as openEtcd } from '../../../src/datastore/etcd/driver.ts';
import { open as openKubernetes } from '../../../src/datastore/kubernetes/driver.ts';
import type { Resource } from '../../../src/kinds/resource.ts';
import type { ConvertEvent } from '../../../src/operations/convert/events.ts';
import type { MadePlan, MakePlanInput } from '../../../src/operations/convert/make-plan.ts';
import { makePlan, planDocument } from '../../../src/operations/convert/make-plan.ts';
import type { ConvertCommand, RunInput } from '../../../src/operations/convert/run.ts';
import { runPlan } from '../../../src/operations/convert/run.ts';
import type { Sight, SightSource } from '../../../src/operations/convert/sight.ts';
import { unseen } from '../../../src/operations/convert/sight.ts';
import { formatYaml } from '../../../src/output/yaml.ts';
import { openOptions, settingsFor } from '../../datastore/etcd/support.ts';
import { options, settings } from '../../datastore/kubernetes/support.ts';
import { memoryWriter } from '../../doubles/memory-writer.ts';
import type { MemoryWriter } from '../../doubles/memory-writer.ts';
import { sharedEtcd, sharedKubernetes } from '../../servers/shared.ts';
import { node, OPTIONS, testContext } from '../node-support.ts';

export const KINDS = ['Node', 'BGPPeer', 'BGPConfiguration'] as const;

export const SETTINGS: MakePlanInput['settings'] = {
  label: { key: 'route-reflector', value: 'true' },
  clusterId: '244.0.0.1',
  peer: 'route-reflectors',
};

/** A datastore with nodes `node-1` to `node-<count>`, closed with the test. */
export async function openStore(type: string, count: number): Promise<Datastore> {
  if (type === 'etcd') {
    const server = await sharedEtcd('3.4');
    await server.wipe();
    const store = await openEtcd(settingsFor(server.environment), openOptions());
    onTestFinished(() => store.close());
    for (let number = 1; number <= count; number++) await store.create(node(`node-${number}`, `10.0.0.${number}`));
    return store;
  }
  const server = await sharedKubernetes('v1');
  await server.wipe();
  const store = await openKubernetes(
    settings({ kubeconfig: server.kubeconfigFile, k8sClientQPS: 1000, k8sClientBurst: 1000 }),
    options(),
  );
  onTestFinished(() => store.close());
  for (let number = 1; number <= count; number++) {
    const metadata = {
      name: `node-${number}`,
      labels: { 'kubernetes.io/hostname': `node-${number}` },
      annotations: { 'projectcalico.org/IPv4Address': `10.0.0.${number}/24` },
    };
    await server.api.call('POST', '/api/v1/nodes', { body: { apiVersion: 'v1', kind: 'Node', metadata } });
  }
  return store;
}

export async function stored(store: Datastore): Promise<readonly Resource[]> {
  const lists = await Promise.all(KINDS.map((kind) => store.list({ kind })));
  return lists.flatMap(({ items }) => items);
}

/** Labels and specs of everything that decides about BGP, in a form that compares. */
export async function contents(store: Datastore): Promise<readonly unknown[]> {
  return (await stored(store)).map(({ kind, metadata: { name, labels = {} }, spec }) => ({ kind, name, labels, spec }));
}

export const clusterIn = async (store: Datastore): Promise<BgpCluster> => bgpCluster(await stored(store));

/** Faults of the network of {@link obedient}. */
export interface Faults {
  /** nodes whose sessions do not come up */
  readonly down: Set<string>;
  /** nodes that tell nothing */
  readonly silent: Set<string>;
  /** how many prefixes of others a node misses, those of the last nodes */
  readonly missing: Map<string, number>;
  /** prefixes that a node sees besides */
  readonly gained: Map<string, readonly string[]>;
  /** nodes that do not tell their routes */
  readonly untold: Set<string>;
}

export const noFaults = (): Faults => ({
  down: new Set(),
  silent: new Set(),
  missing: new Map(),
  gained: new Map(),
  untold: new Set(),
});

/** Nodes whose sessions are at once those that the datastore demands, faults aside. */
export function obedient(store: Datastore, faults: Faults): SightSource {
  return {
    canSee: () => true,
    check: () => Promise.resolve(),
    pause: 1,
    async look(nodes, seen) {
      const cluster = await clusterIn(store);
      const expected = expectedSessions(cluster);
      for (const { name } of nodes) seen(name, sightOf(name, cluster, expected, faults));
    },
    close: () => Promise.resolve(),
  };
}

function sightOf(
  name: string,
  { nodes }: BgpCluster,
  expected: ReturnType<typeof expectedSessions>,
  { down, silent, missing, gained, untold }: Faults,
): Sight {
  if (silent.has(name)) return unseen('it tells nothing');
  const sessions = (expected.get(name)?.ipv4 ?? []).map(({ protocol, neighbor, node: other }) => {
    const up = !down.has(name) && (other === null || !down.has(other));
    const type = readProtocolName(protocol, 'ipv4')?.type ?? null;
    return { family: 'ipv4' as const, type, address: neighbor, up, state: up ? '' : 'Active' };
  });
  const others = nodes.filter((other) => other.name !== name).map(({ ipv4 }) => blockOf(ipv4));
  const learnt = [...others.slice(0, others.length - (missing.get(name) ?? 0)), ...(gained.get(name) ?? [])];
  const own = nodes.flatMap((one) => (one.name === name ? [blockOf(one.ipv4)] : []));
  const ipv4 = untold.has(name) ? null : { learnt: new Set(learnt), own: new Set(own) };
  return { problem: '', sessions, routes: { ipv4, ipv6: null } };
}

/** A plan in its file, and runs of it. */
export interface Conversion {
  readonly made: MadePlan;
  readonly writer: MemoryWriter;
  readonly events: ConvertEvent[];
  run(command: ConvertCommand, more?: Partial<RunInput>): Promise<void>;
}

export const PLAN = 'plan.yaml';

/** Plans a conversion. Gates have no time to lose: what is not well at the first look stops them. */
export async function conversion(
  store: Datastore,
  sights: RunInput['sights'],
  input: Partial<MakePlanInput> = {},
): Promise<Conversion> {
  const datastore = () => Promise.resolve(store);
  const made = await makePlan(testContext({ datastore }), {
    ...OPTIONS,
    to: 'reflectors',
    choice: { type: 'names', names: ['node-1', 'node-2'] },
    settings: SETTINGS,
    allowSingle: false,
    ...input,
  });
  const text = formatYaml(planDocument(made.stored));
  const writer = memoryWriter();
  const events: ConvertEvent[] = [];
  return {
    made,
    writer,
    events,
    run: (command, more = {}) =>
      runPlan(testContext({ datastore, files: { [PLAN]: text } }), {
        ...OPTIONS,
        path: PLAN,
        command,
        measureAgain: false,
        writer,
        gateTimeout: 1,
        except: [],
        sights,
        agree: () => Promise.resolve(),
        on: (event) => void events.push(event),
        ...more,
      }),
  };
}

/** Of the node with the address 10.0.0.N: 10.1.N.0/26. */
const blockOf = (address: string): string => `10.1.${address.split('.')[3]}.0/26`;
