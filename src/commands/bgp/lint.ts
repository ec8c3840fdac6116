import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../../cli/base-command.ts';
import { formatIn } from '../../cli/formats.ts';
import { BUILD } from '../../cli/build.ts';
import { warnings } from '../../cli/report.ts';
import type { Json } from '../../kinds/schema.ts';
import { ALL_RULES, bgpLint } from '../../operations/bgp-lint.ts';
import type { LocatedFinding } from '../../operations/bgp-lint.ts';
import { formatJson } from '../../output/json.ts';
import { sarifLog } from '../../output/sarif.ts';
import { formatRows } from '../../output/table.ts';
import { sourceFlags, sourceOf } from './source-flags.ts';

export default class BgpLint extends BaseCommand {
  static override summary = 'Find mistakes in the BGP configuration.';
  static override description =
    'Holds nodes, BGP peers and the BGP configuration of the datastore, or of manifests without any datastore, against a list of rules: routes that do not reach every node, sessions that cannot come up, selectors that match nobody, and more. The rules are explained in docs/bgp-rules.md. Ends with exit code 1 when a finding is an error.';
  static override usage = 'bgp lint';
  static override lineArgs = { exactly: 0 };
  static override examples = [
    'calicoctl bgp lint',
    'calicoctl bgp lint -f manifests/ -R',
    'calicoctl bgp lint -f change.yaml --merge',
    'calicoctl bgp lint -f manifests/ -R -o sarif > bgp.sarif',
  ];
  static override strict = false;
  static override flags = {
    ...sourceFlags,
    output: Flags.string({ char: 'o', summary: 'ps, json or sarif.', default: 'ps' }),
  };

  async run(): Promise<number> {
    const { flags } = await this.parse(BgpLint);
    const format = formatIn(FORMATS, flags.output);
    const context = await this.world(flags);
    const result = await bgpLint(context, { ...this.common(flags), ...sourceOf(flags) });
    context.io.out(format(result.findings));
    if (!result.isWhole) context.io.err('not everything could be read, so there may be more to find\n');
    context.io.err(warnings(result.warnings));
    return !result.isWhole || result.findings.some(({ rule }) => rule.severity === 'error') ? 1 : 0;
  }
}

const FORMATS: Readonly<Record<string, (findings: readonly LocatedFinding[]) => string>> = {
  ps: asTable,
  json: (findings) => `${formatJson(asJson(findings))}\n`,
  sarif: (findings) => `${formatJson(asSarif(findings))}\n`,
};

const subjectOf = ({ subject }: LocatedFinding): string => `${subject.kind}(${subject.name})`;

function asTable(findings: readonly LocatedFinding[]): string {
  if (findings.length === 0) return 'No findings\n';
  const placed = findings.some(({ place }) => place !== undefined);
  const rows = findings.map((finding) => {
    const { rule, message, place } = finding;
    const where = place === undefined ? '-' : `${place.file}:${place.line}`;
    return [rule.id, rule.severity, subjectOf(finding), ...(placed ? [where] : []), message];
  });
  const headings = ['RULE', 'SEVERITY', 'RESOURCE', ...(placed ? ['PLACE'] : []), 'FINDING'];
  const { errors, warnings: others } = countsOf(findings);
  return `${formatRows([headings, ...rows])}${counted(errors, 'error')}, ${counted(others, 'warning')}\n`;
}

function countsOf(findings: readonly LocatedFinding[]): { readonly errors: number; readonly warnings: number } {
  const errors = findings.filter(({ rule }) => rule.severity === 'error').length;
  return { errors, warnings: findings.length - errors };
}

const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;

function asJson(findings: readonly LocatedFinding[]): Json {
  const listed = findings.map(({ rule, subject, message, family, nodes, path, place }): Json => ({
    rule: rule.id,
    severity: rule.severity,
    title: rule.title,
    kind: subject.kind,
    name: subject.name,
    message,
    ...(family === undefined ? {} : { family }),
    ...(nodes.length === 0 ? {} : { nodes: [...nodes] }),
    ...(path === undefined ? {} : { path }),
    ...(place === undefined ? {} : { ...place }),
    help: rule.help,
  }));
  return { findings: listed, ...countsOf(findings) };
}

function asSarif(findings: readonly LocatedFinding[]): Json {
  const rules = ALL_RULES.map(({ id, severity: level, title, help }) => ({ id, level, title, help }));
  const results = findings.map((finding) => {
    const { rule, message, place } = finding;
    return { ruleId: rule.id, message, subject: subjectOf(finding), place };
  });
  return sarifLog({ name: 'calicoctl', version: BUILD.version }, rules, results);
}
