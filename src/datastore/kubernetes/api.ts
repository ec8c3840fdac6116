/**
 * The Kubernetes API as a generic client sees it: requests, pages, and the errors that are made on the client's side, in the words of
 * client-go.
 */
import { goJson, parseJson } from '../../kinds/go-json.ts';
import type { Json, JsonObject } from '../../kinds/schema.ts';
import { jsonTypeOf } from '../../kinds/canonical.ts';
import { isJsonObject } from '../../kinds/schema.ts';
import { quote } from '../../net/quote.ts';
import { ServerError } from '../errors.ts';
import type { ApiResource, ObjectName, Query } from './api-paths.ts';
import { collectionPath, encodeQuery, namedPath } from './api-paths.ts';
import type { HttpRequest, HttpResponse, Transport } from './transport.ts';

/** The server refused a request: the parts of its Status object (or of what client-go makes in place of one). */
export class ApiError extends Error {
  override readonly name = 'ApiError' as const;
  readonly code: number;
  readonly reason: string;
  readonly causes: readonly { readonly field: string; readonly reason: string }[];
  /** the group of what the server talks about, if it says so */
  readonly group: string | undefined;

  constructor(message: string, code: number, reason: string, causes: ApiError['causes'] = [], group?: string) {
    super(message);
    this.group = group;
    this.code = code;
    this.reason = reason;
    this.causes = causes;
  }
}

/** All objects of a list, as they were read. */
export interface ApiList<T> {
  readonly items: readonly T[];
  readonly resourceVersion: string;
}

/** Objects per request of a list. */
const PAGE_SIZE = '500';

/** Errors of every method: {@link ApiError}, those of `Transport.send`, and ServerError for what client-go itself refuses. */
export class ApiClient {
  readonly #transport: Transport;
  readonly #groups = new Set<string>();

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  get(resource: ApiResource, object: ObjectName, query: Query = {}): Promise<JsonObject> {
    return this.#call('GET', resource, namedPath(resource, object), object.name, query);
  }

  /** Whether an answer showed that the server has a group. */
  hasGroup(group: string): boolean {
    return this.#groups.has(group);
  }

  /**
   * All objects of a type, or of one namespace of it, page by page, and the revision of the first page.
   * @param read what is kept of an object; what it throws is thrown
   */
  async list<T>(
    resource: ApiResource,
    namespace: string | undefined,
    query: Query,
    read: (object: JsonObject) => T,
  ): Promise<ApiList<T>> {
    const found = await this.listWithin(Number.POSITIVE_INFINITY, resource, namespace, query, read);
    if (found === undefined) throw new TypeError('a list without end');
    return found;
  }

  /** The same, if it takes no more pages than that; else undefined. */
  async listWithin<T>(
    pages: number,
    resource: ApiResource,
    namespace: string | undefined,
    query: Query,
    read: (object: JsonObject) => T,
  ): Promise<ApiList<T> | undefined> {
    const path = collectionPath(resource, namespace);
    const ask = (paging: Query): Promise<JsonObject> => this.#call('GET', resource, path, '', { ...query, ...paging });
    const items: T[] = [];
    let resourceVersion: string | undefined;
    let next = '';
    let asked = ask({ limit: PAGE_SIZE });
    for (let count = 1; ; count++) {
      let page: JsonObject;
      try {
        page = await asked;
      } catch (error) {
        // The server no longer has the state that the first page showed: the whole list again, of now.
        if (next === '' || !(error instanceof ApiError) || error.code !== 410) throw error;
        page = await ask({});
        items.length = 0;
        resourceVersion = undefined;
      }
      resourceVersion ??= metadataText(page, 'resourceVersion');
      next = metadataText(page, 'continue');
      if (next !== '') {
        if (count >= pages) return undefined;
        // The server works on the next page while this one is read; how that ends is looked at later.
        asked = ask({ limit: PAGE_SIZE, continue: next });
        asked.catch(() => undefined);
        await new Promise<void>((resolve) => {
          setImmediate(resolve);
        });
      }
      const { items: found } = page;
      if (Array.isArray(found)) for (const item of found) if (isJsonObject(item)) items.push(read(item));
      if (next === '') return { items, resourceVersion };
    }
  }

  create(
    resource: ApiResource,
    namespace: string | undefined,
    body: JsonObject,
    query: Query = {},
  ): Promise<JsonObject> {
    return this.#call('POST', resource, collectionPath(resource, namespace), '', query, body);
  }

