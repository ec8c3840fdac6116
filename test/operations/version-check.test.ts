import { describe, expect, it } from 'vitest';
import type { Datastore } from '../../src/datastore/datastore.ts';
import { NotFound, Unauthorized, Unavailable } from '../../src/datastore/errors.ts';
import type { Resource } from '../../src/kinds/resource.ts';
import { KNOWN_RELEASES } from '../../src/operations/known-releases.ts';
import { Session } from '../../src/operations/session.ts';
import { bareVersion, checkVersion, isKnownRelease } from '../../src/operations/version-check.ts';
import { object } from '../conformance/objects.ts';
import { altered, failure, folderStore, world } from '../doubles/world.ts';

describe('bareVersion()', () => {
  it.each([
    ['v3.31.0', '3.31.0'],
    ['3.31.0', '3.31.0'],
    ['v3.34.0-0.dev-12-gabcdef', '3.34.0'],
    ['vv3.1', 'v3.1'],
    ['-x', ''],
    ['', ''],
  ])('of %j is %j', (version, expected) => {
    expect(bareVersion(version)).toBe(expected);
  });
});

describe('isKnownRelease()', () => {
  it.each(['v3.20.0', '3.20.0', 'v3.20.6', 'v3.29.1', 'v3.31.0-0.dev', 'v3.33.0', 'v3.33.9', 'v3.33.0-rc1', 'v3.33'])(
    'takes %s',
    (version) => {
      expect(isKnownRelease(version)).toBe(true);
    },
  );

  it.each([
    'v3.19.9',
    'v3.2.0',
    'v3.34.0',
    'v2.33.0',
    'v4.20.0',
    'v30.20.0',
    '3',
    'master',
    'v3.x.0',
    '3.29.1.2',
    ' 3.29.1',
    'a3.29.1',
    '3.29.1a',
    '',
  ])('does not take %j', (version) => {
    expect(isKnownRelease(version)).toBe(false);
  });

  it('has both ends of the range in it', () => {
    expect([isKnownRelease(KNOWN_RELEASES.oldest), isKnownRelease(KNOWN_RELEASES.newest)]).toEqual([true, true]);
  });
});

function information(spec: Resource['spec']): Resource {
  return object('ClusterInformation', 'default', spec);
}

/** What the check says when reading ClusterInformation gives this. */
async function checked(get: Datastore['get']): Promise<string> {
  const { context } = world({ datastore: async () => altered(await folderStore(), { get }) });
  try {
    await checkVersion(await Session.open(context));
    return 'passes';
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
}

describe('checkVersion()', () => {
  it.each([
    ['a known release', { calicoVersion: 'v3.29.1' }],
    ['an empty version', { calicoVersion: '' }],
    ['no version', {}],
  ])('passes a cluster with %s', async (_, spec) => {
    expect(await checked(() => Promise.resolve(information(spec)))).toBe('passes');
  });

  it('passes a datastore without ClusterInformation', async () => {
    expect(await checked((ref) => Promise.reject(new NotFound(ref)))).toBe('passes');
  });

  it('shows the client’s version as it is and the cluster’s without v and suffix', async () => {
    expect(await checked(() => Promise.resolve(information({ calicoVersion: 'v3.99.1-0.dev' })))).toBe(
      `VersionMismatch: version mismatch.
Client Version:   v3.33.0
Cluster Version:  3.99.1
Use --allow-version-mismatch to override`,
    );
  });

  it('says why ClusterInformation cannot be read', async () => {
    expect(await checked(() => Promise.reject(new Unauthorized('no such token')))).toBe(
      `OperationError: unable to get Cluster Information to verify version mismatch: connection is unauthorized: no such token
Use --allow-version-mismatch to override`,
    );
  });

  it('does not blame the cluster for Ctrl-C', async () => {
    const controller = new AbortController();
    const get = (): Promise<Resource> => {
      controller.abort(new Error('interrupted'));
      return Promise.reject(new Error('request cancelled'));
    };
    const store = async () => altered(await folderStore(), { get });
    const { context } = world({ signal: controller.signal, datastore: store });
    expect((await failure(checkVersion(await Session.open(context)))).message).toBe('interrupted');
  });

  it('keeps the cause of what it says', async () => {
    const facts = { endpoint: 'http://127.0.0.1:1', phase: 'connect', setting: 'ETCD_ENDPOINTS' } as const;
    const cause = new Unavailable('refused', facts);
    const store = async () => altered(await folderStore(), { get: () => Promise.reject(cause) });
    const error = await failure(checkVersion(await Session.open(world({ datastore: store }).context)));
    expect(error.cause).toBe(cause);
  });
});
