/** Arithmetic of allocation blocks (Calico's IPAM data model). Everything returns a new block. */
import { contains, parseCIDR } from '../net/cidr.ts';
import { parseIP } from '../net/ip.ts';
import type { Attribute, Block } from './model.ts';

/** Handle of addresses that Windows nodes keep for themselves. */
export const WINDOWS_HANDLE = 'windows-reserved-ipam-handle';

/** Position of an address in a block; undefined when the block does not hold it. */
export function ordinalOf(block: Block, address: string): number | undefined {
  const network = parseCIDR(block.cidr);
  const ip = parseIP(address);
  if (network === undefined || ip === undefined || !contains(network, ip)) return undefined;
  return Number(ip.value - network.network.value);
}

/** The attribute of an allocated address; undefined when it is free. */
export function attributeOf(block: Block, ordinal: number): Attribute | undefined {
  const index = block.allocations[ordinal];
  return index === null || index === undefined ? undefined : block.attributes[index];
}

/** Whether nothing but Windows' own reservations is allocated. */
export function isEmpty(block: Block): boolean {
  return block.allocations.every((index) => {
    if (index === null) return true;
    return block.attributes[index]?.handleID?.toLowerCase() === WINDOWS_HANDLE;
  });
}

/** Frees released addresses whose cool-down is over. */
export function collectGarbage(block: Block, now: Date, cooldownSeconds: number): Block {
  const limit = now.getTime() - cooldownSeconds * 1000;
  const over = block.attributes.map(({ releasedAt }) => releasedAt !== undefined && Date.parse(releasedAt) <= limit);
  const freed: number[] = [];
  const allocations = block.allocations.map((index, ordinal) => {
    if (index === null || !over[index]) return index;
    freed.push(ordinal);
    return null;
  });
  if (freed.length === 0) return withoutUnusedAttributes(block);
  const gone = new Set(freed.map(String));
  const sequenceNumberForAllocation = Object.fromEntries(
    Object.entries(block.sequenceNumberForAllocation).filter(([ordinal]) => !gone.has(ordinal)),
  );
  return withoutUnusedAttributes({
    ...block,
    allocations,
    unallocated: [...block.unallocated, ...freed],
    sequenceNumberForAllocation,
  });
}

/** Drops attributes that no address points to; the others keep their order. */
function withoutUnusedAttributes(block: Block): Block {
  const used = new Set(block.allocations.filter((index) => index !== null));
  if (used.size === block.attributes.length) return block;
  const renumbered = new Map<number, number>();
  const attributes = block.attributes.filter((_, index) => {
    if (!used.has(index)) return false;
    renumbered.set(index, renumbered.size);
    return true;
  });
  return {
    ...block,
    attributes,
    allocations: block.allocations.map((index) => (index === null ? null : (renumbered.get(index) ?? null))),
  };
}

export interface Released {
  readonly block: Block;
  /** handle → how many of its addresses were released */
  readonly handles: ReadonlyMap<string, number>;
  readonly count: number;
}

/** Releases addresses by position; free and cooling ones are passed over. */
export function release(block: Block, ordinals: readonly number[], now: Date, cooldownSeconds: number): Released {
  const current = collectGarbage(block, now, cooldownSeconds);
  const held = ordinals.filter((ordinal) => {
    const attribute = attributeOf(current, ordinal);
    return attribute !== undefined && attribute.releasedAt === undefined;
  });
  if (held.length === 0) return { block: current, handles: new Map(), count: 0 };
  const handles = new Map<string, number>();
  for (const ordinal of held) {
    const { handleID } = attributeOf(current, ordinal) ?? {};
    if (handleID !== undefined) handles.set(handleID, (handles.get(handleID) ?? 0) + 1);
  }
  const cooling = current.attributes.length;
  const freed = new Set(held);
  const marked: Block = {
    ...current,
    attributes: [...current.attributes, { releasedAt: now.toISOString() }],
    allocations: current.allocations.map((index, ordinal) => (freed.has(ordinal) ? cooling : index)),
    sequenceNumberForAllocation: {
      ...current.sequenceNumberForAllocation,
      ...Object.fromEntries(held.map((ordinal) => [String(ordinal), current.sequenceNumber])),
    },
  };
  return { block: collectGarbage(marked, now, cooldownSeconds), handles, count: held.length };
}
