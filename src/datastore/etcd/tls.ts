/** Certificates for TLS with etcd: read, checked before anything is sent, and put to use. */
import { createPrivateKey } from 'node:crypto';
import type { KeyObject, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import type { Socket } from 'node:net';
import { connect, createSecureContext } from 'node:tls';
import type { ConnectionOptions, SecureContext, SecureContextOptions, TLSSocket } from 'node:tls';
import { SettingsError } from '../settings.ts';
import type { CertificateSource } from './settings.ts';

/** What is needed to speak TLS with any of the endpoints. */
export interface TlsMaterial {
  readonly context: SecureContext;
  /** the client's own certificate, if one is configured, and where it came from */
  readonly client: { readonly certificate: X509Certificate; readonly setting: string } | undefined;
  /** the setting that names the authority; undefined when the system's authorities are used */
  readonly caSetting: string | undefined;
  /** the settings that would name a client certificate */
  readonly clientSettings: string;
}

/** Names of cipher suites that Go offers for TLS 1.2, and OpenSSL's names for them. */
const CIPHER_SUITES: Readonly<Record<string, string>> = {
  TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA: 'ECDHE-ECDSA-AES128-SHA',
  TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA: 'ECDHE-ECDSA-AES256-SHA',
  TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA: 'ECDHE-RSA-AES128-SHA',
  TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA: 'ECDHE-RSA-AES256-SHA',
  TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256: 'ECDHE-ECDSA-AES128-GCM-SHA256',
  TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384: 'ECDHE-ECDSA-AES256-GCM-SHA384',
  TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256: 'ECDHE-RSA-AES128-GCM-SHA256',
  TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384: 'ECDHE-RSA-AES256-GCM-SHA384',
  TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256: 'ECDHE-RSA-CHACHA20-POLY1305',
  TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256: 'ECDHE-ECDSA-CHACHA20-POLY1305',
};
/** The suites of TLS 1.3, which Go always offers. */
const TLS13_SUITES = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'] as const;

/**
 * Reads and checks what the settings name, whether or not TLS will be spoken. `TLS_MIN_VERSION` and `TLS_CIPHER_SUITES` are taken from the environment, as in the Go client.
 * @throws {SettingsError} with the Go client's text
 */
export async function loadTls(
  source: CertificateSource,
  env: Readonly<Record<string, string | undefined>>,
  spoken: boolean,
): Promise<TlsMaterial | undefined> {
  const { settings } = source;
  const pem = source.from === 'inline' ? inlinePem(source) : await filePem(source);
  const certificate = pem.cert === '' ? undefined : checkPair(pem, source);
  const ciphers = cipherOptions(env['TLS_CIPHER_SUITES'] ?? '');
  if (!spoken) return undefined;
  return {
    context: contextOf({
      minVersion: env['TLS_MIN_VERSION'] === '1.3' ? 'TLSv1.3' : 'TLSv1.2',
      maxVersion: 'TLSv1.3',
      ...ciphers,
      ...authorities(pem.ca),
      ...(certificate !== undefined && { cert: pem.cert, key: pem.key }),
    }),
    client: certificate && { certificate, setting: settings.cert },
    caSetting: pem.ca === '' ? undefined : settings.ca,
    clientSettings: `${settings.cert}, ${settings.key}`,
  };
}

interface Pem {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

const PEM_BLOCK = /-----BEGIN ([^-]*)-----[^-]*-----END \1-----/g;
const CERTIFICATE_BLOCK = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

function inlinePem({ ca, cert, key, settings }: CertificateSource): Pem {
  if (cert === '' || key === '') throw refusal('Certificate and Key must both be present inline.');
  if (ca === '') return { ca, cert, key };
  // The Go client reads the first block and no more.
  const [first] = ca.match(PEM_BLOCK) ?? [];
  if (first === undefined) throw refusal('Cannot decode PEM block containing certificate', settings.ca);
  checkAuthorities(first, settings.ca);
  return { ca: first, cert, key };
}

async function filePem({ ca, cert, key, settings }: CertificateSource): Promise<Pem> {
  if ((cert === '') !== (key === '')) {
    throw refusal(`KeyFile and CertFile must both be present[key: ${key}, cert: ${cert}]`);
  }
  const [certText, keyText, caText] = await Promise.allSettled([readPem(cert), readPem(key), readPem(ca)]);
  const pem = {
    cert: opened(certText, cert, settings.cert),
    key: opened(keyText, key, settings.key),
    ca: opened(caText, ca, settings.ca),
  };
  if (ca !== '') checkAuthorities(pem.ca, settings.ca);
  return pem;
}

function readPem(path: string): Promise<string> | '' {
  return path === '' ? '' : readFile(path, 'utf8');
}

/** Go's words for what can go wrong when a file is opened. */
const OPEN_PROBLEMS: Readonly<Record<string, (path: string) => string>> = {
  ENOENT: (path) => `open ${path}: no such file or directory`,
  EACCES: (path) => `open ${path}: permission denied`,
  ENOTDIR: (path) => `open ${path}: not a directory`,
  EISDIR: (path) => `read ${path}: is a directory`,
};

function opened(result: PromiseSettledResult<string>, path: string, setting: string): string {
  if (result.status === 'fulfilled') return result.value;
  const error: unknown = result.reason;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  throw refusal(OPEN_PROBLEMS[code]?.(path) ?? `open ${path}: ${code}`, setting);
}

/** A file without a certificate would leave nobody to be trusted: the Go client only finds out when it connects. */
function checkAuthorities(pem: string, setting: string): void {
  const blocks = pem.match(CERTIFICATE_BLOCK) ?? [];
  if (blocks.length === 0) throw refusal('no certificate found in the PEM of the authority', setting);
  for (const block of blocks) readCertificate(block, setting);
}

function readCertificate(pem: string, setting: string): X509Certificate {
  try {
    // A class: see scripts/lazy-builtins.ts.
    return new (process.getBuiltinModule('node:crypto').X509Certificate)(pem);
  } catch (cause) {
    throw refusal('x509: malformed certificate', setting, cause);
  }
}

/** Go's checks of a certificate and its key, in Go's order and words. */
function checkPair(pem: Pem, { settings }: CertificateSource): X509Certificate {
  const [first] = pem.cert.match(CERTIFICATE_BLOCK) ?? [];
  if (first === undefined) throw refusal('tls: failed to find any PEM data in certificate input', settings.cert);
  if (!pem.key.includes('-----BEGIN ')) throw refusal('tls: failed to find any PEM data in key input', settings.key);
  const certificate = readCertificate(first, settings.cert);
  if (!certificate.checkPrivateKey(readKey(pem.key, settings.key))) {
    throw refusal('tls: private key does not match public key', `${settings.cert} and ${settings.key}`);
  }
  return certificate;
}

function readKey(pem: string, setting: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch (cause) {
    // OpenSSL says which routine failed, and nothing of what it read.
    throw refusal('tls: failed to parse private key', setting, cause);
  }
}

function authorities(ca: string): { readonly ca?: string | string[] } {
  if (ca !== '') return { ca };
  // Go trusts what the system trusts. Older releases of Node cannot tell what that is.
  const tls = process.getBuiltinModule('node:tls');
  if (!('getCACertificates' in tls)) return {};
  const system = tls.getCACertificates('system');
  return system.length === 0 ? {} : { ca: [...tls.getCACertificates('default'), ...system] };
}

function cipherOptions(names: string): { readonly ciphers?: string } {
  if (names === '') return {};
  const suites = names.split(',').map((text) => {
    const name = text.trim();
    const suite = CIPHER_SUITES[name] ?? TLS13_SUITES.find((known) => known === name);
    if (suite !== undefined) return suite;
    const prefix = 'failed to create TLS Config: ';
    throw new SettingsError(`${prefix}${prefix}unsupported cipher: ${name}`, {
      hints: ['the cipher suites are set by TLS_CIPHER_SUITES'],
    });
  });
  return { ciphers: [...new Set([...TLS13_SUITES, ...suites])].join(':') };
}

function contextOf(options: SecureContextOptions): SecureContext {
  try {
    return createSecureContext(options);
  } catch (cause) {
    throw refusal(cause instanceof Error ? cause.message : String(cause), undefined, cause);
  }
}

function refusal(reason: string, setting?: string, cause?: unknown): SettingsError {
  return new SettingsError(`could not initialize etcdv3 client: ${reason}`, {
    ...(setting !== undefined && { hints: [`the certificate or key is set by ${setting}`] }),
    cause,
  });
}

/** How TLS is spoken with an endpoint. A name is sent only when it is one (RFC 6066); addresses are verified all the same. */
export function tlsOptions(material: TlsMaterial, host: string, protocol: 'h2' | 'http/1.1' = 'h2'): ConnectionOptions {
  return {
    secureContext: material.context,
    host,
    ALPNProtocols: [protocol],
    ...(isIP(host) === 0 && { servername: host }),
  };
}

/** Speaks TLS on a connection; rejects when the handshake or the verification of the server fails. */
export function secure(socket: Socket, material: TlsMaterial, host: string): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const secured = connect({ ...tlsOptions(material, host), socket }, () => resolve(secured));
    secured.on('error', reject);
  });
}
