import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkImports } from '../../scripts/check-imports.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'check-imports-'));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

/** What checkImports() says about a tree of these files. */
function problemsIn(files: Record<string, string>): readonly string[] {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return checkImports(root).problems;
}

describe('checkImports() accepts', () => {
  test('a tree that keeps to the table', () => {
    const files = {
      'src/context.ts': `import type { Datastore } from './datastore/datastore.ts';`,
      'src/kinds/node.ts': `import { parse } from '../selectors/parse.ts'; import { a } from './kind.ts';`,
      'src/bgp/sessions.ts': `import type { Node } from '../kinds/node.ts'; export { b } from '../net/cidr.ts';`,
      'src/datastore/drivers.ts': `export const open = () => import('./etcd/driver.ts');`,
      'src/datastore/etcd/driver.ts': `import { Etcd3 } from 'etcd3'; import { s } from './settings.ts'; import 'node:fs';`,
      'src/datastore/kubernetes/auth.ts': `export const load = () => import('./client-node.ts');`,
      'src/datastore/kubernetes/client-node.ts': `import '@kubernetes/client-node'; import type { A } from './auth.ts';`,
      'src/config/settings.ts': `import { s } from '../datastore/etcd/settings.ts'; import { load } from 'js-yaml';`,
      'src/cli/main.ts': `import p from '../../package.json' with { type: 'json' }; import '@oclif/core/flags'; import 'fs';`,
      'src/cli/table.ts': `export const get = () => import('../commands/get.ts');`,
      'src/bird/socket.ts': `import { connect } from 'node:net'; import { parse } from './parse.ts';`,
      'test/cli/main.test.ts': `import { main } from '../../src/cli/main.ts'; import 'node:fs'; import 'vitest';`,
    };
    expect(problemsIn(files)).toEqual([]);
  });

  test('a root without src and test', () => {
    expect(checkImports(root)).toEqual({ files: 0, problems: [] });
  });
});

