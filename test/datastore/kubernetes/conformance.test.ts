/** The driver keeps the contract of all drivers, on servers with either of Calico's API groups. */
import { beforeAll, describe } from 'vitest';
import { open } from '../../../src/datastore/kubernetes/driver.ts';
import { describeDatastore } from '../../conformance/datastore.ts';
import type { KubernetesConnection } from '../../servers/kubernetes.ts';
import { sharedKubernetes } from '../../servers/shared.ts';
import { options, settings } from './support.ts';

const GROUPS = [
  { crds: 'v1', path: '/apis/crd.projectcalico.org/v1/bgppeers', apiVersion: 'crd.projectcalico.org/v1' },
  { crds: 'v3', path: '/apis/projectcalico.org/v3/bgppeers', apiVersion: 'projectcalico.org/v3' },
] as const;

describe.each(GROUPS)('with the definitions of $apiVersion', ({ crds, path, apiVersion }) => {
  let server: KubernetesConnection;
  beforeAll(async () => {
    server = await sharedKubernetes(crds);
  });

  describeDatastore(
    `the Kubernetes driver (${apiVersion})`,
    async (signal) => {
      const datastore = await open(settings({ kubeconfig: server.kubeconfigFile }), options({ signal }));
      return {
        datastore,
        wipe: () => server.wipe(),
        close: () => datastore.close(),
        async ensureNamespaces(names) {
          for (const name of names) {
            const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
            await server.api.call('POST', '/api/v1/namespaces', { body, also: [409] });
          }
        },
        async plantUnreadable(name) {
          const body = { apiVersion, kind: 'BGPPeer', metadata: { name }, spec: { asNumber: { not: 'a number' } } };
          await server.api.call('POST', path, { body });
        },
      };
    },
    {
      nodeIsVirtual: true,
      holds: (kind) => kind !== 'Profile' && kind !== 'WorkloadEndpoint',
      checksRevisionOnDelete: false,
      historicalReads: false,
      unchangedUpdateKeepsRevision: true,
      serverSetsIdentity: true,
      comparesUid: true,
    },
  );
});
