import * as Flags from '@oclif/core/flags';
import { UsageError } from '../../../cli/argv.ts';
import { BaseCommand, countOf } from '../../../cli/base-command.ts';
import { diskWriter } from '../../../cli/disk-writer.ts';
import { Exit } from '../../../cli/errors.ts';
import { configFlag } from '../../../cli/flags.ts';
import { formatIn } from '../../../cli/formats.ts';
import { namesIn } from '../../../cli/names.ts';
import { makePlan, planDocument, refuseOtherFile, savePlan } from '../../../operations/convert/make-plan.ts';
import type { Choice, MadePlan } from '../../../operations/convert/make-plan.ts';
import { formatJson } from '../../../output/json.ts';
import { formatYaml } from '../../../output/yaml.ts';
import { reflectorFlags, settingsOf } from '../reflector-flags.ts';
import { failureLines, planText } from './plan-text.ts';

export default class BgpConvertPlan extends BaseCommand {
  static override summary = 'Plan the way from a full mesh to route reflectors, or back.';
  static override description =
    'Chooses the reflectors and writes every step with its writes, its risk and what is waited for into a file that people can review and bgp convert apply carries out. Nothing else is written. When something speaks against the conversion only the reasons are printed (with -o yaml or json the steps too), no file is written, and the exit code is 4.';
  static override usage = 'bgp convert plan';
  static override lineArgs = { exactly: 0 };
  static override examples = [
    'calicoctl bgp convert plan --reflectors rr-1,rr-2',
    'calicoctl bgp convert plan --count 3 --spread topology.kubernetes.io/zone --out to-reflectors.yaml',
    'calicoctl bgp convert plan --to mesh --out to-mesh.yaml',
  ];
  static override strict = false;
  static override flags = {
    ...configFlag,
    to: Flags.string({ summary: 'Where to go: reflectors or mesh.', default: 'reflectors' }),
    reflectors: Flags.string({ summary: 'Names of the nodes that become reflectors, with commas between them.' }),
    selector: Flags.string({ summary: 'Choose the nodes that this selector matches.' }),
    count: Flags.string({
      summary: 'Choose so many nodes that have an address in every family, those with the fewest workloads first.',
    }),
    spread: Flags.string({
      summary: 'With --count: spread them over the values of this label, such as a rack or zone.',
    }),
    ...reflectorFlags,
    out: Flags.string({ summary: 'File for the plan.', default: 'bgp-conversion.yaml' }),
    output: Flags.string({ char: 'o', summary: 'Print the plan as ps, yaml or json.', default: 'ps' }),
  };

  async run(): Promise<number> {
    const { flags } = await this.parse(BgpConvertPlan);
    const { to, output, out } = flags;
    const format = formatIn(FORMATS, output);
    if (to !== 'reflectors' && to !== 'mesh')
      throw new UsageError(`invalid argument "${to}" for "--to" flag: not reflectors or mesh`);
    const choice = choiceOf(flags, to);
    const settings = settingsOf(flags);
    const context = await this.world(flags);
    const allowSingle = flags['allow-single'];
    await refuseOtherFile(context, out);
    const made = await makePlan(context, { ...this.common(flags), to, choice, settings, allowSingle });
    const { stored, failures } = made;
    if (failures.length > 0) {
      // The steps of a plan that cannot be carried out would only hide why; documents are for programs and stay whole.
      const isText = output === 'ps';
      if (!isText) context.io.out(format(made));
      const lines = failureLines(failures).map((line) => `precondition failed: ${line}\n`);
      const hint = isText ? 'hint: the steps as far as they could be planned: the same command with -o yaml\n' : '';
      throw new Exit(4, { stderr: `${lines.join('')}no plan was written\n${hint}` });
    }
    context.io.out(format(made));
    if (stored.plan.steps.length === 0) {
      context.io.err('nothing to do: no plan was written\n');
      return 0;
    }
    await savePlan(diskWriter, out, formatYaml(planDocument(stored)));
    context.io.err(`The plan is in ${out}. Carry it out with: calicoctl bgp convert apply ${out}\n`);
    return 0;
  }
}

const FORMATS: Readonly<Record<string, (made: MadePlan) => string>> = {
  ps: ({ stored }) => (stored.plan.steps.length === 0 ? '' : planText(stored.plan)),
  yaml: ({ stored }) => formatYaml(planDocument(stored)),
  json: ({ stored, failures }) =>
    `${formatJson({ ...planDocument(stored), failures: failures.map((failure) => ({ ...failure })) })}\n`,
};

interface ChoiceFlags {
  readonly reflectors?: string | undefined;
  readonly selector?: string | undefined;
  readonly count?: string | undefined;
  readonly spread?: string | undefined;
}

function choiceOf({ reflectors, selector, count, spread }: ChoiceFlags, to: 'reflectors' | 'mesh'): Choice {
  const given = [reflectors, selector, count].filter((value) => value !== undefined);
  if (to === 'mesh') {
    if (given.length > 0 || spread !== undefined)
      throw new UsageError('--to mesh concerns all reflectors: none can be chosen');
    return { type: 'names', names: [] };
  }
  if (given.length !== 1)
    throw new UsageError('choose the reflectors with one of --reflectors, --selector and --count', [
      'such as --reflectors rr-1,rr-2, or --count 3 --spread topology.kubernetes.io/zone',
    ]);
  if (spread !== undefined && count === undefined) throw new UsageError('--spread goes with --count');
  if (reflectors !== undefined) return { type: 'names', names: namesIn(reflectors) };
  if (selector !== undefined) return { type: 'selector', selector };
  return { type: 'count', count: countOf('--count', count ?? ''), spread };
}
