/**
 * HTTP requests by the `fetch` of Bun. In the standalone executable loading `node:https` and making the first request with it costs more than everything
 * else a short command does (28 ms of processor time against 8), and every further one costs several times as much. But `fetch` says neither how far a
 * request got nor why it failed.
 */

export interface QuickRequest {
  readonly url: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body?: string | undefined;
  /** PEM */
  readonly tls?: {
    readonly ca?: string | undefined;
    readonly cert?: string | undefined;
    readonly key?: string | undefined;
    readonly rejectUnauthorized: boolean;
  };
}

export interface QuickAnswer {
  readonly status: number;
  readonly header: (name: string) => string | undefined;
  /** the whole body; rejects when it breaks off */
  text(): Promise<string>;
}

/** `fetch` of Bun: that of Node knows no certificates. */
type BunFetch = (url: string, init: Readonly<Record<string, unknown>>) => Promise<Response>;

/** Whether the runtime has what this needs, and nothing in the environment makes it take another way than ours (`HTTPS_PROXY`). */
export function hasQuickHttp(env: Readonly<Record<string, string | undefined>>): boolean {
  return process.versions['bun'] !== undefined && !Object.keys(env).some((name) => /_proxy$/i.test(name));
}

/** Sends a request and resolves when the answer begins. Rejects with an error of which only one thing is certain: it did not work. */
export async function quickHttp(request: QuickRequest, signal: AbortSignal): Promise<QuickAnswer> {
  const { url, method, headers, body, tls } = request;
  const lines = Object.entries(headers).flatMap(([name, values]) =>
    [values].flat().map((value): [string, string] => [name, value]),
  );
  const ask: BunFetch = fetch;
  const response = await ask(url, {
    method,
    // What is compressed is not known to arrive sooner, and costs both sides.
    headers: [...lines, ['Accept-Encoding', 'identity']],
    redirect: 'manual',
    signal,
    ...(body !== undefined && { body: REPEATED.has(method) ? once(body) : body, duplex: 'half' }),
    ...(tls !== undefined && { tls }),
  });
  return {
    status: response.status,
    header: (name) => response.headers.get(name) ?? undefined,
    text: () => response.text(),
  };
}

/**
 * Bun sends these again by itself when a kept connection breaks under them (RFC 9110, 9.2.2 calls them idempotent). What it cannot read twice it does not
 * repeat.
 */
const REPEATED: ReadonlySet<string> = new Set(['PUT', 'DELETE']);

/** The cheapest of Bun's streams, which other runtimes do not have. */
type DirectStream = new (source: Readonly<Record<string, unknown>>) => ReadableStream;

function once(body: string): ReadableStream {
  const Stream: DirectStream = ReadableStream;
  return new Stream({
    type: 'direct',
    pull(controller: { write(text: string): void; close(): void }) {
      controller.write(body);
      controller.close();
    },
  });
}
