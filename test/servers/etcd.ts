import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from './binaries.ts';
import { createAuthority } from './certificates.ts';
import type { Identity } from './certificates.ts';
import { makeFolder, serverEnvironment, startProcess, withFreePorts } from './process.ts';
import type { ServerProcess } from './process.ts';
import { run } from './run.ts';

/** The releases that tests run on: an old one that is still met, and a current one. */
export type EtcdVersion = '3.4' | '3.6';

/** What kind of etcd {@link startEtcd} starts; a plain one of the old release without options. */
export interface EtcdOptions {
  /** 3.4 by default. */
  readonly version?: EtcdVersion;
  /** Serve over TLS only. The object form makes the server's certificate faulty in a way that is met. */
  readonly tls?: boolean | { readonly certificate: 'server-usage-only' | 'expired' | 'other-host' };
  /** Ask clients for a certificate (`--client-cert-auth`); needs `tls`. */
  readonly clientCertAuth?: boolean;
  /** Enable etcd's own users: this one may do everything (`root` gets the same password). */
  readonly auth?: { readonly user: string; readonly password: string };
  /** The Common Name in the client's certificate, which etcd takes as user name if no user is given; `calicoctl` by default. */
  readonly clientCommonName?: string;
}

/** Paths of PEM files that belong to an etcd with TLS. */
export interface EtcdFiles {
  /** The authority that signed the server's certificate and that the server trusts for clients. */
  readonly caFile: string;
  /** A client's certificate and key that the server accepts. */
  readonly certFile: string;
  readonly keyFile: string;
  /** An authority that has nothing to do with the server, and a client's certificate and key from it. */
  readonly unknownCaFile: string;
  readonly unknownCertFile: string;
  readonly unknownKeyFile: string;
  /** A client's certificate of the right authority that expired a day ago. */
  readonly expiredCertFile: string;
  readonly expiredKeyFile: string;
}

/** A running etcd with one member. */
export interface EtcdServer {
  readonly version: EtcdVersion;
  /** One URL. */
  readonly endpoints: string;
  readonly port: number;
  /** The PEM files; undefined without TLS. */
  readonly files: EtcdFiles | undefined;
  /** The settings by which the Calico documentation tells calicoctl of this server (`ETCD_ENDPOINTS`, `ETCD_CA_CERT_FILE`…). */
  readonly environment: Readonly<Record<string, string>>;
  /** Runs etcdctl against this server with every right, and gives its standard output. Throws `RunError`. */
  etcdctl(args: readonly string[], stdin?: string): Promise<string>;
  /** Deletes every key. */
  wipe(): Promise<void>;
  /** What the server logged so far. */
  log(): string;
  /** See {@link ServerProcess}. */
  stop(): Promise<void>;
  kill(): Promise<void>;
}

const day = 24 * 3600 * 1000;

/** Starts an etcd on a free port of 127.0.0.1 and waits until it serves. Throws if it cannot be had or does not start. */
export async function startEtcd(options: EtcdOptions = {}): Promise<EtcdServer> {
  const { version = '3.4', tls = false, clientCertAuth = false, auth } = options;
  if (clientCertAuth && tls === false) throw new Error('startEtcd(): clientCertAuth needs tls');
  const [program, client] = await Promise.all([findProgram(`etcd-${version}`), findProgram(`etcdctl-${version}`)]);
  const scheme = tls === false ? 'http' : 'https';
  const { server, files, port } = await withFreePorts(1, async ([freePort = 0]) => {
    const folder = makeFolder('etcd');
    const written = tls === false ? undefined : writeFiles(folder, options);
    const url = `${scheme}://127.0.0.1:${freePort}`;
    const args = [
      `--data-dir=${join(folder, 'data')}`,
      '--unsafe-no-fsync',
      `--listen-client-urls=${url}`,
      `--advertise-client-urls=${url}`,
      // The only member never speaks to another: any port will do, and the advertised one is never called.
      '--listen-peer-urls=http://127.0.0.1:0',
      '--initial-advertise-peer-urls=http://127.0.0.1:1',
      '--initial-cluster=default=http://127.0.0.1:1',
      '--heartbeat-interval=10',
      '--election-timeout=100',
      '--bcrypt-cost=4',
      '--logger=zap',
    ];
    if (written) {
      args.push(`--cert-file=${written.serverCertFile}`, `--key-file=${written.serverKeyFile}`);
      args.push(`--trusted-ca-file=${written.caFile}`, `--client-cert-auth=${clientCertAuth}`);
    }
    const started: ServerProcess = await startProcess({
      name: 'etcd',
      program,
      args,
      folder,
      // Asking over the network would have to know which faults the server's certificate was given.
      ready: (log) => log.includes('serving client traffic'),
    });
    return { server: started, files: written, port: freePort };
  });

  const endpoints = `${scheme}://127.0.0.1:${port}`;
  const clientSettings: Record<string, string> = { ETCDCTL_API: '3', ETCDCTL_ENDPOINTS: endpoints };
  const environment: Record<string, string> = { ETCD_ENDPOINTS: endpoints };
  if (files) {
    Object.assign(clientSettings, { ETCDCTL_CERT: files.certFile, ETCDCTL_KEY: files.keyFile });
    // A faulty server must still be usable for the test's own preparations.
    if (tls === true) clientSettings['ETCDCTL_CACERT'] = files.caFile;
    else clientSettings['ETCDCTL_INSECURE_SKIP_TLS_VERIFY'] = 'true';
    Object.assign(environment, {
      ETCD_CA_CERT_FILE: files.caFile,
      ETCD_CERT_FILE: files.certFile,
      ETCD_KEY_FILE: files.keyFile,
    });
  }
  const etcdctl = (args: readonly string[], stdin?: string) =>
    run(client, args, { env: serverEnvironment(clientSettings), ...(stdin !== undefined && { stdin }) });
  if (auth) {
    try {
      await enableAuth(etcdctl, auth);
    } catch (error) {
      await server.stop();
      throw error;
    }
    clientSettings['ETCDCTL_USER'] = `${auth.user}:${auth.password}`;
    Object.assign(environment, { ETCD_USERNAME: auth.user, ETCD_PASSWORD: auth.password });
  }
  return {
    version,
    endpoints,
    port,
    files,
    environment,
    etcdctl,
    async wipe() {
      // A plain server is wiped between any two tests, and its JSON gateway answers faster than etcdctl starts.
      if (tls === false && !auth) await deleteEverything(endpoints);
      else await etcdctl(['del', '', '--from-key=true']);
    },
    log: () => server.log(),
    stop: () => server.stop(),
    kill: () => server.kill(),
  };
}

