/** Specs of policies, enforced and staged. Rules: Calico's API reference, "Network policy", and the CRDs. */
import { having, when, where, without, withoutGlobal } from '../constraints.ts';
import { goValue } from '../go-value.ts';
import type { JsonObject, Report, Rule, StructCheck, StructSchema } from '../schema.ts';
import { isZero } from '../canonical.ts';
import { bool, field, float, list, pointer, struct, text, typed } from '../schema.ts';
import { httpMatch } from './match.ts';
import { rule } from './rule.ts';

const selector = (go: string, doc: string) => field(go, text({ maxLength: 1024 }), { tags: ['selector'], doc });
const rulesField = (go: string, doc: string) => field(go, list(rule, { maxItems: 1024, dive: true }), { doc });

const head = {
  tier: field('Tier', text({ default: 'default' }), { tags: ['name'], doc: 'The tier that the policy belongs to.' }),
  order: field('Order', pointer(float()), { doc: 'Policies of a tier apply from the lowest order to the highest.' }),
  ingress: rulesField('Ingress', 'Rules for traffic to the selected endpoints; the first that matches decides.'),
  egress: rulesField('Egress', 'Rules for traffic from the selected endpoints; the first that matches decides.'),
  selector: selector('Selector', 'The endpoints that the policy applies to.'),
  types: field(
    'Types',
    list(text({ go: 'v3.PolicyType', enum: ['Ingress', 'Egress'] }), { minItems: 1, maxItems: 2 }),
    {
      doc: 'The directions that the policy applies to; by default those that it has rules for.',
    },
  ),
};
const serviceAccountSelector = selector('ServiceAccountSelector', 'Only endpoints that run as these service accounts.');
const performanceHints = field(
  'PerformanceHints',
  list(text({ go: 'v3.PolicyPerformanceHint', enum: ['AssumeNeededOnEveryNode'] }), {
    itemTags: ['oneof=AssumeNeededOnEveryNode'],
  }),
  { tags: ['unique'], doc: 'What Felix may assume about the policy.' },
);

/** Fields of a policy in a namespace. */
export const namespacedFields = { ...head, serviceAccountSelector, performanceHints };

/** Fields of a policy for the whole cluster. */
export const globalFields = {
  ...head,
  doNotTrack: field('DoNotTrack', bool(), { doc: 'Apply before connection tracking, to host endpoints.' }),
  preDNAT: field('PreDNAT', bool(), { doc: 'Apply before DNAT, to host endpoints.' }),
  applyOnForward: field('ApplyOnForward', bool(), { doc: 'Apply to forwarded traffic of host endpoints too.' }),
  serviceAccountSelector,
  namespaceSelector: selector('NamespaceSelector', 'Only endpoints in these namespaces.'),
  performanceHints,
};

/** What becomes of a staged policy when the staged changes are enforced. */
export const stagedAction = field(
  'StagedAction',
  text({ go: 'v3.StagedAction', enum: ['Set', 'Delete', 'Learn', 'Ignore'], default: 'Set' }),
  { doc: 'Set or delete the enforced policy of the same name, learn, or ignore.' },
);

/** Any policy's spec as far as rules look at it. */
const view = struct('v3.PolicySpec', { stagedAction, ...globalFields });
const as = (self: JsonObject) => typed(view, self);

const notGlobal = (key: 'selector' | 'serviceAccountSelector' | 'namespaceSelector'): Rule => ({
  message: 'global() can only be used in an EntityRule namespaceSelector',
  jsonSchema: withoutGlobal(key),
  test: (self) => !(as(self)[key] ?? '').includes('global('),
});

/** CEL rules of a policy in a namespace. */
export const namespacedRules: readonly Rule[] = [notGlobal('selector'), notGlobal('serviceAccountSelector')];

/** CEL rules of a policy for the whole cluster. */
export const globalRules: readonly Rule[] = [
  {
    message: 'preDNAT and doNotTrack cannot both be true',
    reason: 'Forbidden',
    jsonSchema: when(having('preDNAT', { const: true }), where('doNotTrack', { const: false })),
    test: (self) => as(self).doNotTrack !== true || as(self).preDNAT !== true,
  },
  {
    message: 'preDNAT policy cannot have any egress rules',
    reason: 'Forbidden',
    jsonSchema: when(having('preDNAT', { const: true }), where('egress', { maxItems: 0 })),
    test: (self) => as(self).preDNAT !== true || (as(self).egress ?? []).length === 0,
  },
  {
    message: "preDNAT policy cannot have 'Egress' type",
    reason: 'Forbidden',
    jsonSchema: when(having('preDNAT', { const: true }), where('types', { items: { const: 'Ingress' } })),
    test: (self) => as(self).preDNAT !== true || !(as(self).types ?? []).includes('Egress'),
  },
  {
    message: 'applyOnForward must be true if either preDNAT or doNotTrack is true',
    jsonSchema: when(
      { anyOf: [having('preDNAT', { const: true }), having('doNotTrack', { const: true })] },
      having('applyOnForward', { const: true }),
    ),
    test(self) {
      const { applyOnForward = false, doNotTrack = false, preDNAT = false } = as(self);
      return applyOnForward || !(doNotTrack || preDNAT);
    },
  },
  ...namespacedRules,
  notGlobal('namespaceSelector'),
];

/** The check of an enforced policy's spec. `name` is the Go type, as it stands in messages. */
export function enforcedCheck(name: 'NetworkPolicySpec' | 'GlobalNetworkPolicySpec'): StructCheck {
  return (value, report, path) => {
    const { types = [], egress = [] } = as(value);
    const seen = new Set<string>();
    for (const type of types) {
      const reason = `'${type}' type specified more than once`;
      if (seen.has(type))
        report({ name: `${name}.Types`, value: `[${types.join(' ')}]`, reason, path: `${path}.types` });
      seen.add(type);
    }
    egress.forEach(({ http }, index) => {
      if (http === undefined) return;
      const shown = goValue(pointer(httpMatch), http);
      const reason = 'not allowed in egress rules';
      report({ name: 'HTTP', value: shown, reason, path: `${path}.egress[${index}].http` });
    });
  };
}

/** What JSON Schema can say of {@link enforcedCheck}. */
export const enforcedConstraints: readonly JsonObject[] = [
  where('types', { uniqueItems: true }),
  where('egress', { items: without('http') }),
];

/** What JSON Schema can say of {@link stagedCheck}; the fields besides are those that are shown even when they are empty. */
export function stagedConstraints(...besides: readonly string[]): readonly JsonObject[] {
  const deletes = having('stagedAction', { const: 'Delete' });
  const nothing = Object.fromEntries(besides.map((name) => [name, { maxProperties: 0 }]));
  return [when(deletes, { propertyNames: { enum: ['stagedAction', 'tier', ...besides] }, properties: nothing })];
}

/**
 * The check of a staged policy's spec: one that deletes says nothing else, any other is held against the rules of the policy that it stands
 * for.
 */
export function stagedCheck(schema: StructSchema, enforced?: StructCheck): StructCheck {
  return (value: JsonObject, report: Report, path: string) => {
    if (as(value).stagedAction !== 'Delete') {
      enforced?.(value, report, path);
      return;
    }
    const more = Object.entries(schema.fields).some(
      ([key, known]) => key !== 'stagedAction' && key !== 'tier' && !isZero(known.schema, value[key]),
    );
    const reason = 'Spec fields, except Tier, should all be zero-value if stagedAction is Delete';
    if (more) report({ name: schema.name, value: goValue(schema, value), reason, path });
  };
}
