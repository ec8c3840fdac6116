import { replace } from '../operations/crud.ts';
import { ManyVerbCommand } from './many-verb.ts';

export default class Replace extends ManyVerbCommand {
  static override summary = 'Replace existing resources by manifests.';
  static override description =
    'Replaces the resources of a file, a directory or standard input. With a resourceVersion in the manifest only if the stored one is still the same.';
  static override usage = 'replace -f FILE';
  static override examples = ['calicoctl replace -f node.yaml'];
  static override strict = false;

  async run(): Promise<number> {
    return this.carryOut('replace', await this.parse(Replace), replace);
  }
}
