/** What is sent, how often, and over how many connections. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { Unavailable } from '../../../src/datastore/errors.ts';
import type { Credentials } from '../../../src/datastore/kubernetes/auth.ts';
import { NO_CLUSTER } from '../../../src/datastore/kubernetes/kubeconfig.ts';
import { freePorts } from '../../servers/process.ts';
import { afterRequest, respond, serveProxy, silentHost } from './scripted-server.ts';
import { failure } from './support.ts';
import { answer, authority, bearer, GET, OK, PUT, SECRET, Stage } from './transport-support.ts';

const stage = new Stage();
afterEach(() => stage.clear());

describe('Transport.send()', () => {
  it('sends what it was given, as a client that the API server takes for Go’s', async () => {
    const { url, seen } = await stage.http((_request, response) => respond(response, 200, {}));
    const transport = stage.transport(`${url}/prefix`);
    expect(await transport.send({ method: 'POST', path: '/a?b=c', body: '{"ü":1}' })).toEqual({
      status: 200,
      contentType: 'application/json',
      retryAfter: undefined,
      warnings: [],
      text: '{}',
    });
    expect(seen.map(({ line, body }) => ({ line, body }))).toEqual([{ line: 'POST /prefix/a?b=c', body: '{"ü":1}' }]);
    expect(seen[0]?.headers['user-agent']).toMatch(/^Go-http-client\/1\.1/);
    expect(seen[0]?.headers).toMatchObject({
      accept: 'application/json',
      authorization: `Bearer ${SECRET}`,
      'content-type': 'application/json',
      'content-length': '8',
    });
  });

  it('keeps one connection for requests one after another', async () => {
    const { server, url } = await stage.http((_request, response) => respond(response, 200, {}));
    const transport = stage.transport(url);
    for (let round = 0; round < 5; round++) await transport.send(PUT);
    expect(server.connections).toBe(1);
  });

  it('opens no more than 16 connections for many at once', async () => {
    const { server, seen, url } = await stage.http(
      (_request, response) => void setTimeout(() => respond(response, 200, {}), 5),
    );
    const transport = stage.transport(url);
    await Promise.all(Array.from({ length: 100 }, () => transport.send(GET)));
    expect([seen.length, server.connections]).toEqual([100, 16]);
  });

  it.each([
    [429, 'PUT'],
    [503, 'PUT'],
    [500, 'GET'],
  ] as const)('repeats what was answered with %d and Retry-After, %s too', async (status, method) => {
    let left = 2;
    const { url, seen } = await stage.http((_request, response) => {
      if (left-- > 0) respond(response, status, {}, { 'retry-after': '0' });
      else respond(response, 200, { done: true });
    });
    expect(await stage.transport(url).send({ ...PUT, method })).toMatchObject({ status: 200, text: '{"done":true}' });
    expect(seen).toHaveLength(3);
  });

  it('does not repeat a write after an answer that leaves open what became of it', async () => {
    const { url, seen } = await stage.http((_request, response) => respond(response, 504, {}, { 'retry-after': '0' }));
    expect(await stage.transport(url).send(PUT)).toMatchObject({ status: 504 });
    expect(seen).toHaveLength(1);
  });

  it('passes on what the server warns of, once', async () => {
    const warning = String.raw`299 - "unknown field \"spec.x\"", 299 kube "b", 199 - "c"`;
    const { url } = await stage.http((_request, response) => respond(response, 200, {}, { warning }));
    const warnings: string[] = [];
    const transport = stage.transport(url, { warn: (message) => warnings.push(message) });
    await transport.send(PUT);
    await transport.send(PUT);
    expect(warnings).toEqual(['unknown field "spec.x"', 'b']);
  });

  it('refuses a token that cannot be sent without showing it', async () => {
    const broken: Credentials = { ...bearer, headers: () => Promise.resolve({ Authorization: `Bearer ${SECRET}\n` }) };
    const { url, seen } = await stage.http(() => undefined);
    const error = await failure(stage.transport(url, {}, {}, broken).send(PUT));
    expect(String(error)).toBe(
      `Unavailable: Put "${url}/apis/x": net/http: invalid header field value for "Authorization"`,
    );
    expect(seen).toEqual([]);
  });

  it('trusts the authorities of the system when none is configured', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'calicoctl-test-transport-'));
    stage.later(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'ca.pem');
    writeFileSync(file, authority.certificate);
    const url = await stage.tls(answer(OK));
    const transport = stage.transport(url, { env: { SSL_CERT_FILE: file } }, { ca: undefined });
    expect(await transport.send(GET)).toMatchObject({ status: 200 });
  });

  it('gives up after eleven attempts', async () => {
    const { url, seen } = await stage.http((_request, response) => respond(response, 429, {}, { 'retry-after': '0' }));
    expect(await stage.transport(url).send(GET)).toMatchObject({ status: 429 });
    expect(seen).toHaveLength(11);
  });

  it.each([
    ['without Retry-After', 503, {}],
    ['that asks for more time than there is', 503, { 'retry-after': '60' }],
    ['that is final', 404, { 'retry-after': '0' }],
  ])('does not repeat after an answer %s', async (_what, status, headers) => {
    const { url, seen } = await stage.http((_request, response) => respond(response, status, {}, headers));
    expect(await stage.transport(url, { requestTimeout: 5_000 }).send(GET)).toMatchObject({ status });
    expect(seen).toHaveLength(1);
  });

  it('repeats a read whose kept connection the server closed, on a new one', async () => {
    const url = await stage.tcp(
      (() => {
        let connections = 0;
        return (socket: Socket) => {
          const first = connections++ === 0;
          afterRequest(socket, () => {
            socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}');
            afterRequest(socket, () => (first ? socket.destroy() : socket.end(OK)));
          });
        };
      })(),
      'http',
    );
    const transport = stage.transport(url);
    await transport.send(GET);
    expect(await transport.send(GET)).toMatchObject({ status: 200 });
  });

  it('does not try one dead connection after another', async () => {
    let served = 0;
    const url = await stage.tcp((socket) => {
      afterRequest(socket, () => {
        served++;
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}');
        // A kept connection is closed when it is used again.
        afterRequest(socket, () => socket.destroy());
      });
    }, 'http');
    const transport = stage.transport(url);
    await Promise.all(Array.from({ length: 8 }, () => transport.send(GET)));
    expect(served).toBe(8);
    expect(await transport.send(GET)).toMatchObject({ status: 200 });
  });

  it('never repeats a write whose answer was lost, and says that it may have been made', async () => {
    let requests = 0;
    const url = await stage.tcp(
      (socket) =>
        afterRequest(socket, () => {
          requests++;
          socket.destroy();
        }),
      'http',
    );
    for (const method of ['POST', 'PUT', 'DELETE'] as const) {
      const error = await failure(stage.transport(url).send({ ...PUT, method }));
      const shown = method.charAt(0) + method.slice(1).toLowerCase();
      expect(error).toBeInstanceOf(Unavailable);
      expect(error).toMatchObject({
        message: `${shown} "${url}/apis/x": EOF (no answer came: the change may or may not have been made)`,
        phase: 'response',
      });
    }
    expect(requests).toBe(3);
  });

  it('says so of a write that was not answered in time', async () => {
    const url = await stage.tls(() => undefined);
    const error = await failure(stage.transport(url, { requestTimeout: 300 }).send(PUT));
    expect(String(error)).toMatch(
      /while awaiting headers\) \(no answer came: the change may or may not have been made\)$/,
    );
  });

  it('does not say so of a write that was never sent', async () => {
    const [port = 0] = await freePorts(1);
    expect(String(await failure(stage.transport(`https://127.0.0.1:${port}`).send(PUT)))).toMatch(
      /connection refused$/,
    );
  });

  it('does not wait again for a server that just did not answer', async () => {
    const host = await silentHost();
    stage.later(() => host.stop());
    const silent = `https://127.0.0.1:${host.port}`;
    const transport = stage.transport(silent, { requestTimeout: 500 });
    const first = await failure(transport.send(GET));
    // An attempt would be refused now.
    host.stop();
    const second = await failure(transport.send({ ...GET, path: '/apis/y' }));
    const text = `dial tcp ${silent.slice('https://'.length)}: i/o timeout`;
    expect([first, second].map(String)).toEqual([
      `Unavailable: Get "${silent}/apis/x": ${text}`,
      `Unavailable: Get "${silent}/apis/y": ${text}`,
    ]);
    expect(first).toMatchObject({ phase: 'connect' });
  });

  it('ends with the reason of the signal, under way and before it begins', async () => {
    const { url, seen } = await stage.http(() => undefined);
    const controller = new AbortController();
    const transport = stage.transport(url, { signal: controller.signal });
    const reason = new Error('cancelled by the test');
    const running = failure(transport.send(PUT));
    await expect.poll(() => seen.length).toBe(1);
    controller.abort(reason);
    expect(await running).toBe(reason);
    expect(await failure(transport.send(PUT))).toBe(reason);
    expect(seen).toHaveLength(1);
  });

  it('asks for new credentials once when the server does not know the old ones', async () => {
    const { url, seen } = await stage.http(({ headers }, response) =>
      respond(response, headers.authorization === 'Bearer new' ? 200 : 401, {}),
    );
    let token = 'old';
    const renewing: Credentials = {
      ...bearer,
      headers: () => Promise.resolve({ Authorization: `Bearer ${token}` }),
      refused() {
        token = token === 'old' ? 'new' : 'other';
        return true;
      },
    };
    const transport = stage.transport(url, {}, {}, renewing);
    expect(await transport.send(PUT)).toMatchObject({ status: 200 });
    expect(seen.map(({ headers }) => headers.authorization)).toEqual(['Bearer old', 'Bearer new']);
    token = 'other';
    expect(await transport.send(PUT)).toMatchObject({ status: 401 });
    expect(seen).toHaveLength(4);
  });

  it('does not count the time that credentials take', async () => {
    const { url } = await stage.http((_request, response) => respond(response, 200, {}));
    const slow: Credentials = {
      ...bearer,
      headers: () => sleep(400, {}),
    };
    expect(await stage.transport(url, { requestTimeout: 200 }, {}, slow).send(GET)).toMatchObject({ status: 200 });
  });

  it('goes through a proxy, and keeps its connection', async () => {
    const url = await stage.tls((socket) => {
      const next = (): void =>
        afterRequest(socket, () => {
          socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}');
          next();
        });
      next();
    });
    const proxy = await serveProxy();
    stage.later(() => proxy.stop());
    const cluster = { ...NO_CLUSTER, server: url, proxyURL: `http://127.0.0.1:${proxy.port}` };
    const transport = stage.transport(url, {}, { cluster });
    expect(await transport.send(GET)).toMatchObject({ status: 200, text: '{}' });
    expect(await transport.send(GET)).toMatchObject({ status: 200, text: '{}' });
    expect(proxy.tunnels).toEqual([url.slice('https://'.length)]);
  });

  it('says when the proxy cannot be reached', async () => {
    const [port = 0] = await freePorts(1);
    const url = 'https://10.1.2.3:6443';
    const transport = stage.transport(url, { env: { HTTPS_PROXY: `http://127.0.0.1:${port}` } });
    expect(await failure(transport.send(GET))).toMatchObject({
      message: `Get "${url}/apis/x": proxyconnect tcp: dial tcp 127.0.0.1:${port}: connect: connection refused`,
      phase: 'connect',
    });
  });

  it('says when the proxy refuses', async () => {
    const proxy = await serveProxy(407);
    stage.later(() => proxy.stop());
    const transport = stage.transport('https://10.1.2.3:6443', {
      env: { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` },
    });
    expect(await failure(transport.send(GET))).toMatchObject({
      message: 'Get "https://10.1.2.3:6443/apis/x": Proxy Authentication Required',
      phase: 'connect',
    });
  });
});
