import { expect, test } from 'vitest';
import { stagedGlobalNetworkPolicy } from '../../src/kinds/staged-global-network-policy.ts';
import { object, storeOf } from './store-of.ts';
import { verdictOn } from './verdict.ts';

const DELETES = 'Spec fields, except Tier, should all be zero-value if stagedAction is Delete';

test.each([
  ['{order: 1, selector: all(), egress: [{action: Deny, destination: {nets: [203.0.113.0/24]}}]}', 'valid'],
  ['{stagedAction: Learn}', 'valid'],
  [
    '{stagedAction: Remove}',
    'error with field spec.stagedAction (supported values: "Set", "Delete", "Learn", "Ignore")',
  ],
  ['{stagedAction: Delete, tier: security}', 'valid'],
  [
    '{stagedAction: Delete, order: 1, selector: all(), ingress: [{action: Allow}]}',
    `error with field StagedGlobalNetworkPolicySpec = '{Delete  0xc000000000 [{Allow <nil> <nil> <nil> <nil> <nil> {[]   <nil> [] []  [] <nil>} {[]   <nil> [] []  [] <nil>} <nil> <nil>}] [] all() [] false false false   []}' (${DELETES})`,
  ],
  [
    '{stagedAction: Delete, doNotTrack: true, applyOnForward: true}',
    `error with field StagedGlobalNetworkPolicySpec = '{Delete  <nil> [] []  [] true false true   []}' (${DELETES})`,
  ],
  [
    '{types: [Ingress, Ingress]}',
    "error with field GlobalNetworkPolicySpec.Types = '[Ingress Ingress]' ('Ingress' type specified more than once)",
  ],
  ['{preDNAT: true}', 'error with field spec (applyOnForward must be true if either preDNAT or doNotTrack is true)'],
])('the spec %s', (spec, message) => {
  expect(verdictOn('StagedGlobalNetworkPolicy', spec)).toBe(message);
});

test.each([
  [{ stagedAction: 'Delete', types: ['Ingress'] }, { stagedAction: 'Delete' }],
  [
    { stagedAction: 'Set', egress: [{ action: 'Deny' }] },
    { stagedAction: 'Set', egress: [{ action: 'Deny' }], types: ['Egress'] },
  ],
])('stagedGlobalNetworkPolicy.client fills the types except where the policy deletes: %j', async (given, spec) => {
  const { client } = stagedGlobalNetworkPolicy;
  const policy = object('StagedGlobalNetworkPolicy', 'p', given);
  const metadata = { name: 'p', labels: { 'projectcalico.org/tier': 'default' } };
  const created = await client?.prepareCreate?.(policy, storeOf(object('Tier', 'default')));
  expect(created).toEqual({ ...object('StagedGlobalNetworkPolicy', 'p', spec), metadata });
});
