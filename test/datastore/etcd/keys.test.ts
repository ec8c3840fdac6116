import { describe, expect, it } from 'vitest';
import * as keys from '../../../src/datastore/etcd/keys.ts';
import { requireKind } from '../../../src/kinds/index.ts';
import type { Kind } from '../../../src/kinds/kind.ts';

const pool = requireKind('IPPool');
/** A namespaced kind, as far as keys look at it. */
const policy: Kind = { ...pool, name: 'NetworkPolicy', plural: 'networkpolicies', scope: 'namespaced' };

describe('resourceKey()', () => {
  it('ends in the name of an object without namespace', () => {
    expect(keys.resourceKey(pool, { name: 'default-ipv4-ippool' })).toBe(
      '/calico/resources/v3/projectcalico.org/ippools/default-ipv4-ippool',
    );
  });

  it('ends in namespace and name', () => {
    expect(keys.resourceKey(policy, { namespace: 'prod', name: 'allow-dns' })).toBe(
      '/calico/resources/v3/projectcalico.org/networkpolicies/prod/allow-dns',
    );
  });
});

describe('resourceRange()', () => {
  const prefix = '/calico/resources/v3/projectcalico.org';
  it.each([
    [pool, {}, { key: `${prefix}/ippools/`, prefix: true }],
    [pool, { name: 'a' }, { key: `${prefix}/ippools/a`, prefix: false }],
    [policy, {}, { key: `${prefix}/networkpolicies/`, prefix: true }],
    [policy, { name: 'a' }, { key: `${prefix}/networkpolicies/`, prefix: true }],
    [policy, { namespace: 'n' }, { key: `${prefix}/networkpolicies/n/`, prefix: true }],
    [policy, { namespace: 'n', name: 'a' }, { key: `${prefix}/networkpolicies/n/a`, prefix: false }],
  ])('of $plural with %j', (kind, selector, range) => {
    expect(keys.resourceRange(kind, selector)).toEqual(range);
  });
});

describe('refOfKey()', () => {
  it('reads what resourceKey() wrote', () => {
    const one = { kind: 'IPPool', name: 'a.b-c' };
    const two = { kind: 'NetworkPolicy', namespace: 'prod', name: 'allow.dns' };
    expect(keys.refOfKey(pool, keys.resourceKey(pool, one))).toEqual(one);
    expect(keys.refOfKey(policy, keys.resourceKey(policy, two))).toEqual(two);
  });
});

describe('keys of IPAM objects', () => {
  it.each([
    [keys.blockKey('10.9.0.0/26'), '/calico/ipam/v2/assignment/ipv4/block/10.9.0.0-26'],
    [keys.blockKey('fd00:10:244::/122'), '/calico/ipam/v2/assignment/ipv6/block/fd00:10:244::-122'],
    [
      keys.affinityKey({ type: 'host', host: 'node1', cidr: '10.9.0.0/30' }),
      '/calico/ipam/v2/host/node1/ipv4/block/10.9.0.0-30',
    ],
    [
      keys.affinityKey({ type: 'virtual', host: 'load-balancer', cidr: 'fd00::/122' }),
      '/calico/ipam/v2/virtual/load-balancer/ipv6/block/fd00::-122',
    ],
    [keys.handleKey('k8s-pod-network.0A1b2c'), '/calico/ipam/v2/handle/k8s-pod-network.0A1b2c'],
    [keys.hostMarkerKey('node1'), '/calico/ipam/v2/host/node1'],
    [keys.IPAM_CONFIG, '/calico/ipam/v2/config'],
  ])('are %s', (key, expected) => {
    expect(key).toBe(expected);
  });

  it.each([
    { type: 'host', host: 'node-1', cidr: '10.9.0.0/30' },
    { type: 'virtual', host: 'load-balancer', cidr: 'fd00:10:244::/122' },
  ])('give back the affinity %j', (affinity) => {
    expect(keys.parseAffinityKey(keys.affinityKey(affinity))).toEqual(affinity);
  });

  it('tell the marker of a host from an affinity', () => {
    expect(keys.parseAffinityKey(keys.hostMarkerKey('node1'))).toBeUndefined();
  });
});
