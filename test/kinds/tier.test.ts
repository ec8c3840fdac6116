import { describe, expect, test } from 'vitest';
import { schemaProblems } from '../../src/kinds/check.ts';
import { describeProblems } from '../../src/kinds/invalid.ts';
import { Unsupported } from '../../src/kinds/refusal.ts';
import type { Resource } from '../../src/kinds/resource.ts';
import { tier } from '../../src/kinds/tier.ts';
import { object, storeOf } from './store-of.ts';
import { several, verdict, verdictOn } from './verdict.ts';

describe('the spec', () => {
  const enums = (all: string, ...lists: readonly string[]): string =>
    several(
      ...lists.map((list) => `spec.defaultAction (supported values: ${list})`),
      `Tier ("spec.defaultAction" must validate all the schemas (allOf)${all})`,
    );
  test.each([
    ['{order: 250}', 'valid'],
    ['{defaultAction: Pass}', 'valid'],
    ['{defaultAction: Allow}', enums('', '"Pass", "Deny"')],
    ['{defaultAction: pass}', enums('. None validated', '"Allow", "Deny", "Log", "Pass"', '"Pass", "Deny"')],
  ])('%s', (spec, message) => {
    expect(verdictOn('Tier', spec, 'security')).toBe(message);
  });
});

describe('a condition in the status', () => {
  const onCondition = (condition: string): string =>
    verdict(
      `{apiVersion: projectcalico.org/v3, kind: Tier, metadata: {name: a}, status: {conditions: [${condition}]}}`,
    );
  const path = 'status.conditions[0]';
  test('is accepted as controllers write it', () => {
    const condition = '{type: Ready, status: "True", reason: Fine, lastTransitionTime: 2026-01-01T00:00:00Z}';
    expect(onCondition(condition)).toBe('valid');
  });

  test('is refused for every part that is not of its form', () => {
    const condition = '{type: a b, status: "yes", observedGeneration: -1, reason: "1"}';
    const label =
      '^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$';
    expect(onCondition(condition)).toBe(
      several(
        `${path}.type (${path}.type in body should match '${label}')`,
        `${path}.status (supported values: "True", "False", "Unknown")`,
        `${path}.observedGeneration (${path}.observedGeneration in body should be greater than or equal to 0)`,
        `${path}.lastTransitionTime (${path}.lastTransitionTime in body must be of type string: "null")`,
        `${path}.reason (${path}.reason in body should match '^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$')`,
      ),
    );
  });
});

describe('a built-in tier', () => {
  const answer = (name: string, spec: Resource['spec']): string => {
    const prepared = tier.client?.prepareCreate?.(object('Tier', name, spec), storeOf());
    if (prepared === undefined || prepared instanceof Promise) throw new TypeError('nothing to wait for');
    const problems = schemaProblems(tier, prepared, { rangesOfInt32: true });
    return problems.length === 0 ? 'valid' : describeProblems(problems);
  };
  test.each([
    ['default', { order: 5 }, 'error with field Tier (default tier order must be 1000000)'],
    ['default', {}, 'valid'],
    [
      'default',
      { defaultAction: 'Pass' },
      "error with field Tier (The 'default' tier must have default action 'Deny')",
    ],
    ['kube-admin', { order: 1, defaultAction: 'Pass' }, 'error with field Tier (kube-admin tier order must be 1000)'],
    ['kube-admin', { order: 1000 }, "error with field Tier (The 'kube-admin' tier must have default action 'Pass')"],
    ['kube-baseline', { order: 10000000, defaultAction: 'Pass' }, 'valid'],
    [
      'kube-baseline',
      {},
      "error with the following fields:\n-  Tier (The 'kube-baseline' tier must have default action 'Pass')\n-  Tier (kube-baseline tier order must be 10000000)\n",
    ],
    ['late', {}, 'valid'],
  ])('named %s: %j', (name, spec, message) => {
    expect(answer(name, spec)).toBe(message);
  });
});

describe('tier.client', () => {
  const full = { order: 1000000, defaultAction: 'Deny' };

  test.each([
    ['get', 'etcdv3', {}],
    ['list', 'etcdv3', full],
    ['get', 'kubernetes', full],
    ['list', 'kubernetes', full],
  ] as const)('reads a tier without order with %s from %s', (by, type, spec) => {
    expect(tier.client?.read?.(object('Tier', 'old'), { by, type })).toEqual(object('Tier', 'old', spec));
  });

  const remove = async (ref: string, ...objects: readonly Resource[]): Promise<string> => {
    const done = async () => object('Tier', ref);
    const deleted = await tier.client?.delete?.({ kind: 'Tier', name: ref }, undefined, storeOf(...objects), done);
    return deleted?.metadata.name ?? '';
  };

  test.each(['default', 'kube-admin', 'kube-baseline'])('does not delete %s', async (name) => {
    await expect(remove(name)).rejects.toEqual(new Unsupported('Delete', name, `Cannot delete ${name} tier`));
  });

  test.each(['NetworkPolicy', 'GlobalNetworkPolicy', 'StagedNetworkPolicy', 'StagedGlobalNetworkPolicy'])(
    'does not delete a tier with a %s in it',
    async (kind) => {
      const policy = object(kind, 'p', { tier: 'security' });
      const error = new Unsupported('delete', 'security', 'Cannot delete a non-empty tier');
      await expect(remove('security', policy)).rejects.toEqual(error);
    },
  );

  test('deletes a tier that only other tiers’ policies surround', async () => {
    const policies = [object('NetworkPolicy', 'a'), object('GlobalNetworkPolicy', 'b', { tier: 'late' })];
    expect(await remove('security', ...policies)).toBe('security');
  });
});

test('tier.order puts lower orders first and keeps the rest as it was', () => {
  const tiers = [
    object('Tier', 'none'),
    object('Tier', 'b', { order: 10 }),
    object('Tier', 'a', { order: 10 }),
    object('Tier', 'first', { order: -1 }),
  ];
  const { order = () => 0 } = tier;
  expect(tiers.toSorted(order).map(({ metadata }) => metadata.name)).toEqual(['first', 'b', 'a', 'none']);
});
