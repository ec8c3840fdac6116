import { describe, expect, it } from 'vitest';
import type { Datastore } from '../../src/datastore/datastore.ts';
import { Unavailable } from '../../src/datastore/errors.ts';
import { kinds } from '../../src/kinds/all.ts';
import type { Json, JsonObject } from '../../src/kinds/schema.ts';
import { isJsonObject } from '../../src/kinds/schema.ts';
import { patch } from '../../src/operations/patch.ts';
import type { PatchInput } from '../../src/operations/patch.ts';
import { changed, pool, revisionOf } from '../conformance/objects.ts';
import { having } from '../doubles/matchers.ts';
import { altered, failure, folderStore, world } from '../doubles/world.ts';

const PLAIN: PatchInput = {
  kind: 'ippool',
  name: 'p',
  patch: '{}',
  type: 'strategic',
  namespace: '',
  allNamespaces: false,
  allowVersionMismatch: false,
  dryRun: false,
  safe: false,
};

async function storeWithPool(): Promise<Datastore> {
  const store = await folderStore();
  await store.create(pool('p', '10.0.0.0/16', { labels: { a: '1', b: '2' }, annotations: { note: 'x' } }));
  return store;
}

interface Patched {
  readonly outcome: string;
  readonly hints: readonly string[];
  readonly labels: unknown;
  readonly spec: JsonObject;
  readonly warnings: readonly string[];
}

/** What a patch does to the pool: JSON, or `{ text }`. */
async function patched(store: Datastore, body: Json, input: Partial<PatchInput> = {}): Promise<Patched> {
  const { context, warnings } = world({ datastore: async () => store });
  const text = isJsonObject(body) && typeof body['text'] === 'string' ? body['text'] : JSON.stringify(body);
  let outcome = '';
  let hints: readonly string[] = [];
  try {
    outcome = (await patch(context, { ...PLAIN, patch: text, ...input })).changed ? 'changed' : 'unchanged';
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    outcome = error.message;
    if ('hints' in error && Array.isArray(error.hints)) hints = error.hints.map(String);
  }
  const { metadata, spec } = await store.get({ kind: 'IPPool', name: 'p' });
  return { outcome, hints, labels: metadata.labels ?? {}, spec, warnings };
}

