import { describe, expect, test } from 'vitest';
import { networkPolicy } from '../../src/kinds/network-policy.ts';
import { Unsupported } from '../../src/kinds/refusal.ts';
import { object, storeOf } from './store-of.ts';
import { verdictOn } from './verdict.ts';

describe('the spec', () => {
  test.each([
    [
      '{selector: all(), ingress: [{action: Allow, source: {namespaceSelector: global(), selector: \'role == "host"\'}}]}',
      'valid',
    ],
    [
      '{selector: role == client}',
      "error with field Selector = 'role == client' (Reason: failed to validate Field: Selector because of Tag: selector )",
    ],
    [
      '{serviceAccountSelector: name =}',
      "error with field ServiceAccountSelector = 'name =' (Reason: failed to validate Field: ServiceAccountSelector because of Tag: selector )",
    ],
    ['{selector: global()}', 'error with field spec (global() can only be used in an EntityRule namespaceSelector)'],
    [
      '{types: [Egress, Egress]}',
      "error with field NetworkPolicySpec.Types = '[Egress Egress]' ('Egress' type specified more than once)",
    ],
    ['{doNotTrack: true}', 'error unmarshaling JSON: while decoding JSON: json: unknown field "doNotTrack"'],
  ])('%s', (spec, message) => {
    expect(verdictOn('NetworkPolicy', spec)).toBe(message);
  });
});

const refused = (name: string): string =>
  `error with field Metadata.Name = '${name}' (name must consist of lower case alphanumeric characters or '-' (regex: [a-z0-9]([-a-z0-9]*[a-z0-9])?))`;
test.each([
  ['a.b', 'valid'],
  ['knp.default.a.b.c', 'valid'],
  ['ossg.default.a.b', 'valid'],
  ['a.b.c', refused('a.b.c')],
  ['knp.other.c', refused('knp.other.c')],
])('the name %s', (name, message) => {
  expect(verdictOn('NetworkPolicy', '{}', name)).toBe(message);
});

test('a name that breaks every rule is refused by every rule, after what the spec breaks', () => {
  expect(verdictOn('NetworkPolicy', '{selector: a}', 'A')).toBe(
    [
      'error with the following fields:',
      "-  Metadata.Name = 'A' (name must consist of lower case alphanumeric characters, '-' or '.' (regex: [a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*))",
      "-  Selector = 'a' (Reason: failed to validate Field: Selector because of Tag: selector )",
      `-  ${refused('A').slice('error with field '.length)}`,
      '',
    ].join('\n'),
  );
});

describe('a policy that stands for one of Kubernetes', () => {
  const { client } = networkPolicy;
  const store = storeOf(object('Tier', 'default'));
  const tail = 'kubernetes network policies must be managed through the kubernetes API';

  test('is not created', async () => {
    const given = object('NetworkPolicy', 'knp.default.managed', { selector: 'all()' }, 'default');
    const error = new Unsupported(
      'create or apply',
      '&{{NetworkPolicy projectcalico.org/v3} {knp.default.managed  default    0 0001-01-01 00:00:00 +0000 UTC <nil> <nil> map[] map[] [] [] []} { <nil> [] [] all() []  []}}',
      tail,
    );
    await expect(client?.prepareCreate?.(given, store)).rejects.toEqual(error);
  });

  test('is not updated', async () => {
    const rule = { action: 'Allow', protocol: 'TCP', destination: { ports: [80, '1:2'] } };
    const spec = { tier: 'default', order: 5, ingress: [rule], types: ['Ingress'] };
    const given = {
      ...object('NetworkPolicy', 'knp.default.managed', spec),
      metadata: {
        name: 'knp.default.managed',
        namespace: 'default',
        uid: 'u-1',
        resourceVersion: '7',
        creationTimestamp: '2026-08-22T10:15:30Z',
        labels: { b: '2', a: '1' },
      },
    };
    const error = new Unsupported(
      'apply or replace',
      '&{{NetworkPolicy projectcalico.org/v3} {knp.default.managed  default  u-1 7 0 2026-08-22 10:15:30 +0000 UTC <nil> <nil> map[a:1 b:2] map[] [] [] []}' +
        ' {default 0xc000000000 [{Allow <nil> TCP <nil> <nil> <nil> {[]   <nil> [] []  [] <nil>} {[]   <nil> [80 1:2] []  [] <nil>} <nil> <nil>}] []  [Ingress]  []}}',
      tail,
    );
    await expect(client?.prepareUpdate?.(given, given, store)).rejects.toEqual(error);
  });

  test('is not deleted', async () => {
    const ref = { kind: 'NetworkPolicy', name: 'knp.default.managed', namespace: 'default' };
    const error = new Unsupported(
      'delete',
      '&{{NetworkPolicy projectcalico.org/v3} {knp.default.managed  default    0 0001-01-01 00:00:00 +0000 UTC <nil> <nil> map[] map[] [] [] []} { <nil> [] []  []  []}}',
      tail,
    );
    const remove = async () => object('NetworkPolicy', 'knp.default.managed');
    await expect(client?.delete?.(ref, undefined, store, remove)).rejects.toEqual(error);
  });
});

test('networkPolicy.client deletes its own policies at the given revision', async () => {
  const removed: (string | undefined)[] = [];
  const remove = async (revision: string | undefined) => {
    removed.push(revision);
    return object('NetworkPolicy', 'web');
  };
  await networkPolicy.client?.delete?.({ kind: 'NetworkPolicy', name: 'web' }, '12', storeOf(), remove);
  expect(removed).toEqual(['12']);
});
