import { expect, test } from 'vitest';
import { verdictOn } from './verdict.ts';

test.each([
  ['{selector: all(), ingress: [{action: Allow}]}', 'valid'],
  [
    '{stagedAction: remove}',
    'error with field spec.stagedAction (supported values: "Set", "Delete", "Learn", "Ignore")',
  ],
  [
    '{stagedAction: Delete, types: [Ingress]}',
    "error with field StagedNetworkPolicySpec = '{Delete  <nil> [] []  [Ingress]  []}' (Spec fields, except Tier, should all be zero-value if stagedAction is Delete)",
  ],
  [
    '{types: [Egress, Egress]}',
    "error with field NetworkPolicySpec.Types = '[Egress Egress]' ('Egress' type specified more than once)",
  ],
  [
    '{serviceAccountSelector: global()}',
    'error with field spec (global() can only be used in an EntityRule namespaceSelector)',
  ],
])('the spec %s', (spec, message) => {
  expect(verdictOn('StagedNetworkPolicy', spec)).toBe(message);
});

test('a name may have the prefix of a policy that stands for something else', () => {
  expect(verdictOn('StagedNetworkPolicy', '{}', 'knp.default.a.b.c')).toBe('valid');
});
