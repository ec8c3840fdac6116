/** Does what the documents in docs/ and CONTRIBUTING.md say, where it can be done. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { load } from 'js-yaml';
import packageJson from '../package.json' with { type: 'json' };
import { loadSettings } from '../src/config/load.ts';
import { calicoctl } from './doubles/program.ts';
import { codeBlocks, ROOT, runBlocks } from './doubles/markdown.ts';
import { memoryTree } from './doubles/tree.ts';

/** The only block of a document in a language. */
function only(file: string, language: string): string {
  const [block, ...others] = codeBlocks(file).filter((one) => one.language === language);
  if (block === undefined || others.length > 0) throw new Error(`${file}: expected one block of ${language}`);
  return block.text;
}

describe('docs/connections.md', () => {
  const FILE = 'docs/connections.md';

  it('shows a config file that can be read, to the last field', async () => {
    const text = only(FILE, 'yaml');
    const { spec, warnings } = await loadSettings({
      configFile: 'c.cfg',
      env: {},
      files: memoryTree({ 'c.cfg': text }),
    });
    const set = Object.fromEntries(Object.entries(spec).filter(([, value]) => Boolean(value)));
    const head = { apiVersion: 'projectcalico.org/v3', kind: 'CalicoAPIConfig', metadata: null };
    expect([load(text), warnings]).toEqual([{ ...head, spec: set }, []]);
  });

  const rows = readFileSync(join(ROOT, FILE), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .flatMap((line) => {
      const [fields = [], variables = []] = line
        .split('|')
        .slice(1, 3)
        .map((cell) => cell.match(/[\w]+/g) ?? []);
      return fields.map((field, index) => [field, variables[index]] as const);
    });

  it('has a table of settings', () => {
    expect(rows.length).toBeGreaterThan(15);
  });

  it.each(rows)('names setting %s and variable %s', async (field, variable) => {
    const VALUES: Readonly<Record<string, string | boolean>> = {
      datastoreType: 'etcdv3',
      k8sInsecureSkipTLSVerify: true,
    };
    const value = VALUES[field] ?? 'v';
    const document = { apiVersion: 'projectcalico.org/v3', kind: 'CalicoAPIConfig', spec: { [field]: value } };
    const files = memoryTree({ 'c.cfg': JSON.stringify(document) });
    const fromFile = await loadSettings({ configFile: 'c.cfg', env: {}, files });
    expect(fromFile).toMatchObject({ spec: { [field]: value }, warnings: [] });
    const env: Readonly<Record<string, string>> = variable === undefined ? {} : { [variable]: String(value) };
    const fromEnvironment = await loadSettings({ env, files: memoryTree({}) });
    expect(fromEnvironment).toMatchObject(variable === undefined ? {} : { spec: { [field]: value } });
  });
});

describe('docs/editors.md', () => {
  const FILE = 'docs/editors.md';
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'editors-'));
    mkdirSync(join(folder, 'bin'));
    symlinkSync(join(ROOT, 'bin/run.js'), join(folder, 'bin/calicoctl'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('has commands that write the schemas', async () => {
    const env = { HOME: folder, PATH: `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}` };
    const blocks = codeBlocks(FILE).filter(({ language }) => language === 'sh');
    expect(blocks).toHaveLength(1);
    expect(await runBlocks(blocks, { file: FILE, cwd: folder, env })).toEqual({ exit: 0, stdout: '', stderr: '' });
    for (const name of ['calico.json', 'ippool.json']) {
      const schema: unknown = JSON.parse(readFileSync(join(folder, name), 'utf8'));
      expect(schema).toHaveProperty('$schema');
    }
  });

  it('has a manifest that is valid and names the schema of these commands', async () => {
    const text = only(FILE, 'yaml');
    writeFileSync(join(folder, 'm.yaml'), text);
    expect(text.split('\n')[0]).toBe('# yaml-language-server: $schema=calico.json');
    expect(await calicoctl(['validate', '-f', 'm.yaml', '--strict'], { cwd: folder })).toMatchObject({
      exit: 0,
      stderr: '',
    });
  });

  it('has settings that name it too', () => {
    const settings: unknown = JSON.parse(only(FILE, 'json'));
    expect(settings).toEqual({ 'yaml.schemas': { 'calico.json': ['calico/**/*.yaml'] } });
    expect(only(FILE, 'toml')).toContain('"calico.json" = ["calico/**/*.yaml"]');
  });
});

describe('CONTRIBUTING.md', () => {
  it('names scripts that are there', () => {
    const text = readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8');
    const named = [...text.matchAll(/npm run ([\w:]+)/g)].map(([, name = '']) => name);
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((name) => !Object.hasOwn(packageJson.scripts, name))).toEqual([]);
    expect(only('CONTRIBUTING.md', 'sh')).toBe('sh scripts/test-it\n');
  });
});
