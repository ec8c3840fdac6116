import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from './binaries.ts';
import { createAuthority } from './certificates.ts';
import { startEtcd } from './etcd.ts';
import type { EtcdServer } from './etcd.ts';
import { openApi } from './kubernetes/api.ts';
import type { Api } from './kubernetes/api.ts';
import type { CalicoGroup } from './kubernetes/crds.ts';
import { installDefinitions, installReader, untilServed } from './kubernetes/install.ts';
import { wipeKubernetes } from './kubernetes/wipe.ts';
import { makeFolder, serverEnvironment, startProcess, withFreePorts } from './process.ts';
import { run } from './run.ts';

/** What kind of API server {@link startKubernetes} starts. */
export interface KubernetesOptions {
  /**
   * The custom resources it holds: the project's own definitions of one of Calico's groups (`v1` by default), none, or
   * those in the YAML files of a folder.
   */
  readonly crds?: CalicoGroup | 'none' | { readonly folder: string };
}

/** A user of the API server, known by a bearer token. */
export type TokenUser = 'admin' | 'viewer' | 'nobody';

/** The way to a kube-apiserver that runs, whoever started it. */
export interface KubernetesConnection {
  /** The URL. */
  readonly server: string;
  readonly port: number;
  /** The authority that signed the server's certificate, PEM. */
  readonly caFile: string;
  /**
   * Bearer tokens: `admin` may do everything, `viewer` may get and list everything, `nobody` has no rights but to ask
   * which APIs there are.
   */
  readonly tokens: Readonly<Record<TokenUser, string>>;
  /** A kubeconfig with the admin's token. */
  readonly kubeconfigFile: string;
  /** The same for each user. */
  readonly kubeconfigFiles: Readonly<Record<TokenUser, string>>;
  /** A kubeconfig that proves the admin by a client certificate, given as paths of files. */
  readonly certificateKubeconfigFile: string;
  /** Runs kubectl as admin and gives its standard output. Throws `RunError`. */
  kubectl(args: readonly string[], stdin?: string): Promise<string>;
  /** Asks the API as admin, without kubectl. */
  readonly api: Api;
  /** Deletes every custom resource, nodes, pods, service accounts, network policies, and the tests' namespaces. */
  wipe(): Promise<void>;
}

/** A kube-apiserver with its own etcd: no controllers, no scheduler, no kubelet. */
export interface KubernetesServer extends KubernetesConnection {
  /** The server's own folder, for {@link connectKubernetes}. */
  readonly folder: string;
  /** What the server logged so far. */
  log(): string;
  isRunning(): boolean;
  /** As for `ServerProcess` in process.ts; its etcd goes with it. */
  stop(): Promise<void>;
  kill(): Promise<void>;
}

/**
 * Starts a kube-apiserver on a free port of 127.0.0.1 and waits until it serves, with its custom resources. Takes some
 * seconds. Throws if it cannot be had or does not start.
 */
export async function startKubernetes(options: KubernetesOptions = {}): Promise<KubernetesServer> {
  const { crds = 'v1' } = options;
  const program = await findProgram('kube-apiserver');
  const etcd = await startEtcd({ version: '3.6' });
  try {
    const server = await withFreePorts(1, ([port = 0]) => startServer(program, etcd, port));
    try {
      await installReader(server.api);
      if (crds === 'v1' || crds === 'v3') await installDefinitions(server.api, crds);
      else if (crds !== 'none') {
        await server.kubectl(['create', '--validate=false', '-f', crds.folder]);
        await untilServed(server.api);
      }
      return server;
    } catch (error) {
      await server.stop();
      throw error;
    }
  } catch (error) {
    await etcd.stop();
    throw error;
  }
}

