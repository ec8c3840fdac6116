/** Tier: a stage of policy. Rules: Calico's API reference, "Tier". */
import type { ClientRules, Kind, RootRule, StoreView } from './kind.ts';
import { checkDnsLabelName, dnsLabelName } from './metadata.ts';
import { when, where } from './constraints.ts';
import { BUILT_IN_TIERS, DEFAULT_TIER_ORDER } from './built-in-tiers.ts';
import { tierOf } from './policy/tiered.ts';
import { Unsupported } from './refusal.ts';
import type { Resource } from './resource.ts';
import type { JsonObject } from './schema.ts';
import { canonicalStruct } from './canonical.ts';
import { field, float, list, pointer, struct, text, typed } from './schema.ts';
import { conditionSchema } from './condition.ts';
import { formatGoFloat } from './scalars/float.ts';

const spec = struct('v3.TierSpec', {
  order: field('Order', pointer(float()), { doc: 'Tiers are applied from the lowest order to the highest.' }),
  defaultAction: field('DefaultAction', pointer(text({ go: 'v3.Action', enum: ['Pass', 'Deny'], default: 'Deny' })), {
    allOf: ['Allow', 'Deny', 'Log', 'Pass'],
    doc: 'What happens to traffic that the tier’s policies select but do not decide.',
  }),
});
const as = (self: JsonObject) => typed(spec, self);

const named = (name: string): JsonObject => where('metadata', where('name', { const: name }));

const rules: readonly RootRule[] = [
  ...BUILT_IN_TIERS.map(({ name, defaultAction }) => ({
    message: `The '${name}' tier must have default action '${defaultAction}'`,
    jsonSchema: when(named(name), where('spec', where('defaultAction', { const: defaultAction }))),
    test: (self: Resource) => self.metadata.name !== name || as(self.spec).defaultAction === defaultAction,
  })),
  ...BUILT_IN_TIERS.map(({ name, order }) => ({
    message: `${name} tier order must be ${order}`,
    jsonSchema: when(named(name), where('spec', where('order', { const: order }))),
    test: (self: Resource) => self.metadata.name !== name || as(self.spec).order === order,
  })),
];

function withDefaults(resource: Resource): Resource {
  const { order = DEFAULT_TIER_ORDER, defaultAction = 'Deny' } = as(resource.spec);
  return { ...resource, spec: canonicalStruct(spec, { ...resource.spec, order, defaultAction }) };
}

/** The kinds whose objects live in tiers. */
const TIERED = ['NetworkPolicy', 'GlobalNetworkPolicy', 'StagedNetworkPolicy', 'StagedGlobalNetworkPolicy'] as const;

/** Whether a policy, staged or not, says that it is in the tier. */
async function holdsPolicies(name: string, store: StoreView): Promise<boolean> {
  for (const kind of TIERED) {
    const policies = await store.list(kind);
    if (policies.some((policy) => tierOf(policy) === name)) return true;
  }
  return false;
}

const client: ClientRules = {
  // The Go client fills in what is missing when it lists, but not when it reads a single tier from etcd.
  read: (resource, { by, type }) => (by === 'get' && type === 'etcdv3' ? resource : withDefaults(resource)),
  prepareCreate: withDefaults,
  prepareUpdate: withDefaults,
  async delete(ref, revision, store, remove) {
    if (BUILT_IN_TIERS.some(({ name }) => name === ref.name))
      throw new Unsupported('Delete', ref.name, `Cannot delete ${ref.name} tier`);
    if (await holdsPolicies(ref.name, store))
      throw new Unsupported('delete', ref.name, 'Cannot delete a non-empty tier');
    return remove(revision);
  },
};

const orderOf = (tier: Resource): number => as(tier.spec).order ?? Number.POSITIVE_INFINITY;

export const tier: Kind = {
  name: 'Tier',
  plural: 'tiers',
  goPlural: 'Tiers',
  pkg: 'v3',
  aliases: ['tier', 'tiers'],
  scope: 'cluster',
  summary: 'A stage of policy: tiers are applied in order.',
  crd: true,
  spec,
  status: {
    presence: 'always',
    schema: struct('v3.TierStatus', { conditions: field('Conditions', list(conditionSchema)) }),
  },
  rules,
  checkName: checkDnsLabelName,
  nameSchema: dnsLabelName,
  client,
  order: (a, b) => {
    const [left, right] = [orderOf(a), orderOf(b)];
    return left === right ? 0 : left - right;
  },
  columns: {
    narrow: ['NAME', 'ORDER'],
    wide: ['NAME', 'ORDER'],
    cells: {
      NAME: ({ metadata }) => metadata.name ?? '',
      ORDER({ spec: self }) {
        const { order } = as(self);
        return order === undefined ? '<nil>' : formatGoFloat(order, 64);
      },
    },
  },
};
