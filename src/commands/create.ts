import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../cli/base-command.ts';
import { inputFlags, manyFlags, writeFlags } from '../cli/flags.ts';
import { resultFormat } from '../cli/outcomes.ts';
import { create } from '../operations/crud.ts';
import { printResult } from './write-result.ts';

export default class Create extends BaseCommand {
  static override summary = 'Create resources from manifests.';
  static override description =
    'Creates the resources of a file, a directory or standard input. A resource that exists already is an error, unless --skip-exists is given.';
  static override usage = 'create -f FILE';
  static override examples = ['calicoctl create -f policy.yaml', 'cat policy.yaml | calicoctl create -f -'];
  static override strict = false;
  static override flags = {
    ...inputFlags,
    ...writeFlags,
    ...manyFlags,
    'skip-exists': Flags.boolean({ summary: 'Resources that exist already count as created.' }),
  };

  async run(): Promise<number> {
    const { flags, argv } = await this.parse(Create);
    const context = await this.world(flags);
    const options = this.common(flags);
    const format = resultFormat(flags.output);
    const input = {
      ...this.selection(flags, argv.map(String)),
      ...options,
      ...this.pace(flags),
      skipExists: flags['skip-exists'],
    };
    return printResult(context, 'create', create(context, input), { dryRun: options.dryRun, format });
  }
}
