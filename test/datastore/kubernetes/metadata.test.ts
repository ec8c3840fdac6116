import { describe, expect, it } from 'vitest';
import { fromCustomMetadata, toCustomMetadata } from '../../../src/datastore/kubernetes/metadata.ts';

const UID = '82d3f87b-eae7-4283-a7dc-5053cf31eeec';
const CUSTOM_UID = '41cb1fde-57e7-42c1-a73b-0acaf38c7737';

describe('toCustomMetadata()', () => {
  it('keeps in the annotation what the custom resource does not have, and Calico’s own keys in both places', () => {
    const metadata = toCustomMetadata('BGPPeer', {
      name: 'noted',
      uid: UID,
      resourceVersion: '812',
      creationTimestamp: '2026-08-22T10:15:30Z',
      labels: { 'projectcalico.org/zone': 'z1', rack: 'r1', 'a.operator.tigera.io/b': 'c' },
      annotations: { note: 'keep <&>', 'projectcalico.org/hint': 'h' },
    });
    expect(metadata).toEqual({
      name: 'noted',
      namespace: undefined,
      uid: CUSTOM_UID,
      resourceVersion: '812',
      labels: { 'a.operator.tigera.io/b': 'c', 'projectcalico.org/zone': 'z1' },
      annotations: {
        'projectcalico.org/hint': 'h',
        'projectcalico.org/metadata': String.raw`{"creationTimestamp":"2026-08-22T10:15:30Z","labels":{"a.operator.tigera.io/b":"c","projectcalico.org/zone":"z1","rack":"r1"},"annotations":{"note":"keep \u003c\u0026\u003e","projectcalico.org/hint":"h"}}`,
      },
    });
  });

  it('writes {} when there is nothing to keep', () => {
    expect(toCustomMetadata('IPPool', { name: 'a' })['annotations']).toEqual({ 'projectcalico.org/metadata': '{}' });
  });

  it.each(['NetworkPolicy', 'GlobalNetworkPolicy', 'StagedNetworkPolicy', 'StagedGlobalNetworkPolicy'])(
    'repeats the name of a %s in the annotation',
    (kind) => {
      expect(toCustomMetadata(kind, { name: 'p' })['annotations']).toEqual({
        'projectcalico.org/metadata': '{"name":"p"}',
      });
    },
  );

  it('names owners that are Calico’s by the group of custom resources', () => {
    const owner = { kind: 'Tier', name: 't', uid: UID };
    const metadata = toCustomMetadata('IPPool', {
      name: 'a',
      ownerReferences: [
        { apiVersion: 'projectcalico.org/v3', ...owner },
        { apiVersion: 'v1', ...owner },
      ],
    });
    expect(metadata['annotations']).toEqual({
      'projectcalico.org/metadata': JSON.stringify({
        ownerReferences: [
          { apiVersion: 'crd.projectcalico.org/v1', kind: 'Tier', name: 't', uid: CUSTOM_UID },
          { apiVersion: 'v1', ...owner },
        ],
      }),
    });
  });

  it('does not let a user’s annotation take the place of its own', () => {
    const annotations = { 'projectcalico.org/metadata': 'mine' };
    expect(toCustomMetadata('IPPool', { name: 'a', annotations })['annotations']).toEqual({
      'projectcalico.org/metadata': '{"annotations":{"projectcalico.org/metadata":"mine"}}',
    });
  });

  it('refuses a uid that is none', () => {
    expect(() => toCustomMetadata('IPPool', { name: 'a', uid: 'x' })).toThrow(
      'failed to parse UID for resource: invalid UUID length: 1',
    );
  });
});

describe('fromCustomMetadata()', () => {
  const own = {
    name: 'a',
    uid: CUSTOM_UID,
    resourceVersion: '812',
    generation: 3,
    creationTimestamp: '2026-08-22T10:15:31Z',
  };

  it('takes everything from a custom resource without the annotation', () => {
    const labels = { 'made-by': 'kubectl' };
    expect(fromCustomMetadata('BGPPeer', { ...own, labels, finalizers: ['f'] }, undefined)).toEqual({
      ...own,
      uid: UID,
      labels,
      finalizers: ['f'],
      selfLink: '',
    });
  });

  it('lets the annotation win, and leaves out what only the custom resource has', () => {
    const kept = {
      labels: { b: 'kept', c: 'c' },
      annotations: { d: 'kept' },
      creationTimestamp: '2020-01-01T00:00:00Z',
    };
    const metadata = {
      ...own,
      labels: { a: 'a', b: 'own' },
      annotations: { d: 'own', e: 'e', 'projectcalico.org/metadata': JSON.stringify(kept) },
      finalizers: ['f'],
    };
    expect(fromCustomMetadata('BGPPeer', metadata, undefined)).toEqual({
      name: 'a',
      uid: UID,
      resourceVersion: '812',
      creationTimestamp: '2020-01-01T00:00:00Z',
      labels: { a: 'a', b: 'kept', c: 'c' },
      annotations: { d: 'kept', e: 'e' },
    });
  });

  it('takes the creation time of the custom resource when the annotation has none', () => {
    const metadata = { ...own, annotations: { 'projectcalico.org/metadata': '{"creationTimestamp":null}' } };
    expect(fromCustomMetadata('BGPPeer', metadata, undefined)).toEqual({
      name: 'a',
      uid: UID,
      resourceVersion: '812',
      creationTimestamp: own.creationTimestamp,
    });
  });

  it.each([
    { note: '{"name":"other"}', tier: 'default', kind: 'NetworkPolicy', shown: 'other' },
    { note: '{}', tier: 'default', kind: 'NetworkPolicy', shown: 'p' },
    { note: '{}', tier: undefined, kind: 'GlobalNetworkPolicy', shown: 'p' },
    { note: '{}', tier: 'other', kind: 'GlobalNetworkPolicy', shown: 'default.p' },
    { note: '{}', tier: 'default', kind: 'IPPool', shown: 'default.p' },
    { note: undefined, tier: 'default', kind: 'NetworkPolicy', shown: 'default.p' },
  ])('shows a $kind default.p in tier $tier with the annotation $note as $shown', ({ note, tier, kind, shown }) => {
    const annotations = note === undefined ? {} : { 'projectcalico.org/metadata': note };
    expect(fromCustomMetadata(kind, { name: 'default.p', annotations }, tier).name).toBe(shown);
  });

  it('shows Calico’s owners by the group of its objects', () => {
    const owner = { kind: 'Tier', name: 't', uid: CUSTOM_UID };
    const kept = {
      ownerReferences: [
        { apiVersion: 'crd.projectcalico.org/v1', ...owner },
        { apiVersion: 'v1', ...owner },
      ],
    };
    const metadata = { name: 'a', annotations: { 'projectcalico.org/metadata': JSON.stringify(kept) } };
    expect(fromCustomMetadata('IPPool', metadata, undefined).ownerReferences).toEqual([
      { apiVersion: 'projectcalico.org/v3', kind: 'Tier', name: 't', uid: UID },
      { apiVersion: 'v1', ...owner },
    ]);
  });

  it.each(['not json', '', '[]', '{"labels":{"a":1}}'])('refuses the annotation %j', (note) => {
    const metadata = { name: 'a', annotations: { 'projectcalico.org/metadata': note } };
    expect(() => fromCustomMetadata('IPPool', metadata, undefined)).toThrow(Error);
  });
});
