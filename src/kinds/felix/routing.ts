/** Felix: where routes come from, WireGuard, the cloud's network, the process itself. */
import { present, where } from '../constraints.ts';
import { dscpSchema, durationSchema } from '../scalars/codecs.ts';
import { field, int, list, pointer, struct, text, typed } from '../schema.ts';
import type { JsonObject, StructSchema } from '../schema.ts';
import { duration, flag, interval, number, optional, pattern, string, SWITCH, words } from './fields.ts';

const range = (name: 'RouteTableRange' | 'RouteTableIDRange') =>
  struct(`v3.${name}`, {
    min: field('Min', int(), { always: true, required: true }),
    max: field('Max', int(), { always: true, required: true }),
  });

const tableRange = range('RouteTableRange');
const bounds = (self: JsonObject): { readonly min: number; readonly max: number } => {
  const { min = 0, max = 0 } = typed(tableRange, self);
  return { min, max };
};

const routeTableRange = {
  ...tableRange,
  rules: [
    {
      message: 'must be a range of route table indices within 1..250',
      jsonSchema: { ...present('min', 'max'), properties: { min: { minimum: 1 }, max: { maximum: 250 } } },
      test(self: JsonObject) {
        const { min, max } = bounds(self);
        return min >= 1 && max >= min && max <= 250;
      },
    },
  ],
} satisfies StructSchema;

const routeTableIdRange = {
  ...range('RouteTableIDRange'),
  rules: [
    {
      message: 'min must be >= 1',
      jsonSchema: { ...present('min'), ...where('min', { minimum: 1 }) },
      test: (self: JsonObject) => bounds(self).min >= 1,
    },
    {
      message: 'min must not be greater than max',
      test: (self: JsonObject) => bounds(self).min <= bounds(self).max,
    },
  ],
} satisfies StructSchema;

export const routing = {
  routeSource: string('RouteSource', 'Where Felix learns which node has which address.', {
    pattern: words('WorkloadIPs', 'CalicoIPAM'),
  }),
  routeTableRange: field('RouteTableRange', pointer(routeTableRange), { doc: 'Deprecated: use routeTableRanges.' }),
  routeTableRanges: field('RouteTableRanges', pointer(list(routeTableIdRange)), {
    doc: 'Route tables that Felix may use.',
  }),
  routeSyncDisabled: flag('RouteSyncDisabled', 'Whether Felix leaves the route tables alone.'),
};

const PORT_TAGS = ['gt=0', 'lte=65535'];
const interfaceName = (go: string) =>
  field(go, text(), { tags: ['interface'], doc: 'Name of the WireGuard interface.' });

export const wireguard = {
  wireguardEnabled: flag('WireguardEnabled', 'Whether IPv4 traffic between nodes is encrypted.'),
  wireguardEnabledV6: flag('WireguardEnabledV6', 'Whether IPv6 traffic between nodes is encrypted.'),
  wireguardThreadingEnabled: flag('WireguardThreadingEnabled', 'Whether WireGuard uses NAPI threads.'),
  wireguardListeningPort: number('WireguardListeningPort', 'UDP port of WireGuard.', PORT_TAGS),
  wireguardListeningPortV6: number('WireguardListeningPortV6', 'UDP port of WireGuard over IPv6.', PORT_TAGS),
  wireguardRoutingRulePriority: number('WireguardRoutingRulePriority', 'Priority of WireGuard’s routing rule.', [
    'gt=0',
    'lt=32766',
  ]),
  wireguardInterfaceName: interfaceName('WireguardInterfaceName'),
  wireguardInterfaceNameV6: interfaceName('WireguardInterfaceNameV6'),
  wireguardMTU: number('WireguardMTU', 'MTU of the WireGuard interface; 0 finds it out.'),
  wireguardMTUV6: number('WireguardMTUV6', 'MTU of the IPv6 WireGuard interface; 0 finds it out.'),
  wireguardHostEncryptionEnabled: flag('WireguardHostEncryptionEnabled', 'Whether traffic of the hosts is encrypted.'),
  wireguardKeepAlive: interval(
    'WireguardPersistentKeepAlive',
    'How often a silent peer is sent something; 0 for never.',
  ),
};

export const network = {
  awsSrcDstCheck: optional('AWSSrcDstCheck', 'What is done to the source and destination check of AWS.', {
    go: 'v3.AWSSrcDstCheckOption',
    enum: ['DoNothing', 'Enable', 'Disable'],
  }),
  serviceLoopPrevention: string(
    'ServiceLoopPrevention',
    'What happens to traffic to Service addresses that nobody has.',
    {
      pattern: words('Drop', 'Reject', 'Disabled'),
    },
  ),
  workloadSourceSpoofing: string('WorkloadSourceSpoofing', 'Whether workloads may ask for further source addresses.', {
    pattern: words('Disabled', 'Any'),
  }),
  mtuIfacePattern: string('MTUIfacePattern', 'Regular expression of the interfaces whose MTU counts.'),
  requireMTUFile: flag('RequireMTUFile', 'Whether workloads have to wait until the MTU is known.'),
  floatingIPs: optional('FloatingIPs', 'Whether pods can have floating addresses.', {
    go: 'v3.FloatingIPType',
    enum: SWITCH,
  }),
  localSubnetL2Reachability: optional(
    'LocalSubnetL2Reachability',
    'Which addresses of its own network the node answers ARP for.',
    { go: 'v3.LocalSubnetL2ReachabilityType', enum: ['Disabled', 'PodsAndLoadBalancers'] },
  ),
  localSubnetL2ReachabilityRefreshInterval: duration(
    'LocalSubnetL2ReachabilityRefreshInterval',
    'How often those addresses are announced again.',
  ),
  liveMigrationRouteConvergenceTime: field(
    'LiveMigrationRouteConvergenceTime',
    pointer({ ...durationSchema(), pattern: pattern(String.raw`^([0-9]+(\.[0-9]+)?(ms|s|m|h))*$`) }),
    { doc: 'How long routes to a machine that has moved keep their metric.' },
  ),
  windowsManageFirewallRules: optional('WindowsManageFirewallRules', 'Whether the firewall of Windows is opened.', {
    go: 'v3.WindowsManageFirewallRulesMode',
    enum: SWITCH,
  }),
};

export const processSettings = {
  goGCThreshold: number('GoGCThreshold', 'Growth of the heap, in percent, after which it is collected.'),
  goMemoryLimitMB: number('GoMemoryLimitMB', 'Memory above which it is collected more often, in MiB.'),
  goMaxProcs: number('GoMaxProcs', 'Most processors that are used at once.'),
};

export const istio = {
  istioAmbientMode: optional('IstioAmbientMode', 'Whether Felix makes room for Istio’s ambient mode.', {
    go: 'v3.IstioAmbientModeType',
    enum: SWITCH,
  }),
  istioDSCPMark: field('IstioDSCPMark', pointer(dscpSchema()), { doc: 'DSCP mark of traffic that Istio handles.' }),
};
