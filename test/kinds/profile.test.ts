import { expect, test } from 'vitest';
import { profile } from '../../src/kinds/profile.ts';
import { object } from './store-of.ts';
import { byTag, verdictOn } from './verdict.ts';

test.each([
  ['{}', 'valid'],
  ['{ingress: [{action: Allow, protocol: TCP, destination: {ports: [80]}}], labelsToApply: {a: b}}', 'valid'],
  [
    '{egress: [{action: Allow, source: {ports: [80]}}]}',
    "error with field Source.Ports = '[80]' (rules with numeric port or port range must set protocol to TCP or UDP or SCTP)",
  ],
  // There is no definition of profiles, so nothing but the client looks at them.
  ['{ingress: [{action: Perhaps}]}', 'valid'],
  ['{labelsToApply: {a: "not a label"}}', `error with field ${byTag('LabelsToApply', 'map[a:not a label]', 'labels')}`],
])('%s', (spec, message) => {
  expect(verdictOn('Profile', spec)).toBe(message);
});

test('the profile of open endpoints is built in', () => {
  expect(profile.builtIn).toEqual([
    {
      kind: 'Profile',
      apiVersion: 'projectcalico.org/v3',
      metadata: { name: 'projectcalico-default-allow', resourceVersion: '1' },
      spec: { ingress: [{ action: 'Allow' }], egress: [{ action: 'Allow' }] },
    },
  ]);
});

test('the column LABELS is sorted', () => {
  const row = object('Profile', 'p', { labelsToApply: { b: '2', a: '1', 'a.b/c': '' } });
  expect(profile.columns.cells['LABELS']?.(row, { get: () => undefined })).toBe('a.b/c=,a=1,b=2');
});
