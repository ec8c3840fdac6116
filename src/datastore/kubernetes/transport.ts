/**
 * Requests to one API server: one pool of kept connections, deadlines, cancelling, and the little that may be repeated. Knows HTTP and nothing of
 * Kubernetes' objects.
 */
import { Unavailable } from '../errors.ts';
import type { ConnectionSpec, OpenOptions } from '../settings.ts';
import type { ClientCertificate, Credentials, Headers } from './auth.ts';
import type { Connection } from './connection.ts';
import { CredentialsError } from './load-client-node.ts';
import { QuickAttempt, Trust } from '../../quick-http/attempt.ts';
import { hasQuickHttp } from '../../quick-http/request.ts';
import type { Incoming, Outgoing, Running } from './exchange.ts';
import { answerLost, answerTooLate, ExchangeFailed, startExchange } from './exchange.ts';
import { urlErrorText } from './go-http-errors.ts';
import { Limiter } from './limiter.ts';
import type { Wire } from './wire.ts';
import { MAX_CONNECTIONS, openWire } from './wire.ts';

export interface HttpRequest {
  readonly method: Outgoing['method'];
  /** escaped, with the query, below the server's own prefix */
  readonly path: string;
  readonly body?: string;
}

export interface HttpResponse {
  readonly status: number;
  readonly contentType: string;
  /** milliseconds the server asks to wait before another attempt; undefined when it does not */
  readonly retryAfter: number | undefined;
  /** what the server wants a person to know (RFC 7234, Warning with code 299) */
  readonly warnings: readonly string[];
  readonly text: string;
}

/**
 * The API server takes the field manager of an object from this, up to the slash. The Go calicoctl sends Go's default, so objects written by
 * either look the same.
 */
const USER_AGENT = 'Go-http-client/1.1 (calicoctl)';
/** client-go gives up after this many repetitions that the server asked for. */
const MAX_RETRIES = 10;
/** Waits before a read is repeated whose connection broke. */
const READ_RETRIES = [0, 500, 1_500];
/** A server that did not answer a connection attempt is not tried again within this time: its silence cost seconds. */
const SILENCE_MILLISECONDS = 3_000;
/** What is said of a write whose answer did not come. */
const UNCERTAIN = ' (no answer came: the change may or may not have been made)';
/** client-go's burst where none is configured. */
const DEFAULT_BURST = 100;

interface Prepared {
  readonly certificate: ClientCertificate | undefined;
  readonly headers: Headers;
}

export class Transport {
  readonly connection: Connection;
  readonly #credentials: Credentials;
  readonly #options: OpenOptions;
  readonly #limiter: Limiter;
  /** whether requests may go the quick way: where the runtime has it, and nothing special is asked of the connection */
  readonly #hasQuick: boolean;
  readonly #running = new Set<Running>();
  readonly #warned = new Set<string>();
  #wire: Promise<Wire> | undefined;
  #certificate: ClientCertificate | undefined;
  readonly #trust = new Trust();
  /** with what the quick way brought its last answer */
  #proven: Prepared | undefined;
  #silence: { readonly failure: ExchangeFailed; readonly until: number } | undefined;

