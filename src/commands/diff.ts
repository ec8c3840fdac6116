import { BaseCommand } from '../cli/base-command.ts';
import { inputFlags } from '../cli/flags.ts';
import { Exit } from '../cli/errors.ts';
import { massage, positionHints, reportOf, warnings } from '../cli/report.ts';
import { diff } from '../operations/diff.ts';
import { identifier, refOf, resourceJson } from '../kinds/resource.ts';
import type { Resource } from '../kinds/resource.ts';
import { colouredDiff } from '../output/colour.ts';
import { unifiedDiff } from '../output/diff.ts';
import { formatYaml } from '../output/yaml.ts';

/** Exit codes: the same, different, trouble. */
const SAME = 0;
const DIFFERENT = 1;
const TROUBLE = 2;

export default class Diff extends BaseCommand {
  static override summary = 'Show what apply would change.';
  static override description =
    'Compares manifests with what is stored and shows the differences that apply would make. Exit code 0: none; 1: there are some; 2: it could not be told.';
  static override usage = 'diff -f FILE';
  static override examples = ['calicoctl diff -f pools/', 'calicoctl diff -f - < peer.yaml'];
  static override strict = false;
  static override flags = { ...inputFlags };

  async run(): Promise<number> {
    const { flags, argv } = await this.parse(Diff);
    let context;
    let result;
    try {
      context = await this.world(flags);
      result = await diff(context, { ...this.selection(flags, argv.map(String)), ...this.common(flags) });
    } catch (error) {
      const report = reportOf(error);
      throw new Exit(Math.max(report.exitCode, TROUBLE), report);
    }
    let different = false;
    for (const { ref, before, after } of result.differences) {
      const id = identifier(ref);
      const stored = before === undefined ? '' : formatYaml(resourceJson(before));
      const text = unifiedDiff(stored, formatYaml(resourceJson(after)), {
        before: `stored ${id}`,
        after: `manifest ${id}`,
      });
      if (text === '') continue;
      different = true;
      context.io.out(context.io.colour ? await colouredDiff(text) : text);
    }
    const { failures } = result;
    for (const { target, error } of failures) context.io.err(`${massage(describe(target.resource, error))}\n`);
    context.io.err(warnings(result.warnings));
    context.io.err(failures.map(({ target, error }) => positionHints(error, target.source)).join(''));
    if (failures.length > 0) return TROUBLE;
    return different ? DIFFERENT : SAME;
  }
}

/** The error with the object it is about, where it does not say so itself. */
function describe(resource: Resource, { message }: Error): string {
  const id = identifier(refOf(resource));
  return message.includes(id) ? message : `${id}: ${message}`;
}
