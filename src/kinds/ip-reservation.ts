/** IPReservation: addresses that IPAM does not give out. Rules: Calico's API reference, "IP reservation". */
import { joinedShort } from './cells.ts';
import type { Kind } from './kind.ts';
import { field, list, struct, text, typed } from './schema.ts';

const spec = struct('v3.IPReservationSpec', {
  reservedCIDRs: field('ReservedCIDRs', list(text({ format: 'cidr' })), {
    tags: ['cidrs'],
    doc: 'Networks in CIDR notation; a single address is written with /32 or /128.',
  }),
});

export const ipReservation: Kind = {
  name: 'IPReservation',
  plural: 'ipreservations',
  goPlural: 'IPReservations',
  pkg: 'v3',
  aliases: ['ipreservation', 'ipreservations', 'reservation', 'reservations'],
  scope: 'cluster',
  summary: 'Addresses that IPAM does not give out.',
  crd: true,
  spec,
  columns: {
    narrow: ['NAME'],
    wide: ['NAME', 'CIDRS'],
    cells: {
      NAME: ({ metadata }) => metadata.name ?? '',
      CIDRS: ({ spec: self }) => joinedShort(typed(spec, self).reservedCIDRs),
    },
  },
};
