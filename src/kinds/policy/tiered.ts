/** What the policies that live in tiers share: names, defaults, the tier's label, columns. */
import { labelNameProblem } from '../metadata.ts';
import type { ClientRules, Columns } from '../kind.ts';
import type { Resource } from '../resource.ts';
import { canonicalMetadata } from '../resource.ts';
import { formatGoFloat } from '../scalars/float.ts';
import type { FieldProblem, JsonObject, StructSchema } from '../schema.ts';
import { canonicalStruct } from '../canonical.ts';
import { struct, typed } from '../schema.ts';
import { globalFields, stagedAction } from './spec.ts';

/** The label by which policies of a tier are found. */
const TIER_LABEL = 'projectcalico.org/tier';
/** The tier of policies that name none. */
const DEFAULT_TIER = 'default';

const view = struct('v3.PolicySpec', { stagedAction, ...globalFields });
const as = (self: JsonObject) => typed(view, self);

/** The tier that a policy is in. */
export function tierOf(policy: Resource): string {
  const { tier = '' } = as(policy.spec);
  return tier === '' ? DEFAULT_TIER : tier;
}

const LABEL = '[a-z0-9](?:[-a-z0-9]*[a-z0-9])?';
const GLOBAL_NAME = new RegExp(`^${LABEL}(?:\\.${LABEL})?$`);
const NAMESPACED_NAME = new RegExp(`^(?:${LABEL}(?:\\.${LABEL})?|(?:knp|ossg)\\.default\\.${LABEL}(?:\\.${LABEL})*)$`);

/** {@link checkGlobalPolicyName} as a JSON Schema. */
export const globalPolicyName: JsonObject = { pattern: GLOBAL_NAME.source };
/** {@link checkNamespacedPolicyName} as a JSON Schema. */
export const namespacedPolicyName: JsonObject = { pattern: NAMESPACED_NAME.source };

/** The name rule of policies for the whole cluster: a DNS label, or two joined by a dot. */
export function checkGlobalPolicyName(name: string): readonly FieldProblem[] {
  return GLOBAL_NAME.test(name) ? [] : [labelNameProblem(name)];
}

/**
 * The name rule of policies in a namespace: as {@link checkGlobalPolicyName}, and any DNS subdomain after the prefixes of policies that
 * stand for something else.
 */
export function checkNamespacedPolicyName(name: string): readonly FieldProblem[] {
  return NAMESPACED_NAME.test(name) ? [] : [labelNameProblem(name)];
}

/** The directions of a policy that says none, from the rules that it has. */
function directions({ ingress = [], egress = [] }: ReturnType<typeof as>): readonly string[] {
  if (egress.length === 0) return ['Ingress'];
  return ingress.length === 0 ? ['Egress'] : ['Ingress', 'Egress'];
}

function labelled(policy: Resource, tier: string): Resource {
  const labels = { ...policy.metadata.labels, [TIER_LABEL]: tier };
  return { ...policy, metadata: canonicalMetadata({ ...policy.metadata, labels }) };
}

/** What the Go client does around policies in tiers. `spec` is the kind's own. */
export function tieredClient(
  spec: StructSchema,
): ClientRules & Required<Pick<ClientRules, 'prepareCreate' | 'prepareUpdate'>> {
  const prepare = (policy: Resource): Resource => {
    const given = as(policy.spec);
    const types = (given.types ?? []).length > 0 ? given.types : directions(given);
    const filled = { ...policy.spec, types: given.stagedAction === 'Delete' ? undefined : types };
    return { ...labelled(policy, tierOf(policy)), spec: canonicalStruct(spec, filled) };
  };
  return {
    read: (policy) => (policy.metadata.labels?.[TIER_LABEL] === undefined ? labelled(policy, DEFAULT_TIER) : policy),
    async prepareCreate(policy, store) {
      await store.get({ kind: 'Tier', name: tierOf(policy) });
      return prepare(policy);
    },
    prepareUpdate: prepare,
  };
}

const NARROW = ['NAME', 'TIER'] as const;
const WIDE = ['NAME', 'TIER', 'ORDER', 'SELECTOR'] as const;
const cells: Columns['cells'] = {
  NAME: ({ metadata }) => metadata.name ?? '',
  TIER: ({ spec }) => as(spec).tier ?? '',
  ORDER({ spec }) {
    const { order } = as(spec);
    return order === undefined ? '<nil>' : formatGoFloat(order, 64);
  },
  SELECTOR: ({ spec }) => as(spec).selector ?? '',
};

/** Columns of policies for the whole cluster. */
export const globalColumns: Columns = { narrow: NARROW, wide: WIDE, cells };
/** Columns of policies in a namespace. */
export const namespacedColumns: Columns = {
  narrow: NARROW,
  wide: WIDE,
  cells: { NAMESPACE: ({ metadata }) => metadata.namespace ?? '', ...cells },
};
