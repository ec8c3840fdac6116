import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../../../cli/base-command.ts';
import { formatIn } from '../../../cli/formats.ts';
import { configFlag } from '../../../cli/flags.ts';
import type { Json } from '../../../kinds/schema.ts';
import { listReflectors } from '../../../operations/convert/reflectors.ts';
import type { ReflectorList } from '../../../operations/convert/reflectors.ts';
import { formatJson } from '../../../output/json.ts';
import { formatRows } from '../../../output/table.ts';
import { formatYaml } from '../../../output/yaml.ts';

export default class BgpReflectorsList extends BaseCommand {
  static override summary = 'List the route reflectors.';
  static override description =
    'Lists the nodes with a cluster ID: their addresses, how many nodes are their clients, the BGPPeers that select them, and how many workloads they carry.';
  static override usage = 'bgp reflectors list';
  static override lineArgs = { exactly: 0 };
  static override examples = ['calicoctl bgp reflectors list', 'calicoctl bgp reflectors list -o json'];
  static override strict = false;
  static override flags = {
    ...configFlag,
    output: Flags.string({ char: 'o', summary: 'ps, json or yaml.', default: 'ps' }),
  };

  async run(): Promise<number> {
    const { flags } = await this.parse(BgpReflectorsList);
    const format = formatIn(FORMATS, flags.output);
    const context = await this.world(flags);
    context.io.out(format(await listReflectors(context, this.common(flags))));
    return 0;
  }
}

const FORMATS: Readonly<Record<string, (list: ReflectorList) => string>> = {
  ps: asTable,
  json: (list) => `${formatJson(asJson(list))}\n`,
  yaml: (list) => formatYaml(asJson(list)),
};

function asTable({ reflectors, meshEnabled }: ReflectorList): string {
  const mesh = `The node-to-node mesh is ${meshEnabled ? 'on' : 'off'}.\n`;
  if (reflectors.length === 0) return `No node is a route reflector.\n${mesh}`;
  const rows = reflectors.map(({ name, clusterId, ipv4, ipv6, clients, peers, workloads }) => [
    name,
    clusterId,
    ipv4 === '' ? '-' : ipv4,
    ipv6 === '' ? '-' : ipv6,
    String(clients),
    workloads === undefined ? '-' : String(workloads),
    peers.length === 0 ? '-' : peers.join(','),
  ]);
  return `${formatRows([['NODE', 'CLUSTERID', 'IPV4', 'IPV6', 'CLIENTS', 'WORKLOADS', 'BGPPEERS'], ...rows])}${mesh}`;
}

function asJson({ reflectors, meshEnabled }: ReflectorList): Json {
  return {
    meshEnabled,
    reflectors: reflectors.map(({ peers, workloads, ...reflector }) => ({
      ...reflector,
      workloads: workloads ?? null,
      peers: [...peers],
    })),
  };
}
