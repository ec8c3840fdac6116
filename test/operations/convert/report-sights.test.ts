/** Conversions whose gates are held by CalicoNodeStatus objects, with a stand-in for calico-node. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { expectedSessions } from '../../../src/bgp/sessions.ts';
import { Unauthorized } from '../../../src/datastore/errors.ts';
import { reportSights } from '../../../src/operations/convert/report-sights.ts';
import { altered, failure, folderStore } from '../../doubles/world.ts';
import { sharedKubernetes } from '../../servers/shared.ts';
import { testContext } from '../node-support.ts';
import { startResponder } from '../responder.ts';
import { clusterIn, conversion, openStore } from './support.ts';

const TYPES = { Mesh_: 'NodeMesh', Node_: 'NodePeer' };

describe.each(['etcd', 'kubernetes'])('reportSights() on %s', (type) => {
  it('holds the gates of a conversion, and leaves no object behind', async () => {
    const store = await openStore(type, 3);
    const statusOf = async (name: string) => {
      const cluster = await clusterIn(store);
      const peersV4 = (expectedSessions(cluster).get(name)?.ipv4 ?? []).map(({ neighbor, protocol }) => ({
        peerIP: neighbor,
        type: protocol.startsWith('Mesh_') ? TYPES.Mesh_ : TYPES.Node_,
        state: 'Established',
        since: '08:00:01',
      }));
      const own = cluster.nodes.find((node) => node.name === name)?.ipv4;
      const routesV4 = cluster.nodes.map(({ ipv4 }) => ({
        type: 'FIB',
        destination: `${ipv4}/32`,
        gateway: ipv4,
        interface: 'eth0',
        learnedFrom: { sourceType: ipv4 === own ? 'Direct' : 'NodeMesh' },
      }));
      return {
        agent: { birdV4: { state: 'Ready' } },
        bgp: {
          numberEstablishedV4: peersV4.length,
          numberNotEstablishedV4: 0,
          numberEstablishedV6: 0,
          numberNotEstablishedV6: 0,
          peersV4,
        },
        routes: { routesV4 },
      };
    };
    const write =
      type === 'etcd'
        ? undefined
        : async ({ metadata, status }: Parameters<NonNullable<Parameters<typeof startResponder>[2]>>[0]) => {
            const { api } = await sharedKubernetes('v1');
            const path = `/apis/crd.projectcalico.org/v1/caliconodestatuses/${metadata.name ?? ''}/status`;
            return api.call('PATCH', path, { body: { status }, also: [404] });
          };
    const responder = startResponder(store, statusOf, write);
    onTestFinished(() => responder.stop());
    const elsewhere = () => Promise.resolve(testContext({ datastore: () => Promise.resolve(store) }));
    const plan = await conversion(store, (client) =>
      reportSights(client, { atOnce: 2, reportTimeout: 30_000, elsewhere }),
    );
    await plan.run('apply', { gateTimeout: 30_000 });
    const { meshEnabled, nodes } = await clusterIn(store);
    expect([meshEnabled, nodes.map(({ clusterId }) => clusterId)]).toEqual([false, ['244.0.0.1', '244.0.0.1', '']]);
    expect([(await store.list({ kind: 'CalicoNodeStatus' })).items, responder.counts().most <= 2]).toEqual([[], true]);
    const measured = plan.writer.logs['plan.yaml.journal']?.find((line) => line.includes('"baseline"'));
    expect(JSON.parse(measured ?? '')).toMatchObject({
      prefixes: { ipv4: ['10.0.0.1/32', '10.0.0.2/32', '10.0.0.3/32'], ipv6: [] },
      nodes: { 'node-1': { ipv4: { without: ['10.0.0.1/32'] }, ipv6: null } },
    });
  });
});

describe('reportSights()', () => {
  it('ends at once where no CalicoNodeStatus may be made, and says why', async () => {
    const store = altered(await openStore('etcd', 3), {
      create: (resource) => Promise.reject(new Unauthorized(`may not make ${resource.kind}`)),
    });
    const elsewhere = () => Promise.reject(new Error('nothing to clean up'));
    const plan = await conversion(store, (client) =>
      reportSights(client, { atOnce: 2, reportTimeout: 30_000, elsewhere }),
    );
    expect(await failure(plan.run('apply', { gateTimeout: 0 }))).toMatchObject({
      message: 'connection is unauthorized: may not make CalicoNodeStatus',
    });
  });

  it('refuses a folder of manifests, into which no node reports', async () => {
    const store = await folderStore();
    const elsewhere = () => Promise.reject(new Error('nothing to clean up'));
    for (const number of [1, 2, 3])
      await store.create({
        apiVersion: 'projectcalico.org/v3',
        kind: 'Node',
        metadata: { name: `node-${number}` },
        spec: { bgp: { ipv4Address: `10.0.0.${number}/24` } },
      });
    const plan = await conversion(store, (client) =>
      reportSights(client, { atOnce: 2, reportTimeout: 30_000, elsewhere }),
    );
    expect(await failure(plan.run('apply'))).toMatchObject({
      reason: 'precondition',
      message: 'no node reports into a folder of manifests, so that no gate could be held',
    });
    expect((await store.list({ kind: 'BGPPeer' })).items).toEqual([]);
  });
});
