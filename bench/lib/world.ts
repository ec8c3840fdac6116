/** Datastores to measure on: a real etcd and a real kube-apiserver, each straight or behind a proxy that adds round-trip time. */
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findProgram } from '../../test/servers/binaries.ts';
import { startEtcd } from '../../test/servers/etcd.ts';
import { startKubernetes } from '../../test/servers/kubernetes.ts';
import { makeFolder } from '../../test/servers/process.ts';
import { startProxy } from '../../test/servers/proxy.ts';

const RUN = join(import.meta.dirname, '../../bin/run.js');

/** A datastore and how a calicoctl finds it. */
export interface Store {
  readonly name: 'etcd' | 'Kubernetes';
  readonly environment: Readonly<Record<string, string>>;
  /** the same with so many milliseconds of round-trip time added */
  readonly far: (milliseconds: number) => Promise<Readonly<Record<string, string>>>;
  /** the command line with which the server's own client reads one object, or all; its answer is not in Calico's form */
  readonly nativeGet: (name?: string) => Promise<readonly string[]>;
  wipe(): Promise<void>;
  stop(): Promise<void>;
}

/** @throws {Error} when the server cannot be had */
export async function startStores(): Promise<readonly Store[]> {
  return Promise.all([etcdStore(), kubernetesStore()]);
}

async function etcdStore(): Promise<Store> {
  const server = await startEtcd({ version: '3.6' });
  const proxies: Awaited<ReturnType<typeof startProxy>>[] = [];
  const environment = (endpoints: string): Readonly<Record<string, string>> => ({
    DATASTORE_TYPE: 'etcdv3',
    ETCD_ENDPOINTS: endpoints,
  });
  return {
    name: 'etcd',
    environment: environment(server.endpoints),
    async far(milliseconds) {
      const proxy = await startProxy({ target: server.endpoints });
      proxies.push(proxy);
      await proxy.set({ kind: 'delay', roundTripMilliseconds: milliseconds });
      return environment(proxy.url);
    },
    async nativeGet(name) {
      const key = `/calico/resources/v3/projectcalico.org/globalnetworksets/${name ?? ''}`;
      return [
        await findProgram('etcdctl-3.6'),
        `--endpoints=${server.endpoints}`,
        'get',
        key,
        ...(name === undefined ? ['--prefix'] : []),
      ];
    },
    wipe: () => server.wipe(),
    async stop() {
      await Promise.allSettled(proxies.map((proxy) => proxy.stop()));
      await server.stop();
    },
  };
}

async function kubernetesStore(): Promise<Store> {
  const server = await startKubernetes();
  const proxies: Awaited<ReturnType<typeof startProxy>>[] = [];
  const environment = (kubeconfig: string): Readonly<Record<string, string>> => ({
    DATASTORE_TYPE: 'kubernetes',
    KUBECONFIG: kubeconfig,
  });
  return {
    name: 'Kubernetes',
    environment: environment(server.kubeconfigFile),
    async far(milliseconds) {
      const proxy = await startProxy({ target: server.server });
      proxies.push(proxy);
      await proxy.set({ kind: 'delay', roundTripMilliseconds: milliseconds });
      const kubeconfig = join(makeFolder('bench'), 'kubeconfig');
      writeFileSync(kubeconfig, readFileSync(server.kubeconfigFile, 'utf8').replaceAll(server.server, proxy.url));
      return environment(kubeconfig);
    },
    async nativeGet(name) {
      const resource = 'globalnetworksets.crd.projectcalico.org';
      return [
        await findProgram('kubectl'),
        `--kubeconfig=${server.kubeconfigFile}`,
        'get',
        resource,
        ...(name === undefined ? [] : [name]),
      ];
    },
    wipe: () => server.wipe(),
    async stop() {
      await Promise.allSettled(proxies.map((proxy) => proxy.stop()));
      await server.stop();
    },
  };
}

/** Fills a datastore with the checkout's own program. */
export async function seed(store: Store, file: string): Promise<void> {
  const args = [RUN, 'apply', '-f', file, '--allow-version-mismatch'];
  await promisify(execFile)(process.execPath, args, { env: { ...process.env, ...store.environment } });
}

/** The name of the n-th document. */
export const documentName = (index: number): string => `bench-${String(index).padStart(6, '0')}`;

/** Writes so many GlobalNetworkSets into a file; with another `version` all have another content. @returns its path */
export function writeDocuments(count: number, version = 0): string {
  const file = join(makeFolder('bench'), `${count}-${version}.yaml`);
  const documents = Array.from({ length: count }, (_, index) =>
    [
      'apiVersion: projectcalico.org/v3',
      'kind: GlobalNetworkSet',
      'metadata:',
      `  name: ${documentName(index)}`,
      '  labels:',
      `    rack: rack-${index % 20}`,
      'spec:',
      '  nets:',
      `    - 10.${(index >> 8) & 255}.${index & 255}.0/24`,
      `    - 192.168.${version & 255}.0/24`,
      '',
    ].join('\n'),
  );
  writeFileSync(file, documents.join('---\n'));
  return file;
}
