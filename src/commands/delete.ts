import * as Flags from '@oclif/core/flags';
import { remove } from '../operations/crud.ts';
import { ManyVerbCommand } from './many-verb.ts';

export default class Delete extends ManyVerbCommand {
  static override summary = 'Delete resources by manifest, or by kind and name.';
  static override description =
    'Deletes the resources of a file, a directory or standard input, or those named on the command line.';
  static override usage = 'delete (-f FILE | KIND NAME...)';
  static override examples = ['calicoctl delete -f policy.yaml', 'calicoctl delete ippool old-pool'];
  static override strict = false;
  static override flags = {
    ...ManyVerbCommand.flags,
    'skip-not-exists': Flags.boolean({ char: 's', summary: 'Resources that do not exist count as deleted.' }),
  };

  async run(): Promise<number> {
    const line = await this.parse(Delete);
    return this.carryOut('delete', line, (context, input) =>
      remove(context, { ...input, skipNotExists: line.flags['skip-not-exists'] }),
    );
  }
}
