/** All pools at a glance: how their traffic is carried, and how full they are. */
import type { Context } from '../context.ts';
import { usageOf } from '../ipam/usage.ts';
import type { Usage } from '../ipam/usage.ts';
import type { Resource } from '../kinds/resource.ts';
import { openSession } from './input.ts';
import type { CommonOptions } from './input.ts';
import { bytesTakenBy, poolModes } from './ippool-mtu.ts';
import type { PoolModes } from './ippool-mtu.ts';
import { readable, readBlocks } from './ippool-view.ts';
import { ResourceClient } from './resource-client.ts';

export interface PoolLine extends PoolModes {
  readonly natOutgoing: boolean;
  readonly disabled: boolean;
  readonly blockSize: number;
  readonly nodeSelector: string;
  readonly allowedUses: readonly string[];
  /** bytes by which the MTU of the pool's pods has to be smaller than the host's; undefined when it is not known whether WireGuard is on */
  readonly bytes: number | undefined;
  /** undefined when there is no IPAM data or it may not be read */
  readonly usage: Usage | undefined;
}

/** Every pool in the datastore's order. @throws the datastore's errors */
export async function poolModesList(context: Context, options: CommonOptions): Promise<readonly PoolLine[]> {
  const client = new ResourceClient(await openSession(context, options));
  const [pools, felix, blocks] = await Promise.all([
    client.list('IPPool'),
    readable(() => client.list('FelixConfiguration'), []),
    readBlocks(client),
  ]);
  const named = pools.map(poolModes);
  const usage =
    blocks &&
    usageOf(
      named.map(({ cidr }) => cidr),
      blocks,
    );
  return named.map((pool, index) => ({
    ...pool,
    ...settingsOf(pools[index]),
    bytes: felix && bytesTakenBy(pool, felix),
    usage: usage?.[index],
  }));
}

function settingsOf(pool: Resource | undefined) {
  const { natOutgoing, blockSize, nodeSelector, allowedUses } = pool?.spec ?? {};
  return {
    natOutgoing: natOutgoing === true,
    blockSize: typeof blockSize === 'number' ? blockSize : 0,
    nodeSelector: typeof nodeSelector === 'string' ? nodeSelector : '',
    allowedUses: Array.isArray(allowedUses) ? allowedUses.map(String) : [],
  };
}
