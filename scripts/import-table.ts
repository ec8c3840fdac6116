/**
 * Which part of the program may import which: the table of docs/architecture.md as data.
 * `scripts/check-imports.ts` holds every file of `src` and `test` against it.
 */

/** What the files of one part may import. A part may always import itself. */
export interface Rule {
  /** Parts that may be imported in any way. */
  readonly imports: readonly string[];
  /** Parts of which only types may be imported (`import type`): nothing of them runs. */
  readonly types?: readonly string[];
  /** Parts that may only be reached by `import()`: they load when the path that needs them runs. */
  readonly lazy?: readonly string[];
  /** npm packages, sub-paths included. */
  readonly packages?: readonly string[];
  /** npm packages that may only be reached by `import()`. */
  readonly lazyPackages?: readonly string[];
  /** Built-in modules of the runtime (`node:path`), or all of them. */
  readonly builtins?: readonly string[] | 'all';
  /** Files of the repository outside `src`, as paths from its root. */
  readonly files?: readonly string[];
}

/**
 * Arithmetic on paths and text. Allowed where input and output are not: it touches nothing outside the process.
 */
const PURE_BUILTINS = ['node:path', 'node:path/posix', 'node:util'] as const;

/** The part every driver belongs to: `src/datastore/etcd` is one of `DRIVER`. */
export const DRIVER = 'src/datastore/<driver>';

/** The description of a driver's settings: the one file of a driver that `src/config` may read. */
export const DRIVER_SETTINGS = 'src/datastore/<driver>/settings.ts';

/** The client of the BIRD control socket: the one file of `src/bird` that talks to a daemon. */
export const BIRD_SOCKET = 'src/bird/socket.ts';

/** The file of the Kubernetes driver that stands before the client library: most connections do without it. */
const CLIENT_NODE = 'src/datastore/kubernetes/client-node.ts';

/** The parts of `src` and what each may import. A folder of `src` that is not named here is an error. */
export const IMPORT_TABLE: Readonly<Record<string, Rule>> = {
  'src/context.ts': { imports: [], types: ['src/datastore'] },

  // Which process holds a lock, for the locks of the local driver and of files that the process writes.
  'src/process-identity.ts': { imports: [], builtins: 'all' },

  // What the system says of files and sockets, in one wording wherever it comes up.
  'src/system-errors.ts': { imports: [] },

  // The event loop during long work.
  'src/turns.ts': { imports: [] },

  // For drivers of both runtimes: the fetch of one of them.
  'src/quick-http': { imports: ['src/system-errors.ts'] },

  'src/net': { imports: [] },
  'src/selectors': { imports: ['src/net'], types: ['src/kinds'] },
  'src/kinds': { imports: ['src/net', 'src/selectors'] },
  'src/bgp': { imports: ['src/net', 'src/selectors'], types: ['src/kinds'] },
  'src/ipam': { imports: ['src/net'], types: ['src/kinds'] },
  // How traffic between nodes is carried: neither BGP, which IP pools work without, nor the arithmetic of blocks.
  'src/overlay': { imports: ['src/net'] },
  'src/bird': { imports: ['src/net'], types: ['src/kinds'] },
  [BIRD_SOCKET]: { imports: ['src/bird', 'src/system-errors.ts'], builtins: ['node:net'] },

  'src/manifests': {
    imports: ['src/context.ts', 'src/kinds', 'src/net', 'src/system-errors.ts', 'src/turns.ts'],
    packages: ['js-yaml'],
    builtins: PURE_BUILTINS,
  },

  'src/datastore': {
    imports: ['src/kinds', 'src/net'],
    types: ['src/ipam', DRIVER_SETTINGS],
    lazy: [DRIVER],
  },
  [DRIVER]: {
    imports: ['src/datastore', 'src/kinds', 'src/net', 'src/quick-http', 'src/system-errors.ts', DRIVER_SETTINGS],
    types: ['src/ipam'],
    builtins: 'all',
  },
  [DRIVER_SETTINGS]: { imports: ['src/datastore', 'src/net'] },

  'src/operations': {
    imports: [
      'src/context.ts',
      'src/kinds',
      'src/manifests',
      'src/bgp',
      'src/bird',
      BIRD_SOCKET,
      'src/ipam',
      'src/overlay',
      'src/selectors',
      'src/net',
      'src/datastore',
      'src/turns.ts',
    ],
    lazyPackages: ['rfc6902'],
    builtins: PURE_BUILTINS,
  },

  'src/output': {
    imports: ['src/kinds', 'src/net'],
    packages: ['js-yaml'],
    lazyPackages: ['@hpcc-js/wasm-graphviz', 'chalk', 'cli-table3'],
    builtins: PURE_BUILTINS,
  },

  'src/config': {
    // A configuration file is a manifest: read by the same reader, described in the same language as a kind.
    imports: [
      'src/context.ts',
      'src/net',
      'src/kinds',
      'src/manifests',
      'src/datastore',
      'src/system-errors.ts',
      DRIVER_SETTINGS,
    ],
    packages: ['js-yaml'],
    builtins: PURE_BUILTINS,
  },

  'src/commands': {
    imports: ['src/context.ts', 'src/cli', 'src/operations', 'src/output', 'src/kinds'],
    packages: ['@oclif/core'],
    builtins: PURE_BUILTINS,
  },

  'src/cli': {
    imports: [
      'src/context.ts',
      'src/process-identity.ts',
      'src/system-errors.ts',
      'src/kinds',
      'src/manifests',
      'src/datastore',
      'src/config',
      'src/output',
      'src/selectors',
      'src/net',
    ],
    // The table of commands: which one is loaded is known only when the arguments have been read.
    lazy: ['src/commands'],
    packages: ['@oclif/core'],
    lazyPackages: ['chalk'],
    builtins: 'all',
    files: ['package.json', 'oclif.manifest.json'],
  },
};

/** What single drivers, or single files of one, may import beyond the rule for all drivers. */
export const DRIVER_EXTRAS: Readonly<Record<string, Rule>> = {
  'src/datastore/kubernetes': { imports: [], lazy: [CLIENT_NODE], packages: ['js-yaml'] },
  // By its name and not by import(), so that the bundler can leave out what is not used of it: two thirds.
  [CLIENT_NODE]: { imports: ['src/datastore/kubernetes'], packages: ['@kubernetes/client-node'] },
  'src/datastore/etcd': { imports: [], packages: ['etcd3', '@grpc/grpc-js'] },
  // A folder of manifests: the reader and the printer of manifests are its client library.
  'src/datastore/local': { imports: ['src/manifests', 'src/output', 'src/process-identity.ts'] },
};

/**
 * Folders of `test` whose tests may import no more of `src` than the part they test may, and the manifest reader for
 * their documents: so a pure part is shown to work without a process, a datastore or a printer.
 */
export const PURE_TESTS = ['net', 'selectors', 'kinds', 'bgp', 'ipam', 'overlay', 'bird'] as const;
