/** The etcd driver on real servers, where it goes beyond the contract of all drivers: what exactly lies in etcd, and revisions. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Datastore } from '../../../src/datastore/datastore.ts';
import { Corrupt, Invalid, NotFound, ServerError } from '../../../src/datastore/errors.ts';
import { open } from '../../../src/datastore/etcd/driver.ts';
import type { Resource } from '../../../src/kinds/resource.ts';
import { API_VERSION, refOf } from '../../../src/kinds/resource.ts';
import type { JsonObject } from '../../../src/kinds/schema.ts';
import type { EtcdServer, EtcdVersion } from '../../servers/etcd.ts';
import { startEtcd } from '../../servers/etcd.ts';
import { openOptions, settingsFor } from './support.ts';

const PREFIX = '/calico/resources/v3/projectcalico.org';
const UID = '0d4b5c1e-8f52-4c57-9d0f-3a1f6f0f2b11';
const CREATED = '2026-08-22T10:15:30Z';
const HEAD = `"uid":"${UID}","creationTimestamp":"${CREATED}"`;

function resource(kind: string, name: string, spec: JsonObject, status?: JsonObject): Resource {
  const metadata = { name, uid: UID, creationTimestamp: CREATED };
  return { kind, apiVersion: API_VERSION, metadata, spec, ...(status !== undefined && { status }) };
}

/** Objects, and the key and the text under which the Go client stores them. */
const STORED: readonly { readonly object: Resource; readonly key: string; readonly value: string }[] = [
  {
    object: resource('IPPool', 'default-ipv4-ippool', {
      cidr: '192.168.0.0/16',
      vxlanMode: 'Never',
      ipipMode: 'Always',
      natOutgoing: true,
      blockSize: 26,
      nodeSelector: 'all()',
      allowedUses: ['Workload', 'Tunnel'],
      assignmentMode: 'Automatic',
    }),
    key: `${PREFIX}/ippools/default-ipv4-ippool`,
    value: `{"kind":"IPPool","apiVersion":"projectcalico.org/v3","metadata":{"name":"default-ipv4-ippool",${HEAD}},"spec":{"cidr":"192.168.0.0/16","vxlanMode":"Never","ipipMode":"Always","natOutgoing":true,"blockSize":26,"nodeSelector":"all()","allowedUses":["Workload","Tunnel"],"assignmentMode":"Automatic"}}`,
  },
  {
    object: resource('BGPConfiguration', 'default', {
      logSeverityScreen: 'Info',
      nodeToNodeMeshEnabled: false,
      asNumber: 64512,
      serviceClusterIPs: [{ cidr: '10.96.0.0/12' }],
      serviceLoadBalancerAggregation: 'Enabled',
    }),
    key: `${PREFIX}/bgpconfigurations/default`,
    value: `{"kind":"BGPConfiguration","apiVersion":"projectcalico.org/v3","metadata":{"name":"default",${HEAD}},"spec":{"logSeverityScreen":"Info","nodeToNodeMeshEnabled":false,"asNumber":64512,"serviceClusterIPs":[{"cidr":"10.96.0.0/12"}],"serviceLoadBalancerAggregation":"Enabled"}}`,
  },
  {
    object: resource('BGPPeer', 'edge', { nodeSelector: "a == 'x' && b == '<y>'", peerIP: '192.0.2.1', asNumber: 1 }),
    key: `${PREFIX}/bgppeers/edge`,
    value: String.raw`{"kind":"BGPPeer","apiVersion":"projectcalico.org/v3","metadata":{"name":"edge",${HEAD}},"spec":{"nodeSelector":"a == 'x' \u0026\u0026 b == '\u003cy\u003e'","peerIP":"192.0.2.1","asNumber":1}}`,
  },
  {
    object: resource('Tier', 'kube-baseline', { order: 10000000, defaultAction: 'Pass' }, {}),
    key: `${PREFIX}/tiers/kube-baseline`,
    value: `{"kind":"Tier","apiVersion":"projectcalico.org/v3","metadata":{"name":"kube-baseline",${HEAD}},"spec":{"order":10000000,"defaultAction":"Pass"},"status":{}}`,
  },
  {
    object: resource('Node', 'node1', { bgp: { ipv4Address: '192.0.2.2/24', asNumber: 64513 } }, {}),
    key: `${PREFIX}/nodes/node1`,
    value: `{"kind":"Node","apiVersion":"projectcalico.org/v3","metadata":{"name":"node1",${HEAD}},"spec":{"bgp":{"asNumber":64513,"ipv4Address":"192.0.2.2/24"}},"status":{}}`,
  },
  {
    object: resource('ClusterInformation', 'default', {
      clusterGUID: '6f1c0b0d3b8d4d0f8a3f5f0c7a1e9b22',
      datastoreReady: true,
    }),
    key: `${PREFIX}/clusterinformations/default`,
    value: `{"kind":"ClusterInformation","apiVersion":"projectcalico.org/v3","metadata":{"name":"default",${HEAD}},"spec":{"clusterGUID":"6f1c0b0d3b8d4d0f8a3f5f0c7a1e9b22","datastoreReady":true}}`,
  },
  {
    object: {
      kind: 'NetworkPolicy',
      apiVersion: API_VERSION,
      metadata: {
        name: 'allow-dns',
        namespace: 'prod',
        uid: UID,
        creationTimestamp: CREATED,
        labels: { 'projectcalico.org/tier': 'default', team: 'net' },
        annotations: { 'example.com/ticket': 'NET-42', 'projectcalico.org/note': 'keep' },
      },
      spec: {
        tier: 'default',
        order: 100,
        egress: [{ action: 'Allow', protocol: 'UDP', destination: { ports: [53] } }],
        selector: "app == 'web'",
        types: ['Egress'],
      },
    },
    key: `${PREFIX}/networkpolicies/prod/allow-dns`,
    value: String.raw`{"kind":"NetworkPolicy","apiVersion":"projectcalico.org/v3","metadata":{"name":"allow-dns","namespace":"prod",${HEAD},"labels":{"projectcalico.org/tier":"default","team":"net"},"annotations":{"example.com/ticket":"NET-42","projectcalico.org/metadata":"{\"name\":\"allow-dns\"}","projectcalico.org/note":"keep"}},"spec":{"tier":"default","order":100,"egress":[{"action":"Allow","protocol":"UDP","destination":{"ports":[53]}}],"selector":"app == 'web'","types":["Egress"]}}`,
  },
];

