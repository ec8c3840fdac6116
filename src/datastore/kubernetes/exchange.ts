/** One request and its answer: how far it got, when it is given up, and what its failure means. */
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Phase } from '../errors.ts';
import type { ServerAddress } from './connection.ts';
import type { CertificateDates } from './certificate-dates.ts';
import { certificateDates, isOutOfDate } from './certificate-dates.ts';
import type { Progress } from './go-http-errors.ts';
import { BODY_PREFIX, describeFailure, joinHostPort } from './go-http-errors.ts';
import { MAX_TIMER } from '../../quick-http/attempt.ts';
import { codeOf } from '../../system-errors.ts';
import type { Wire } from './wire.ts';

/** Looking a name up and connecting may take this long, and the TLS handshake again: an unreachable server is known in under 10 s. */
const CONNECT_MILLISECONDS = 4_000;
const HANDSHAKE_MILLISECONDS = 4_000;

/** There was no whole answer. The message is Go's, without the URL. */
export class ExchangeFailed extends Error {
  override readonly name = 'ExchangeFailed' as const;
  readonly phase: Phase;
  /** the server may have acted on the request */
  readonly sent: boolean;
  /** an established connection broke */
  readonly broken: boolean;
  /** nothing came back at all, neither to a connection attempt nor to a handshake */
  readonly silent: boolean;

  constructor(
    message: string,
    facts: { readonly phase: Phase; readonly sent: boolean; readonly broken: boolean; readonly silent: boolean },
    cause?: unknown,
  ) {
    super(message, { cause });
    this.phase = facts.phase;
    this.sent = facts.sent;
    this.broken = facts.broken;
    this.silent = facts.silent;
  }
}

/** What is sent. */
export interface Outgoing {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: string | undefined;
}

/** A whole answer. */
export interface Incoming {
  readonly status: number;
  readonly header: (name: string) => string | undefined;
  readonly body: string;
}

/** A request under way. */
export interface Running {
  /** Rejects with {@link ExchangeFailed}, or with the reason it was cancelled for. */
  readonly done: Promise<Incoming>;
  /** Ends it with a reason of the caller's. */
  cancel(reason: unknown): void;
}

const CANCELED = 'net/http: request canceled (Client.Timeout';

/** The deadline passed before the whole answer was there; `begun`: while its body came. */
export function answerTooLate(begun: boolean): ExchangeFailed {
  const text = begun
    ? `${BODY_PREFIX}${CANCELED} or context cancellation while reading body)`
    : `${CANCELED} exceeded while awaiting headers)`;
  return new ExchangeFailed(text, { phase: 'response', sent: true, broken: false, silent: false });
}

/** What was sent has no whole answer, and more is not known; `begun`: its body broke off. The words are Go's for a connection that was closed. */
export function answerLost(begun: boolean, cause: unknown): ExchangeFailed {
  const text = begun ? `${BODY_PREFIX}unexpected EOF` : 'EOF';
  return new ExchangeFailed(text, { phase: 'response', sent: true, broken: true, silent: false }, cause);
}

export class Exchange implements Running {
  readonly done: Promise<Incoming>;
  readonly #server: ServerAddress;
  readonly #proxied: boolean;
  readonly #servername: string;
  readonly #deadline: number;
  readonly #request: ClientRequest;
  #settle: { resolve(value: Incoming): void; reject(reason: unknown): void } = { resolve() {}, reject() {} };
  #stage: Progress['stage'] = 'connect';
  #address: string | undefined;
  #local: string | undefined;
  #over = false;
  #stageTimer: NodeJS.Timeout | undefined;
  readonly #deadlineTimer: NodeJS.Timeout | undefined;

