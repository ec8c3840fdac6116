/** Holds the BGP configuration of a datastore, of manifests, or of both together against the rules. */
import type { Context } from '../context.ts';
import type { Finding } from '../bgp/finding.ts';
import { aboutPeer } from '../bgp/finding.ts';
import { LINT_RULES } from '../bgp/lint-rules.ts';
import type { LintRule } from '../bgp/lint-rules.ts';
import { lint } from '../bgp/lint.ts';
import type { ManifestResource, Notice } from '../manifests/manifest.ts';
import { readBgp, warnWithoutNodes } from './bgp-view.ts';
import type { BgpSource } from './bgp-view.ts';
import type { CommonOptions } from './input.ts';

export type { LintRule } from '../bgp/lint-rules.ts';

export interface BgpLintInput extends BgpSource, CommonOptions {}

/** A finding, and where its subject stands if that is a manifest. */
export interface LocatedFinding extends Finding {
  readonly place?: Place;
}

export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface BgpLintResult {
  /** in the order of the rules' ids */
  readonly findings: readonly LocatedFinding[];
  /** what is odd about the manifests and no finding */
  readonly warnings: readonly Notice[];
  /** whether everything that is stored could be read; else there may be more to find */
  readonly isWhole: boolean;
}

/** All rules, in the order of their ids. */
export const ALL_RULES: readonly LintRule[] = Object.values(LINT_RULES);

/** @throws {ManifestError}, and the datastore's errors */
export async function bgpLint(context: Context, input: BgpLintInput): Promise<BgpLintResult> {
  // Findings are what was asked for: nothing has to be refused on their account.
  const { cluster, sources, warnings, unread } = await readBgp(context, input, { ...input, safe: false });
  warnWithoutNodes(context, cluster, input);
  const lost = warnings.map((notice) => ({ notice, finding: lostSelector(sources, notice) }));
  const findings = [
    ...lint(cluster).map((finding) => located(sources, finding)),
    ...lost.flatMap(({ finding }) => finding ?? []),
  ];
  return {
    findings: findings.sort((a, b) => (a.rule.id < b.rule.id ? -1 : a.rule.id > b.rule.id ? 1 : 0)),
    warnings: lost.filter(({ finding }) => finding === undefined).map(({ notice }) => notice),
    isWhole: unread.length === 0,
  };
}

function located(sources: readonly ManifestResource[], finding: Finding): LocatedFinding {
  const { kind, name } = finding.subject;
  const source = sources.findLast(({ resource }) => resource.kind === kind && resource.metadata.name === name);
  if (source === undefined) return finding;
  const { line, column } = source.position(finding.path ?? 'metadata.name');
  return { ...finding, place: { file: source.file, line, column } };
}

/** `nodeSelector: !has(x)` in a BGPPeer: what is applied has no selector. */
function lostSelector(sources: readonly ManifestResource[], notice: Notice): LocatedFinding | undefined {
  const { file, line, column, path = '', problem, fix, trap } = notice;
  if (trap !== 'lost-tag' || !/(^|\.)spec\.(node|peer|localWorkload)Selector$/.test(path)) return undefined;
  const source = sources.findLast((one) => one.file === file && one.line <= line);
  if (source?.resource.kind !== 'BGPPeer') return undefined;
  const message = fix === undefined ? problem : `${problem}; write: ${fix}`;
  const { name = '' } = source.resource.metadata;
  return { ...aboutPeer(LINT_RULES.lostSelector, name, message), path, place: { file, line, column } };
}
