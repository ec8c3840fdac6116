import { describe, expect, it } from 'vitest';
import { parseQuantity, qosControls } from '../../../src/datastore/kubernetes/qos-annotations.ts';

describe('parseQuantity()', () => {
  it.each([
    ['0', 0],
    ['100', 100],
    ['10M', 10_000_000],
    ['1.5Gi', 1_610_612_736],
    ['.5k', 500],
    ['1e3', 1000],
    ['1E', 10n ** 18n],
    ['1500m', 2],
    ['-1500m', -1],
    ['1', 1],
    ['', undefined],
    ['M', undefined],
    ['1 M', undefined],
    ['1KB', undefined],
    ['many', undefined],
  ])('of %j is %s', (text, expected) => {
    expect(parseQuantity(text)).toBe(expected);
  });
});

describe('qosControls()', () => {
  it('is undefined when no annotation asks for any', () => {
    expect(qosControls({ 'example.com/ingressBandwidth': '1M' })).toBe(undefined);
  });

  it('reads Calico’s annotations, and those of Kubernetes where they are absent', () => {
    expect(
      qosControls({
        'qos.projectcalico.org/ingressBandwidth': '1M',
        'kubernetes.io/ingress-bandwidth': '2M',
        'kubernetes.io/egress-bandwidth': '3M',
        'qos.projectcalico.org/egressMaxConnections': '100',
        'qos.projectcalico.org/ingressBurst': 'much',
        'qos.projectcalico.org/dscp': '46',
      }),
    ).toEqual({ ingressBandwidth: 1_000_000, egressBandwidth: 3_000_000, egressMaxConnections: 100, dscp: 46 });
  });
});
