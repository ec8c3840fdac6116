import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../cli/base-command.ts';
import { configFlag, namespaceFlag, writeFlags } from '../cli/flags.ts';
import { describeOne, resultFormat } from '../cli/outcomes.ts';
import { label } from '../operations/label.ts';

export default class Label extends BaseCommand {
  static override summary = 'Set or remove a label of a resource.';
  static override description =
    'Sets key=value on one resource, or removes a key with --remove. A label that is there keeps its value unless --overwrite is given.';
  static override usage = 'label KIND NAME (KEY=VALUE | KEY --remove)';
  static override lineArgs = { atLeast: 3 };
  static override examples = ['calicoctl label nodes worker-1 rack=a', 'calicoctl label nodes worker-1 rack --remove'];
  static override strict = false;
  static override flags = {
    ...configFlag,
    ...namespaceFlag,
    ...writeFlags,
    overwrite: Flags.boolean({ summary: 'Replace the value of a label that is there.' }),
    remove: Flags.boolean({ summary: 'Remove the label.' }),
  };

  async run(): Promise<number> {
    const { flags, argv } = await this.parse(Label);
    const context = await this.world(flags);
    const options = this.common(flags);
    const format = resultFormat(flags.output);
    const [kind = '', name = '', text = '', ...others] = argv.map(String);
    this.ignored(flags, others, ' behind the label', ': one label is changed at a time');
    const { namespace, overwrite, remove } = flags;
    const result = await label(context, {
      ...options,
      kind,
      name,
      label: text,
      namespace,
      allNamespaces: false,
      overwrite,
      remove,
    });
    const { done, key, resource, changed } = result;
    const sentence = `Successfully ${done} label ${key} ${done === 'removed' ? 'from' : 'on'} ${kind} ${name}`;
    context.io.out(await describeOne(sentence, resource, changed, { dryRun: options.dryRun, format }));
    return 0;
  }
}
