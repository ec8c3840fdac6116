import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../cli/base-command.ts';
import { inputFlags, manyFlags, writeFlags } from '../cli/flags.ts';
import { resultFormat } from '../cli/outcomes.ts';
import { remove } from '../operations/crud.ts';
import { printResult } from './write-result.ts';

export default class Delete extends BaseCommand {
  static override summary = 'Delete resources by manifest, or by kind and name.';
  static override description =
    'Deletes the resources of a file, a directory or standard input, or those named on the command line.';
  static override usage = 'delete (-f FILE | KIND NAME...)';
  static override examples = ['calicoctl delete -f policy.yaml', 'calicoctl delete ippool old-pool'];
  static override strict = false;
  static override flags = {
    ...inputFlags,
    ...writeFlags,
    ...manyFlags,
    'skip-not-exists': Flags.boolean({ char: 's', summary: 'Resources that do not exist count as deleted.' }),
  };

  async run(): Promise<number> {
    const { flags, argv } = await this.parse(Delete);
    const context = await this.world(flags);
    const options = this.common(flags);
    const format = resultFormat(flags.output);
    const input = {
      ...this.selection(flags, argv.map(String)),
      ...options,
      ...this.pace(flags),
      skipNotExists: flags['skip-not-exists'],
    };
    return printResult(context, 'delete', remove(context, input), { dryRun: options.dryRun, format });
  }
}
