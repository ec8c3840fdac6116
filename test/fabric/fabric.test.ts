/** The fabric itself: what a datastore holds becomes sessions and routes of real daemons. */
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { matching } from '../doubles/matchers.ts';
import { findProgram, obtainMilliseconds } from '../servers/binaries.ts';
import { sharedEtcd, sharedKubernetes } from '../servers/shared.ts';
import { objectIn } from './confd/cluster.ts';
import { etcdStore, kubernetesStore, startFabric } from './fabric.ts';
import type { Fabric, FabricOptions, FabricStore } from './fabric.ts';
import { established, eventually, stored } from './support.ts';

const programs = ['bird', 'bird6', 'ip', 'etcd-3.4', 'kube-apiserver'] as const;
beforeAll(() => Promise.all(programs.map(findProgram)), obtainMilliseconds);

const stores: Readonly<Record<string, () => Promise<FabricStore>>> = {
  etcd: async () => etcdStore(await sharedEtcd()),
  kubernetes: async () => kubernetesStore(await sharedKubernetes('v1')),
};

async function open(type: string, options: Omit<FabricOptions, 'store'>): Promise<[Fabric, FabricStore]> {
  const store = await stores[type]?.();
  if (store === undefined) throw new Error(`there is no store ${type}`);
  await store.wipe();
  onTestFinished(() => store.close());
  const fabric = await startFabric({ quick: true, ...options, store });
  onTestFinished(() => fabric.stop());
  return [fabric, store];
}

/** Waits until exactly these sessions are up. */
async function untilUp({ nodes }: Fabric, wanted: Readonly<Record<string, string>>): Promise<void> {
  const same = (found: Readonly<Record<string, string>>): boolean => JSON.stringify(found) === JSON.stringify(wanted);
  expect(await eventually(() => established(nodes), same)).toEqual(wanted);
}

const ABC = [{ name: 'a' }, { name: 'b' }, { name: 'c', labels: { rr: '' } }];

