import { describe, expect, it } from 'vitest';
import { calicoNode, mergeIntoCoreNode } from '../../../src/datastore/kubernetes/node-object.ts';
import { requireKind } from '../../../src/kinds/index.ts';
import type { Resource } from '../../../src/kinds/resource.ts';
import type { JsonObject } from '../../../src/kinds/schema.ts';

const KIND = requireKind('Node');

const CORE = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: {
    name: 'node1',
    uid: '7a3f2b54-0c1d-4e8f-9b6a-5d4c3b2a1908',
    resourceVersion: '4711',
    creationTimestamp: '2026-08-01T09:00:00Z',
    labels: { 'kubernetes.io/os': 'linux', 'kubernetes.io/hostname': 'node1' },
    annotations: {
      'node.alpha.kubernetes.io/ttl': '0',
      'projectcalico.org/IPv4Address': '10.240.0.11/24',
      'projectcalico.org/IPv4IPIPTunnelAddr': '192.168.23.192',
      'projectcalico.org/ASNumber': '64513',
      'projectcalico.org/RouteReflectorClusterID': '244.0.0.1',
      'projectcalico.org/labels': '{"rack":"a1"}',
    },
  },
  spec: { podCIDR: '192.168.1.0/24', podCIDRs: ['192.168.1.0/24'] },
  status: {
    addresses: [
      { type: 'InternalIP', address: '10.240.0.11' },
      { type: 'Hostname', address: 'node1' },
      { type: 'ExternalIP', address: '192.0.2.1' },
    ],
  },
} satisfies JsonObject;

const withAnnotations = (annotations: Readonly<Record<string, string>>, spec: JsonObject = {}): JsonObject => ({
  metadata: { name: 'n', annotations },
  spec,
});
const read = (core: JsonObject, usePodCIDR = false): Resource => calicoNode(KIND, core, usePodCIDR);

