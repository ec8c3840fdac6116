/** IPAM data in real servers of both groups. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Conflict, NotFound } from '../../../src/datastore/errors.ts';
import type { IpamStore, Stored } from '../../../src/datastore/ipam-store.ts';
import { open } from '../../../src/datastore/kubernetes/driver.ts';
import { affinityName, blockName, hostnameHash } from '../../../src/datastore/kubernetes/ipam-objects.ts';
import type { Block } from '../../../src/ipam/model.ts';
import type { KubernetesConnection } from '../../servers/kubernetes.ts';
import { sharedKubernetes } from '../../servers/shared.ts';
import { failure, options, settings } from './support.ts';

const GROUPS = [
  { crds: 'v1', group: 'crd.projectcalico.org', version: 'v1', config: 'ipamconfigs', configKind: 'IPAMConfig' },
  {
    crds: 'v3',
    group: 'projectcalico.org',
    version: 'v3',
    config: 'ipamconfigurations',
    configKind: 'IPAMConfiguration',
  },
] as const;

const CIDR = '10.9.0.0/30';
/** The numbers go over the wire as digits, which JavaScript cannot write. */
const BLOCK_SPEC = `{"cidr":"${CIDR}","affinity":"host:node1","affinityClaimTime":"2026-08-01T10:00:00Z",
  "allocations":[0,1,null,null],"unallocated":[2,3],
  "attributes":[{"handle_id":"ipip-tunnel-addr-node1","secondary":{"node":"node1","type":"ipipTunnelAddress"}},{"releasedAt":"2026-08-01T11:00:00Z"}],
  "sequenceNumber":1785578400123456791,"sequenceNumberForAllocation":{"0":1785578400123456789,"1":7},
  "deleted":false,"strictAffinity":false}`;
const BLOCK: Block = {
  cidr: CIDR,
  affinity: 'host:node1',
  affinityClaimTime: '2026-08-01T10:00:00Z',
  allocations: [0, 1, null, null],
  unallocated: [2, 3],
  attributes: [
    { handleID: 'ipip-tunnel-addr-node1', secondary: { node: 'node1', type: 'ipipTunnelAddress' } },
    { releasedAt: '2026-08-01T11:00:00Z' },
  ],
  sequenceNumber: 1785578400123456791n,
  sequenceNumberForAllocation: { '0': 1785578400123456789n, '1': 7n },
  deleted: false,
};

