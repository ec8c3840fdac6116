import { describe, expect, test } from 'vitest';
import { globalNetworkPolicy } from '../../src/kinds/global-network-policy.ts';
import { object, storeOf } from './store-of.ts';
import { byTag, several, verdictOn } from './verdict.ts';

const DECODING = 'error unmarshaling JSON: while decoding JSON: ';
const GLOBAL = 'global() can only be used in an EntityRule namespaceSelector';

const onSpec = (spec: string): string => verdictOn('GlobalNetworkPolicy', spec);
const onRule = (rule: string): string => onSpec(`{ingress: [${rule}]}`);

describe('selectors', () => {
  test.each([
    ['{selector: \'has(a) && b in {"c"}\'}', 'valid'],
    ['{selector: "a ="}', `error with field ${byTag('Selector', 'a =', 'selector')}`],
    ['{namespaceSelector: \'team == "x"\', serviceAccountSelector: has(y)}', 'valid'],
    ['{namespaceSelector: team}', `error with field ${byTag('NamespaceSelector', 'team', 'selector')}`],
    ['{selector: global()}', `error with field spec (${GLOBAL})`],
    ['{namespaceSelector: global()}', `error with field spec (${GLOBAL})`],
    ['{serviceAccountSelector: global()}', `error with field spec (${GLOBAL})`],
    [
      '{ingress: [{action: Allow, source: {selector: has(a), notSelector: b}}]}',
      `error with field ${byTag('NotSelector', 'b', 'selector')}`,
    ],
    ['{ingress: [{action: Allow, source: {namespaceSelector: global()}}]}', 'valid'],
    [
      '{egress: [{action: Allow, destination: {selector: global()}}]}',
      `error with field spec.egress[0].destination (${GLOBAL})`,
    ],
  ])('%s', (spec, message) => {
    expect(onSpec(spec)).toBe(message);
  });

  test('may have 1024 characters', () => {
    const selector = (length: number): string => onSpec(`{selector: "${' '.repeat(length - 5)}all()"}`);
    expect([selector(1024), selector(1025)]).toEqual([
      'valid',
      'error with field spec.selector (may not be more than 1024 bytes)',
    ]);
  });
});

describe('limits', () => {
  const repeated = (item: string, count: number): string => `[${Array.from({ length: count }, () => item).join(', ')}]`;
  const side = (field: string, item: string) => (count: number) =>
    onRule(`{action: Allow, protocol: TCP, source: {${field}: ${repeated(item, count)}}}`);
  const tooMany = (path: string, most: number): string => `error with field ${path} (must have at most ${most} items)`;

  test.each([
    ['rules', 1024, 'spec.ingress', (count: number) => onSpec(`{ingress: ${repeated('{action: Log}', count)}}`)],
    ['networks', 256, 'spec.ingress[0].source.nets', side('nets', '10.0.0.0/8')],
    ['networks to leave out', 256, 'spec.ingress[0].source.notNets', side('notNets', '10.0.0.0/8')],
    ['ports', 50, 'spec.ingress[0].source.ports', side('ports', '80')],
    ['ports to leave out', 50, 'spec.ingress[0].source.notPorts', side('notPorts', '80')],
    [
      'HTTP paths',
      20,
      'spec.ingress[0].http.paths',
      (count: number) => onRule(`{action: Allow, http: {paths: ${repeated('{exact: /a}', count)}}}`),
    ],
  ])('of %s: %i', (_what, most, path, verdictAt) => {
    expect([verdictAt(most), verdictAt(most + 1)]).toEqual(['valid', tooMany(path, most)]);
  });

  test('of types: two', () => {
    const repeats =
      "GlobalNetworkPolicySpec.Types = '[Ingress Egress Ingress]' ('Ingress' type specified more than once)";
    expect(onSpec('{types: [Ingress, Egress, Ingress]}')).toBe(
      several(repeats, 'spec.types (must have at most 2 items)'),
    );
  });
});

