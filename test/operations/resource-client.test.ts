import { describe, expect, it } from 'vitest';
import type { Datastore } from '../../src/datastore/datastore.ts';
import { Conflict, NotFound, ServerError, Unsupported } from '../../src/datastore/errors.ts';
import type { Metadata, Resource } from '../../src/kinds/resource.ts';
import { ResourceClient } from '../../src/operations/resource-client.ts';
import { Session } from '../../src/operations/session.ts';
import { changed, object, peer, pool } from '../conformance/objects.ts';
import { altered, failure, folderStore, world } from '../doubles/world.ts';

interface Opened {
  readonly client: ResourceClient;
  readonly store: Datastore;
  /** what reached the datastore */
  readonly calls: string[];
}

async function opened(changes: Partial<Datastore> = {}, dryRun = false): Promise<Opened> {
  const store = await folderStore();
  const calls: string[] = [];
  const changedStore = altered(store, changes);
  const watched = altered(changedStore, {
    create: (resource, options) => {
      calls.push(`create ${resource.kind} ${resource.metadata.name}${options?.dryRun === true ? ', dry run' : ''}`);
      return changedStore.create(resource, options);
    },
    update: (resource, options) => {
      calls.push(`update ${resource.kind} ${resource.metadata.name}${options?.dryRun === true ? ', dry run' : ''}`);
      return changedStore.update(resource, options);
    },
    delete: (ref, options) => {
      calls.push(`delete ${ref.kind} ${ref.name}${options?.dryRun === true ? ', dry run' : ''}`);
      return changedStore.delete(ref, options);
    },
    ...(changes.invalid === undefined ? {} : { invalid: changes.invalid }),
  });
  const session = await Session.open(world({ datastore: async () => watched }).context, { dryRun });
  return { client: new ResourceClient(session), store, calls };
}

/** As a verb hands an object over: without uid and time. */
function fresh(kind: string, spec: Resource['spec'], metadata: Metadata): Resource {
  return { kind, apiVersion: 'projectcalico.org/v3', metadata, spec };
}

/** A store with an API server that refuses in these words. */
const SERVER: Partial<Datastore> = {
  serverValidates: true,
  invalid: (ref, findings) => new ServerError(`${ref.kind} ${ref.name} is invalid: ${findings.join(' | ')}`),
};

describe('create() checks in this order:', () => {
  const faults: Readonly<Record<string, Resource>> = {
    'the verb for the kind': fresh('ClusterInformation', { variant: 'x' }, { resourceVersion: '1' }),
    'what the kind prepares': fresh('IPPool', { cidr: 'no network', blockSize: 99 }, { name: 'Bad_Name' }),
    'the object itself': fresh('BGPPeer', { peerIP: 'nowhere' }, { name: 'Bad_Name', resourceVersion: '1' }),
    'that it has no resourceVersion': fresh('BGPPeer', { peerIP: '192.0.2.1' }, { name: 'a', resourceVersion: '1' }),
  };

  it.each([
    ['the verb for the kind', 'operation create or apply is not supported on ClusterInformation'],
    ['what the kind prepares', "error with field IPPool.Spec.CIDR = 'no network' (IPPool CIDR must be a valid subnet)"],
    [
      'the object itself',
      `error with the following fields:
-  Metadata.Name = 'Bad_Name' (name must consist of lower case alphanumeric characters, '-' or '.' (regex: [a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*))
-  PeerIP = 'nowhere' (Reason: failed to validate Field: PeerIP because of Tag: IP:port )
`,
    ],
    [
      'that it has no resourceVersion',
      "error with field Metadata.ResourceVersion = '1' (field must not be set for a Create request)",
    ],
  ])('%s', async (which, message) => {
    const { client, calls } = await opened();
    const given = faults[which];
    if (given === undefined) throw new Error(which);
    expect([(await failure(client.create(given))).message, calls]).toEqual([message, []]);
  });
});

