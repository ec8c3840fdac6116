/**
 * FelixConfiguration: settings of Felix, for the cluster (`default`), one node (`node.<name>`), or the nodes of a selector.
 * Rules: Calico's API reference, "Felix configuration". The settings stand in `felix/`; their order here is that of the API.
 */
import { present, when, where, without } from './constraints.ts';
import { parseIP } from '../net/ip.ts';
import { bpfMaps, bpfPrograms, bpfServices, bpfTraffic } from './felix/bpf.ts';
import { chains, driver, nftables, refresh, workloads } from './felix/dataplane.ts';
import { string } from './felix/fields.ts';
import { acceleration, debugging, hostRoutes, ports, translation, tunnels } from './felix/host.ts';
import { flowLogs, health, logging, metrics, reporting, usage } from './felix/logging.ts';
import { istio, network, processSettings, routing, wireguard } from './felix/routing.ts';
import type { Kind, RootRule } from './kind.ts';
import type { Resource } from './resource.ts';
import type { JsonObject, Rule } from './schema.ts';
import { canonicalStruct } from './canonical.ts';
import { ADDRESS_FORMATS } from './tag-schemas.ts';
import { struct, typed } from './schema.ts';

const shape = struct('v3.FelixConfigurationSpec', {
  ...driver,
  ...refresh,
  ...workloads,
  ...chains,
  ...logging,
  ...tunnels,
  ...reporting,
  ...health,
  ...metrics,
  ...ports,
  ...usage,
  ...translation,
  ...hostRoutes,
  ...debugging,
  ...acceleration,
  ...nftables,
  ...bpfPrograms,
  ...bpfServices,
  ...bpfMaps,
  ...bpfTraffic,
  ...flowLogs,
  ...routing,
  ...wireguard,
  ...network,
  ...processSettings,
  ...istio,
  nodeSelector: {
    ...string('NodeSelector', 'The nodes that the settings are for; not in `default` and `node.*`.', {
      maxLength: 1024,
    }),
    tags: ['selector'],
  },
});
const as = (self: JsonObject) => typed(shape, self);

/** An address that may be left out, of one IP version. */
const address = (key: 'natOutgoingAddress' | 'deviceRouteSourceAddress' | 'deviceRouteSourceAddressIPv6'): Rule => {
  const version = key === 'deviceRouteSourceAddressIPv6' ? 6 : 4;
  return {
    message: `${key} must be a valid IPv${version} address`,
    jsonSchema: where(key, { anyOf: [{ const: '' }, ADDRESS_FORMATS[version]] }),
    test(self) {
      const { [key]: given = '' } = as(self);
      // CEL takes an IPv4 address in IPv6 form for neither.
      return given === '' || (parseIP(given)?.version === version && given.includes(':') === (version === 6));
    },
  };
};

const spec = {
  ...shape,
  rules: [
    {
      message: 'routeTableRange and routeTableRanges cannot both be set',
      reason: 'Forbidden',
      jsonSchema: when(present('routeTableRange'), without('routeTableRanges')),
      test: (self) => as(self).routeTableRange === undefined || as(self).routeTableRanges === undefined,
    },
    address('natOutgoingAddress'),
    address('deviceRouteSourceAddress'),
    address('deviceRouteSourceAddressIPv6'),
  ] satisfies readonly Rule[],
};

const rules: readonly RootRule[] = [
  {
    message: "nodeSelector must not be set on the 'default' or per-node ('node.*') FelixConfiguration",
    reason: 'Forbidden',
    jsonSchema: when(
      where('metadata', where('name', { pattern: '^(?:default$|node\\.)' })),
      where('spec', without('nodeSelector')),
    ),
    test({ metadata: { name = '' }, spec: self }) {
      return !(name === 'default' || name.startsWith('node.')) || as(self).nodeSelector === undefined;
    },
  },
];

/** What the client fills in; the deprecated switch decides when it is given. */
function withDefaults(resource: Resource): Resource {
  const given = as(resource.spec);
  const deprecated = given.bpfConnectTimeLoadBalancingEnabled;
  const filled: JsonObject = {
    ...resource.spec,
    floatingIPs: given.floatingIPs ?? 'Disabled',
    ...(deprecated === undefined
      ? {
          bpfConnectTimeLoadBalancing: given.bpfConnectTimeLoadBalancing ?? 'TCP',
          bpfHostNetworkedNATWithoutCTLB: given.bpfHostNetworkedNATWithoutCTLB ?? 'Enabled',
        }
      : {
          bpfConnectTimeLoadBalancing: deprecated ? 'Enabled' : 'Disabled',
          bpfHostNetworkedNATWithoutCTLB: 'Disabled',
        }),
  };
  return { ...resource, spec: canonicalStruct(spec, filled) };
}

export const felixConfiguration: Kind = {
  name: 'FelixConfiguration',
  plural: 'felixconfigurations',
  goPlural: 'FelixConfigurations',
  pkg: 'v3',
  aliases: ['felixconfiguration', 'felixconfigurations', 'felixconfig', 'felixconfigs'],
  scope: 'cluster',
  summary: 'Settings of Felix for the cluster (`default`), one node (`node.<name>`) or the nodes of a selector.',
  crd: true,
  settingsObject: 'default',
  celRules: true,
  spec,
  rules,
  client: { prepareCreate: withDefaults, prepareUpdate: withDefaults },
  columns: {
    narrow: ['NAME'],
    wide: ['NAME'],
    cells: { NAME: ({ metadata }) => metadata.name ?? '' },
  },
};
