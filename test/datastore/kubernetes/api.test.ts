/** What goes over the wire and what comes back, against a server that answers from a script. */
import { afterEach, describe, expect, it } from 'vitest';
import { ApiClient, ApiError } from '../../../src/datastore/kubernetes/api.ts';
import { ServerError } from '../../../src/datastore/errors.ts';
import type { SeenRequest } from './scripted-server.ts';
import { respond } from './scripted-server.ts';
import { failure } from './support.ts';
import { Stage } from './transport-support.ts';

const stage = new Stage();
afterEach(() => stage.clear());

const POOLS = { group: 'crd.projectcalico.org', version: 'v1', plural: 'ippools', goPlural: 'IPPools' };
const SETS = { group: 'projectcalico.org', version: 'v3', plural: 'networksets', goPlural: 'NetworkSets' };
const NODES = { group: '', version: 'v1', plural: 'nodes', goPlural: 'nodes' };

const same = (object: object): object => object;

/** One answer after another; the last one again and again. */
async function script(...answers: readonly (readonly [status: number, body: unknown, contentType?: string])[]) {
  let next = 0;
  const { url, seen } = await stage.http((_request: SeenRequest, response) => {
    const [status, body, contentType = 'application/json'] = answers[Math.min(next++, answers.length - 1)] ?? [500, ''];
    respond(response, status, body, { 'content-type': contentType });
  });
  return { api: new ApiClient(stage.transport(url)), seen, lines: () => seen.map(({ line }) => line) };
}

