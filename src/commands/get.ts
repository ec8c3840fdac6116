import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../cli/base-command.ts';
import { inputFlags } from '../cli/flags.ts';
import { hintsOf, massage, warnings } from '../cli/report.ts';
import { get } from '../operations/get.ts';
import { parseFormat } from '../output/format.ts';
import type { Format } from '../output/format.ts';
import { print } from '../output/print.ts';
import type { Context } from '../context.ts';

export default class Get extends BaseCommand {
  static override summary = 'Show resources.';
  static override description =
    'Shows the resources named on the command line, all of a kind when no name is given, or those that the manifests of -f name.';
  static override usage = 'get (-f FILE | KIND [NAME...])';
  static override examples = [
    'calicoctl get ippools -o wide',
    'calicoctl get node worker-1 -o yaml --export',
    'calicoctl get nodes --selector "rack == \'a\'" --sort-by .metadata.name',
  ];
  static override strict = false;
  static override flags = {
    ...inputFlags,
    output: Flags.string({
      char: 'o',
      summary: 'ps, wide, yaml, json, name, custom-columns=…, jsonpath=…, go-template=… or go-template-file=….',
      default: 'ps',
    }),
    'all-namespaces': Flags.boolean({ char: 'A', summary: 'All namespaces.' }),
    'all-namespaces-a': Flags.boolean({ char: 'a', hidden: true, summary: 'The same as --all-namespaces.' }),
    export: Flags.boolean({
      summary: 'Leave out what belongs to one cluster, of resources named on the command line.',
    }),
    selector: Flags.string({ summary: 'Only resources whose labels match, in Calico’s selector language.' }),
    'sort-by': Flags.string({ summary: 'Sort by the value at a JSON path, such as .spec.cidr.' }),
  };

  async run(): Promise<number> {
    const { flags, argv } = await this.parse(Get);
    const format = parseFormat(flags.output);
    const context = await this.world(flags);
    const allNamespaces = flags['all-namespaces'] || flags['all-namespaces-a'];
    const template = await templateText(format, context);
    const result = await get(context, {
      ...this.selection(flags, argv.map(String), allNamespaces),
      ...this.common(flags),
      export: flags.export,
      selector: flags.selector,
      sortBy: flags['sort-by'],
    });
    const withNamespace = allNamespaces || flags.namespace !== '';
    const printed = await print(result.found, format, { withNamespace, related: result.related, template });
    context.io.out(printed.text);
    const errors = [
      ...(printed.error === undefined ? [] : [printed.error]),
      ...(printed.error === undefined ? result.errors : []),
    ];
    const text = errors.map(({ message }) => message).join('\n');
    if (errors.length > 0) context.io.err(`${massage(text)}\n`);
    context.io.err([...new Set(errors.map(hintsOf))].join('') + warnings(result.warnings));
    return errors.length > 0 ? 1 : 0;
  }
}

async function templateText(format: Format, context: Context): Promise<string> {
  if (format.type === 'go-template') return format.template;
  if (format.type !== 'go-template-file') return '';
  return new TextDecoder().decode(await context.files.read(format.path));
}
