/** The pool of connections to one server, directly or through a proxy. */
import type { Agent, ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import type { ClientCertificate } from './auth.ts';
import type { Connection } from './connection.ts';
import { loadClientNode } from './load-client-node.ts';
import { codeOf } from '../../system-errors.ts';
import { settingsError } from './kubeconfig.ts';

export interface Wire {
  readonly request: (options: RequestOptions, answered: (response: IncomingMessage) => void) => ClientRequest;
  readonly agent: Agent;
  /** the client certificate that its connections show */
  readonly certificate: ClientCertificate | undefined;
  readonly proxied: boolean;
  /** what the server is asked for in place of its own name; empty for that name */
  readonly servername: string;
}

/** No more connections than this, however many requests wait. */
export const MAX_CONNECTIONS = 16;
/** A connection nobody used for longer may have been dropped on the way without a word. */
const IDLE_MILLISECONDS = 20_000;
/** Of several addresses of a name, the next is tried after this. */
const NEXT_ADDRESS_MILLISECONDS = 1_500;

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Opens the pool; connects to nothing yet.
 * @throws {SettingsError} when a certificate or key cannot be used
 */
export async function openWire(
  connection: Connection,
  certificate: ClientCertificate | undefined,
  env: Env,
): Promise<Wire> {
  const { server, cluster, ca } = connection;
  const proxyURL = cluster.proxyURL || (await proxyOfEnvironment(connection, env));
  const pool = {
    keepAlive: true,
    maxSockets: MAX_CONNECTIONS,
    timeout: IDLE_MILLISECONDS,
    autoSelectFamilyAttemptTimeout: NEXT_ADDRESS_MILLISECONDS,
  };
  if (server.scheme === 'http') {
    const { Agent: HttpAgent, request } = await import('node:http');
    const agent = proxyURL === undefined ? new HttpAgent(pool) : await throughProxy(connection, proxyURL, certificate);
    return { request, agent, certificate, proxied: proxyURL !== undefined, servername: '' };
  }
  const [{ Agent: HttpsAgent, request }, { createSecureContext }] = await Promise.all([
    import('node:https'),
    import('node:tls'),
  ]);
  const trusted = ca ?? (cluster.insecure ? undefined : await systemAuthorities(env));
  const identity = { ...(trusted !== undefined && { ca: trusted }), ...certificate };
  let secureContext;
  try {
    secureContext = createSecureContext(identity);
  } catch (cause) {
    throw settingsError(certificateFault(cause), cause);
  }
  const agent =
    proxyURL === undefined
      ? new HttpsAgent({
          ...pool,
          ...identity,
          secureContext,
          rejectUnauthorized: !cluster.insecure,
          ...(cluster.tlsServerName !== '' && { servername: cluster.tlsServerName }),
        })
      : await throughProxy(connection, proxyURL, certificate);
  return { request, agent, certificate, proxied: proxyURL !== undefined, servername: cluster.tlsServerName };
}

/** Where systems keep the authorities that they trust; Go looks there, Node by itself does not. */
const SYSTEM_AUTHORITIES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/pki/tls/cacert.pem',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

/** The authorities of the system, for a server whose own is not configured; undefined (those of Node) where there are none. */
async function systemAuthorities(env: Env): Promise<string | undefined> {
  const { readFile } = await import('node:fs/promises');
  const configured = env['SSL_CERT_FILE'] ?? '';
  for (const file of configured === '' ? SYSTEM_AUTHORITIES : [configured]) {
    const text = await readFile(file, 'utf8').catch(() => '');
    if (text !== '') return text;
  }
  return undefined;
}

async function proxyOfEnvironment({ server }: Connection, env: Env): Promise<string | undefined> {
  if (!Object.keys(env).some((name) => /^https?_proxy$/i.test(name))) return undefined;
  const { proxyFor } = await import('./proxy.ts');
  return proxyFor(server, env);
}

async function throughProxy(
  connection: Connection,
  url: string,
  certificate: ClientCertificate | undefined,
): Promise<Agent> {
  const { proxyAgent } = await loadClientNode();
  return Object.assign(await proxyAgent(connection, url, certificate), { maxSockets: MAX_CONNECTIONS });
}

/** What OpenSSL says of certificates and keys, in Go's words; neither quotes them. */
function certificateFault(cause: unknown): string {
  const code = codeOf(cause);
  if (code === 'ERR_OSSL_X509_KEY_VALUES_MISMATCH') return 'tls: private key does not match public key';
  return `tls: failed to parse certificate or private key (${code || 'unknown format'})`;
}
