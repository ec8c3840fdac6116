import { Agent, request } from 'node:https';

/** A request of a test's own preparations to a kube-apiserver, spoken without any client library. */
export interface Api {
  /**
   * Sends a request and gives the parsed answer. A status named in `also` is no fault. Throws {@link ApiError} for any
   * other that is not 2xx, and the system's error if there is no answer.
   */
  call(method: Method, path: string, options?: CallOptions): Promise<Answer>;
  /** Closes the kept connections. */
  close(): void;
}

/** An HTTP method that the API server knows. */
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** What a request may carry. */
export interface CallOptions {
  readonly body?: object;
  /** Statuses that the caller deals with itself. */
  readonly also?: readonly number[];
}

/** Status and JSON body of an answer; a body that is not JSON is undefined. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** The API server refused a request. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

/** Opens a client for one server and one user. Connections are kept, at most `connections` at a time. */
export function openApi(server: string, ca: string, token: string, connections = 8): Api {
  const agent = new Agent({ keepAlive: true, maxSockets: connections, ca });
  const send = (method: Method, path: string, body: object | undefined) =>
    new Promise<Answer & { readonly text: string }>((resolve, reject) => {
      const content = body && JSON.stringify(body);
      const headers: Record<string, string> = { authorization: `Bearer ${token}`, accept: 'application/json' };
      if (content !== undefined) {
        // Node frames the body of a DELETE only if it is told the length.
        headers['content-length'] = String(Buffer.byteLength(content));
        headers['content-type'] = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
      }
      const outgoing = request(new URL(path, server), { method, agent, headers }, (incoming) => {
        let text = '';
        incoming.setEncoding('utf8').on('data', (part: string) => (text += part));
        incoming.once('error', reject);
        incoming.once('end', () => resolve({ status: incoming.statusCode ?? 0, body: parse(text), text }));
      });
      outgoing.once('error', reject);
      outgoing.end(content);
    });
  return {
    async call(method, path, { body, also = [] } = {}) {
      const answer = await send(method, path, body);
      if ((answer.status >= 200 && answer.status < 300) || also.includes(answer.status)) return answer;
      throw new ApiError(`${method} ${path}: ${answer.status} ${answer.text}`, answer.status);
    },
    close: () => agent.destroy(),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The members `a.b.c` of a parsed JSON value, undefined if there is no such thing. */
export function member(value: unknown, ...path: readonly string[]): unknown {
  let current = value;
  for (const name of path) {
    if (typeof current !== 'object' || current === null) return undefined;
    current = Object.getOwnPropertyDescriptor(current, name)?.value;
  }
  return current;
}

/** The `items` of a list. */
export function itemsOf(list: unknown): readonly unknown[] {
  const items = member(list, 'items');
  return Array.isArray(items) ? items : [];
}

/** The text members `metadata.<name>` of an object; empty if absent. */
export function metadataText(object: unknown, name: 'name' | 'namespace'): string {
  const value = member(object, 'metadata', name);
  return typeof value === 'string' ? value : '';
}

/** The objects of one resource, as the API's paths name them. */
export interface Collection {
  /** `/api/v1` or `/apis/GROUP/VERSION`. */
  readonly base: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

/** The collection that a CustomResourceDefinition defines, in the version that is stored. */
export function collectionOf(definition: unknown): Collection {
  const versions = member(definition, 'status', 'storedVersions');
  const version = Array.isArray(versions) ? String(versions[0]) : '';
  return {
    base: `/apis/${String(member(definition, 'spec', 'group'))}/${version}`,
    plural: String(member(definition, 'spec', 'names', 'plural')),
    namespaced: member(definition, 'spec', 'scope') === 'Namespaced',
  };
}
