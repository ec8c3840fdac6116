/** IPAMConfiguration: settings of Calico IPAM, one object named `default`. Rules: Calico's API reference, "IPAM configuration". */
import type { Kind } from './kind.ts';
import { Rejected } from './refusal.ts';
import type { Resource } from './resource.ts';
import type { JsonObject, Report, StructSchema } from './schema.ts';
import { bool, field, int, pointer, struct, text, typed } from './schema.ts';

const shape = struct('v3.IPAMConfigurationSpec', {
  strictAffinity: field('StrictAffinity', bool({ default: false }), {
    always: true,
    required: true,
    doc: 'Whether a node may only use addresses of its own blocks.',
  }),
  maxBlocksPerHost: field(
    'MaxBlocksPerHost',
    int('int32', { min: 0, max: 1_000_000, maxLeftToServer: true, default: 0 }),
    { doc: 'Most blocks that one node may hold; 0 sets no limit.' },
  ),
  autoAllocateBlocks: field('AutoAllocateBlocks', bool({ default: true }), {
    always: true,
    required: true,
    doc: 'Whether nodes claim blocks when they need them. What is left out here is stored as false.',
  }),
  kubeVirtVMAddressPersistence: field(
    'KubeVirtVMAddressPersistence',
    pointer(text({ go: 'v3.VMAddressPersistence', enum: ['Enabled', 'Disabled'] })),
    { doc: 'Whether virtual machines keep their addresses when they move or restart.' },
  ),
  ipCooldownSeconds: field('IPCooldownSeconds', int('int32', { min: 0, max: 1200 }), {
    doc: 'Seconds before a released address is given out again.',
  }),
});
const as = (self: JsonObject) => typed(shape, self);

const spec = {
  ...shape,
  check(value: JsonObject, report: Report, path: string) {
    const { maxBlocksPerHost = 0 } = as(value);
    const reason = 'must be greater than or equal to 0';
    if (maxBlocksPerHost < 0)
      report({ name: 'MaxBlocksPerHost', value: String(maxBlocksPerHost), reason, path: `${path}.maxBlocksPerHost` });
  },
} satisfies StructSchema;

function onlyDefault(resource: Resource): void {
  if (resource.metadata.name !== 'default')
    throw new Rejected('Cannot create an IPAMConfiguration resource with a name other than "default"');
}

export const ipamConfiguration: Kind = {
  name: 'IPAMConfiguration',
  plural: 'ipamconfigurations',
  goPlural: 'IPAMConfigurations',
  pkg: 'v3',
  aliases: ['ipamconfiguration', 'ipamconfigurations', 'ipamconfig', 'ipamconfigs'],
  scope: 'cluster',
  summary: 'Settings of Calico IPAM, in one object named `default`.',
  crd: true,
  settingsObject: 'default',
  spec,
  nameSchema: { const: 'default' },
  client: { checkCreate: onlyDefault, checkUpdate: onlyDefault },
  columns: {
    narrow: ['NAME', 'STRICTAFFINITY', 'AUTOALLOCATEBLOCKS'],
    wide: ['NAME', 'STRICTAFFINITY', 'AUTOALLOCATEBLOCKS', 'MAXBLOCKSPERHOST'],
    cells: {
      NAME: ({ metadata }) => metadata.name ?? '',
      STRICTAFFINITY: ({ spec: self }) => String(as(self).strictAffinity ?? false),
      AUTOALLOCATEBLOCKS: ({ spec: self }) => String(as(self).autoAllocateBlocks ?? false),
      MAXBLOCKSPERHOST: ({ spec: self }) => String(as(self).maxBlocksPerHost ?? 0),
    },
  },
};
