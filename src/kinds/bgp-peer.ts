/** BGPPeer: a BGP session, or a rule that makes sessions. Rules: Calico's API reference, "BGP peer". */
import { having, present, when, without } from './constraints.ts';
import { parseIP } from '../net/ip.ts';
import { Invalid } from './invalid.ts';
import type { Kind, StoreView } from './kind.ts';
import type { Resource } from './resource.ts';
import { asNumberSchema, durationSchema } from './scalars/codecs.ts';
import type { JsonObject, Report, Rule, StructSchema } from './schema.ts';
import { bool, field, int, list, pointer, struct, text, typed } from './schema.ts';
import { bgpPassword } from './secret.ts';
import { splitAddressPort } from './tags.ts';

const selector = (go: string, doc: string) => field(go, text({ maxLength: 1024 }), { tags: ['selector'], doc });

const shape = struct('v3.BGPPeerSpec', {
  node: field('Node', text({ maxLength: 253 }), {
    tags: ['name'],
    doc: 'The node that has the session; all nodes when nodeSelector is empty too.',
  }),
  nodeSelector: selector('NodeSelector', 'The nodes that have the session.'),
  peerIP: field('PeerIP', text({ maxLength: 64 }), {
    tags: ['IP:port'],
    doc: 'Address of the peer, with a port if it is not 179.',
  }),
  asNumber: field('ASNumber', asNumberSchema(), { doc: 'AS number of the peer.' }),
  localASNumber: field('LocalASNumber', pointer(asNumberSchema()), { doc: 'AS number to use on our side.' }),
  peerSelector: selector('PeerSelector', 'The Calico nodes that are the peers.'),
  keepOriginalNextHop: field('KeepOriginalNextHop', bool(), { doc: 'Deprecated: use nextHopMode.' }),
  nextHopMode: field('NextHopMode', pointer(text({ go: 'v3.NextHopMode', enum: ['Auto', 'Self', 'Keep'] })), {
    doc: 'Next hop in what is announced.',
  }),
  password: field('Password', pointer(bgpPassword), { doc: 'TCP MD5 password of the session.' }),
  sourceAddress: field('SourceAddress', text({ go: 'v3.SourceAddress', enum: ['UseNodeIP', 'None'] }), {
    doc: 'Whether to bind to the node’s address.',
  }),
  maxRestartTime: field('MaxRestartTime', pointer(durationSchema()), { doc: 'Graceful restart time.' }),
  keepaliveTime: field('KeepaliveTime', pointer(durationSchema()), { doc: 'Keepalive interval.' }),
  numAllowedLocalASNumbers: field('NumAllowedLocalASNumbers', pointer(int('int32')), {
    doc: 'How often our own AS number may stand in a path.',
  }),
  ttlSecurity: field('TTLSecurity', pointer(int('uint8')), { doc: 'Hops to the peer for TTL security.' }),
  reachableBy: field('ReachableBy', text({ maxLength: 64 }), {
    tags: ['reachableBy'],
    doc: 'Gateway over which peerIP is reached.',
  }),
  filters: field('Filters', list(text(), { itemTags: ['name'] }), { doc: 'Names of BGPFilters, in order.' }),
  localWorkloadSelector: selector('LocalWorkloadSelector', 'Local workloads that are the peers.'),
  reversePeering: field('ReversePeering', pointer(text({ go: 'v3.ReversePeering', enum: ['Auto', 'Manual'] })), {
    allOf: true,
    doc: 'Whether the peers get the other end of the session by themselves.',
  }),
});
const as = (self: JsonObject) => typed(shape, self);
const set = (value: string | undefined): boolean => value !== undefined && value !== '';

