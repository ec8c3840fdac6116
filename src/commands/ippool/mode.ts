import * as Flags from '@oclif/core/flags';
import { UsageError } from '../../cli/argv.ts';
import { BaseCommand } from '../../cli/base-command.ts';
import { configFlag, writeFlags } from '../../cli/flags.ts';
import { formatAmong } from '../../cli/formats.ts';
import { prefixed } from '../../cli/prefixed.ts';
import { MODES, poolMode } from '../../operations/ippool-mode.ts';
import type { Mode, PoolModePlan, PoolModeResult } from '../../operations/ippool-mode.ts';
import { formatJson } from '../../output/json.ts';
import { formatYaml } from '../../output/yaml.ts';
import { modeJson } from './mode-json.ts';
import { modeText } from './mode-text.ts';
import { riskText } from './risk-text.ts';

const FORMATS = ['ps', 'json', 'yaml'];

export default class IppoolMode extends BaseCommand {
  static override summary = 'Show or change how the traffic of an IP pool is carried.';
  static override description =
    'Shows the encapsulation of a pool, or changes it. Before anything is written it prints the command that undoes the change, what the change means for the MTU of pods, how many addresses are in use, which pairs of nodes will send in another way, and whether an operator will set the pool back. IPIP and VXLAN exclude each other: to change from one to the other, set the other to Never in the same command. What is risky is warned about, and refused with --safe.';
  static override usage = 'ippool mode NAME';
  static override lineArgs = { exactly: 1 };
  static override examples = [
    'calicoctl ippool mode default-ipv4-ippool',
    'calicoctl ippool mode default-ipv4-ippool --ipip CrossSubnet --dry-run',
    'calicoctl ippool mode default-ipv4-ippool --ipip Never --vxlan CrossSubnet',
  ];
  static override strict = false;
  static override flags = {
    ...configFlag,
    ipip: Flags.string({ summary: 'IPIP encapsulation: Always, CrossSubnet or Never.' }),
    vxlan: Flags.string({ summary: 'VXLAN encapsulation: Always, CrossSubnet or Never.' }),
    'dry-run': writeFlags['dry-run'],
    output: Flags.string({ char: 'o', summary: 'ps, json or yaml.', default: 'ps' }),
  };

  async run(): Promise<number> {
    const { flags, argv } = await this.parse(IppoolMode);
    const { output } = flags;
    formatAmong(FORMATS, output);
    const options = this.common(flags);
    const ipip = modeFlag('--ipip', flags.ipip);
    const vxlan = modeFlag('--vxlan', flags.vxlan);
    const context = await this.world(flags);
    const undoOf = (plan: PoolModePlan): string => undoCommand(plan, flags);
    const [name = ''] = argv.map(String);
    const planned = (plan: PoolModePlan): void => {
      const undo = undoOf(plan);
      if (output === 'ps') context.io.out(modeText(plan, undo));
      else if (plan.changed && !options.dryRun) context.io.err(prefixed('hint', [`to undo: ${undo}`]));
      const risks = plan.risks.map((risk) => riskText(risk, plan));
      context.io.err(prefixed('warning', risks));
    };
    const done = await poolMode(context, { ...options, name, ipip, vxlan, planned });
    if (output === 'ps') context.io.out(sentence(done, options.dryRun));
    else {
      const json = modeJson(done, undoOf(done.plan), options.dryRun);
      context.io.out(output === 'json' ? `${formatJson(json)}\n` : formatYaml(json));
    }
    if (done.result !== 'refused') return 0;
    context.io.err('refused: the change is risky, nothing was written\n');
    return 1;
  }
}

/** @throws {UsageError} */
function modeFlag(flag: string, value: string | undefined): Mode | undefined {
  if (value === undefined) return undefined;
  const mode = MODES.find((known) => known === value);
  if (mode !== undefined) return mode;
  throw new UsageError(`invalid argument "${value}" for "${flag}" flag: expected one of: ${MODES.join(', ')}`);
}

function sentence({ plan, result }: PoolModeResult, dryRun: boolean): string {
  if (result === 'unchanged') return `IPPool ${plan.name} has these modes already\n`;
  if (result !== 'configured') return '';
  return `Successfully changed the modes of 1 'IPPool' resource${dryRun ? ' (dry run)' : ''}\n`;
}

/** The command that brings the modes back as they were, on the same datastore. */
function undoCommand(
  { name, before }: PoolModePlan,
  flags: { readonly config?: string | undefined; context: string; 'allow-version-mismatch': boolean },
): string {
  return [
    `calicoctl ippool mode ${shellWord(name)} --ipip ${before.ipipMode} --vxlan ${before.vxlanMode}`,
    ...(flags.config === undefined || flags.config === '' ? [] : [`--config ${shellWord(flags.config)}`]),
    ...(flags.context === '' ? [] : [`--context ${shellWord(flags.context)}`]),
    ...(flags['allow-version-mismatch'] ? ['--allow-version-mismatch'] : []),
  ].join(' ');
}

/** A text as one word of a POSIX shell. */
function shellWord(text: string): string {
  return /^[\w./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
