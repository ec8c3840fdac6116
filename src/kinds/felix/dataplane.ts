/** Felix: the dataplane driver, how often kernel state is looked at again, and which interfaces and chains are its own. */
import { field, pointer, text } from '../schema.ts';
import { duration, flag, interval, number, pattern, string, words } from './fields.ts';

const ACCEPT_RETURN = words('Accept', 'Return');
const DROP_REJECT = words('Drop', 'Reject');

export const driver = {
  useInternalDataplaneDriver: flag('UseInternalDataplaneDriver', 'Whether Felix programs the dataplane by itself.'),
  dataplaneDriver: string('DataplaneDriver', 'File name of an external dataplane driver.'),
  dataplaneWatchdogTimeout: duration(
    'DataplaneWatchdogTimeout',
    'Time after which a dataplane that does not answer makes Felix unhealthy.',
  ),
  ipv6Support: flag('IPv6Support', 'Whether Felix programs IPv6.'),
};

export const refresh = {
  routeRefreshInterval: interval('RouteRefreshInterval', 'How often routes are checked; 0 for never.'),
  interfaceRefreshInterval: interval('InterfaceRefreshInterval', 'How often interfaces are listed; 0 for never.'),
  iptablesRefreshInterval: interval('IptablesRefreshInterval', 'How often iptables rules are checked; 0 for never.'),
  iptablesPostWriteCheckInterval: interval(
    'IptablesPostWriteCheckInterval',
    'How long after a write iptables rules are checked.',
  ),
  iptablesLockProbeInterval: interval('IptablesLockProbeInterval', 'How often the iptables lock is tried.'),
  featureDetectOverride: string('FeatureDetectOverride', 'What Felix takes the kernel to be able to: `Name=true,…`.', {
    pattern: pattern('^([a-zA-Z0-9-_]+=(true|false|),)*([a-zA-Z0-9-_]+=(true|false|))?$'),
  }),
  featureGates: string('FeatureGates', 'Features to switch on or off: `Name=value,…`.', {
    pattern: pattern('^([a-zA-Z0-9-_]+=([^=]+),)*([a-zA-Z0-9-_]+=([^=]+))?$'),
  }),
  ipsetsRefreshInterval: interval('IpsetsRefreshInterval', 'How often IP sets are checked; 0 for never.'),
  maxIpsetSize: number('MaxIpsetSize', 'Most members of an IP set.'),
  iptablesBackend: field(
    'IptablesBackend',
    pointer(
      text({
        go: 'v3.IptablesBackend',
        enum: ['Legacy', 'NFT', 'Auto'],
        pattern: words('Auto', 'Legacy', 'NFT'),
      }),
    ),
    { doc: 'Which of the two iptables commands is used.' },
  ),
  xdpRefreshInterval: interval('XDPRefreshInterval', 'How often XDP programs are checked; 0 for never.'),
  netlinkTimeout: interval('NetlinkTimeout', 'How long the kernel may take to answer over netlink.'),
};

export const workloads = {
  metadataAddr: string('MetadataAddr', 'Address or name of the metadata server that workloads may reach.'),
  metadataPort: number('MetadataPort', 'Port of the metadata server.'),
  openstackRegion: string('OpenstackRegion', 'Name of the region, where there are several.'),
  interfacePrefix: string('InterfacePrefix', 'What names of workload interfaces begin with; several with commas.'),
  interfaceExclude: string('InterfaceExclude', 'Interfaces that Felix does not look at; /…/ is a regular expression.'),
};

export const chains = {
  chainInsertMode: string('ChainInsertMode', 'Whether Felix’s rules come first or last in the kernel’s chains.', {
    pattern: words('Insert', 'Append'),
  }),
  defaultEndpointToHostAction: string(
    'DefaultEndpointToHostAction',
    'What happens to traffic from workloads to the host.',
    {
      pattern: words('Drop', 'Accept', 'Return'),
    },
  ),
  iptablesFilterAllowAction: string(
    'IptablesFilterAllowAction',
    'What happens to allowed traffic in the filter table.',
    {
      pattern: ACCEPT_RETURN,
    },
  ),
  iptablesMangleAllowAction: string(
    'IptablesMangleAllowAction',
    'What happens to allowed traffic in the mangle table.',
    {
      pattern: ACCEPT_RETURN,
    },
  ),
  iptablesFilterDenyAction: string('IptablesFilterDenyAction', 'What happens to denied traffic.', {
    pattern: DROP_REJECT,
  }),
};

export const nftables = {
  nftablesMode: field(
    'NFTablesMode',
    pointer(text({ go: 'v3.NFTablesMode', enum: ['Disabled', 'Enabled', 'Auto'], default: 'Auto' })),
    { doc: 'Whether nftables are used instead of iptables.' },
  ),
  nftablesFlowTableOffload: field(
    'NftablesFlowTableOffload',
    pointer(text({ go: 'v3.NftablesFlowTableOffload', enum: ['All', 'Disabled'], default: 'Disabled' })),
    { doc: 'Which established connections take the short way through a flow table.' },
  ),
  nftablesFlowTableDataIfacePattern: string(
    'NftablesFlowTableDataIfacePattern',
    'Regular expression of the interfaces that a flow table covers.',
  ),
  nftablesRefreshInterval: duration('NftablesRefreshInterval', 'How often nftables rules are checked; 0 for never.'),
  nftablesFilterAllowAction: string(
    'NftablesFilterAllowAction',
    'What happens to allowed traffic in the filter table.',
    {
      pattern: ACCEPT_RETURN,
    },
  ),
  nftablesMangleAllowAction: string(
    'NftablesMangleAllowAction',
    'What happens to allowed traffic in the mangle table.',
    {
      pattern: ACCEPT_RETURN,
    },
  ),
  nftablesFilterDenyAction: string('NftablesFilterDenyAction', 'What happens to denied traffic.', {
    pattern: DROP_REJECT,
  }),
  nftablesMarkMask: field('NftablesMarkMask', pointer({ type: 'int', go: 'uint32', min: 0, max: 4294967295 }), {
    doc: 'Bits of the packet mark that are Felix’s.',
  }),
};
