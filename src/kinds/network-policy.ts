/** NetworkPolicy: policy for the endpoints of a namespace. Rules: Calico's API reference, "Network policy". */
import { goValue } from './go-value.ts';
import type { Kind } from './kind.ts';
import { objectMeta } from './metadata.ts';
import { enforcedCheck, enforcedConstraints, namespacedFields, namespacedRules } from './policy/spec.ts';
import { checkNamespacedPolicyName, namespacedColumns, namespacedPolicyName, tieredClient } from './policy/tiered.ts';
import { Unsupported } from './refusal.ts';
import type { Resource } from './resource.ts';
import { API_VERSION } from './resource.ts';
import { struct } from './schema.ts';

const spec = struct('v3.NetworkPolicySpec', namespacedFields, {
  rules: namespacedRules,
  check: enforcedCheck('NetworkPolicySpec'),
  constraints: enforcedConstraints,
});

/** The names under which Calico shows policies of the Kubernetes API; only that API can change them. */
const KUBERNETES_PREFIX = 'knp.default.';

/** The policy, unless it stands for one of Kubernetes. @throws {Unsupported} naming the object by its whole content, as the Go tool does */
function ownPolicy(policy: Resource, operation: string): Resource {
  if (!(policy.metadata.name ?? '').startsWith(KUBERNETES_PREFIX)) return policy;
  const metadata = goValue(objectMeta, { ...policy.metadata });
  const dump = `&{{NetworkPolicy ${API_VERSION}} ${metadata} ${goValue(spec, policy.spec)}}`;
  throw new Unsupported(operation, dump, 'kubernetes network policies must be managed through the kubernetes API');
}

const tiered = tieredClient(spec);

export const networkPolicy: Kind = {
  name: 'NetworkPolicy',
  plural: 'networkpolicies',
  goPlural: 'NetworkPolicies',
  pkg: 'v3',
  aliases: ['networkpolicy', 'networkpolicies', 'policy', 'np', 'policies', 'pol', 'pols'],
  scope: 'namespaced',
  summary: 'Policy for the endpoints of a namespace.',
  crd: true,
  spec,
  checkName: checkNamespacedPolicyName,
  nameSchema: namespacedPolicyName,
  client: {
    ...tiered,
    // Asynchronous, so that a refusal rejects like every other one.
    prepareCreate: async (policy, store) => tiered.prepareCreate(ownPolicy(policy, 'create or apply'), store),
    prepareUpdate: async (policy, stored, store) =>
      tiered.prepareUpdate(ownPolicy(policy, 'apply or replace'), stored, store),
    async delete(ref, revision, _store, remove) {
      const { name, namespace = '' } = ref;
      ownPolicy({ kind: 'NetworkPolicy', apiVersion: API_VERSION, metadata: { name, namespace }, spec: {} }, 'delete');
      return remove(revision);
    },
  },
  columns: namespacedColumns,
};
