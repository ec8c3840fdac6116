/** How requests fail, in the words that Go's net/http and client-go were heard to say to the same servers. */
import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { Unavailable } from '../../../src/datastore/errors.ts';
import { freePorts } from '../../servers/process.ts';
import { afterRequest } from './scripted-server.ts';
import { failure } from './support.ts';
import { answer, authority, GET, good, identity, OK, PUT, SECRET, Stage } from './transport-support.ts';

const stage = new Stage();
afterEach(() => stage.clear());

describe('Transport.send() names the cause as the Go client does', () => {
  const x509 = 'tls: failed to verify certificate: x509: ';

  it('when nobody listens', async () => {
    const [port = 0] = await freePorts(1);
    const error = await failure(stage.transport(`https://127.0.0.1:${port}/prefix`).send(GET));
    expect(error).toBeInstanceOf(Unavailable);
    expect(error).toMatchObject({
      message: `Get "https://127.0.0.1:${port}/prefix/apis/x": dial tcp 127.0.0.1:${port}: connect: connection refused`,
      endpoint: `https://127.0.0.1:${port}`,
      phase: 'connect',
      setting: 'the test',
    });
  });

  it('when nobody listens on any address of a name', async () => {
    const [port = 0] = await freePorts(1);
    const error = await failure(stage.transport(`https://localhost:${port}`).send(GET));
    expect(String(error)).toMatch(
      new RegExp(
        `^Unavailable: Get "https://localhost:${port}/apis/x": dial tcp (127\\.0\\.0\\.1|\\[::1\\]):${port}: connect: connection refused$`,
      ),
    );
    expect(error).toMatchObject({ phase: 'connect' });
  });

  it('when the name does not exist', async () => {
    const error = await failure(stage.transport('https://nosuch.invalid:6443').send(GET));
    expect(String(error)).toMatch(
      /^Unavailable: Get "https:\/\/nosuch\.invalid:6443\/apis\/x": dial tcp: lookup nosuch\.invalid: (no such host|server misbehaving)$/,
    );
    expect(error).toMatchObject({ phase: 'resolve' });
  });

  it.each([
    ['from an unknown authority', {}, '127.0.0.1', { ca: undefined }, 'certificate signed by unknown authority'],
    [
      'for other addresses',
      { hosts: ['10.0.0.1', '10.0.0.2', 'a'] },
      '127.0.0.1',
      {},
      'certificate is valid for 10.0.0.1, 10.0.0.2, not 127.0.0.1',
    ],
    [
      'for names only',
      { hosts: ['a', 'b'] },
      '127.0.0.1',
      {},
      "cannot validate certificate for 127.0.0.1 because it doesn't contain any IP SANs",
    ],
    ['for other names', { hosts: ['a', 'b'] }, 'localhost', {}, 'certificate is valid for a, b, not localhost'],
    [
      'for addresses only',
      { hosts: ['127.0.0.1'] },
      'localhost',
      {},
      'certificate is not valid for any names, but wanted to match localhost',
    ],
  ])('when the certificate is %s', async (_what, request, host, connection, expected) => {
    const url = await stage.tls(() => undefined, identity(request), host);
    const error = await failure(stage.transport(url, {}, connection).send(GET));
    expect(error).toMatchObject({ message: `Get "${url}/apis/x": ${x509}${expected}`, phase: 'tls' });
  });

  it.each([
    ['no longer', { validFrom: new Date(0), validTo: new Date('2026-01-02T03:04:05Z') }, 'after 2026-01-02T03:04:05Z'],
    [
      'not yet',
      { validFrom: new Date('2046-01-02T03:04:05Z'), validTo: new Date('2047-01-01T00:00:00Z') },
      'before 2046-01-02T03:04:05Z',
    ],
  ])('when the certificate is %s valid', async (_what, validity, limit) => {
    const url = await stage.tls(() => undefined, identity(validity));
    const error = await failure(stage.transport(url).send(GET));
    const now = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`;
    expect(String(error)).toMatch(
      new RegExp(
        `^Unavailable: Get "${url}/apis/x": ${x509}certificate has expired or is not yet valid: current time ${now} is ${limit}$`,
      ),
    );
    expect(error).toMatchObject({ phase: 'tls' });
  });

  it.each([
    [
      'speaks plain HTTP',
      answer('HTTP/1.1 400 Bad Request\r\n\r\n'),
      'http: server gave HTTP response to HTTPS client',
    ],
    ['hangs up during the handshake', (socket: Socket) => void socket.once('data', () => socket.end()), 'EOF'],
  ])('when the server %s', async (_what, handle, expected) => {
    const url = await stage.tcp((socket) => {
      // What a TLS client sends has no empty line to wait for.
      if (expected === 'EOF') handle(socket);
      else socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    });
    const error = await failure(stage.transport(url).send(GET));
    expect(error).toMatchObject({ message: `Get "${url}/apis/x": ${expected}`, phase: 'tls' });
  });

  it('when the server wants a client certificate', async () => {
    const url = await stage.tls(answer(OK), {
      ...good,
      requestCert: true,
      rejectUnauthorized: true,
      ca: authority.certificate,
    });
    const error = await failure(stage.transport(url).send(PUT));
    expect(error).toMatchObject({
      message: `Put "${url}/apis/x": remote error: tls: certificate required`,
      phase: 'response',
    });
  });

  it.each([
    [
      'an answer that is none',
      'hello\r\n\r\n',
      'net/http: HTTP/1.x transport connection broken: malformed HTTP response "hello"',
    ],
    ['the end', '', 'EOF'],
  ])('when the server sends %s', async (_what, text, expected) => {
    const url = await stage.tls(answer(text));
    const error = await failure(stage.transport(url, { requestTimeout: 1_000 }).send(GET));
    expect(error).toMatchObject({ message: `Get "${url}/apis/x": ${expected}`, phase: 'response' });
  });

  it('when the connection is reset', async () => {
    const url = await stage.tcp((socket) => afterRequest(socket, () => socket.resetAndDestroy()), 'http');
    const error = await failure(stage.transport(url, { requestTimeout: 1_000 }).send(GET));
    const address = url.slice('http://'.length);
    expect(String(error)).toMatch(
      new RegExp(
        `^Unavailable: Get "${url}/apis/x": read tcp 127\\.0\\.0\\.1:\\d+->${address}: read: connection reset by peer$`,
      ),
    );
    expect(error).toMatchObject({ phase: 'response' });
  });

  it('when the answer ends in the middle', async () => {
    const url = await stage.tls(answer('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{'));
    const error = await failure(stage.transport(url, { requestTimeout: 1_000 }).send(GET));
    expect(error).toMatchObject({
      message: 'unexpected error when reading response body. Please retry. Original error: unexpected EOF',
      phase: 'response',
    });
  });

  it('when the server accepts and does not answer', async () => {
    const url = await stage.tls(() => undefined);
    const error = await failure(stage.transport(url, { requestTimeout: 300 }).send(GET));
    expect(error).toMatchObject({
      message: `Get "${url}/apis/x": net/http: request canceled (Client.Timeout exceeded while awaiting headers)`,
      phase: 'response',
    });
  });

  it('when the answer does not come to its end', async () => {
    const url = await stage.tls((socket) =>
      afterRequest(socket, () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{')),
    );
    const error = await failure(stage.transport(url, { requestTimeout: 300 }).send(GET));
    expect(error).toMatchObject({
      message:
        'unexpected error when reading response body. Please retry. Original error: net/http: request canceled (Client.Timeout or context cancellation while reading body)',
      phase: 'response',
    });
  });

  it('when the handshake is never answered', async () => {
    const url = await stage.tcp(() => undefined);
    const error = await failure(stage.transport(url, { requestTimeout: 300 }).send(GET));
    expect(error).toMatchObject({ message: `Get "${url}/apis/x": net/http: TLS handshake timeout`, phase: 'tls' });
  });

  it('and never shows the token, in logs neither', async () => {
    const log: string[] = [];
    const url = await stage.tls(answer('hello\r\n\r\n'));
    const error = await failure(
      stage.transport(url, { requestTimeout: 1_000, log: (message) => log.push(message) }).send(GET),
    );
    expect(log.length).toBeGreaterThan(0);
    expect([String(error), JSON.stringify(error), ...log].join('\n')).not.toContain(SECRET);
  });
});
