import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { createRequestReader } from './http-requests.ts';

/** What goes wrong between a client and its server. */
export type Fault =
  /** Nothing. */
  | { readonly kind: 'none' }
  /** Nobody listens: connections are refused, and those that exist are closed. */
  | { readonly kind: 'refuse' }
  /** Connections are accepted, whatever is sent is swallowed, and no answer ever comes. */
  | { readonly kind: 'silent' }
  /** Every byte takes half of this time in each direction. */
  | { readonly kind: 'delay'; readonly roundTripMilliseconds: number }
  /** A connection is closed after so many bytes of answers. */
  | { readonly kind: 'cut'; readonly afterBytes: number };

/** Where {@link startProxy} leads to. */
export interface ProxyOptions {
  /** `http://HOST:PORT` or `https://HOST:PORT`. TLS passes through as it is, so only its connections can be counted… */
  readonly target: string;
  /** …unless this is given, the authority of the target's certificate: then the client speaks plain HTTP to the proxy. */
  readonly ca?: string;
}

/** A TCP proxy on 127.0.0.1 with a fault that can be switched. It complains if it was used wrongly. */
export interface FaultProxy {
  readonly port: number;
  /** What to give to the client in place of the target's URL. */
  readonly url: string;
  /** How many connections were accepted so far. */
  readonly connections: number;
  /**
   * The requests so far, in the order in which their heads were complete: `GET /path?query`. Throws if they cannot be
   * seen: through TLS, or when a client spoke something other than HTTP/1.
   */
  readonly requests: readonly string[];
  /** Switches the fault, for connections that exist too. Throws if its number makes no sense or the proxy is stopped. */
  set(fault: Fault): Promise<void>;
  /**
   * Closes everything. Throws if the test cannot have meant what it did: a fault that no connection ever met, or a target
   * that did not answer. Repeating it does nothing.
   */
  stop(): Promise<void>;
}

