import { borrow, brokerVariable } from './broker.ts';
import type { Place, SharedName } from './broker.ts';
import { connectEtcd, startEtcd } from './etcd.ts';
import type { EtcdConnection, EtcdVersion } from './etcd.ts';
import { connectKubernetes, startKubernetes } from './kubernetes.ts';
import type { KubernetesConnection } from './kubernetes.ts';
import type { CalicoGroup } from './kubernetes/crds.ts';

const etcds = new Map<EtcdVersion, Promise<EtcdConnection>>();
const clusters = new Map<CalicoGroup, Promise<KubernetesConnection>>();

/**
 * An empty etcd for this process alone: the same one whenever it is asked for, so wipe it (`wipe()`) between tests. It
 * comes from the test run's broker if there is one, and may have served another test file before.
 */
export function sharedEtcd(version: EtcdVersion = '3.4'): Promise<EtcdConnection> {
  return remembered(etcds, version, async () => {
    const { port } = await getPlace(`etcd-${version}`, async () => ({ folder: '', ...(await startEtcd({ version })) }));
    return connectEtcd(version, port);
  });
}

/** A kube-apiserver that holds the project's own definitions of a group, and nothing else; for the rest see {@link sharedEtcd}. */
export function sharedKubernetes(group: CalicoGroup): Promise<KubernetesConnection> {
  return remembered(clusters, group, async () => {
    const { folder, port } = await getPlace(`kubernetes-${group}`, () => startKubernetes({ crds: group }));
    return connectKubernetes(folder, port);
  });
}

/** A server of the broker's, or without a broker one that ends with this process. */
function getPlace(name: SharedName, start: () => Promise<Place>): Promise<Place> {
  const broker = process.env[brokerVariable];
  return broker === undefined ? start() : borrow(broker, name);
}

function remembered<Key, Server extends { wipe(): Promise<void> }>(
  servers: Map<Key, Promise<Server>>,
  key: Key,
  get: () => Promise<Server>,
): Promise<Server> {
  let server = servers.get(key);
  if (!server) {
    server = get().then(async (ready) => {
      await ready.wipe();
      return ready;
    });
    servers.set(key, server);
  }
  return server;
}
