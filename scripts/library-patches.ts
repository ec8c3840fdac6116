/**
 * What has to be changed in libraries so that they work, or start fast enough, inside a bundle.
 * Every change names its file and its place and fails the build when the place is not there exactly once: a new version of
 * a library is looked at, not guessed at.
 */
import { readFileSync } from 'node:fs';
import { createRequire, findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Plugin } from 'esbuild';
import protobuf from 'protobufjs';

interface Patch {
  /** Matches the path of the file below `node_modules`, with `/`. */
  readonly file: RegExp;
  /** The text to replace, exactly as it stands there. */
  readonly from: string;
  /** The new text, given the path of the file. */
  readonly to: (path: string) => string;
}

const PATCHES: readonly Patch[] = [
  {
    // etcd3 reads its protocol description from a file beside itself when it is loaded. In a bundle there is no such
    // file, and in a standalone executable the path is the build machine's: the description goes into the bundle.
    file: /\/node_modules\/etcd3\/lib\/connection-pool\.js$/,
    from: 'loadSync)(`${__dirname}/../proto/rpc.proto`,',
    to: (path) => `fromJSON)(${etcdProtocol(path)},`,
  },
];

/** The esbuild plugin that makes the changes. */
export function libraryPatches(): Plugin {
  return {
    name: 'library-patches',
    setup(build) {
      for (const { file, from, to } of PATCHES) {
        build.onLoad({ filter: file }, ({ path }) => {
          const parts = readFileSync(path, 'utf8').split(from);
          const [before, after] = parts;
          if (parts.length !== 2 || before === undefined || after === undefined) {
            return { errors: [{ text: `${path}: expected "${from}" once, found it ${parts.length - 1} times` }] };
          }
          return { contents: before + to(path) + after, loader: 'js' };
        });
      }
    },
  };
}

/** etcd's protocol (rpc.proto and what it imports) as the JSON that protobufjs reads without a parser. */
function etcdProtocol(connectionPool: string): string {
  const root = new protobuf.Root();
  root.loadSync(join(dirname(connectionPool), '../proto/rpc.proto'), { keepCase: true });
  return JSON.stringify(root.toJSON());
}

const WRAPPED = 'named-exports-of-commonjs';

/**
 * Makes `import()` of a CommonJS package give the same names in the bundle as without one: `(await import('etcd3')).Etcd3`.
 * By itself esbuild gives such an import nothing but `default`.
 */
export function namedExportsOfCommonJs(): Plugin {
  return {
    name: WRAPPED,
    setup(build) {
      build.onResolve({ filter: /^[^.]/ }, async ({ path, kind, resolveDir, pluginData }) => {
        if (kind !== 'dynamic-import' || pluginData === WRAPPED) return undefined;
        const { path: file, errors } = await build.resolve(path, { kind, resolveDir, pluginData: WRAPPED });
        if (errors.length > 0 || !isCommonJs(file)) return undefined;
        return { path: file, namespace: WRAPPED };
      });
      build.onLoad({ filter: /.*/, namespace: WRAPPED }, ({ path }) => {
        const exported: unknown = createRequire(path)(path);
        const names = typeof exported === 'object' && exported !== null ? Object.keys(exported) : [];
        const usable = names.filter(
          (name) => /^[A-Za-z_$][\w$]*$/.test(name) && name !== 'default' && name !== '__esModule',
        );
        // By require, because as in Node `default` is then the whole export, whatever the package says of itself.
        const lines = [
          `const all = require(${JSON.stringify(path)});`,
          'export default all;',
          `export const {${usable.join()}} = all;`,
        ];
        return { contents: lines.join('\n'), loader: 'js', resolveDir: dirname(path) };
      });
    },
  };
}

function isCommonJs(file: string): boolean {
  if (file.endsWith('.cjs')) return true;
  if (!file.endsWith('.js')) return false;
  const manifest = findPackageJSON(pathToFileURL(file));
  return manifest !== undefined && !/"type"\s*:\s*"module"/.test(readFileSync(manifest, 'utf8'));
}
