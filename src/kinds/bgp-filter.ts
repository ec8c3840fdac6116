/** BGPFilter: which routes BGP sessions import and export. Rules: Calico's API reference, "BGP filter". */
import { having, present, when, where } from './constraints.ts';
import type { Kind } from './kind.ts';
import type { Resource } from './resource.ts';
import { asNumberSchema } from './scalars/codecs.ts';
import type { JsonObject, Rule } from './schema.ts';
import { field, int, list, pointer, struct, text, typed } from './schema.ts';

const UINT16 = '[0-9]|[1-9][0-9]{1,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]';
const UINT32 = [
  '[0-9]|[1-9][0-9]{1,8}|[1-3][0-9]{9}|4[0-1][0-9]{8}|42[0-8][0-9]{7}|429[0-3][0-9]{6}|4294[0-8][0-9]{5}',
  '42949[0-5][0-9]{4}|429496[0-6][0-9]{3}|4294967[0-1][0-9]{2}|42949672[0-8][0-9]|429496729[0-5]',
].join('|');
const COMMUNITY = `^((${UINT16}):(${UINT16})|(${UINT32}):(${UINT32}):(${UINT32}))$`;
const PRIORITY = { min: 1, max: 2147483646 };
const PRIORITY_TAGS = [`gte=${PRIORITY.min}`, `lte=${PRIORITY.max}`];

const community = text({
  go: 'v3.BGPCommunityValue',
  maxLength: 32,
  pattern: { text: COMMUNITY, test: new RegExp(COMMUNITY) },
});

const operation = struct(
  'v3.BGPFilterOperation',
  {
    addCommunity: field(
      'AddCommunity',
      pointer(
        struct('v3.BGPFilterAddCommunity', {
          value: field('Value', pointer(community), { always: true, required: true, tags: ['required'] }),
        }),
      ),
      { doc: 'Adds a community, `aa:nn` or `aa:nn:mm`.' },
    ),
    prependASPath: field(
      'PrependASPath',
      pointer(
        struct('v3.BGPFilterPrependASPath', {
          prefix: field('Prefix', list(asNumberSchema(), { minItems: 1, maxItems: 10 }), {
            always: true,
            required: true,
            tags: ['required'],
          }),
        }),
      ),
      { doc: 'Puts AS numbers before the AS path; the first one given comes first.' },
    ),
    setPriority: field(
      'SetPriority',
      pointer(
        struct('v3.BGPFilterSetPriority', {
          value: field('Value', pointer(int('int', PRIORITY)), {
            always: true,
            required: true,
            tags: ['required', ...PRIORITY_TAGS],
          }),
        }),
      ),
      { doc: 'Sets the metric of the route.' },
    ),
  },
  { minProperties: 1, maxProperties: 1 },
);

/** A rule for one address family: `net` and `prefixLength` are its struct tags, then come the longest text of a network and the most bits. */
function ruleSchema<const V extends 'V4' | 'V6'>(family: V, maxLength: number, bits: number) {
  const tag = `bgpFilterPrefixLength${family}`;
  const length = (go: string, doc: string) =>
    field(go, pointer(int('int32', { min: 0, max: bits })), { tags: [tag], doc });
  return struct(
    `v3.BGPFilterRule${family}`,
    {
      cidr: field('CIDR', text({ maxLength, format: 'cidr' }), {
        tags: [`net${family.toLowerCase()}`],
        doc: 'Network to compare with, by matchOperator.',
      }),
      prefixLength: field(
        'PrefixLength',
        pointer(
          struct(`v3.BGPFilterPrefixLength${family}`, {
            min: length('Min', 'Shortest prefix that matches.'),
            max: length('Max', 'Longest prefix that matches.'),
          }),
        ),
        { doc: 'Prefix lengths that match; needs cidr.' },
      ),
      source: field('Source', text({ go: 'v3.BGPFilterMatchSource', enum: ['RemotePeers'] }), {
        tags: ['oneof=RemotePeers'],
        doc: 'Only routes that came from there.',
      }),
      interface: field('Interface', text({ maxLength: 15 }), {
        tags: ['bgpFilterInterface'],
        doc: 'Only routes over this interface; may hold `*`.',
      }),
      matchOperator: field(
        'MatchOperator',
        text({ go: 'v3.BGPFilterMatchOperator', enum: ['Equal', 'NotEqual', 'In', 'NotIn'] }),
        { doc: 'How a route is compared with cidr.' },
      ),
      peerType: field('PeerType', text({ go: 'v3.BGPFilterPeerType', enum: ['eBGP', 'iBGP'] }), {
        tags: ['oneof=eBGP iBGP'],
        doc: 'Only sessions with peers of this type.',
      }),
      communities: field(
        'Communities',
        pointer(
          struct('v3.BGPFilterCommunityMatch', {
            values: field('Values', list(community, { minItems: 1, maxItems: 1 }), {
              always: true,
              required: true,
              tags: ['required'],
            }),
          }),
        ),
        { doc: 'Only routes that carry this community.' },
      ),
      asPathPrefix: field('ASPathPrefix', list(asNumberSchema()), {
        doc: 'Only routes whose AS path begins with these AS numbers.',
      }),
      priority: field('Priority', pointer(int('int', PRIORITY)), {
        tags: PRIORITY_TAGS,
        doc: 'Only routes with this metric.',
      }),
      action: field('Action', text({ go: 'v3.BGPFilterAction', enum: ['Accept', 'Reject'] }), {
        always: true,
        required: true,
        tags: ['required'],
        doc: 'What happens to routes that match.',
      }),
      operations: field('Operations', list(operation, { minItems: 1, maxItems: 10, dive: true }), {
        doc: 'Changes to accepted routes, in order.',
      }),
    },
    { rules },
  );
}

