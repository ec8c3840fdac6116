/** Resources and blocks for the tests of pools and their modes. */
import type { Datastore } from '../../src/datastore/datastore.ts';
import type { IpamCollection, IpamStore } from '../../src/datastore/ipam-store.ts';
import type { Block } from '../../src/ipam/model.ts';
import { API_VERSION } from '../../src/kinds/resource.ts';
import type { Metadata, Resource } from '../../src/kinds/resource.ts';
import type { JsonObject } from '../../src/kinds/schema.ts';
import { poolMode } from '../../src/operations/ippool-mode.ts';
import type { PoolModeInput, PoolModeResult } from '../../src/operations/ippool-mode.ts';
import { modesOf } from '../../src/overlay/modes.ts';
import { altered, folderStore, world } from '../doubles/world.ts';
import { fill } from './bgp-support.ts';

export function resource(kind: string, name: string, spec: JsonObject, metadata: Metadata = {}): Resource {
  return { kind, apiVersion: API_VERSION, metadata: { name, ...metadata }, spec };
}

export const pool = (name: string, spec: JsonObject, metadata?: Metadata): Resource =>
  resource('IPPool', name, spec, metadata);

/** A node with an IPv4 address, or none. */
export const node = (name: string, ipv4Address?: string): Resource =>
  resource('Node', name, ipv4Address === undefined ? {} : { bgp: { ipv4Address } });

/** A block of four addresses, the first ones in use on its node. */
export function block(cidr: string, owner: string, used: number): Block {
  return {
    cidr,
    affinity: `host:${owner}`,
    allocations: [0, 1, 2, 3].map((ordinal) => (ordinal < used ? ordinal : null)),
    unallocated: [0, 1, 2, 3].slice(used),
    attributes: [0, 1, 2, 3].slice(0, used).map((ordinal) => ({ handleID: `${owner}.${ordinal}` })),
    sequenceNumber: 1n,
    sequenceNumberForAllocation: {},
    deleted: false,
  };
}

/** The store as one of a running cluster, with these blocks. */
export function clustered(store: Datastore, blocks: readonly Block[], changes: Partial<Datastore> = {}): Datastore {
  const refuse = (): never => {
    throw new Error('IPAM data is only read here');
  };
  const collection = <V>(list: IpamCollection<V>['list']): IpamCollection<V> => ({
    list,
    get: refuse,
    update: refuse,
    delete: refuse,
  });
  const ipam: IpamStore = {
    blocks: collection(() => Promise.resolve(blocks.map((value) => ({ value, revision: '1' })))),
    affinities: collection(refuse),
    handles: collection(refuse),
    cooldownSeconds: refuse,
    deleteHostMarker: refuse,
  };
  return altered(store, { type: 'etcdv3', ipam, ...changes });
}

/** A pool `p`, the nodes that use it, and blocks, some of them in it. */
export const IPIP = pool('p', { cidr: '10.1.0.0/16', blockSize: 30, ipipMode: 'Always' });
export const NODES = [node('a', '10.0.0.1/24'), node('b', '10.0.0.2/24'), node('c', '10.0.1.3/24')];
export const BLOCKS = [block('10.1.0.0/30', 'a', 3), block('10.1.0.4/30', 'b', 1), block('10.9.0.0/30', 'a', 2)];
export const INPUT: PoolModeInput = {
  name: 'p',
  ipip: undefined,
  vxlan: undefined,
  allowVersionMismatch: true,
  dryRun: false,
  safe: false,
  planned: () => undefined,
};

/** Runs the operation on a cluster; answers the stored modes too. */
export async function run(
  resources: readonly Resource[],
  input: Partial<PoolModeInput>,
  changes: (store: Datastore) => Partial<Datastore> = () => ({}),
  blocks = BLOCKS,
): Promise<PoolModeResult & { readonly stored: string; readonly writes: number }> {
  const store = await fill(await folderStore(), resources);
  let writes = 0;
  const { context } = world({
    datastore: () =>
      Promise.resolve(
        clustered(store, blocks, {
          update: (...given) => {
            if (given[1]?.dryRun !== true) writes++;
            return store.update(...given);
          },
          ...changes(store),
        }),
      ),
  });
  const result = await poolMode(context, { ...INPUT, ...input });
  const { spec } = await store.get({ kind: 'IPPool', name: 'p' });
  const { ipipMode, vxlanMode } = modesOf(spec);
  return { ...result, stored: `${ipipMode} ${vxlanMode}`, writes };
}

export const risksOf = ({ plan }: PoolModeResult): readonly string[] => plan.risks.map(({ risk }) => risk);
