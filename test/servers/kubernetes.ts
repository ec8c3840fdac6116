import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from './binaries.ts';
import { createAuthority } from './certificates.ts';
import { startEtcd } from './etcd.ts';
import type { EtcdServer } from './etcd.ts';
import { openApi } from './kubernetes/api.ts';
import type { Api } from './kubernetes/api.ts';
import type { CalicoGroup } from './kubernetes/crds.ts';
import { installDefinitions, installReader, untilServed, viewer } from './kubernetes/install.ts';
import { wipeKubernetes } from './kubernetes/wipe.ts';
import { makeFolder, serverEnvironment, startProcess, withFreePorts } from './process.ts';
import type { ServerProcess } from './process.ts';
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

/** A running kube-apiserver with its own etcd: no controllers, no scheduler, no kubelet. */
export interface KubernetesServer {
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
  /** What the server logged so far. */
  log(): string;
  /** See {@link ServerProcess}; its etcd goes with it. */
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
    const { process, files, port } = await withFreePorts(1, ([freePort = 0]) => startServer(program, etcd, freePort));
    const started = describe(etcd, process, files, port);
    try {
      await installReader(started.api);
      if (crds === 'v1' || crds === 'v3') await installDefinitions(started.api, crds);
      else if (crds !== 'none') {
        await started.kubectl(['create', '--validate=false', '-f', crds.folder]);
        await untilServed(started.api);
      }
      return started;
    } catch (error) {
      await started.stop();
      throw error;
    }
  } catch (error) {
    await etcd.stop();
    throw error;
  }
}

async function startServer(
  program: string,
  etcd: EtcdServer,
  port: number,
): Promise<{ readonly process: ServerProcess; readonly files: ServerFiles; readonly port: number }> {
  const folder = makeFolder('kube-apiserver');
  const files = writeFiles(folder, `https://127.0.0.1:${port}`);
  const api = openApi(`https://127.0.0.1:${port}`, files.ca, files.tokens.admin);
  try {
    const process = await startProcess({
      name: 'kube-apiserver',
      program,
      folder,
      args: [
        `--etcd-servers=${etcd.endpoints}`,
        '--bind-address=127.0.0.1',
        '--external-hostname=127.0.0.1',
        `--secure-port=${port}`,
        `--tls-cert-file=${files.serverCertFile}`,
        `--tls-private-key-file=${files.serverKeyFile}`,
        `--client-ca-file=${files.caFile}`,
        `--token-auth-file=${files.tokenFile}`,
        '--authorization-mode=RBAC',
        `--service-account-issuer=https://127.0.0.1:${port}`,
        `--service-account-key-file=${files.serviceAccountFile}`,
        `--service-account-signing-key-file=${files.serviceAccountKeyFile}`,
        '--service-cluster-ip-range=10.96.0.0/16',
        // Nobody here would make the service accounts and tokens it asks for.
        '--disable-admission-plugins=ServiceAccount',
        // With its cache, a list after any write waits up to 100 ms until the cache has heard of that write.
        '--watch-cache=false',
        '--endpoint-reconciler-type=none',
      ],
      ready: async () => (await api.call('GET', '/readyz')).status === 200,
    });
    return { process, files, port };
  } finally {
    api.close();
  }
}

function describe(etcd: EtcdServer, process: ServerProcess, files: ServerFiles, port: number): KubernetesServer {
  const server = `https://127.0.0.1:${port}`;
  const api = openApi(server, files.ca, files.tokens.admin);
  const kill = async () => {
    api.close();
    await process.kill();
    await etcd.kill();
  };
  return {
    server,
    port,
    caFile: files.caFile,
    tokens: files.tokens,
    kubeconfigFile: files.kubeconfigFiles.admin,
    kubeconfigFiles: files.kubeconfigFiles,
    certificateKubeconfigFile: files.certificateKubeconfigFile,
    api,
    async kubectl(args, stdin) {
      const env = serverEnvironment({ KUBECONFIG: files.kubeconfigFiles.admin });
      return run(await findProgram('kubectl'), args, { env, ...(stdin !== undefined && { stdin }) });
    },
    wipe: () => wipeKubernetes(api),
    log: () => process.log(),
    async stop() {
      // Its polite end takes a second, and there is nothing to save.
      await kill();
      await process.stop();
      await etcd.stop();
    },
    kill,
  };
}

interface ServerFiles {
  readonly ca: string;
  readonly caFile: string;
  readonly serverCertFile: string;
  readonly serverKeyFile: string;
  readonly serviceAccountFile: string;
  readonly serviceAccountKeyFile: string;
  readonly tokenFile: string;
  readonly tokens: Readonly<Record<TokenUser, string>>;
  readonly kubeconfigFiles: Readonly<Record<TokenUser, string>>;
  readonly certificateKubeconfigFile: string;
}

function writeFiles(folder: string, server: string): ServerFiles {
  const write = (name: string, content: string) => {
    const path = join(folder, name);
    writeFileSync(path, content, { mode: 0o600 });
    return path;
  };
  const authority = createAuthority('calicoctl test kubernetes');
  const serverIdentity = authority.issue({ commonName: 'kube-apiserver', usages: ['server'] });
  const admin = authority.issue({ commonName: 'certificate-admin', organizations: [adminGroup], usages: ['client'] });
  const serviceAccount = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const token = () => randomBytes(16).toString('hex');
  const tokens = { admin: token(), viewer: token(), nobody: token() };
  const caFile = write('ca.pem', authority.certificate);
  const kubeconfig = (user: string, credentials: object) =>
    write(`${user}.kubeconfig`, kubeconfigText(server, caFile, user, credentials));
  return {
    ca: authority.certificate,
    caFile,
    serverCertFile: write('server.pem', serverIdentity.certificate),
    serverKeyFile: write('server-key.pem', serverIdentity.key),
    serviceAccountFile: write('service-account.pem', serviceAccount.publicKey),
    serviceAccountKeyFile: write('service-account-key.pem', serviceAccount.privateKey),
    tokenFile: write(
      'tokens.csv',
      `${tokens.admin},admin,admin,${adminGroup}\n${tokens.viewer},${viewer},${viewer}\n${tokens.nobody},nobody,nobody\n`,
    ),
    tokens,
    kubeconfigFiles: {
      admin: kubeconfig('admin', { token: tokens.admin }),
      viewer: kubeconfig('viewer', { token: tokens.viewer }),
      nobody: kubeconfig('nobody', { token: tokens.nobody }),
    },
    certificateKubeconfigFile: kubeconfig('certificate-admin', {
      'client-certificate': write('client.pem', admin.certificate),
      'client-key': write('client-key.pem', admin.key),
    }),
  };
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
