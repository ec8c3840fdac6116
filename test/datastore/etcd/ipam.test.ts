import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Conflict, Corrupt, NotFound } from '../../../src/datastore/errors.ts';
import type { IpamStore } from '../../../src/datastore/ipam-store.ts';
import type { Datastore } from '../../../src/datastore/datastore.ts';
import { open } from '../../../src/datastore/etcd/driver.ts';
import type { Affinity, Block, Handle } from '../../../src/ipam/model.ts';
import type { EtcdServer, EtcdVersion } from '../../servers/etcd.ts';
import { startEtcd } from '../../servers/etcd.ts';
import { openOptions, settingsFor } from './support.ts';

const IPAM = '/calico/ipam/v2';
const BLOCK_KEY = `${IPAM}/assignment/ipv4/block/10.9.0.0-30`;
const BLOCK_VALUE =
  '{"cidr":"10.9.0.0/30","affinity":"host:node1","affinity_claim_time":"2026-08-01T10:00:00Z","allocations":[0,1,null,null],"unallocated":[2,3],"attributes":[{"handle_id":"ipip-tunnel-addr-node1","secondary":{"node":"node1","type":"ipipTunnelAddress"}},{"handle_id":"k8s-pod-network.0A1b2c","secondary":{"namespace":"default","node":"node1","pod":"web-0","timestamp":"2026-08-01 10:01:02.345678901 +0000 UTC"},"alternateOwnerAttrs":{"node":"node2"}}],"sequenceNumber":1785578400123456791,"sequenceNumberForAllocation":{"0":1785578400123456789,"1":1785578400123456790},"deleted":false}';
const BLOCK: Block = {
  cidr: '10.9.0.0/30',
  affinity: 'host:node1',
  affinityClaimTime: '2026-08-01T10:00:00Z',
  allocations: [0, 1, null, null],
  unallocated: [2, 3],
  attributes: [
    { handleID: 'ipip-tunnel-addr-node1', secondary: { node: 'node1', type: 'ipipTunnelAddress' } },
    {
      handleID: 'k8s-pod-network.0A1b2c',
      secondary: {
        namespace: 'default',
        node: 'node1',
        pod: 'web-0',
        timestamp: '2026-08-01 10:01:02.345678901 +0000 UTC',
      },
      alternateOwnerAttrs: { node: 'node2' },
    },
  ],
  sequenceNumber: 1785578400123456791n,
  sequenceNumberForAllocation: { '0': 1785578400123456789n, '1': 1785578400123456790n },
  deleted: false,
};
const AFFINITY: Affinity = { cidr: '10.9.0.0/30', host: 'node1', type: 'host', state: 'confirmed', deleted: false };
const HANDLE: Handle = { handleID: 'k8s-pod-network.0A1b2c', block: { '10.9.0.0/30': 1 }, deleted: false };

