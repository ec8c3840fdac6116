/** A network that can be told to fail: forwards TCP connections to a server. */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';

export interface Proxy {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** connections that were made so far */
  readonly connections: number;
  /** From now on, what the client sends reaches the server, and the first answer to it ends the connection. */
  loseNextAnswer(): void;
  /** From now on, the first thing a client sends ends the connection, and does not reach the server. */
  loseNextRequest(): void;
  /** Like {@link loseNextAnswer}, and then nobody can connect any more. */
  dieWithNextAnswer(): void;
  /** From now on nothing is forwarded in either direction, and nothing is closed. */
  freeze(): void;
  /** Resolves when something was not forwarded. */
  swallowed(): Promise<void>;
  close(): Promise<void>;
}

/** Starts a proxy in front of a port of 127.0.0.1. */
export async function startProxy(port: number): Promise<Proxy> {
  let mode: 'forward' | 'lose answer' | 'lose request' | 'frozen' = 'forward';
  let dying = false;
  let swallow = (): void => undefined;
  const swallowed = new Promise<void>((resolve) => {
    swallow = resolve;
  });
  let connections = 0;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    connections++;
    const upstream = connect(port, '127.0.0.1');
    let sent = false;
    const cut = () => {
      mode = 'forward';
      client.destroy();
      upstream.destroy();
      if (dying) server.close();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.on('data', (bytes) => {
      if (mode === 'lose request') cut();
      else if (mode !== 'frozen') upstream.write(bytes);
      else swallow();
      // A request, and not only the receipt of an earlier answer (a ping or a window update is shorter).
      if (mode === 'lose answer' && bytes.length > 64) sent = true;
    });
    upstream.on('data', (bytes) => {
      if (mode === 'lose answer' && sent && bytes.length > 64) cut();
      else if (mode !== 'frozen') client.write(bytes);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    get connections() {
      return connections;
    },
    loseNextAnswer() {
      mode = 'lose answer';
    },
    dieWithNextAnswer() {
      mode = 'lose answer';
      dying = true;
    },
    loseNextRequest() {
      mode = 'lose request';
    },
    freeze() {
      mode = 'frozen';
    },
    swallowed: () => swallowed,
    async close() {
      for (const socket of sockets) socket.destroy();
      if (!server.listening) return;
      server.close();
      await once(server, 'close');
    },
  };
}
