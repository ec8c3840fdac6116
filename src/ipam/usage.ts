/** Which addresses of pools are in use, counted from allocation blocks. */
import { lastAddress, parseCIDR } from '../net/cidr.ts';
import type { IP } from '../net/ip.ts';
import { attributeOf, WINDOWS_HANDLE } from './block.ts';
import type { Attribute, Block } from './model.ts';

export interface Usage {
  readonly blocks: number;
  /** addresses in use; those that cool down or that Windows keeps for itself are not counted */
  readonly allocations: number;
  /** of these the addresses of tunnels of the nodes themselves */
  readonly tunnels: number;
  /** allocations by node, '' for those of no node */
  readonly nodes: ReadonlyMap<string, number>;
}

/** A pool's range with its counts. */
interface Range {
  readonly version: 4 | 6;
  readonly first: bigint;
  readonly last: bigint;
  readonly counts: Counts;
}

interface Counts extends Usage {
  blocks: number;
  allocations: number;
  tunnels: number;
  readonly nodes: Map<string, number>;
}

/**
 * The use of each pool, in the order of the pools. Pools do not overlap: every block is counted for the one that holds its first address.
 * @param pools in CIDR notation; one that cannot be read holds nothing
 */
export function usageOf(pools: readonly string[], blocks: readonly Block[]): readonly Usage[] {
  const usage = pools.map((): Counts => ({ blocks: 0, allocations: 0, tunnels: 0, nodes: new Map() }));
  const ranges = usage.flatMap((counts, index): readonly Range[] => {
    const cidr = parseCIDR(pools[index] ?? '');
    if (cidr === undefined) return [];
    const { version, value: first } = cidr.network;
    return [{ version, first, last: lastAddress(cidr).value, counts }];
  });
  ranges.sort(byPlace);
  for (const block of blocks) {
    const cidr = parseCIDR(block.cidr);
    const range = cidr && holderOf(ranges, cidr.network);
    if (range !== undefined) count(range.counts, block);
  }
  return usage;
}

interface Place {
  readonly version: 4 | 6;
  readonly first: bigint;
}

function byPlace(a: Place, b: Place): number {
  if (a.version !== b.version) return a.version - b.version;
  return a.first < b.first ? -1 : a.first > b.first ? 1 : 0;
}

/** The last range that begins at or before the address, if it reaches that far. */
function holderOf(sorted: readonly Range[], { version, value }: IP): Range | undefined {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const range = sorted[middle];
    if (range !== undefined && byPlace(range, { version, first: value }) <= 0) low = middle + 1;
    else high = middle;
  }
  const found = sorted[low - 1];
  return found?.version === version && value <= found.last ? found : undefined;
}

function count(counts: Counts, block: Block): void {
  counts.blocks++;
  for (const ordinal of block.allocations.keys()) {
    const attribute = attributeOf(block, ordinal);
    if (attribute === undefined || attribute.releasedAt !== undefined) continue;
    if (attribute.handleID?.toLowerCase() === WINDOWS_HANDLE) continue;
    counts.allocations++;
    if (attribute.secondary?.['type']?.endsWith('TunnelAddress') === true) counts.tunnels++;
    const node = nodeOf(block, attribute);
    counts.nodes.set(node, (counts.nodes.get(node) ?? 0) + 1);
  }
}

/** The node of an allocation: what its attributes say, else the owner of the block. */
function nodeOf({ affinity = '' }: Block, { secondary }: Attribute): string {
  return secondary?.['node'] ?? (affinity.startsWith('host:') ? affinity.slice('host:'.length) : '');
}
