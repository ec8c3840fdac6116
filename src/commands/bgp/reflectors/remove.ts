import * as Flags from '@oclif/core/flags';
import { EXIT_CODES } from '../exit-codes.ts';
import { gateFlags } from '../gate-flags.ts';
import { ChangeReflectorCommand } from './change.ts';

export default class BgpReflectorsRemove extends ChangeReflectorCommand {
  static override summary = 'Make a route reflector a plain node.';
  static override description = `Takes the cluster ID and the label by which BGPPeers select the node away, in one write, and waits until every session that must exist is up and every node sees every prefix that it saw before. The last reflector is never removed while the mesh is off. ${EXIT_CODES}`;
  static override usage = 'bgp reflectors remove NODE';
  static override strict = false;
  static override examples = [
    'calicoctl bgp reflectors remove rr-3',
    'calicoctl bgp reflectors remove rr-2 --allow-single --yes',
  ];
  static override flags = {
    ...gateFlags,
    'allow-single': Flags.boolean({
      summary: 'Leave nodes with a single reflector, without which all routes are lost.',
    }),
  };

  async run(): Promise<number> {
    const { flags, argv } = await this.parse(BgpReflectorsRemove);
    const [node = ''] = argv.map(String);
    return this.change(
      flags,
      { verb: 'remove', node, clusterId: undefined, allowSingle: flags['allow-single'] },
      { done: `reflector ${node} removed`, already: `node ${node} is no reflector` },
    );
  }
}
