/**
 * A real network of BIRD daemons, one or two for each node of a cluster, which are configured from a real datastore as Calico's nodes are: what
 * calicoctl writes there changes which sessions they have and which routes they learn.
 */
import { rm } from 'node:fs/promises';
import { makeFolder } from '../servers/process.ts';
import type { Version } from './confd/cluster.ts';
import { emptyConfig } from './confd/render.ts';
import { StandIn } from './confd/stand-in.ts';
import type { Configured } from './confd/stand-in.ts';
import { Daemon } from './daemon.ts';
import type { ProtocolRow } from './daemon.ts';
import { machineNetwork, ownNetwork } from './network.ts';
import type { FabricNetwork } from './network.ts';
import { startStatusResponder } from './responder.ts';
import { startSampler } from './sampler.ts';
import type { Sampler } from './sampler.ts';
import type { FabricStore } from './store.ts';

export { etcdStore, kubernetesStore } from './store.ts';
export type { FabricStore } from './store.ts';
export type { ProtocolRow } from './daemon.ts';

/** A node of the cluster. Its address is 127.0.0.(10 + its number from 1), and fd00::(the same number) for IPv6. */
export interface FabricNode {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** of its own; the cluster's by default */
  readonly asNumber?: number;
  /** prefixes that it announces; {@link routesOf} by default */
  readonly routes?: readonly string[];
  /** Options of BIRD for all its sessions that Calico does not write: `receive limit 1 action disable;`. */
  readonly birdOptions?: string;
}

export interface FabricOptions {
  readonly nodes: readonly FabricNode[];
  /** Where the Nodes are registered, and all else is read. */
  readonly store: FabricStore;
  /** `ipv4` by default, on the machine's own loopback; `dual` adds `bird6` daemons and puts all into a network namespace. */
  readonly family?: 'ipv4' | 'dual';
  /** Fill CalicoNodeStatus objects. */
  readonly respond?: boolean;
  /** Attempts every second instead of Calico's two and five. */
  readonly quick?: boolean;
  /** Texts of passwords by `name/key` of the secrets that hold them. */
  readonly passwords?: Readonly<Record<string, string>>;
  /** false: the Nodes are not registered; the test stores what it wants */
  readonly register?: boolean;
  /** false: nothing is read before {@link Fabric.settled} */
  readonly watch?: boolean;
}

/** A node that runs. */
export interface RunningNode {
  readonly name: string;
  readonly address: string;
  readonly address6: string;
  /** The folder of `bird.ctl` and, with both families, `bird6.ctl`. */
  readonly sockets: string;
  /** The routes that it announces. */
  readonly routes: readonly string[];
  /** The rows of `show protocols` about BGP, of all its daemons. Throws when one does not answer. */
  protocols(): Promise<readonly ProtocolRow[]>;
  /** Distinct prefixes in its tables. Throws when a daemon does not answer. */
  prefixes(): Promise<readonly string[]>;
  /** Asks a daemon (that for IPv4 by default) and gives the answer as `birdc` prints it. */
  birdc(command: string, version?: Version): Promise<string>;
  /** BIRD's words about the configuration that it does not take; undefined where it has what the datastore demands. */
  refusal(version?: Version): string | undefined;
  /** Ends its daemons, with notice to their neighbours or, with `kill`, as a crash would. */
  stopDaemon(how?: 'stop' | 'kill'): Promise<void>;
  /** Starts its daemons again, which recover from a restart as Calico's do. */
  startDaemon(): Promise<void>;
}

export interface Fabric {
  readonly nodes: readonly RunningNode[];
  /** Every daemon that runs is configured for what the datastore holds when this is called. Sessions take a second or more after that. */
  settled(): Promise<void>;
  /** Takes every session from every daemon, as if none had ever been configured. For fabrics that do not watch. */
  reset(): Promise<void>;
  /** Looks at the routes of every node, all the time. */
  sample(interval: number): Sampler;
  stop(): Promise<void>;
}

/** The number of a node's address, by its place in the list of nodes. */
export const hostNumber = (index: number): number => 11 + index;

export const addressOf = (index: number): string => `127.0.0.${hostNumber(index)}`;

export const address6Of = (index: number): string => `fd00::${hostNumber(index).toString(16)}`;

/** The blocks of a node, as Calico's IPAM would give it one of each family. */
export const routesOf = (index: number): readonly string[] => [
  `10.48.${hostNumber(index)}.0/26`,
  `fd00:48:${hostNumber(index).toString(16)}::/122`,
];

