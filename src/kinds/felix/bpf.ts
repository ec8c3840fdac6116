/** Felix: the eBPF dataplane. */
import { portSchema } from '../scalars/codecs.ts';
import { field, int, list, map, pointer, struct, text } from '../schema.ts';
import { flag, interval, number, optional, pattern, string, SWITCH, words } from './fields.ts';

const TIMEOUT = pattern(String.raw`^(([0-9]*(\.[0-9]*)?(ms|s|h|m|us)+)+|Auto)$`);
const timeout = (go: string, doc: string) =>
  field(go, pointer(text({ go: 'v3.BPFConntrackTimeout', pattern: TIMEOUT })), { doc });

const conntrackTimeouts = struct('v3.BPFConntrackTimeouts', {
  creationGracePeriod: timeout('CreationGracePeriod', 'How long a new entry is kept whatever happens.'),
  tcpSynSent: timeout('TCPSynSent', 'After a SYN without answer.'),
  tcpEstablished: timeout('TCPEstablished', 'Of an established connection without traffic.'),
  tcpFinsSeen: timeout('TCPFinsSeen', 'After both ends have closed.'),
  tcpResetSeen: timeout('TCPResetSeen', 'After a reset.'),
  udpTimeout: timeout('UDPTimeout', 'Of UDP without traffic.'),
  genericTimeout: timeout('GenericTimeout', 'Of other protocols without traffic.'),
  icmpTimeout: timeout('ICMPTimeout', 'Of ICMP without traffic.'),
});

export const bpfPrograms = {
  bpfEnabled: flag('BPFEnabled', 'Whether the eBPF dataplane is used.'),
  bpfDisableUnprivileged: flag('BPFDisableUnprivileged', 'Whether only root may load eBPF programs.'),
  bpfJITHardening: optional('BPFJITHardening', 'How the kernel hardens compiled programs.', {
    go: 'v3.BPFJITHardeningType',
    enum: ['Auto', 'Strict'],
  }),
  bpfLogLevel: field('BPFLogLevel', text({ pattern: words('Off', 'Info', 'Debug') }), {
    always: true,
    doc: 'How much the programs log.',
  }),
  bpfConntrackLogLevel: string('BPFConntrackLogLevel', 'How much the clean-up of connections logs.', {
    enum: ['Off', 'Debug'],
  }),
  bpfConntrackMode: optional('BPFConntrackMode', 'Where connections that have ended are cleaned up.', {
    go: 'v3.BPFConntrackMode',
    enum: ['Auto', 'Userspace', 'BPFProgram'],
  }),
  bpfConntrackTimeouts: field('BPFConntrackTimeouts', pointer(conntrackTimeouts), {
    doc: 'How long connections are remembered; Auto takes the kernel’s own.',
  }),
  bpfLogFilters: field('BPFLogFilters', pointer(map(text())), {
    doc: 'pcap expressions of what is logged, by interface.',
  }),
  bpfCTLBLogFilter: string('BPFCTLBLogFilter', 'Whether load balancing on connect logs: `all`.'),
  bpfDataIfacePattern: string('BPFDataIfacePattern', 'Regular expression of the host’s interfaces to the network.'),
  bpfL3IfacePattern: string('BPFL3IfacePattern', 'Regular expression of interfaces without Ethernet, such as tunnels.'),
};

export const bpfServices = {
  bpfConnectTimeLoadBalancingEnabled: flag(
    'BPFConnectTimeLoadBalancingEnabled',
    'Deprecated: use bpfConnectTimeLoadBalancing.',
  ),
  bpfConnectTimeLoadBalancing: optional(
    'BPFConnectTimeLoadBalancing',
    'For which protocols a Service’s backend is chosen on connect.',
    { go: 'v3.BPFConnectTimeLBType', enum: ['TCP', 'Enabled', 'Disabled'] },
  ),
  bpfHostNetworkedNATWithoutCTLB: optional(
    'BPFHostNetworkedNATWithoutCTLB',
    'Whether the host reaches Services without that.',
    { go: 'v3.BPFHostNetworkedNATType', enum: SWITCH },
  ),
  bpfExternalServiceMode: string(
    'BPFExternalServiceMode',
    'How traffic from outside gets to a backend on another node.',
    {
      pattern: words('Tunnel', 'DSR'),
    },
  ),
  bpfDSROptoutCIDRs: field('BPFDSROptoutCIDRs', pointer(list(text())), {
    tags: ['cidrs'],
    doc: 'Networks whose traffic is not answered directly.',
  }),
  bpfExtToServiceConnmark: number('BPFExtToServiceConnmark', 'Mark of connections from outside to Services.', [
    'gte=0',
    'lte=4294967295',
  ]),
  bpfKubeProxyIptablesCleanupEnabled: flag(
    'BPFKubeProxyIptablesCleanupEnabled',
    'Whether rules of kube-proxy are removed.',
  ),
  bpfKubeProxyMinSyncPeriod: interval('BPFKubeProxyMinSyncPeriod', 'Least time between updates of Services.'),
  bpfKubeProxyHealthzPort: number('BPFKubeProxyHealthzPort', 'TCP port for health checks of the load balancer.'),
  bpfPSNATPorts: field('BPFPSNATPorts', pointer(portSchema()), {
    doc: 'Ports to choose from when source ports collide.',
  }),
};

