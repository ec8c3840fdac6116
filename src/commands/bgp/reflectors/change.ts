/** What adding and removing a reflector share. */
import { BaseCommand } from '../../../cli/base-command.ts';
import type { GlobalValues } from '../../../cli/base-command.ts';
import { changeReflector } from '../../../operations/convert/reflectors.ts';
import type { ChangeReflectorInput } from '../../../operations/convert/reflectors.ts';
import { agree } from '../agree.ts';
import { ConvertPrinter } from '../convert-printer.ts';
import { planText } from '../convert/plan-text.ts';
import { gateOptions } from '../gate-flags.ts';
import type { GateValues } from '../gate-flags.ts';

export abstract class ChangeReflectorCommand extends BaseCommand {
  static override lineArgs = { exactly: 1 };

  /** @param words what is said in the end: when it was done, and when there was nothing to do */
  protected async change(
    flags: GlobalValues & GateValues,
    input: Pick<ChangeReflectorInput, 'verb' | 'node' | 'clusterId' | 'allowSingle'>,
    words: { readonly done: string; readonly already: string },
  ): Promise<number> {
    const options = gateOptions(flags, () => this.world(flags));
    const context = await this.world(flags);
    const json = flags.output === 'json';
    const printer = new ConvertPrinter(context, json);
    try {
      const changed = await changeReflector(context, {
        ...this.common(flags),
        ...options,
        ...input,
        on: printer.print,
        agree: async ({ stored }) => {
          if (!flags.yes) context.io.err(planText(stored.plan));
          for (const warning of stored.plan.warnings) context.warn(warning);
          await agree('Go on?', flags.yes, context.signal);
        },
      });
      printer.clear();
      if (json) printer.print({ event: 'end', outcome: changed ? 'applied' : 'nothing-to-do' });
      else context.io.out(`${changed ? words.done : words.already}\n`);
    } finally {
      printer.clear();
    }
    return 0;
  }
}