const rules: readonly Rule[] = [
  {
    message: 'node and nodeSelector cannot both be set',
    reason: 'Forbidden',
    jsonSchema: when(present('node'), without('nodeSelector')),
    test: (self) => !(set(as(self).node) && set(as(self).nodeSelector)),
  },
  {
    message: 'peerIP and peerSelector cannot both be set',
    reason: 'Forbidden',
    jsonSchema: when(present('peerIP'), without('peerSelector')),
    test: (self) => !(set(as(self).peerIP) && set(as(self).peerSelector)),
  },
  {
    message: 'asNumber must be empty when peerSelector is set',
    reason: 'Forbidden',
    jsonSchema: when(present('peerSelector'), without('asNumber')),
    test: (self) => !(set(as(self).peerSelector) && (as(self).asNumber ?? 0) !== 0),
  },
  {
    message: 'peerIP must be empty when localWorkloadSelector is set',
    reason: 'Forbidden',
    jsonSchema: when(present('localWorkloadSelector'), without('peerIP')),
    test: (self) => !(set(as(self).localWorkloadSelector) && set(as(self).peerIP)),
  },
  {
    message: 'peerSelector must be empty when localWorkloadSelector is set',
    reason: 'Forbidden',
    jsonSchema: when(present('localWorkloadSelector'), without('peerSelector')),
    test: (self) => !(set(as(self).localWorkloadSelector) && set(as(self).peerSelector)),
  },
  {
    message: 'asNumber is required when localWorkloadSelector is set',
    jsonSchema: when(present('localWorkloadSelector'), present('asNumber')),
    test: (self) => !set(as(self).localWorkloadSelector) || (as(self).asNumber ?? 0) !== 0,
  },
  {
    message: 'reachableBy must be empty when peerIP is empty',
    reason: 'Forbidden',
    jsonSchema: when(present('reachableBy'), present('peerIP')),
    test: (self) => !set(as(self).reachableBy) || set(as(self).peerIP),
  },
  {
    message:
      'keepOriginalNextHop and nextHopMode cannot both be set; keepOriginalNextHop is deprecated, use nextHopMode instead',
    reason: 'Forbidden',
    jsonSchema: when(having('keepOriginalNextHop', { const: true }), without('nextHopMode')),
    test: (self) => !(as(self).keepOriginalNextHop === true && as(self).nextHopMode !== undefined),
  },
];

const spec = {
  ...shape,
  rules,
  check(value: JsonObject, report: Report, path: string) {
    const { reachableBy = '', peerIP = '' } = as(value);
    const gateway = parseIP(reachableBy);
    const peer = parseIP(splitAddressPort(peerIP)?.address ?? '');
    if (gateway !== undefined && peer !== undefined && gateway.version !== peer.version) {
      const reason = 'ReachableBy and PeerIP address family mismatched';
      report({ name: 'ReachableBy', value: reachableBy, reason, path: `${path}.reachableBy` });
    }
  },
} satisfies StructSchema;

/** Every filter that a peer names must exist. @throws {Invalid} alone, before everything else */
async function filtersExist(resource: Resource, store: StoreView): Promise<Resource> {
  const { filters = [] } = as(resource.spec);
  if (filters.length === 0) return resource;
  const known = new Set((await store.list('BGPFilter')).map(({ metadata }) => metadata.name));
  const missing = filters.filter((name) => !known.has(name));
  if (missing.length === 0) return resource;
  throw new Invalid([
    {
      name: 'BGPPeer.Spec.Filters',
      value: `[${missing.join(' ')}]`,
      reason: 'BGPFilter(s) not found',
      path: 'spec.filters',
    },
  ]);
}

export const bgpPeer: Kind = {
  name: 'BGPPeer',
  plural: 'bgppeers',
  goPlural: 'BGPPeers',
  pkg: 'v3',
  aliases: ['bgppeer', 'bgppeers', 'bgpp', 'bgpps', 'bp', 'bps'],
  scope: 'cluster',
  summary: 'A BGP session, or a rule by selectors that makes sessions.',
  crd: true,
  spec,
  client: {
    prepareCreate: filtersExist,
    prepareUpdate: (resource, _stored, store) => filtersExist(resource, store),
  },
  columns: {
    narrow: ['NAME', 'PEERIP', 'NODE', 'ASN'],
    wide: ['NAME', 'PEERIP', 'NODE', 'ASN'],
    cells: {
      NAME: ({ metadata }) => metadata.name ?? '',
      PEERIP: ({ spec: self }) => as(self).peerIP ?? '',
      NODE: ({ spec: self }) => as(self).node ?? as(self).nodeSelector ?? '(global)',
      ASN: ({ spec: self }) => String(as(self).asNumber ?? 0),
    },
  },
};
