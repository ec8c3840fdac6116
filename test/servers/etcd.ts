import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from './binaries.ts';
import { createAuthority } from './certificates.ts';
import type { Identity } from './certificates.ts';
import { makeFolder, serverEnvironment, startProcess, withFreePorts } from './process.ts';
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
  /** Offer the JSON gateway beside gRPC; true by default, as in etcd. */
  readonly jsonGateway?: boolean;
  /** etcd's own limits; those that it has by default are not to be met in a test. */
  readonly limits?: { readonly 'max-txn-ops'?: number; readonly 'max-request-bytes'?: number };
  /** The Common Name in the client's certificate, which etcd takes as user name if no user is given; `calicoctl` by default. */
  readonly clientCommonName?: string;
}

/** Paths of PEM files that belong to an etcd with TLS. */
export interface EtcdFiles {
  /** The authority that signed the server's certificate, and that the server trusts for clients if it asks them. */
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

/** The way to an etcd that runs, whoever started it. */
export interface EtcdConnection {
  readonly version: EtcdVersion;
  /** One URL. */
  readonly endpoints: string;
  readonly port: number;
  /** The PEM files; undefined without TLS. */
  readonly files: EtcdFiles | undefined;
  /** The settings by which the Calico documentation tells calicoctl of a server (`ETCD_ENDPOINTS`, `ETCD_CA_CERT_FILE`…). */
  readonly environment: Readonly<Record<string, string>>;
  /** Runs etcdctl as a user with every right (`args` may hold other credentials), and gives its standard output. Throws `RunError`. */
  etcdctl(args: readonly string[], stdin?: string): Promise<string>;
  /** Deletes every key. */
  wipe(): Promise<void>;
}

/** A running etcd with one member. */
export interface EtcdServer extends EtcdConnection {
  /** What the server logged so far. */
  log(): string;
  isRunning(): boolean;
  /** As for `ServerProcess` in process.ts. */
  stop(): Promise<void>;
  kill(): Promise<void>;
}

const day = 24 * 3600 * 1000;

/** Starts an etcd on a free port of 127.0.0.1 and waits until it serves. Throws if it cannot be had or does not start. */
export async function startEtcd(options: EtcdOptions = {}): Promise<EtcdServer> {
  const { version = '3.4', tls = false, clientCertAuth = false, auth, jsonGateway = true, limits = {} } = options;
  if (clientCertAuth && tls === false) throw new Error('startEtcd(): clientCertAuth needs tls');
  const program = await findProgram(`etcd-${version}`);
  const { server, files, port } = await withFreePorts(1, async ([freePort = 0]) => {
    const folder = makeFolder('etcd');
    const written = tls === false ? undefined : writeFiles(folder, options);
    const url = `${written ? 'https' : 'http'}://127.0.0.1:${freePort}`;
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
      ...(jsonGateway ? [] : ['--enable-grpc-gateway=false']),
      ...Object.entries(limits).map(([name, value]) => `--${name}=${value}`),
    ];
    if (written) {
      args.push(`--cert-file=${written.serverCertFile}`, `--key-file=${written.serverKeyFile}`);
      // The authority alone already makes etcd ask for certificates.
      if (clientCertAuth) args.push('--client-cert-auth', `--trusted-ca-file=${written.caFile}`);
    }
    const started = await startProcess({
      name: 'etcd',
      program,
      args,
      folder,
      // Asking over the network would have to know which faults the server's certificate was given.
      ready: (log) => log.includes('serving client traffic'),
    });
    return { server: started, files: written, port: freePort };
  });
  // A server with a faulty certificate must still be usable for the test's own preparations.
  const facts = { version, port, files, trustsAny: typeof tls === 'object', jsonGateway };
  if (auth) {
    try {
      await enableAuth(connect(facts), auth);
    } catch (error) {
      await server.stop();
      throw error;
    }
  }
  return {
    ...connect({ ...facts, auth }),
    log: () => server.log(),
    isRunning: () => server.isRunning(),
    stop: () => server.stop(),
    kill: () => server.kill(),
  };
}

/** The way to a server that {@link startEtcd} started without TLS and users, in this process or another. */
export function connectEtcd(version: EtcdVersion, port: number): EtcdConnection {
  return connect({ version, port, files: undefined, trustsAny: false, jsonGateway: true });
}

interface Facts {
  readonly version: EtcdVersion;
  readonly port: number;
  readonly files: EtcdFiles | undefined;
  readonly trustsAny: boolean;
  readonly jsonGateway: boolean;
  readonly auth?: EtcdOptions['auth'] | undefined;
}

function connect({ version, port, files, trustsAny, jsonGateway, auth }: Facts): EtcdConnection {
  const endpoints = `${files ? 'https' : 'http'}://127.0.0.1:${port}`;
  const flags = [`--endpoints=${endpoints}`];
  const environment: Record<string, string> = { ETCD_ENDPOINTS: endpoints };
  if (files) {
    flags.push(`--cert=${files.certFile}`, `--key=${files.keyFile}`);
    flags.push(trustsAny ? '--insecure-skip-tls-verify' : `--cacert=${files.caFile}`);
    environment['ETCD_CA_CERT_FILE'] = files.caFile;
    environment['ETCD_CERT_FILE'] = files.certFile;
    environment['ETCD_KEY_FILE'] = files.keyFile;
  }
  if (auth) {
    flags.push(`--user=${auth.user}:${auth.password}`);
    environment['ETCD_USERNAME'] = auth.user;
    environment['ETCD_PASSWORD'] = auth.password;
  }
  const etcdctl = async (args: readonly string[], stdin?: string) =>
    run(await findProgram(`etcdctl-${version}`), [...flags, ...args], {
      // Release 3.4 knows its own protocol only if told so; later ones know no other, and complain.
      env: serverEnvironment(version === '3.4' ? { ETCDCTL_API: '3' } : {}),
      ...(stdin !== undefined && { stdin }),
    });
  return {
    version,
    endpoints,
    port,
    files,
    environment,
    etcdctl,
    async wipe() {
      // A plain server is wiped between any two tests, and its JSON gateway answers faster than etcdctl starts.
      if (!files && !auth && jsonGateway) await deleteEverything(endpoints);
      else await etcdctl(['del', '', '--from-key=true']);
    },
  };
}

async function deleteEverything(endpoints: string): Promise<void> {
  // A range from the zero byte to the zero byte means every key.
  const body = JSON.stringify({ key: 'AA==', range_end: 'AA==' });
  const response = await fetch(`${endpoints}/v3/kv/deleterange`, { method: 'POST', body });
  const text = await response.text();
  if (!response.ok) throw new Error(`etcd at ${endpoints} could not be wiped: ${response.status} ${text}`);
}

async function enableAuth(etcd: EtcdConnection, auth: NonNullable<EtcdOptions['auth']>): Promise<void> {
  await etcd.etcdctl(['role', 'add', 'root']);
  for (const name of new Set(['root', auth.user])) {
    await etcd.etcdctl(['user', 'add', `${name}:${auth.password}`]);
    await etcd.etcdctl(['user', 'grant-role', name, 'root']);
  }
  await etcd.etcdctl(['auth', 'enable']);
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
