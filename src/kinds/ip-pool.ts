/** IPPool: a range of addresses for workloads and tunnels. Rules: Calico's API reference, "IP pool". */
import { having, when, where, without, withoutGlobal } from './constraints.ts';
import { formatCIDR, hasHostBits, overlaps, parseCIDR } from '../net/cidr.ts';
import type { CIDR } from '../net/cidr.ts';
import { parsePrefix, PrefixError } from '../net/prefix.ts';
import { Invalid } from './invalid.ts';
import { conditionSchema } from './condition.ts';
import type { ClientRules, Kind, StoreView } from './kind.ts';
import type { Resource } from './resource.ts';
import type { FieldProblem, JsonObject, Report, Rule, StructSchema } from './schema.ts';
import { canonicalStruct } from './canonical.ts';
import { bool, field, int, list, pointer, struct, text, typed } from './schema.ts';

const USES = ['Workload', 'Tunnel', 'LoadBalancer'] as const;
const mode = (go: string, type: string) =>
  field(go, text({ go: type, enum: ['Never', 'Always', 'CrossSubnet'] }), { doc: 'Encapsulation between nodes.' });
const selector = (go: string, doc: string, fallback?: string) =>
  field(go, text({ maxLength: 1024, ...(fallback === undefined ? {} : { default: fallback }) }), {
    tags: ['selector'],
    doc,
  });

const fields = {
  cidr: field('CIDR', text({ maxLength: 48, format: 'cidr' }), {
    always: true,
    required: true,
    tags: ['net'],
    doc: 'The range, strictly masked; cannot be changed.',
  }),
  vxlanMode: mode('VXLANMode', 'v3.VXLANMode'),
  ipipMode: mode('IPIPMode', 'v3.IPIPMode'),
  natOutgoing: field('NATOutgoing', bool(), {
    doc: 'Masquerade traffic from the pool to addresses outside all pools.',
  }),
  disabled: field('Disabled', bool(), { doc: 'Assign no new addresses from the pool.' }),
  disableBGPExport: field('DisableBGPExport', bool(), { doc: 'Do not announce the pool over BGP.' }),
  blockSize: field('BlockSize', int('int', { min: 0, max: 128 }), {
    doc: 'Prefix length of blocks, 26 (IPv4) or 122 (IPv6) by default; cannot be changed.',
  }),
  nodeSelector: selector('NodeSelector', 'Nodes that may take addresses from the pool.', 'all()'),
  namespaceSelector: selector('NamespaceSelector', 'Namespaces whose workloads may take addresses from the pool.'),
  allowedUses: field('AllowedUses', list(text({ go: 'v3.IPPoolAllowedUse', enum: USES }), { maxItems: 10 }), {
    doc: 'What the addresses are for.',
  }),
  assignmentMode: field(
    'AssignmentMode',
    pointer(text({ go: 'v3.AssignmentMode', enum: ['Automatic', 'Manual'], default: 'Automatic' })),
    {
      doc: 'Whether addresses are given out without being asked for.',
    },
  ),
};

const shape = struct('v3.IPPoolSpec', fields);
const as = (self: JsonObject) => typed(shape, self);

const isV6 = (self: JsonObject): boolean => (as(self).cidr ?? '').includes(':');
const active = (value: string | undefined): boolean => value !== undefined && value !== '' && value !== 'Never';
const uses = (self: JsonObject): readonly string[] => as(self).allowedUses ?? [];

/** Evaluates a rule on the parsed network; when it cannot be parsed, answers the CEL library's cause. */
function onNetwork(test: (network: CIDR, self: JsonObject) => boolean): Rule['test'] {
  return (self) => {
    const cidr = as(self).cidr ?? '';
    try {
      return test(parsePrefix(cidr), self);
    } catch (error) {
      if (!(error instanceof PrefixError)) throw error;
      const parse = 'network address parse error during conversion from string';
      return `${parse}: ${parse}: ${error.message}`;
    }
  };
}

const linkLocal = (range: string): CIDR => {
  const cidr = parseCIDR(range);
  if (cidr === undefined) throw new TypeError(`not a network: ${range}`);
  return cidr;
};
const LINK_LOCAL_4 = linkLocal('169.254.0.0/16');
const LINK_LOCAL_6 = linkLocal('fe80::/10');
const touches = (network: CIDR, range: CIDR): boolean =>
  network.ip.version === range.ip.version && overlaps(network, range);

