/**
 * From settings to one server and one user: kubeconfig files, overrides, the pod's own service account. Rules, order and texts are those of the
 * Go Kubernetes client library ("clientcmd"), with the overrides that Calico's configuration has.
 */
import { readFileSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { ConnectionSettings, ConnectionSpec } from '../settings.ts';
import { SettingsError } from '../settings.ts';
import { osErrorText } from '../../system-errors.ts';
import type { Cluster, Kubeconfig, User } from './kubeconfig.ts';
import { NO_CLUSTER, NO_USER, readInlineKubeconfig, readKubeconfigs, settingsError } from './kubeconfig.ts';
import { clusterProblems, userProblems } from './usable.ts';

/** Everything a transport needs to know. Certificates and keys are PEM. */
export interface Connection {
  readonly server: ServerAddress;
  /** where the address was configured, for messages */
  readonly setting: string;
  readonly cluster: Cluster;
  readonly user: User;
  readonly ca: string | undefined;
  readonly clientCertificate: { readonly cert: string; readonly key: string } | undefined;
}

export interface ServerAddress {
  readonly scheme: 'http' | 'https';
  /** name or address, IPv6 without brackets */
  readonly host: string;
  readonly port: number;
  /** prefix of every path, without a slash at the end */
  readonly path: string;
  /** `https://10.0.0.1:6443`, as it is shown */
  readonly origin: string;
}

/** Where Kubernetes puts the service account of a pod. */
const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Decides which server to talk to, and as whom. Reads kubeconfigs, certificates and keys, one after another: nothing could be done meanwhile, and
 * asynchronous reads of a few small files take several times as long. Sends nothing.
 * @throws {SettingsError} with the texts of the Go client
 */
export async function resolveConnection(
  settings: ConnectionSettings,
  env: Env,
  serviceAccount = SERVICE_ACCOUNT,
): Promise<Connection> {
  const { spec } = settings;
  if (spec.kubeconfigInline !== '') {
    const config = await readInlineKubeconfig(spec.kubeconfigInline);
    return connectionOf(choose(config, undefined), () => settings.origin('kubeconfigInline'));
  }
  const files = spec.kubeconfig === '' ? defaultKubeconfig(spec, env) : spec.kubeconfig.split(delimiter);
  const config = await readKubeconfigs(files);
  let chosen: Chosen;
  try {
    chosen = choose(config, spec);
  } catch (error) {
    if (!(error instanceof EmptyConfiguration)) throw error;
    const pod = inCluster(spec, env, serviceAccount);
    if (pod === undefined) throw error;
    return connectionOf(pod, () =>
      spec.k8sAPIEndpoint === '' ? 'KUBERNETES_SERVICE_HOST' : settings.origin('k8sAPIEndpoint'),
    );
  }
  return connectionOf(chosen, ({ clusterName, file }) => {
    if (spec.k8sAPIEndpoint !== '') return settings.origin('k8sAPIEndpoint');
    const place = `cluster "${clusterName}" in ${file}`;
    return spec.kubeconfig === '' ? place : `${settings.origin('kubeconfig')}: ${place}`;
  });
}

interface Chosen {
  readonly cluster: Cluster;
  readonly clusterName: string;
  /** the kubeconfig of the cluster entry */
  readonly file: string;
  readonly user: User;
}

const NAME_A_DATASTORE =
  'no datastore is named: set KUBECONFIG, or DATASTORE_TYPE to kubernetes, etcdv3 or local (docs/connections.md)';

/** Nothing says which server to use; inside a pod that means the pod's own cluster. */
class EmptyConfiguration extends SettingsError {
  constructor(hints: readonly string[]) {
    super(
      'invalid configuration: no configuration has been provided, try setting KUBERNETES_MASTER environment variable',
      {
        datastoreClient: true,
        hints: hints.length > 0 ? hints : [NAME_A_DATASTORE],
      },
    );
  }
}

function defaultKubeconfig(spec: ConnectionSpec, env: Env): readonly string[] {
  const home = env['HOME'] ?? '';
  if (home === '' || spec.k8sAPIEndpoint !== '') return [];
  const file = join(home, '.kube', 'config');
  return exists(file) ? [file] : [];
}

/** Picks cluster and user by the current context, and lays the overrides (none with `undefined`) over them. */
function choose(config: Kubeconfig, overrides: ConnectionSpec | undefined): Chosen {
  const wanted = overrides?.k8sCurrentContext ?? '';
  const name = wanted || config.currentContext;
  const context = config.contexts.get(name);
  const hints = contextHints(config, name);
  if (wanted !== '' && context === undefined) {
    throw new SettingsError(`context ${JSON.stringify(wanted)} does not exist`, { datastoreClient: true, hints });
  }
  const entry = context && config.clusters.get(context.cluster);
  const cluster = overrideCluster(entry?.cluster ?? NO_CLUSTER, overrides);
  const user = overrideUser((context && config.users.get(context.user)) ?? NO_USER, overrides);

  const isEmpty = entry === undefined && cluster === NO_CLUSTER;
  const problems: string[] = [];
  if (name !== '' && context === undefined) problems.push(`context was not found for specified context: ${name}`);
  problems.push(...userProblems(context?.user ?? '', user));
  if (isEmpty && problems.length === 0) throw new EmptyConfiguration(hints);
  problems.push(...(isEmpty ? ['cluster has no server defined'] : clusterProblems(context?.cluster ?? '', cluster)));
  if (problems.length > 0) {
    const list = [...new Set(problems)];
    const message = `invalid configuration: ${list.length === 1 ? list.join() : `[${list.join(', ')}]`}`;
    throw new SettingsError(message, { datastoreClient: true, hints });
  }
  return { cluster, clusterName: context?.cluster ?? '', file: entry?.file ?? '', user };
}

function contextHints(config: Kubeconfig, name: string): readonly string[] {
  if (config.contexts.size === 0 || config.contexts.has(name)) return [];
  const known = [...config.contexts.keys()].join(', ');
  return name === ''
    ? [`the kubeconfig has no current-context; its contexts: ${known}`]
    : [`contexts of the kubeconfig: ${known}`];
}

function overrideCluster(cluster: Cluster, overrides: ConnectionSpec | undefined): Cluster {
  if (overrides === undefined) return cluster;
  const { k8sAPIEndpoint, k8sCAFile, k8sInsecureSkipTLSVerify } = overrides;
  let out = cluster;
  // A name that was right for the other server would be wrong for this one.
  if (k8sAPIEndpoint !== '') out = { ...out, server: k8sAPIEndpoint, tlsServerName: '' };
  if (k8sCAFile !== '' || k8sInsecureSkipTLSVerify) {
    out = { ...out, caFile: k8sCAFile, caData: '', insecure: k8sInsecureSkipTLSVerify };
  }
  return out;
}

function overrideUser(user: User, overrides: ConnectionSpec | undefined): User {
  if (overrides === undefined) return user;
  return {
    ...user,
    certFile: overrides.k8sCertFile || user.certFile,
    keyFile: overrides.k8sKeyFile || user.keyFile,
    token: overrides.k8sAPIToken || user.token,
  };
}

/** The service account of the pod this runs in; undefined outside a pod. */
function inCluster(spec: ConnectionSpec, env: Env, folder: string): Chosen | undefined {
  const host = env['KUBERNETES_SERVICE_HOST'] ?? '';
  const port = env['KUBERNETES_SERVICE_PORT'] ?? '';
  const tokenFile = join(folder, 'token');
  if (host === '' || port === '' || !exists(tokenFile)) return undefined;
  const caFile = join(folder, 'ca.crt');
  const server = spec.k8sAPIEndpoint || `https://${host.includes(':') ? `[${host}]` : host}:${port}`;
  return {
    cluster: { ...NO_CLUSTER, server, caFile: spec.k8sCAFile || (exists(caFile) ? caFile : '') },
    clusterName: '',
    file: '',
    user: spec.k8sAPIToken === '' ? { ...NO_USER, tokenFile } : { ...NO_USER, token: spec.k8sAPIToken },
  };
}

function connectionOf(chosen: Chosen, setting: (chosen: Chosen) => string): Connection {
  const { cluster, user } = chosen;
  const server = parseServer(cluster.server);
  const plain = { server, setting: setting(chosen), cluster, ca: undefined, clientCertificate: undefined };
  // Secrets are not sent in the clear.
  if (server.scheme === 'http') {
    const { impersonate, impersonateUID, impersonateGroups, impersonateExtra } = user;
    return { ...plain, user: { ...NO_USER, impersonate, impersonateUID, impersonateGroups, impersonateExtra } };
  }
  if (user.token === '' && user.tokenFile !== '') pem(user.tokenFile);
  return { ...plain, user, ca: authority(cluster), clientCertificate: certificate(user) };
}

function authority({ caFile, caData, insecure }: Cluster): string | undefined {
  if (caFile === '' && caData === '') return undefined;
  if (insecure) throw settingsError('specifying a root certificates file with the insecure flag is not allowed');
  const text = contentOf(caFile, caData);
  if (!isCertificate(text)) throw settingsError('unable to load root certificates: unable to parse bytes as PEM block');
  return text;
}

function certificate(user: User): Connection['clientCertificate'] {
  if (user.certFile === '' && user.certData === '') return undefined;
  const cert = contentOf(user.certFile, user.certData);
  const key = contentOf(user.keyFile, user.keyData);
  const fault = pairFault(cert, key);
  if (fault !== undefined) throw settingsError(fault);
  return { cert, key };
}

/** Why a certificate and a key cannot be PEM, in Go's words. */
export function pairFault(cert: string, key: string): string | undefined {
  if (!isCertificate(cert)) return 'tls: failed to find any PEM data in certificate input';
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(key)) return 'tls: failed to find any PEM data in key input';
  return undefined;
}

