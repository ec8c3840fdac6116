/** NetworkSet: networks that policies select by label, in one namespace. Rules: Calico's API reference, "Network set". */
import type { Kind } from './kind.ts';
import { checkSetLabels, nets, netsCell } from './network-sets.ts';
import { struct } from './schema.ts';

export const networkSet: Kind = {
  name: 'NetworkSet',
  plural: 'networksets',
  goPlural: 'NetworkSets',
  pkg: 'v3',
  aliases: ['networkset', 'networksets', 'netsets'],
  scope: 'namespaced',
  summary: 'Networks that policies of the namespace select by label.',
  crd: true,
  spec: struct('v3.NetworkSetSpec', { nets }),
  checkMetadata: checkSetLabels,
  columns: {
    narrow: ['NAME'],
    wide: ['NAME', 'NETS'],
    cells: {
      NAMESPACE: ({ metadata }) => metadata.namespace ?? '',
      NAME: ({ metadata }) => metadata.name ?? '',
      NETS: netsCell,
    },
  },
};
