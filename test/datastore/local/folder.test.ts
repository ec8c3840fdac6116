import { utimesSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Conflict, NotFound, ServerError } from '../../../src/datastore/errors.ts';
import { Invalid } from '../../../src/kinds/invalid.ts';
import type { Ref, Resource } from '../../../src/kinds/resource.ts';
import { changed, peer, pool } from '../../conformance/objects.ts';
import { SettingsError } from '../../../src/datastore/settings.ts';
import { TestFolder } from './support.ts';

const POOL: Ref = { kind: 'IPPool', name: 'a' };

let folder: TestFolder;
beforeEach(() => {
  folder = new TestFolder();
});
afterEach(() => folder.remove());

const document = (kind: string, name: string, spec: string): string =>
  `apiVersion: projectcalico.org/v3\nkind: ${kind}\nmetadata:\n  name: ${name}\nspec:\n${spec.replace(/^(?=.)/gm, '  ')}\n`;
const poolText = (name: string, cidr = '10.0.0.0/16'): string => document('IPPool', name, `cidr: ${cidr}`);
const peerText = (name: string, as = 1): string => document('BGPPeer', name, `peerIP: 192.0.2.1\nasNumber: ${as}`);

const names = (items: readonly Resource[]) => items.map((item) => item.metadata.name);

/** Names of the pools that a freshly opened datastore lists. */
async function pools(): Promise<readonly (string | undefined)[]> {
  return names((await (await folder.open()).list({ kind: 'IPPool' })).items);
}