function isCertificate(text: string): boolean {
  return text.includes('-----BEGIN CERTIFICATE-----');
}

function contentOf(file: string, data: string): string {
  return data === '' ? pem(file) : Buffer.from(data, 'base64').toString('utf8');
}

function pem(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw settingsError(osErrorText('open', file, cause), cause);
  }
}

function exists(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isDirectory() === false;
}

/** Reads a URL, or `host:port`, which means plain HTTP. @throws {SettingsError} */
export function parseServer(text: string): ServerAddress {
  const hasScheme = /^[a-z][a-z0-9+.-]*:\/\/[^/]/i.test(text);
  const url = URL.parse(hasScheme ? text : `http://${text}`);
  const path = url?.pathname.replace(/\/+$/, '') ?? '';
  if (url === null || (!hasScheme && path !== '')) {
    const shown = text.replace(/\/\/[^/]*@/, '//');
    throw settingsError(`host must be a URL or a host:port pair: ${JSON.stringify(shown)}`);
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw settingsError(`unsupported protocol scheme ${JSON.stringify(url.protocol.slice(0, -1))}`);
  }
  const scheme = url.protocol === 'https:' ? 'https' : 'http';
  // The URL class drops a port that is the scheme's own, and the Go client shows what was written.
  const written = /^[^/]*\/\/(?:[^/@]*@)?([^/?#]*)/.exec(hasScheme ? text : `http://${text}`)?.[1] ?? url.host;
  return {
    scheme,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (scheme === 'https' ? 443 : 80) : Number(url.port),
    path,
    origin: `${scheme}://${written}`,
  };
}
