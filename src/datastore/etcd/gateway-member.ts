/** One etcd member over its JSON gateway: a pool of kept connections, and single requests on it. */
import type { Agent, ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import type { Socket } from 'node:net';
import type { Cancellation } from './cancellation.ts';
import { codeOf } from '../../system-errors.ts';
import type { Endpoint } from './settings.ts';
import type { TlsMaterial } from './tls.ts';
import { QuickAttempt, Trust } from '../../quick-http/attempt.ts';

/** How a request ended. */
export type Ending =
  | { readonly type: 'answer'; readonly status: number; readonly text: string }
  /** the connection failed; `sent`: the server may have got the request */
  | { readonly type: 'broken'; readonly sent: boolean; readonly code: string }
  /** its time is up */
  | { readonly type: 'late' }
  | { readonly type: 'aborted' };

export interface PostOptions {
  readonly token: string | undefined;
  /** time in milliseconds since 1970; undefined: none */
  readonly deadline: number | undefined;
  /** until then the connection must stand, milliseconds since 1970 */
  readonly connectBy: number;
  readonly cancellation: Cancellation;
}

/** A request under way. */
export interface Exchange {
  /** true as soon as the answer begins, false when there will be none. Never rejects. */
  readonly answered: Promise<boolean>;
  /** Never rejects. */
  readonly done: Promise<Ending>;
  /** Ends it as broken, if it has not ended yet. */
  abandon(): void;
}

/** After these nothing was sent. */
const NOT_CONNECTED: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENODATA',
]);

type Request = (options: RequestOptions, answered: (response: IncomingMessage) => void) => ClientRequest;

/** The one path whose requests change nothing. */
export const RANGE = '/v3/kv/range';

/** The client of the runtime, and what a socket says when it can be used. */
interface Client {
  readonly request: Request;
  readonly agent: Agent;
  readonly connected: 'connect' | 'secureConnect';
}

export class GatewayMember {
  readonly endpoint: Endpoint;
  readonly #load: () => Promise<Client>;
  #loading: Promise<Client> | undefined;
  #client: Client | undefined;
  readonly #trust = new Trust();
  readonly #attempts = new Set<QuickAttempt<Ending>>();
  #isClosed = false;

  private constructor(endpoint: Endpoint, load: () => Promise<Client>) {
    this.endpoint = endpoint;
    this.#load = load;
  }

  /**
   * Connects to nothing yet.
   * @param quick whether requests may go the quick way, where there is no TLS
   */
  static async open(endpoint: Endpoint, tls: TlsMaterial | undefined, quick: boolean): Promise<GatewayMember> {
    const load = async (): Promise<Client> => {
      if (tls === undefined) {
        const { Agent: HttpAgent, request: ask } = await import('node:http');
        return { request: ask, agent: new HttpAgent({ keepAlive: true }), connected: 'connect' };
      }
      const [{ Agent: HttpsAgent, request }, { tlsOptions }] = await Promise.all([
        import('node:https'),
        import('./tls.ts'),
      ]);
      const agent = new HttpsAgent({ ...tlsOptions(tls, endpoint.host, 'http/1.1'), keepAlive: true });
      return { request, agent, connected: 'secureConnect' };
    };
    const member = new GatewayMember(endpoint, load);
    if (tls !== undefined || !quick) await member.#loaded();
    return member;
  }

