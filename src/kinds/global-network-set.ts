/** GlobalNetworkSet: networks that policies select by label, for the whole cluster. Rules: Calico's API reference, "Global network set". */
import type { Kind } from './kind.ts';
import { checkSetLabels, nets, netsCell } from './network-sets.ts';
import { struct } from './schema.ts';

export const globalNetworkSet: Kind = {
  name: 'GlobalNetworkSet',
  plural: 'globalnetworksets',
  goPlural: 'GlobalNetworkSets',
  pkg: 'v3',
  aliases: ['globalnetworkset', 'globalnetworksets', 'gnetsets'],
  scope: 'cluster',
  summary: 'Networks that policies of any namespace select by label.',
  crd: true,
  spec: struct('v3.GlobalNetworkSetSpec', { nets }),
  checkMetadata: checkSetLabels,
  columns: {
    narrow: ['NAME'],
    wide: ['NAME', 'NETS'],
    cells: { NAME: ({ metadata }) => metadata.name ?? '', NETS: netsCell },
  },
};
