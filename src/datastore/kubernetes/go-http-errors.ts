/**
 * Failed connections in the words of Go's net/http, which the Go calicoctl prints as they stand, with the part of the exchange that failed.
 */
import { isIP } from 'node:net';
import type { Phase } from '../errors.ts';
import type { CertificateDates } from './certificate-dates.ts';
import { codeOf, errnoText } from '../../system-errors.ts';

/** How far an exchange got when it failed. */
export interface Progress {
  readonly host: string;
  readonly port: number;
  /** address the name was resolved to, or the address itself */
  readonly address: string | undefined;
  /** what was going on: `connect` from the start, `tls` once TCP is up, `response` once the request is under way, `body` within the answer */
  readonly stage: 'connect' | 'tls' | 'response' | 'body';
  /** the local end of the connection, as Go shows it; undefined before there is one */
  readonly local: string | undefined;
  /** through a proxy */
  readonly proxied: boolean;
  readonly now: Date;
  /** validity of the server's certificate, if it is known */
  readonly certificate: CertificateDates | undefined;
}

/** What happened, in Go's words, without the `Get "URL": ` in front. */
export interface Failure {
  readonly text: string;
  readonly phase: Phase;
}

/** What Go puts before an error that came while the body of an answer was read; the URL is not shown then. */
export const BODY_PREFIX = 'unexpected error when reading response body. Please retry. Original error: ';

/** `Get "https://10.0.0.1:6443/apis": dial tcp …`, as Go's url.Error says it. */
export function urlErrorText(method: string, url: string, text: string): string {
  return `${method.charAt(0)}${method.slice(1).toLowerCase()} "${url}": ${text}`;
}

/** Host and port as one text, IPv6 addresses in brackets. */
export function joinHostPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Names the failure behind an error of `node:http`, `node:https`, `node:net`, `node:dns` or `node:tls`. */
export function describeFailure(error: unknown, progress: Progress): Failure {
  const first = firstOf(error);
  const code = tlsCode(first) ?? codeOf(first);
  if (progress.stage === 'connect') return connectFailure(first, code, progress);
  if (progress.stage === 'tls') return tlsFailure(first, code, progress);
  return { text: exchangeText(first, code, progress), phase: 'response' };
}

/** With a request waiting to be written, Node reports what OpenSSL says as EPROTO, with the reason only in the text. */
function tlsCode(error: unknown): string | undefined {
  if (codeOf(error) !== 'EPROTO') return undefined;
  const reason = /:SSL routines:[^:]*:([^:]+):/.exec(messageOf(error))?.[1];
  return reason && `ERR_SSL_${reason.replace(/[ /]/g, '_').toUpperCase()}`;
}

/** A host with several addresses fails with the errors of all; Go reports the first. */
function firstOf(error: unknown): unknown {
  if (!(error instanceof AggregateError)) return error;
  const errors: readonly unknown[] = error.errors;
  return errors[0] ?? error;
}

function connectFailure(error: unknown, code: string, progress: Progress): Failure {
  const failed = (text: string, phase: Phase): Failure => ({
    text: `${progress.proxied ? 'proxyconnect tcp: ' : ''}${text}`,
    phase,
  });
  const lookup = `dial tcp: lookup ${error instanceof Error && 'hostname' in error ? String(error.hostname) : progress.host}`;
  if (code === 'ENOTFOUND') return failed(`${lookup}: no such host`, 'resolve');
  if (code === 'EAI_AGAIN') return failed(`${lookup}: server misbehaving`, 'resolve');
  const proxyStatus = /^Bad response: (\d+)$/.exec(messageOf(error))?.[1];
  if (proxyStatus !== undefined) return { text: proxyAnswerText(proxyStatus), phase: 'connect' };
  const errno = errnoText(code);
  if (errno === undefined) return failed(messageOf(error), 'connect');
  const address =
    error instanceof Error && 'address' in error ? String(error.address) : (progress.address ?? progress.host);
  const port = error instanceof Error && 'port' in error ? Number(error.port) : progress.port;
  return failed(`dial tcp ${joinHostPort(address, port)}: connect: ${errno}`, 'connect');
}

/** Go answers a refused CONNECT with the proxy's status text. */
function proxyAnswerText(status: string): string {
  const known: Readonly<Record<string, string>> = {
    403: 'Forbidden',
    404: 'Not Found',
    407: 'Proxy Authentication Required',
    502: 'Bad Gateway',
    503: 'Service Unavailable',
    504: 'Gateway Timeout',
  };
  return known[status] ?? `proxy answered ${status}`;
}

const UNKNOWN_AUTHORITY = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_UNTRUSTED',
  'CERT_SIGNATURE_FAILURE',
]);

/** TLS alerts, by the name OpenSSL has for them, in Go's words. */
const ALERTS: readonly (readonly [RegExp, string])[] = [
  [/ALERT_BAD_CERTIFICATE$/, 'bad certificate'],
  [/ALERT_UNSUPPORTED_CERTIFICATE$/, 'unsupported certificate'],
  [/ALERT_CERTIFICATE_REVOKED$/, 'revoked certificate'],
  [/ALERT_CERTIFICATE_EXPIRED$/, 'expired certificate'],
  [/ALERT_CERTIFICATE_UNKNOWN$/, 'unknown certificate'],
  [/ALERT_UNKNOWN_CA$/, 'unknown certificate authority'],
  [/ALERT_ACCESS_DENIED$/, 'access denied'],
  [/ALERT_CERTIFICATE_REQUIRED$/, 'certificate required'],
  [/ALERT_HANDSHAKE_FAILURE$/, 'handshake failure'],
  [/ALERT_PROTOCOL_VERSION$/, 'protocol version not supported'],
  [/ALERT_INTERNAL_ERROR$/, 'internal error'],
  [/ALERT_UNRECOGNIZED_NAME$/, 'unrecognized name'],
];