describe('patch()', () => {
  it.each(['strategic', 'merge', 'json', 'odd', ''])('merges an object with type %j', async (type) => {
    const { outcome, labels, spec } = await patched(
      await storeWithPool(),
      { metadata: { labels: { a: null, c: '3' } }, spec: { ipipMode: 'CrossSubnet', natOutgoing: true } },
      { type },
    );
    expect([outcome, labels, spec['ipipMode'], spec['natOutgoing'], spec['cidr']]).toEqual([
      'changed',
      { b: '2', c: '3' },
      'CrossSubnet',
      true,
      '10.0.0.0/16',
    ]);
  });

  it('obeys directives, but not of a merge patch', async () => {
    const body = { metadata: { labels: { $patch: 'replace', only: 'one' } } };
    expect((await patched(await storeWithPool(), body)).labels).toEqual({ only: 'one' });
    expect((await patched(await storeWithPool(), body, { type: 'merge' })).outcome).toContain('Metadata.Labels');
  });

  it('replaces lists', async () => {
    const { spec } = await patched(await storeWithPool(), { spec: { allowedUses: ['Tunnel'] } });
    expect(spec['allowedUses']).toEqual(['Tunnel']);
  });

  it('applies a JSON Patch', async () => {
    const { outcome, labels, spec } = await patched(
      await storeWithPool(),
      [
        { op: 'test', path: '/spec/ipipMode', value: 'Always' },
        { op: 'replace', path: '/spec/ipipMode', value: 'Never' },
        { op: 'remove', path: '/spec/allowedUses/0' },
        { op: 'add', path: '/spec/allowedUses/-', value: 'Workload' },
        { op: 'move', from: '/metadata/labels/a', path: '/metadata/labels/moved' },
        { op: 'copy', from: '/metadata/labels/b', path: '/metadata/labels/example.com~1copy' },
      ],
      { type: 'json' },
    );
    expect([outcome, labels, spec['ipipMode'], spec['allowedUses']]).toEqual([
      'changed',
      { b: '2', 'example.com/copy': '2', moved: '1' },
      'Never',
      ['Tunnel', 'Workload'],
    ]);
  });

  it('writes nothing new when nothing changes, and says so', async () => {
    expect((await patched(await storeWithPool(), { spec: { ipipMode: 'Always' } })).outcome).toBe('unchanged');
  });

  it('changes nothing in a dry run', async () => {
    const { outcome, spec } = await patched(await storeWithPool(), { spec: { ipipMode: 'Never' } }, { dryRun: true });
    expect([outcome, spec['ipipMode']]).toEqual(['changed', 'Always']);
  });

  it('keeps name, uid and time whatever the patch says', async () => {
    const store = await storeWithPool();
    const before = await store.get({ kind: 'IPPool', name: 'p' });
    const metadata = { name: 'q', uid: 'mine', creationTimestamp: '2001-01-01T00:00:00Z' };
    expect((await patched(store, { metadata })).outcome).toBe('unchanged');
    const after = await store.get({ kind: 'IPPool', name: 'p' });
    expect({ ...after.metadata, resourceVersion: '' }).toEqual({ ...before.metadata, resourceVersion: '' });
  });

  it.each<readonly [Json, Partial<PatchInput>, string]>([
    [{ metadata: { name: 'q' } }, {}, 'metadata.name'],
    [{ metadata: { name: null, namespace: 'x' } }, {}, 'metadata.name, metadata.namespace'],
    [{ kind: 'Node', apiVersion: 'v1' }, { type: 'merge' }, 'apiVersion, kind'],
    [[{ op: 'replace', path: '/metadata/name', value: 'q' }], { type: 'json' }, 'metadata.name'],
    [{ metadata: { finalizers: ['x'] } }, {}, 'metadata.finalizers'],
  ])('warns of what has no effect, and refuses it under --safe: %j', async (body, input, parts) => {
    const store = await storeWithPool();
    const told = `a patch does not change ${parts}: that part of it has no effect`;
    expect(await patched(store, body, input)).toEqual(having({ outcome: 'unchanged', warnings: [told] }));
    expect(await patched(store, body, { ...input, safe: true })).toEqual(having({ outcome: `refused: ${told}` }));
  });

  it('has nothing to say about a patch with the object’s own identity', async () => {
    const metadata = { name: 'p', namespace: '', finalizers: [], labels: { a: '9' } };
    const body = { apiVersion: 'projectcalico.org/v3', kind: 'IPPool', metadata };
    expect(await patched(await storeWithPool(), body, { safe: true })).toEqual(
      having({ outcome: 'changed', warnings: [] }),
    );
  });

  it('compares a resourceVersion that the patch gives', async () => {
    const store = await storeWithPool();
    const stale = revisionOf(await store.get({ kind: 'IPPool', name: 'p' }));
    expect((await patched(store, { metadata: { resourceVersion: stale }, spec: { natOutgoing: true } })).outcome).toBe(
      'changed',
    );
    expect((await patched(store, { metadata: { resourceVersion: stale }, spec: { natOutgoing: false } })).outcome).toBe(
      'hit error: updating existing resource: update conflict: IPPool(p)',
    );
  });

  it('does not write over what somebody else wrote meanwhile, and does not try again', async () => {
    const store = await storeWithPool();
    let updates = 0;
    const update: Datastore['update'] = async (resource) => {
      updates++;
      await store.update(changed(await store.get({ kind: 'IPPool', name: 'p' }), { spec: { disabled: true } }));
      return store.update(resource);
    };
    const { outcome, spec } = await patched(altered(store, { update }), { spec: { ipipMode: 'Never' } });
    expect([outcome, spec['ipipMode'], spec['disabled'], updates]).toEqual([
      'hit error: updating existing resource: update conflict: IPPool(p)',
      'Always',
      true,
      1,
    ]);
  });
});

