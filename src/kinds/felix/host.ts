/** Felix: tunnels, ports that always stay open, address translation, routes of the host, debugging. */
import { portSchema } from '../scalars/codecs.ts';
import { field, int, list, pointer, struct, text } from '../schema.ts';
import { flag, interval, number, optional, string, SWITCH } from './fields.ts';

const protoPort = struct('v3.ProtoPort', {
  protocol: field('Protocol', text()),
  port: field('Port', int('uint16'), { always: true, required: true }),
  net: field('Net', text()),
});

export const tunnels = {
  ipipEnabled: flag('IPIPEnabled', 'Whether there is an IPIP tunnel; by default when a pool needs it.'),
  ipipMTU: number('IPIPMTU', 'MTU of the IPIP tunnel; 0 finds it out.'),
  vxlanEnabled: flag('VXLANEnabled', 'Whether there is a VXLAN tunnel; by default when a pool needs it.'),
  vxlanMTU: number('VXLANMTU', 'MTU of the VXLAN tunnel; 0 finds it out.'),
  vxlanMTUV6: number('VXLANMTUV6', 'MTU of the IPv6 VXLAN tunnel; 0 finds it out.'),
  vxlanPort: number('VXLANPort', 'UDP port of VXLAN.'),
  vxlanVNI: number('VXLANVNI', 'Network identifier of VXLAN.'),
  allowVXLANPacketsFromWorkloads: flag('AllowVXLANPacketsFromWorkloads', 'Whether workloads may send VXLAN packets.'),
  allowIPIPPacketsFromWorkloads: flag('AllowIPIPPacketsFromWorkloads', 'Whether workloads may send IPIP packets.'),
};

export const ports = {
  failsafeInboundHostPorts: field('FailsafeInboundHostPorts', pointer(list(protoPort)), {
    doc: 'Ports of the host that no policy closes; an empty list for none.',
  }),
  failsafeOutboundHostPorts: field('FailsafeOutboundHostPorts', pointer(list(protoPort)), {
    doc: 'Ports elsewhere that the host may always reach; an empty list for none.',
  }),
  kubeNodePortRanges: field('KubeNodePortRanges', pointer(list(portSchema(), { maxItems: 7, dive: true })), {
    doc: 'Ports of Kubernetes Services of type NodePort.',
  }),
  policySyncPathPrefix: string(
    'PolicySyncPathPrefix',
    'Folder for the sockets over which application policy is served.',
  ),
};

export const translation = {
  natPortRange: field('NATPortRange', pointer(portSchema()), { doc: 'Source ports of masqueraded traffic.' }),
  natOutgoingAddress: string('NATOutgoingAddress', 'Source address of masqueraded traffic.', { maxLength: 45 }),
  natOutgoingExclusions: optional('NATOutgoingExclusions', 'Where traffic goes to that is not masqueraded.', {
    go: 'v3.NATOutgoingExclusionsType',
    enum: ['IPPoolsOnly', 'IPPoolsAndHostIPs'],
  }),
};

export const hostRoutes = {
  deviceRouteSourceAddress: string('DeviceRouteSourceAddress', 'Source address in IPv4 routes to workloads.', {
    maxLength: 45,
  }),
  deviceRouteSourceAddressIPv6: string('DeviceRouteSourceAddressIPv6', 'Source address in IPv6 routes to workloads.', {
    maxLength: 45,
  }),
  deviceRouteProtocol: number('DeviceRouteProtocol', 'Number by which the kernel knows routes as Felix’s.'),
  removeExternalRoutes: flag('RemoveExternalRoutes', 'Whether routes to workloads that are not Felix’s are removed.'),
  programClusterRoutes: optional('ProgramClusterRoutes', 'Which routes between nodes Felix programs.', {
    enum: ['Enabled', 'Disabled', 'EnabledIPIPOnly', 'EnabledNoEncapOnly'],
  }),
  ipForwarding: string('IPForwarding', 'Whether Felix makes the host forward packets.', { enum: SWITCH }),
  ipv4NormalRoutePriority: number('IPv4NormalRoutePriority', 'Metric of IPv4 routes to workloads.'),
  ipv4ElevatedRoutePriority: number(
    'IPv4ElevatedRoutePriority',
    'Metric of IPv4 routes to a workload that is moving here.',
  ),
  ipv6NormalRoutePriority: number('IPv6NormalRoutePriority', 'Metric of IPv6 routes to workloads.'),
  ipv6ElevatedRoutePriority: number(
    'IPv6ElevatedRoutePriority',
    'Metric of IPv6 routes to a workload that is moving here.',
  ),
  externalNodesList: field('ExternalNodesCIDRList', pointer(list(text())), {
    doc: 'Networks of nodes outside Calico that may send tunnel packets.',
  }),
};

export const debugging = {
  debugMemoryProfilePath: string('DebugMemoryProfilePath', 'File that memory profiles are written to.'),
  debugDisableLogDropping: flag('DebugDisableLogDropping', 'Whether Felix waits rather than drop log lines.'),
  debugSimulateCalcGraphHangAfter: interval('DebugSimulateCalcGraphHangAfter', 'When the calculation is made to hang.'),
  debugSimulateDataplaneHangAfter: interval('DebugSimulateDataplaneHangAfter', 'When the dataplane is made to hang.'),
  debugSimulateDataplaneApplyDelay: interval('DebugSimulateDataplaneApplyDelay', 'How long each write is held up.'),
  debugHost: optional('DebugHost', 'Address for profiles.'),
  debugPort: number('DebugPort', 'TCP port for profiles.'),
};

export const acceleration = {
  iptablesNATOutgoingInterfaceFilter: string(
    'IptablesNATOutgoingInterfaceFilter',
    'Interface, with `+` at the end for many, over which traffic is masqueraded.',
  ),
  sidecarAccelerationEnabled: flag(
    'SidecarAccelerationEnabled',
    'Whether traffic between a workload and its sidecar is sped up.',
  ),
  xdpEnabled: flag('XDPEnabled', 'Whether deny rules without tracking run as XDP programs.'),
  genericXDPEnabled: flag('GenericXDPEnabled', 'Whether XDP is used on interfaces whose driver lacks it; for tests.'),
};