  update(
    resource: ApiResource,
    object: ObjectName,
    body: JsonObject,
    query: Query = {},
    subresource?: string,
  ): Promise<JsonObject> {
    const path = namedPath(resource, object);
    return this.#call(
      'PUT',
      resource,
      subresource === undefined ? path : `${path}/${subresource}`,
      object.name,
      query,
      body,
    );
  }

  /** Strategic merge: parts that the patch does not name stay, and lists are merged by their keys. */
  patch(
    resource: ApiResource,
    object: ObjectName,
    body: JsonObject,
    query: Query = {},
    subresource?: string,
  ): Promise<JsonObject> {
    const path = namedPath(resource, object);
    const whole = subresource === undefined ? path : `${path}/${subresource}`;
    return this.#call('PATCH', resource, whole, object.name, query, body);
  }

  /** @param options fields of DeleteOptions; in a query the server would not read them beside a body */
  delete(resource: ApiResource, object: ObjectName, options: JsonObject = {}): Promise<JsonObject> {
    const body = { kind: 'DeleteOptions', apiVersion: 'v1', ...options };
    return this.#call('DELETE', resource, namedPath(resource, object), object.name, {}, body);
  }

  async #call(
    method: HttpRequest['method'],
    resource: ApiResource,
    path: string,
    name: string,
    query: Query,
    body?: JsonObject,
  ): Promise<JsonObject> {
    const response = await this.#transport.send({
      method,
      path: `${path}${encodeQuery(query)}`,
      ...(body !== undefined && { body: goJson(body) }),
    });
    const failed = response.status < 200 || response.status > 206;
    const error = failed ? errorOf(method, resource, name, response) : undefined;
    if (error !== undefined && !(error.code === 404 && error.group === resource.group)) throw error;
    const answer = error ?? parseObject(response.text);
    this.#groups.add(resource.group);
    if (answer instanceof ApiError) throw answer;
    return answer;
  }
}

function metadataText(list: JsonObject, key: string): string {
  const metadata = list['metadata'];
  return isJsonObject(metadata) ? textIn(metadata, key) : '';
}

function textIn(object: JsonObject, key: string): string {
  const value = object[key];
  return typeof value === 'string' ? value : '';
}

function parseObject(text: string): JsonObject {
  const start = text.trimStart().charAt(0);
  let value: Json;
  try {
    value = parseJson(text);
    if (isJsonObject(value)) return value;
    throw new ServerError(
      `couldn't get version/kind; json parse error: json: cannot unmarshal ${jsonTypeOf(value)} into Go value of type struct`,
    );
  } catch (error) {
    // Else not from an API server: a login page, a proxy's notice.
    if (!(error instanceof SyntaxError)) throw error;
  }
  const why =
    start === '' ? 'unexpected end of JSON input' : `invalid character '${start}' looking for beginning of value`;
  throw new ServerError(`couldn't get version/kind; json parse error: ${why}`);
}

function errorOf(method: HttpRequest['method'], resource: ApiResource, name: string, response: HttpResponse): ApiError {
  return statusError(response) ?? genericError(method, resource, name, response);
}

/** The server's own Status object. */
function statusError({ status, text }: HttpResponse): ApiError | undefined {
  let body: Json;
  try {
    body = parseJson(text);
  } catch {
    return undefined;
  }
  if (!isJsonObject(body) || body['status'] !== 'Failure') return undefined;
  const { code, details } = body;
  const found = isJsonObject(details) ? details['causes'] : undefined;
  const list: readonly Json[] = Array.isArray(found) ? found : [];
  const causes = list
    .filter(isJsonObject)
    .map((cause) => ({ field: textIn(cause, 'field'), reason: textIn(cause, 'reason') }));
  const group = isJsonObject(details) ? details['group'] : undefined;
  return new ApiError(
    textIn(body, 'message'),
    typeof code === 'number' ? code : status,
    textIn(body, 'reason'),
    causes,
    typeof group === 'string' ? group : undefined,
  );
}

/** Reason and text of client-go for answers that are no Status objects, by HTTP status. */
const GENERIC: Readonly<Record<number, readonly [reason: string, text: string]>> = {
  400: ['BadRequest', 'the server rejected our request for an unknown reason'],
  401: ['Unauthorized', 'the server has asked for the client to provide credentials'],
  404: ['NotFound', 'the server could not find the requested resource'],
  405: ['MethodNotAllowed', 'the server does not allow this method on the requested resource'],
  409: ['Conflict', 'the server reported a conflict'],
  422: ['Invalid', 'the server rejected our request due to an error in our request'],
  429: ['TooManyRequests', 'the server has received too many requests and has asked us to try again later'],
  503: ['ServiceUnavailable', 'the server is currently unable to handle the request'],
  504: [
    'Timeout',
    'the server was unable to return a response in the time allotted, but may still be processing the request',
  ],
};
/** client-go quotes no more of an answer than this. */
const MAX_QUOTED = 2048;

function genericError(
  method: HttpRequest['method'],
  resource: ApiResource,
  name: string,
  response: HttpResponse,
): ApiError {
  const { status, contentType, text } = response;
  const said = contentType === '' || contentType.startsWith('text/') ? text.slice(0, MAX_QUOTED).trim() : 'unknown';
  let [reason, message] = GENERIC[status] ?? [
    '',
    `the server responded with the status code ${status} but did not return more information`,
  ];
  if (status === 409 && method === 'POST') reason = 'AlreadyExists';
  if (status === 403 || status === 415)
    [reason, message] = [status === 403 ? 'Forbidden' : 'UnsupportedMediaType', said];
  if (status === 406) [reason, message] = ['NotAcceptable', notAcceptable(said)];
  if (status >= 500 && !(status in GENERIC)) {
    [reason, message] = [
      'InternalError',
      `an error on the server (${quote(said)}) has prevented the request from succeeding`,
    ];
  }
  const qualified = resource.group === '' ? resource.goPlural : `${resource.goPlural}.${resource.group}`;
  const about = [method.toLowerCase(), qualified, ...(name === '' ? [] : [name])].join(' ');
  return new ApiError(`${message} (${about})`, status, reason);
}

function notAcceptable(said: string): string {
  return said === '' || said === 'unknown'
    ? 'the server was unable to respond with a content type that the client supports'
    : said;
}