const INVALID = 'hit error: performing strategic merge patch: invalid JSON document';
const INCOMPLETE =
  'operation 1 needs "op" (add, remove, replace, move, copy, test), "path", and the "value" or "from" that goes with it';
const DECODING = 'hit error: creating resource from patched data: error unmarshaling JSON: while decoding JSON: ';

describe('patch() refuses', () => {
  it.each<readonly [string, string, string, readonly string[]]>([
    ['nothing', '', INVALID, ['the patch must be JSON; read: (nothing)']],
    ['YAML', 'spec:\n  ipipMode: Never', INVALID, ['the patch must be JSON; read: "spec:\\n  ipipMode: Never"']],
    [
      'JSON of which the shell took the quotes',
      '{spec:{ipipMode:Never}}',
      INVALID,
      [
        'the patch must be JSON; read: "{spec:{ipipMode:Never}}"',
        'the shell took the quotes away: write -p \'{"spec":{…}}\', or use --patch-file',
      ],
    ],
    ['a scalar', '5', INVALID, ['a patch is an object such as {"spec":{…}}; read: "5"']],
    ['null', 'null', INVALID, ['a patch is an object such as {"spec":{…}}; read: "null"']],
    [
      'operations that are not called a JSON Patch',
      '[]',
      INVALID,
      ['a list of operations is a JSON Patch: give --type json'],
    ],
    [
      'an unknown field',
      '{"spec":{"ipip":"Never"}}',
      `${DECODING}json: unknown field "ipip"`,
      ['spec.ipip: unknown field "ipip"'],
    ],
    [
      'a wrong type',
      '{"spec":{"blockSize":"26"}}',
      `${DECODING}json: cannot unmarshal string into Go struct field IPPoolSpec.spec.blockSize of type int`,
      ['spec.blockSize: cannot unmarshal string into Go struct field IPPoolSpec.spec.blockSize of type int'],
    ],
    [
      'a value that is not allowed',
      '{"spec":{"ipipMode":"Sometimes"}}',
      'hit error: updating existing resource: error with field spec.ipipMode (supported values: "Never", "Always", "CrossSubnet")',
      [],
    ],
    [
      'what may not change',
      '{"spec":{"cidr":"10.9.0.0/16"}}',
      "hit error: updating existing resource: error with field IPPool.Spec.CIDR = '10.9.0.0/16' (IPPool CIDR cannot be modified)",
      [],
    ],
  ])('%s', async (_, text, outcome, hints) => {
    const store = await storeWithPool();
    const before = await store.get({ kind: 'IPPool', name: 'p' });
    expect(await patched(store, { text })).toMatchObject({ outcome, hints });
    expect(await store.get({ kind: 'IPPool', name: 'p' })).toEqual(before);
  });

  it('a text that is too long to be shown whole', async () => {
    const { hints } = await patched(await storeWithPool(), { text: 'x'.repeat(500) });
    expect(hints).toEqual([`the patch must be JSON; read: "${'x'.repeat(120)}…"`]);
  });

  it.each<readonly [string, Json, string, string]>([
    [
      'whose test fails',
      [{ op: 'test', path: '/spec/ipipMode', value: 'Never' }],
      'hit error: performing JSON patch: Test failed: Always != Never',
      'operation 1: {"op":"test","path":"/spec/ipipMode","value":"Never"}',
    ],
    [
      'with a path that is not there',
      [
        { op: 'test', path: '/spec/ipipMode', value: 'Always' },
        { op: 'remove', path: '/spec/nowhere' },
      ],
      'hit error: performing JSON patch: Value required at path: /spec/nowhere',
      'operation 2: {"op":"remove","path":"/spec/nowhere"}',
    ],
    [
      'with an operation that is none',
      [{ op: 'increment', path: '/spec/blockSize' }],
      'hit error: performing JSON patch: invalid operation',
      INCOMPLETE,
    ],
    ['without a path', [{ op: 'remove' }], 'hit error: performing JSON patch: invalid operation', INCOMPLETE],
    ['with something else in it', ['x'], 'hit error: performing JSON patch: invalid operation', INCOMPLETE],
    [
      'that moves from nowhere',
      [{ op: 'move', path: '/spec/cidr' }],
      'hit error: performing JSON patch: invalid operation',
      INCOMPLETE,
    ],
    [
      'with a path that is none',
      [{ op: 'add', path: 'spec', value: 1 }],
      'hit error: performing JSON patch: invalid path "spec"',
      'operation 1: a path is written /spec/ipipMode; a slash in a key is written ~1, a tilde ~0',
    ],
    [
      'with a tilde that is not escaped',
      [{ op: 'copy', from: '/metadata/labels/a~b', path: '/metadata/labels/c' }],
      'hit error: performing JSON patch: invalid path "/metadata/labels/a~b"',
      'operation 1: a path is written /spec/ipipMode; a slash in a key is written ~1, a tilde ~0',
    ],
  ])('a JSON Patch %s', async (_, body, outcome, hint) => {
    const store = await storeWithPool();
    const before = await store.get({ kind: 'IPPool', name: 'p' });
    expect(await patched(store, body, { type: 'json' })).toMatchObject({ outcome, hints: [hint] });
    expect(await store.get({ kind: 'IPPool', name: 'p' })).toEqual(before);
  });

  it.each<readonly [string, Partial<PatchInput>, string]>([
    ['an object that is not there', { name: 'q' }, 'hit error: resource does not exist: IPPool(q) with error: <nil>'],
    ['a kind that does not exist', { kind: 'pol1' }, "resource type 'pol1' is not supported"],
    ['a namespace', { namespace: 'ns' }, 'hit error: IPPool is not namespaced'],
    ['an empty name', { name: '' }, 'resource name may not be empty'],
  ])('%s', async (_, input, outcome) => {
    expect((await patched(await storeWithPool(), {}, input)).outcome).toBe(outcome);
  });

  it('keeps the cause of a failed write', async () => {
    const facts = { endpoint: 'http://127.0.0.1:1', phase: 'request', setting: 'ETCD_ENDPOINTS' } as const;
    const cause = new Unavailable('gone', facts);
    const store = altered(await storeWithPool(), { update: () => Promise.reject(cause) });
    const error = await failure(patch(world({ datastore: async () => store }).context, PLAIN));
    expect([error.message, error.cause]).toEqual(['hit error: updating existing resource: gone', cause]);
  });
});

