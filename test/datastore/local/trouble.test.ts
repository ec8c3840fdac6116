import { mkdirSync, symlinkSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Corrupt, Unsupported } from '../../../src/datastore/errors.ts';
import type { Ref, Resource } from '../../../src/kinds/resource.ts';
import { changed, peer, pool } from '../../conformance/objects.ts';
import { TestFolder } from './support.ts';

const POOL: Ref = { kind: 'IPPool', name: 'a' };
const PEER: Ref = { kind: 'BGPPeer', name: 'a' };

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

describe('a namespace', () => {
  it('is a folder, and `default` for a manifest that names none', async () => {
    folder.write('bare.yaml', document('NetworkSet', 'bare', 'nets: [192.0.2.0/24]'));
    folder.write('pool.yaml', poolText('a').replace('name: a', 'name: a\n  namespace: ignored'));
    const store = await folder.open();
    const bare = await store.get({ kind: 'NetworkSet', namespace: 'default', name: 'bare' });
    expect(bare.metadata).toMatchObject({ name: 'bare', namespace: 'default' });
    await store.create(changed(bare, { metadata: { namespace: 'other' } }));
    expect(folder.files()).toEqual(['bare.yaml', 'networksets/other/bare.yaml', 'pool.yaml']);
    expect((await store.get(POOL)).metadata).not.toHaveProperty('namespace');
    expect(names((await store.list({ kind: 'NetworkSet' })).items)).toEqual(['bare', 'bare']);
  });
});

describe('any text', () => {
  const PIECES = [
    'a',
    ' ',
    '\n',
    '\n\n',
    '\t',
    '#',
    ' #',
    ': ',
    '- ',
    "'",
    '"',
    '\\',
    '!',
    '&x',
    '*x',
    '|',
    '>',
    '%',
    '@',
    '{',
    '[',
    ',',
    '? ',
  ];
  const MORE = [
    '---',
    '\n---\n',
    '...',
    '\r\n',
    'é',
    '🦊',
    '\u0085',
    '\u2028',
    '\ufeff',
    '\u00a0',
    '0',
    'yes',
    '~',
    '<<',
    '\u0001',
    ' word'.repeat(20),
  ];

  it('comes back from the middle of a file of several documents, whose others keep their text', async () => {
    const first = `# first\n${peerText('p')}# a remark\n`;
    const last = `# last\n${peerText('q')}`;
    folder.write('all.yaml', `${first}---\n${poolText('a')}\n# about the end\n---\n${last}`);
    const store = await folder.open();
    let seed = 1;
    const next = (limit: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return Math.floor((seed / 2_147_483_648) * limit);
    };
    const all = [...PIECES, ...MORE];
    for (let round = 0; round < 150; round++) {
      const text = Array.from({ length: 1 + next(6) }, () => all[next(all.length)] ?? '').join('');
      const read = await store.get(POOL);
      const updated = await store.update(
        changed(read, { spec: { nodeSelector: text }, metadata: { annotations: { text } } }),
      );
      const { nodeSelector = '' } = updated.spec;
      expect([nodeSelector, updated.metadata.annotations]).toEqual([text, { text }]);
      const written = folder.read('all.yaml');
      expect(written.startsWith(`${first}---\n`)).toBe(true);
      expect(written.endsWith(`\n---\n${last}`)).toBe(true);
    }
    expect(await (await folder.open()).get(POOL)).toEqual(await store.get(POOL));
  });
});