describe.each<EtcdVersion>(['3.4', '3.6'])('IPAM on etcd %s', (version) => {
  let etcd: EtcdServer;
  let datastore: Datastore;
  let ipam: IpamStore;
  const logged: string[] = [];

  beforeAll(async () => {
    etcd = await startEtcd({ version });
    const options = openOptions({ log: (message) => void logged.push(message) });
    datastore = await open(settingsFor(etcd.environment), options);
    if (datastore.ipam === undefined) throw new Error('etcd has IPAM data');
    ipam = datastore.ipam;
  });
  beforeEach(async () => {
    logged.length = 0;
    await etcd.wipe();
  });
  afterAll(async () => {
    await datastore.close();
    await etcd.stop();
  });

  const put = async (key: string, value: string): Promise<string> => {
    await etcd.etcdctl(['put', key, value]);
    return /"mod_revision":(\d+)/.exec(await etcd.etcdctl(['get', key, '-w', 'json']))?.[1] ?? 'none';
  };
  const valueOf = (key: string) => etcd.etcdctl(['get', key, '--print-value-only']);

  it('reads a block, and writes the same bytes, 64-bit numbers included', async () => {
    const revision = await put(BLOCK_KEY, BLOCK_VALUE);
    const stored = await ipam.blocks.get({ cidr: '10.9.0.0/30' });
    expect(stored).toEqual({ value: BLOCK, revision });
    const updated = await ipam.blocks.update({ value: BLOCK, revision });
    expect(updated).toEqual({ value: BLOCK, revision: String(Number(revision) + 1) });
    expect(await valueOf(BLOCK_KEY)).toBe(`${BLOCK_VALUE}\n`);
  });

  it('reads a block without affinity, attributes and sequence numbers of addresses', async () => {
    const key = `${IPAM}/assignment/ipv6/block/fd00:9::8-125`;
    const revision = await put(
      key,
      '{"cidr":"fd00:9::8/125","affinity":null,"allocations":[null,null],"unallocated":[0,1],"attributes":null,"sequenceNumber":7,"hostAffinity":"old","deleted":false}',
    );
    const value = {
      cidr: 'fd00:9::8/125',
      allocations: [null, null],
      unallocated: [0, 1],
      attributes: [],
      sequenceNumber: 7n,
      sequenceNumberForAllocation: {},
      deleted: false,
    };
    expect(await ipam.blocks.list()).toEqual([{ value, revision }]);
    await ipam.blocks.update({ value, revision });
    expect(await valueOf(key)).toBe(
      '{"cidr":"fd00:9::8/125","affinity":null,"allocations":[null,null],"unallocated":[0,1],"attributes":[],"sequenceNumber":7,"sequenceNumberForAllocation":{},"deleted":false}\n',
    );
  });

  it('reads and writes the attribute of an address that cools down', async () => {
    const releasedAt = '2026-08-01T10:00:00.123456789Z';
    const value = { ...BLOCK, allocations: [0, null, null, null], attributes: [{ releasedAt }] };
    const revision = await put(BLOCK_KEY, BLOCK_VALUE);
    await ipam.blocks.update({ value, revision });
    expect(await valueOf(BLOCK_KEY)).toContain(`"attributes":[{"releasedAt":"${releasedAt}"}]`);
    expect((await ipam.blocks.get(value))?.value).toEqual(value);
  });

  it('lists affinities of hosts, and neither those of other types nor markers of hosts', async () => {
    const confirmed = await put(`${IPAM}/host/node1/ipv4/block/10.9.0.0-30`, '{"state":"confirmed","deleted":false}');
    const empty = await put(`${IPAM}/host/node2/ipv6/block/fd00::-122`, '');
    await put(`${IPAM}/host/node3`, '{}');
    await put(`${IPAM}/virtual/load-balancer/ipv4/block/10.9.0.4-30`, '{"state":"confirmed","deleted":false}');
    expect(await ipam.affinities.list()).toEqual([
      { value: AFFINITY, revision: confirmed },
      { value: { cidr: 'fd00::/122', host: 'node2', type: 'host', state: '', deleted: false }, revision: empty },
    ]);
    const virtual = { cidr: '10.9.0.4/30', host: 'load-balancer', type: 'virtual' };
    expect((await ipam.affinities.get(virtual))?.value).toEqual({ ...virtual, state: 'confirmed', deleted: false });
  });

  it('writes an affinity', async () => {
    const key = `${IPAM}/host/node1/ipv4/block/10.9.0.0-30`;
    const revision = await put(key, '{"state":"confirmed","deleted":false}');
    await ipam.affinities.update({ value: { ...AFFINITY, state: 'pendingDeletion' }, revision });
    expect(await valueOf(key)).toBe('{"state":"pendingDeletion","deleted":false}\n');
  });

  it('reads and writes handles, whose id keeps its case', async () => {
    const key = `${IPAM}/handle/k8s-pod-network.0A1b2c`;
    const revision = await put(key, '{"block":{"10.9.0.0/30":1},"deleted":false}');
    expect(await ipam.handles.list()).toEqual([{ value: HANDLE, revision }]);
    expect(await ipam.handles.get({ handleID: 'k8s-pod-network.0a1b2c' })).toBeUndefined();
    await ipam.handles.update({ value: { ...HANDLE, block: { 'fd00::/122': 2, '10.9.0.0/30': 1 } }, revision });
    expect(await valueOf(key)).toBe('{"block":{"10.9.0.0/30":1,"fd00::/122":2},"deleted":false}\n');
  });

  it('deletes an object of the revision that was read, and no other', async () => {
    const revision = await put(BLOCK_KEY, BLOCK_VALUE);
    const newer = await put(BLOCK_KEY, BLOCK_VALUE);
    const stale = { value: BLOCK, revision };
    const ref = { kind: 'BlockKey', name: 'cidr=10.9.0.0/30' };
    await expect(ipam.blocks.delete(stale)).rejects.toThrow(new Conflict(ref));
    await expect(ipam.blocks.update(stale)).rejects.toThrow(new Conflict(ref));
    await ipam.blocks.delete({ value: BLOCK, revision: newer });
    expect(await ipam.blocks.get(BLOCK)).toBeUndefined();
    await expect(ipam.blocks.delete(stale)).rejects.toThrow(new NotFound(ref));
    await expect(ipam.blocks.update(stale)).rejects.toThrow(new NotFound(ref));
  });

  it("names objects as the Go client's messages do", async () => {
    const revision = '1';
    const failures = await Promise.allSettled([
      ipam.blocks.delete({ value: BLOCK, revision }),
      ipam.affinities.delete({ value: AFFINITY, revision }),
      ipam.handles.delete({ value: HANDLE, revision }),
    ]);
    expect(failures.map((failure) => (failure.status === 'rejected' ? String(failure.reason) : 'no failure'))).toEqual([
      'NotFound: resource does not exist: BlockKey(cidr=10.9.0.0/30) with error: <nil>',
      'NotFound: resource does not exist: BlockAffinityKey(cidr=10.9.0.0/30, host=node1, affinityType=host) with error: <nil>',
      'NotFound: resource does not exist: IPAMHandleKey(id=k8s-pod-network.0A1b2c) with error: <nil>',
    ]);
  });

  it('leaves out of a list what cannot be read, and logs it; get() refuses it', async () => {
    const revision = await put(`${IPAM}/handle/good`, '{"block":{},"deleted":false}');
    await put(`${IPAM}/handle/bad`, '{"block":[1]}');
    const problem = `failed to parse datastore entry key=${IPAM}/handle/bad; value={"block":[1]}: json: cannot unmarshal array into Go value of type map[string]int`;
    expect(await ipam.handles.list()).toEqual([{ value: { handleID: 'good', block: {}, deleted: false }, revision }]);
    expect(logged.filter((line) => !line.startsWith('etcd: '))).toEqual([problem]);
    await expect(ipam.handles.get({ handleID: 'bad' })).rejects.toThrow(new Corrupt(problem));
  });

  it.each(['{"cidr":"10.9.0.0/30","allocations":["0"]}', '{"cidr":"10.9.0.0/30","allocations":[{}]}'])(
    'refuses the block %s',
    async (value) => {
      await put(BLOCK_KEY, value);
      await expect(ipam.blocks.get(BLOCK)).rejects.toBeInstanceOf(Corrupt);
    },
  );

  it('refuses an affinity in a state that nobody knows', async () => {
    await put(`${IPAM}/host/node1/ipv4/block/10.9.0.0-30`, '{"state":"lost","deleted":false}');
    await expect(ipam.affinities.get(AFFINITY)).rejects.toThrow(/: unknown state of a block affinity: lost$/);
  });

  it('knows how long a released address cools down: 0 seconds without configuration', async () => {
    expect(await ipam.cooldownSeconds()).toBe(0);
    await put(`${IPAM}/config`, '{"strict_affinity":true,"auto_allocate_blocks":true}');
    expect(await ipam.cooldownSeconds()).toBe(0);
    await put(`${IPAM}/config`, '{"auto_allocate_blocks":true,"ipCooldownSeconds":300}');
    expect(await ipam.cooldownSeconds()).toBe(300);
  });

  it('removes the marker of a host and nothing else, and does not mind when there is none', async () => {
    await put(`${IPAM}/host/node1`, '{}');
    await put(`${IPAM}/host/node1/ipv4/block/10.9.0.0-30`, '{"state":"confirmed","deleted":false}');
    await ipam.deleteHostMarker('node1');
    await ipam.deleteHostMarker('node1');
    expect(await etcd.etcdctl(['get', '', '--from-key', '--keys-only'])).toBe(
      `${IPAM}/host/node1/ipv4/block/10.9.0.0-30\n\n`,
    );
  });
});