export const bpfMaps = {
  bpfMapSizeNATFrontend: number('BPFMapSizeNATFrontend', 'Most Service ports.'),
  bpfMapSizeNATBackend: number('BPFMapSizeNATBackend', 'Most backends of Services.'),
  bpfMapSizeNATAffinity: number('BPFMapSizeNATAffinity', 'Most clients that are bound to a backend.'),
  bpfMapSizeRoute: number('BPFMapSizeRoute', 'Most routes.'),
  bpfMapSizeConntrack: number('BPFMapSizeConntrack', 'Most connections.'),
  bpfMapSizePerCpuConntrack: number('BPFMapSizePerCPUConntrack', 'Most connections per processor, instead of that.'),
  bpfMapSizeConntrackScaling: string('BPFMapSizeConntrackScaling', 'Whether the table of connections grows.', {
    pattern: words('Disabled', 'DoubleIfFull'),
  }),
  bpfMapSizeConntrackCleanupQueue: field('BPFMapSizeConntrackCleanupQueue', pointer(int('int', { min: 1 })), {
    doc: 'Most connections that wait for their clean-up.',
  }),
  bpfMapSizeIPSets: number('BPFMapSizeIPSets', 'Most members of all IP sets.'),
  bpfMapSizeIfState: number('BPFMapSizeIfState', 'Most interfaces.'),
};

export const bpfTraffic = {
  bpfHostConntrackBypass: flag('BPFHostConntrackBypass', 'Whether the kernel’s own connection tracking is passed by.'),
  bpfEnforceRPF: string('BPFEnforceRPF', 'How strictly source addresses are checked.', {
    pattern: words('Disabled', 'Strict', 'Loose'),
  }),
  bpfPolicyDebugEnabled: flag('BPFPolicyDebugEnabled', 'Whether programs can be explained by their policies.'),
  bpfForceTrackPacketsFromIfaces: field('BPFForceTrackPacketsFromIfaces', pointer(list(text())), {
    doc: 'Interfaces whose packets the kernel tracks too.',
  }),
  bpfDisableGROForIfaces: string('BPFDisableGROForIfaces', 'Regular expression of interfaces without GRO.'),
  bpfExcludeCIDRsFromNAT: field('BPFExcludeCIDRsFromNAT', pointer(list(text())), {
    tags: ['cidrs'],
    doc: 'Networks whose Services are left to others.',
  }),
  bpfRedirectToPeer: string('BPFRedirectToPeer', 'Whether packets go straight into the workload.', { enum: SWITCH }),
  bpfAttachType: optional('BPFAttachType', 'How programs are attached to interfaces.', {
    go: 'v3.BPFAttachOption',
    enum: ['TC', 'TCX', 'Netkit'],
  }),
  bpfExportBufferSizeMB: number('BPFExportBufferSizeMB', 'Size of the buffer of events, in MiB.'),
  bpfProfiling: string('BPFProfiling', 'Whether the programs measure themselves.', { enum: SWITCH }),
  bpfOverlayHostSourceIP: optional(
    'BPFOverlayHostSourceIP',
    'Source address of the host’s traffic to workloads elsewhere.',
    {
      go: 'v3.BPFOverlayHostSourceIPType',
      enum: ['TunnelAddress', 'HostAddress'],
    },
  ),
  bpfMaglevMaxEndpointsPerService: number('BPFMaglevMaxEndpointsPerService', 'Most backends of a Service with Maglev.'),
  bpfMaglevMaxServices: number('BPFMaglevMaxServices', 'Most Services with Maglev.'),
  bpfIPFragmentReassemblyEnabled: flag('BPFIPFragmentReassemblyEnabled', 'Whether fragments are put together.'),
  bpfIPFragTimeout: interval('BPFIPFragTimeout', 'How long a fragment waits for the others.'),
  cgroupV2Path: string('CgroupV2Path', 'Where the cgroup v2 hierarchy is mounted.'),
};
