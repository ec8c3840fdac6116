import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect } from 'node:net';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createAuthority } from './certificates.ts';
import { codeOf } from './lock.ts';
import { freePorts } from './process.ts';
import { startProxy } from './proxy.ts';
import type { Fault, FaultProxy } from './proxy.ts';

const body = 'x'.repeat(100_000);

let server: Server;
let target: string;
/** How many requests reached the server. */
let served: number;
beforeEach(async () => {
  served = 0;
  server = createServer((incoming, outgoing) => {
    served++;
    incoming.resume().once('end', () => outgoing.end(body));
  });
  target = await urlOf(server, 'http');
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

async function urlOf(listener: Server, scheme: string): Promise<string> {
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const bound = listener.address();
  return `${scheme}://127.0.0.1:${typeof bound === 'object' && bound !== null ? bound.port : 0}`;
}

async function proxied(): Promise<FaultProxy> {
  const proxy = await startProxy({ target });
  // Complaints are the matter of single tests, which stop it themselves.
  onTestFinished(() => proxy.stop().catch(() => {}));
  return proxy;
}

/** Sends a request and gives the length of the answer's body, or the code of the error. */
function get(
  url: string,
  options: { readonly method?: string; readonly send?: string } = {},
): Promise<number | string | undefined> {
  return new Promise((resolve) => {
    const outgoing = request(url, { method: options.method ?? 'GET', agent: false }, (incoming) => {
      void bytesOf(incoming).then(resolve);
    });
    outgoing.once('error', (error) => resolve(codeOf(error)));
    outgoing.end(options.send);
  });
}

/** How many bytes come until the stream is closed. */
async function bytesOf(stream: Readable): Promise<number> {
  let length = 0;
  stream.on('error', () => {}).on('data', (chunk: Buffer) => (length += chunk.length));
  await once(stream, 'close');
  return length;
}

describe('startProxy()', () => {
  it('passes everything through, and counts connections and requests', async () => {
    const proxy = await proxied();
    expect(await get(`${proxy.url}/a?b=c`)).toBe(body.length);
    expect(await get(`${proxy.url}/d`, { method: 'POST', send: body })).toBe(body.length);
    expect(proxy.connections).toBe(2);
    expect(proxy.requests).toEqual(['GET /a?b=c', 'POST /d']);
    await proxy.stop();
  });

  it('refuses connections, and listens again afterwards', async () => {
    const proxy = await proxied();
    await proxy.set({ kind: 'refuse' });
    expect(await get(proxy.url)).toBe('ECONNREFUSED');
    await proxy.set({ kind: 'none' });
    expect(await get(proxy.url)).toBe(body.length);
    await proxy.stop();
  });

  it('accepts and never answers, until the fault is taken away', async () => {
    const proxy = await proxied();
    await proxy.set({ kind: 'silent' });
    const answer = get(proxy.url);
    while (proxy.requests.length === 0) await sleep(5);
    // Any answer would have come before that of another, later request to the same server.
    expect(await Promise.race([answer, get(target)])).toBe(body.length);
    await proxy.set({ kind: 'none' });
    expect(await answer).toBe('ECONNRESET');
    expect(served).toBe(1);
    await proxy.stop();
  });

  it('adds delay in both directions and loses nothing', async () => {
    const proxy = await proxied();
    await proxy.set({ kind: 'delay', roundTripMilliseconds: 200 });
    const before = performance.now();
    expect(await get(proxy.url, { method: 'POST', send: body })).toBe(body.length);
    // A timer may ring a millisecond early, never more. How late it rings is not ours to say.
    expect(performance.now() - before).toBeGreaterThan(195);
    await proxy.stop();
  });

  it('cuts a connection after some bytes of the answer', async () => {
    const proxy = await proxied();
    await proxy.set({ kind: 'cut', afterBytes: 5000 });
    const client = connect(proxy.port, '127.0.0.1');
    client.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
    expect(await bytesOf(client)).toBe(5000);
    await proxy.stop();
  });

  it('reads requests out of many small parts, with chunked bodies', async () => {
    const proxy = await proxied();
    const client = connect({ port: proxy.port, host: '127.0.0.1', noDelay: true });
    const text =
      'POST /first HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n5\r\nGET /\r\n3\r\n\r\n\r\r\n0\r\n\r\n' +
      'PUT /second HTTP/1.1\r\nhost: a\r\ncontent-length: 4\r\n\r\n\r\n\r\nGET /third HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n';
    for (const character of text) client.write(character);
    await bytesOf(client);
    expect(proxy.requests).toEqual(['POST /first', 'PUT /second', 'GET /third']);
    await proxy.stop();
  });

  it('shows the requests inside TLS if it is given the authority of the target', async () => {
    const authority = createAuthority('test');
    const { certificate: cert, key } = authority.issue({ commonName: 'server' });
    const secure = createTlsServer({ cert, key }, (_incoming, outgoing) => outgoing.end('hello'));
    onTestFinished(() => {
      secure.close();
    });
    const secureTarget = await urlOf(secure, 'https');
    const open = await startProxy({ target: secureTarget, ca: authority.certificate });
    expect(await get(`${open.url}/a`)).toBe(5);
    expect(open.requests).toEqual(['GET /a']);
    await open.stop();
    const opaque = await startProxy({ target: secureTarget });
    expect(opaque.url).toBe(`https://127.0.0.1:${opaque.port}`);
    expect(() => opaque.requests).toThrow('inside TLS');
    await opaque.stop();
  });

  describe('complains', () => {
    it.each<Fault>([{ kind: 'silent' }, { kind: 'delay', roundTripMilliseconds: 10 }, { kind: 'cut', afterBytes: 0 }])(
      'when stopped, about a fault $kind that nobody met',
      async (fault) => {
        const proxy = await proxied();
        await proxy.set(fault);
        await expect(proxy.stop()).rejects.toThrow(`no connection ever met the fault {"kind":"${fault.kind}"`);
        await proxy.stop();
      },
    );

    it('about an answer that was too short to be cut', async () => {
      const proxy = await proxied();
      await proxy.set({ kind: 'cut', afterBytes: 10 * body.length });
      expect(await get(proxy.url)).toBe(body.length);
      await expect(proxy.stop()).rejects.toThrow('no connection ever met');
    });

    it('about a target that does not answer', async () => {
      const [port] = await freePorts(1);
      const proxy = await startProxy({ target: `http://127.0.0.1:${port}` });
      expect(await get(proxy.url)).toBe('ECONNRESET');
      await expect(proxy.stop()).rejects.toThrow('the target does not answer: connect ECONNREFUSED');
    });

    it('about requests that are none of HTTP/1', async () => {
      const proxy = await proxied();
      const client = connect(proxy.port, '127.0.0.1');
      client.end('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
      await bytesOf(client);
      expect(() => proxy.requests).toThrow('not a request of HTTP/1: "PRI * HTTP/2.0"');
      await proxy.stop();
    });

    it('about numbers that make no sense, and about use after its end', async () => {
      const proxy = await proxied();
      await expect(proxy.set({ kind: 'delay', roundTripMilliseconds: 0 })).rejects.toThrow('a delay of 0 ms');
      await expect(proxy.set({ kind: 'cut', afterBytes: 0.5 })).rejects.toThrow('0.5 is no number of bytes');
      await proxy.stop();
      await expect(proxy.set({ kind: 'none' })).rejects.toThrow('stopped');
      await expect(startProxy({ target: 'http://127.0.0.1' })).rejects.toThrow('no port');
    });
  });
});
