import * as Flags from '@oclif/core/flags';
import { UsageError } from '../../cli/argv.ts';
import { BaseCommand } from '../../cli/base-command.ts';
import type { GlobalValues } from '../../cli/base-command.ts';
import { prefixed } from '../../cli/prefixed.ts';
import { formatAmong } from '../../cli/formats.ts';
import { warnings } from '../../cli/report.ts';
import type { Context } from '../../context.ts';
import type { Json } from '../../kinds/schema.ts';
import { bgpActual } from '../../operations/bgp-actual.ts';
import type { BgpActualResult } from '../../operations/bgp-actual.ts';
import { bgpSessions } from '../../operations/bgp-sessions.ts';
import type { BgpSessionsInput, BgpSessionsResult, Session } from '../../operations/bgp-sessions.ts';
import { formatJson } from '../../output/json.ts';
import { rowTexts } from '../../output/table.ts';
import { formatYaml } from '../../output/yaml.ts';
import { RemoteProgressLine } from '../node/remote-progress.ts';
import { actualFlags, actualJson, actualOptions, actualTable } from './actual.ts';
import type { ActualValues } from './actual.ts';
import { sessionJson } from './session-json.ts';
import { sourceFlags, sourceOf } from './source-flags.ts';

const FAMILIES = ['ipv4', 'ipv6'] as const;
const FORMATS = ['ps', 'wide', 'json', 'yaml'] as const;
type Format = (typeof FORMATS)[number];

export default class BgpSessions extends BaseCommand {
  static override summary = 'Show the BGP sessions that must exist, and why.';
  static override description =
    'Computes from the resources alone which BGP sessions every node must have: those of the mesh, of global and node-specific peers, and the other ends that Calico adds by itself. With --actual each is shown with what the node has: up, down, disabled, with a wrong AS number, or missing; sessions that no resource asks for are unexpected. The exit code is 1 when a node could not be asked.';
  static override usage = 'bgp sessions';
  static override lineArgs = { exactly: 0 };
  static override examples = [
    'calicoctl bgp sessions',
    'calicoctl bgp sessions --node worker-1 -o wide',
    'calicoctl bgp sessions -f manifests/ -R -o json',
    'calicoctl bgp sessions --actual',
    'calicoctl bgp sessions --actual --node worker-1 --sockets worker-1=/run/calico',
  ];
  static override strict = false;
  static override flags = {
    ...sourceFlags,
    ...actualFlags,
    node: Flags.string({ summary: 'Only the sessions of this node.' }),
    output: Flags.string({ char: 'o', summary: 'ps, wide, json or yaml.', default: 'ps' }),
  };

  async run(): Promise<number> {
    const { flags } = await this.parse(BgpSessions);
    const format = formatAmong(FORMATS, flags.output);
    const context = await this.world(flags);
    const input = { ...this.common(flags), ...sourceOf(flags), node: flags.node };
    if (flags.actual) return this.withActual(context, input, { ...flags, output: format });
    if (flags.sockets !== undefined || flags['socket-dir'] !== undefined)
      throw new UsageError('sockets are asked with --actual only');
    const result = await bgpSessions(context, input);
    const texts = printed(
      format,
      () => asJson(result),
      (wide) => rowTexts(tableOf(result, wide)),
    );
    for (const text of texts) context.io.out(text);
    context.io.err(warnings(result.warnings) + downText(result.down()) + prefixed('hint', result.whyNone));
    return 0;
  }

  private async withActual(
    context: Context,
    input: BgpSessionsInput,
    flags: GlobalValues & ActualValues & { readonly output: Format },
  ): Promise<number> {
    const progress = new RemoteProgressLine(context.io);
    let result: BgpActualResult;
    try {
      result = await bgpActual(context, {
        ...input,
        ...actualOptions(flags),
        elsewhere: () => this.world(flags),
        seen: (step) => progress.show(step, false),
      });
    } finally {
      progress.clear();
    }
    const texts = printed(
      flags.output,
      () => actualJson(result),
      (wide) => [actualTable(result, wide)],
    );
    for (const text of texts) context.io.out(text);
    const failed = result.nodes.filter(({ problem }) => problem !== '');
    const problems = failed.map(({ node, problem }) => `${node}: ${problem}\n`).join('');
    context.io.err(warnings(result.warnings) + problems + prefixed('hint', result.hints));
    return failed.length > 0 ? 1 : 0;
  }
}

/** What to know of sessions that are listed and do not run. */
function downText(down: ReturnType<BgpSessionsResult['down']>): string {
  if (down === undefined) return '';
  if (down === 'too-many')
    return prefixed('hint', ['so many sessions are only listed: calicoctl bgp lint tells whether they can come up']);
  const { sessions, cause } = down;
  return prefixed('warning', [`${sessions} of these sessions cannot come up: ${cause}; see calicoctl bgp lint`]);
}

/** The text in pieces. */
function printed(format: Format, document: () => Json, table: (wide: boolean) => Iterable<string>): Iterable<string> {
  switch (format) {
    case 'json':
      return [`${formatJson(document())}\n`];
    case 'yaml':
      return [formatYaml(document())];
    case 'ps':
    case 'wide':
      return table(format === 'wide');
  }
}

function asJson({ nodes }: BgpSessionsResult): Json {
  const plain = [...nodes].map(([name, { ipv4, ipv6 }]): [string, Json] => [
    name,
    { ipv4: ipv4.map(sessionJson), ipv6: ipv6.map(sessionJson) },
  ]);
  return { nodes: Object.fromEntries(plain) };
}

/** A table, row by row. */
function tableOf({ nodes }: BgpSessionsResult, wide: boolean): Iterable<readonly string[]> {
  const headings = [
    'NODE',
    'PEER',
    'ADDRESS',
    'AS',
    'TYPE',
    ...(wide ? ['PORT', 'LOCALAS', 'SOURCE', 'PASSIVE', 'CLIENT', 'PASSWORD', 'PROTOCOL'] : []),
    'BECAUSE',
  ];
  return {
    *[Symbol.iterator]() {
      yield headings;
      for (const [name, sessions] of nodes)
        for (const family of FAMILIES) for (const session of sessions[family]) yield rowOf(name, session, wide);
    },
  };
}

function rowOf(name: string, session: Session, wide: boolean): readonly string[] {
  const { neighbor, as, node, reason, port, localAs, source, passive, rrClient, password, protocol } = session;
  const first = [name, node ?? '-', neighbor, String(as), reason.type];
  if (!wide) return [...first, reason.text];
  const more = [
    String(port ?? 179),
    String(localAs),
    source ?? 'any',
    String(passive),
    String(rrClient),
    password ? 'yes' : 'no',
    protocol,
  ];
  return [...first, ...more, reason.text];
}
