import { afterEach, describe, expect, it } from 'vitest';
import { configuredGroup, discoverGroup, V1, V3 } from '../../../src/datastore/kubernetes/group.ts';
import { freePorts } from '../../servers/process.ts';
import { respond } from './scripted-server.ts';
import { failure } from './support.ts';
import { Stage } from './transport-support.ts';

const stage = new Stage();
afterEach(() => stage.clear());

describe('configuredGroup()', () => {
  it.each([
    ['', undefined],
    ['projectcalico.org/v3', V3],
    ['PROJECTCALICO.ORG/V3', V3],
    ['crd.projectcalico.org/v1', V1],
    ['anything else', V1],
  ])('takes "%s" for %j', (setting, group) => {
    expect(configuredGroup(setting)).toEqual(group);
  });
});

describe('discoverGroup()', () => {
  const groups = (...names: readonly string[]): object => ({
    kind: 'APIGroupList',
    groups: names.map((name) => ({ name, versions: [{ groupVersion: `${name}/v1`, version: 'v1' }] })),
  });

  it.each([
    ['only the new group', 200, groups('apps', 'projectcalico.org'), V3],
    ['only the old group', 200, groups('apps', 'crd.projectcalico.org'), V1],
    ['both, as with an aggregated API server', 200, groups('crd.projectcalico.org', 'projectcalico.org'), V1],
    ['neither', 200, groups('apps'), V1],
    ['no list', 200, '<html>', V1],
    ['a refusal', 403, { status: 'Failure', reason: 'Forbidden' }, V1],
    ['an error', 500, groups('projectcalico.org'), V1],
  ])('of a server that answers with %s', async (_what, status, body, group) => {
    const { url, seen } = await stage.http((_request, response) => respond(response, status, body));
    expect(await discoverGroup(stage.transport(url))).toEqual(group);
    expect(seen.map(({ line }) => line)).toEqual(['GET /apis']);
  });

  it('of a server that cannot be reached is the old one', async () => {
    const [port = 0] = await freePorts(1);
    expect(await discoverGroup(stage.transport(`http://127.0.0.1:${port}`))).toEqual(V1);
  });

  it('ends with the reason of the signal', async () => {
    const reason = new Error('cancelled by the test');
    const transport = stage.transport('http://127.0.0.1:1', { signal: AbortSignal.abort(reason) });
    expect(await failure(discoverGroup(transport))).toBe(reason);
  });
});
