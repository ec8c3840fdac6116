import { describe, expect, it } from 'vitest';
import { describeNotice, ManifestError } from '../../src/manifests/manifest.ts';
import { readManifests } from '../../src/manifests/read.ts';
import type { ReadOptions } from '../../src/manifests/read.ts';
import { MemoryStreams } from '../doubles/streams.ts';
import { memoryTree } from '../doubles/tree.ts';
import type { Leaf } from '../doubles/tree.ts';
import { failure, world } from '../doubles/world.ts';

const never = new AbortController().signal;

function peer(name: string): string {
  return `apiVersion: projectcalico.org/v3\nkind: BGPPeer\nmetadata: {name: ${name}}\n`;
}

/** `name in file` of every resource, or the error. */
async function read(
  filename: string,
  leaves: Readonly<Record<string, Leaf>>,
  options: Partial<ReadOptions> & { readonly input?: string } = {},
): Promise<unknown> {
  const context = { io: new MemoryStreams(options.input), files: memoryTree(leaves), signal: never };
  try {
    const { resources } = await readManifests(context, { filename, recursive: false, skipEmpty: false, ...options });
    return resources.map(({ resource, file, line }) => `${resource.metadata.name ?? ''} in ${file}:${line}`);
  } catch (error) {
    if (error instanceof Error && 'reason' in error) return `${String(error.reason)}: ${error.message}`;
    throw error;
  }
}

describe('readManifests() of a file', () => {
  it('reads it whatever it is called', async () => {
    expect(await read('notes.txt', { 'notes.txt': peer('a') })).toEqual(['a in notes.txt:1']);
  });

  it('reads all documents', async () => {
    const text = [peer('a'), peer('b'), `# c\n${peer('c')}`].join('---\n');
    expect(await read('f', { f: text })).toEqual(['a in f:1', 'b in f:5', 'c in f:10']);
  });

  it('shows its path as it was given', async () => {
    expect(await read('./f.yaml', { 'f.yaml': '' })).toBe('empty: no resources specified in file ./f.yaml');
  });

  it.each([
    ['ENOENT', 'no such file or directory'],
    ['EACCES', 'permission denied'],
    ['ENOTDIR', 'not a directory'],
    ['ELOOP', 'too many levels of symbolic links'],
    ['ENAMETOOLONG', 'file name too long'],
  ])('that cannot be read (%s) fails in Go’s words', async (code, words) => {
    expect(await read('x.yaml', { 'x.yaml': { code } })).toBe(`syntax: open x.yaml: ${words}`);
  });

  it('that is not there fails in Go’s words; no list, no pattern', async () => {
    expect(await read('*.yaml', { 'a.yaml': peer('a') })).toBe('syntax: open *.yaml: no such file or directory');
    expect(await read('a.yaml,b.yaml', { 'a.yaml': peer('a'), 'b.yaml': peer('b') })).toBe(
      'syntax: open a.yaml,b.yaml: no such file or directory',
    );
  });

  it('that cannot be read for a reason that Go has no words for fails with it', async () => {
    await expect(read('x', { x: { code: 'EBADE' } })).rejects.toThrow('EBADE');
  });

  it.each([
    ['*.yaml', 'patterns are not understood: name a directory, or one file'],
    ['a.yaml,b.yaml', 'lists are not understood: name a directory, or one file'],
    ['https://a.b/c', 'addresses are not fetched: download the file, or pass it to -f -'],
  ])('that is none says of %s what it looks like', async (filename, problem) => {
    const reading = readManifests(world().context, { filename, recursive: false, skipEmpty: false });
    expect(await failure(reading)).toMatchObject({ notices: [{ file: filename, problem }] });
  });

  it('without resources is an error, unless that is allowed', async () => {
    for (const empty of ['', 'apiVersion: projectcalico.org/v3\nkind: BGPPeerList\nitems: []\n', '[]']) {
      expect(await read('f', { f: empty })).toBe('empty: no resources specified in file f');
      expect(await read('f', { f: empty }, { skipEmpty: true })).toEqual([]);
    }
  });
});

