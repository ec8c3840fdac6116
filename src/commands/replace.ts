import { BaseCommand } from '../cli/base-command.ts';
import { inputFlags, manyFlags, writeFlags } from '../cli/flags.ts';
import { resultFormat } from '../cli/outcomes.ts';
import { replace } from '../operations/crud.ts';
import { printResult } from './write-result.ts';

export default class Replace extends BaseCommand {
  static override summary = 'Replace existing resources by manifests.';
  static override description =
    'Replaces the resources of a file, a directory or standard input. With a resourceVersion in the manifest only if the stored one is still the same.';
  static override usage = 'replace -f FILE';
  static override examples = ['calicoctl replace -f node.yaml'];
  static override strict = false;
  static override flags = {
    ...inputFlags,
    ...writeFlags,
    ...manyFlags,
  };

  async run(): Promise<number> {
    const { flags, argv } = await this.parse(Replace);
    const context = await this.world(flags);
    const options = this.common(flags);
    const format = resultFormat(flags.output);
    const input = { ...this.selection(flags, argv.map(String)), ...options, ...this.pace(flags) };
    return printResult(context, 'replace', replace(context, input), { dryRun: options.dryRun, format });
  }
}