const ENCAPSULATED: JsonObject = { enum: ['Always', 'CrossSubnet'] };
const NOT_ENCAPSULATED: JsonObject = { enum: ['Never'] };
const FOR_LOAD_BALANCERS = having('allowedUses', { contains: { const: 'LoadBalancer' } });
const IPV6 = having('cidr', { pattern: ':' });

const rules: readonly Rule[] = [
  {
    message: 'ipipMode and vxlanMode cannot both be enabled',
    reason: 'Forbidden',
    jsonSchema: when(having('ipipMode', ENCAPSULATED), where('vxlanMode', NOT_ENCAPSULATED)),
    test: (self) => !(active(as(self).ipipMode) && active(as(self).vxlanMode)),
  },
  {
    message: 'LoadBalancer IP pool cannot have IPIP or VXLAN enabled',
    reason: 'Forbidden',
    jsonSchema: when(FOR_LOAD_BALANCERS, {
      properties: { ipipMode: NOT_ENCAPSULATED, vxlanMode: NOT_ENCAPSULATED },
    }),
    test: (self) => !uses(self).includes('LoadBalancer') || !(active(as(self).ipipMode) || active(as(self).vxlanMode)),
  },
  {
    message: 'LoadBalancer cannot be combined with Workload or Tunnel allowed uses',
    reason: 'Forbidden',
    jsonSchema: when(FOR_LOAD_BALANCERS, where('allowedUses', { items: { const: 'LoadBalancer' } })),
    test: (self) =>
      !uses(self).includes('LoadBalancer') || !uses(self).some((use) => use === 'Workload' || use === 'Tunnel'),
  },
  {
    message: 'IPIP is not supported on IPv6 pools',
    reason: 'Forbidden',
    jsonSchema: when(IPV6, where('ipipMode', NOT_ENCAPSULATED)),
    test: (self) => !(isV6(self) && active(as(self).ipipMode)),
  },
  {
    message: 'LoadBalancer IP pools cannot disable BGP export',
    reason: 'Forbidden',
    jsonSchema: when(FOR_LOAD_BALANCERS, where('disableBGPExport', { const: false })),
    test: (self) => !(uses(self).includes('LoadBalancer') && as(self).disableBGPExport === true),
  },
  {
    message: 'IP Pool with AllowedUse LoadBalancer must have nodeSelector set to all()',
    jsonSchema: when(FOR_LOAD_BALANCERS, where('nodeSelector', { const: 'all()' })),
    test: (self) => !uses(self).includes('LoadBalancer') || (as(self).nodeSelector ?? 'all()') === 'all()',
  },
  {
    message: 'IP Pool with AllowedUse Tunnel cannot have namespaceSelector',
    reason: 'Forbidden',
    jsonSchema: when(having('allowedUses', { contains: { const: 'Tunnel' } }), without('namespaceSelector')),
    test: (self) => !(uses(self).includes('Tunnel') && (as(self).namespaceSelector ?? '') !== ''),
  },
  {
    message: 'global() selector is not valid for IPPool nodeSelector',
    jsonSchema: withoutGlobal('nodeSelector'),
    test: (self) => !(as(self).nodeSelector ?? '').includes('global('),
  },
  {
    message: 'global() selector is not valid for IPPool namespaceSelector',
    jsonSchema: withoutGlobal('namespaceSelector'),
    test: (self) => !(as(self).namespaceSelector ?? '').includes('global('),
  },
  { message: 'IPPool CIDR must be strictly masked', test: onNetwork((network) => !hasHostBits(network)) },
  {
    message: 'IPPool CIDR overlaps with IPv4 link local range 169.254.0.0/16',
    jsonSchema: where('cidr', { not: { pattern: '^169\\.254\\.' } }),
    test: onNetwork((network) => !touches(network, LINK_LOCAL_4)),
  },
  {
    message: 'IPPool CIDR overlaps with IPv6 link local range fe80::/10',
    test: onNetwork((network) => !touches(network, LINK_LOCAL_6)),
  },
  {
    message: 'blockSize must be between 20 and 32 for IPv4 pools, and between 116 and 128 for IPv6 pools',
    jsonSchema: when(IPV6, where('blockSize', { minimum: 116 }), where('blockSize', { minimum: 20, maximum: 32 })),
    test(self) {
      const { blockSize = 0 } = as(self);
      return (
        blockSize === 0 || (isV6(self) ? blockSize >= 116 && blockSize <= 128 : blockSize >= 20 && blockSize <= 32)
      );
    },
  },
  {
    message: 'IP pool size is too small for use with Calico IPAM. It must be equal to or greater than the block size.',
    test: onNetwork((network, self) => {
      const { blockSize = 0, disabled = false } = as(self);
      return disabled || blockSize === 0 || network.prefixLength <= blockSize;
    }),
  },
];