describe('create()', () => {
  it('stores the object with the schema’s defaults where no server fills them in', async () => {
    const { client } = await opened();
    const { spec } = await client.create(fresh('BGPConfiguration', { asNumber: 64512 }, { name: 'default' }));
    expect(spec).toEqual({
      logSeverityScreen: 'Info',
      asNumber: 64512,
      serviceLoadBalancerAggregation: 'Enabled',
    });
  });

  it('leaves the schema’s defaults to a server that fills them in', async () => {
    const { client } = await opened(SERVER);
    const { spec } = await client.create(fresh('BGPConfiguration', { asNumber: 64512 }, { name: 'default' }));
    expect(spec).toEqual({ asNumber: 64512 });
  });

  it('refuses for a server, in its words, what the server’s schema forbids', async () => {
    const { client, calls } = await opened(SERVER);
    const error = await failure(
      client.create(fresh('BGPPeer', { node: 'n', nodeSelector: 'all()', peerIP: '192.0.2.1' }, { name: 'p' })),
    );
    expect([error.message, calls]).toEqual([
      'BGPPeer p is invalid: spec: Forbidden: node and nodeSelector cannot both be set',
      [],
    ]);
    expect(error.cause).toMatchObject({ name: 'Invalid', problems: [{ path: 'spec' }] });
  });

  it('initialises the datastore before a node, and fails with it', async () => {
    const fine = await opened();
    await fine.client.create(fresh('Node', {}, { name: 'n' }));
    expect(fine.calls).toEqual([
      'create ClusterInformation default',
      'create Tier default',
      'create Tier kube-admin',
      'create Tier kube-baseline',
      'create Node n',
    ]);
    const full = await opened({ create: () => Promise.reject(new ServerError('no space')) });
    expect((await failure(full.client.create(fresh('Node', {}, { name: 'n' })))).message).toBe('no space');
    expect(full.calls).not.toContain('create Node n');
  });

  it('refuses an object that Calico provides', async () => {
    const { client } = await opened();
    const profile = fresh('Profile', {}, { name: 'projectcalico-default-allow' });
    expect((await failure(client.create(profile))).message).toBe(
      'resource already exists: projectcalico-default-allow with error: projectcalico-default-allow already exists. The profile "projectcalico-default-allow" is default provided by Calico',
    );
  });

  it('in a dry run writes nothing and initialises nothing', async () => {
    const { client, store, calls } = await opened({}, true);
    const made = await client.create(fresh('Node', {}, { name: 'n' }));
    expect(made.metadata.name).toBe('n');
    expect(calls).toEqual(['create Node n, dry run']);
    expect((await store.list({ kind: 'Node' })).items).toEqual([]);
  });
});

describe('update()', () => {
  it('refuses an object that Calico provides', async () => {
    const { client } = await opened();
    const profile = fresh('Profile', {}, { name: 'projectcalico-default-allow' });
    expect(await failure(client.update(profile))).toEqual(
      new Unsupported(
        'Update',
        'projectcalico-default-allow',
        'The profile "projectcalico-default-allow" is a default provided by Calico and cannot be updated',
      ),
    );
  });

  it('refuses what may not change about a pool', async () => {
    const { client, store } = await opened();
    const stored = await store.create(pool('p', '10.0.0.0/16'));
    const other = changed(stored, { spec: { cidr: '10.1.0.0/16' } });
    expect((await failure(client.update(other, stored))).message).toBe(
      "error with field IPPool.Spec.CIDR = '10.1.0.0/16' (IPPool CIDR cannot be modified)",
    );
  });

  it('against a server does not hold against an object what was wrong with it before', async () => {
    const { client, store } = await opened(SERVER);
    const spec = { node: 'n', nodeSelector: 'all()', peerIP: '192.0.2.1', asNumber: 1 };
    const stored = await store.create(object('BGPPeer', 'p', spec));
    const relabelled = changed(stored, { metadata: { labels: { a: 'b' } } });
    expect((await client.update(relabelled, stored)).metadata.labels).toEqual({ a: 'b' });
    const worse = changed(stored, { spec: { peerSelector: 'all()' } });
    expect((await failure(client.update(worse, stored))).message).toBe(
      'BGPPeer p is invalid: spec: Forbidden: peerIP and peerSelector cannot both be set | spec: Forbidden: asNumber must be empty when peerSelector is set',
    );
  });

  it('never writes over a newer object', async () => {
    const { client, store } = await opened();
    const stale = await store.create(peer('p'));
    await store.update(changed(stale, { spec: { asNumber: 1 } }));
    expect(await failure(client.update(stale, stale))).toEqual(new Conflict({ kind: 'BGPPeer', name: 'p' }));
  });
});