describe('patch() of an object that does not exist', () => {
  it.each(kinds.map((kind) => [kind.name, kind] as const))(
    'of kind %s says how to make settings, and no others',
    async (_, kind) => {
      const store = await folderStore();
      const { context } = world({ datastore: async () => store });
      const hintsFor = async (name: string): Promise<readonly string[]> => {
        const error = await failure(
          patch(context, { ...PLAIN, kind: kind.plural, name, patch: '{"spec":{"a":"it\'s"}}' }),
        );
        return 'hints' in error && Array.isArray(error.hints)
          ? error.hints.map(String).filter((hint) => hint.startsWith('echo'))
          : [];
      };
      const made = `{"apiVersion":"projectcalico.org/v3","kind":"${kind.name}","metadata":{"name":"default"},"spec":{"a":"it'\\''s"}}`;
      expect([await hintsFor('default'), await hintsFor('other')]).toEqual([
        kind.settingsObject === undefined ? [] : [`echo '${made}' | calicoctl create -f -`],
        [],
      ]);
    },
  );
});

describe('patch() of JSON with keys of an object’s own members', () => {
  it.each(['strategic', 'merge'])('neither fails nor leaves the object (%s)', async (type) => {
    const text = '{"metadata":{"labels":{"constructor":"x"}},"__proto__":{"polluted":"yes"}}';
    const { outcome, labels } = await patched(await storeWithPool(), { text }, { type });
    expect(outcome).toBe(`${DECODING}json: unknown field "__proto__"`);
    expect([labels, Object.hasOwn(Object.prototype, 'polluted')]).toEqual([{ a: '1', b: '2' }, false]);
  });
});
