import { describe, expect, test } from 'vitest';
import { withSchemaDefaults } from '../../src/kinds/check.ts';
import { decodeStruct, inputNode } from '../../src/kinds/decode.ts';
import type { JsonObject } from '../../src/kinds/schema.ts';
import { stagedKubernetesNetworkPolicy as kind } from '../../src/kinds/staged-kubernetes-network-policy.ts';
import { object } from './store-of.ts';
import { verdictOn } from './verdict.ts';

const DECODING = 'error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ';
const onPort = (port: string): string =>
  verdictOn('StagedKubernetesNetworkPolicy', `{ingress: [{ports: [{port: ${port}}]}]}`);

test.each([
  ['{}', 'valid'],
  ['{podSelector: {matchLabels: {a: b}}, policyTypes: [Ingress], ingress: [{from: [{podSelector: {}}]}]}', 'valid'],
  ['{stagedAction: Delete}', 'valid'],
  [
    '{stagedAction: Delete, podSelector: {matchLabels: {a: b}}, policyTypes: [Egress]}',
    "error with field StagedKubernetesNetworkPolicySpec = '{Delete {map[a:b] []} [] [] [Egress]}' (Spec fields, except Tier, should all be zero-value if stagedAction is Delete)",
  ],
  [
    '{stagedAction: Remove}',
    'error with field spec.stagedAction (supported values: "Set", "Delete", "Learn", "Ignore")',
  ],
  ['{policyTypes: [Ingress, Egress, Ingress]}', 'error with field spec.policyTypes (must have at most 2 items)'],
  [
    '{egress: {to: []}}',
    `${DECODING}object into Go struct field StagedKubernetesNetworkPolicySpec.spec.egress of type []v1.NetworkPolicyEgressRule`,
  ],
])('the spec %s', (spec, message) => {
  expect(verdictOn('StagedKubernetesNetworkPolicy', spec)).toBe(message);
});

test('any DNS subdomain is a name', () => {
  expect(verdictOn('StagedKubernetesNetworkPolicy', '{}', 'a.b.c')).toBe('valid');
});

describe('a port', () => {
  const field = 'Go struct field NetworkPolicyPort.spec.ingress.ports.port of type int32';
  test.each([
    ['80', 'valid'],
    ['http', 'valid'],
    ['"80"', 'valid'],
    ['true', `${DECODING}bool into ${field}`],
    ['1.5', `${DECODING}number 1.5 into ${field}`],
    ['4294967296', `${DECODING}number 4294967296 into ${field}`],
    ['[80]', `${DECODING}array into ${field}`],
  ])('given as %s', (port, message) => {
    expect(onPort(port)).toBe(message);
  });
});

test('the pod selector is always written, and the staged action is filled in', () => {
  const node = inputNode({ podSelector: null });
  if (node.type !== 'map') throw new TypeError('an object was given');
  const { value, problems } = decodeStruct(kind.spec, node, { coerce: true });
  expect([problems, withSchemaDefaults(kind.spec, value)]).toEqual([[], { podSelector: {}, stagedAction: 'Set' }]);
});

test.each<[JsonObject, string]>([
  [{}, '&LabelSelector{MatchLabels:map[string]string{},MatchExpressions:[]LabelSelectorRequirement{},}'],
  [
    { matchLabels: { b: '2', a: '1' } },
    '&LabelSelector{MatchLabels:map[string]string{a: 1,b: 2,},MatchExpressions:[]LabelSelectorRequirement{},}',
  ],
  [
    {
      matchExpressions: [
        { key: 'a', operator: 'In', values: ['x', 'y'] },
        { key: 'b', operator: 'Exists' },
      ],
    },
    '&LabelSelector{MatchLabels:map[string]string{},MatchExpressions:[]LabelSelectorRequirement{LabelSelectorRequirement{Key:a,Operator:In,Values:[x y],},LabelSelectorRequirement{Key:b,Operator:Exists,Values:[],},},}',
  ],
])('the PODSELECTOR cell of %j', (podSelector, cell) => {
  const policy = object('StagedKubernetesNetworkPolicy', 'p', { podSelector }, 'default');
  expect(kind.columns.cells['PODSELECTOR']?.(policy, { get: () => undefined })).toBe(cell);
});
