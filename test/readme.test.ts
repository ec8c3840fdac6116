/** Does what README.md says, command by command, in a copy of the checkout and with a home of its own. */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import packageJson from '../package.json' with { type: 'json' };
import { codeBlocks, ROOT, runBlocks } from './doubles/markdown.ts';

const BLOCKS = codeBlocks('README.md');
/** It runs this test: only what it runs is looked at. */
const TEST_IT = 'sh scripts/test-it\n';

let folder: string;
let checkout: string;
let home: string;

/** Everything that is committed or would be, with the packages that are installed. */
function copyCheckout(to: string): void {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  for (const name of listed.split('\0')) {
    if (name === '' || name.startsWith('test/') || !existsSync(join(ROOT, name))) continue;
    mkdirSync(dirname(join(to, name)), { recursive: true });
    cpSync(join(ROOT, name), join(to, name), { verbatimSymlinks: true });
  }
  // By links where the file system can do that: 10,000 files.
  const [from, into] = [join(ROOT, 'node_modules'), join(to, 'node_modules')];
  if (spawnSync('cp', ['-a', '-l', from, into]).status !== 0)
    cpSync(from, into, { recursive: true, verbatimSymlinks: true });
  // What scripts/install-packages leaves behind, so that it takes what is there.
  const stamp = join(into, '.installed-from');
  rmSync(stamp, { force: true });
  const sum = execFileSync('sh', ['-c', 'echo "$(cksum <package-lock.json) $(uname -s) $(uname -m)"'], { cwd: to });
  writeFileSync(stamp, sum);
  if (existsSync(join(ROOT, '.node'))) symlinkSync(join(ROOT, '.node'), join(to, '.node'));
}

/** What this machine says about the way to npm's registry: the home of its user, who may have said more, is not there. */
function registryAccess(): Readonly<Record<string, string>> {
  const found = Object.entries(process.env).filter(([name]) =>
    /^(NODE_EXTRA_CA_CERTS|npm_config_.*|(https?|no)_proxy)$/i.test(name),
  );
  return Object.fromEntries(found.map(([name, value = '']) => [name, value]));
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'readme-'));
  [checkout, home] = [join(folder, 'calicoctl'), join(folder, 'home')];
  mkdirSync(home);
  copyCheckout(checkout);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('README.md', () => {
  it('has a block for every step of a first hour, and nothing but shell', () => {
    expect([...new Set(BLOCKS.map(({ heading, language }) => `${language} ${heading}`))]).toEqual([
      'sh Try it',
      'sh Test it',
      'sh Install',
      'sh Name the datastore',
      'sh Five things people do',
    ]);
  });

  it('works, command by command', { timeout: 300_000 }, async () => {
    const env = { ...registryAccess(), HOME: home, PATH: `${join(home, 'bin')}:${process.env['PATH'] ?? ''}` };
    const blocks = BLOCKS.filter(({ text }) => text !== TEST_IT);
    const { exit, stdout, stderr } = await runBlocks(blocks, { file: 'README.md', cwd: checkout, env });
    // npm may have something to say about the machine.
    const said = stderr.split('\n').filter((line) => !line.startsWith('npm '));
    expect([exit, said]).toEqual([0, ['Building ...', '']]);
    const [tried = '', used = ''] = stdout.split('That was bin/run.js');
    expect(tried.split('\n').filter((line) => line.startsWith('$ '))).toEqual([
      '$ calicoctl apply -f examples/',
      '$ calicoctl get ippool -o wide',
      '$ calicoctl patch ippool default-ipv4-ippool -p \'{"spec":{"ipipMode":"CrossSubnet"}}\'',
      '$ calicoctl get ippool -o wide',
      '$ calicoctl diff -f examples/',
    ]);
    expect(used.match(/^Successfully .*/gm)).toEqual([
      'Successfully applied 7 resource(s)',
      "Successfully changed the modes of 1 'IPPool' resource (dry run)",
      "Successfully patched 1 'IPPool' resource",
      "Successfully patched 1 'BGPConfiguration' resource",
      "Successfully replaced 1 'Node' resource(s)",
    ]);
    expect(used.match(/^worker-1 .*/gm)).toHaveLength(2);
    expect(readdirSync(join(home, 'calico')).length).toBeGreaterThan(0);
    expect(readFileSync(join(checkout, 'worker-1.yaml'), 'utf8')).toContain('10.0.0.11/24');
  });

  it('names a test command whose parts are all there', () => {
    expect(BLOCKS.filter(({ text }) => text === TEST_IT)).toHaveLength(1);
    const [name, script] = ['scripts/test-it', readFileSync(join(ROOT, 'scripts/test-it'), 'utf8')];
    expect(spawnSync('sh', ['-n', name], { cwd: ROOT, encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
    const scripts: Readonly<Record<string, string>> = packageJson.scripts;
    const run = /npm run (\S+)/.exec(script)?.[1] ?? '';
    const parts = [...(scripts[run] ?? '').matchAll(/npm run (\S+)/g)].map(([, part = '']) => part);
    expect(parts).not.toEqual([]);
    expect(parts.filter((part) => scripts[part] === undefined)).toEqual([]);
    for (const [, file = ''] of script.matchAll(/sh (scripts\/\S+)/g))
      expect([file, existsSync(join(ROOT, file))]).toEqual([file, true]);
  });

  it('links to files that are there', () => {
    const text = readFileSync(join(ROOT, 'README.md'), 'utf8');
    const links = [...text.matchAll(/\]\(([^)#]+)/g)]
      .map(([, link = '']) => link)
      .filter((link) => !/^https?:/.test(link));
    expect(links.length).toBeGreaterThan(5);
    expect(links.filter((link) => !existsSync(join(ROOT, link)))).toEqual([]);
  });
});
