/** StagedGlobalNetworkPolicy: a preview of a GlobalNetworkPolicy. Rules: Calico's API reference, "Staged global network policy". */
import type { Kind } from './kind.ts';
import {
  enforcedCheck,
  enforcedConstraints,
  globalFields,
  globalRules,
  stagedAction,
  stagedCheck,
  stagedConstraints,
} from './policy/spec.ts';
import { checkGlobalPolicyName, globalColumns, globalPolicyName, tieredClient } from './policy/tiered.ts';
import type { StructSchema } from './schema.ts';
import { struct } from './schema.ts';

const shape = struct('v3.StagedGlobalNetworkPolicySpec', { stagedAction, ...globalFields }, { rules: globalRules });
const spec: StructSchema = {
  ...shape,
  check: stagedCheck(shape, enforcedCheck('GlobalNetworkPolicySpec')),
  constraints: [...enforcedConstraints, ...stagedConstraints()],
};

export const stagedGlobalNetworkPolicy: Kind = {
  name: 'StagedGlobalNetworkPolicy',
  plural: 'stagedglobalnetworkpolicies',
  goPlural: 'StagedGlobalNetworkPolicies',
  pkg: 'v3',
  aliases: ['stagedglobalnetworkpolicy', 'stagedglobalnetworkpolicies', 'sgnp', 'sgnps'],
  scope: 'cluster',
  summary: 'A GlobalNetworkPolicy that is tried out before it is enforced.',
  crd: true,
  spec,
  checkName: checkGlobalPolicyName,
  nameSchema: globalPolicyName,
  client: tieredClient(spec),
  columns: globalColumns,
};
