import { EXIT_CODES } from '../exit-codes.ts';
import { gateFlags, measureAgainFlag } from '../gate-flags.ts';
import { RunPlanCommand } from './run-plan.ts';

export default class BgpConvertResume extends RunPlanCommand {
  static override summary = 'Go on with a plan that was interrupted.';
  static override description = `Finds out from the cluster and the journal which writes were made, checks that the network is as it was before the first of them, and goes on as bgp convert apply does. ${EXIT_CODES}`;
  static override usage = 'bgp convert resume PLAN';
  static override strict = false;
  static override flags = { ...gateFlags, ...measureAgainFlag };
  static override examples = ['calicoctl bgp convert resume bgp-conversion.yaml'];

  async run(): Promise<number> {
    const { flags, argv } = await this.parse(BgpConvertResume);
    const question = (writes: number, path: string): string =>
      `${writes} writes of ${path} are left and will be made. Go on?`;
    const [path = ''] = argv.map(String);
    return this.carryOut('resume', question, { flags, path });
  }
}
