/** CalicoNodeStatus: asks one node to report on itself, and holds the report. Rules: Calico's API reference, "Calico node status". */
import { joined } from './cells.ts';
import type { Kind } from './kind.ts';
import { timeSchema } from './metadata.ts';
import type { JsonObject } from './schema.ts';
import { field, int, list, pointer, struct, text, typed } from './schema.ts';

const DAY_SECONDS = 86_400;

const spec = struct('v3.CalicoNodeStatusSpec', {
  node: field('Node', text(), { tags: ['required', 'name'], doc: 'The node that reports.' }),
  classes: field('Classes', list(text({ go: 'v3.NodeStatusClassType', enum: ['Agent', 'BGP', 'Routes'] })), {
    tags: ['required'],
    doc: 'What to report: BIRD itself (Agent), sessions (BGP), routes (Routes).',
  }),
  updatePeriodSeconds: field('UpdatePeriodSeconds', pointer(int('uint32', { int32: true })), {
    tags: ['required', 'gte=0', `lte=${DAY_SECONDS}`],
    doc: 'Seconds between reports; 0 stops them.',
  }),
});
const as = (self: JsonObject) => typed(spec, self);

const daemon = struct('v3.BGPDaemonStatus', {
  state: field('State', text({ go: 'v3.BGPDaemonState', enum: ['Ready', 'NotReady'] })),
  version: field('Version', text()),
  routerID: field('RouterID', text()),
  lastBootTime: field('LastBootTime', text()),
  lastReconfigurationTime: field('LastReconfigurationTime', text()),
});

const peers = list(
  struct('v3.CalicoNodePeer', {
    peerIP: field('PeerIP', text(), { tags: ['ip'] }),
    type: field('Type', text({ go: 'v3.BGPPeerType', enum: ['NodeMesh', 'NodePeer', 'GlobalPeer'] })),
    state: field(
      'State',
      text({
        go: 'v3.BGPSessionState',
        enum: ['Idle', 'Connect', 'Active', 'OpenSent', 'OpenConfirm', 'Established', 'Close'],
      }),
    ),
    since: field('Since', text()),
  }),
);

const routes = list(
  struct('v3.CalicoNodeRoute', {
    type: field('Type', text({ go: 'v3.CalicoNodeRouteType', enum: ['FIB', 'RIB'] })),
    destination: field('Destination', text()),
    gateway: field('Gateway', text()),
    interface: field('Interface', text()),
    learnedFrom: field(
      'LearnedFrom',
      struct('v3.CalicoNodeRouteLearnedFrom', {
        sourceType: field(
          'SourceType',
          text({
            go: 'v3.CalicoNodeRouteSourceType',
            enum: ['Kernel', 'Static', 'Direct', 'NodeMesh', 'BGPPeer'],
          }),
        ),
        peerIP: field('PeerIP', text(), { tags: ['ip'] }),
      }),
    ),
  }),
);

const count = (go: string) => field(go, int(), { always: true, required: true });

/** Written by calico-node. Its parts are structs that Go never leaves out, so it is shown even before the first report. */
const status = struct('v3.CalicoNodeStatusStatus', {
  lastUpdated: field('LastUpdated', { ...timeSchema, nullable: true }, { always: true }),
  agent: field(
    'Agent',
    struct('v3.CalicoNodeAgentStatus', { birdV4: field('BIRDV4', daemon), birdV6: field('BIRDV6', daemon) }),
  ),
  bgp: field(
    'BGP',
    struct('v3.CalicoNodeBGPStatus', {
      numberEstablishedV4: count('NumberEstablishedV4'),
      numberNotEstablishedV4: count('NumberNotEstablishedV4'),
      numberEstablishedV6: count('NumberEstablishedV6'),
      numberNotEstablishedV6: count('NumberNotEstablishedV6'),
      peersV4: field('PeersV4', peers),
      peersV6: field('PeersV6', peers),
    }),
  ),
  routes: field(
    'Routes',
    struct('v3.CalicoNodeBGPRouteStatus', { routesV4: field('RoutesV4', routes), routesV6: field('RoutesV6', routes) }),
  ),
});

export const calicoNodeStatus: Kind = {
  name: 'CalicoNodeStatus',
  plural: 'caliconodestatuses',
  goPlural: 'CalicoNodeStatuses',
  pkg: 'v3',
  aliases: ['caliconodestatus', 'caliconodestatuses', 'nodestatus', 'nodestatuses'],
  scope: 'cluster',
  summary: 'Asks one node to report on BIRD, its sessions and its routes, and holds the report.',
  crd: true,
  spec,
  status: { presence: 'always', schema: status },
  columns: {
    narrow: ['NAME', 'NODE'],
    wide: ['NAME', 'NODE', 'CLASSES'],
    cells: {
      NAME: ({ metadata }) => metadata.name ?? '',
      NODE: ({ spec: self }) => as(self).node ?? '',
      CLASSES: ({ spec: self }) => joined(as(self).classes),
    },
  },
};