async function deleteEverything(endpoints: string): Promise<void> {
  // A range from the zero byte to the zero byte means every key.
  const body = JSON.stringify({ key: 'AA==', range_end: 'AA==' });
  const response = await fetch(`${endpoints}/v3/kv/deleterange`, { method: 'POST', body });
  const text = await response.text();
  if (!response.ok) throw new Error(`etcd at ${endpoints} could not be wiped: ${response.status} ${text}`);
}

async function enableAuth(
  etcdctl: (args: readonly string[]) => Promise<string>,
  { user, password }: { readonly user: string; readonly password: string },
): Promise<void> {
  await etcdctl(['role', 'add', 'root']);
  for (const name of new Set(['root', user])) {
    await etcdctl(['user', 'add', `${name}:${password}`]);
    await etcdctl(['user', 'grant-role', name, 'root']);
  }
  await etcdctl(['auth', 'enable']);
}

function writeFiles(
  folder: string,
  options: EtcdOptions,
): EtcdFiles & { readonly serverCertFile: string; readonly serverKeyFile: string } {
  const authority = createAuthority('calicoctl test etcd');
  const unknown = createAuthority('unknown');
  const fault = typeof options.tls === 'object' ? options.tls.certificate : undefined;
  const expired = { validFrom: new Date(Date.now() - 2 * day), validTo: new Date(Date.now() - day) };
  const commonName = options.clientCommonName ?? 'calicoctl';
  const write = (name: string, content: string) => {
    const path = join(folder, name);
    writeFileSync(path, content, { mode: 0o600 });
    return path;
  };
  const writePair = (name: string, identity: Identity) => ({
    certFile: write(`${name}.pem`, identity.certificate),
    keyFile: write(`${name}-key.pem`, identity.key),
  });
  const server = writePair(
    'server',
    authority.issue({
      commonName: 'etcd',
      // etcd's JSON gateway calls etcd itself with the server's certificate, so it is usually a client's too.
      usages: fault === 'server-usage-only' ? ['server'] : ['server', 'client'],
      ...(fault === 'expired' && expired),
      ...(fault === 'other-host' && { hosts: ['etcd.example.org'] }),
    }),
  );
  const client = writePair('client', authority.issue({ commonName, usages: ['client'] }));
  const unknownClient = writePair('unknown-client', unknown.issue({ commonName, usages: ['client'] }));
  const expiredClient = writePair('expired-client', authority.issue({ commonName, usages: ['client'], ...expired }));
  return {
    caFile: write('ca.pem', authority.certificate),
    ...client,
    unknownCaFile: write('unknown-ca.pem', unknown.certificate),
    unknownCertFile: unknownClient.certFile,
    unknownKeyFile: unknownClient.keyFile,
    expiredCertFile: expiredClient.certFile,
    expiredKeyFile: expiredClient.keyFile,
    serverCertFile: server.certFile,
    serverKeyFile: server.keyFile,
  };
}