/** Starts the daemons and registers the nodes. Throws when BIRD, or a network namespace for both families, cannot be had. */
export async function startFabric(options: FabricOptions): Promise<Fabric> {
  const { nodes, store, family = 'ipv4', quick = false, passwords = {}, register = true, watch = true } = options;
  const isDual = family === 'dual';
  const network = isDual ? await ownNetwork(nodes.map((_, index) => address6Of(index))) : machineNetwork();
  const ending: (() => Promise<unknown>)[] = [() => network.stop()];
  const stop = async (): Promise<void> => {
    for (const end of ending.splice(0).reverse()) await end();
  };
  try {
    await network.reserve(179);
    const render = { quick, passwords: new Map(Object.entries(passwords)) };
    const portOf = (port: number): number => network.portOf(port);
    const starts = await Promise.allSettled(
      nodes.map((node, index) => startNode(node, index, isDual, network, { ...render, portOf })),
    );
    const started = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
    ending.push(() => Promise.all(started.map((node) => node.end())));
    const failed = starts.find((start) => start.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    if (register) {
      for (const [index, { name, labels = {}, asNumber }] of nodes.entries()) {
        const ipv6Address = isDual ? `${address6Of(index)}/64` : undefined;
        await store.writeNode({ name, labels, asNumber, ipv4Address: `${addressOf(index)}/24`, ipv6Address });
      }
    }
    const configured = started.flatMap((node) => node.configured);
    const standIn = new StandIn(store, network, configured, render);
    ending.push(() => standIn.stop());
    if (watch) standIn.watch();
    if (options.respond === true) {
      const reporting = started.map(({ running: { name }, configured: own }) => ({
        name,
        daemons: own.map(({ daemon }) => daemon),
      }));
      const responder = startStatusResponder(store, reporting);
      ending.push(() => responder.stop());
    }
    const running = started.map((node) => node.running);
    return {
      nodes: running,
      settled: () => standIn.apply(),
      async reset() {
        const empty = ({ place, daemon }: Configured) => daemon.install(emptyConfig(place, { ...render, portOf }));
        await Promise.all(configured.map(empty));
        await Promise.all(configured.map(({ daemon }) => daemon.settled()));
      },
      sample: (interval) => startSampler(running, interval),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Started {
  readonly running: RunningNode;
  readonly configured: readonly Configured[];
  end(): Promise<void>;
}

async function startNode(
  { name, routes, birdOptions = '' }: FabricNode,
  index: number,
  isDual: boolean,
  network: FabricNetwork,
  render: Parameters<typeof emptyConfig>[1],
): Promise<Started> {
  const sockets = makeFolder('node');
  const announced = routes ?? routesOf(index);
  const versions: readonly Version[] = isDual ? [4, 6] : [4];
  const configured = await Promise.all(
    versions.map(async (version): Promise<Configured> => {
      const place = {
        version,
        address: version === 4 ? addressOf(index) : address6Of(index),
        routes: announced,
        more: birdOptions,
      };
      return { node: name, place, daemon: await Daemon.start(version, sockets, network, emptyConfig(place, render)) };
    }),
  );
  const daemons = configured.map(({ daemon }) => daemon);
  const daemonOf = (version: Version): Daemon => {
    const found = daemons.find((daemon) => daemon.version === version);
    if (found === undefined) throw new Error(`node ${name} has no daemon for IPv${version}`);
    return found;
  };
  const running: RunningNode = {
    name,
    address: addressOf(index),
    address6: isDual ? address6Of(index) : '',
    sockets,
    routes: announced,
    protocols: async () => (await Promise.all(daemons.map((daemon) => daemon.protocols()))).flat(),
    prefixes: async () => (await Promise.all(daemons.map((daemon) => daemon.prefixes()))).flat(),
    birdc: (command, version = 4) => daemonOf(version).ask(command),
    refusal: (version = 4) => daemonOf(version).refusal(),
    stopDaemon: async (how = 'stop') => void (await Promise.all(daemons.map((daemon) => daemon.end(how)))),
    // calico-node starts BIRD with this option: it keeps the kernel's routes until its neighbours have told it theirs.
    startDaemon: async () => void (await Promise.all(daemons.map((daemon) => daemon.run(['-R'])))),
  };
  return {
    running,
    configured,
    async end() {
      await running.stopDaemon();
      await rm(sockets, { recursive: true, force: true });
    },
  };
}