async function startServer(program: string, etcd: EtcdServer, port: number): Promise<KubernetesServer> {
  const folder = makeFolder('kube-apiserver');
  writeFiles(folder, port);
  const connection = connectKubernetes(folder, port);
  const { api } = connection;
  const process = await startProcess({
    name: 'kube-apiserver',
    program,
    folder,
    args: [
      `--etcd-servers=${etcd.endpoints}`,
      '--bind-address=127.0.0.1',
      '--external-hostname=127.0.0.1',
      `--secure-port=${port}`,
      `--tls-cert-file=${join(folder, 'server.pem')}`,
      `--tls-private-key-file=${join(folder, 'server-key.pem')}`,
      `--client-ca-file=${connection.caFile}`,
      `--token-auth-file=${join(folder, 'tokens.csv')}`,
      '--authorization-mode=RBAC',
      `--service-account-issuer=https://127.0.0.1:${port}`,
      `--service-account-key-file=${join(folder, 'service-account.pem')}`,
      `--service-account-signing-key-file=${join(folder, 'service-account-key.pem')}`,
      '--service-cluster-ip-range=10.96.0.0/16',
      // Nobody here would make the service accounts and tokens it asks for.
      '--disable-admission-plugins=ServiceAccount',
      // With its cache, a list after any write waits up to 100 ms until the cache has heard of that write.
      '--watch-cache=false',
      '--endpoint-reconciler-type=none',
    ],
    ready: async () => (await api.call('GET', '/readyz')).status === 200,
  });
  const kill = async () => {
    api.close();
    await process.kill();
    await etcd.kill();
  };
  return {
    ...connection,
    folder,
    log: () => process.log(),
    isRunning: () => process.isRunning() && etcd.isRunning(),
    async stop() {
      // Its polite end takes a second, and there is nothing to save.
      await kill();
      await process.stop();
      await etcd.stop();
    },
    kill,
  };
}

/** The way to a server that {@link startKubernetes} started, in this process or another, on a port and from a folder. */
export function connectKubernetes(folder: string, port: number): KubernetesConnection {
  const server = `https://127.0.0.1:${port}`;
  const caFile = join(folder, 'ca.pem');
  const token = (user: TokenUser) => readFileSync(join(folder, `${user}.token`), 'utf8');
  const kubeconfig = (user: string) => join(folder, `${user}.kubeconfig`);
  const tokens = { admin: token('admin'), viewer: token('viewer'), nobody: token('nobody') };
  const api = openApi(server, readFileSync(caFile, 'utf8'), tokens.admin);
  return {
    server,
    port,
    caFile,
    tokens,
    kubeconfigFile: kubeconfig('admin'),
    kubeconfigFiles: { admin: kubeconfig('admin'), viewer: kubeconfig('viewer'), nobody: kubeconfig('nobody') },
    certificateKubeconfigFile: kubeconfig('certificate-admin'),
    api,
    async kubectl(args, stdin) {
      const env = serverEnvironment({ KUBECONFIG: kubeconfig('admin') });
      return run(await findProgram('kubectl'), args, { env, ...(stdin !== undefined && { stdin }) });
    },
    wipe: () => wipeKubernetes(api),
  };
}

function writeFiles(folder: string, port: number): void {
  const write = (name: string, content: string) => {
    const path = join(folder, name);
    writeFileSync(path, content, { mode: 0o600 });
    return path;
  };
  const authority = createAuthority('calicoctl test kubernetes');
  const caFile = write('ca.pem', authority.certificate);
  const server = authority.issue({ commonName: 'kube-apiserver', usages: ['server'] });
  write('server.pem', server.certificate);
  write('server-key.pem', server.key);
  const serviceAccount = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  write('service-account.pem', serviceAccount.publicKey);
  write('service-account-key.pem', serviceAccount.privateKey);

  const kubeconfig = (user: string, credentials: object) =>
    write(`${user}.kubeconfig`, kubeconfigText(`https://127.0.0.1:${port}`, caFile, user, credentials));
  const users = ['admin', 'viewer', 'nobody'].map((user) => {
    const token = randomBytes(16).toString('hex');
    write(`${user}.token`, token);
    kubeconfig(user, { token });
    // token, name, uid, groups
    return `${token},${user},${user}${user === 'admin' ? `,${adminGroup}` : ''}\n`;
  });
  write('tokens.csv', users.join(''));
  const admin = authority.issue({ commonName: 'certificate-admin', organizations: [adminGroup], usages: ['client'] });
  kubeconfig('certificate-admin', {
    'client-certificate': write('client.pem', admin.certificate),
    'client-key': write('client-key.pem', admin.key),
  });
}

/** The group that Kubernetes lets do everything, before any rule. */
const adminGroup = 'system:masters';

/** A kubeconfig in JSON, which is YAML too. */
function kubeconfigText(server: string, caFile: string, user: string, credentials: object): string {
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'test', cluster: { server, 'certificate-authority': caFile } }],
    users: [{ name: user, user: credentials }],
    contexts: [{ name: 'test', context: { cluster: 'test', user } }],
    'current-context': 'test',
  };
  return `${JSON.stringify(config, undefined, 2)}\n`;
}