describe('readManifests() of a directory', () => {
  const tree = {
    'd/b.yaml': peer('b'),
    'd/B.YML': peer('upper'),
    'd/a.json': JSON.stringify({ apiVersion: 'projectcalico.org/v3', kind: 'BGPPeer', metadata: { name: 'json' } }),
    'd/.hidden.yaml': peer('hidden'),
    'd/readme.md': 'nothing of ours',
    'd/yaml': 'nothing of ours',
    'd/b/inner.yaml': peer('inner'),
    'd/b/deep/er.yml': peer('deep'),
    'd/z.yaml': peer('z'),
  };

  it('reads its manifests in bytewise order, hidden ones too', async () => {
    expect(await read('d', tree)).toEqual([
      'hidden in d/.hidden.yaml:1',
      'upper in d/B.YML:1',
      'json in d/a.json:1',
      'b in d/b.yaml:1',
      'z in d/z.yaml:1',
    ]);
  });

  it('descends in place when told to', async () => {
    expect(await read('d', tree, { recursive: true })).toEqual([
      'hidden in d/.hidden.yaml:1',
      'upper in d/B.YML:1',
      'json in d/a.json:1',
      'deep in d/b/deep/er.yml:1',
      'inner in d/b/inner.yaml:1',
      'b in d/b.yaml:1',
      'z in d/z.yaml:1',
    ]);
  });

  it.each(['d/', './d', './d/', 'd//', '././d/', 'x/../d'])('%s shows cleaned paths', async (path) => {
    const leaves = { 'd/a.yaml': peer('a') };
    expect(await read(path, leaves)).toEqual(['a in d/a.yaml:1']);
  });

  it('. shows no dot', async () => {
    expect(await read('.', { 'a.yaml': peer('a') })).toEqual(['a in a.yaml:1']);
  });

  it('tells the faults of all files behind those of the first', async () => {
    const files = memoryTree({
      'd/a.yaml': peer('a'),
      'd/b.yaml': 'kind: {',
      'd/c.yaml': '',
      'd/d.yaml': { code: 'EACCES' },
      'd/e.yaml': { code: 'EBADE' },
      'd/f.yaml': `${peer('f')}spec: {asNumbr: 1}\n`,
    });
    const options = { filename: 'd', recursive: false, skipEmpty: false };
    const error = await failure(readManifests({ io: new MemoryStreams(), files, signal: never }, options));
    if (!(error instanceof ManifestError)) throw error;
    expect(error.message).toBe('error converting YAML to JSON: yaml: line 1: did not find expected node content');
    expect(error.notices.map(describeNotice)).toEqual([
      'd/b.yaml:1: did not find expected node content: a text that begins with *, &, ! or , needs quotes',
      'd/c.yaml: no resources specified',
      'd/d.yaml: permission denied',
      'd/e.yaml: EBADE',
      'd/f.yaml:4: spec.asNumbr: no such field, did you mean "asNumber"?',
    ]);
    expect(error.readable.map(({ file }) => file)).toEqual(['d/a.yaml', 'd/f.yaml']);
  });

  it('reads no further when the command is cancelled', async () => {
    const files = memoryTree({ 'd/a.yaml': 'kind: {', 'd/b.yaml': peer('b') });
    const context = { io: new MemoryStreams(), files, signal: AbortSignal.abort(new Error('enough')) };
    const reading = readManifests(context, { filename: 'd', recursive: false, skipEmpty: false });
    expect((await failure(reading)).message).toBe('enough');
  });

  it('fails at the first file with a fault', async () => {
    const leaves = { 'd/a.yaml': peer('a'), 'd/b.yaml': 'kind: {', 'd/c.yaml': '{' };
    expect(await read('d', leaves)).toBe(
      'syntax: error converting YAML to JSON: yaml: line 1: did not find expected node content',
    );
  });

  it('has nothing against an empty file only when that is allowed', async () => {
    const leaves = { 'd/a.yaml': peer('a'), 'd/b.yaml': '' };
    expect(await read('d', leaves)).toBe('empty: no resources specified in file d/b.yaml');
    expect(await read('d', leaves, { skipEmpty: true })).toEqual(['a in d/a.yaml:1']);
  });

  it('without manifests is an error, unless that is allowed', async () => {
    const leaves = { 'd/readme.md': '', 'd/sub/a.yaml': peer('a') };
    expect(await read('./d/', leaves)).toBe('empty: no resources specified in directory ./d/');
    expect(await read('d', leaves, { skipEmpty: true })).toEqual([]);
    expect(await read('d', { 'd/': '' }, { recursive: true })).toBe('empty: no resources specified in directory d');
  });

  it('reads links to files and does not follow links to directories', async () => {
    const leaves = {
      'd/to-file.yaml': { link: 'e/a.yaml' },
      'd/to-folder': { link: 'e' },
      'd/to-folder.yaml': { link: 'e' },
      'e/a.yaml': peer('a'),
    };
    expect(await read('d', leaves, { recursive: true })).toEqual(['a in d/to-file.yaml:1']);
  });

  it('that is a link has manifests only with a slash behind it', async () => {
    const leaves = { d: { link: 'e' }, 'e/a.yaml': peer('a') };
    expect(await read('d', leaves)).toBe('empty: no resources specified in directory d');
    expect(await read('d/', leaves)).toEqual(['a in d/a.yaml:1']);
  });
});

describe('readManifests() of standard input', () => {
  it('reads it and calls it -', async () => {
    expect(await read('-', {}, { input: `${peer('a')}---\n${peer('b')}` })).toEqual(['a in -:1', 'b in -:5']);
  });

  it('that is empty is an error, unless that is allowed', async () => {
    expect(await read('-', {}, { input: '' })).toBe('empty: no resources specified in file -');
    expect(await read('-', {}, { input: '', skipEmpty: true })).toEqual([]);
  });
});

describe('readManifests()', () => {
  it('gives the warnings of all files', async () => {
    const risky = (name: string): string => `${peer(name)}spec: {NodeSelector: all()}\n`;
    const files = memoryTree({ 'd/a.yaml': risky('a'), 'd/b.yaml': risky('b') });
    const context = { io: new MemoryStreams(), files, signal: never };
    const { warnings } = await readManifests(context, { filename: 'd', recursive: false, skipEmpty: false });
    expect(warnings.map(({ file, line, path }) => `${file}:${line} ${path ?? ''}`)).toEqual([
      'd/a.yaml:4 spec.nodeSelector',
      'd/b.yaml:4 spec.nodeSelector',
    ]);
  });

  it('stops in the middle of a long file when the command is cancelled', async () => {
    const cancelled = new AbortController();
    const io = new MemoryStreams(Array.from({ length: 3000 }, (_, index) => peer(`p-${index}`)).join('---\n'));
    const context = { io, files: memoryTree({}), signal: cancelled.signal };
    const reading = readManifests(context, { filename: '-', recursive: false, skipEmpty: false });
    setTimeout(() => {
      cancelled.abort(new Error('interrupted'));
    }, 0);
    await expect(reading).rejects.toThrow('interrupted');
  });
});
