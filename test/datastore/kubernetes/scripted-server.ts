/** Servers that misbehave in one chosen way, and one that answers from a script. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { connect, createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { createServer as createTlsServer } from 'node:tls';
import type { TlsOptions } from 'node:tls';

/** A server that runs until it is stopped. */
export interface ScriptedServer {
  readonly port: number;
  /** how many connections came */
  readonly connections: number;
  stop(): Promise<void>;
}

/** Answers every connection, with TLS when certificates are given. */
export async function serve(handle: (socket: Socket) => void, tls?: TlsOptions): Promise<ScriptedServer> {
  const server: Server = tls === undefined ? createTcpServer(handle) : createTlsServer(tls, handle);
  server.on('tlsClientError', () => undefined);
  return running(server);
}

/** What a request of the script looks like. */
export interface SeenRequest {
  readonly line: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** Plain HTTP: every request is answered by `answer`, and remembered. */
export async function serveHttp(
  answer: (request: SeenRequest, response: ServerResponse) => void,
): Promise<ScriptedServer & { readonly seen: readonly SeenRequest[] }> {
  const seen: SeenRequest[] = [];
  const server = createHttpServer((incoming, response) => {
    const parts: Buffer[] = [];
    incoming.on('data', (part: Buffer) => parts.push(part));
    incoming.on('end', () => {
      const line = `${incoming.method} ${incoming.url}`;
      const request = { line, headers: incoming.headers, body: Buffer.concat(parts).toString() };
      seen.push(request);
      answer(request, response);
    });
  });
  return Object.assign(await running(server), { seen });
}

/** An HTTP proxy for tunnels; refuses them all with a status other than 200. */
export async function serveProxy(status = 200): Promise<ScriptedServer & { readonly tunnels: readonly string[] }> {
  const tunnels: string[] = [];
  const server = createHttpServer();
  server.on('connect', ({ url = '' }: IncomingMessage, client: Duplex) => {
    tunnels.push(url);
    if (status !== 200) {
      client.end(`HTTP/1.1 ${status} No\r\n\r\n`);
      return;
    }
    const target = connect(Number(url.slice(url.lastIndexOf(':') + 1)), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      client.pipe(target).pipe(client);
    });
    target.on('error', () => client.destroy());
    client.on('error', () => target.destroy());
  });
  return Object.assign(await running(server), { tunnels });
}

/** A port that answers no attempt to connect: its queue is full, and nobody takes anything from it. */
export async function silentHost(): Promise<{ readonly port: number; stop(): void }> {
  const script = `require('node:net').createServer().listen(0, '127.0.0.1', 1, function () {
    require('node:fs').writeSync(1, String(this.address().port));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  })`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const port = await new Promise<number>((resolve) => {
    child.stdout.once('data', (text: Buffer) => resolve(Number(text)));
  });
  const filling = Array.from({ length: 8 }, () => connect(port, '127.0.0.1').on('error', () => undefined));
  // The kernel answers those that find room at once.
  await Promise.any(filling.map((socket) => once(socket, 'connect')));
  await sleep(50);
  return {
    port,
    stop() {
      for (const socket of filling) socket.destroy();
      child.kill('SIGKILL');
    },
  };
}

/** Answers with JSON. */
export function respond(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

/** Resolves when a whole request head has come. */
export function afterRequest(socket: Socket, act: () => void): void {
  let text = '';
  const read = (part: Buffer): void => {
    text += part.toString('latin1');
    if (!text.includes('\r\n\r\n')) return;
    socket.off('data', read);
    act();
  };
  socket.on('data', read);
}

async function running(server: Server): Promise<ScriptedServer> {
  const sockets = new Set<Socket>();
  let connections = 0;
  server.on('connection', (socket) => {
    connections++;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: portOf(server.address()),
    get connections() {
      return connections;
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}