function tlsFailure(error: unknown, code: string, progress: Progress): Failure {
  const text = certificateText(error, code, progress) ?? alertText(code) ?? handshakeText(error, code, progress);
  return { text, phase: 'tls' };
}

function certificateText(error: unknown, code: string, progress: Progress): string | undefined {
  const why = (reason: string): string => `tls: failed to verify certificate: x509: ${reason}`;
  if (UNKNOWN_AUTHORITY.has(code)) return why('certificate signed by unknown authority');
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') {
    const text = why('certificate has expired or is not yet valid');
    if (progress.certificate === undefined) return text;
    const { from, to } = progress.certificate;
    const limit = code === 'CERT_HAS_EXPIRED' ? `after ${seconds(to)}` : `before ${seconds(from)}`;
    return `${text}: current time ${seconds(progress.now)} is ${limit}`;
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return why(wrongNameText(error, progress.host));
  return undefined;
}

function seconds(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, 'Z');
}

function wrongNameText(error: unknown, fallback: string): string {
  const host = error instanceof Error && 'host' in error && typeof error.host === 'string' ? error.host : fallback;
  const names = alternativeNames(error);
  const addresses = names.filter(({ type }) => type === 'IP Address').map(({ value }) => value);
  const dns = names.filter(({ type }) => type === 'DNS').map(({ value }) => value);
  if (isIP(host) !== 0) {
    if (addresses.length === 0) return `cannot validate certificate for ${host} because it doesn't contain any IP SANs`;
    return `certificate is valid for ${addresses.join(', ')}, not ${host}`;
  }
  if (dns.length === 0) return `certificate is not valid for any names, but wanted to match ${host}`;
  return `certificate is valid for ${dns.join(', ')}, not ${host}`;
}

/** The names of the certificate that Node puts into its error: `DNS:a, IP Address:10.0.0.1`. */
function alternativeNames(error: unknown): readonly { readonly type: string; readonly value: string }[] {
  const cert: unknown = error instanceof Error && 'cert' in error ? error.cert : undefined;
  if (typeof cert !== 'object' || cert === null || !('subjectaltname' in cert)) return [];
  const { subjectaltname: names } = cert;
  if (typeof names !== 'string') return [];
  return names.split(', ').map((name) => {
    const colon = name.indexOf(':');
    return { type: name.slice(0, colon), value: name.slice(colon + 1) };
  });
}

function alertText(code: string): string | undefined {
  const alert = ALERTS.find(([pattern]) => pattern.test(code));
  return alert && `remote error: tls: ${alert[1]}`;
}

function handshakeText(error: unknown, code: string, progress: Progress): string {
  if (
    code === 'ERR_SSL_WRONG_VERSION_NUMBER' ||
    code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG' ||
    code === 'ERR_SSL_HTTP_REQUEST'
  ) {
    // Nearly always a server that speaks plain HTTP; Go looks at the bytes, which are out of reach here.
    return 'http: server gave HTTP response to HTTPS client';
  }
  if (isHangUp(error, code)) return 'EOF';
  const errno = errnoText(code);
  return errno === undefined ? messageOf(error) : `${socketText(progress)}${errno}`;
}

function exchangeText(error: unknown, code: string, progress: Progress): string {
  // Servers that ask for a client certificate complain only after TLS 1.3 is up.
  const alert = alertText(code);
  if (alert !== undefined) return alert;
  if (code.startsWith('HPE_'))
    return `net/http: HTTP/1.x transport connection broken: malformed HTTP response${quotedStart(error)}`;
  if (isHangUp(error, code)) return progress.stage === 'body' ? 'unexpected EOF' : 'EOF';
  const errno = errnoText(code);
  return errno === undefined ? messageOf(error) : `${socketText(progress, error)}${errno}`;
}

/** `read tcp 10.0.0.2:40000->10.0.0.1:6443: read: ` */
function socketText({ local, address, host, port }: Progress, error?: unknown): string {
  const call = error instanceof Error && 'syscall' in error && error.syscall === 'write' ? 'write' : 'read';
  return `${call} tcp ${local ?? ''}->${joinHostPort(address ?? host, port)}: ${call}: `;
}

function quotedStart(error: unknown): string {
  const packet: unknown = error instanceof Error && 'rawPacket' in error ? error.rawPacket : undefined;
  if (!(packet instanceof Uint8Array)) return '';
  const line = Buffer.from(packet).toString('latin1').split(/\r?\n/)[0] ?? '';
  return ` ${JSON.stringify(line.slice(0, 80))}`;
}

/** The server closed the connection in good order, but too early. Node has no errno for it, Bun has a code of its own. */
function isHangUp(error: unknown, code: string): boolean {
  return code === 'ERR_SOCKET_CLOSED' || (code === 'ECONNRESET' && !(error instanceof Error && 'syscall' in error));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