describe.each(GROUPS)('IPAM data in $group/$version', ({ crds, group, version, config, configKind }) => {
  const path = `/apis/${group}/${version}`;
  let server: KubernetesConnection;
  let ipam: IpamStore;
  let close: () => Promise<void>;
  beforeAll(async () => {
    server = await sharedKubernetes(crds);
    const datastore = await open(settings({ kubeconfig: server.kubeconfigFile }), options());
    close = () => datastore.close();
    if (datastore.ipam === undefined) throw new Error('no IPAM');
    ({ ipam } = datastore);
  });
  beforeEach(() => server.wipe());
  afterAll(() => close());

  /** By kubectl, which passes JSON through as it is written. */
  async function make(kind: string, name: string, spec: string, labels = '{}'): Promise<void> {
    const metadata = `{"name":"${name}","labels":${labels}}`;
    await server.kubectl(
      ['create', '--validate=false', '-f', '-'],
      `{"apiVersion":"${group}/${version}","kind":"${kind}","metadata":${metadata},"spec":${spec}}`,
    );
  }
  const rawText = (plural: string, name: string): Promise<string> =>
    server.kubectl(['get', '--raw', `${path}/${plural}/${name}`]);
  const isThere = async (plural: string, name: string): Promise<boolean> =>
    (await server.api.call('GET', `${path}/${plural}/${name}`, { also: [404] })).status === 200;
  const makeBlock = async (): Promise<Stored<Block>> => {
    await make('IPAMBlock', '10-9-0-0-30', BLOCK_SPEC);
    const stored = await ipam.blocks.get({ cidr: CIDR });
    if (stored === undefined) throw new Error('the block is not there');
    return stored;
  };

  it('reads blocks with every digit of their counters', async () => {
    const stored = await makeBlock();
    expect(stored.value).toEqual(BLOCK);
    expect(await ipam.blocks.list()).toEqual([stored]);
    expect(await ipam.blocks.get({ cidr: '10.9.0.4/30' })).toBeUndefined();
  });

  it('writes blocks with every digit of their counters', async () => {
    const stored = await makeBlock();
    const { affinity: _affinity, affinityClaimTime: _time, ...others } = BLOCK;
    const value = {
      ...others,
      sequenceNumber: BLOCK.sequenceNumber + 1n,
      allocations: [0, null, null, null],
      unallocated: [2, 3, 1],
    };
    const updated = await ipam.blocks.update({ ...stored, value });
    expect(updated.value).toEqual(value);
    expect(updated.revision).not.toBe(stored.revision);
    const text = await rawText('ipamblocks', '10-9-0-0-30');
    expect(text).toContain('"sequenceNumber":1785578400123456792');
    expect(text).toContain('"0":1785578400123456789');
    expect(text).toContain('"strictAffinity":false');
    expect(text).not.toContain('affinityClaimTime');
    expect(text.includes('"annotations":{"projectcalico.org/metadata":"{}"}')).toBe(crds === 'v1');
  });

  it('refuses to write or delete what has changed since it was read', async () => {
    const stored = await makeBlock();
    await ipam.blocks.update({ ...stored, value: { ...BLOCK, unallocated: [3, 2] } });
    const faults = await Promise.all([failure(ipam.blocks.update(stored)), failure(ipam.blocks.delete(stored))]);
    expect(faults.map(String)).toEqual([
      `Conflict: update conflict: BlockKey(cidr=${CIDR})`,
      `Conflict: update conflict: BlockKey(cidr=${CIDR})`,
    ]);
    expect(faults[0]).toBeInstanceOf(Conflict);
    expect((await ipam.blocks.get({ cidr: CIDR }))?.value.unallocated).toEqual([3, 2]);
  });

  it('deletes what is unchanged, and says of what is gone that it is', async () => {
    const stored = await makeBlock();
    await ipam.blocks.delete(stored);
    expect(await isThere('ipamblocks', '10-9-0-0-30')).toBe(false);
    expect(await failure(ipam.blocks.delete(stored))).toBeInstanceOf(NotFound);
    expect(await failure(ipam.blocks.update(stored))).toBeInstanceOf(NotFound);
  });

  it('removes a block that somebody marked as deleted when it meets it', async () => {
    await make('IPAMBlock', '10-9-0-0-30', BLOCK_SPEC.replace('"deleted":false', '"deleted":true'));
    expect((await ipam.blocks.list()).map(({ value }) => value.deleted)).toEqual([true]);
    expect(await ipam.blocks.get({ cidr: CIDR })).toBeUndefined();
    expect(await isThere('ipamblocks', '10-9-0-0-30')).toBe(false);
  });

  it('reads, writes and deletes affinities', async () => {
    const deleted = crds === 'v1' ? '"false"' : 'false';
    const name = 'node1-10-9-0-0-30';
    await make('BlockAffinity', name, `{"state":"confirmed","node":"node1","cidr":"${CIDR}","deleted":${deleted}}`);
    const identity = { cidr: CIDR, host: 'node1', type: 'host' };
    const stored = await ipam.affinities.get(identity);
    if (stored === undefined) throw new Error('the affinity is not there');
    expect(stored.value).toEqual({ ...identity, state: 'confirmed', deleted: false });
    expect(await ipam.affinities.list()).toEqual([stored]);
    const updated = await ipam.affinities.update({ ...stored, value: { ...stored.value, state: 'pendingDeletion' } });
    const labels = {
      'projectcalico.org/affinity-type': 'host',
      'projectcalico.org/hostname-hash': '7DS2CCNJGGLTHBDQLLFO6SX24SY2YDDEG3W2VN556FA2W4DLLV5A',
      'projectcalico.org/ip-version': '4',
    };
    const { body } = await server.api.call('GET', `${path}/blockaffinities/${name}`);
    expect(body).toMatchObject({
      metadata: {
        labels,
        ...(crds === 'v1' && { annotations: { 'projectcalico.org/metadata': JSON.stringify({ labels }) } }),
      },
      spec: {
        state: 'pendingDeletion',
        node: 'node1',
        type: 'host',
        cidr: CIDR,
        deleted: crds === 'v1' ? 'false' : false,
      },
    });
    await ipam.affinities.delete(updated);
    expect(await isThere('blockaffinities', name)).toBe(false);
    expect(String(await failure(ipam.affinities.update(updated)))).toMatch(
      /^NotFound: resource does not exist: BlockAffinityKey\(cidr=10\.9\.0\.0\/30, host=node1, affinityType=host\) with error: /,
    );
  });

  it('hides affinities that are being deleted', async () => {
    const deleted = crds === 'v1' ? '"true"' : 'true';
    await make(
      'BlockAffinity',
      'node1-10-9-0-0-30',
      `{"state":"confirmed","node":"node1","type":"host","cidr":"${CIDR}","deleted":${deleted}}`,
    );
    expect(await ipam.affinities.list()).toEqual([]);
    expect(await ipam.affinities.get({ cidr: CIDR, host: 'node1', type: 'host' })).toBeUndefined();
  });

  it('reads, writes and deletes handles, whose names are in lower case', async () => {
    const handleID = 'k8s-pod-network.0A1b2c';
    const name = handleID.toLowerCase();
    await make('IPAMHandle', name, `{"handleID":"${handleID}","block":{"${CIDR}":2},"deleted":false}`);
    const stored = await ipam.handles.get({ handleID });
    if (stored === undefined) throw new Error('the handle is not there');
    expect(stored.value).toEqual({ handleID, block: { [CIDR]: 2 }, deleted: false });
    expect(await ipam.handles.list()).toEqual([stored]);
    const updated = await ipam.handles.update({ ...stored, value: { ...stored.value, block: { [CIDR]: 1 } } });
    expect((await ipam.handles.get({ handleID }))?.value.block).toEqual({ [CIDR]: 1 });
    expect(String(await failure(ipam.handles.update(stored)))).toBe(
      `Conflict: update conflict: IPAMHandleKey(id=${handleID})`,
    );
    await ipam.handles.delete(updated);
    expect(await isThere('ipamhandles', name)).toBe(false);
  });

  it('reads how long addresses cool down', async () => {
    expect(await ipam.cooldownSeconds()).toBe(0);
    await make(configKind, 'default', '{"strictAffinity":false,"autoAllocateBlocks":true,"ipCooldownSeconds":300}');
    expect(await ipam.cooldownSeconds()).toBe(300);
    expect(await isThere(config, 'default')).toBe(true);
  });

  it('has no markers of hosts', async () => {
    await expect(ipam.deleteHostMarker('node1')).resolves.toBeUndefined();
  });
});

describe('names of IPAM objects', () => {
  it.each([
    ['10.9.0.0/26', '10-9-0-0-26'],
    ['fd00:10:244::/122', 'fd00-10-244---122'],
  ])('block %s is %s', (cidr, name) => {
    expect(blockName(cidr)).toBe(name);
  });

  it('an affinity is named by host and block', () => {
    expect(affinityName('node1', '10.9.0.0/26')).toBe('node1-10-9-0-0-26');
  });

  it('an affinity of a long host name is cut and told apart by a hash', () => {
    const names = ['a', 'b'].map((end) => affinityName(`${'h'.repeat(250)}${end}`, '10.9.0.0/26'));
    expect(names.map((name) => name.length)).toEqual([252, 252]);
    expect(names[0]).toMatch(/^h{228}-10-9-0-0-26-[0-9a-f]{11}$/);
    expect(names[0]).not.toBe(names[1]);
  });

  it('a host is labelled by the base32 of its SHA3', () => {
    expect(hostnameHash('node-a')).toBe('PY3TQE2E3XMTETLM2MJO3UITKPFB27YUJ4T4E5XGPEJON3SM4QAA');
  });
});