describe('ApiClient', () => {
  it('asks for objects under the paths of the Kubernetes API', async () => {
    const { api, seen, lines } = await script([200, {}]);
    await api.get(POOLS, { name: 'a' });
    await api.get(NODES, { name: 'a' }, { resourceVersion: '7' });
    await api.get(SETS, { name: 'a', namespace: 'ns' });
    await api.create(SETS, 'ns', { spec: { n: 12345678901234567890n } }, { dryRun: 'All' });
    await api.create(POOLS, undefined, {});
    await api.update(POOLS, { name: 'a' }, { a: 1 });
    await api.update(NODES, { name: 'a' }, {}, { dryRun: 'All' }, 'status');
    await api.delete(POOLS, { name: 'a' }, { preconditions: { uid: 'u' } });
    expect(lines()).toEqual([
      'GET /apis/crd.projectcalico.org/v1/ippools/a',
      'GET /api/v1/nodes/a?resourceVersion=7',
      'GET /apis/projectcalico.org/v3/namespaces/ns/networksets/a',
      'POST /apis/projectcalico.org/v3/namespaces/ns/networksets?dryRun=All',
      'POST /apis/crd.projectcalico.org/v1/ippools',
      'PUT /apis/crd.projectcalico.org/v1/ippools/a',
      'PUT /api/v1/nodes/a/status?dryRun=All',
      'DELETE /apis/crd.projectcalico.org/v1/ippools/a',
    ]);
    expect([seen[3]?.body, seen[5]?.body, seen[7]?.body]).toEqual([
      '{"spec":{"n":12345678901234567890}}',
      '{"a":1}',
      '{"kind":"DeleteOptions","apiVersion":"v1","preconditions":{"uid":"u"}}',
    ]);
  });

  it('escapes names and queries as Go does', async () => {
    const { api, lines } = await script([200, {}]);
    await api.get(POOLS, { name: "a b:c@d!'(e)*ü?" });
    await api.list(POOLS, undefined, { fieldSelector: 'metadata.name=a b+c' }, same);
    expect(lines()).toEqual([
      'GET /apis/crd.projectcalico.org/v1/ippools/a%20b:c@d%21%27%28e%29%2A%C3%BC%3F',
      'GET /apis/crd.projectcalico.org/v1/ippools?fieldSelector=metadata.name%3Da+b%2Bc&limit=500',
    ]);
  });

  it.each([
    ['', 'resource name may not be empty'],
    ['a/b', `invalid resource name "a/b": [may not contain '/']`],
    ['a%b/c', `invalid resource name "a%b/c": [may not contain '/' may not contain '%']`],
    ['..', `invalid resource name "..": [may not be '..']`],
  ])('refuses the name "%s" without asking the server', async (name, message) => {
    const { api, seen } = await script([200, {}]);
    for (const call of [
      () => api.get(POOLS, { name }),
      () => api.update(POOLS, { name }, {}),
      () => api.delete(POOLS, { name }),
    ]) {
      expect(await failure(Promise.resolve().then(call))).toEqual(new ServerError(message));
    }
    expect(seen).toEqual([]);
  });

  it('refuses a namespace that is no part of a path', async () => {
    const { api } = await script([200, {}]);
    expect(await failure(api.list(SETS, 'a/b', {}, same))).toEqual(
      new ServerError(`invalid namespace "a/b": [may not contain '/']`),
    );
  });

  it('reads integers beyond 2^53', async () => {
    const { api } = await script([200, '{"spec":{"sequenceNumber":1785578400123456791}}']);
    expect(await api.get(POOLS, { name: 'a' })).toEqual({ spec: { sequenceNumber: 1785578400123456791n } });
  });

  describe('lists', () => {
    const page = (items: readonly object[], resourceVersion: string, next?: string): object => ({
      items,
      metadata: { resourceVersion, ...(next !== undefined && { continue: next }) },
    });

    it('page by page, with the revision of the first page', async () => {
      const { api, lines } = await script(
        [200, page([{ a: 1 }], '10', 'to ken')],
        [200, page([{ a: 2 }], '11', 'more')],
        [200, page([{ a: 3 }], '12')],
      );
      expect(await api.list(SETS, 'ns', {}, same)).toEqual({
        items: [{ a: 1 }, { a: 2 }, { a: 3 }],
        resourceVersion: '10',
      });
      const path = 'GET /apis/projectcalico.org/v3/namespaces/ns/networksets';
      expect(lines()).toEqual([
        `${path}?limit=500`,
        `${path}?continue=to+ken&limit=500`,
        `${path}?continue=more&limit=500`,
      ]);
    });

    it('and asks for the next page before it reads one', async () => {
      const { api, seen } = await script([200, page([{}], '1', 'more')], [200, page([{}], '1')]);
      const known: number[] = [];
      await api.list(SETS, 'ns', {}, () => known.push(seen.length));
      expect(known).toEqual([expect.any(Number), 2]);
      const { api: broken } = await script([200, page([{}], '1', 'more')], [500, {}]);
      const wrong = (): never => {
        throw new Error('unreadable');
      };
      expect(await failure(broken.list(SETS, 'ns', {}, wrong))).toEqual(new Error('unreadable'));
    });

    it('again as a whole when a later page is gone', async () => {
      const gone = { kind: 'Status', status: 'Failure', reason: 'Expired', code: 410, message: 'too old' };
      const { api, lines } = await script(
        [200, page([{ a: 1 }], '10', 'token')],
        [410, gone],
        [200, page([{ a: 7 }, { a: 8 }], '20')],
      );
      expect(await api.list(POOLS, undefined, { fieldSelector: 'f' }, same)).toEqual({
        items: [{ a: 7 }, { a: 8 }],
        resourceVersion: '20',
      });
      expect(lines().at(-1)).toBe('GET /apis/crd.projectcalico.org/v1/ippools?fieldSelector=f');
    });

    it('not again when the first page is gone', async () => {
      const { api, seen } = await script([
        410,
        { status: 'Failure', reason: 'Expired', code: 410, message: 'too old' },
      ]);
      expect(await failure(api.list(POOLS, undefined, {}, same))).toEqual(new ApiError('too old', 410, 'Expired'));
      expect(seen).toHaveLength(1);
    });

    it('that are null as empty', async () => {
      const { api } = await script([200, { items: null, metadata: { resourceVersion: '1' } }]);
      expect(await api.list(POOLS, undefined, {}, same)).toEqual({ items: [], resourceVersion: '1' });
    });
  });

  it('takes reason, text and causes from the server’s Status', async () => {
    const causes = [{ reason: 'FieldValueInvalid', message: 'm', field: 'spec.cidr' }];
    const status = {
      kind: 'Status',
      status: 'Failure',
      message: 'no',
      reason: 'Invalid',
      code: 422,
      details: { causes },
    };
    const { api } = await script([422, status]);
    const expected = new ApiError('no', 422, 'Invalid', [{ field: 'spec.cidr', reason: 'FieldValueInvalid' }]);
    expect(await failure(api.get(POOLS, { name: 'a' }))).toEqual(expected);
  });

  it.each([
    [
      404,
      '404 page not found',
      'text/plain',
      'NotFound',
      'the server could not find the requested resource (get IPPools.crd.projectcalico.org a)',
    ],
    [
      401,
      '',
      'text/plain',
      'Unauthorized',
      'the server has asked for the client to provide credentials (get IPPools.crd.projectcalico.org a)',
    ],
    [403, 'nono\n', 'text/plain', 'Forbidden', 'nono (get IPPools.crd.projectcalico.org a)'],
    [409, '', 'text/plain', 'Conflict', 'the server reported a conflict (get IPPools.crd.projectcalico.org a)'],
    [
      500,
      'oops\n',
      'text/plain',
      'InternalError',
      'an error on the server ("oops") has prevented the request from succeeding (get IPPools.crd.projectcalico.org a)',
    ],
    [
      502,
      '<h1>x</h1>',
      'text/html; charset=utf-8',
      'InternalError',
      'an error on the server ("<h1>x</h1>") has prevented the request from succeeding (get IPPools.crd.projectcalico.org a)',
    ],
    [
      502,
      'x',
      'application/octet-stream',
      'InternalError',
      'an error on the server ("unknown") has prevented the request from succeeding (get IPPools.crd.projectcalico.org a)',
    ],
    [
      503,
      '',
      'text/plain',
      'ServiceUnavailable',
      'the server is currently unable to handle the request (get IPPools.crd.projectcalico.org a)',
    ],
    [
      504,
      '{}',
      'application/json',
      'Timeout',
      'the server was unable to return a response in the time allotted, but may still be processing the request (get IPPools.crd.projectcalico.org a)',
    ],
    [
      301,
      '',
      'text/plain',
      '',
      'the server responded with the status code 301 but did not return more information (get IPPools.crd.projectcalico.org a)',
    ],
  ])('says of a bare %d (%j, %s) what client-go says', async (status, body, contentType, reason, message) => {
    const { api } = await script([status, body, contentType]);
    expect(await failure(api.get(POOLS, { name: 'a' }))).toEqual(new ApiError(message, status, reason));
  });

  it.each([
    [
      'create',
      404,
      'NotFound',
      'the server could not find the requested resource (post IPPools.crd.projectcalico.org)',
    ],
    ['create', 409, 'AlreadyExists', 'the server reported a conflict (post IPPools.crd.projectcalico.org)'],
    ['node', 404, 'NotFound', 'the server could not find the requested resource (get nodes a)'],
  ])('names verb and resource: %s, %d', async (what, status, reason, message) => {
    const { api } = await script([status, '', 'text/plain']);
    const call = what === 'create' ? api.create(POOLS, undefined, {}) : api.get(NODES, { name: 'a' });
    expect(await failure(call)).toEqual(new ApiError(message, status, reason));
  });

  it.each([
    ['<html>', "couldn't get version/kind; json parse error: invalid character '<' looking for beginning of value"],
    ['', "couldn't get version/kind; json parse error: unexpected end of JSON input"],
    ['[]', "couldn't get version/kind; json parse error: json: cannot unmarshal array into Go value of type struct"],
  ])('does not take %j for an object', async (body, message) => {
    const { api } = await script([200, body, 'text/html']);
    expect(await failure(api.get(POOLS, { name: 'a' }))).toEqual(new ServerError(message));
  });
});