describe('the spec as a whole', () => {
  const goType = (got: string, field: string, want: string): string =>
    `${DECODING}json: cannot unmarshal ${got} into Go struct field GlobalNetworkPolicySpec.spec.${field} of type ${want}`;
  const forward = 'applyOnForward must be true if either preDNAT or doNotTrack is true';
  test.each([
    ['{types: [Ingress], ingress: [{action: Allow}]}', 'valid'],
    ['{types: [ingress]}', 'error with field spec.types[0] (supported values: "Ingress", "Egress")'],
    [
      '{types: [Ingress, Ingress]}',
      "error with field GlobalNetworkPolicySpec.Types = '[Ingress Ingress]' ('Ingress' type specified more than once)",
    ],
    ['{preDNAT: true}', `error with field spec (${forward})`],
    [
      '{preDNAT: true, applyOnForward: true, egress: [{action: Allow}]}',
      'error with field spec (preDNAT policy cannot have any egress rules)',
    ],
    [
      '{preDNAT: true, applyOnForward: true, types: [Egress]}',
      "error with field spec (preDNAT policy cannot have 'Egress' type)",
    ],
    [
      '{preDNAT: true, applyOnForward: true, doNotTrack: true}',
      'error with field spec (preDNAT and doNotTrack cannot both be true)',
    ],
    ['{doNotTrack: true}', `error with field spec (${forward})`],
    ['{doNotTrack: true, applyOnForward: true, ingress: [{action: Allow}]}', 'valid'],
    ['{order: "10"}', goType('string', 'order', 'float64')],
    ['{order: -1.5}', 'valid'],
    ['{tier: Bad_Tier}', `error with field ${byTag('Tier', 'Bad_Tier', 'name')}`],
    ['{performanceHints: [AssumeNeededOnEveryNode]}', 'valid'],
    [
      '{performanceHints: [Whatever]}',
      several(
        byTag('PerformanceHints[0]', 'Whatever', 'oneof'),
        'spec.performanceHints[0] (supported values: "AssumeNeededOnEveryNode")',
      ),
    ],
    [
      '{performanceHints: [AssumeNeededOnEveryNode, AssumeNeededOnEveryNode]}',
      `error with field ${byTag('PerformanceHints', '[AssumeNeededOnEveryNode AssumeNeededOnEveryNode]', 'unique')}`,
    ],
    ['{ingress: {action: Allow}}', goType('object', 'ingress', '[]v3.Rule')],
    ['{stagedAction: Set}', `${DECODING}json: unknown field "stagedAction"`],
  ])('%s', (spec, message) => {
    expect(onSpec(spec)).toBe(message);
  });
});

test.each([
  ['a', 'valid'],
  ['a.b', 'valid'],
  ['default.web-1', 'valid'],
  [
    'a.b.c',
    "error with field Metadata.Name = 'a.b.c' (name must consist of lower case alphanumeric characters or '-' (regex: [a-z0-9]([-a-z0-9]*[a-z0-9])?))",
  ],
])('the name %s', (name, message) => {
  expect(verdictOn('GlobalNetworkPolicy', '{}', name)).toBe(message);
});

describe('globalNetworkPolicy.client', () => {
  const { client } = globalNetworkPolicy;
  const tiers = storeOf(object('Tier', 'default'), object('Tier', 'security'));
  const rule = { action: 'Allow' };

  test.each([
    [{}, { types: ['Ingress'] }],
    [{ ingress: [rule] }, { ingress: [rule], types: ['Ingress'] }],
    [{ egress: [rule] }, { egress: [rule], types: ['Egress'] }],
    [
      { ingress: [rule], egress: [rule] },
      { ingress: [rule], egress: [rule], types: ['Ingress', 'Egress'] },
    ],
    [
      { types: ['Egress'], ingress: [rule] },
      { ingress: [rule], types: ['Egress'] },
    ],
  ])('fills the types of a new policy: %j', async (given, spec) => {
    const created = await client?.prepareCreate?.(object('GlobalNetworkPolicy', 'p', given), tiers);
    expect(created).toEqual({
      ...object('GlobalNetworkPolicy', 'p', spec),
      metadata: { name: 'p', labels: { 'projectcalico.org/tier': 'default' } },
    });
  });

  test('labels a policy with its tier, whatever label it had', async () => {
    const given = object('GlobalNetworkPolicy', 'p', { tier: 'security', types: ['Ingress'] });
    const labelled = { ...given, metadata: { name: 'p', labels: { z: '1', 'projectcalico.org/tier': 'other' } } };
    const updated = await client?.prepareUpdate?.(labelled, given, tiers);
    expect(updated).toEqual({
      ...given,
      metadata: { name: 'p', labels: { 'projectcalico.org/tier': 'security', z: '1' } },
    });
    expect(Object.keys(updated?.metadata.labels ?? {})).toEqual(['projectcalico.org/tier', 'z']);
  });

  test('passes on that a tier does not exist', async () => {
    const given = object('GlobalNetworkPolicy', 'p', { tier: 'nowhere' });
    await expect(client?.prepareCreate?.(given, tiers)).rejects.toThrow('resource does not exist: Tier(nowhere)');
  });

  test('shows the label of the default tier where a stored policy has none', () => {
    const reading = { by: 'get', type: 'etcdv3' } as const;
    const stored = object('GlobalNetworkPolicy', 'p', { tier: 'security' });
    const labels = { 'projectcalico.org/tier': 'default' };
    const labelled = { ...stored, metadata: { name: 'p', labels } };
    expect([client?.read?.(stored, reading), client?.read?.(labelled, reading)]).toEqual([labelled, labelled]);
  });
});

test.each([
  [100, '100'],
  [1.5, '1.5'],
  [999999, '999999'],
  [1000000, '1e+06'],
  [1000001, '1.000001e+06'],
  [undefined, '<nil>'],
])('the ORDER cell of %s', (order, cell) => {
  const policy = object('GlobalNetworkPolicy', 'p', { order });
  expect(globalNetworkPolicy.columns.cells['ORDER']?.(policy, { get: () => undefined })).toBe(cell);
});
