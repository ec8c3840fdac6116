/** What the commands share that do one thing to each of many objects. */
import { BaseCommand } from '../cli/base-command.ts';
import type { InputValues } from '../cli/base-command.ts';
import { inputFlags, manyFlags, writeFlags } from '../cli/flags.ts';
import { resultFormat } from '../cli/outcomes.ts';
import type { WriteVerb } from '../cli/outcomes.ts';
import type { Context } from '../context.ts';
import type { VerbInput, VerbResult } from '../operations/crud.ts';
import { printResult } from './write-result.ts';

interface ManyVerbValues extends InputValues {
  readonly concurrency: string;
  readonly output?: string | undefined;
}

export abstract class ManyVerbCommand extends BaseCommand {
  static override flags = { ...inputFlags, ...writeFlags, ...manyFlags };

  /** Does it to the objects that the command line means, and prints what came of it. */
  protected async carryOut(
    verb: WriteVerb,
    { flags, argv }: { readonly flags: ManyVerbValues; readonly argv: readonly unknown[] },
    operation: (context: Context, input: VerbInput) => Promise<VerbResult>,
  ): Promise<number> {
    const context = await this.world(flags);
    const options = this.common(flags);
    const format = resultFormat(flags.output);
    const input = { ...this.selection(flags, argv.map(String)), ...options, ...this.pace(flags) };
    return printResult(context, verb, operation(context, input), { dryRun: options.dryRun, format });
  }
}
