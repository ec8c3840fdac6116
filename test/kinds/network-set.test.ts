import { describe, expect, test } from 'vitest';
import { globalNetworkSet } from '../../src/kinds/global-network-set.ts';
import { networkSet } from '../../src/kinds/network-set.ts';
import { object } from './store-of.ts';
import { byTag, several, verdict, verdictOn } from './verdict.ts';

describe.each(['NetworkSet', 'GlobalNetworkSet'])('%s', (kind) => {
  test.each([
    ['{}', 'valid'],
    ['{nets: [198.51.100.0/24, 203.0.113.7, "2001:db8:bad::/48", 198.51.100.7/24]}', 'valid'],
    ['{nets: [198.51.100.0/24, nonsense]}', `error with field ${byTag('Nets[1]', 'nonsense', 'cidr')}`],
    ['{nets: ["", 10.0.0.0/33]}', several(byTag('Nets[0]', '', 'cidr'), byTag('Nets[1]', '10.0.0.0/33', 'cidr'))],
  ])('%s', (spec, message) => {
    expect(verdictOn(kind, spec)).toBe(message);
  });

  test('may not carry the label of a namespace', () => {
    const metadata = '{name: s, labels: {projectcalico.org/namespace: default, a: b}}';
    expect(verdict(`{apiVersion: projectcalico.org/v3, kind: ${kind}, metadata: ${metadata}, spec: {nets: [x]}}`)).toBe(
      several(
        byTag('Nets[0]', 'x', 'cidr'),
        "Metadata.Labels (label) = 'projectcalico.org/namespace' (projectcalico.org/namespace is not a valid label name)",
      ),
    );
  });
});

test('the wide columns show the members', () => {
  const none = { get: () => undefined };
  const spec = { nets: ['192.0.2.0/25', '192.0.2.128/25'] };
  const inNamespace = object('NetworkSet', 'partners', spec, 'kube-system');
  const headings = ['NAMESPACE', ...networkSet.columns.wide];
  expect(headings.map((heading) => networkSet.columns.cells[heading]?.(inNamespace, none))).toEqual([
    'kube-system',
    'partners',
    '192.0.2.0/25,192.0.2.128/25',
  ]);
  const { wide, cells } = globalNetworkSet.columns;
  expect(wide.map((heading) => cells[heading]?.(object('GlobalNetworkSet', 'empty'), none))).toEqual(['empty', '']);
});
