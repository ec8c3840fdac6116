import { expect, test } from 'vitest';
import { calicoNodeStatus } from '../../src/kinds/calico-node-status.ts';
import { resourceFrom } from '../../src/kinds/object.ts';
import { object } from './store-of.ts';
import { byTag, several, verdict, verdictOn } from './verdict.ts';

test.each([
  ['{node: n1, classes: [Agent, BGP, Routes], updatePeriodSeconds: 0}', 'valid'],
  [
    '{}',
    several(
      byTag('Node', '', 'required'),
      byTag('Classes', '[]', 'required'),
      byTag('UpdatePeriodSeconds', '<nil>', 'required'),
    ),
  ],
  [
    '{node: n1, classes: [Weather], updatePeriodSeconds: 1}',
    'error with field spec.classes[0] (supported values: "Agent", "BGP", "Routes")',
  ],
  [
    '{node: n1, classes: [BGP], updatePeriodSeconds: 86401}',
    `error with field ${byTag('UpdatePeriodSeconds', '86401', 'lte')}`,
  ],
  [
    '{node: n1, classes: [BGP], updatePeriodSeconds: -1}',
    'error unmarshaling JSON: while decoding JSON: json: cannot unmarshal number -1 into Go struct field CalicoNodeStatusSpec.spec.updatePeriodSeconds of type uint32',
  ],
])('%s', (spec, message) => {
  expect(verdictOn('CalicoNodeStatus', spec)).toBe(message);
});

test('a status without a time is valid, one of unknown words is not', () => {
  const spec = 'spec: {node: n1, classes: [BGP], updatePeriodSeconds: 1}';
  const header = `apiVersion: projectcalico.org/v3, kind: CalicoNodeStatus, metadata: {name: s}, ${spec}`;
  expect(verdict(`{${header}, status: {lastUpdated: null}}`)).toBe('valid');
  expect(verdict(`{${header}, status: {agent: {birdV4: {state: Happy}}}}`)).toBe(
    'error with field status.agent.birdV4.state (supported values: "Ready", "NotReady")',
  );
});

test('the status is shown whole before the first report', () => {
  const parts = { metadata: { name: 's' }, spec: {}, status: undefined };
  expect(JSON.stringify(resourceFrom(calicoNodeStatus, parts).status)).toBe(
    '{"lastUpdated":null,"agent":{"birdV4":{},"birdV6":{}},"bgp":{"numberEstablishedV4":0,"numberNotEstablishedV4":0,' +
      '"numberEstablishedV6":0,"numberNotEstablishedV6":0},"routes":{}}',
  );
});

test('the wide columns show the classes', () => {
  const { cells, wide } = calicoNodeStatus.columns;
  const row = object('CalicoNodeStatus', 's', { node: 'n1', classes: ['Agent', 'BGP'] });
  expect(wide.map((heading) => cells[heading]?.(row, { get: () => undefined }))).toEqual(['s', 'n1', 'Agent,BGP']);
});
