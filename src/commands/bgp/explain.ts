import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../../cli/base-command.ts';
import { formatIn } from '../../cli/formats.ts';
import { warnings } from '../../cli/report.ts';
import type { Json } from '../../kinds/schema.ts';
import { bgpExplain } from '../../operations/bgp-explain.ts';
import type { BgpExplainResult, End, Explanation, Session } from '../../operations/bgp-explain.ts';
import { formatJson } from '../../output/json.ts';
import { formatYaml } from '../../output/yaml.ts';
import { sessionJson } from './session-json.ts';
import { sourceFlags, sourceOf } from './source-flags.ts';

export default class BgpExplain extends BaseCommand {
  static override summary = 'Say why two ends have a BGP session, or why not.';
  static override description =
    'Shows what a node and a peer, which is a node or an address, have configured for each other, why, which of the two the selectors of BGP peers match, what keeps the session from coming up, and what to look at next. The exit code is 0 whatever the answer is; 1 when the node does not exist, or nodes, BGP peers and the BGP configuration cannot be read.';
  static override usage = 'bgp explain NODE PEER';
  static override lineArgs = { exactly: 2 };
  static override examples = [
    'calicoctl bgp explain worker-1 rr-1',
    'calicoctl bgp explain worker-1 10.0.0.254',
    'calicoctl bgp explain worker-1 worker-2 -f manifests/ -o json',
  ];
  static override strict = false;
  static override flags = {
    ...sourceFlags,
    output: Flags.string({ char: 'o', summary: 'ps, json or yaml.', default: 'ps' }),
  };

  async run(): Promise<number> {
    const { flags, argv } = await this.parse(BgpExplain);
    const format = formatIn(FORMATS, flags.output);
    const context = await this.world(flags);
    const [node = '', peer = ''] = argv.map(String);
    const result = await bgpExplain(context, { ...this.common(flags), ...sourceOf(flags), node, peer });
    context.io.out(format(result));
    context.io.err(warnings(result.warnings));
    return 0;
  }
}

const FORMATS: Readonly<Record<string, (result: BgpExplainResult) => string>> = {
  ps: asText,
  json: (result) => `${formatJson(asJson(result))}\n`,
  yaml: (result) => formatYaml(asJson(result)),
};

function asJson({ node, peer, families }: BgpExplainResult): Json {
  const listed = families.map(({ family, state, ends, faults, reasons, selectors, checks }): Json => ({
    family,
    state,
    ends: ends.map(({ name, address, sessions }): Json => ({
      name,
      address,
      sessions: sessions === undefined ? null : sessions.map(sessionJson),
    })),
    faults: faults.map((fault) => ({ ...fault })),
    reasons: [...reasons],
    selectors: [...selectors],
    checks: [...checks],
  }));
  return { node, peer, families: listed };
}

const STATES: Readonly<Record<Explanation['state'], string>> = {
  fine: 'the session must exist and can come up',
  faulty: 'the session cannot come up',
  none: 'no session',
  outside: 'the session must exist; nothing is known of the other end',
};

/** What the checks are for. */
const NEXT: Readonly<Record<Explanation['state'], string>> = {
  fine: 'If it is down',
  faulty: 'What helps',
  none: 'What selectors look at',
  outside: 'If it is down',
};

function asText({ node, peer, families }: BgpExplainResult): string {
  const parts = families.map(({ family, state, ends, faults, reasons, selectors, checks }) => {
    const heading = `${family === 'ipv4' ? 'IPv4' : 'IPv6'}: ${STATES[state]}\n`;
    return [
      heading,
      ...ends.map((end) => (state === 'none' ? '' : endText(end))),
      ...section(
        'Fault',
        faults.map(({ text }) => text),
      ),
      ...section('Because', reasons),
      ...section('Selectors', selectors),
      ...section(NEXT[state], checks),
    ].join('');
  });
  return `${node} and ${peer}\n\n${parts.join('\n')}`;
}

function endText({ name, sessions }: End): string {
  if (sessions === undefined) return '';
  if (sessions.length === 0) return `  ${name} has no session for it\n`;
  return sessions
    .map(
      (session, index) => `  ${name} ${sessionText(session, sessions.slice(0, index))}\n    ${session.reason.text}\n`,
    )
    .join('');
}

function sessionText(session: Session, before: readonly Session[]): string {
  const { protocol, neighbor, port, as, localAs, passive, rrClient, secret, rivals } = session;
  const first = before.find((other) => (other.port ?? 179) === (port ?? 179));
  const parts = [
    `as AS ${localAs} with AS ${as}`,
    passive ? 'waits for the call' : `calls ${neighbor} port ${port ?? 179}`,
    ...(rrClient ? ['the other end is its client'] : []),
    ...(secret === null ? [] : [`password from secret ${secret.name}, key ${secret.key}`]),
    ...(first === undefined ? [] : [`idle while ${first.protocol} is there`]),
    ...(rivals.length === 0 ? [] : [`BGPPeer ${rivals.join(', ')} may replace it`]),
  ];
  return `${protocol}: ${parts.join(', ')}`;
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`  ${title}:\n`, ...lines.map((line) => `    ${line}\n`)];
}
