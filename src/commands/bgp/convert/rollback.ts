import { EXIT_CODES } from '../exit-codes.ts';
import { gateFlags, measureAgainFlag } from '../gate-flags.ts';
import { RunPlanCommand } from './run-plan.ts';

export default class BgpConvertRollback extends RunPlanCommand {
  static override summary = 'Take back what was done with a plan.';
  static override description = `Takes the writes back in the opposite order, each behind a gate: the mesh comes back first, then the reflectors become plain nodes one by one, and the BGPPeer goes last. Nodes that tell nothing are not waited for. In the end labels and specs are compared with those before the plan. ${EXIT_CODES}`;
  static override usage = 'bgp convert rollback PLAN';
  static override strict = false;
  static override flags = { ...gateFlags, ...measureAgainFlag };
  static override examples = ['calicoctl bgp convert rollback bgp-conversion.yaml'];

  async run(): Promise<number> {
    const { flags, argv } = await this.parse(BgpConvertRollback);
    const question = (writes: number, path: string): string => `${writes} writes of ${path} will be taken back. Go on?`;
    const [path = ''] = argv.map(String);
    return this.carryOut('rollback', question, { flags, path });
  }
}
