/** Node: what Calico knows of a node. On Kubernetes it is a view of the core Node. Rules: Calico's API reference, "Node". */
import type { ClientRules, Kind, Related, StoreView } from './kind.ts';
import type { Ref, Resource } from './resource.ts';
import { refOf } from './resource.ts';
import { asNumberSchema } from './scalars/codecs.ts';
import { goValue } from './go-value.ts';
import type { Json, JsonObject, Report, StructSchema } from './schema.ts';
import { isZero } from './canonical.ts';
import { field, isJsonObject, list, pointer, struct, text, typed } from './schema.ts';

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

/** The node's part in names of workload endpoints. */
const escaped = (name: string): string => name.replaceAll('-', '--');

/**
 * Deletes a node with what belongs to it, as the Go client does: addresses, workload endpoints, IPAM claims, its peers and configurations. The
 * Kubernetes API cannot list endpoints by node, which ends the Go client's attempt before anything is touched.
 */
const deleteNode: NonNullable<ClientRules['delete']> = async (ref, revision, store, remove) => {
  const { name } = ref;
  if (store.type === 'kubernetes') {
    store.warn(`nothing was deleted: in a Kubernetes cluster a node is deleted with kubectl delete node ${name}`);
    const endpoints = { kind: 'WorkloadEndpoint', name: `${escaped(name)}-*` };
    throw store.missing(endpoints, 'malformed WorkloadEndpoint name - unable to determine Pod name');
  }
  if (revision !== undefined) {
    // The Go client compares the revision last, when everything else is gone.
    const stored = await store.get(ref);
    if (stored.metadata.resourceVersion !== revision) throw store.conflict(ref);
  }
  const ofNode = async (kind: string): Promise<readonly Resource[]> =>
    (await store.list(kind)).filter((resource) => resource.spec['node'] === name);
  const endpoints = (await ofNode('WorkloadEndpoint')).filter(({ metadata }) =>
    metadata.name?.startsWith(`${escaped(name)}-`),
  );
  const addresses = endpoints.flatMap((endpoint) => {
    const { ipNetworks } = endpoint.spec;
    const networks: readonly Json[] = Array.isArray(ipNetworks) ? ipNetworks : [];
    return networks.flatMap((network) => (typeof network === 'string' ? network.replace(/\/.*$/, '') : []));
  });
  await store.ipam.releaseAddresses([...addresses, ...(await tunnelAddresses(ref, store))]);
  for (const endpoint of endpoints) await store.discard(refOf(endpoint));
  await store.ipam.releaseHost(name);
  for (const peer of await ofNode('BGPPeer')) await store.discard(refOf(peer));
  await store.discard({ kind: 'FelixConfiguration', name: `node.${name}` });
  await store.discard({ kind: 'BGPConfiguration', name: `node.${name}` });
  for (const endpoint of await ofNode('HostEndpoint')) await store.discard(refOf(endpoint));
  return remove(revision);
};

/** Addresses of a node's tunnels, as far as the Go client collects them; none when the node is not there. */
async function tunnelAddresses(ref: Ref, store: StoreView): Promise<readonly string[]> {
  const [found] = (await store.list('Node')).filter(({ metadata }) => metadata.name === ref.name);
  if (found === undefined) return [];
  const { bgp: settings, ipv4VXLANTunnelAddr, wireguard } = as(found.spec);
  return [settings?.ipv4IPIPTunnelAddr, ipv4VXLANTunnelAddr, wireguard?.interfaceIPv4Address].filter(
    (address) => address !== undefined,
  );
}

/** The AS number that nodes without one of their own have, as columns and templates show it. */
export function globalAsNumber(related: Related): string {
  const configuration = related.get(GLOBAL);
  if (configuration === 'unreadable') return 'unknown';
  const { asNumber } = configuration?.spec ?? {};
  return String(typeof asNumber === 'number' ? asNumber : DEFAULT_AS_NUMBER);
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
  kubernetesView: { of: 'nodes', refuses: ['create', 'delete'] },
  client: { alone: ['delete'], delete: deleteNode },
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
