import { BaseCommand } from '../cli/base-command.ts';
import { inputFlags, manyFlags, writeFlags } from '../cli/flags.ts';
import { resultFormat } from '../cli/outcomes.ts';
import { apply } from '../operations/crud.ts';
import { printResult } from './write-result.ts';

export default class Apply extends BaseCommand {
  static override summary = 'Create or replace resources from manifests.';
  static override description =
    'Creates the resources of a file, a directory or standard input, and replaces those that exist: spec, labels and annotations become those of the manifest.';
  static override usage = 'apply -f FILE';
  static override examples = ['calicoctl apply -f pools/', 'calicoctl apply --dry-run -f policy.yaml'];
  static override strict = false;
  static override flags = {
    ...inputFlags,
    ...writeFlags,
    ...manyFlags,
  };

  async run(): Promise<number> {
    const { flags, argv } = await this.parse(Apply);
    const context = await this.world(flags);
    const options = this.common(flags);
    const format = resultFormat(flags.output);
    const input = { ...this.selection(flags, argv.map(String)), ...options, ...this.pace(flags) };
    return printResult(context, 'apply', apply(context, input), { dryRun: options.dryRun, format });
  }
}
