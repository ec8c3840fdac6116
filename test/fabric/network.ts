/** Where the daemons of a fabric have their addresses and ports: on the machine itself, or in a network of their own. */
import { findProgram } from '../servers/binaries.ts';
import { freePorts, makeFolder, startProcess } from '../servers/process.ts';

export interface FabricNetwork {
  /** What stands before a program to run it there. */
  readonly before: readonly string[];
  /** The port of the network that stands for one of Calico's. */
  portOf(port: number): number;
  /** Makes sure that a port is known to {@link portOf}. */
  reserve(port: number): Promise<void>;
  stop(): Promise<void>;
}

/**
 * The loopback addresses of the machine. Other things run there, so each of Calico's ports is another one that is free on every address.
 */
export function machineNetwork(): FabricNetwork {
  const ports = new Map<number, number>();
  return {
    before: [],
    portOf(port) {
      const known = ports.get(port);
      if (known === undefined) throw new Error(`no port stands for ${port}`);
      return known;
    },
    async reserve(port) {
      if (ports.has(port)) return;
      const [free = 0] = await freePorts(1, '0.0.0.0');
      ports.set(port, free);
    },
    stop: () => Promise.resolve(),
  };
}

/**
 * A network namespace with its own loopback addresses, the given IPv6 ones besides; it is gone when its process ends. Needs root, or a kernel
 * that lets users make namespaces.
 */
export async function ownNetwork(addresses: readonly string[]): Promise<FabricNetwork> {
  const ip = await findProgram('ip');
  const isRoot = process.getuid?.() === 0;
  const commands = [
    `'${ip}' link set lo up`,
    ...addresses.map((address) => `'${ip}' -6 addr add ${address}/128 dev lo`),
    'echo ready',
    'exec sleep infinity',
  ];
  const holder = await startProcess({
    name: 'network',
    program: 'unshare',
    args: [...(isRoot ? [] : ['--user', '--map-root-user']), '--net', 'sh', '-e', '-c', commands.join('\n')],
    folder: makeFolder('network'),
    ready: (log) => log.includes('ready'),
  });
  return {
    before: ['nsenter', `--target=${holder.pid}`, ...(isRoot ? [] : ['--user', '--preserve-credentials']), '--net'],
    portOf: (port) => port,
    reserve: () => Promise.resolve(),
    stop: () => holder.stop(),
  };
}
