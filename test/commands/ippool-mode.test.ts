/** The modes of pools through the program, where a transcript cannot show it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { calicoctl } from '../doubles/program.ts';
import type { EtcdConnection } from '../servers/etcd.ts';
import { sharedEtcd } from '../servers/shared.ts';

const NODES = 1000;
/** etcd's limit for one transaction. */
const AT_ONCE = 128;

const POOL = { cidr: '10.128.0.0/9', blockSize: 26, ipipMode: 'Always', natOutgoing: true };
const numbers = Array.from({ length: NODES }, (_, number) => number);

function stored(kind: string, plural: string, name: string, spec: object): readonly [string, string] {
  const metadata = { name, uid: `uid-${name}`, creationTimestamp: '2026-01-01T00:00:00Z' };
  const value = { kind, apiVersion: 'projectcalico.org/v3', metadata, spec };
  return [`/calico/resources/v3/projectcalico.org/${plural}/${name}`, JSON.stringify(value)];
}

/** 64 addresses of a node, all in use. */
function block(number: number): readonly [string, string] {
  const ordinals = Array.from({ length: 64 }, (_, ordinal) => ordinal);
  const [high, low] = [128 + Math.floor(number / 1024), number % 1024];
  const network = `10.${high}.${Math.floor(low / 4)}.${(low % 4) * 64}`;
  const value = {
    cidr: `${network}/26`,
    affinity: `host:node-${number}`,
    allocations: ordinals,
    unallocated: [],
    attributes: ordinals.map((ordinal) => ({
      handle_id: `${number}.${ordinal}`,
      secondary: { node: `node-${number}` },
    })),
    sequenceNumber: 1,
    sequenceNumberForAllocation: {},
    deleted: false,
  };
  return [`/calico/ipam/v2/assignment/ipv4/block/${network}-26`, JSON.stringify(value)];
}

describe(`a cluster of ${NODES} nodes`, () => {
  let etcd: EtcdConnection;
  let env: Readonly<Record<string, string>>;
  beforeAll(async () => {
    etcd = await sharedEtcd();
    await etcd.wipe();
    env = { DATASTORE_TYPE: 'etcdv3', ETCD_ENDPOINTS: etcd.endpoints };
    const entries = [
      stored('IPPool', 'ippools', 'p', POOL),
      ...numbers.flatMap((number) => [
        stored('Node', 'nodes', `node-${number}`, {
          bgp: { ipv4Address: `172.16.${number % 20}.${1 + Math.floor(number / 20)}/24` },
        }),
        stored('FelixConfiguration', 'felixconfigurations', `node.node-${number}`, {
          ipipMTU: number === 7 ? 1400 : 8980,
        }),
        block(number),
      ]),
    ];
    for (let start = 0; start < entries.length; start += AT_ONCE) {
      const puts = entries.slice(start, start + AT_ONCE).map(([key, value]) => `put ${key} ${JSON.stringify(value)}\n`);
      await etcd.etcdctl(['txn'], `\n${puts.join('')}\n\n`);
    }
  });
  afterAll(() => etcd.wipe());

  it('is told in a page, and whole as JSON', async () => {
    const args = ['ippool', 'mode', 'p', '--ipip', 'CrossSubnet', '--dry-run'];
    const [text, json] = [await calicoctl(args, { env }), await calicoctl([...args, '-o', 'json'], { env })];
    expect(text).toMatchObject({
      exit: 0,
      stdout: `Undo: calicoctl ippool mode p --ipip Always --vxlan Never

IPPool p, 10.128.0.0/9

MODE        BEFORE   AFTER         
ipipMode    Always   CrossSubnet   
vxlanMode   Never    Never         

MTU NEEDED         BEFORE    AFTER     OF 1500   
this pool          host-20   host-20   1480      
pods (all pools)   host-20   host-20   1480      

Nodes report: unknown

FELIXCONFIGURATION                                    FIELD     MTU    HOST MTU NEEDED   
node.node-0, node.node-1, node.node-10 and 996 more   ipipMTU   8980   9000              
node.node-7                                           ipipMTU   1400   1420              

Addresses in use: 64000 in 1000 blocks on 1000 nodes

NODE       ADDRESSES   
node-0     64          
node-1     64          
node-10    64          
node-100   64          
node-101   64          
node-102   64          
node-103   64          
node-104   64          
node-105   64          
node-106   64          

… and 990 more nodes

PAIRS OF NODES         COUNT    BEFORE   AFTER    
in one subnet          24500    IPIP     direct   
in different subnets   475000   IPIP     IPIP     

Pairs that send in another way afterwards: 24500
Nodes: 1000: 172.16.0.0/24 (50), 172.16.1.0/24 (50), 172.16.2.0/24 (50), 172.16.3.0/24 (50), 172.16.4.0/24 (50), 172.16.5.0/24 (50), 172.16.6.0/24 (50), 172.16.7.0/24 (50), 172.16.8.0/24 (50), 172.16.9.0/24 (50) and 10 more subnets

Other pools: none

Managed by: no operator

Successfully changed the modes of 1 'IPPool' resource (dry run)
`,
    });
    const plan: unknown = JSON.parse(json.stdout);
    const nodes = Object.fromEntries(numbers.map((number) => [`node-${number}`, 64]));
    expect(plan).toMatchObject({
      result: 'configured',
      dryRun: true,
      allocations: { addresses: 64_000, tunnels: 0, blocks: NODES, nodes },
    });
  });
});

describe('the undo command', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "calicoctl 'modes' "));
    const pool = `apiVersion: projectcalico.org/v3
kind: IPPool
metadata: {name: p}
spec: {cidr: 10.1.0.0/16, ipipMode: Always}
`;
    await writeFile(join(folder, 'p.yaml'), pool);
    await writeFile(
      join(folder, 'cfg.yaml'),
      `apiVersion: projectcalico.org/v3
kind: CalicoAPIConfig
metadata: {}
spec: {datastoreType: local, localDir: ${JSON.stringify(join(folder, 'store'))}}
`,
    );
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('names the same datastore, as words of a shell', async () => {
    const config = join(folder, 'cfg.yaml');
    await calicoctl(['apply', '-f', join(folder, 'p.yaml'), '-c', config]);
    const flags = ['-c', config, '--context', 'other', '--allow-version-mismatch'];
    const { stdout } = await calicoctl(['ippool', 'mode', 'p', '--ipip', 'Never', ...flags]);
    const quoted = `'${config.replaceAll("'", String.raw`'\''`)}'`;
    expect(stdout.split('\n')[0]).toBe(
      `Undo: calicoctl ippool mode p --ipip Always --vxlan Never --config ${quoted} --context other --allow-version-mismatch`,
    );
  });
});