/** Starts a proxy without a fault on a free port. Throws if the target is no URL with a port. */
export async function startProxy(options: ProxyOptions): Promise<FaultProxy> {
  const target = new URL(options.target);
  if (target.port === '') throw new Error(`startProxy(): ${options.target} has no port`);
  const isTls = target.protocol === 'https:';
  if (options.ca !== undefined && !isTls) throw new Error(`startProxy(): ca, but ${options.target} has no TLS`);
  const isOpaque = isTls && options.ca === undefined;
  const complaints: string[] = [];
  const requests: string[] = [];
  const open = new Set<Connection>();
  let notHttp: string | undefined;
  let connections = 0;
  let fault: Fault = { kind: 'none' };
  let wasMet = true;
  let isStopped = false;

  const connectTarget = (): Socket => {
    const address = { host: target.hostname, port: Number(target.port) };
    return options.ca === undefined
      ? connect({ ...address, allowHalfOpen: true })
      : connectTls({ ...address, ca: options.ca });
  };

  const accept = (client: Socket) => {
    connections++;
    if (fault.kind === 'silent') wasMet = true;
    const upstream = connectTarget();
    // A network passes every packet on at once.
    client.setNoDelay();
    upstream.setNoDelay();
    const reader = createRequestReader((request) => requests.push(request));
    let isReadable = !isOpaque;
    const connection: Connection = { hasSwallowed: fault.kind === 'silent', answered: 0, destroy };
    function destroy() {
      open.delete(connection);
      client.destroy();
      upstream.destroy();
    }
    open.add(connection);
    client.on('data', (chunk: Buffer) => {
      if (!isReadable) return;
      try {
        reader.push(chunk);
      } catch (error) {
        isReadable = false;
        notHttp = error instanceof Error ? error.message : String(error);
      }
    });
    relay(client, upstream, (chunk) => {
      if (fault.kind !== 'silent') return chunk;
      connection.hasSwallowed = true;
      wasMet = true;
      return undefined;
    });
    relay(upstream, client, (chunk) => {
      if (fault.kind === 'silent') {
        connection.hasSwallowed = true;
        return undefined;
      }
      if (fault.kind !== 'cut') return chunk;
      const left = fault.afterBytes - connection.answered;
      connection.answered += chunk.length;
      if (chunk.length < left) return chunk;
      wasMet = true;
      open.delete(connection);
      client.end(chunk.subarray(0, left));
      upstream.destroy();
      return undefined;
    });
    client.once('error', destroy);
    let isConnected = false;
    upstream.once(options.ca === undefined ? 'connect' : 'secureConnect', () => {
      isConnected = true;
    });
    upstream.once('error', (error) => {
      // An error later on is the server's doing, and reaches the client as a closed connection.
      if (!isConnected && !isStopped) complaints.push(`the target does not answer: ${error.message}`);
      destroy();
    });
    client.once('close', destroy);
  };

  const halfway = () => (fault.kind === 'delay' ? fault.roundTripMilliseconds / 2 : 0);

  /** Carries one direction, in order, each part when its delay is over. `pass` says what is left of a part. */
  const relay = (from: Socket, to: Socket, pass: (chunk: Buffer) => Buffer | undefined) => {
    let lastDue = 0;
    const waiting: (() => void)[] = [];
    const later = (action: () => void) => {
      const now = performance.now();
      const due = Math.max(now + halfway(), lastDue);
      lastDue = due;
      if (due <= now) return action();
      wasMet = true;
      waiting.push(action);
      // Timers of almost the same time may go off in another order: each lets the oldest go.
      setTimeout(() => waiting.shift()?.(), due - now);
    };
    from.on('data', (chunk: Buffer) => {
      const rest = pass(chunk);
      if (rest) later(() => to.writable && to.write(rest));
    });
    from.once('end', () => fault.kind !== 'silent' && later(() => to.writable && to.end()));
  };

  let server: Server = await listen(accept, 0);
  const bound = server.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : 0;
  const closeAll = () => {
    for (const connection of open) connection.destroy();
  };
  const complainIfUnmet = () => {
    if (!wasMet) complaints.push(`no connection ever met the fault ${JSON.stringify(fault)}`);
  };

  return {
    port,
    url: `${isOpaque ? 'https' : 'http'}://127.0.0.1:${port}`,
    get connections() {
      return connections;
    },
    get requests() {
      if (isOpaque) throw new Error('requests inside TLS cannot be seen: give the proxy the ca of its target');
      if (notHttp !== undefined) throw new Error(`requests cannot be read: ${notHttp}`);
      return requests;
    },
    async set(next) {
      if (isStopped) throw new Error('set(): the proxy is stopped');
      checkFault(next);
      complainIfUnmet();
      if (fault.kind === 'refuse' && next.kind !== 'refuse') server = await listen(accept, port);
      for (const connection of open) {
        connection.answered = 0;
        // What was swallowed is lost: such a connection cannot be made good again.
        if (connection.hasSwallowed && next.kind !== 'silent') connection.destroy();
      }
      if (fault.kind !== 'refuse' && next.kind === 'refuse') {
        server.close();
        closeAll();
      }
      fault = next;
      // Whether somebody was refused is known to the kernel only.
      wasMet = next.kind === 'none' || next.kind === 'refuse';
    },
    async stop() {
      if (isStopped) return;
      isStopped = true;
      complainIfUnmet();
      closeAll();
      if (server.listening) await once(server.close(), 'close');
      if (complaints.length > 0) throw new Error(`the proxy in front of ${options.target}: ${complaints.join('; ')}`);
    },
  };
}

interface Connection {
  /** Bytes were lost to the fault `silent`. */
  hasSwallowed: boolean;
  /** Bytes of answers since the fault was set. */
  answered: number;
  destroy(): void;
}

function checkFault(fault: Fault): void {
  if (fault.kind === 'delay' && !(fault.roundTripMilliseconds > 0)) {
    throw new Error(`set(): a delay of ${fault.roundTripMilliseconds} ms is none`);
  }
  if (fault.kind === 'cut' && !(Number.isInteger(fault.afterBytes) && fault.afterBytes >= 0)) {
    throw new Error(`set(): ${fault.afterBytes} is no number of bytes`);
  }
}

async function listen(accept: (client: Socket) => void, port: number): Promise<Server> {
  const server = createServer({ allowHalfOpen: true, noDelay: true }, accept);
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
