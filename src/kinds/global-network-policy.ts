/** GlobalNetworkPolicy: policy for endpoints anywhere. Rules: Calico's API reference, "Global network policy". */
import type { Kind } from './kind.ts';
import { enforcedCheck, enforcedConstraints, globalFields, globalRules } from './policy/spec.ts';
import { checkGlobalPolicyName, globalColumns, globalPolicyName, tieredClient } from './policy/tiered.ts';
import { struct } from './schema.ts';

const spec = struct('v3.GlobalNetworkPolicySpec', globalFields, {
  rules: globalRules,
  check: enforcedCheck('GlobalNetworkPolicySpec'),
  constraints: enforcedConstraints,
});

export const globalNetworkPolicy: Kind = {
  name: 'GlobalNetworkPolicy',
  plural: 'globalnetworkpolicies',
  goPlural: 'GlobalNetworkPolicies',
  pkg: 'v3',
  aliases: ['globalnetworkpolicy', 'globalnetworkpolicies', 'gnp', 'gnps'],
  scope: 'cluster',
  summary: 'Policy for endpoints of any namespace and of hosts.',
  crd: true,
  spec,
  checkName: checkGlobalPolicyName,
  nameSchema: globalPolicyName,
  client: tieredClient(spec),
  columns: globalColumns,
};
