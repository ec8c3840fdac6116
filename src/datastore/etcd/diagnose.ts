/**
 * Finds out why an endpoint cannot be reached. gRPC folds every cause into "unavailable" or lets the time run out, so the connection is
 * tried once more by hand, step by step: name, TCP, TLS, first word of HTTP/2. Reasons are worded as the Go tools word them where they do.
 */
import { lookup } from 'node:dns/promises';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { PeerCertificate, TLSSocket } from 'node:tls';
import type { Phase } from '../errors.ts';
import type { Endpoint } from './settings.ts';
import type { TlsMaterial } from './tls.ts';
import { tlsOptions } from './tls.ts';

export interface Diagnosis {
  readonly phase: Phase;
  /** one clause, without endpoint; no secret */
  readonly reason: string;
  /** it speaks HTTP/2, as etcd does for gRPC */
  readonly answersHttp2?: true;
}

/** What a client of HTTP/2 says first (RFC 9113, 3.4), and an empty SETTINGS frame. */
const PREFACE = Buffer.concat([
  Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]),
]);

/** Tries the endpoint for at most `milliseconds`; ends early when the signal is aborted. Never rejects. */
export async function diagnose(
  endpoint: Endpoint,
  material: TlsMaterial | undefined,
  milliseconds: number,
  signal: AbortSignal,
): Promise<Diagnosis> {
  const probe = new Probe(endpoint, material);
  const limit = AbortSignal.any([signal, AbortSignal.timeout(milliseconds)]);
  return new Promise<Diagnosis>((resolve) => {
    const give = () => {
      resolve(probe.timedOut());
    };
    limit.addEventListener('abort', give, { once: true });
    void probe.run().then((found) => {
      limit.removeEventListener('abort', give);
      resolve(found);
    });
  }).finally(() => {
    probe.close();
  });
}

class Probe {
  readonly #endpoint: Endpoint;
  readonly #material: TlsMaterial | undefined;
  #phase: Phase = 'resolve';
  #socket: Socket | undefined;

  constructor(endpoint: Endpoint, material: TlsMaterial | undefined) {
    this.#endpoint = endpoint;
    this.#material = material;
  }