describe.each(['etcd', 'kubernetes'])('startFabric() on %s', { timeout: 120_000 }, (type) => {
  it('has the sessions and routes that the datastore demands, and follows it', async () => {
    const [fabric, store] = await open(type, { nodes: ABC, family: 'dual' });
    await untilUp(fabric, {
      a: 'Mesh_127_0_0_12 Mesh_127_0_0_13 Mesh_fd00__c Mesh_fd00__d',
      b: 'Mesh_127_0_0_11 Mesh_127_0_0_13 Mesh_fd00__b Mesh_fd00__d',
      c: 'Mesh_127_0_0_11 Mesh_127_0_0_12 Mesh_fd00__b Mesh_fd00__c',
    });
    const all = fabric.nodes.flatMap(({ routes }) => routes).toSorted();
    const prefixes = () => Promise.all(fabric.nodes.map(async (node) => (await node.prefixes()).toSorted()));
    const everywhere = (found: readonly (readonly string[])[]) => found.every(({ length }) => length === all.length);
    expect(await eventually(prefixes, everywhere)).toEqual([all, all, all]);

    const sampler = fabric.sample(20);
    const datastore = await store.datastore();
    const node = await datastore.get({ kind: 'Node', name: 'c' });
    const bgp = { ...objectIn(node.spec, 'bgp'), routeReflectorClusterID: '244.0.0.1' };
    await datastore.update({ ...node, spec: { ...node.spec, bgp } });
    await datastore.create(stored('BGPPeer', 'to-rr', { nodeSelector: '!has(rr)', peerSelector: 'has(rr)' }));
    await datastore.create(stored('BGPConfiguration', 'default', { nodeToNodeMeshEnabled: false }));
    await untilUp(fabric, {
      a: 'Node_127_0_0_13 Node_fd00__d',
      b: 'Node_127_0_0_13 Node_fd00__d',
      c: 'Node_127_0_0_11 Node_127_0_0_12 Node_fd00__b Node_fd00__c',
    });
    expect(await eventually(prefixes, everywhere)).toEqual([all, all, all]);
    const { gaps, longest } = await sampler.stop();
    // The mesh went before the reflector's sessions were there: the sampler must have seen that.
    expect({ routes: gaps.length, allBack: gaps.every(({ isThere }) => isThere) }).toEqual({
      routes: 18,
      allBack: true,
    });
    expect(longest?.milliseconds).toBeGreaterThan(0);
    expect(gaps.filter(({ node: on, prefix }) => on === 'a' && prefix === '10.48.11.0/26')).toEqual([
      { node: 'a', prefix: '10.48.11.0/26', milliseconds: 0, isThere: true },
    ]);
  });

  it('keeps the last good configuration when BIRD refuses the next one', async () => {
    const [fabric, store] = await open(type, { nodes: ABC });
    const mesh = {
      a: 'Mesh_127_0_0_12 Mesh_127_0_0_13',
      b: 'Mesh_127_0_0_11 Mesh_127_0_0_13',
      c: 'Mesh_127_0_0_11 Mesh_127_0_0_12',
    };
    await untilUp(fabric, mesh);
    const datastore = await store.datastore();
    await datastore.create(stored('BGPPeer', 'no-as', { node: 'a', peerIP: '127.0.0.99' }));
    await fabric.settled();
    expect(fabric.nodes.map((node) => node.refusal())).toEqual([
      matching(/Remote AS number must be set$/),
      undefined,
      undefined,
    ]);
    expect(await established(fabric.nodes)).toEqual(mesh);
    await datastore.delete({ kind: 'BGPPeer', name: 'no-as' });
    await fabric.settled();
    expect(fabric.nodes.map((node) => node.refusal())).toEqual([undefined, undefined, undefined]);
  });

  it('stops and starts daemons, which read what was written meanwhile', async () => {
    const [fabric, store] = await open(type, { nodes: ABC });
    await untilUp(fabric, {
      a: 'Mesh_127_0_0_12 Mesh_127_0_0_13',
      b: 'Mesh_127_0_0_11 Mesh_127_0_0_13',
      c: 'Mesh_127_0_0_11 Mesh_127_0_0_12',
    });
    const [a, ...others] = fabric.nodes;
    if (a === undefined) throw new Error('there is no node');
    await a.stopDaemon('kill');
    await expect(a.protocols()).rejects.toThrow('bird.ctl');
    await (
      await store.datastore()
    ).create(stored('BGPPeer', 'b-only', { node: 'a', peerIP: '127.0.0.12', asNumber: 64512 }));
    await (await store.datastore()).create(stored('BGPConfiguration', 'default', { nodeToNodeMeshEnabled: false }));
    await fabric.settled();
    await a.startDaemon();
    await untilUp(fabric, { a: 'Node_127_0_0_12', b: 'Node_127_0_0_11', c: '' });
    expect(others.length).toBe(2);
  });

  it('reports through CalicoNodeStatus objects', async () => {
    const [fabric, store] = await open(type, { nodes: ABC.slice(0, 2), respond: true });
    await untilUp(fabric, { a: 'Mesh_127_0_0_12', b: 'Mesh_127_0_0_11' });
    const datastore = await store.datastore();
    const spec = { node: 'a', classes: ['Agent', 'BGP', 'Routes'], updatePeriodSeconds: 10 };
    await datastore.create(stored('CalicoNodeStatus', 'a', spec));
    const status = async () => (await datastore.get({ kind: 'CalicoNodeStatus', name: 'a' })).status;
    const time = matching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
    expect(await eventually(status, (found) => typeof found?.['lastUpdated'] === 'string')).toEqual({
      lastUpdated: matching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      agent: {
        birdV4: {
          state: 'Ready',
          version: 'BIRD 1.6.8',
          routerID: '127.0.0.11',
          lastBootTime: time,
          lastReconfigurationTime: time,
        },
        birdV6: { state: 'NotReady' },
      },
      bgp: {
        numberEstablishedV4: 1,
        numberNotEstablishedV4: 0,
        numberEstablishedV6: 0,
        numberNotEstablishedV6: 0,
        peersV4: [
          {
            peerIP: '127.0.0.12',
            type: 'NodeMesh',
            state: 'Established',
            since: matching(/^\d\d:\d\d:\d\d$/),
          },
        ],
      },
      routes: {
        routesV4: [
          {
            type: 'FIB',
            destination: '10.48.11.0/26',
            gateway: 'N/A',
            interface: 'N/A',
            learnedFrom: { sourceType: 'Static' },
          },
          {
            type: 'FIB',
            destination: '10.48.12.0/26',
            gateway: 'N/A',
            interface: 'N/A',
            learnedFrom: { sourceType: 'NodeMesh', peerIP: '127.0.0.12' },
          },
        ],
      },
    });
  });
});
