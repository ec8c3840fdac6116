import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../../cli/base-command.ts';
import { formatIn } from '../../cli/formats.ts';
import { configFlag } from '../../cli/flags.ts';
import type { Json } from '../../kinds/schema.ts';
import { poolModesList } from '../../operations/ippool-modes.ts';
import type { PoolLine } from '../../operations/ippool-modes.ts';
import { formatJson } from '../../output/json.ts';
import { formatRows } from '../../output/table.ts';
import { formatYaml } from '../../output/yaml.ts';
import { mtuOfHost } from './mode-text.ts';

export default class IppoolModes extends BaseCommand {
  static override summary = 'Show all IP pools: encapsulation, MTU, use.';
  static override description =
    'Shows of every pool how its traffic is carried, what that takes from the MTU of the host (WireGuard included), and how many addresses and blocks are in use.';
  static override usage = 'ippool modes';
  static override lineArgs = { exactly: 0 };
  static override examples = [
    'calicoctl ippool modes',
    'calicoctl ippool modes -o wide',
    'calicoctl ippool modes -o json',
  ];
  static override strict = false;
  static override flags = {
    ...configFlag,
    output: Flags.string({ char: 'o', summary: 'ps, wide, json or yaml.', default: 'ps' }),
  };

  async run(): Promise<number> {
    const { flags } = await this.parse(IppoolModes);
    const format = formatIn(FORMATS, flags.output);
    const context = await this.world(flags);
    context.io.out(format(await poolModesList(context, this.common(flags))));
    return 0;
  }
}

const FORMATS: Readonly<Record<string, (pools: readonly PoolLine[]) => string>> = {
  ps: (pools) => asTable(pools, false),
  wide: (pools) => asTable(pools, true),
  json: (pools) => `${formatJson(asJson(pools))}\n`,
  yaml: (pools) => formatYaml(asJson(pools)),
};

function asTable(pools: readonly PoolLine[], wide: boolean): string {
  const headings = [
    'NAME',
    'CIDR',
    'IPIPMODE',
    'VXLANMODE',
    'NAT',
    'DISABLED',
    'MTU',
    'ADDRESSES',
    'BLOCKS',
    ...(wide ? ['NODES', 'TUNNELS', 'BLOCKSIZE', 'USES', 'SELECTOR'] : []),
  ];
  const rows = pools.map((pool) => {
    const { name, cidr, ipipMode, vxlanMode, natOutgoing, disabled, bytes, usage } = pool;
    const use = (count: number | undefined): string => (count === undefined ? 'unknown' : String(count));
    return [
      name,
      cidr,
      ipipMode,
      vxlanMode,
      String(natOutgoing),
      String(disabled),
      mtuOfHost(bytes),
      use(usage?.allocations),
      use(usage?.blocks),
      ...(wide
        ? [
            use(usage?.nodes.size),
            use(usage?.tunnels),
            String(pool.blockSize),
            pool.allowedUses.join(','),
            pool.nodeSelector,
          ]
        : []),
    ];
  });
  return formatRows([headings, ...rows]);
}

function asJson(pools: readonly PoolLine[]): Json {
  const listed = pools.map((pool): Json => {
    const { name, cidr, ipipMode, vxlanMode, natOutgoing, disabled, bytes, usage } = pool;
    const { blockSize, nodeSelector, allowedUses } = pool;
    const allocations =
      usage === undefined
        ? null
        : { addresses: usage.allocations, tunnels: usage.tunnels, blocks: usage.blocks, nodes: usage.nodes.size };
    return {
      name,
      cidr,
      ipipMode,
      vxlanMode,
      natOutgoing,
      disabled,
      mtuBytesTaken: bytes ?? null,
      allocations,
      blockSize,
      allowedUses: [...allowedUses],
      nodeSelector,
    };
  });
  return { pools: listed };
}
