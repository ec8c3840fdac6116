import * as Flags from '@oclif/core/flags';
import { UsageError } from '../../cli/argv.ts';
import { BaseCommand } from '../../cli/base-command.ts';
import { warnings } from '../../cli/report.ts';
import type { Json } from '../../kinds/schema.ts';
import { bgpSessions } from '../../operations/bgp-sessions.ts';
import type { BgpSessionsResult } from '../../operations/bgp-sessions.ts';
import { formatJson } from '../../output/json.ts';
import { formatRows } from '../../output/table.ts';
import { formatYaml } from '../../output/yaml.ts';
import { sessionJson } from './session-json.ts';
import { sourceFlags } from './source-flags.ts';

const FAMILIES = ['ipv4', 'ipv6'] as const;

export default class BgpSessions extends BaseCommand {
  static override summary = 'Show the BGP sessions that must exist, and why.';
  static override description =
    'Computes from the resources alone which BGP sessions every node must have: those of the mesh, of global and node-specific peers, and the other ends that Calico adds by itself.';
  static override usage = 'bgp sessions';
  static override examples = [
    'calicoctl bgp sessions',
    'calicoctl bgp sessions --node worker-1 -o wide',
    'calicoctl bgp sessions -f manifests/ -R -o json',
  ];
  static override strict = false;
  static override flags = {
    ...sourceFlags,
    node: Flags.string({ summary: 'Only the sessions of this node.' }),
    output: Flags.string({ char: 'o', summary: 'ps, wide, json or yaml.', default: 'ps' }),
  };

  async run(): Promise<number> {
    const { flags } = await this.parse(BgpSessions);
    const context = await this.world(flags);
    const { filename, recursive, merge, node } = flags;
    const result = await bgpSessions(context, { ...this.common(flags), filename, recursive, merge, node });
    context.io.out(printed(result, flags.output));
    context.io.err(warnings(result.warnings));
    return 0;
  }
}

function printed(result: BgpSessionsResult, format: string): string {
  switch (format) {
    case 'json':
      return `${formatJson(asJson(result))}\n`;
    case 'yaml':
      return formatYaml(asJson(result));
    case 'ps':
    case 'wide':
      return asTable(result, format === 'wide');
    default:
      throw new UsageError(`unrecognized output format '${format}'`);
  }
}

function asJson({ nodes }: BgpSessionsResult): Json {
  const plain = [...nodes].map(([name, { ipv4, ipv6 }]): [string, Json] => [
    name,
    { ipv4: ipv4.map(sessionJson), ipv6: ipv6.map(sessionJson) },
  ]);
  return { nodes: Object.fromEntries(plain) };
}

function asTable({ nodes }: BgpSessionsResult, wide: boolean): string {
  const headings = [
    'NODE',
    'PEER',
    'ADDRESS',
    'AS',
    'TYPE',
    ...(wide ? ['PORT', 'LOCALAS', 'SOURCE', 'PASSIVE', 'CLIENT', 'PASSWORD', 'PROTOCOL'] : []),
    'BECAUSE',
  ];
  const rows = [...nodes].flatMap(([name, sessions]) =>
    FAMILIES.flatMap((family) =>
      sessions[family].map((session) => {
        const { neighbor, as, node, reason, port, localAs, source, passive, rrClient, password, protocol } = session;
        const more = [
          String(port ?? 179),
          String(localAs),
          source ?? 'any',
          String(passive),
          String(rrClient),
          password ? 'yes' : 'no',
          protocol,
        ];
        return [name, node ?? '-', neighbor, String(as), reason.type, ...(wide ? more : []), reason.text];
      }),
    ),
  );
  return formatRows([headings, ...rows]);
}