describe('calicoNode()', () => {
  it('shows Calico’s annotations as fields, inherited labels among its own, and no other annotation', () => {
    expect(read(CORE)).toEqual({
      kind: 'Node',
      apiVersion: 'projectcalico.org/v3',
      metadata: {
        name: 'node1',
        uid: '7a3f2b54-0c1d-4e8f-9b6a-5d4c3b2a1908',
        resourceVersion: '4711',
        creationTimestamp: '2026-08-01T09:00:00Z',
        labels: { 'kubernetes.io/hostname': 'node1', 'kubernetes.io/os': 'linux', rack: 'a1' },
        annotations: {
          'projectcalico.org/kube-labels': '{"kubernetes.io/hostname":"node1","kubernetes.io/os":"linux"}',
        },
      },
      spec: {
        bgp: {
          asNumber: 64513,
          ipv4Address: '10.240.0.11/24',
          ipv4IPIPTunnelAddr: '192.168.23.192',
          routeReflectorClusterID: '244.0.0.1',
        },
        orchRefs: [{ nodeName: 'node1', orchestrator: 'k8s' }],
        addresses: [
          { address: '10.240.0.11/24', type: 'CalicoNodeIP' },
          { address: '10.240.0.11', type: 'InternalIP' },
          { address: '192.0.2.1', type: 'ExternalIP' },
        ],
      },
      status: { podCIDRs: ['192.168.1.0/24'] },
    });
  });

  it('shows a node that Calico has not written to yet', () => {
    expect(read({ metadata: { name: 'n' } })).toEqual({
      kind: 'Node',
      apiVersion: 'projectcalico.org/v3',
      metadata: { name: 'n', annotations: { 'projectcalico.org/kube-labels': 'null' } },
      spec: { orchRefs: [{ nodeName: 'n', orchestrator: 'k8s' }] },
      status: {},
    });
  });

  it('reads every annotation', () => {
    const node = read(
      withAnnotations({
        'projectcalico.org/IPv6Address': 'fd00::1/64',
        'projectcalico.org/ASNumber': '1.2',
        'projectcalico.org/IPv4VXLANTunnelAddr': '10.1.0.1',
        'projectcalico.org/VXLANTunnelMACAddr': '66:00:00:00:00:01',
        'projectcalico.org/IPv6VXLANTunnelAddr': 'fd00::2',
        'projectcalico.org/VXLANTunnelMACAddrV6': '66:00:00:00:00:02',
        'projectcalico.org/IPv4WireguardInterfaceAddr': '10.1.0.3',
        'projectcalico.org/IPv6WireguardInterfaceAddr': 'fd00::3',
        'projectcalico.org/WireguardPublicKey': 'key4',
        'projectcalico.org/WireguardPublicKeyV6': 'key6',
        'projectcalico.org/Interfaces': '[{"name":"eth0","addresses":["10.0.0.1","no address","fd00::1"]}]',
        'projectcalico.org/annotations': '{"note":"x"}',
      }),
    );
    expect({ spec: node.spec, status: node.status, annotations: node.metadata.annotations }).toEqual({
      spec: {
        bgp: { asNumber: 65538, ipv6Address: 'fd00::1/64' },
        ipv4VXLANTunnelAddr: '10.1.0.1',
        vxlanTunnelMACAddr: '66:00:00:00:00:01',
        ipv6VXLANTunnelAddr: 'fd00::2',
        vxlanTunnelMACAddrV6: '66:00:00:00:00:02',
        orchRefs: [{ nodeName: 'n', orchestrator: 'k8s' }],
        wireguard: { interfaceIPv4Address: '10.1.0.3', interfaceIPv6Address: 'fd00::3' },
        addresses: [{ address: 'fd00::1/64', type: 'CalicoNodeIP' }],
        interfaces: [{ name: 'eth0', addresses: ['10.0.0.1', 'fd00::1'] }],
      },
      status: { wireguardPublicKey: 'key4', wireguardPublicKeyV6: 'key6' },
      annotations: { note: 'x', 'projectcalico.org/kube-labels': 'null' },
    });
  });

  it.each([
    ['IPv4Address', 'fd00::1'],
    ['IPv4Address', '10.0.0.1/33'],
    ['IPv6Address', '10.0.0.1'],
    ['ASNumber', 'abc'],
    ['ASNumber', '4294967296'],
    ['RouteReflectorClusterID', '10.0.0.1/24'],
    ['RouteReflectorClusterID', 'x'],
    ['IPv4IPIPTunnelAddr', '10.0.0.1/8'],
    ['IPv4VXLANTunnelAddr', 'fd00::1'],
    ['VXLANTunnelMACAddr', '66:00'],
    ['IPv6VXLANTunnelAddr', '10.0.0.1'],
    ['IPv4WireguardInterfaceAddr', '10.0.0.300'],
    ['Interfaces', 'no json'],
    ['Interfaces', '{}'],
    ['labels', 'no json'],
    ['annotations', '[1]'],
  ])('takes the annotation %s: %s for absent', (name, value) => {
    expect(read(withAnnotations({ [`projectcalico.org/${name}`]: value }))).toEqual(read(withAnnotations({})));
  });

  it('lets labels of Kubernetes win over Calico’s', () => {
    const core = {
      metadata: {
        name: 'n',
        labels: { a: 'kubernetes' },
        annotations: { 'projectcalico.org/labels': '{"a":"calico"}' },
      },
    };
    expect(read(core).metadata.labels).toEqual({ a: 'kubernetes' });
  });

  it.each([
    { podCIDR: '10.4.5.0/24', key: '', bgp: { ipv4IPIPTunnelAddr: '10.4.5.1' }, wireguard: undefined },
    {
      podCIDR: '10.4.5.0/24',
      key: 'k',
      bgp: { ipv4IPIPTunnelAddr: '10.4.5.1' },
      wireguard: { interfaceIPv4Address: '10.4.5.1' },
    },
    { podCIDR: 'fd00::/64', key: 'k', bgp: undefined, wireguard: undefined },
  ])(
    'takes tunnel addresses from the pod network $podCIDR (WireGuard key: "$key")',
    ({ podCIDR, key, bgp, wireguard }) => {
      const core = withAnnotations(
        {
          'projectcalico.org/WireguardPublicKey': key,
          'projectcalico.org/IPv4IPIPTunnelAddr': '192.0.2.1',
          'projectcalico.org/IPv4WireguardInterfaceAddr': '192.0.2.2',
        },
        { podCIDR },
      );
      const { spec } = read(core, true);
      expect({ bgp: spec['bgp'], wireguard: spec['wireguard'] }).toEqual({ bgp, wireguard });
    },
  );

  it('cannot read a node whose pod network is none, when it needs it', () => {
    expect(() => read(withAnnotations({}, { podCIDR: 'x' }), true)).toThrow('invalid CIDR address: x');
    expect(read(withAnnotations({}, { podCIDR: 'x' })).metadata.name).toBe('n');
  });
});