  constructor(
    connection: Connection,
    credentials: Credentials,
    spec: Pick<ConnectionSpec, 'k8sClientQPS' | 'k8sClientBurst'>,
    options: OpenOptions,
  ) {
    this.connection = connection;
    this.#credentials = credentials;
    this.#options = options;
    this.#limiter = new Limiter(MAX_CONNECTIONS, spec.k8sClientQPS, spec.k8sClientBurst || DEFAULT_BURST);
    const { server, cluster, ca } = connection;
    const plain = server.scheme === 'http' || ca !== undefined || cluster.insecure;
    this.#hasQuick = plain && `${cluster.proxyURL}${cluster.tlsServerName}` === '' && hasQuickHttp(options.env);
    options.signal.addEventListener('abort', this.#cancel, { once: true });
  }

  /** Gives up what is under way and closes the connections. */
  async close(): Promise<void> {
    this.#options.signal.removeEventListener('abort', this.#cancel);
    for (const exchange of this.#running) exchange.cancel(new Error('the datastore was closed'));
    const wire = await this.#wire?.catch(() => undefined);
    wire?.agent.destroy();
  }

  /**
   * Sends a request and gives the whole answer, whatever its status.
   * @throws {Unavailable} when there is none, {SettingsError} when a certificate cannot be used, and the signal's reason
   */
  async send(request: HttpRequest): Promise<HttpResponse> {
    const { signal } = this.#options;
    signal.throwIfAborted();
    const leave = await this.#limiter.enter();
    try {
      signal.throwIfAborted();
      return await this.#attempts(request);
    } finally {
      leave();
    }
  }

  /** The whole URL of a path, as messages show it. */
  url(path: string): string {
    const { origin, path: prefix } = this.connection.server;
    return `${origin}${prefix}${path}`;
  }

  /** The same finding on every page of a list is one finding. */
  #warn(warning: string): void {
    if (this.#warned.has(warning)) return;
    this.#warned.add(warning);
    this.#options.warn(warning);
  }

  readonly #cancel = (): void => {
    for (const exchange of this.#running) exchange.cancel(this.#options.signal.reason);
    this.#limiter.wake();
  };

  async #attempts(request: HttpRequest): Promise<HttpResponse> {
    const { signal, requestTimeout, log } = this.#options;
    // The deadline begins after this: the time a person takes to answer a credential plugin is not the server's.
    let prepared = await this.#prepare(request);
    const deadline = requestTimeout === 0 ? Infinity : Date.now() + requestTimeout;
    let renewed = false;
    let broken = 0;
    for (let attempt = 0; ; attempt++) {
      signal.throwIfAborted();
      let wait: number | undefined;
      let response: HttpResponse | undefined;
      let failure: ExchangeFailed | undefined;
      try {
        response = await this.#once(request, prepared, deadline);
        if (response.status === 401 && !renewed && this.#credentials.refused()) {
          renewed = true;
          prepared = await this.#prepare(request);
          wait = 0;
        } else if (attempt < MAX_RETRIES && mayRepeat(request, response)) wait = response.retryAfter;
      } catch (error) {
        if (!(error instanceof ExchangeFailed)) throw error;
        failure = error;
        if (request.method === 'GET' && error.broken) wait = READ_RETRIES[broken++];
      }
      if (wait !== undefined && Date.now() + wait < deadline) {
        log(`${request.method} ${this.url(request.path)}: another attempt in ${wait} ms`);
        if (wait > 0) await this.#limiter.sleep(wait);
      } else if (response === undefined) throw this.#unavailable(request, failure);
      else return response;
    }
  }

  async #once(request: HttpRequest, prepared: Prepared, deadline: number): Promise<HttpResponse> {
    if (this.#silence !== undefined && Date.now() < this.#silence.until) throw this.#silence.failure;
    const { server } = this.connection;
    const { signal } = this.#options;
    const start = Date.now();
    const say = (what: string): void =>
      this.#options.log(`${request.method} ${this.url(request.path)}: ${what} after ${Date.now() - start} ms`);
    const { method, body } = request;
    const headers = headersOf(request, prepared.headers);
    const outgoing = { method, path: `${server.path}${request.path}`, headers, body };
    const exchange = this.#isQuick(method, prepared)
      ? this.#quick(outgoing, prepared, deadline)
      : await this.#thorough(outgoing, prepared, deadline);
    this.#running.add(exchange);
    try {
      if (signal.aborted) exchange.cancel(signal.reason);
      const response = responseOf(await exchange.done);
      say(String(response.status));
      for (const warning of response.warnings) this.#warn(warning);
      return response;
    } catch (error) {
      if (error instanceof ExchangeFailed) {
        say(error.message);
        if (error.silent) this.#silence = { failure: error, until: Date.now() + SILENCE_MILLISECONDS };
        // What broke one connection may have broken those that wait, unnoticed.
        if (error.broken) this.#wire?.then(dropIdle, () => undefined);
      }
      throw error;
    } finally {
      this.#running.delete(exchange);
    }
  }

  async #thorough(outgoing: Outgoing, { certificate }: Prepared, deadline: number): Promise<Running> {
    return startExchange(await this.#wireFor(certificate), this.connection.server, outgoing, deadline);
  }

  /** How far a write got is known in the thorough way alone, so it goes the quick one only to a server that answers. */
  #isQuick(method: HttpRequest['method'], { certificate }: Prepared): boolean {
    return this.#hasQuick && (method === 'GET' || (this.#trust.holds && this.#proven?.certificate === certificate));
  }

