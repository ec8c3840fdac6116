import * as Flags from '@oclif/core/flags';
import { EXIT_CODES } from '../exit-codes.ts';
import { gateFlags } from '../gate-flags.ts';
import { ChangeReflectorCommand } from './change.ts';

export default class BgpReflectorsAdd extends ChangeReflectorCommand {
  static override summary = 'Make a node a route reflector beside those that there are.';
  static override description = `Gives the node the cluster ID of the other reflectors and the label by which BGPPeers select them, in one write, and waits until every node has its sessions with it and still sees every prefix that it saw before. A node that is one already is left alone. ${EXIT_CODES}`;
  static override usage = 'bgp reflectors add NODE';
  static override strict = false;
  static override examples = ['calicoctl bgp reflectors add rr-3', 'calicoctl bgp reflectors add rr-3 --yes -o json'];
  static override flags = {
    ...gateFlags,
    'cluster-id': Flags.string({ summary: 'Cluster ID, where the other reflectors have different ones.' }),
  };

  async run(): Promise<number> {
    const { flags, argv } = await this.parse(BgpReflectorsAdd);
    const [node = ''] = argv.map(String);
    return this.change(
      flags,
      { verb: 'add', node, clusterId: flags['cluster-id'], allowSingle: false },
      { done: `reflector ${node} added`, already: `reflector ${node} is already there` },
    );
  }
}
