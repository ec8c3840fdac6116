import * as Flags from '@oclif/core/flags';
import { UsageError } from '../../cli/argv.ts';
import { BaseCommand } from '../../cli/base-command.ts';
import { formatIn } from '../../cli/formats.ts';
import { warnings } from '../../cli/report.ts';
import { bgpTopology } from '../../operations/bgp-topology.ts';
import type { Family, Topology } from '../../operations/bgp-topology.ts';
import { sourceFlags, sourceOf } from './source-flags.ts';

export default class BgpTopology extends BaseCommand {
  static override summary = 'Draw the BGP sessions that must exist.';
  static override description =
    'Shows nodes, route reflectors, other neighbours and the sessions between them, in numbers or as a picture: how many sessions there are, which parts are not connected, and the nodes and sessions without which routes of others would be lost. In a picture the node-to-node mesh is a frame, not lines. More than 20 nodes are drawn in groups, by a label of their rack or zone if most have one, else by cluster ID.';
  static override usage = 'bgp topology';
  static override lineArgs = { exactly: 0 };
  static override examples = [
    'calicoctl bgp topology',
    'calicoctl bgp topology -o svg > bgp.svg',
    'calicoctl bgp topology -f manifests/ -R -o mermaid --family ipv4',
    'calicoctl bgp topology -o dot --group-by rack',
  ];
  static override strict = false;
  static override flags = {
    ...sourceFlags,
    family: Flags.string({ summary: 'Only sessions of this family: ipv4 or ipv6.' }),
    'group-by': Flags.string({ summary: 'What is drawn as one box: key of a label, cluster-id or none.' }),
    output: Flags.string({ char: 'o', summary: 'ps, mermaid, dot, svg or json.', default: 'ps' }),
  };

  async run(): Promise<number> {
    const { flags } = await this.parse(BgpTopology);
    const format = formatIn(FORMATS, flags.output);
    const families = familiesOf(flags.family);
    const context = await this.world(flags);
    const input = { ...this.common(flags), ...sourceOf(flags), families, groupBy: flags['group-by'] };
    const result = await bgpTopology(context, input);
    context.io.out(await format(result.topology));
    context.io.err(warnings(result.warnings));
    return 0;
  }
}

function familiesOf(text: string | undefined): readonly Family[] {
  if (text === undefined) return ['ipv4', 'ipv6'];
  if (text === 'ipv4' || text === 'ipv6') return [text];
  throw new UsageError(`invalid argument "${text}" for "--family" flag: write ipv4 or ipv6`);
}

const FORMATS: Readonly<Record<string, (topology: Topology) => Promise<string>>> = {
  async ps(topology) {
    const { topologyText } = await import('./topology-text.ts');
    return topologyText(topology);
  },
  async json(topology) {
    const [{ topologyJson }, { formatJson }] = await Promise.all([
      import('./topology-json.ts'),
      import('../../output/json.ts'),
    ]);
    return `${formatJson(topologyJson(topology))}\n`;
  },
  async mermaid(topology) {
    const [{ drawingOf }, { formatMermaid }] = await Promise.all([
      import('./topology-drawing.ts'),
      import('../../output/mermaid.ts'),
    ]);
    return formatMermaid(drawingOf(topology));
  },
  async dot(topology) {
    const [{ drawingOf }, { formatDot }] = await Promise.all([
      import('./topology-drawing.ts'),
      import('../../output/dot.ts'),
    ]);
    return formatDot(drawingOf(topology));
  },
  async svg(topology) {
    const [{ drawingOf }, { formatSvg }] = await Promise.all([
      import('./topology-drawing.ts'),
      import('../../output/svg.ts'),
    ]);
    return formatSvg(drawingOf(topology));
  },
};
