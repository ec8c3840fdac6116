import { apply } from '../operations/crud.ts';
import { ManyVerbCommand } from './many-verb.ts';

export default class Apply extends ManyVerbCommand {
  static override summary = 'Create or replace resources from manifests.';
  static override description =
    'Creates the resources of a file, a directory or standard input, and replaces those that exist: spec, labels and annotations become those of the manifest.';
  static override usage = 'apply -f FILE';
  static override examples = ['calicoctl apply -f pools/', 'calicoctl apply --dry-run -f policy.yaml'];
  static override strict = false;

  async run(): Promise<number> {
    return this.carryOut('apply', await this.parse(Apply), apply);
  }
}
