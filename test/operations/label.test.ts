import { describe, expect, it } from 'vitest';
import type { Datastore } from '../../src/datastore/datastore.ts';
import { Conflict, Unauthorized } from '../../src/datastore/errors.ts';
import { SettingsError } from '../../src/datastore/settings.ts';
import { label } from '../../src/operations/label.ts';
import type { LabelInput } from '../../src/operations/label.ts';
import { changed, object, peer } from '../conformance/objects.ts';
import { altered, failure, folderStore, world } from '../doubles/world.ts';

const PLAIN: LabelInput = {
  kind: 'bgpp',
  name: 'p',
  label: 'rack=a',
  overwrite: false,
  remove: false,
  namespace: '',
  allNamespaces: false,
  allowVersionMismatch: false,
  dryRun: false,
  safe: false,
};

async function storeWith(labels: Readonly<Record<string, string>> = {}): Promise<Datastore> {
  const store = await folderStore();
  await store.create(peer('p', {}, { labels }));
  return store;
}

/** What happened, and the labels that are stored afterwards. */
async function labelled(store: Datastore, input: Partial<LabelInput>): Promise<readonly unknown[]> {
  const { context } = world({ datastore: async () => store });
  let outcome;
  try {
    const { done, key, changed: isChanged } = await label(context, { ...PLAIN, ...input });
    outcome = `${done} ${key}${isChanged ? '' : ', unchanged'}`;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const hints = 'hints' in error && Array.isArray(error.hints) ? error.hints.map(String) : [];
    outcome = [error.message, ...hints].join(' | ');
  }
  const after = await store.get({ kind: 'BGPPeer', name: 'p' });
  return [outcome, after.metadata.labels ?? {}];
}

describe('label()', () => {
  it.each<
    readonly [string, Readonly<Record<string, string>>, Partial<LabelInput>, string, Readonly<Record<string, string>>]
  >([
    ['sets a new label', { x: 'y' }, {}, 'set rack', { rack: 'a', x: 'y' }],
    ['sets an empty value', {}, { label: 'rack=' }, 'set rack', { rack: '' }],
    ['sets the same value again', { rack: 'a' }, {}, 'updated rack, unchanged', { rack: 'a' }],
    ['overwrites when told to', { rack: 'b' }, { overwrite: true }, 'updated rack', { rack: 'a' }],
    ['removes a label', { rack: 'b', x: 'y' }, { label: 'rack', remove: true }, 'removed rack', { x: 'y' }],
    ['removes the last label', { rack: 'b' }, { label: 'rack', remove: true }, 'removed rack', {}],
    [
      'removes rather than overwrites',
      { rack: 'b' },
      { label: 'rack', remove: true, overwrite: true },
      'removed rack',
      {},
    ],
    ['sets a key of an object’s own members', {}, { label: 'constructor=a' }, 'set constructor', { constructor: 'a' }],
    ['only seems to in a dry run', { x: 'y' }, { dryRun: true }, 'set rack', { x: 'y' }],
  ])('%s', async (_, before, input, outcome, after) => {
    expect(await labelled(await storeWith(before), input)).toEqual([outcome, after]);
  });

  it.each<readonly [string, Partial<LabelInput>, string]>([
    ['without an equals sign', { label: 'rack' }, 'invalid label rack | write key=value'],
    [
      'that has another value',
      { label: 'zone=b' },
      "failed to update label of bgpp p, key zone is already present. please use '--overwrite' to set a new value",
    ],
    [
      'that is not there and shall be removed',
      { label: 'rack', remove: true },
      'cannot remove label of bgpp p, key rack does not exist',
    ],
    [
      'whose equals sign belongs to the key that shall be removed',
      { label: 'zone=a', remove: true },
      'cannot remove label of bgpp p, key zone=a does not exist',
    ],
    [
      'of an object that is not there',
      { name: 'q' },
      'bgpp q not found | resource does not exist: BGPPeer(q) with error: <nil>',
    ],
    ['of a cluster-wide object in a namespace', { namespace: 'ns' }, 'bgpp p not found | BGPPeer is not namespaced'],
    [
      'of a kind that does not exist',
      { kind: 'bgpq' },
      "failed to get bgpq p, error resource type 'bgpq' is not supported",
    ],
    [
      'whose value is none',
      { label: 'rack=a=b' },
      "failed to update bgpp p, label not changed | error with field Metadata.Labels (value) = 'a=b' (a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?'))",
    ],
    ['of an object without a name', { name: '' }, 'failed to get bgpp , error resource name may not be empty'],
  ])('refuses one %s', async (_, input, outcome) => {
    expect(await labelled(await storeWith({ zone: 'a' }), input)).toEqual([outcome, { zone: 'a' }]);
  });

  it('does not write over what somebody else wrote meanwhile, and does not try again', async () => {
    const store = await storeWith();
    let updates = 0;
    const update: Datastore['update'] = async (resource) => {
      updates++;
      await store.update(
        changed(await store.get({ kind: 'BGPPeer', name: 'p' }), { metadata: { labels: { x: 'y' } } }),
      );
      return store.update(resource);
    };
    expect(await labelled(altered(store, { update }), {})).toEqual([
      'failed to update bgpp p, label not changed | update conflict: BGPPeer(p)',
      { x: 'y' },
    ]);
    expect(updates).toBe(1);
  });

  it('shows a version that is not known behind its own words', async () => {
    const store = await storeWith();
    await store.create(object('ClusterInformation', 'default', { calicoVersion: 'v3.99.0' }));
    const [outcome] = await labelled(store, { kind: 'bgppeers' });
    expect(outcome).toBe(
      'failed to get bgppeers p, error version mismatch.\nClient Version:   v3.33.0\nCluster Version:  3.99.0\nUse --allow-version-mismatch to override',
    );
  });

  it('keeps the cause of what it says', async () => {
    const cause = new Unauthorized('who are you');
    const store = async () =>
      altered(await folderStore(), {
        get: (ref) =>
          Promise.reject(
            ref.kind === 'BGPPeer' ? cause : new Conflict({ kind: 'ClusterInformation', name: 'default' }),
          ),
      });
    const error = await failure(label(world({ datastore: store }).context, { ...PLAIN, allowVersionMismatch: true }));
    expect([error.message, error.cause]).toEqual(['bgpp p not found', cause]);
  });

  it('for settings of which no client can be made has no words of its own', async () => {
    const { context } = world({ datastore: () => Promise.reject(new SettingsError('no such driver')) });
    expect(await failure(label(context, PLAIN))).toMatchObject({ name: 'ClientFailed', message: 'no such driver' });
  });
});
