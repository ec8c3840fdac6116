/** A transport to servers that a test scripts. */
import type { Socket } from 'node:net';
import type { TlsOptions } from 'node:tls';
import type { Credentials } from '../../../src/datastore/kubernetes/auth.ts';
import type { Connection } from '../../../src/datastore/kubernetes/connection.ts';
import { parseServer } from '../../../src/datastore/kubernetes/connection.ts';
import { NO_CLUSTER, NO_USER } from '../../../src/datastore/kubernetes/kubeconfig.ts';
import { Transport } from '../../../src/datastore/kubernetes/transport.ts';
import type { HttpRequest } from '../../../src/datastore/kubernetes/transport.ts';
import type { OpenOptions } from '../../../src/datastore/settings.ts';
import type { CertificateRequest } from '../../servers/certificates.ts';
import { createAuthority } from '../../servers/certificates.ts';
import { afterRequest, serve, serveHttp } from './scripted-server.ts';
import type { ScriptedServer } from './scripted-server.ts';
import { options } from './support.ts';

export const authority = createAuthority('test authority');

/** A server certificate of the test's own authority. */
export function identity(request: Partial<CertificateRequest> = {}): { readonly cert: string; readonly key: string } {
  const { certificate, key } = authority.issue({ commonName: 'server', ...request });
  return { cert: certificate, key };
}
export const good = identity();

export const GET: HttpRequest = { method: 'GET', path: '/apis/x' };
export const PUT: HttpRequest = { method: 'PUT', path: '/apis/x', body: '{}' };

export const SECRET = 'verysecret';
export const bearer: Credentials = {
  headers: () => Promise.resolve({ Authorization: `Bearer ${SECRET}` }),
  clientCertificate: () => Promise.resolve(undefined),
  refused: () => false,
};

/** An answer that closes its connection. */
export const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}';

/** Sends a text when a request came, and hangs up. */
export function answer(text: string): (socket: Socket) => void {
  return (socket) => afterRequest(socket, () => socket.end(text));
}

/** Servers and transports that end together. */
export class Stage {
  readonly #stops: (() => unknown)[] = [];

  /** For `afterEach`. */
  async clear(): Promise<void> {
    for (const stop of this.#stops.splice(0)) await stop();
  }

  later(stop: () => unknown): void {
    this.#stops.unshift(stop);
  }

  transport(
    server: string,
    given: Partial<OpenOptions> = {},
    connection: Partial<Connection> = {},
    credentials: Credentials = bearer,
  ): Transport {
    const whole: Connection = {
      server: parseServer(server),
      setting: 'the test',
      cluster: { ...NO_CLUSTER, server },
      user: NO_USER,
      ca: authority.certificate,
      clientCertificate: undefined,
      ...connection,
    };
    const transport = new Transport(whole, credentials, { k8sClientQPS: 0, k8sClientBurst: 0 }, options(given));
    this.later(() => transport.close());
    return transport;
  }

  /** A TLS server that does one thing; gives its URL. */
  async tls(handle: (socket: Socket) => void, tls: TlsOptions = good, host = '127.0.0.1'): Promise<string> {
    return `https://${host}:${(await this.#keep(serve(handle, tls))).port}`;
  }

  /** The same without TLS, whatever the client believes. */
  async tcp(handle: (socket: Socket) => void, scheme = 'https'): Promise<string> {
    return `${scheme}://127.0.0.1:${(await this.#keep(serve(handle))).port}`;
  }

  async http(...script: Parameters<typeof serveHttp>) {
    const server = await this.#keep(serveHttp(...script));
    return { server, seen: server.seen, url: `http://127.0.0.1:${server.port}` };
  }

  async #keep<T extends ScriptedServer>(starting: Promise<T>): Promise<T> {
    const server = await starting;
    this.later(() => server.stop());
    return server;
  }
}