  async run(): Promise<Diagnosis> {
    try {
      await lookup(this.#endpoint.host);
      this.#phase = 'connect';
      const socket = await this.#connect();
      if (this.#material === undefined) return await this.#greet(socket);
      this.#phase = 'tls';
      return await this.#shakeHands(socket, this.#material);
    } catch (error) {
      const reason = this.#worded(error);
      return { phase: this.#phase, reason };
    }
  }

  /** What is known when the time is up. */
  timedOut(): Diagnosis {
    const { host, port } = this.#endpoint;
    const reasons: Partial<Record<Phase, string>> = {
      resolve: `lookup ${host}: i/o timeout`,
      connect: `dial tcp ${joined(host, port)}: i/o timeout`,
      tls: 'it accepts connections but does not answer the TLS handshake',
    };
    return { phase: this.#phase, reason: reasons[this.#phase] ?? 'it accepts connections but does not answer' };
  }

  close(): void {
    this.#socket?.destroy();
  }

  #connect(): Promise<Socket> {
    const { host, port } = this.#endpoint;
    return new Promise((resolve, reject) => {
      const socket = connect({ host, port }, () => resolve(socket));
      this.#socket = socket;
      socket.on('error', reject);
    });
  }

  /** Says hello and looks at the first bytes of the answer. */
  #greet(socket: Socket): Promise<Diagnosis> {
    this.#phase = 'response';
    return new Promise((resolve, reject) => {
      socket.once('data', (bytes) => resolve(firstWord(bytes, this.#phase)));
      socket.once('close', () =>
        resolve({ phase: this.#phase, reason: this.#otherScheme('it closes the connection without an answer') }),
      );
      socket.once('error', reject);
      socket.write(PREFACE);
    });
  }

  async #shakeHands(socket: Socket, material: TlsMaterial): Promise<Diagnosis> {
    const options = tlsOptions(material, this.#endpoint.host);
    const secured = await new Promise<TLSSocket>((resolve, reject) => {
      // The verdict on the certificate is wanted together with the certificate.
      const made = connectTls({ ...options, socket, rejectUnauthorized: false }, () => resolve(made));
      made.on('error', reject);
    });
    if (!secured.authorized) return { phase: 'tls', reason: this.#distrust(secured, material) };
    // In TLS 1.3 the server judges the client's certificate after the client's side of the handshake is done.
    const answer = await this.#greet(secured);
    return answer.phase === 'response' && secured.destroyed ? { ...answer, phase: 'tls' } : answer;
  }

  /** Why the server's certificate is not accepted, in the words of Go's crypto/x509. */
  #distrust(socket: TLSSocket, material: TlsMaterial): string {
    const certificate = socket.getPeerCertificate(true);
    const code = codeOf(socket.authorizationError);
    const expired = expiredInChain(certificate);
    if (expired !== undefined) return expired;
    if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
      const names = (certificate.subjectaltname ?? 'no name').replaceAll(/(?:DNS|IP Address):/g, '');
      return `x509: certificate is valid for ${names}, not ${this.#endpoint.host}`;
    }
    const by = `issued by ${nameOf(certificate.issuer)}`;
    const trusted =
      material.caSetting === undefined ? "the system's authorities" : `the authority set by ${material.caSetting}`;
    if (UNKNOWN_AUTHORITY.has(code)) {
      return `x509: certificate signed by unknown authority (${by}; trusted is ${trusted})`;
    }
    return `the server's certificate is refused: ${code} (${by})`;
  }

  #worded(error: unknown): string {
    const { host, port } = this.#endpoint;
    const code = codeOf(error);
    if (this.#phase === 'resolve') return `lookup ${host}: ${LOOKUP_REASONS[code] ?? code}`;
    if (this.#phase === 'connect') return `dial tcp ${joined(host, port)}: ${CONNECT_REASONS[code] ?? code}`;
    const { client, clientSettings } = this.#material ?? {};
    if (code.includes('WRONG_VERSION_NUMBER') || code.includes('PACKET_LENGTH_TOO_LONG')) {
      return this.#otherScheme('tls: first record does not look like a TLS handshake');
    }
    if (!code.includes('ALERT')) return this.#otherScheme(CONNECT_REASONS[code] ?? code);
    this.#phase = 'tls';
    const alert = `remote error: tls: ${code
      .replace(/^.*ALERT_/, '')
      .toLowerCase()
      .replaceAll('_', ' ')}`;
    if (client === undefined) return `${alert} (it asks for a client certificate: set ${clientSettings ?? ''})`;
    const { certificate, setting } = client;
    const problem = outsideValidity(certificate.validFrom, certificate.validTo);
    const whose = `the client certificate set by ${setting}`;
    return problem === undefined
      ? `${alert} (it does not accept ${whose}, issued by ${certificate.issuer.replaceAll('\n', ', ')})`
      : `${alert} (${whose} ${problem})`;
  }

  #otherScheme(reason: string): string {
    return `${reason} (does it serve ${this.#material === undefined ? 'https' : 'http'}:// instead?)`;
  }
}

const UNKNOWN_AUTHORITY: ReadonlySet<string> = new Set([
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'CERT_SIGNATURE_FAILURE',
]);

const LOOKUP_REASONS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'no such host',
  ENODATA: 'no such host',
  EAI_AGAIN: 'temporary failure in name resolution',
};

const CONNECT_REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connect: connection refused',
  EHOSTUNREACH: 'connect: no route to host',
  ENETUNREACH: 'connect: network is unreachable',
  ETIMEDOUT: 'connect: connection timed out',
  ECONNRESET: 'connection reset by peer',
  EPIPE: 'broken pipe',
};

function firstWord(bytes: Buffer, phase: Phase): Diagnosis {
  const [, , , type] = bytes;
  // 21, 3: a TLS alert. 4: the SETTINGS frame with which HTTP/2 begins.
  if (bytes[0] === 21 && bytes[1] === 3)
    return { phase: 'tls', reason: 'it speaks TLS: the endpoint must be https://' };
  if (bytes.subarray(0, 5).toString('latin1') === 'HTTP/') {
    return { phase, reason: 'it answers in HTTP/1, so it is no etcd, or only its JSON gateway, or it wants https://' };
  }
  if (type === 4) {
    const reason = 'the first connection failed, though the next one is answered';
    return { phase: 'connect', reason, answersHttp2: true };
  }
  return { phase, reason: 'its answer is not HTTP/2, so it is no etcd' };
}

/** The first certificate of the chain that is outside its validity, in the words of Go's crypto/x509. */
function expiredInChain(leaf: PeerCertificate): string | undefined {
  const seen = new Set<string>();
  let certificate: (PeerCertificate & { readonly issuerCertificate?: PeerCertificate }) | undefined = leaf;
  while (certificate !== undefined && !seen.has(certificate.fingerprint256)) {
    seen.add(certificate.fingerprint256);
    const problem = outsideValidity(certificate.valid_from, certificate.valid_to);
    if (problem !== undefined)
      return `x509: certificate has expired or is not yet valid: ${nameOf(certificate.subject)} ${problem}`;
    certificate = certificate.issuerCertificate;
  }
  return undefined;
}

function outsideValidity(from: string, to: string): string | undefined {
  const now = Date.now();
  if (now > Date.parse(to)) return `expired on ${dated(to)}`;
  return now < Date.parse(from) ? `is not valid before ${dated(from)}` : undefined;
}

function dated(text: string): string {
  return new Date(text).toISOString().replace('.000Z', 'Z');
}

function nameOf({ CN, O }: PeerCertificate['subject']): string {
  return `"${[CN ?? O ?? 'nobody'].flat().join(' ')}"`;
}

function codeOf(error: unknown): string {
  if (typeof error === 'string') return error;
  if (!(error instanceof Error)) return String(error);
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}

/** `10.0.0.1:2379`, `[::1]:2379` */
function joined(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