describe('delete()', () => {
  it('refuses an object that Calico provides', async () => {
    const { client } = await opened();
    const error = await failure(client.delete({ kind: 'Profile', name: 'projectcalico-default-allow' }));
    expect(error.message).toBe(
      'operation Delete is not supported on projectcalico-default-allow: The profile "projectcalico-default-allow" is a default provided by Calico and cannot be deleted',
    );
  });

  it('of a pool disables it first', async () => {
    const { client, store, calls } = await opened();
    await store.create(pool('p', '10.0.0.0/16'));
    await client.delete({ kind: 'IPPool', name: 'p' });
    expect(calls).toEqual(['update IPPool p', 'delete IPPool p']);
  });

  it('of a node takes along what belongs to it', async () => {
    const { client, store } = await opened();
    await store.create(object('Node', 'n', {}));
    await store.create(object('Node', 'm', {}));
    await store.create(peer('of-n', { node: 'n' }));
    await store.create(peer('of-m', { node: 'm' }));
    await store.create(object('BGPConfiguration', 'node.n', {}));
    await store.create(object('FelixConfiguration', 'node.n', {}));
    await store.create(object('HostEndpoint', 'n-eth0', { node: 'n', interfaceName: 'eth0' }));
    await client.delete({ kind: 'Node', name: 'n' });
    const kinds = ['Node', 'BGPPeer', 'BGPConfiguration', 'FelixConfiguration', 'HostEndpoint'];
    const left = await Promise.all(kinds.map(async (kind) => (await store.list({ kind })).items));
    expect(left.flat().map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual(['Node m', 'BGPPeer of-m']);
  });

  it('in a dry run deletes nothing', async () => {
    const { client, store, calls } = await opened({}, true);
    await store.create(pool('p', '10.0.0.0/16'));
    await client.delete({ kind: 'IPPool', name: 'p' });
    expect(calls.filter((call) => !call.endsWith(', dry run'))).toEqual([]);
    expect((await store.get({ kind: 'IPPool', name: 'p' })).spec['disabled']).toBeUndefined();
  });
});

describe('listing()', () => {
  it('sorts tiers by order, those without one last', async () => {
    const { client, store } = await opened();
    const orders = { a: 30, b: undefined, c: 10, d: 20, e: undefined };
    for (const [name, order] of Object.entries(orders))
      await store.create(object('Tier', name, order === undefined ? {} : { order }, {}));
    const { items } = await client.listing('Tier');
    expect(items.map(({ metadata }) => metadata.name)).toEqual(['c', 'd', 'a', 'b', 'e']);
  });

  it('has the objects that Calico provides at its end', async () => {
    const { client, store } = await opened();
    await store.create(object('Profile', 'zz', {}));
    const { kind, items } = await client.listing('Profile');
    expect([kind, items.map(({ metadata }) => metadata.name)]).toEqual([
      'ProfileList',
      ['zz', 'projectcalico-default-allow'],
    ]);
  });
});

describe('discard()', () => {
  it('deletes what is there', async () => {
    const { client, store } = await opened();
    await store.create(peer('p'));
    await client.discard({ kind: 'BGPPeer', name: 'p' });
    expect(await client.find({ kind: 'BGPPeer', name: 'p' })).toBeUndefined();
  });

  it.each([
    ['is not there', new NotFound({ kind: 'BGPPeer', name: 'p' })],
    ['cannot be deleted', new Unsupported('Delete', 'BGPPeer(p)')],
  ])('does not mind that it %s', async (_, error) => {
    const { client } = await opened({ delete: () => Promise.reject(error) });
    await expect(client.discard({ kind: 'BGPPeer', name: 'p' })).resolves.toBeUndefined();
  });

  it('fails for any other reason', async () => {
    const { client } = await opened({ delete: () => Promise.reject(new ServerError('broken')) });
    expect((await failure(client.discard({ kind: 'BGPPeer', name: 'p' }))).message).toBe('broken');
  });
});