const spec = {
  ...shape,
  rules,
  check(value: JsonObject, report: Report, path: string) {
    const { cidr = '', allowedUses = [] } = as(value);
    const parsed = parseCIDR(cidr);
    const problem = (reason: string) => report({ name: 'IPpool.CIDR', value: cidr, reason, path: `${path}.cidr` });
    if (cidr === '') problem('IPPool CIDR must be specified');
    else if (parsed === undefined) problem('IPPool CIDR must be a valid subnet');
    else if (hasHostBits(parsed)) problem('IP pool CIDR is not strictly masked');
    for (const use of allowedUses) {
      if (USES.some((known) => known === use)) continue;
      report({
        name: 'IPpool.AllowedUses',
        value: `[${allowedUses.join(' ')}]`,
        reason: `unknown use: ${use}`,
        path: `${path}.allowedUses`,
      });
    }
  },
} satisfies StructSchema;

/** What the client fills in, in the stored form. */
function withDefaults(resource: Resource): Resource {
  const given = as(resource.spec);
  const filled: JsonObject = {
    ...resource.spec,
    vxlanMode: given.vxlanMode ?? 'Never',
    ipipMode: given.ipipMode ?? 'Never',
    blockSize: given.blockSize ?? (isV6(resource.spec) ? 122 : 26),
    nodeSelector: given.nodeSelector ?? 'all()',
    allowedUses: given.allowedUses ?? ['Workload', 'Tunnel'],
    assignmentMode: given.assignmentMode ?? 'Automatic',
  };
  return { ...resource, spec: canonicalStruct(spec, filled) };
}

const refuse = (name: string, reason: string, value?: string): Invalid =>
  new Invalid([
    {
      name,
      reason,
      ...(value === undefined ? {} : { value }),
      path: name === 'IPPool.Spec.CIDR' ? 'spec.cidr' : 'spec.blockSize',
    },
  ]);

/** The network of a pool. @throws {Invalid} alone, before everything else */
function networkOfPool(resource: Resource): CIDR {
  const { cidr = '' } = as(resource.spec);
  if (cidr === '') throw refuse('IPPool.Spec.CIDR', 'IPPool CIDR must be specified');
  const parsed = parseCIDR(cidr);
  if (parsed === undefined) throw refuse('IPPool.Spec.CIDR', 'IPPool CIDR must be a valid subnet', cidr);
  return parsed;
}

/** The canonical spelling of the address and the prefix length as they were written, host bits kept cut. */
const canonicalCidr = (cidr: CIDR): string => formatCIDR(cidr);

const strictMask = (cidr: CIDR): FieldProblem[] =>
  hasHostBits(cidr)
    ? [
        {
          name: 'IPPool.Spec.CIDR',
          value: canonicalCidr(cidr),
          reason: 'IPPool CIDR is not strictly masked',
          path: 'spec.cidr',
        },
      ]
    : [];

async function overlapping(resource: Resource, cidr: CIDR, store: StoreView): Promise<FieldProblem[]> {
  const { name = '' } = resource.metadata;
  const problems: FieldProblem[] = [];
  for (const other of await store.list('IPPool')) {
    if (other.metadata.name === name) continue;
    const range = parseCIDR(as(other.spec).cidr ?? '');
    if (range === undefined || range.ip.version !== cidr.ip.version || !overlaps(cidr, range)) continue;
    const reason = `IPPool(${name}) CIDR overlaps with IPPool(${other.metadata.name ?? ''}) CIDR ${formatCIDR(range)}`;
    problems.push({ name: 'IPPool.Spec.CIDR', value: canonicalCidr(cidr), reason, path: 'spec.cidr' });
  }
  return problems;
}

