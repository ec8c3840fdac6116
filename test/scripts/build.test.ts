import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Metafile } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundle } from '../../scripts/build.ts';
import { ALWAYS, lazyBuiltins } from '../../scripts/lazy-builtins.ts';
import { thirdPartyNotices } from '../../scripts/third-party-notices.ts';

const ROOT = join(import.meta.dirname, '../..');

describe('bundle() of a program that uses every library', () => {
  let folder: string;
  let metafile: Metafile;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'bundle-'));
    metafile = await bundle(join(ROOT, 'test/fixtures/bundle/main.ts'), folder);
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  test('runs far away from the packages', () => {
    const output = execFileSync(process.execPath, [join(folder, 'main.js')], { cwd: '/', encoding: 'utf8' });
    expect(JSON.parse(output)).toEqual({
      etcd3: ['refused', 'function'],
      kubernetes: 'https://127.0.0.1:1',
      yaml: { a: [1, 'two'] },
      table: ['┌──────┐', '│ NAME │', '├──────┤', '│ pool │', '└──────┘'],
      chalk: '\u001B[31mx\u001B[39m',
      oclif: { args: { kind: 'ippool' }, flags: { output: 'json' } },
    });
  });

  test('knows no path of the machine that built it', () => {
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.js'));
    const telling = files.filter((file) => readFileSync(join(folder, file), 'utf8').includes(ROOT));
    expect({ files: files.length > 5, telling }).toEqual({ files: true, telling: [] });
  });

  test('has a notice for each library in it', () => {
    const titles = thirdPartyNotices(ROOT, metafile).matchAll(/^(\S+) \d\S* \(/gm);
    const names = Array.from(titles, ([, name]) => name);
    expect(names).toEqual(
      expect.arrayContaining([
        '@grpc/grpc-js',
        '@kubernetes/client-node',
        '@oclif/core',
        'chalk',
        'cli-table3',
        'etcd3',
        'js-yaml',
      ]),
    );
  });
});

describe('bundle() of a program with files loaded later', () => {
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'bundle-'));
    const files = {
      'main.ts': `console.log('start');
        const { late } = await import('./late.ts');
        console.log(late);
        console.log((await import('./cli/help.ts')).default);`,
      'late.ts': `import { word } from './word.ts'; console.log('late is evaluated'); export const late: string = word;`,
      'word.ts': `console.log('word is evaluated'); export const word = 'late';`,
      'cli/help.ts': `import { word } from '../word.ts'; export default \`help \${word}\`;`,
    };
    mkdirSync(join(folder, 'src/cli'), { recursive: true });
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, 'src', name), text);
    await bundle(join(folder, 'src/main.ts'), join(folder, 'dist'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  test('evaluates each when it is asked for, and once', () => {
    const output = execFileSync(process.execPath, [join(folder, 'dist/main.js')], { encoding: 'utf8' });
    expect(output.split('\n')).toEqual(['start', 'word is evaluated', 'late is evaluated', 'late', 'help late', '']);
  });

  test('gives a file only to those that are worth one', () => {
    const chunks = readdirSync(join(folder, 'dist/chunks')).map((file) => file.replace(/-[A-Z0-9]+\.js$/, ''));
    expect(chunks.sort()).toEqual(['chunk', 'help']);
  });
});

describe('the bundle of the program', () => {
  /** What is loaded with a file, at once. */
  let loaded: (name: string) => { readonly kilobytes: number; readonly builtins: readonly string[] };

  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'bundle-'));
    const { outputs } = await bundle(join(ROOT, 'src/cli/main.ts'), folder, 'cjs');
    rmSync(folder, { recursive: true });
    loaded = (name) => {
      const todo = Object.keys(outputs).filter((path) => basename(path).replace(/-[A-Z0-9]{8}(?=\.)/, '') === name);
      const seen = new Set<string>();
      const builtins = new Set<string>();
      for (let path = todo.pop(); path !== undefined; path = todo.pop()) {
        if (seen.has(path)) continue;
        seen.add(path);
        for (const { path: next, kind, external } of outputs[path]?.imports ?? [])
          if (kind === 'import-statement') {
            if (external === true) builtins.add(next);
            else todo.push(next);
          }
      }
      const bytes = [...seen].reduce((sum, path) => sum + (outputs[path]?.bytes ?? 0), 0);
      return { kilobytes: bytes / 1000, builtins: [...builtins].sort() };
    };
  });

  // What a command loads is what it costs to start. A limit that is reached is looked at: does every command need that?
  test.each([
    ['main.cjs', 30],
    ['help.cjs', 60],
    ['execute.cjs', 1000],
    ['client-node.cjs', 2500],
    ['grpc-transport.cjs', 1000],
  ])('%s and what it loads at once is at most %i kB', (name, limit) => {
    const size = loaded(name).kilobytes;
    expect(size).toBeGreaterThan(limit / 3);
    expect(size).toBeLessThan(limit);
  });

  // Every other one takes Bun as long as a tenth of a short command, or more.
  test.each(['main.cjs', 'execute.cjs', 'driver.cjs'])(
    '%s waits for none but the smallest built-in modules',
    (name) => {
      const { builtins } = loaded(name);
      expect(builtins).toContain('node:fs');
      expect([...ALWAYS]).toEqual(expect.arrayContaining([...builtins]));
    },
  );
});

describe('lazyBuiltins()', () => {
  const lazy = (text: string): string => lazyBuiltins('a.ts', text);

  test('looks functions up when they are called', () => {
    expect(lazy("import { createHash, randomUUID as name } from 'node:crypto';\nname();\n")).toBe(
      "const createHash = (...args) => process.getBuiltinModule('node:crypto').createHash(...args);" +
        "const name = (...args) => process.getBuiltinModule('node:crypto').randomUUID(...args);\nname();\n",
    );
  });

  test('imports classes and constants all the same', () => {
    expect(lazy("import { access, constants } from 'node:fs/promises';")).toBe(
      "import { constants as constants } from 'node:fs/promises';" +
        "const access = (...args) => process.getBuiltinModule('node:fs/promises').access(...args);",
    );
    expect(lazy("import { Socket } from 'node:net';")).toBe("import { Socket } from 'node:net';");
  });

  test.each([
    "import * as tls from 'node:tls';",
    "import type { Socket } from 'node:net';",
    "import { join } from 'node:path';",
    "import { load } from 'js-yaml';",
  ])('leaves %s as it is', (text) => {
    expect(lazy(text)).toBe(text);
  });
});
