/** IPPool: a range of addresses for workloads and tunnels. Rules: Calico's API reference, "IP pool". */
import { formatCIDR, hasHostBits, overlaps, parseCIDR } from '../net/cidr.ts';
import type { CIDR } from '../net/cidr.ts';
import { canonicalStruct } from './canonical.ts';
import { conditionSchema } from './condition.ts';
import { Invalid } from './invalid.ts';
import { isV6, poolSpec, spec, uses } from './ip-pool-spec.ts';
import type { ClientRules, Kind, StoreView } from './kind.ts';
import type { Resource } from './resource.ts';
import type { FieldProblem, JsonObject } from './schema.ts';
import { field, list, struct } from './schema.ts';

const as = poolSpec;

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
  alone: ['create', 'delete'],
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
