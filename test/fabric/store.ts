/** The datastores of a fabric: real servers, read and written as Calico's own components do. */
import type { Datastore } from '../../src/datastore/datastore.ts';
import { open as openEtcd } from '../../src/datastore/etcd/driver.ts';
import { open as openKubernetes } from '../../src/datastore/kubernetes/driver.ts';
import { API_VERSION } from '../../src/kinds/resource.ts';
import type { Resource } from '../../src/kinds/resource.ts';
import { openOptions, settingsFor } from '../datastore/etcd/support.ts';
import { options, settings } from '../datastore/kubernetes/support.ts';
import type { EtcdConnection } from '../servers/etcd.ts';
import type { KubernetesConnection } from '../servers/kubernetes.ts';
import type { CalicoGroup } from '../servers/kubernetes/crds.ts';
import { groupOf } from '../servers/kubernetes/crds.ts';

/** A Node as calico-node registers it. */
export interface StoredNode {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** CIDRs; undefined for a node without the family */
  readonly ipv4Address: string | undefined;
  readonly ipv6Address: string | undefined;
  readonly asNumber: number | undefined;
}

/** The datastore that a fabric's daemons are configured from. */
export interface FabricStore {
  readonly name: 'etcd' | 'kubernetes';
  /** For runs of calicoctl. */
  readonly environment: Readonly<Record<string, string>>;
  /** The Nodes, BGPPeers and BGPConfigurations that are stored. */
  read(): Promise<readonly Resource[]>;
  /** Registers a node, as calico-node does when it starts. */
  writeNode(node: StoredNode): Promise<void>;
  /** Stores the status of a CalicoNodeStatus, as calico-node does. Throws the driver's NotFound and Conflict. */
  writeStatus(resource: Resource): Promise<void>;
  /** The project's driver, for what else a test reads and writes. */
  datastore(): Promise<Datastore>;
  /** Deletes everything. */
  wipe(): Promise<void>;
  /** Closes the connections; the server stays. */
  close(): Promise<void>;
}

/** The kinds that decide about sessions. */
const READ = ['Node', 'BGPPeer', 'BGPConfiguration'] as const;

/** A store in an etcd. Nothing is asked before it is used. */
export function etcdStore(server: EtcdConnection): FabricStore {
  const driver = openedOnce(() => openEtcd(settingsFor(server.environment), openOptions()));
  return {
    name: 'etcd',
    environment: { DATASTORE_TYPE: 'etcdv3', ...server.environment },
    ...reading(driver),
    async writeNode({ name, labels, ...bgp }) {
      await (
        await driver()
      ).create({
        apiVersion: API_VERSION,
        kind: 'Node',
        metadata: {
          name,
          labels,
          uid: crypto.randomUUID(),
          creationTimestamp: `${new Date().toISOString().slice(0, 19)}Z`,
        },
        spec: { bgp: withoutUndefined(bgp) },
      });
    },
    writeStatus: async (resource) => void (await (await driver()).update(resource)),
    wipe: () => server.wipe(),
  };
}

/** A store in a Kubernetes API, with the custom resources of a group (`v1` by default). Nothing is asked before it is used. */
export function kubernetesStore(server: KubernetesConnection, group: CalicoGroup = 'v1'): FabricStore {
  const { name: groupName, version } = groupOf(group);
  const driver = openedOnce(() =>
    openKubernetes(
      // The stand-ins of many nodes share this client: no limit of one client's rate fits them.
      settings({ kubeconfig: server.kubeconfigFile, k8sClientQPS: 1000, k8sClientBurst: 1000 }),
      options(),
    ),
  );
  return {
    name: 'kubernetes',
    environment: { DATASTORE_TYPE: 'kubernetes', KUBECONFIG: server.kubeconfigFile },
    ...reading(driver),
    async writeNode({ name, labels, ipv4Address, ipv6Address, asNumber }) {
      const annotations = withoutUndefined({
        'projectcalico.org/IPv4Address': ipv4Address,
        'projectcalico.org/IPv6Address': ipv6Address,
        'projectcalico.org/ASNumber': asNumber === undefined ? undefined : String(asNumber),
      });
      const body = { apiVersion: 'v1', kind: 'Node', metadata: { name, labels, annotations } };
      await server.api.call('POST', '/api/v1/nodes', { body });
    },
    async writeStatus({ metadata: { name = '' }, status }) {
      const path = `/apis/${groupName}/${version}/caliconodestatuses/${name}/status`;
      await server.api.call('PATCH', path, { body: { status }, also: [404] });
    },
    wipe: () => server.wipe(),
  };
}

function reading(driver: Opened): Pick<FabricStore, 'read' | 'datastore' | 'close'> {
  return {
    datastore: driver,
    async read() {
      const datastore = await driver();
      const lists = await Promise.all(READ.map((kind) => datastore.list({ kind })));
      return lists.flatMap(({ items }) => items);
    },
    close: () => driver.close(),
  };
}

interface Opened {
  (): Promise<Datastore>;
  close(): Promise<void>;
}

function openedOnce(open: () => Promise<Datastore>): Opened {
  let opened: Promise<Datastore> | undefined;
  return Object.assign(() => (opened ??= open()), {
    async close() {
      await (await opened)?.close();
      opened = undefined;
    },
  });
}

function withoutUndefined<Value>(given: Readonly<Record<string, Value | undefined>>): Record<string, Value> {
  const result: Record<string, Value> = {};
  for (const [name, value] of Object.entries(given)) if (value !== undefined) result[name] = value;
  return result;
}