describe('an object that stands in two places', () => {
  it('is an error that names both, for every verb, and is left out of lists', async () => {
    folder.write('ippools/a.yaml', poolText('a'));
    folder.write('more.yaml', `${poolText('b')}---\n# again\n${poolText('a')}`);
    const store = await folder.open();
    const message = 'IPPool(a) is defined more than once: net/ippools/a.yaml:1 and net/more.yaml:9; remove all but one';
    const shown = (error: unknown) => (error instanceof Corrupt ? error.message.replaceAll(folder.path, 'net') : error);
    expect(await store.get(POOL).catch(shown)).toBe(message);
    expect(await store.delete(POOL).catch(shown)).toBe(message);
    expect(
      await store.update(changed(pool('a', '10.0.0.0/16'), { metadata: { resourceVersion: '1' } })).catch(shown),
    ).toBe(message);
    const { items, skipped } = await store.list({ kind: 'IPPool' });
    expect([names(items), skipped]).toEqual([['b'], ['IPPool(a)']]);
    expect(folder.warnings).toEqual([message]);
    expect((await store.get({ kind: 'IPPool', name: 'b' })).metadata.name).toBe('b');
  });
});

describe('a file that cannot be read', () => {
  it('is told once with its line, and the rest is served', async () => {
    folder.write('ippools/a.yaml', poolText('a'));
    folder.write('ippools/broken.yaml', poolText('b').replace('  cidr', '\tcidr'));
    folder.write('typo.yaml', poolText('c').replace('cidr:', 'cdir:'));
    folder.write('noname.yaml', poolText('d').replace('name: d', 'labels: {x: y}'));
    folder.write('bytes.yaml', new Uint8Array([0xff, 0xc0, 0x80]));
    const store = await folder.open();
    expect((await store.get(POOL)).metadata.name).toBe('a');
    const { items, skipped } = await store.list({ kind: 'IPPool' });
    expect(names(items)).toEqual(['a']);
    expect(skipped?.map((path) => path.replace(folder.path, 'net')).sort()).toEqual([
      'net/ippools/broken.yaml',
      'net/noname.yaml',
      'net/typo.yaml',
    ]);
    expect([...folder.warnings].sort()).toEqual([
      'net/bytes.yaml: this is no text in UTF-8',
      'net/ippools/broken.yaml:6: YAML does not allow tabs for indentation; write:   cidr: 10.0.0.0/16',
      'net/noname.yaml:1: metadata.name: this IPPool has no name',
      'net/typo.yaml:6: spec.cdir: no such field, did you mean "cidr"?',
    ]);
  });

  it('is told again when it is broken in another way', async () => {
    folder.write('x.yaml', 'kind: [\n');
    const store = await folder.open();
    await store.list({ kind: 'IPPool' });
    await store.list({ kind: 'BGPPeer' });
    expect(folder.warnings).toHaveLength(1);
    folder.write('x.yaml', 'a: b: c\n');
    await store.list({ kind: 'IPPool' });
    expect(folder.warnings).toHaveLength(2);
  });

  it('is never overwritten, and a get() of its object says what is wrong', async () => {
    const broken = `${poolText('a')}  blockSize: [\n`;
    folder.write('ippools/a.yaml', broken);
    const store = await folder.open();
    await expect(store.create(pool('a', '10.0.0.0/16'))).rejects.toBeInstanceOf(Corrupt);
    await expect(store.get(POOL)).rejects.toThrow(/^cannot read IPPool\(a\): .*\/net\/ippools\/a\.yaml:\d+: /);
    await expect(store.delete(POOL)).rejects.toBeInstanceOf(Corrupt);
    expect(folder.read('ippools/a.yaml')).toBe(broken);
  });

  it('in part, serves its other documents but is not written to', async () => {
    const text = `${poolText('a')}---\nkind: [\n---\n${poolText('b')}`;
    folder.write('all.yaml', text);
    const store = await folder.open();
    expect(names((await store.list({ kind: 'IPPool' })).items)).toEqual(['a', 'b']);
    const read = await store.get(POOL);
    await expect(store.update(changed(read, { spec: { disabled: true } }))).rejects.toThrow(
      /all\.yaml as long as it has a mistake: /,
    );
    await expect(store.delete(POOL)).rejects.toBeInstanceOf(Corrupt);
    expect(folder.read('all.yaml')).toBe(text);
  });

  it('does not crash on what YAML reads otherwise than it looks, and warns of it where the object is served', async () => {
    folder.write('a.yaml', document('BGPPeer', 'a', 'nodeSelector: !has(rack)\npeerIP: 192.0.2.1\nasNumber: 64512'));
    folder.write('b.yaml', poolText('b').replace('name: b', 'name: b\n  labels: {up: yes, n: 010}'));
    const store = await folder.open();
    expect((await store.get({ kind: 'IPPool', name: 'b' })).metadata.labels).toEqual({ false: '8', up: 'true' });
    expect((await store.get(PEER)).spec).toEqual({ peerIP: '192.0.2.1', asNumber: 64512 });
    expect(folder.warnings.some((warning) => warning.startsWith('net/a.yaml:6: spec.nodeSelector: '))).toBe(true);
    expect(folder.warnings.some((warning) => warning.startsWith('net/b.yaml:5: metadata.labels.up: '))).toBe(true);
  });
});