describe('checkImports() refuses', () => {
  const nothing = 'nothing but itself';
  test.each<[string, string, string, string]>([
    [
      'a static import, with its line',
      'src/net/cidr.ts',
      `// a comment\n\nimport { x } from '../kinds/kind.ts';`,
      `src/net/cidr.ts:3 imports src/kinds: not allowed (src/net may import ${nothing})`,
    ],
    [
      'export … from',
      'src/net/cidr.ts',
      `export { x } from '../kinds/kind.ts';`,
      `src/net/cidr.ts:1 imports src/kinds: not allowed (src/net may import ${nothing})`,
    ],
    [
      'export * from',
      'src/net/cidr.ts',
      `export * from '../kinds/kind.ts';`,
      `src/net/cidr.ts:1 imports src/kinds: not allowed (src/net may import ${nothing})`,
    ],
    [
      'import()',
      'src/net/cidr.ts',
      `export const x = () => import('../kinds/kind.ts');`,
      `src/net/cidr.ts:1 imports src/kinds: not allowed (src/net may import ${nothing})`,
    ],
    [
      'import() inside a type',
      'src/net/cidr.ts',
      `export type X = import('../kinds/kind.ts').Kind;`,
      `src/net/cidr.ts:1 imports src/kinds: not allowed (src/net may import ${nothing})`,
    ],
    [
      'a value where only types are allowed',
      'src/bgp/sessions.ts',
      `import { type Kind, kinds } from '../kinds/index.ts';`,
      'src/bgp/sessions.ts:1 imports src/kinds: src/bgp may only import its types (import type)',
    ],
    [
      'a static import of a driver',
      'src/datastore/drivers.ts',
      `import { open } from './etcd/driver.ts';`,
      'src/datastore/drivers.ts:1 imports src/datastore/etcd at once: src/datastore may only reach it by import()',
    ],
    [
      'a static import of a command by the process',
      'src/cli/main.ts',
      `import get from '../commands/get.ts';`,
      'src/cli/main.ts:1 imports src/commands at once: src/cli may only reach it by import()',
    ],
    [
      'a driver importing another driver',
      'src/datastore/etcd/driver.ts',
      `import { x } from '../kubernetes/driver.ts';`,
      'src/datastore/etcd/driver.ts:1 imports src/datastore/kubernetes: not allowed (src/datastore/etcd may import src/datastore, src/kinds, src/net, src/quick-http, src/system-errors.ts, src/datastore/<driver>/settings.ts, types of src/ipam, etcd3, @grpc/grpc-js, all of node:)',
    ],
    [
      "a driver importing another driver's settings",
      'src/datastore/other/driver.ts',
      `import { x } from '../kubernetes/settings.ts';`,
      'src/datastore/other/driver.ts:1 imports src/datastore/kubernetes/settings.ts: not allowed (src/datastore/other may import src/datastore, src/kinds, src/net, src/quick-http, src/system-errors.ts, src/datastore/<driver>/settings.ts, types of src/ipam, all of node:)',
    ],
    [
      "settings that pull in the driver's code",
      'src/datastore/etcd/settings.ts',
      `import { x } from './driver.ts';`,
      'src/datastore/etcd/settings.ts:1 imports src/datastore/etcd: not allowed (src/datastore/etcd/settings.ts may import src/datastore, src/net)',
    ],
    [
      'a built-in module',
      'src/selectors/parse.ts',
      `import { readFileSync } from 'fs';`,
      'src/selectors/parse.ts:1 imports node:fs: not allowed (src/selectors may import src/net, types of src/kinds)',
    ],
    [
      'node:process in a command',
      'src/commands/get.ts',
      `import { argv } from 'node:process';`,
      'src/commands/get.ts:1 imports node:process: not allowed (src/commands may import src/context.ts, src/cli, src/operations, src/output, src/kinds, @oclif/core, node:path, node:path/posix, node:util)',
    ],
    [
      'a library of another part',
      'src/ipam/blocks.ts',
      `import { dump } from 'js-yaml';`,
      'src/ipam/blocks.ts:1 imports js-yaml: not allowed (src/ipam may import src/net, types of src/kinds)',
    ],
    [
      'a heavy library loaded at once',
      'src/output/print.ts',
      `import chalk from 'chalk/index.js';`,
      'src/output/print.ts:1 imports chalk at once: src/output may only reach it by import()',
    ],
    [
      'the file before a heavy library loaded at once',
      'src/datastore/kubernetes/auth.ts',
      `import { load } from './client-node.ts';`,
      'src/datastore/kubernetes/auth.ts:1 imports src/datastore/kubernetes/client-node.ts at once: src/datastore/kubernetes may only reach it by import()',
    ],
    [
      'a file outside src',
      'src/net/cidr.ts',
      `import x from '../../package.json' with { type: 'json' };`,
      `src/net/cidr.ts:1 imports package.json: not allowed (src/net may import ${nothing})`,
    ],
    [
      'import() of a computed name',
      'src/net/cidr.ts',
      `export const x = (name: string) => import(name);`,
      'src/net/cidr.ts:1 import() of a computed name: neither this check nor the bundler can see it',
    ],
    [
      'a built-in module that is asked for late',
      'src/net/cidr.ts',
      `export const x = process.getBuiltinModule('node:fs').statSync;`,
      'src/net/cidr.ts:1 imports node:fs: not allowed (src/net may import nothing but itself)',
    ],
    ['require()', 'src/net/cidr.ts', `export const x = require('fs');`, 'src/net/cidr.ts:1 require(): write an import'],
    [
      'a folder the table does not know',
      'src/utils/misc.ts',
      `export const x = 1;`,
      'src/utils/misc.ts: no part of the import table holds it (add src/utils to scripts/import-table.ts)',
    ],
    [
      'a file directly under src',
      'src/helpers.ts',
      `export const x = 1;`,
      'src/helpers.ts: no part of the import table holds it (add src/helpers.ts to scripts/import-table.ts)',
    ],
    [
      'a test of a pure part that needs a datastore',
      'test/bgp/sessions.test.ts',
      `import { open } from '../../src/datastore/local/driver.ts';`,
      'test/bgp/sessions.test.ts:1 imports src/datastore/local: not allowed (test/bgp may import src/bgp, src/manifests, src/context.ts, src/net, src/selectors, src/kinds)',
    ],
  ])('%s', (_case, file, text, problem) => {
    expect(problemsIn({ [file]: text })).toEqual([problem]);
  });

  test('a file that does not parse', () => {
    expect(problemsIn({ 'src/net/cidr.ts': 'export const = ;' })).toEqual(['src/net/cidr.ts: Unexpected token']);
  });
});