const client: ClientRules = {
  read: withDefaults,
  async prepareCreate(resource, store) {
    const cidr = networkOfPool(resource);
    const problems = [...(await overlapping(resource, cidr, store)), ...strictMask(cidr)];
    if (problems.length > 0) throw new Invalid(problems);
    return withDefaults({ ...resource, spec: { ...resource.spec, cidr: canonicalCidr(cidr) } });
  },
  async checkCreate(resource, store) {
    const cidr = networkOfPool(resource);
    const { blockSize = 0 } = as(resource.spec);
    const blocks = await store.ipam.blocks(cidr.ip.version);
    const conflicts = blocks.some((block) => {
      const range = parseCIDR(block);
      return range !== undefined && range.prefixLength !== blockSize && overlaps(range, cidr);
    });
    const reason = 'IPPool blocksSize conflicts with existing allocations that use a different blockSize';
    if (conflicts) throw refuse('IPPool.Spec.BlockSize', reason, String(blockSize));
  },
  prepareUpdate(resource, stored) {
    const cidr = networkOfPool(resource);
    const given = as(resource.spec).cidr ?? '';
    const before = as(stored.spec).cidr ?? '';
    if (given !== before && canonicalCidr(cidr) !== before)
      throw refuse('IPPool.Spec.CIDR', 'IPPool CIDR cannot be modified', given);
    const next = withDefaults({ ...resource, spec: { ...resource.spec, cidr: canonicalCidr(cidr) } });
    const nextUses = uses(next.spec);
    if (uses(withDefaults(stored).spec).includes('LoadBalancer') && nextUses.some((use) => use !== 'LoadBalancer')) {
      const reason = 'IPPool allowed use cannot be changed from LoadBalacer to Workload or Tunnel';
      throw new Invalid([
        { name: 'IPPool.Spec.AllowedUses', value: `[${nextUses.join(' ')}]`, reason, path: 'spec.allowedUses' },
      ]);
    }
    const { blockSize = 0 } = as(next.spec);
    if (blockSize !== as(withDefaults(stored).spec).blockSize)
      throw refuse('IPPool.Spec.BlockSize', 'IPPool BlockSize cannot be modified', String(blockSize));
    const problems = strictMask(cidr);
    if (problems.length > 0) throw new Invalid(problems);
    return next;
  },
  async delete(ref, revision, store, remove) {
    const pool = await store.get(ref);
    let compare = revision;
    if (as(pool.spec).disabled !== true) {
      const metadata = revision === undefined ? pool.metadata : { ...pool.metadata, resourceVersion: revision };
      await store.update({ ...pool, metadata, spec: { ...pool.spec, disabled: true } });
      compare = undefined;
      // Allocations that were under way when the pool was disabled get time to end.
      await store.sleep(500);
    }
    await store.ipam.releasePool(as(pool.spec).cidr ?? '');
    return remove(compare);
  },
};

const yesNo = (value: boolean | undefined): string => String(value ?? false);

export const ipPool: Kind = {
  name: 'IPPool',
  plural: 'ippools',
  goPlural: 'IPPools',
  pkg: 'v3',
  aliases: ['ippool', 'ippools', 'ipp', 'ipps', 'pool', 'pools'],
  scope: 'cluster',
  summary: 'A range of addresses for workloads and tunnels.',
  crd: true,
  spec,
  status: {
    presence: 'pointer',
    schema: struct('v3.IPPoolStatus', { conditions: field('Conditions', list(conditionSchema)) }),
  },
  client,
  columns: {
    narrow: ['NAME', 'CIDR', 'SELECTOR'],
    wide: [
      'NAME',
      'CIDR',
      'NAT',
      'IPIPMODE',
      'VXLANMODE',
      'DISABLED',
      'DISABLEBGPEXPORT',
      'SELECTOR',
      'ASSIGNMENTMODE',
    ],
    cells: {
      NAME: ({ metadata }) => metadata.name ?? '',
      CIDR: ({ spec: self }) => as(self).cidr ?? '',
      NAT: ({ spec: self }) => yesNo(as(self).natOutgoing),
      IPIPMODE: ({ spec: self }) => as(self).ipipMode ?? 'Never',
      VXLANMODE: ({ spec: self }) => as(self).vxlanMode ?? 'Never',
      DISABLED: ({ spec: self }) => yesNo(as(self).disabled),
      DISABLEBGPEXPORT: ({ spec: self }) => yesNo(as(self).disableBGPExport),
      SELECTOR: ({ spec: self }) => as(self).nodeSelector ?? '',
      ASSIGNMENTMODE: ({ spec: self }) => as(self).assignmentMode ?? '<nil>',
    },
  },
} satisfies Kind;
