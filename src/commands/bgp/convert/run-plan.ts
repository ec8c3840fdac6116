/** What the commands that carry out a plan share. */
import { BaseCommand } from '../../../cli/base-command.ts';
import type { GlobalValues } from '../../../cli/base-command.ts';
import { diskWriter } from '../../../cli/disk-writer.ts';
import { runPlan } from '../../../operations/convert/run.ts';
import type { ConvertCommand } from '../../../operations/convert/run.ts';
import { agree } from '../agree.ts';
import { ConvertPrinter } from '../convert-printer.ts';
import { gateFlags, gateOptions } from '../gate-flags.ts';
import type { GateValues } from '../gate-flags.ts';

export abstract class RunPlanCommand extends BaseCommand {
  static override lineArgs = { exactly: 1 };
  static override flags = gateFlags;

  /** Carries out the plan of the file that is named. */
  protected async carryOut(
    command: ConvertCommand,
    question: (writes: number, path: string) => string,
    { flags, path }: { readonly flags: GlobalValues & GateValues; readonly path: string },
  ): Promise<number> {
    const options = gateOptions(flags, () => this.world(flags));
    const context = await this.world(flags);
    const printer = new ConvertPrinter(context, flags.output === 'json');
    try {
      await runPlan(context, {
        ...this.common(flags),
        ...options,
        path,
        command,
        measureAgain: flags['measure-again'] === true,
        writer: diskWriter,
        on: printer.print,
        agree: (writes) => agree(question(writes, path), flags.yes, context.signal),
      });
    } finally {
      printer.clear();
    }
    return 0;
  }
}
