/** What decides how pools' traffic is carried, read from a datastore. What may not be read, or is not there, stays unknown. */
import { DatastoreError, isDenied, NotFound, Unavailable, Unsupported } from '../datastore/errors.ts';
import type { Block } from '../ipam/model.ts';
import type { Resource } from '../kinds/resource.ts';
import type { JsonObject } from '../kinds/schema.ts';
import type { ResourceClient } from './resource-client.ts';

/** Each part is undefined when it could not be read. */
export interface PoolSurroundings {
  readonly pools: readonly Resource[] | undefined;
  readonly nodes: readonly Resource[] | undefined;
  readonly felix: readonly Resource[] | undefined;
  readonly bgpConfigurations: readonly Resource[] | undefined;
  readonly bgpPeers: readonly Resource[] | undefined;
  readonly blocks: readonly Block[] | undefined;
  /** Calico's operator: its Installation, or `none` when there is none */
  readonly installation: JsonObject | 'none' | undefined;
}

/** Reads everything at once. @throws the datastore's errors, apart from those about a single part */
export async function readSurroundings(client: ResourceClient): Promise<PoolSurroundings> {
  const list = (kind: string): Promise<readonly Resource[] | undefined> => readable(() => client.list(kind), []);
  const [pools, nodes, felix, bgpConfigurations, bgpPeers, blocks, installation] = await Promise.all([
    list('IPPool'),
    list('Node'),
    list('FelixConfiguration'),
    list('BGPConfiguration'),
    list('BGPPeer'),
    readBlocks(client),
    readInstallation(client),
  ]);
  return { pools, nodes, felix, bgpConfigurations, bgpPeers, blocks, installation };
}

/** All blocks; undefined where there is no IPAM data or it may not be read. */
export async function readBlocks(client: ResourceClient): Promise<readonly Block[] | undefined> {
  const { ipam } = client.session.datastore;
  if (ipam === undefined) return undefined;
  const stored = await readable(() => ipam.blocks.list(), []);
  return stored?.map(({ value }) => value);
}

async function readInstallation({ session }: ResourceClient): Promise<JsonObject | 'none' | undefined> {
  try {
    return (await session.datastore.operatorInstallation?.()) ?? 'none';
  } catch (error) {
    if (error instanceof DatastoreError && !(error instanceof Unavailable)) return undefined;
    throw error;
  }
}

/** What was read; `nothing` when the store does not know such objects; undefined when they may not be read. */
export async function readable<T>(read: () => Promise<T>, nothing: T): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof NotFound) return nothing;
    if (isDenied(error) || error instanceof Unsupported) return undefined;
    throw error;
  }
}
