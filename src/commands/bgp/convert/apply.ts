import { EXIT_CODES } from '../exit-codes.ts';
import { RunPlanCommand } from './run-plan.ts';

export default class BgpConvertApply extends RunPlanCommand {
  static override summary = 'Carry out a plan of bgp convert plan, step by step.';
  static override description = `Before each write the cluster must be as it was when the plan was made. After each write it waits until every expected session is up on every node in each family it uses, and every node sees every prefix that it saw before; the mesh is turned off only behind such a gate. What is done is written into a journal beside the plan (PLAN.journal), so that after any interruption bgp convert resume goes on and bgp convert rollback goes back. Nodes report through CalicoNodeStatus objects unless BIRD sockets are named. ${EXIT_CODES}`;
  static override usage = 'bgp convert apply PLAN';
  static override strict = false;
  static override examples = [
    'calicoctl bgp convert apply bgp-conversion.yaml',
    'calicoctl bgp convert apply bgp-conversion.yaml --yes -o json',
    'calicoctl bgp convert apply bgp-conversion.yaml --socket-dir /run/nodes/{node}',
  ];

  async run(): Promise<number> {
    const { flags, argv } = await this.parse(BgpConvertApply);
    const question = (writes: number, path: string): string =>
      `${writes} writes of ${path} will be made, each behind a gate. Go on?`;
    const [path = ''] = argv.map(String);
    return this.carryOut('apply', question, { flags, path });
  }
}
