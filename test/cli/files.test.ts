import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { diskFiles } from '../../src/cli/files.ts';
import { readManifests } from '../../src/manifests/read.ts';
import { MemoryStreams } from '../doubles/streams.ts';
import { having } from '../doubles/matchers.ts';
import { failure } from '../doubles/world.ts';

const folder = mkdtempSync(join(tmpdir(), 'calicoctl-files-'));
const at = (...names: readonly string[]): string => join(folder, ...names);

beforeAll(() => {
  mkdirSync(at('d/sub'), { recursive: true });
  for (const name of ['b', 'B', 'a.b', 'a', 'é', 'a-b']) writeFileSync(at('d', name), name);
  symlinkSync('a', at('d/link'));
  symlinkSync('sub', at('d/link-to-sub'));
  symlinkSync('nowhere', at('d/lost'));
  symlinkSync('loop', at('loop'));
  symlinkSync('d', at('e'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('diskFiles', () => {
  it('lists names bytewise, with what they are', async () => {
    expect((await diskFiles.list(at('d'))).map(({ name, type }) => `${name} ${type}`)).toEqual([
      'B file',
      'a file',
      'a-b file',
      'a.b file',
      'b file',
      'link link-to-file',
      'link-to-sub link-to-directory',
      'lost link-to-file',
      'sub directory',
      'é file',
    ]);
  });

  it('tells what a path leads to', async () => {
    expect(await Promise.all(['d', 'e', 'd/a', 'd/link'].map((path) => diskFiles.stat(at(path))))).toEqual([
      'directory',
      'directory',
      'file',
      'file',
    ]);
    expect(await diskFiles.stat('/dev/null')).toBe('other');
  });

  it('tells links from what they lead to', async () => {
    expect([
      await diskFiles.isLink(at('e')),
      await diskFiles.isLink(at('d')),
      await diskFiles.isLink(`${at('e')}/`),
    ]).toEqual([true, false, false]);
  });

  it('reads bytes', async () => {
    expect(new TextDecoder().decode(await diskFiles.read(at('d/é')))).toBe('é');
  });

  it.each([
    ['missing', 'ENOENT', 'open', 'no such file or directory'],
    ['d/a/b', 'ENOTDIR', 'open', 'not a directory'],
    ['loop', 'ELOOP', 'open', 'too many levels of symbolic links'],
    ['d', 'EISDIR', 'read', 'is a directory'],
  ])('fails for %s with %s and Go’s words', async (path, code, call, words) => {
    const error = await failure(diskFiles.read(at(path)));
    expect(error).toEqual(having({ code }));
    expect(error.message).toBe(`${call} ${at(path)}: ${words}`);
  });
});

describe('readManifests() on disk', () => {
  const read = (filename: string) =>
    readManifests(
      { io: new MemoryStreams(), files: diskFiles, signal: new AbortController().signal },
      { filename, recursive: true, skipEmpty: false },
    );

  it.each([
    ['missing.yaml', 'no such file or directory'],
    ['d/a/', 'not a directory'],
    ['loop', 'too many levels of symbolic links'],
    [`${'x'.repeat(300)}.yaml`, 'file name too long'],
  ])('of %s fails in Go’s words', async (name, words) => {
    expect((await failure(read(`${folder}/${name}`))).message).toBe(`open ${folder}/${name}: ${words}`);
  });
});
