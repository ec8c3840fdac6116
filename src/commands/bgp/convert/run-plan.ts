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

/** The exit codes, for the descriptions of the commands. */
export const EXIT_CODES =
  'Exit codes: 0 done; 3 a gate did not open in time, stopped safely; 4 a precondition does not hold, nothing was written; 5 the cluster or the plan is not as it was when the plan was made; 1 any other error; 130 and 143 ended by Ctrl-C or SIGTERM.';

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
