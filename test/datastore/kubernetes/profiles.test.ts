/** Profiles of real namespaces and service accounts. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Datastore } from '../../../src/datastore/datastore.ts';
import { open } from '../../../src/datastore/kubernetes/driver.ts';
import { convertUID } from '../../../src/datastore/kubernetes/uid.ts';
import type { Resource } from '../../../src/kinds/resource.ts';
import type { KubernetesConnection } from '../../servers/kubernetes.ts';
import { member } from '../../servers/kubernetes/api.ts';
import { sharedKubernetes } from '../../servers/shared.ts';
import { failure, options, settings } from './support.ts';

interface Made {
  readonly uid: string;
  readonly resourceVersion: string;
  readonly creationTimestamp: string;
}

const KIND = 'Profile';
const BLUE: Resource = { kind: KIND, apiVersion: 'projectcalico.org/v3', metadata: { name: 'kns.blue' }, spec: {} };
const OPEN = [{ action: 'Allow' }];

let server: KubernetesConnection;
let datastore: Datastore;
beforeAll(async () => {
  server = await sharedKubernetes('v1');
  datastore = await open(settings({ kubeconfig: server.kubeconfigFile }), options());
});
beforeEach(() => server.wipe());
afterAll(async () => {
  await server.wipe();
  await datastore.close();
});

async function make(path: string, metadata: object): Promise<Made> {
  const { body } = await server.api.call('POST', path, { body: { metadata } });
  const text = (key: keyof Made): string => {
    const value = member(body, 'metadata', key);
    if (typeof value !== 'string') throw new Error(`an object without ${key} was made`);
    return value;
  };
  return { uid: text('uid'), resourceVersion: text('resourceVersion'), creationTimestamp: text('creationTimestamp') };
}

describe('get()', () => {
  it('shows a namespace as a profile that allows everything and passes on its labels', async () => {
    const namespace = await make('/api/v1/namespaces', {
      name: 'blue',
      labels: { team: 'net' },
      annotations: { a: 'b' },
    });
    expect(await datastore.get({ kind: KIND, name: 'kns.blue' })).toEqual({
      kind: KIND,
      apiVersion: 'projectcalico.org/v3',
      metadata: {
        name: 'kns.blue',
        uid: convertUID(namespace.uid),
        resourceVersion: `${namespace.resourceVersion}/`,
        creationTimestamp: namespace.creationTimestamp,
      },
      spec: {
        ingress: OPEN,
        egress: OPEN,
        labelsToApply: {
          'pcns.kubernetes.io/metadata.name': 'blue',
          'pcns.projectcalico.org/name': 'blue',
          'pcns.team': 'net',
        },
      },
    });
  });

  it('shows a service account as a profile without rules', async () => {
    await make('/api/v1/namespaces', { name: 'blue' });
    const account = await make('/api/v1/namespaces/blue/serviceaccounts', { name: 'web.v1', labels: { role: 'web' } });
    expect(await datastore.get({ kind: KIND, name: 'ksa.blue.web.v1' })).toEqual({
      kind: KIND,
      apiVersion: 'projectcalico.org/v3',
      metadata: {
        name: 'ksa.blue.web.v1',
        uid: convertUID(account.uid),
        resourceVersion: `/${account.resourceVersion}`,
        creationTimestamp: account.creationTimestamp,
      },
      spec: { labelsToApply: { 'pcsa.projectcalico.org/name': 'web.v1', 'pcsa.role': 'web' } },
    });
  });

  it('accepts the revision that it gave', async () => {
    await make('/api/v1/namespaces', { name: 'blue' });
    const first = await datastore.get({ kind: KIND, name: 'kns.blue' });
    const { resourceVersion: revision = '' } = first.metadata;
    expect(await datastore.get({ kind: KIND, name: 'kns.blue' }, { revision })).toEqual(first);
  });

  it.each([
    [
      'kns.nowhere',
      undefined,
      'resource does not exist: Profile(kns.nowhere) with error: namespaces "nowhere" not found',
    ],
    [
      'ksa.default.nobody',
      undefined,
      'resource does not exist: Profile(ksa.default.nobody) with error: serviceaccounts "nobody" not found',
    ],
    ['noname', undefined, 'Invalid name noname'],
    ['abc.def', undefined, 'Revision  invalid'],
    ['abc.def', '12/', 'Revision 12/ invalid'],
    ['ksa.default', undefined, 'Profile ksa.default is not formatted correctly'],
    ['kns.default', '12', 'ResourceVersion is not valid: 12'],
  ])('of %s at %s fails', async (name, revision, message) => {
    const error = await failure(datastore.get({ kind: KIND, name }, revision === undefined ? {} : { revision }));
    expect(error).toMatchObject({ message });
  });
});

describe('list()', () => {
  it('begins with the built-in profile, then has the namespaces, then the accounts', async () => {
    await make('/api/v1/namespaces', { name: 'blue' });
    await make('/api/v1/namespaces/blue/serviceaccounts', { name: 'web' });
    const { kind, metadata, items } = await datastore.list({ kind: KIND });
    expect([kind, items.map(({ metadata: { name } }) => name)]).toEqual([
      'ProfileList',
      [
        'projectcalico-default-allow',
        'kns.blue',
        'kns.default',
        'kns.kube-node-lease',
        'kns.kube-public',
        'kns.kube-system',
        'ksa.blue.web',
      ],
    ]);
    expect(metadata.resourceVersion).toMatch(/^\d+\/\d+$/);
  });

  it('of one name has that profile, or nothing', async () => {
    const names = async (name: string): Promise<readonly (string | undefined)[]> =>
      (await datastore.list({ kind: KIND, name })).items.map((item) => item.metadata.name);
    expect(await Promise.all(['kns.default', 'kns.nowhere'].map(names))).toEqual([['kns.default'], []]);
  });
});

it('profiles are not written', async () => {
  const errors = await Promise.all([
    failure(datastore.create(BLUE)),
    failure(datastore.update(BLUE)),
    failure(datastore.delete({ kind: KIND, name: 'kns.blue' })),
  ]);
  expect(errors.map(String)).toEqual([
    'Unsupported: operation Create is not supported on Profile(kns.blue)',
    'Unsupported: operation Update is not supported on Profile(kns.blue)',
    'Unsupported: operation Delete is not supported on Profile(kns.blue)',
  ]);
});