describe('a link', () => {
  it('to a file is read but not written through', async () => {
    const outside = new TestFolder();
    try {
      outside.write('a.yaml', poolText('a'));
      mkdirSync(folder.at('ippools'), { recursive: true });
      symlinkSync(outside.at('a.yaml'), folder.at('ippools/a.yaml'));
      const store = await folder.open();
      const read = await store.get(POOL);
      expect(await pools()).toEqual(['a']);
      await expect(store.update(changed(read, { spec: { disabled: true } }))).rejects.toBeInstanceOf(Unsupported);
      await expect(store.delete(POOL)).rejects.toBeInstanceOf(Unsupported);
      expect(outside.read('a.yaml')).toBe(poolText('a'));
    } finally {
      outside.remove();
    }
  });

  it('to a file of the same folder is not the same object twice', async () => {
    folder.write('x/a.yaml', poolText('a'));
    symlinkSync('x/a.yaml', folder.at('current.yaml'));
    const store = await folder.open();
    expect((await store.update(changed(await store.get(POOL), { spec: { disabled: true } }))).spec).toMatchObject({
      disabled: true,
    });
    expect(folder.warnings).toEqual([]);
  });

  it('to nowhere, to a folder, or in a circle is passed over', async () => {
    folder.write('a.yaml', poolText('a'));
    symlinkSync('nowhere', folder.at('gone.yaml'));
    symlinkSync('.', folder.at('circle'));
    symlinkSync('loop.yaml', folder.at('loop.yaml'));
    expect(await pools()).toEqual(['a']);
    expect(folder.warnings).toEqual(['net/loop.yaml: too many levels of symbolic links']);
  });

  it('in the place of a folder of objects is not written through', async () => {
    const outside = new TestFolder();
    try {
      outside.write('kept.yaml', poolText('kept'));
      folder.write('x.yaml', peerText('p'));
      symlinkSync(outside.path, folder.at('ippools'));
      const store = await folder.open();
      await expect(store.create(pool('a', '10.0.0.0/16'))).rejects.toBeInstanceOf(Unsupported);
      expect(outside.files()).toEqual(['kept.yaml']);
      expect(await pools()).toEqual([]);
    } finally {
      outside.remove();
    }
  });
});

describe('5,000 files', () => {
  it('are listed whole, and single objects found among them', async () => {
    for (let index = 0; index < 5000; index++)
      folder.write(`bgppeers/p${index}.yaml`, peerText(`p${index}`, index + 1));
    const store = await folder.open();
    expect((await store.list({ kind: 'BGPPeer' })).items).toHaveLength(5000);
    expect((await store.get({ kind: 'BGPPeer', name: 'p4321' })).spec).toEqual({ peerIP: '192.0.2.1', asNumber: 4322 });
    const created = await store.create(peer('new'));
    expect((await store.list({ kind: 'BGPPeer', name: 'new' })).items).toEqual([created]);
  });
});
