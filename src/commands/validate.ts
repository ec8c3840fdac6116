import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../cli/base-command.ts';
import { inputFlags, writeFlags } from '../cli/flags.ts';
import { describeOutcomes, resultFormat } from '../cli/outcomes.ts';
import { validate } from '../operations/crud.ts';

export default class Validate extends BaseCommand {
  static override summary = 'Check manifests without a datastore.';
  static override description =
    'Checks the resources of a file, a directory or standard input as the datastore would, without asking one. All problems of all files are listed.';
  static override usage = 'validate -f FILE';
  static override examples = ['calicoctl validate -f pools/', 'calicoctl validate --strict -f peer.yaml'];
  static override strict = false;
  static override flags = {
    ...inputFlags,
    output: writeFlags.output,
    strict: Flags.boolean({ summary: 'Risky input is an error.' }),
  };

  async run(): Promise<number> {
    const { flags, argv } = await this.parse(Validate);
    const context = await this.world(flags);
    const options = this.common(flags);
    const format = resultFormat(flags.output);
    const result = await validate(context, { ...this.selection(flags, argv.map(String)), ...options });
    const texts = await describeOutcomes('validate', result, { dryRun: options.dryRun, format });
    if (texts.exitCode === 0 && (flags.strict || options.safe) && result.warnings.length > 0) {
      context.io.err(`refused: the input is risky\n${texts.stderr}`);
      return 1;
    }
    context.io.out(texts.stdout);
    context.io.err(texts.stderr);
    return texts.exitCode;
  }
}
