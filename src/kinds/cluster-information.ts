/** ClusterInformation: what the cluster says of itself. Written by Calico; calicoctl only reads it. */
import type { Kind } from './kind.ts';
import type { JsonObject } from './schema.ts';
import { bool, field, pointer, struct, text, typed } from './schema.ts';

const spec = struct('v3.ClusterInformationSpec', {
  clusterGUID: field('ClusterGUID', text(), { doc: 'Identity of the cluster: 32 hexadecimal digits.' }),
  clusterType: field('ClusterType', text(), { doc: 'Comma separated traits of the cluster.' }),
  calicoVersion: field('CalicoVersion', text(), { doc: 'Version of Calico that runs in the cluster.' }),
  datastoreReady: field('DatastoreReady', pointer(bool()), { doc: 'False while the datastore is locked.' }),
  variant: field('Variant', text(), { doc: 'Product variant.' }),
});
const as = (self: JsonObject) => typed(spec, self);

export const clusterInformation: Kind = {
  name: 'ClusterInformation',
  plural: 'clusterinformations',
  goPlural: 'ClusterInformations',
  pkg: 'v3',
  aliases: ['clusterinformation', 'clusterinformations', 'clusterinfo', 'clusterinfos'],
  scope: 'cluster',
  summary: 'Version, type and identity of the cluster; read-only.',
  crd: true,
  spec,
  refuses: {
    create: 'operation create or apply is not supported on ClusterInformation',
    apply: 'operation apply is not supported on ClusterInformation: resource is readonly',
    replace: 'operation apply or replace is not supported on ClusterInformation',
    delete: 'operation delete is not supported on ClusterInformation',
  },
  columns: {
    narrow: ['NAME', 'CLUSTERGUID', 'CLUSTERTYPE', 'CALICOVERSION', 'DATASTOREREADY'],
    wide: ['NAME', 'CLUSTERGUID', 'CLUSTERTYPE', 'CALICOVERSION', 'DATASTOREREADY'],
    cells: {
      NAME: ({ metadata }) => metadata.name ?? '',
      CLUSTERGUID: ({ spec: self }) => as(self).clusterGUID ?? '',
      CLUSTERTYPE: ({ spec: self }) => as(self).clusterType ?? '',
      CALICOVERSION: ({ spec: self }) => as(self).calicoVersion ?? '',
      DATASTOREREADY: ({ spec: self }) => String(as(self).datastoreReady ?? '<nil>'),
    },
  },
};