  /** The one client of all requests. */
  #loaded(): Promise<Client> {
    this.#loading ??= this.#load().then((client) => {
      this.#client = client;
      if (this.#isClosed) client.agent.destroy();
      return client;
    });
    return this.#loading;
  }

  /** Sends a JSON text once; a read both ways, where the quick one does not answer soon. */
  post(path: string, body: string, options: PostOptions): Exchange {
    if (this.#client !== undefined) return this.#thorough(this.#client, path, body, options);
    const thorough = async (): Promise<Exchange> => this.#thorough(await this.#loaded(), path, body, options);
    const isRead = path === RANGE;
    // How far a write got is known only in the thorough way: in the other nothing but the answer of a server that answers may be expected.
    return isRead || this.#trust.holds ? this.#quick(path, body, isRead, options, thorough) : later(thorough());
  }

  #quick(
    path: string,
    body: string,
    isRead: boolean,
    { token, deadline = Infinity, connectBy, cancellation }: PostOptions,
    thorough: () => Promise<Exchange>,
  ): Exchange {
    const { host, port } = this.endpoint;
    if (cancellation.signal.aborted) return ABORTED;
    const attempt = new QuickAttempt<Ending>({
      request: {
        url: `http://${host.includes(':') ? `[${host}]` : host}:${port}${path}`,
        method: 'POST',
        headers: { 'Content-Type': 'application/json', ...(token !== undefined && { Authorization: token }) },
        body,
      },
      beginWithin: isRead ? connectBy - Date.now() : undefined,
      deadline,
      thorough: async () => {
        this.#trust.lose();
        const exchange = await thorough();
        return { ...exchange, stop: () => exchange.abandon() };
      },
      read: ({ status }, text) => {
        this.#trust.answered();
        return { type: 'answer', status, text };
      },
      late: () => ({ type: 'late' }),
      lost: (_begun, error) => {
        this.#trust.lose();
        return { type: 'broken', sent: true, code: codeOf(error) };
      },
    });
    const abort = (): void => attempt.end(() => ({ type: 'aborted' }));
    const stopListening = cancellation.onAbort(abort);
    this.#attempts.add(attempt);
    // Only making the thorough way ready can fail.
    const done = attempt.done.catch((error: unknown): Ending => ({ type: 'broken', sent: false, code: codeOf(error) }));
    void done.then(() => {
      stopListening();
      this.#attempts.delete(attempt);
    });
    return { answered: attempt.answered, done, abandon: () => attempt.end(abandoned) };
  }

  #thorough({ request: ask, agent, connected }: Client, path: string, body: string, options: PostOptions): Exchange {
    const { token, deadline, connectBy, cancellation } = options;
    const bytes = Buffer.from(body);
    let answer = (_begun: boolean): void => undefined;
    const answered = new Promise<boolean>((resolve) => {
      answer = resolve;
    });
    let abandon = (): void => undefined;
    const done = new Promise<Ending>((resolve) => {
      let isConnected = false;
      let deadlineTimer: NodeJS.Timeout | undefined;
      let stopListening = (): void => undefined;
      const end = (ending: Ending): void => {
        clearTimeout(connectTimer);
        clearTimeout(deadlineTimer);
        stopListening();
        answer(false);
        resolve(ending);
        if (ending.type !== 'answer') request.destroy();
      };
      const request = ask(
        {
          host: this.endpoint.host,
          port: this.endpoint.port,
          method: 'POST',
          path,
          agent,
          headers: {
            'Content-Type': 'application/json',
            'Content-Length': bytes.length,
            ...(token !== undefined && { Authorization: token }),
          },
        },
        (response) => {
          isConnected = true;
          clearTimeout(connectTimer);
          answer(true);
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => void chunks.push(chunk));
          response.on('error', (error) => end({ type: 'broken', sent: true, code: codeOf(error) }));
          response.on('aborted', () => end({ type: 'broken', sent: true, code: 'ECONNRESET' }));
          response.on('end', () => {
            if (!response.complete) return end({ type: 'broken', sent: true, code: 'ECONNRESET' });
            end({ type: 'answer', status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') });
          });
        },
      );
      request.on('error', (error) => {
        const code = codeOf(error);
        end({ type: 'broken', sent: isConnected || !NOT_CONNECTED.has(code), code });
      });
      request.on('socket', (socket: Socket) => {
        if (!socket.connecting) isConnected = true;
        else {
          socket.once(connected, () => {
            isConnected = true;
            clearTimeout(connectTimer);
          });
        }
      });
      // Without a socket the request waits for a connection, which may never come to stand.
      const connectTimer = setTimeout(() => {
        if (!isConnected) end({ type: 'broken', sent: false, code: 'ETIMEDOUT' });
      }, left(connectBy));
      if (deadline !== undefined) deadlineTimer = setTimeout(() => end({ type: 'late' }), left(deadline));
      abandon = () => end({ type: 'broken', sent: isConnected, code: 'ECONNABORTED' });
      stopListening = cancellation.onAbort(() => end({ type: 'aborted' }));
      if (cancellation.signal.aborted) end({ type: 'aborted' });
      else request.end(bytes);
    });
    return { answered, done, abandon: () => abandon() };
  }

  close(): void {
    this.#isClosed = true;
    for (const attempt of this.#attempts) attempt.end(abandoned);
    this.#client?.agent.destroy();
  }
}

const abandoned = (): Ending => ({ type: 'broken', sent: true, code: 'ECONNABORTED' });

const ABORTED: Exchange = {
  answered: Promise.resolve(false),
  done: Promise.resolve({ type: 'aborted' }),
  abandon: () => undefined,
};

/** An exchange that begins when its client is loaded. */
function later(starting: Promise<Exchange>): Exchange {
  return {
    answered: starting.then(({ answered }) => answered),
    done: starting.then(({ done }) => done),
    abandon: () => void starting.then((exchange) => exchange.abandon()),
  };
}

function left(until: number): number {
  return Math.max(until - Date.now(), 0);
}
