/** StagedKubernetesNetworkPolicy: a preview of a Kubernetes NetworkPolicy. Rules: Calico's API reference, "Staged Kubernetes network policy". */
import type { Kind } from './kind.ts';
import { egressRules, ingressRules, labelSelector } from './policy/kubernetes.ts';
import { stagedAction, stagedCheck, stagedConstraints } from './policy/spec.ts';
import type { JsonObject, StructSchema } from './schema.ts';
import { bytewise, field, list, struct, text, typed } from './schema.ts';

const shape = struct('v3.StagedKubernetesNetworkPolicySpec', {
  stagedAction,
  podSelector: field('PodSelector', labelSelector, { always: true, doc: 'The pods that the policy applies to.' }),
  ingress: field('Ingress', ingressRules, { doc: 'Traffic that is allowed to the pods.' }),
  egress: field('Egress', egressRules, { doc: 'Traffic that is allowed from the pods.' }),
  policyTypes: field('PolicyTypes', list(text({ go: 'v1.PolicyType' }), { minItems: 1, maxItems: 2 }), {
    doc: 'The directions that the policy applies to.',
  }),
});
const spec: StructSchema = { ...shape, check: stagedCheck(shape), constraints: stagedConstraints('podSelector') };
const as = (self: JsonObject) => typed(shape, self);

/** A label selector as its Go type prints itself. */
function selectorText({ podSelector = {} }: ReturnType<typeof as>): string {
  const { matchLabels = {}, matchExpressions = [] } = podSelector;
  const labels = Object.entries(matchLabels)
    .sort(([a], [b]) => bytewise(a, b))
    .map(([key, value]) => `${key}: ${value},`);
  const requirements = matchExpressions.map(
    ({ key = '', operator = '', values = [] }) =>
      `LabelSelectorRequirement{Key:${key},Operator:${operator},Values:[${values.join(' ')}],},`,
  );
  return `&LabelSelector{MatchLabels:map[string]string{${labels.join('')}},MatchExpressions:[]LabelSelectorRequirement{${requirements.join('')}},}`;
}

export const stagedKubernetesNetworkPolicy: Kind = {
  name: 'StagedKubernetesNetworkPolicy',
  plural: 'stagedkubernetesnetworkpolicies',
  goPlural: 'StagedKubernetesNetworkPolicies',
  pkg: 'v3',
  aliases: [
    'stagedkubernetesnetworkpolicy',
    'stagedkubernetesnetworkpolicies',
    'stagedkubernetespolicy',
    'sknp',
    'stagedkubernetespolicies',
    'skpol',
    'skpols',
  ],
  scope: 'namespaced',
  summary: 'A Kubernetes NetworkPolicy that is tried out before it is enforced.',
  crd: true,
  spec,
  columns: {
    narrow: ['NAME'],
    wide: ['NAME', 'PODSELECTOR'],
    cells: {
      NAMESPACE: ({ metadata }) => metadata.namespace ?? '',
      NAME: ({ metadata }) => metadata.name ?? '',
      PODSELECTOR: ({ spec: self }) => selectorText(as(self)),
    },
  },
};
