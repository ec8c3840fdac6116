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
  /** Matches the path of the file, with `/`. */
  readonly file: RegExp;
  /** Texts, exactly as they stand in the file, and what stands there in the bundle. */
  readonly changes: ReadonlyArray<readonly [from: string, to: string | ((path: string) => string)]>;
}

const PATCHES: readonly Patch[] = [
  {
    // etcd3 reads its protocol description from a file beside itself when it is loaded. In a bundle there is no such
    // file, and in a standalone executable the path is the build machine's: the description goes into the bundle.
    file: /\/etcd3\/lib\/connection-pool\.js$/,
    changes: [['loadSync)(`${__dirname}/../proto/rpc.proto`,', (path) => `fromJSON)(${etcdProtocol(path)},`]],
  },
  {
    // Descriptions of every message for servers that let clients ask for them, and Google's common messages: made on
    // each start, never used by a client (measured: 14 of 88 ms of a command that only loads etcd3).
    file: /\/@grpc\/proto-loader\/build\/src\/index\.js$/,
    changes: [
      ["const messageDescriptor = message.toDescriptor('proto3');", ''],
      ['type: messageDescriptor.$type.toObject(messageDescriptor, descriptorOptions),', ''],
      ["const enumDescriptor = enumType.toDescriptor('proto3');", ''],
      ['type: enumDescriptor.$type.toObject(enumDescriptor, descriptorOptions),', ''],
      ["const descriptorList = root.toDescriptor('proto3').file;", ''],
      [
        'const bufferList = descriptorList.map(value => Buffer.from(descriptor.FileDescriptorProto.encode(value).finish()));',
        'const bufferList = [];',
      ],
      ['(0, util_1.addCommonProtos)();', ''],
    ],
  },
  {
    // The stream is dear to make, and src/cli/output.ts knows when it is needed.
    file: /\/@oclif\/core\/lib\/command\.js$/,
    changes: [["process.stdout.on('error', (err) => {", '(() => {})((err) => {']],
  },
];

/** Files of which the program needs next to nothing, and what it needs. */
const REPLACED: readonly { readonly file: RegExp; readonly contents: string }[] = [
  {
    // What src/cli/execute.ts derives its own from. All that oclif's does is reading package.json, manifests and plugins, with
    // the libraries for that: half of what a command would load.
    file: /\/@oclif\/core\/lib\/config\/index\.js$/,
    contents: 'exports.Config = class Config { constructor(options) { this.options = options; } };',
  },
  {
    // Help is made when the program is built, errors are printed by src/cli/report.ts, and nothing spins.
    file: /\/@oclif\/core\/lib\/(?:help\/(?:index|util)|errors\/handle|ux\/action\/(?:spinner|simple)|util\/read-tsconfig)\.js$/,
    contents: 'exports.default = exports.handle = class {};',
  },
];

/** The text of a file after its changes, or what is wrong with them. */
function patchedText(path: string): string | { readonly errors: { readonly text: string }[] } {
  const replaced = REPLACED.find(({ file }) => file.test(path));
  if (replaced !== undefined) return replaced.contents;
  let contents = readFileSync(path, 'utf8');
  for (const [from, to] of PATCHES.find(({ file }) => file.test(path))?.changes ?? []) {
    const parts = contents.split(from);
    if (parts.length !== 2) {
      return { errors: [{ text: `${path}: expected "${from}" once, found it ${parts.length - 1} times` }] };
    }
    contents = parts.join(typeof to === 'string' ? to : to(path));
  }
  return contents;
}

/** The esbuild plugin that makes the changes. */
export function libraryPatches(): Plugin {
  return {
    name: 'library-patches',
    setup(build) {
      // lazyOclif makes those of oclif.
      for (const { file } of PATCHES.filter(({ file: pattern }) => !pattern.source.includes('@oclif'))) {
        build.onLoad({ filter: file }, ({ path }) => {
          const contents = patchedText(path);
          return typeof contents === 'string' ? { contents, loader: 'js' } : contents;
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
        // The name stays in the bundle, so it is not a path of this machine.
        return { path, namespace: WRAPPED, pluginData: file };
      });
      build.onLoad({ filter: /.*/, namespace: WRAPPED }, ({ pluginData: path }: { readonly pluginData: string }) => {
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

const LAZY_REQUIRE = /^const (\w+_\d+) = ((?:__importDefault\(|__importStar\()?require\("[^"]+"\)\)?);$/gm;

/**
 * Lets the files of oclif load each other when they are used, not when they are loaded: of the whole framework a command
 * needs a small part (measured: 14 of 48 ms of a command that only reads its arguments). Its files are what the TypeScript
 * compiler makes of imports, `const x_1 = require("x")` and then always `x_1.y`: each `x_1` becomes the call itself.
 */
export function lazyOclif(): Plugin {
  return {
    name: 'lazy-oclif',
    setup(build) {
      build.onLoad({ filter: /\/@oclif\/core\/lib\/.*\.js$/ }, ({ path }) => {
        const loads = new Map<string, string>();
        const patched = patchedText(path);
        if (typeof patched !== 'string') return patched;
        let contents = patched.replace(LAZY_REQUIRE, (_line, name: string, load: string) => {
          loads.set(name, load);
          return '';
        });
        for (const [name, load] of loads) {
          contents = contents.replace(new RegExp(`(?<![.\\w$])${name}\\b`, 'g'), `(__lazy_${name} ??= ${load})`);
        }
        const names = [...loads.keys()].map((name) => `__lazy_${name}`);
        return { contents: names.length > 0 ? `${contents}\nvar ${names.join()};` : contents, loader: 'js' };
      });
    },
  };
}
