import { describe, expect, it } from 'vitest';
import { planToMesh } from '../../../src/bgp/convert/to-mesh.ts';
import { undone, withWrites } from '../../../src/bgp/convert/writes.ts';
import { bgpCluster } from '../../../src/bgp/model.ts';
import type { Resource } from '../../../src/kinds/resource.ts';
import { ABC, configuration, MESH_OFF, node, peer, reflector, TO_RR } from '../support.ts';
import { named, planned, summary } from './support.ts';

const R1 = reflector('r1', '10.0.0.11');
const R2 = reflector('r2', '10.0.0.12');
const secret = (key: string) => ({ secretKeyRef: { name: 'bgp', key } });

describe('planToMesh()', () => {
  it('turns the mesh on first, makes plain nodes of the reflectors one by one, and deletes the BGPPeer last', () => {
    const made = planToMesh([...ABC, R1, R2, TO_RR, MESH_OFF]);
    expect(summary(made)).toEqual({
      steps: [
        'update BGPConfiguration(default) spec.nodeToNodeMeshEnabled: false → true',
        'update Node(r1) metadata.labels.route-reflector: "true" → null, spec.bgp.routeReflectorClusterID: "244.0.0.1" → null',
        'update Node(r2) metadata.labels.route-reflector: "true" → null, spec.bgp.routeReflectorClusterID: "244.0.0.1" → null',
        `delete BGPPeer(to-rr) {"nodeSelector":"all()","peerSelector":"route-reflector == 'true'"}`,
      ],
      failures: [],
    });
    expect(
      [made.plan.before, ...made.plan.steps.map(({ after }) => after)].map(({ sessions }) => sessions.ipv4),
    ).toEqual([7, 10, 10, 10, 10]);
    expect(made.plan.warnings).toEqual([]);
  });

  it('is the way back of a conversion, settings of the mesh included', () => {
    const mesh = configuration({
      nodeToNodeMeshEnabled: true,
      nodeMeshPassword: secret('m'),
      nodeMeshMaxRestartTime: '5m0s',
    });
    const before = [...ABC, node('r1', '10.0.0.11'), node('r2', '10.0.0.12'), mesh];
    const there = planned(before, named('r1', 'r2')).plan.steps.flatMap(({ writes }) => writes);
    const converted = withWrites(before, there);
    const { plan, failures } = planToMesh(converted);
    expect(failures).toEqual([]);
    const back = plan.steps.flatMap(({ writes }) => writes);
    expect(bgpCluster(withWrites(converted, back))).toEqual(bgpCluster(before));
    expect(bgpCluster(withWrites(withWrites(converted, back), back.toReversed().map(undone)))).toEqual(
      bgpCluster(converted),
    );
  });

  it('takes away the label that the BGPPeers select, in layouts with two of them', () => {
    const rr = (name: string, address: string) =>
      node(name, address, { routeReflectorClusterID: '244.0.0.1' }, { rr: 'x', rack: 'r' });
    const two = [
      peer('clients', { nodeSelector: '!has(rr)', peerSelector: 'has(rr)' }),
      peer('reflectors', { nodeSelector: 'has(rr)', peerSelector: "has(rr) && rack == 'r'" }),
    ];
    expect(summary(planToMesh([...ABC, rr('r1', '10.0.0.11'), rr('r2', '10.0.0.12'), ...two, MESH_OFF])).steps).toEqual(
      [
        'update BGPConfiguration(default) spec.nodeToNodeMeshEnabled: false → true',
        'update Node(r1) metadata.labels.rr: "x" → null, spec.bgp.routeReflectorClusterID: "244.0.0.1" → null',
        'update Node(r2) metadata.labels.rr: "x" → null, spec.bgp.routeReflectorClusterID: "244.0.0.1" → null',
        'delete BGPPeer(clients) {"nodeSelector":"!has(rr)","peerSelector":"has(rr)"}',
        `delete BGPPeer(reflectors) {"nodeSelector":"has(rr)","peerSelector":"has(rr) && rack == 'r'"}`,
      ],
    );
  });

  it('leaves labels of Kubernetes, and says how to take them away', () => {
    const owned = (resource: Resource): Resource => ({
      ...resource,
      metadata: {
        ...resource.metadata,
        annotations: { 'projectcalico.org/kube-labels': '{"route-reflector":"true"}' },
      },
    });
    const made = planToMesh([...ABC, owned(R1), owned(R2), TO_RR, MESH_OFF]);
    expect([summary(made).steps[1], made.plan.warnings[0], made.failures]).toEqual([
      'update Node(r1) spec.bgp.routeReflectorClusterID: "244.0.0.1" → null',
      'label route-reflector of node r1 is one of Kubernetes and stays; take it away afterwards: kubectl label node r1 route-reflector-',
      [],
    ]);
  });

  it('gives the mesh no password when the BGPPeers have different ones', () => {
    const peers = ['x', 'y'].map((key) =>
      peer(key, { nodeSelector: 'all()', peerSelector: "route-reflector == 'true'", password: secret(key) }),
    );
    const { plan } = planToMesh([...ABC, R1, R2, ...peers, MESH_OFF]);
    expect(plan.warnings).toContain('BGPPeers x, y differ in their password: the mesh gets none');
  });

  it('is refused where there is nothing to change, and where a reflector cannot be let go', () => {
    const everything = peer('all', { nodeSelector: 'all()', peerSelector: '!has(rack)' });
    const alone = [R1, R2, everything, MESH_OFF];
    expect([planToMesh(ABC), planToMesh(alone)].map((made) => summary(made).failures.slice(0, 2))).toEqual([
      ['already-there: the mesh is on already, and no node is a reflector'],
      ['r1', 'r2'].map(
        (name) =>
          `not-removable: no label of node ${name} can be taken away so that it is not selected any more (all: !has(rack))`,
      ),
    ]);
  });

  it('says which BGPPeers between nodes stay', () => {
    const made = planToMesh([
      ...ABC,
      R1,
      R2,
      TO_RR,
      MESH_OFF,
      peer('extra', { nodeSelector: 'all()', peerSelector: 'all()' }),
    ]);
    expect(made.plan.warnings).toEqual(['BGPPeers between nodes that stay: extra']);
  });
});
