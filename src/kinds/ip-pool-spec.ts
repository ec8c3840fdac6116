/** The spec of IPPool, with the rules that need nothing but the object itself. */
import { hasHostBits, overlaps, parseCIDR } from '../net/cidr.ts';
import type { CIDR } from '../net/cidr.ts';
import { parsePrefix, PrefixError } from '../net/prefix.ts';
import { having, when, where, without, withoutGlobal } from './constraints.ts';
import type { JsonObject, Report, Rule, StructSchema } from './schema.ts';
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
/** A pool's spec with its types. */
export const poolSpec = (self: JsonObject) => typed(shape, self);
const as = poolSpec;

/** Whether a pool's network is written as IPv6. */
export const isV6 = (self: JsonObject): boolean => (as(self).cidr ?? '').includes(':');
const active = (value: string | undefined): boolean => value !== undefined && value !== '' && value !== 'Never';
/** What a pool's addresses are for, as it is written. */
export const uses = (self: JsonObject): readonly string[] => as(self).allowedUses ?? [];

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

export const spec = {
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