describe('writing', () => {
  it('makes the folder, and one readable file an object', async () => {
    const store = await folder.open();
    await store.create(pool('a', '10.0.0.0/16', { labels: { 'example.com/x': 'true' } }));
    await store.create(peer('b', { peerSelector: '!has(x) && y == "z"' }));
    await store.close();
    expect(folder.all()).toEqual(['bgppeers', 'bgppeers/b.yaml', 'ippools', 'ippools/a.yaml']);
    expect(folder.read('ippools/a.yaml')).toBe(`apiVersion: projectcalico.org/v3
kind: IPPool
metadata:
  creationTimestamp: "2024-02-29T23:59:58Z"
  labels:
    example.com/x: "true"
  name: a
  uid: 00000000-0000-4000-8000-613030303030
spec:
  allowedUses:
  - Workload
  - Tunnel
  assignmentMode: Automatic
  blockSize: 26
  cidr: 10.0.0.0/16
  ipipMode: Always
  nodeSelector: all()
  vxlanMode: Never
`);
    expect(folder.read('bgppeers/b.yaml')).toContain(`peerSelector: '!has(x) && y == "z"'\n`);
  });

  it('does not read or make the folder before it is needed', async () => {
    const store = await folder.open();
    expect((await store.list({ kind: 'IPPool' })).items).toEqual([]);
    await expect(store.get(POOL)).rejects.toBeInstanceOf(NotFound);
    await expect(store.delete(POOL)).rejects.toBeInstanceOf(NotFound);
    await store.create(pool('a', '10.0.0.0/16'), { dryRun: true });
    expect(() => folder.all()).toThrow(/ENOENT/);
  });

  it('gives the file of a changed object no new place and no new permissions', async () => {
    folder.write('deep/er/pools.yml', poolText('a'));
    const store = await folder.open();
    await store.update(changed(await store.get(POOL), { spec: { ipipMode: 'Always' } }));
    expect(folder.files()).toEqual(['deep/er/pools.yml']);
    expect(folder.read('deep/er/pools.yml')).toContain('ipipMode: Always\n');
  });

  it('does not touch the file when nothing changes, whatever its style', async () => {
    const text = `# why\n{apiVersion: projectcalico.org/v3, kind: IPPool, metadata: {name: a}, spec: {cidr: 10.0.0.0/16}} # so\n`;
    folder.write('a.yaml', text);
    const store = await folder.open();
    const read = await store.get(POOL);
    expect(await store.update(read)).toEqual(read);
    expect(folder.read('a.yaml')).toBe(text);
  });

  it('keeps comments before and behind the object', async () => {
    folder.write('a.yaml', `# licence\n---\n# about a\n\n${poolText('a')}\n# the end\n`);
    const store = await folder.open();
    await store.update(changed(await store.get(POOL), { spec: { disabled: true } }));
    const text = folder.read('a.yaml');
    expect(text).toMatch(/^# licence\n---\n# about a\n\napiVersion: [^]*\n\n# the end\n$/);
    expect(text).toContain('disabled: true\n');
  });

  it('writes JSON into a JSON file', async () => {
    const value = {
      apiVersion: 'projectcalico.org/v3',
      kind: 'IPPool',
      metadata: { name: 'a' },
      spec: { cidr: '10.0.0.0/16' },
    };
    folder.write('a.json', JSON.stringify(value));
    const store = await folder.open();
    await store.update(changed(await store.get(POOL), { spec: { disabled: true } }));
    expect(JSON.parse(folder.read('a.json'))).toMatchObject({
      kind: 'IPPool',
      spec: { cidr: '10.0.0.0/16', disabled: true },
    });
  });

  it('keeps the line ends of a file from Windows', async () => {
    folder.write('a.yaml', poolText('a').replaceAll('\n', '\r\n'));
    const store = await folder.open();
    await store.update(changed(await store.get(POOL), { spec: { disabled: true } }));
    expect(folder.read('a.yaml').replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    expect((await store.get(POOL)).spec).toMatchObject({ disabled: true });
  });

  it("takes another file name when the object's own holds something else", async () => {
    folder.write('ippools/a.yaml', poolText('other'));
    folder.write('ippools/a-2.yaml', '');
    const store = await folder.open();
    const created = await store.create(pool('a', '10.9.0.0/16'));
    expect(folder.files()).toEqual(['ippools/a-2.yaml', 'ippools/a-3.yaml', 'ippools/a.yaml']);
    expect(await (await folder.open()).get(POOL)).toEqual(created);
    expect(folder.read('ippools/a.yaml')).toBe(poolText('other'));
  });

  it.each(['../../x', 'a/b', '..', '.hidden', 'a\\b', 'a\0', ''])(
    'refuses to make a file for the name %j',
    async (name) => {
      const store = await folder.open();
      await expect(store.create(pool(name, '10.0.0.0/16'))).rejects.toBeInstanceOf(Invalid);
      await expect(store.get({ kind: 'IPPool', name })).rejects.toBeInstanceOf(NotFound);
      expect(() => folder.all()).toThrow(/ENOENT/);
    },
  );

  it('finds room for a name of 253 characters', async () => {
    const name = `${'a'.repeat(250)}.yz`;
    const store = await folder.open();
    const created = await store.create(pool(name, '10.0.0.0/16'));
    expect(await (await folder.open()).get({ kind: 'IPPool', name })).toEqual(created);
  });

  it('removes what a killed writer left behind', async () => {
    folder.write('ippools/.calicoctl-0f8fad5b-d9cb-469f-a165-70867728950e.tmp', 'half');
    folder.write('.calicoctl-lock/0123456789abcdef.1.1.0f8fad5b-d9cb-469f-a165-70867728950e', '');
    utimesSync(folder.at('.calicoctl-lock/0123456789abcdef.1.1.0f8fad5b-d9cb-469f-a165-70867728950e'), 1, 1);
    const store = await folder.open();
    await store.create(pool('a', '10.0.0.0/16'));
    await store.close();
    expect(folder.all()).toEqual(['ippools', 'ippools/a.yaml']);
  });

  it('tells that the folder is missing until it has made it', async () => {
    const store = await folder.open();
    expect(store.missing?.message).toBe(`folder ${folder.path} does not exist`);
    await store.create(pool('a', '10.0.0.0/16'), { dryRun: true });
    expect(store.missing).toBeInstanceOf(SettingsError);
    await store.create(pool('a', '10.0.0.0/16'));
    expect([store.missing, (await folder.open()).missing]).toEqual([undefined, undefined]);
  });

  it('says what the system says when it cannot write', async () => {
    folder.write('plain', '');
    const store = await folder.open();
    const below = new TestFolder();
    try {
      const early = await below.open();
      below.write('../net', 'this is a file');
      await expect(early.create(pool('a', '10.0.0.0/16'))).rejects.toBeInstanceOf(ServerError);
      await expect(early.list({ kind: 'IPPool' })).rejects.toThrow(/^scandir .*\/net: not a directory$/);
      await expect(below.open()).rejects.toThrow(`${below.path} is not a folder`);
    } finally {
      below.remove();
    }
    expect((await store.list({ kind: 'IPPool' })).items).toEqual([]);
  });
});

describe('a hand-written manifest', () => {
  it.each<[string, string, string]>([
    ['of any name at the top', 'anything.yaml', poolText('a')],
    ['in any folder', 'x/y/z/anything.yml', poolText('a')],
    [
      'in JSON',
      'a.JSON',
      '{"kind":"IPPool","apiVersion":"projectcalico.org/v3","metadata":{"name":"a"},"spec":{"cidr":"10.0.0.0/16"},}',
    ],
    ['beside others', 'all.yaml', `${peerText('p')}---\n${poolText('a')}--- # more\n${peerText('q')}`],
    [
      'in a list of its kind',
      'list.yaml',
      'apiVersion: projectcalico.org/v3\nkind: IPPoolList\nitems:\n- metadata: {name: a}\n  spec: {cidr: 10.0.0.0/16}\n',
    ],
    [
      'in a sequence',
      'sequence.yaml',
      '- apiVersion: projectcalico.org/v3\n  kind: IPPool\n  metadata: {name: a}\n  spec: {cidr: 10.0.0.0/16}\n',
    ],
    ['behind a comment and separators', 'a.yaml', `# text\n---\n---\n${poolText('a')}---\n# end\n---\n`],
    ['with a byte order mark and Windows line ends', 'a.yaml', `\ufeff${poolText('a').replaceAll('\n', '\r\n')}`],
    [
      'with a resourceVersion from elsewhere',
      'a.yaml',
      poolText('a').replace('  name: a', '  name: a\n  resourceVersion: "7"\n  selfLink: /x'),
    ],
  ])('is read %s, and can be changed and deleted there', async (_, name, text) => {
    folder.write(name, text);
    const store = await folder.open();
    const read = await store.get(POOL);
    expect(read).toEqual({
      apiVersion: 'projectcalico.org/v3',
      kind: 'IPPool',
      metadata: {
        name: 'a',
        uid: read.metadata.uid,
        resourceVersion: read.metadata.resourceVersion,
        creationTimestamp: read.metadata.creationTimestamp,
      },
      spec: { cidr: '10.0.0.0/16' },
    });
    // Where a file says no time, that of its last change counts.
    const listed = async () =>
      (await store.list({ kind: 'BGPPeer' })).items.map(({ metadata, spec }) => [
        metadata.name,
        metadata.resourceVersion,
        spec,
      ]);
    const peers = await listed();
    const updated = await store.update(changed(read, { spec: { disabled: true } }));
    expect(await (await folder.open()).get(POOL)).toEqual(updated);
    expect(folder.files()).toEqual([name]);
    await store.delete(POOL, { revision: updated.metadata.resourceVersion ?? '' });
    expect(await pools()).toEqual([]);
    expect(await listed()).toEqual(peers);
    expect(folder.files()).toEqual(peers.length === 0 ? [] : [name]);
    expect(folder.warnings.filter((warning) => !warning.includes('list item without'))).toEqual([]);
  });

  it('has the uid of its name and the time of its file', async () => {
    folder.write('a.yaml', poolText('a'));
    utimesSync(folder.at('a.yaml'), 1_700_000_000, 1_700_000_000);
    const { uid, creationTimestamp } = (await (await folder.open()).get(POOL)).metadata;
    expect({ uid, creationTimestamp }).toEqual({
      uid: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/) as unknown,
      creationTimestamp: '2023-11-14T22:13:20Z',
    });
  });

  it('keeps the text of the other documents when one is changed or removed', async () => {
    const first = `# first\n${peerText('p')}# and a remark\n`;
    const last = `# last: !odd\n${peerText('q').replace('asNumber: 1', 'asNumber:   1   # one')}`;
    folder.write('all.yaml', `${first}---\n${poolText('a')}---   # here\n${last}`);
    const store = await folder.open();
    await store.update(changed(await store.get(POOL), { spec: { disabled: true } }));
    const text = folder.read('all.yaml');
    expect(text.startsWith(`${first}---\napiVersion`)).toBe(true);
    expect(text.endsWith(`\n---   # here\n${last}`)).toBe(true);
    await store.delete(POOL);
    expect(folder.read('all.yaml')).toBe(`${first}---   # here\n${last}`);
    await store.delete({ kind: 'BGPPeer', name: 'p' });
    expect(folder.read('all.yaml')).toBe(last);
    await store.delete({ kind: 'BGPPeer', name: 'q' });
    expect(folder.files()).toEqual([]);
  });

  it('keeps the other items of a list when one is changed or removed', async () => {
    const items = ['a', 'b', 'c'].map((name, index) => ({ metadata: { name }, spec: { cidr: `10.${index}.0.0/16` } }));
    folder.write(
      'list.json',
      JSON.stringify({ apiVersion: 'projectcalico.org/v3', kind: 'IPPoolList', metadata: {}, items }),
    );
    const store = await folder.open();
    const before = (await store.list({ kind: 'IPPool' })).items;
    await store.update(changed(await store.get({ kind: 'IPPool', name: 'b' }), { spec: { disabled: true } }));
    await store.delete(POOL);
    const after = (await store.list({ kind: 'IPPool' })).items;
    expect(names(after)).toEqual(['b', 'c']);
    expect(after[1]?.metadata.resourceVersion).toBe(before[2]?.metadata.resourceVersion);
    expect(after[0]?.spec).toEqual({ cidr: '10.1.0.0/16', disabled: true });
  });

  it('has a revision that follows from its text, for every process and checkout', async () => {
    folder.write('a.yaml', poolText('a'));
    const one = (await (await folder.open()).get(POOL)).metadata.resourceVersion;
    folder.clear();
    folder.write('elsewhere.yaml', `${peerText('p')}---\n${poolText('a')}`);
    const two = (await (await folder.open()).get(POOL)).metadata.resourceVersion;
    folder.write('elsewhere.yaml', poolText('a').replace('name: a', 'name: a # remark'));
    const three = (await (await folder.open()).get(POOL)).metadata.resourceVersion;
    expect(two).toBe(one);
    expect(three).not.toBe(one);
    expect(one).toMatch(/^\d+$/);
  });

  it('that is changed between reading and writing makes the write a Conflict', async () => {
    folder.write('a.yaml', poolText('a'));
    const store = await folder.open();
    const read = await store.get(POOL);
    folder.write('a.yaml', poolText('a', '10.9.0.0/16'));
    await expect(store.update(changed(read, { spec: { disabled: true } }))).rejects.toBeInstanceOf(Conflict);
    await expect(store.delete(POOL, { revision: read.metadata.resourceVersion ?? '' })).rejects.toBeInstanceOf(
      Conflict,
    );
    expect(folder.read('a.yaml')).toBe(poolText('a', '10.9.0.0/16'));
  });

  it('is noticed by an open datastore when it comes, changes, moves and goes', async () => {
    const store = await folder.open();
    await expect(store.get(POOL)).rejects.toBeInstanceOf(NotFound);
    folder.write('x/one.yaml', poolText('a', '10.1.0.0/16'));
    expect((await store.get(POOL)).spec).toEqual({ cidr: '10.1.0.0/16' });
    folder.write('x/one.yaml', poolText('a', '10.2.0.0/16'));
    expect((await store.get(POOL)).spec).toEqual({ cidr: '10.2.0.0/16' });
    folder.clear();
    folder.write('x/two.yaml', poolText('a', '10.3.0.0/16'));
    expect((await store.get(POOL)).spec).toEqual({ cidr: '10.3.0.0/16' });
    folder.write('x/two.yaml', poolText('b'));
    await expect(store.get(POOL)).rejects.toBeInstanceOf(NotFound);
    expect(names((await store.list({ kind: 'IPPool' })).items)).toEqual(['b']);
  });

  it('of another program, and folders that are hidden, are left alone', async () => {
    folder.write(
      'kustomization.yaml',
      'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [a.yaml]\n',
    );
    folder.write('a.yaml', `apiVersion: v1\nkind: Namespace\nmetadata: {name: x}\n---\n${poolText('a')}`);
    folder.write('.git/b.yaml', 'nonsense: [\n');
    folder.write('README.md', 'text');
    const store = await folder.open();
    expect(names((await store.list({ kind: 'IPPool' })).items)).toEqual(['a']);
    await store.delete(POOL);
    expect(folder.read('a.yaml')).toBe('apiVersion: v1\nkind: Namespace\nmetadata: {name: x}\n');
    expect(folder.warnings).toEqual([]);
  });
});
