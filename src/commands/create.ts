import * as Flags from '@oclif/core/flags';
import { create } from '../operations/crud.ts';
import { ManyVerbCommand } from './many-verb.ts';

export default class Create extends ManyVerbCommand {
  static override summary = 'Create resources from manifests.';
  static override description =
    'Creates the resources of a file, a directory or standard input. A resource that exists already is an error, unless --skip-exists is given.';
  static override usage = 'create -f FILE';
  static override examples = ['calicoctl create -f policy.yaml', 'cat policy.yaml | calicoctl create -f -'];
  static override strict = false;
  static override flags = {
    ...ManyVerbCommand.flags,
    'skip-exists': Flags.boolean({ summary: 'Resources that exist already count as created.' }),
  };

  async run(): Promise<number> {
    const line = await this.parse(Create);
    return this.carryOut('create', line, (context, input) =>
      create(context, { ...input, skipExists: line.flags['skip-exists'] }),
    );
  }
}