describe.each<EtcdVersion>(['3.4', '3.6'])('on etcd %s', (version) => {
  let etcd: EtcdServer;
  let store: Datastore;

  beforeAll(async () => {
    etcd = await startEtcd({ version });
    store = await open(settingsFor(etcd.environment), openOptions());
  });
  beforeEach(() => etcd.wipe());
  afterAll(async () => {
    await store.close();
    await etcd.stop();
  });

  /** Every key with its value, as etcdctl shows them. */
  const dump = async (): Promise<Record<string, string>> => {
    const lines = (await etcd.etcdctl(['get', '', '--from-key'])).split('\n');
    return Object.fromEntries(
      lines.flatMap((line, index) => (line.startsWith('/') ? [[line, lines[index + 1] ?? '']] : [])),
    );
  };
  const put = async (key: string, value: string) => {
    await etcd.etcdctl(['put', key, value]);
  };
  /** The revision of a key's last write. */
  const modRevision = async (key: string): Promise<string> => {
    const answer = await etcd.etcdctl(['get', key, '-w', 'json']);
    return /"mod_revision":(\d+)/.exec(answer)?.[1] ?? 'none';
  };

  describe('create()', () => {
    it.each(STORED)('stores $object.kind under its key, byte for byte', async ({ object, key, value }) => {
      const created = await store.create(object);
      expect(await dump()).toEqual({ [key]: value });
      const resourceVersion = await modRevision(key);
      expect(created).toEqual({ ...object, metadata: { ...object.metadata, resourceVersion } });
    });

    it('stores neither revision nor link', async () => {
      const { object, key, value } = STORED[0] ?? { object: resource('Tier', '', {}), key: '', value: '' };
      await store.create({ ...object, metadata: { ...object.metadata, resourceVersion: '1', selfLink: '/x' } });
      expect(await dump()).toEqual({ [key]: value });
    });

    it('with dryRun answers without a revision', async () => {
      const { object } = STORED[0] ?? { object: resource('Tier', '', {}) };
      expect(await store.create(object, { dryRun: true })).toEqual(object);
      expect(await dump()).toEqual({});
    });
  });

  describe('what another program stored', () => {
    it.each(STORED)('$object.kind is read, and written unchanged', async ({ object, key, value }) => {
      await put(key, value);
      const resourceVersion = await modRevision(key);
      const read = await store.get(refOf(object));
      expect(read).toEqual({ ...object, metadata: { ...object.metadata, resourceVersion } });
      await store.update(read);
      expect(await dump()).toEqual({ [key]: value });
    });

    it('that cannot be read: get() tells key, value and reason', async () => {
      const key = `${PREFIX}/clusterinformations/default`;
      await put(key, 'broken');
      await expect(store.get({ kind: 'ClusterInformation', name: 'default' })).rejects.toThrow(
        new Corrupt(
          `failed to parse datastore entry key=${key}; value=broken: invalid character 'b' looking for beginning of value`,
        ),
      );
    });

    it('that cannot be read: list() names it', async () => {
      await put(`${PREFIX}/bgppeers/a`, 'broken');
      const created = await store.create(resource('BGPPeer', 'b', { peerIP: '192.0.2.1' }));
      const list = await store.list({ kind: 'BGPPeer' });
      expect({ items: list.items, skipped: list.skipped }).toEqual({ items: [created], skipped: ['BGPPeer(a)'] });
    });

    it('that cannot be read: delete() deletes it', async () => {
      const key = `${PREFIX}/bgppeers/a`;
      await put(key, 'broken');
      const resourceVersion = await modRevision(key);
      expect(await store.delete({ kind: 'BGPPeer', name: 'a' })).toEqual({
        kind: 'BGPPeer',
        apiVersion: API_VERSION,
        metadata: { name: 'a', resourceVersion },
        spec: {},
      });
      expect(await dump()).toEqual({});
    });
  });

  describe('a revision', () => {
    const peer = resource('BGPPeer', 'a', { peerIP: '192.0.2.1' });
    const ref = { kind: 'BGPPeer', name: 'a' };

    it('of a list is the revision of the whole store', async () => {
      const created = await store.create(peer);
      await store.create(resource('BGPPeer', 'b', { peerIP: '192.0.2.2' }));
      await put('/unrelated', 'x');
      const { metadata } = await store.list({ kind: 'BGPPeer' });
      expect(Number(metadata.resourceVersion)).toBe(Number(created.metadata.resourceVersion) + 2);
    });

    it.each(['abc', '1.5', '1 ', '0x1', '9223372036854775808', '1e3'])('%j is refused by every verb', async (text) => {
      const created = await store.create(peer);
      const refusal = new Invalid([{ name: 'ResourceVersion', value: text }]);
      expect(refusal.message).toBe(`error with field ResourceVersion = '${text}'`);
      const stale = { ...created, metadata: { ...created.metadata, resourceVersion: text } };
      await expect(store.get(ref, { revision: text })).rejects.toThrow(refusal);
      await expect(store.update(stale)).rejects.toThrow(refusal);
      await expect(store.delete(ref, { revision: text })).rejects.toThrow(refusal);
      expect(await store.get(ref)).toEqual(created);
    });

    it('may be written with zeros and a sign, as Go reads integers', async () => {
      const created = await store.create(peer);
      expect(await store.get(ref, { revision: `+00${created.metadata.resourceVersion}` })).toEqual(created);
      await store.delete(ref, { revision: `0${created.metadata.resourceVersion}` });
      expect(await dump()).toEqual({});
    });

    it('that is empty means none for get() and delete()', async () => {
      const created = await store.create(peer);
      expect(await store.get(ref, { revision: '' })).toEqual(created);
      await store.delete(ref, { revision: '' });
      expect(await dump()).toEqual({});
    });

    it('from before the object existed finds nothing', async () => {
      await put('/unrelated', 'x');
      const revision = await modRevision('/unrelated');
      await store.create(peer);
      await expect(store.get(ref, { revision })).rejects.toThrow(new NotFound(ref));
    });

    it("in the future or compacted away gives the server's words", async () => {
      const created = await store.create(peer);
      const updated = await store.update(created);
      await etcd.etcdctl(['compact', updated.metadata.resourceVersion ?? '']);
      await expect(store.get(ref, { revision: '999999999' })).rejects.toThrow(
        new ServerError('etcdserver: mvcc: required revision is a future revision'),
      );
      await expect(store.get(ref, { revision: created.metadata.resourceVersion ?? '' })).rejects.toThrow(
        new ServerError('etcdserver: mvcc: required revision has been compacted'),
      );
    });

    it('zero never creates an object by an update', async () => {
      const sent = { ...peer, metadata: { ...peer.metadata, resourceVersion: '0' } };
      await expect(store.update(sent)).rejects.toThrow(new NotFound(ref));
      expect(await dump()).toEqual({});
    });
  });

  it('an object larger than etcd takes is refused in its words, and nothing is stored', async () => {
    const annotations = { big: 'x'.repeat(1_600_000) };
    const big = resource('BGPPeer', 'big', { peerIP: '192.0.2.1' });
    await expect(store.create({ ...big, metadata: { ...big.metadata, annotations } })).rejects.toThrow(
      new ServerError('etcdserver: request is too large'),
    );
    expect(await dump()).toEqual({});
  });

  it('a list larger than the usual limit of gRPC comes whole', async () => {
    const annotations = { big: 'x'.repeat(1_000_000) };
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    for (const name of names) {
      const peer = resource('BGPPeer', name, { peerIP: '192.0.2.1' });
      await store.create({ ...peer, metadata: { ...peer.metadata, annotations } });
    }
    const { items } = await store.list({ kind: 'BGPPeer' });
    expect(items.map(({ metadata }) => `${metadata.name} ${metadata.annotations?.['big']?.length}`)).toEqual(
      names.map((name) => `${name} 1000000`),
    );
  });
});
