/** Node: what Calico knows of a node. On Kubernetes it is a view of the core Node. Rules: Calico's API reference, "Node". */
import type { Kind, Related } from './kind.ts';
import type { Ref } from './resource.ts';
import { asNumberSchema } from './scalars/codecs.ts';
import { goValue } from './go-value.ts';
import type { JsonObject, Report, StructSchema } from './schema.ts';
import { field, isJsonObject, isZero, list, pointer, struct, text, typed } from './schema.ts';

const GLOBAL: Ref = { kind: 'BGPConfiguration', name: 'default' };
/** The AS number of a cluster that configures none (Calico's default). */
export const DEFAULT_AS_NUMBER = 64512;

const bgp = struct('internalapi.NodeBGPSpec', {
  asNumber: field('ASNumber', pointer(asNumberSchema()), {
    doc: 'AS number of the node, if it differs from the cluster’s.',
  }),
  ipv4Address: field('IPv4Address', text(), {
    tags: ['cidrv4'],
    doc: 'Address for BGP, with the prefix length of its network.',
  }),
  ipv6Address: field('IPv6Address', text(), {
    tags: ['cidrv6'],
    doc: 'IPv6 address for BGP, with the prefix length of its network.',
  }),
  ipv4IPIPTunnelAddr: field('IPv4IPIPTunnelAddr', text(), {
    tags: ['ipv4'],
    doc: 'Address of the IPIP tunnel; written by calico-node.',
  }),
  routeReflectorClusterID: field('RouteReflectorClusterID', text(), {
    tags: ['ipv4'],
    doc: 'Makes the node a route reflector of this cluster and takes it out of the mesh.',
  }),
});

const shape = struct('internalapi.NodeSpec', {
  bgp: field('BGP', pointer(bgp), { doc: 'BGP settings of the node.' }),
  ipv4VXLANTunnelAddr: field('IPv4VXLANTunnelAddr', text(), { tags: ['ipv4'], doc: 'Written by calico-node.' }),
  vxlanTunnelMACAddr: field('VXLANTunnelMACAddr', text(), { tags: ['mac'], doc: 'Written by calico-node.' }),
  ipv6VXLANTunnelAddr: field('IPv6VXLANTunnelAddr', text(), { tags: ['ipv6'], doc: 'Written by calico-node.' }),
  vxlanTunnelMACAddrV6: field('VXLANTunnelMACAddrV6', text(), { tags: ['mac'], doc: 'Written by calico-node.' }),
  orchRefs: field(
    'OrchRefs',
    list(
      struct('internalapi.OrchRef', {
        nodeName: field('NodeName', text()),
        orchestrator: field('Orchestrator', text(), { always: true }),
      }),
    ),
    { doc: 'The node’s names in orchestrators.' },
  ),
  wireguard: field(
    'Wireguard',
    pointer(
      struct('internalapi.NodeWireguardSpec', {
        interfaceIPv4Address: field('InterfaceIPv4Address', text(), { tags: ['ipv4'] }),
        interfaceIPv6Address: field('InterfaceIPv6Address', text(), { tags: ['ipv6'] }),
      }),
    ),
    { doc: 'WireGuard addresses; written by calico-node.' },
  ),
  addresses: field(
    'Addresses',
    list(
      struct('internalapi.NodeAddress', {
        address: field('Address', text(), { always: true }),
        type: field('Type', text({ go: 'string' })),
      }),
    ),
    { doc: 'Addresses of the node; written by calico-node.' },
  ),
  interfaces: field(
    'Interfaces',
    list(
      struct('internalapi.NodeInterface', { name: field('Name', text()), addresses: field('Addresses', list(text())) }),
    ),
    { doc: 'Interfaces of the node; written by calico-node.' },
  ),
});
const as = (self: JsonObject) => typed(shape, self);

const spec = {
  ...shape,
  check(value: JsonObject, report: Report, path: string) {
    const { bgp: given } = value;
    if (isJsonObject(given) && isZero(bgp, given))
      report({
        name: 'BGP',
        value: goValue(pointer(bgp), given),
        reason: 'Spec.BGP should not be empty',
        path: `${path}.bgp`,
      });
  },
} satisfies StructSchema;

/** The AS number that nodes without one of their own have, as columns and templates show it. */
export function globalAsNumber(related: Related): string {
  const configuration = related.get(GLOBAL);
  if (configuration === 'unreadable') return 'unknown';
  const { asNumber } = configuration?.spec ?? {};
  return String(asNumber ?? DEFAULT_AS_NUMBER);
}

export const node: Kind = {
  name: 'Node',
  plural: 'nodes',
  goPlural: 'Nodes',
  pkg: 'internalapi',
  aliases: ['node', 'nodes', 'no', 'nos'],
  scope: 'cluster',
  summary: 'A node, its addresses and its BGP settings.',
  crd: false,
  initialises: true,
  spec,
  status: {
    presence: 'always',
    schema: struct('internalapi.NodeStatus', {
      wireguardPublicKey: field('WireguardPublicKey', text(), { tags: ['wireguardPublicKey'] }),
      wireguardPublicKeyV6: field('WireguardPublicKeyV6', text(), { tags: ['wireguardPublicKey'] }),
      podCIDRs: field('PodCIDRs', list(text())),
    }),
  },
  related: [GLOBAL],
  columns: {
    narrow: ['NAME'],
    wide: ['NAME', 'ASN', 'IPV4', 'IPV6'],
    cells: {
      NAME: ({ metadata }) => metadata.name ?? '',
      ASN({ spec: self }, related) {
        const { bgp: settings } = as(self);
        if (settings === undefined) return '';
        return settings.asNumber === undefined ? `(${globalAsNumber(related)})` : String(settings.asNumber);
      },
      IPV4: ({ spec: self }) => as(self).bgp?.ipv4Address ?? '',
      IPV6: ({ spec: self }) => as(self).bgp?.ipv6Address ?? '',
    },
  },
};
