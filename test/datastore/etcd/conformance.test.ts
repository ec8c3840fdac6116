import { describe } from 'vitest';
import { open } from '../../../src/datastore/etcd/driver.ts';
import { describeDatastore } from '../../conformance/datastore.ts';
import type { Opened } from '../../conformance/datastore.ts';
import type { EtcdServer } from '../../servers/etcd.ts';
import { startEtcd } from '../../servers/etcd.ts';
import { SERVERS } from './servers.ts';
import { openOptions, settingsFor } from './support.ts';

describe.each(SERVERS)('etcd $version, JSON gateway: $jsonGateway', ({ version, jsonGateway }) => {
  let server: Promise<EtcdServer> | undefined;

  const openStore = async (signal: AbortSignal): Promise<Opened> => {
    server ??= startEtcd({ version, jsonGateway });
    const etcd = await server;
    const datastore = await open(settingsFor(etcd.environment), openOptions({ signal }));
    return {
      datastore,
      wipe: () => etcd.wipe(),
      close: () => datastore.close(),
      async plantUnreadable(name) {
        await etcd.etcdctl(['put', `/calico/resources/v3/projectcalico.org/bgppeers/${name}`, '{"spec":[]}']);
      },
    };
  };

  describeDatastore(`the etcd driver on etcd ${version}`, openStore, {
    checksRevisionOnDelete: true,
    historicalReads: true,
    unchangedUpdateKeepsRevision: false,
    batches: true,
  });
});