const set = (value: unknown): boolean => value !== undefined && value !== '';
const rules: readonly Rule[] = [
  {
    message: 'cidr and matchOperator must both be set or both be empty',
    jsonSchema: {
      allOf: [when(present('cidr'), present('matchOperator')), when(present('matchOperator'), present('cidr'))],
    },
    test: ({ cidr, matchOperator }) => set(cidr) === set(matchOperator),
  },
  {
    message: 'cidr is required when prefixLength is set',
    jsonSchema: when(present('prefixLength'), present('cidr')),
    test: ({ cidr, prefixLength }) => prefixLength === undefined || set(cidr),
  },
  {
    message: 'operations may only be used with action Accept',
    jsonSchema: when(having('operations', { minItems: 1 }), where('action', { const: 'Accept' })),
    test: ({ action, operations }) => !Array.isArray(operations) || operations.length === 0 || action === 'Accept',
  },
];

const rulesV4 = ruleSchema('V4', 18, 32);
const rulesV6 = ruleSchema('V6', 43, 128);
const spec = struct('v3.BGPFilterSpec', {
  exportV4: field('ExportV4', list(rulesV4, { dive: true }), {
    doc: 'Rules for IPv4 routes sent to the peer, in order.',
  }),
  importV4: field('ImportV4', list(rulesV4, { dive: true }), { doc: 'Rules for IPv4 routes from the peer, in order.' }),
  exportV6: field('ExportV6', list(rulesV6, { dive: true }), {
    doc: 'Rules for IPv6 routes sent to the peer, in order.',
  }),
  importV6: field('ImportV6', list(rulesV6, { dive: true }), { doc: 'Rules for IPv6 routes from the peer, in order.' }),
});
const as = (self: JsonObject) => typed(spec, self);

const count = (key: keyof typeof spec.fields) => (resource: Resource) => String(as(resource.spec)[key]?.length ?? 0);
const COLUMNS = ['NAME', 'NUMEXPORTV4', 'NUMIMPORTV4', 'NUMEXPORTV6', 'NUMIMPORTV6'] as const;

export const bgpFilter: Kind = {
  name: 'BGPFilter',
  plural: 'bgpfilters',
  goPlural: 'BGPFilters',
  pkg: 'v3',
  aliases: ['bgpfilter', 'bgpfilters', 'bgpf', 'bgpfs', 'bf', 'bfs'],
  scope: 'cluster',
  summary: 'Which routes BGP sessions import and export.',
  crd: true,
  celRules: true,
  spec,
  columns: {
    narrow: COLUMNS,
    wide: COLUMNS,
    cells: {
      NAME: ({ metadata }) => metadata.name ?? '',
      NUMEXPORTV4: count('exportV4'),
      NUMIMPORTV4: count('importV4'),
      NUMEXPORTV6: count('exportV6'),
      NUMIMPORTV6: count('importV6'),
    },
  },
};
