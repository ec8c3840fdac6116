import { describe, expect, it } from 'vitest';
import { planAdd, planRemove } from '../../../src/bgp/convert/day-two.ts';
import type { Resource } from '../../../src/kinds/resource.ts';
import { ABC, MESH_OFF, node, peer, reflector, TO_RR } from '../support.ts';
import { summary } from './support.ts';

const R1 = reflector('r1', '10.0.0.11');
const R2 = reflector('r2', '10.0.0.12');
const R3 = reflector('r3', '10.0.0.13');
const PAIR = [MESH_OFF, ...ABC, R1, R2, TO_RR];
const add = (resources: readonly Resource[], name: string, clusterId?: string) =>
  summary(planAdd(resources, new Map(), name, clusterId));
const remove = (resources: readonly Resource[], name: string, allowSingle = false) =>
  summary(planRemove(resources, new Map(), name, allowSingle));

describe('planAdd()', () => {
  it('gives a node the label and the cluster ID of the others, in one write', () => {
    expect(add(PAIR, 'c')).toEqual({
      steps: [
        'update Node(c) metadata.labels.route-reflector: null → "true", spec.bgp.routeReflectorClusterID: null → "244.0.0.1"',
      ],
      failures: [],
    });
  });

  it('finds the label by which two BGPPeers select reflectors', () => {
    const labels = { rr: '', role: 'rr', rack: 'r' };
    const rr = (name: string, address: string) => node(name, address, { routeReflectorClusterID: '244.0.0.1' }, labels);
    const peers = [
      peer('clients', { nodeSelector: '!has(rr)', peerSelector: 'has(rr)' }),
      peer('reflectors', { nodeSelector: 'has(rr)', peerSelector: "has(rr) && role == 'rr'" }),
    ];
    expect(add([MESH_OFF, ...ABC, rr('r1', '10.0.0.11'), rr('r2', '10.0.0.12'), ...peers], 'c')).toEqual({
      steps: [
        'update Node(c) metadata.labels.role: null → "rr", metadata.labels.rr: null → "", spec.bgp.routeReflectorClusterID: null → "244.0.0.1"',
      ],
      failures: [],
    });
  });

  it('has nothing to do for a node that is a reflector', () => {
    expect(add(PAIR, 'r2')).toEqual({ steps: [], failures: [] });
  });

  it('needs to be told which of several cluster IDs is meant', () => {
    const two = [MESH_OFF, ...ABC, R1, reflector('r2', '10.0.0.12', '244.0.0.2'), TO_RR];
    expect(add(two, 'c').failures).toEqual([
      'several-ids: reflectors have different cluster IDs: 244.0.0.1, 244.0.0.2',
    ]);
    expect(add(two, 'c', '244.0.0.2').failures).toEqual([]);
  });

  it('is refused where it cannot work', () => {
    const zones = [
      peer('zone', { nodeSelector: 'all()', peerSelector: "route-reflector == 'true'" }),
      peer('other', { nodeSelector: 'has(x)', peerSelector: 'has(y)' }),
    ];
    const half = peer('half', {
      nodeSelector: 'has(route-reflector) || has(client)',
      peerSelector: "route-reflector == 'true'",
    });
    expect([
      add(PAIR, 'z').failures,
      add(ABC, 'c').failures,
      add([...PAIR, node('d', '10.0.0.4 fd00::4')], 'c').failures,
      add(
        [MESH_OFF, ...ABC, R1, R2, peer('by-name', { nodeSelector: 'all()', peerIP: '10.0.0.11', asNumber: 64512 })],
        'c',
      ).failures,
      add([...ABC, R1, R2, half, node('d', '10.0.0.4', {}, { client: '' })], 'c').failures.slice(0, 1),
      add([...PAIR, ...zones], 'c').failures,
    ]).toEqual([
      ['no-such-node: node z does not exist'],
      ['no-reflectors: no other node is a reflector'],
      ['missing-family: node c has no IPv6 address, and other nodes use IPv6'],
      ['not-selectable: there is no label that all of r1, r2 have and by which BGPPeers select them'],
      ['not-reached: 2 nodes (a, b) would have no session with c'],
      [],
    ]);
  });
});

describe('planRemove()', () => {
  it('takes label and cluster ID away in one write', () => {
    expect(remove([...PAIR, R3], 'r3')).toEqual({
      steps: [
        'update Node(r3) metadata.labels.route-reflector: "true" → null, spec.bgp.routeReflectorClusterID: "244.0.0.1" → null',
      ],
      failures: [],
    });
  });

  it('refuses to leave clients with one reflector, unless that is asked for', () => {
    expect([remove(PAIR, 'r2').failures, remove(PAIR, 'r2', true).failures]).toEqual([
      ['too-few: 4 nodes (a, b, c, r2) would be left with one reflector'],
      [],
    ]);
  });

  it('never removes the last reflector while the mesh is off', () => {
    const last = [MESH_OFF, ...ABC, R1, TO_RR];
    expect([remove(last, 'r1', true), remove([...ABC, R1, TO_RR], 'r1').failures]).toEqual([
      { steps: [], failures: ['last-reflector: node r1 is the last reflector, and the mesh is off'] },
      [],
    ]);
  });

  it('has nothing to do for a node that is none', () => {
    expect([remove(PAIR, 'a'), remove(PAIR, 'z').failures]).toEqual([
      { steps: [], failures: [] },
      ['no-such-node: node z does not exist'],
    ]);
  });
});
