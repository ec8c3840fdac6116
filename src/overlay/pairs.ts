/**
 * Which nodes are in each other's subnet. A node asks whether the other's address is in its own network, as BIRD's filter for CrossSubnet and
 * Felix's route resolver do; with prefix lengths that differ, the two ends of a pair may answer differently.
 */
import { addressBits } from '../net/ip.ts';
import { formatCIDR, lastAddress } from '../net/cidr.ts';
import type { CIDR } from '../net/cidr.ts';

/** Unordered pairs of nodes, counted. */
export interface Pairs {
  /** each is in the other's subnet */
  readonly same: number;
  /** neither is in the other's subnet */
  readonly across: number;
  /** one is in the other's subnet, and not the reverse */
  readonly oneWay: number;
  /** a node without a usable address is part of it */
  readonly unknown: number;
}

export interface Subnet {
  readonly network: string;
  readonly nodes: number;
}

export interface Neighbourhood {
  readonly pairs: Pairs;
  /** the networks that nodes have, those with most nodes first, then by address */
  readonly subnets: readonly Subnet[];
  /** nodes whose network holds their own address alone (/32, /128): to them every other node is across */
  readonly alone: number;
}

interface Group {
  readonly cidr: CIDR;
  nodes: number;
}

/**
 * Counts pairs without looking at each: the work grows with nodes × log(nodes) × different prefix lengths.
 * @param addresses of one IP version, with the prefix length of the node's network
 * @param without how many nodes have no usable address
 */
export function neighbourhood(addresses: readonly CIDR[], without: number): Neighbourhood {
  const groups = new Map<string, Group>();
  const values = new Map<number, bigint[]>();
  for (const cidr of addresses) {
    const network = formatCIDR(cidr);
    const group = groups.get(network) ?? { cidr, nodes: 0 };
    group.nodes++;
    groups.set(network, group);
    const known = values.get(cidr.prefixLength) ?? [];
    known.push(cidr.ip.value);
    values.set(cidr.prefixLength, known);
  }
  for (const list of values.values()) list.sort(byValue);
  // Networks hold one another or are apart. So of two nodes the one with the longer prefix decides: when it has the other in its network,
  // the other has it too.
  let same = 0;
  let inNetwork = 0;
  for (const { cidr, nodes } of groups.values()) {
    const [first, last] = [cidr.network.value, lastAddress(cidr).value];
    same += pairCount(nodes);
    for (const [prefixLength, list] of values) {
      const held = position(list, last + 1n) - position(list, first);
      inNetwork += nodes * held;
      if (prefixLength < cidr.prefixLength) same += nodes * held;
    }
  }
  inNetwork -= addresses.length;
  const oneWay = inNetwork - 2 * same;
  const total = pairCount(addresses.length);
  const ordered = [...groups].sort(
    ([, a], [, b]) => b.nodes - a.nodes || byValue(a.cidr.network.value, b.cidr.network.value),
  );
  return {
    pairs: {
      same,
      oneWay,
      across: total - same - oneWay,
      unknown: without * addresses.length + pairCount(without),
    },
    subnets: ordered.map(([network, { nodes }]) => ({ network, nodes })),
    alone: addresses.filter(({ ip, prefixLength }) => prefixLength === addressBits(ip.version)).length,
  };
}

function pairCount(nodes: number): number {
  return nodes === 0 ? 0 : (nodes * (nodes - 1)) / 2;
}

function byValue(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** How many of the sorted values are below a limit. */
function position(sorted: readonly bigint[], limit: bigint): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? limit) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
