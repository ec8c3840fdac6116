import * as Flags from '@oclif/core/flags';
import { UsageError } from '../cli/argv.ts';
import { BaseCommand } from '../cli/base-command.ts';
import { configFlag, namespaceFlag, writeFlags } from '../cli/flags.ts';
import { describeOne, resultFormat } from '../cli/outcomes.ts';
import type { Context } from '../context.ts';
import { patch, PATCH_TYPES } from '../operations/patch.ts';

export default class Patch extends BaseCommand {
  static override summary = 'Change parts of a resource.';
  static override description =
    'Changes the given fields of one resource and leaves the others. The patch is JSON: a strategic merge patch, a JSON merge patch or a JSON Patch.';
  static override usage = 'patch KIND NAME -p PATCH';
  static override lineArgs = { exactly: 2 };
  static override examples = [
    'calicoctl patch ippool default-ipv4-ippool -p \'{"spec":{"ipipMode":"CrossSubnet"}}\'',
    'calicoctl patch node rr-1 -p \'{"spec":{"bgp":{"routeReflectorClusterID":"244.0.0.1"}}}\'',
    'calicoctl patch bgpconfig default --type json -p \'[{"op":"replace","path":"/spec/asNumber","value":64512}]\'',
  ];
  static override strict = false;
  static override flags = {
    ...configFlag,
    ...namespaceFlag,
    ...writeFlags,
    patch: Flags.string({ char: 'p', summary: 'The patch, or - for standard input.' }),
    'patch-file': Flags.string({ summary: 'File with the patch.' }),
    type: Flags.string({ char: 't', summary: 'strategic, merge or json.', default: 'strategic' }),
  };

  async run(): Promise<number> {
    const { flags, argv } = await this.parse(Patch);
    const context = await this.world(flags);
    const options = this.common(flags);
    const format = resultFormat(flags.output);
    const [kind = '', name = ''] = argv.map(String);
    const body = await patchText(context, flags.patch, flags['patch-file']);
    const { namespace, type } = flags;
    const doubt = typeDoubt(type, body);
    if (doubt !== undefined) {
      if (options.safe) throw new UsageError(`refused: ${doubt}`);
      context.warn(doubt);
    }
    const { resource, changed } = await patch(context, {
      ...options,
      kind,
      name,
      namespace,
      allNamespaces: false,
      patch: body,
      type,
    });
    context.io.out(
      await describeOne(`Successfully patched 1 '${resource.kind}' resource`, resource, changed, {
        dryRun: options.dryRun,
        format,
      }),
    );
    return 0;
  }
}

async function patchText(context: Context, inline: string | undefined, file: string | undefined): Promise<string> {
  if (file !== undefined && inline !== undefined) throw new UsageError('--patch and --patch-file cannot both be given');
  if (file === undefined && inline !== '-') return inline ?? '';
  const bytes = file === undefined || file === '-' ? await context.io.readInput() : await context.files.read(file);
  return new TextDecoder().decode(bytes);
}

/** What is odd about the type: the Go tool ignores it and always makes a strategic merge. */
function typeDoubt(type: string, body: string): string | undefined {
  if (!PATCH_TYPES.includes(type))
    return `patch type "${type}" is not known, strategic is used; types: ${PATCH_TYPES.join(', ')}`;
  if (type === 'json' && /^\s*\{/.test(body))
    return 'a JSON Patch is a list of operations; this object is merged, as with --type strategic';
  return undefined;
}