describe('mergeIntoCoreNode()', () => {
  const annotationsOf = ({ object }: { readonly object: JsonObject }) => object['metadata'];

  it('gives back the core node when what was read is written', () => {
    expect(mergeIntoCoreNode(read(CORE), CORE)).toEqual({ object: CORE, shadowed: [] });
  });

  it('writes every field into its annotation and removes those that are not given', () => {
    const node: Resource = {
      kind: 'Node',
      apiVersion: 'projectcalico.org/v3',
      metadata: { name: 'node1', labels: { b: '2', a: '1' }, annotations: { note: '<x>' } },
      spec: {
        bgp: { asNumber: 65538, ipv4Address: '10.0.0.1/24' },
        ipv4VXLANTunnelAddr: '10.1.0.1',
        interfaces: [{ name: 'eth0', addresses: ['10.0.0.1'] }],
        orchRefs: [{ nodeName: 'ignored', orchestrator: 'x' }],
        addresses: [{ address: '1.2.3.4' }],
      },
      status: { wireguardPublicKey: 'key4', podCIDRs: ['ignored'] },
    };
    expect(mergeIntoCoreNode(node, CORE)).toEqual({
      shadowed: [],
      object: {
        ...CORE,
        metadata: {
          ...CORE.metadata,
          annotations: {
            'node.alpha.kubernetes.io/ttl': '0',
            'projectcalico.org/ASNumber': '65538',
            'projectcalico.org/IPv4Address': '10.0.0.1/24',
            'projectcalico.org/IPv4VXLANTunnelAddr': '10.1.0.1',
            'projectcalico.org/Interfaces': '[{"name":"eth0","addresses":["10.0.0.1"]}]',
            'projectcalico.org/WireguardPublicKey': 'key4',
            'projectcalico.org/annotations': String.raw`{"note":"\u003cx\u003e"}`,
            'projectcalico.org/labels': '{"a":"1","b":"2"}',
          },
        },
      },
    });
  });

  it('removes the annotations of bgp when it is null', () => {
    const node = read(CORE);
    const { bgp: _bgp, ...spec } = node.spec;
    const merged = mergeIntoCoreNode({ ...node, spec: { ...spec, bgp: null } }, CORE);
    expect(annotationsOf(merged)).toMatchObject({
      annotations: { 'node.alpha.kubernetes.io/ttl': '0', 'projectcalico.org/labels': '{"rack":"a1"}' },
    });
    expect(JSON.stringify(merged.object)).not.toMatch(/IPv4Address|IPIPTunnel|ASNumber|RouteReflector/);
  });

  it('keeps inherited labels out of the annotation and tells which were to be changed', () => {
    const node = read(CORE);
    const labels = { 'kubernetes.io/os': 'windows', rack: 'a1', zone: 'b' };
    const merged = mergeIntoCoreNode({ ...node, metadata: { ...node.metadata, labels } }, CORE);
    expect(merged.shadowed).toEqual(['kubernetes.io/hostname', 'kubernetes.io/os']);
    expect(annotationsOf(merged)).toMatchObject({
      labels: CORE.metadata.labels,
      annotations: { 'projectcalico.org/labels': '{"rack":"a1","zone":"b"}' },
    });
  });

  it('stores all labels when the node does not say which are inherited', () => {
    const node = read(CORE);
    const merged = mergeIntoCoreNode(
      { ...node, metadata: { name: 'node1', labels: { 'kubernetes.io/os': 'x' } } },
      CORE,
    );
    expect(merged.shadowed).toEqual([]);
    expect(annotationsOf(merged)).toMatchObject({
      annotations: { 'projectcalico.org/labels': '{"kubernetes.io/os":"x"}' },
    });
  });

  it('refuses nonsense about inherited labels', () => {
    const annotations = { 'projectcalico.org/kube-labels': 'no json' };
    const node = { ...read(CORE), metadata: { name: 'node1', annotations } };
    expect(() => mergeIntoCoreNode(node, CORE)).toThrow('annotation projectcalico.org/kube-labels is not JSON');
  });
});