  /** @param deadline milliseconds since 1970, or Infinity */
  constructor(wire: Wire, server: ServerAddress, outgoing: Outgoing, deadline: number) {
    this.#server = server;
    this.#proxied = wire.proxied;
    this.#servername = wire.servername;
    this.#deadline = deadline;
    this.done = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    const { host, port } = server;
    const { method, path, headers, body } = outgoing;
    this.#request = wire.request({ agent: wire.agent, host, port, method, path, headers: { ...headers } }, (message) =>
      this.#receive(message),
    );
    this.#request.once('socket', (socket) => this.#attach(socket));
    this.#request.on('error', (error) => void this.#explain(error));
    this.#startStage('connect', CONNECT_MILLISECONDS);
    if (deadline !== Infinity)
      this.#deadlineTimer = setTimeout(
        () => this.#deadlinePassed(),
        Math.min(Math.max(0, deadline - Date.now()), MAX_TIMER),
      );
    this.#request.end(body);
  }

  cancel(reason: unknown): void {
    this.#finish(() => this.#settle.reject(reason));
  }

  #attach(socket: Socket): void {
    const note = (): void => {
      this.#address = socket.remoteAddress ?? this.#address;
      this.#local =
        socket.localAddress === undefined ? undefined : joinHostPort(socket.localAddress, socket.localPort ?? 0);
    };
    if (this.#request.reusedSocket) {
      note();
      this.#startStage('response');
      return;
    }
    const secure = this.#server.scheme === 'https';
    const connected = (): void => {
      note();
      if (secure) this.#startStage('tls', HANDSHAKE_MILLISECONDS);
      else this.#startStage('response');
    };
    socket.once('lookup', (_error: unknown, address: unknown) => {
      if (typeof address === 'string') this.#address ??= address;
    });
    if (socket.connecting) socket.once('connect', connected);
    else connected();
    if (!secure) return;
    socket.once('secureConnect', () => this.#startStage('response'));
  }

  #receive(message: IncomingMessage): void {
    this.#startStage('body');
    const parts: Buffer[] = [];
    message.on('data', (part: Buffer) => parts.push(part));
    message.on('error', (error) => this.#fail(error));
    message.once('end', () => {
      const body = parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
      this.#finish(() => this.#settle.resolve(incoming(message, body.toString('utf8'))), true);
    });
  }

  #startStage(stage: Progress['stage'], limit?: number): void {
    if (this.#over) return;
    clearTimeout(this.#stageTimer);
    this.#stage = stage;
    if (limit !== undefined) this.#stageTimer = setTimeout(() => this.#stageTooLong(), limit);
  }

  /** Neither address nor handshake in time. */
  #stageTooLong(): void {
    if (this.#stage === 'tls') this.#giveUp('net/http: TLS handshake timeout', 'tls');
    else this.#giveUp(this.#dialTimeout(), this.#address === undefined && !this.#isAddress() ? 'resolve' : 'connect');
  }

  #deadlinePassed(): void {
    if (this.#stage === 'connect' || this.#stage === 'tls') return this.#stageTooLong();
    this.#finish(() => this.#settle.reject(answerTooLate(this.#stage === 'body')));
  }

  #isAddress(): boolean {
    return /^[\d.]+$|:/.test(this.#server.host);
  }

  #dialTimeout(): string {
    const { host, port } = this.#server;
    const address = this.#address ?? (this.#isAddress() ? host : undefined);
    const text =
      address === undefined
        ? `dial tcp: lookup ${host}: i/o timeout`
        : `dial tcp ${joinHostPort(address, port)}: i/o timeout`;
    return this.#proxied ? `proxyconnect tcp: ${text}` : text;
  }

  #giveUp(text: string, phase: Phase): void {
    const failure = new ExchangeFailed(text, { phase, sent: false, broken: false, silent: true });
    this.#finish(() => this.#settle.reject(failure));
  }

  async #explain(error: unknown): Promise<void> {
    if (this.#proxied || !isOutOfDate(error)) return this.#fail(error);
    clearTimeout(this.#stageTimer);
    clearTimeout(this.#deadlineTimer);
    const time = Math.min(HANDSHAKE_MILLISECONDS, Math.max(0, this.#deadline - Date.now()));
    this.#fail(error, await certificateDates(this.#server, this.#servername, time));
  }

  #fail(error: unknown, certificate?: CertificateDates): void {
    const { host, port } = this.#server;
    const { text, phase } = describeFailure(error, {
      host,
      port,
      address: this.#address,
      stage: this.#stage,
      local: this.#local,
      proxied: this.#proxied,
      now: new Date(),
      certificate,
    });
    const sent = phase === 'response' && !text.startsWith('remote error: tls: ');
    const facts = { phase, sent, broken: sent, silent: false };
    const message = this.#stage === 'body' ? `${BODY_PREFIX}${text}` : text;
    this.#finish(() => this.#settle.reject(new ExchangeFailed(message, facts, error)));
  }

  /** @param whole the answer came to its end, so the connection can be kept */
  #finish(settle: () => void, whole = false): void {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#stageTimer);
    clearTimeout(this.#deadlineTimer);
    settle();
    if (!whole) this.#request.destroy();
  }
}

/** @throws {ExchangeFailed} when the request cannot be put into words of HTTP */
export function startExchange(wire: Wire, server: ServerAddress, outgoing: Outgoing, deadline: number): Exchange {
  try {
    return new Exchange(wire, server, outgoing, deadline);
  } catch (cause) {
    // A token with a line end in it, for example. Node names the header, not its value.
    const header = codeOf(cause) === 'ERR_INVALID_CHAR' ? /\["([\w-]+)"\]/.exec(String(cause))?.[1] : undefined;
    if (header === undefined) throw cause;
    const text = `net/http: invalid header field value for "${header}"`;
    throw new ExchangeFailed(text, { phase: 'request', sent: false, broken: false, silent: false }, cause);
  }
}

function incoming({ statusCode = 0, headers }: IncomingMessage, body: string): Incoming {
  return { status: statusCode, header: (name) => headers[name]?.toString(), body };
}