  #quick(outgoing: Outgoing, prepared: Prepared, deadline: number): Running {
    const { server, cluster, ca } = this.connection;
    const { path, ...rest } = outgoing;
    const tls = { ca, ...prepared.certificate, rejectUnauthorized: !cluster.insecure };
    const attempt = new QuickAttempt<Incoming>({
      request: { ...rest, url: `${server.origin}${path}`, ...(server.scheme === 'https' && { tls }) },
      beginWithin: outgoing.method === 'GET' ? deadline - Date.now() : undefined,
      deadline,
      thorough: async () => {
        this.#trust.lose();
        const running = await this.#thorough(outgoing, prepared, deadline);
        return { done: running.done, stop: () => running.cancel(new Error('it is not needed any more')) };
      },
      read: ({ status, header }, body) => {
        this.#trust.answered();
        this.#proven = prepared;
        return { status, header, body };
      },
      late: (begun) => {
        throw answerTooLate(begun);
      },
      lost: (begun, error) => {
        this.#trust.lose();
        this.#options.log(`${outgoing.method} ${path}: ${String(error)}`);
        throw answerLost(begun, error);
      },
    });
    const cancel = (reason: unknown): void =>
      attempt.end(() => {
        throw reason;
      });
    return { done: attempt.done, cancel };
  }

  async #prepare(request: HttpRequest): Promise<Prepared> {
    try {
      const headers = await this.#credentials.headers();
      return { headers, certificate: await this.#credentials.clientCertificate() };
    } catch (error) {
      if (!(error instanceof CredentialsError)) throw error;
      throw this.#failed(request, error.message, 'authenticate', error);
    }
  }

  /** A new certificate needs new connections. */
  #wireFor(certificate: ClientCertificate | undefined): Promise<Wire> {
    if (this.#wire === undefined || this.#certificate !== certificate) {
      this.#certificate = certificate;
      this.#wire?.then(dropIdle, () => undefined);
      this.#wire = openWire(this.connection, certificate, this.#options.env);
    }
    return this.#wire;
  }

  #unavailable(request: HttpRequest, failure: ExchangeFailed | undefined): Unavailable {
    const text = failure?.message ?? 'no attempt was made';
    const isUncertain = request.method !== 'GET' && (failure?.sent ?? false);
    const error = this.#failed(
      request,
      isUncertain ? `${text}${UNCERTAIN}` : text,
      failure?.phase ?? 'request',
      failure,
    );
    return Object.assign(error, { isUncertain });
  }

  #failed(request: HttpRequest, text: string, phase: Unavailable['phase'], cause: unknown): Unavailable {
    const { server, setting } = this.connection;
    const message = text.startsWith('unexpected error when reading')
      ? text
      : urlErrorText(request.method, this.url(request.path), text);
    return new Unavailable(message, { endpoint: server.origin, phase, setting }, cause);
  }
}

function headersOf({ method, body }: HttpRequest, credentials: Headers): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {
    'User-Agent': USER_AGENT,
    Accept: 'application/json',
    ...credentials,
  };
  if (body !== undefined) {
    headers['Content-Type'] = method === 'PATCH' ? 'application/strategic-merge-patch+json' : 'application/json';
    headers['Content-Length'] = String(Buffer.byteLength(body));
  }
  return headers;
}

function responseOf({ status, header, body }: Incoming): HttpResponse {
  const retryAfter = header('retry-after') ?? '';
  const seconds = /^\d+$/.test(retryAfter) ? Number(retryAfter) : undefined;
  const asked = (status === 429 || status >= 500) && seconds !== undefined;
  const warnings = (header('warning') ?? '').matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g);
  return {
    status,
    contentType: header('content-type') ?? '',
    retryAfter: asked ? seconds * 1000 : undefined,
    warnings: Array.from(warnings, ([, warning = '']) => warning.replace(/\\(.)/g, '$1')),
    text: body,
  };
}

/** A write may be repeated only when the answer says that it was turned away unread. */
function mayRepeat({ method }: HttpRequest, { status }: HttpResponse): boolean {
  return method === 'GET' || status === 429 || status === 503;
}

function dropIdle({ agent }: Wire): void {
  for (const sockets of Object.values(agent.freeSockets)) {
    for (const socket of sockets ?? []) socket.destroy();
  }
}
