/**
 * How the program's own files go into the bundle: see `ownSources()`.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from 'oxc-parser';
import type { Plugin } from 'esbuild';
import { lazyBuiltins } from './lazy-builtins.ts';

/**
 * Files of the program that are worth a chunk of their own when `import()` asks for them: most commands do without them.
 * `*` stands for one folder.
 */
const OWN_CHUNK = [
  'src/cli/execute.ts',
  'src/cli/help.ts',
  // For one format of output, and large.
  'src/output/template/render.ts',
  // It brings the YAML library.
  'src/manifests/decode.ts',
  'src/operations/bgp-cuts.ts',
  'src/datastore/*/driver.ts',
  'src/datastore/etcd/grpc-transport.ts',
  'src/datastore/kubernetes/client-node.ts',
].map((pattern) => new RegExp(`/${pattern.replaceAll('.', '\\.').replaceAll('*', '[^/]+')}$`));

/**
 * The esbuild plugin that reads the program's own files: what they use of the runtime loads late, what they use of each other comes in
 * few files.
 */
export function ownSources(): Plugin {
  return {
    name: 'own-sources',
    setup(build) {
      build.onLoad({ filter: /\/src\/.*\.ts$/ }, ({ path }) => ({
        contents: keepTogether(path, lazyBuiltins(path, readFileSync(path, 'utf8'))),
        loader: 'ts',
      }));
    },
  };
}

/**
 * The text of a file that puts the files it asks for by `import()` into its own chunk, unless they are among `OWN_CHUNK`. They are still
 * evaluated only then. Without it every `import()` cuts the program into more pieces: 39 files instead of 12 for one `get`, and a tenth of
 * its time. Packages keep their chunks.
 */
function keepTogether(path: string, text: string): string {
  if (!text.includes('import(')) return text;
  let contents = text;
  const { dynamicImports } = parseSync(path, text).module;
  for (const { start, end, moduleRequest } of dynamicImports.toReversed()) {
    const name = text.slice(moduleRequest.start, moduleRequest.end);
    const target = /^(['"])(\..*)\1$/.exec(name)?.[2];
    if (target === undefined || OWN_CHUNK.some((pattern) => pattern.test(join(path, '..', target)))) continue;
    contents = `${contents.slice(0, start)}Promise.resolve().then(() => require(${name}))${contents.slice(end)}`;
  }
  return contents;
}
