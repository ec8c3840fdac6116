/** StagedNetworkPolicy: a preview of a NetworkPolicy. Rules: Calico's API reference, "Staged network policy". */
import type { Kind } from './kind.ts';
import {
  enforcedCheck,
  enforcedConstraints,
  namespacedFields,
  namespacedRules,
  stagedAction,
  stagedCheck,
  stagedConstraints,
} from './policy/spec.ts';
import { checkNamespacedPolicyName, namespacedColumns, namespacedPolicyName, tieredClient } from './policy/tiered.ts';
import type { StructSchema } from './schema.ts';
import { struct } from './schema.ts';

const shape = struct('v3.StagedNetworkPolicySpec', { stagedAction, ...namespacedFields }, { rules: namespacedRules });
const spec: StructSchema = {
  ...shape,
  check: stagedCheck(shape, enforcedCheck('NetworkPolicySpec')),
  constraints: [...enforcedConstraints, ...stagedConstraints()],
};

export const stagedNetworkPolicy: Kind = {
  name: 'StagedNetworkPolicy',
  plural: 'stagednetworkpolicies',
  goPlural: 'StagedNetworkPolicies',
  pkg: 'v3',
  aliases: ['stagednetworkpolicy', 'stagednetworkpolicies', 'stagedpolicy', 'snp', 'stagedpolicies', 'spol', 'spols'],
  scope: 'namespaced',
  summary: 'A NetworkPolicy that is tried out before it is enforced.',
  crd: true,
  spec,
  checkName: checkNamespacedPolicyName,
  nameSchema: namespacedPolicyName,
  client: tieredClient(spec),
  columns: namespacedColumns,
};
