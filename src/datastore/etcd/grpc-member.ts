/**
 * One etcd member over gRPC: its connection, and single calls on it. Of etcd3 this uses the protocol description and the service clients;
 * its connection pool is left aside, because it repeats failed writes, has no deadline for connecting and cannot be interrupted.
 */
import type { Socket } from 'node:net';
import type { ServiceError } from '@grpc/grpc-js';
import { CallCredentials, ChannelCredentials, connectivityState, credentials, Metadata, status } from '@grpc/grpc-js';
import { Host } from 'etcd3/lib/connection-pool.js';
import type { Cancellation } from './cancellation.ts';
import type { Endpoint } from './settings.ts';
import type { TlsMaterial } from './tls.ts';
import { secure } from './tls.ts';

/** How a call ended. */
export type Reply<T> =
  | { readonly type: 'answer'; readonly answer: T }
  | { readonly type: 'error'; readonly code: number; readonly details: string }
  | { readonly type: 'aborted' };

export interface CallOptions {
  readonly token: string | undefined;
  /** time in milliseconds since 1970; undefined: none */
  readonly deadline: number | undefined;
  readonly cancellation: Cancellation;
}

const CHANNEL_OPTIONS = {
  // Answers may be of any size; what a request may be is for the server to say.
  'grpc.max_receive_message_length': -1,
  'grpc.max_send_message_length': -1,
  // As the Go client: notices a dead peer while a request without a deadline waits.
  'grpc.keepalive_time_ms': 30_000,
  'grpc.keepalive_timeout_ms': 10_000,
  // Nobody publishes gRPC settings for etcd in DNS, and etcd is not reached through a proxy.
  'grpc.service_config_disable_resolution': 1,
  'grpc.enable_http_proxy': 0,
  // A failed member is judged at once; whether to try again is decided above.
  'grpc.enable_retries': 0,
  'grpc.use_local_subchannel_pool': 0,
};

export class Member {
  readonly endpoint: Endpoint;
  readonly #host: Host;
  readonly #tls: TlsCredentials | undefined;
  #closed = false;

  constructor(endpoint: Endpoint, tls: TlsMaterial | undefined) {
    this.endpoint = endpoint;
    this.#tls = tls && new TlsCredentials(tls, endpoint.host);
    this.#host = new Host(endpoint.url, this.#tls ?? credentials.createInsecure(), CHANNEL_OPTIONS);
  }

  /** Connects; false when that fails or takes longer than the deadline (milliseconds since 1970), or when the member is closed. */
  async connect(deadline: number): Promise<boolean> {
    for (;;) {
      // A closed channel must not be asked: it would begin to connect again.
      if (this.#closed) return false;
      const channel = this.#host.getServiceClient('KV').getChannel();
      const state = channel.getConnectivityState(true);
      if (state === connectivityState.READY) return true;
      if (state === connectivityState.TRANSIENT_FAILURE || state === connectivityState.SHUTDOWN) return false;
      const changed = await new Promise<boolean>((resolve) => {
        channel.watchConnectivityState(state, deadline, (error) => resolve(error === undefined));
      });
      if (!changed) return false;
    }
  }

  /** Calls a method of a service. Never rejects. */
  call<T>(service: 'KV' | 'Auth', method: string, payload: unknown, options: CallOptions): Promise<Reply<T>> {
    const { token, deadline, cancellation } = options;
    if (cancellation.signal.aborted) return Promise.resolve({ type: 'aborted' });
    if (this.#closed) return Promise.resolve({ type: 'error', code: status.UNAVAILABLE, details: 'closed' });
    const client = this.#host.getServiceClient(service);
    const send: unknown = Reflect.get(client, method);
    if (typeof send !== 'function') throw new TypeError(`etcd3 has no ${service}.${method}`);
    const metadata = new Metadata();
    if (token !== undefined) metadata.set('token', token);
    return new Promise((resolve) => {
      const done = (error: ServiceError | null, answer: T) => {
        stopListening();
        if (error === null) resolve({ type: 'answer', answer });
        else resolve({ type: 'error', code: error.code, details: error.details });
      };
      const limit = deadline === undefined ? {} : { deadline };
      const call: unknown = Reflect.apply(send, client, [payload, metadata, limit, done]);
      const stopListening = cancellation.onAbort(() => {
        resolve({ type: 'aborted' });
        if (isCancellable(call)) call.cancel();
      });
    });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#host.close();
    this.#tls?.abandon();
  }
}

function isCancellable(call: unknown): call is { cancel(): void } {
  return typeof call === 'object' && call !== null && 'cancel' in call && typeof call.cancel === 'function';
}

/**
 * TLS as `tls.ts` speaks it. gRPC's own credentials send an address as server name, which RFC 6066 forbids and Node warns about on stderr.
 */
class TlsCredentials extends ChannelCredentials {
  readonly #material: TlsMaterial;
  readonly #host: string;
  readonly #shakingHands = new Set<Socket>();

  constructor(material: TlsMaterial, host: string) {
    super();
    this.#material = material;
    this.#host = host;
  }

  override _isSecure(): boolean {
    return true;
  }

  override _equals(other: ChannelCredentials): boolean {
    return this === other;
  }

  /** Ends handshakes that nobody waits for any more: gRPC forgets about them, and they would keep the process alive. */
  abandon(): void {
    for (const socket of this.#shakingHands) socket.destroy();
  }

  override _createSecureConnector(): ReturnType<ChannelCredentials['_createSecureConnector']> {
    const none = CallCredentials.createEmpty();
    return {
      connect: async (socket: Socket) => {
        this.#shakingHands.add(socket);
        try {
          return { socket: await secure(socket, this.#material, this.#host), secure: true };
        } finally {
          this.#shakingHands.delete(socket);
        }
      },
      waitForReady: () => Promise.resolve(),
      getCallCredentials: () => none,
      destroy: () => undefined,
    };
  }
}
