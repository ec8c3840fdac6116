/** A pool's modes, and what changing them means, as text. */
import type { MtuSetting, PairPath, PoolModePlan } from '../../operations/ippool-mode.ts';
import { formatRows } from '../../output/table.ts';
import { counted, operatorText, some } from './risk-text.ts';

/** How much of a list is printed; JSON has all of it. */
const SHOWN = 10;
/** The MTU of Ethernet, as an example. */
const EXAMPLE = 1500;

/** The plan. Where something changes, the command that undoes it is the first line. */
export function modeText(plan: PoolModePlan, undo: string): string {
  const { name, cidr, changed } = plan;
  return [
    ...(changed ? [`Undo: ${undo}\n\n`] : []),
    `IPPool ${name}, ${cidr}\n\n`,
    formatRows([
      headings('MODE', plan),
      beforeAfter('ipipMode', plan, plan.before.ipipMode, plan.after.ipipMode),
      beforeAfter('vxlanMode', plan, plan.before.vxlanMode, plan.after.vxlanMode),
    ]),
    mtuText(plan),
    usageText(plan),
    nodesText(plan),
    othersText(plan),
    `Managed by: ${operatorText(plan.operator)}\n`,
    ...(plan.asked ? ['\n'] : []),
  ].join('');
}

const headings = (first: string, { changed }: PoolModePlan): readonly string[] =>
  changed ? [first, 'BEFORE', 'AFTER'] : [first, 'NOW'];

function beforeAfter(first: string, { changed }: PoolModePlan, before: string, after: string): readonly string[] {
  return changed ? [first, before, after] : [first, before];
}

/** An MTU by the host's: `host-50`. */
export function mtuOfHost(bytes: number | undefined): string {
  return bytes === undefined ? 'unknown' : bytes === 0 ? 'host' : `host-${bytes}`;
}

function mtuText(plan: PoolModePlan): string {
  const { before, after, settings, interfaces, reported } = plan.mtu;
  const example = (bytes: number | undefined): string => (bytes === undefined ? 'unknown' : String(EXAMPLE - bytes));
  const row = (first: string, key: 'pool' | 'all'): readonly string[] => [
    ...beforeAfter(first, plan, mtuOfHost(before[key]), mtuOfHost(after[key])),
    example(after[key]),
  ];
  const table = formatRows([
    [...headings('MTU NEEDED', plan), `OF ${EXAMPLE}`],
    row('this pool', 'pool'),
    row('pods (all pools)', 'all'),
  ]);
  const facts = [
    `Nodes report: ${reported === undefined ? 'unknown' : `${reported} for pods (Installation default)`}`,
    ...(interfaces === undefined ? [] : [`Interfaces that count: ${interfaces} (mtuIfacePattern)`]),
    ...(settings === undefined ? ['FelixConfiguration: may not be read'] : []),
    ...(settings?.length === 0 ? ['FelixConfiguration sets no MTU: every node goes by its own interfaces'] : []),
  ];
  const set = (settings ?? []).map(({ field, mtu, hostMtu, configurations }: MtuSetting): readonly string[] => [
    some(configurations),
    field,
    String(mtu),
    String(hostMtu),
  ]);
  const felix =
    set.length === 0
      ? '\n'
      : `\n${formatRows([['FELIXCONFIGURATION', 'FIELD', 'MTU', 'HOST MTU NEEDED'], ...set.slice(0, SHOWN)])}${rest(set.length, 'settings')}`;
  return `${table}${facts.map((fact) => `${fact}\n`).join('')}${felix}`;
}

function rest(length: number, what: string): string {
  return length > SHOWN ? `… and ${length - SHOWN} more ${what}\n\n` : '';
}

function usageText({ usage }: PoolModePlan): string {
  if (usage === undefined) return 'Addresses in use: unknown\n\n';
  const { allocations, tunnels, blocks, nodes } = usage;
  const sum = `Addresses in use: ${allocations}${tunnels === 0 ? '' : ` (${counted(tunnels, 'tunnel')})`} in ${counted(blocks, 'block')} on ${counted(nodes.size, 'node')}\n`;
  const most = [...nodes].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).slice(0, SHOWN);
  if (most.length === 0) return `${sum}\n`;
  const rows = most.map(([node, count]) => [node === '' ? '(no node)' : node, String(count)]);
  return `${sum}\n${formatRows([['NODE', 'ADDRESSES'], ...rows])}${rest(nodes.size, 'nodes')}`;
}

const PAIRS: Readonly<Record<PairPath['pairs'], string>> = {
  same: 'in one subnet',
  across: 'in different subnets',
  oneWay: 'one in the other’s subnet',
  unknown: 'unknown',
};

function nodesText(plan: PoolModePlan): string {
  const { nodes, changed } = plan;
  if (nodes === undefined) return 'Nodes: may not be read\n\n';
  const rows = nodes.paths
    .filter(({ pairs, count }) => count > 0 || pairs === 'same' || pairs === 'across')
    .map(({ pairs, count, before, after }) => {
      const shown = (path: readonly string[]): string => (path.length === 0 ? 'unknown' : path.join(' and '));
      const [first = '', ...others] = beforeAfter(PAIRS[pairs], plan, shown(before), shown(after));
      return [first, String(count), ...others];
    });
  const [first = '', ...others] = headings('PAIRS OF NODES', plan);
  const subnets = nodes.subnets.slice(0, SHOWN).map(({ network, nodes: count }) => `${network} (${count})`);
  const more = nodes.subnets.length - subnets.length;
  const where = [
    ...(subnets.length === 0 ? [] : [`${subnets.join(', ')}${more > 0 ? ` and ${more} more subnets` : ''}`]),
    ...(nodes.withoutAddress === 0 ? [] : [`${nodes.withoutAddress} without a usable address`]),
  ];
  const change = changed ? `Pairs that send in another way afterwards: ${nodes.changing}\n` : '';
  const listed = where.length === 0 ? '' : `: ${where.join('; ')}`;
  return `${formatRows([[first, 'COUNT', ...others], ...rows])}${change}Nodes: ${nodes.total}${listed}\n\n`;
}

function othersText({ others }: PoolModePlan): string {
  if (others === undefined) return 'Other pools: may not be read\n\n';
  if (others.length === 0) return 'Other pools: none\n\n';
  const rows = others
    .slice(0, SHOWN)
    .map(({ name, cidr, ipipMode, vxlanMode, disabled }) => [name, cidr, ipipMode, vxlanMode, String(disabled)]);
  return `${formatRows([['OTHER POOL', 'CIDR', 'IPIPMODE', 'VXLANMODE', 'DISABLED'], ...rows])}${rest(others.length, 'pools')}`;
}
