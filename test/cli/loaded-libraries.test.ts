/** Which libraries each command may load, per datastore: seen in the bundle, while it runs. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle } from '../../scripts/build.ts';
import { calicoctl } from '../doubles/program.ts';
import type { EtcdConnection, EtcdServer } from '../servers/etcd.ts';
import { startEtcd } from '../servers/etcd.ts';
import type { KubernetesConnection } from '../servers/kubernetes.ts';
import { sharedEtcd, sharedKubernetes } from '../servers/shared.ts';

const ROOT = join(import.meta.dirname, '../..');

/** Libraries that cost time to load. All others come with one of these. */
const WATCHED = [
  '@oclif/core',
  '@kubernetes/client-node',
  'etcd3',
  '@grpc/grpc-js',
  'js-yaml',
  'cli-table3',
  'chalk',
  'rfc6902',
  '@hpcc-js/wasm-graphviz',
] as const;
type Library = (typeof WATCHED)[number];

const NONE: readonly Library[] = [];
const CLI: readonly Library[] = ['@oclif/core'];
const CLI_YAML: readonly Library[] = ['@oclif/core', 'js-yaml'];
const CLI_GRPC: readonly Library[] = ['@oclif/core', 'etcd3', '@grpc/grpc-js'];
const PATCH = '[{"op":"add","path":"/metadata/labels","value":{"a":"b"}}]';

/** The table. A command line is split at blanks; capitals stand for paths. */
const TABLE: Readonly<Record<string, readonly (readonly [string, readonly Library[]])[]>> = {
  none: [
    ['', NONE],
    ['--help', NONE],
    ['help get', NONE],
    ['get --help', NONE],
    ['bgp', NONE],
    ['nonsense', NONE],
    ['get --nonsense', NONE],
    ['version --client', CLI],
    ['version --client -o json', CLI],
    ['get -o nonsense ippool', CLI],
    ['node status --socket-dir FOLDER', CLI],
    ['validate -f POOL', CLI_YAML],
    ['validate -f POOL -o yaml', CLI_YAML],
    ['get ippool -c CONFIG', CLI_YAML],
  ],
  local: [
    ['apply -f POOL', CLI_YAML],
    ['get ippool', CLI_YAML],
    ['get ippool -o yaml', CLI_YAML],
    ['get ippool -o jsonpath={.kind}', CLI_YAML],
    ['get ippool -o go-template={{len.}}', CLI_YAML],
    ['diff -f POOL', CLI_YAML],
    ['bgp topology -o dot', CLI_YAML],
    ['bgp topology -o svg', [...CLI_YAML, '@hpcc-js/wasm-graphviz']],
    [`patch ippool p --type json -p ${PATCH}`, [...CLI_YAML, 'rfc6902']],
    ['patch ippool p -p {"spec":{"natOutgoing":true}}', CLI_YAML],
    ['label ippool p a=c --overwrite', CLI_YAML],
    ['bgp sessions', CLI_YAML],
    ['ippool modes', CLI_YAML],
    ['ippool mode p --vxlan Always', CLI_YAML],
    ['delete ippool p', CLI_YAML],
  ],
  etcd: [
    ['apply -f POOL', CLI_YAML],
    ['get ippool', CLI],
    ['get ippool -o yaml', CLI],
    ['version', CLI],
    [`patch ippool p --type json -p ${PATCH}`, [...CLI, 'rfc6902']],
    ['label ippool p a=c --overwrite', CLI],
    ['bgp sessions', CLI],
    ['ippool modes', CLI],
    ['ippool mode p --vxlan Always -o yaml', CLI],
    ['delete ippool p', CLI],
  ],
  'etcd without JSON gateway': [['get ippool', CLI_GRPC]],
  'kubernetes with a token': [
    ['apply -f POOL', CLI_YAML],
    ['get ippool', CLI],
    ['get ippool p -o yaml', CLI],
    ['get nodes -o wide', CLI],
    ['version', CLI],
    ['diff -f POOL', CLI_YAML],
    [`patch ippool p --type json -p ${PATCH}`, [...CLI, 'rfc6902']],
    ['label ippool p a=c --overwrite', CLI],
    ['bgp sessions', CLI],
    ['delete ippool p', CLI],
  ],
  'kubernetes with a certificate': [
    ['get ippool', CLI],
    ['get ippool -o json', CLI],
  ],
  'kubernetes with a kubeconfig in YAML': [['get ippool', CLI_YAML]],
  'kubernetes through a proxy': [['get ippool', [...CLI_YAML, '@kubernetes/client-node']]],
};

/** What a process loads, written down when it ends. */
const TRACE = `import fs from 'node:fs';
const files = [];
const read = fs.readFileSync;
fs.readFileSync = (name, ...options) => {
  if (String(name).endsWith('.cjs')) files.push(name);
  return read(name, ...options);
};
process.on('exit', () => fs.writeFileSync(process.env.CALICOCTL_TEST_TRACE, JSON.stringify(files)));
`;

const folder = mkdtempSync(join(tmpdir(), 'calicoctl-libraries-'));
const at = (...names: readonly string[]): string => join(folder, ...names);
const PATHS: Readonly<Record<string, string>> = {
  POOL: at('pool.yaml'),
  CONFIG: at('config.yaml'),
  FOLDER: at('store'),
};
/** libraries by the file of the bundle that they are in */
const contents = new Map<string, readonly Library[]>();
let environments: Readonly<Record<string, Readonly<Record<string, string>>>> = {};
let etcd: EtcdConnection;
let grpcOnly: EtcdServer;
let cluster: KubernetesConnection;

beforeAll(async () => {
  [etcd, grpcOnly, cluster] = await Promise.all([
    sharedEtcd(),
    startEtcd({ jsonGateway: false }),
    sharedKubernetes('v1'),
  ]);
  await Promise.all([etcd.wipe(), cluster.wipe()]);
  const { outputs } = await bundle(join(ROOT, 'src/cli/main.ts'), at('dist'), 'cjs');
  for (const [path, { inputs }] of Object.entries(outputs)) {
    const used = Object.entries(inputs).flatMap(([name, { bytesInOutput }]) => (bytesInOutput > 0 ? [name] : []));
    contents.set(
      resolve(ROOT, path),
      WATCHED.filter((library) => used.some((name) => name.includes(`node_modules/${library}/`))),
    );
  }
  cpSync(join(ROOT, 'bin'), at('bin'), { recursive: true });
  cpSync(join(ROOT, 'package.json'), at('package.json'));
  mkdirSync(at('store'));
  writeFileSync(at('trace.mjs'), TRACE);
  writeFileSync(
    at('pool.yaml'),
    'apiVersion: projectcalico.org/v3\nkind: IPPool\nmetadata:\n  name: p\nspec:\n  cidr: 10.0.0.0/16\n',
  );
  writeFileSync(
    at('config.yaml'),
    `apiVersion: projectcalico.org/v3\nkind: CalicoAPIConfig\nspec:\n  datastoreType: local\n  localDir: ${at('store')}\n`,
  );
  // A comment makes YAML of JSON.
  writeFileSync(at('kubeconfig.yaml'), `# kubeconfig\n${readFileSync(cluster.kubeconfigFile, 'utf8')}`);
  const proxied = readFileSync(cluster.kubeconfigFile, 'utf8').replace(
    '"server":',
    '"proxy-url": "http://127.0.0.1:9", "server":',
  );
  writeFileSync(at('proxied'), proxied);
  const kubernetes = (KUBECONFIG: string) => ({ DATASTORE_TYPE: 'kubernetes', KUBECONFIG });
  environments = {
    none: {},
    local: { DATASTORE_TYPE: 'local', CALICO_LOCAL_DIR: at('store') },
    etcd: { DATASTORE_TYPE: 'etcdv3', ETCD_ENDPOINTS: etcd.endpoints },
    'etcd without JSON gateway': { DATASTORE_TYPE: 'etcdv3', ETCD_ENDPOINTS: grpcOnly.endpoints },
    'kubernetes with a token': kubernetes(cluster.kubeconfigFile),
    'kubernetes with a certificate': kubernetes(cluster.certificateKubeconfigFile),
    'kubernetes with a kubeconfig in YAML': kubernetes(at('kubeconfig.yaml')),
    'kubernetes through a proxy': kubernetes(at('proxied')),
  };
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await grpcOnly.stop();
});

/** The watched libraries in the files that a command loads. */
async function loadedBy(line: string, env: Readonly<Record<string, string>>): Promise<readonly Library[]> {
  const args = line.split(' ').filter((word) => word !== '');
  const trace = at('trace.json');
  rmSync(trace, { force: true });
  await calicoctl(
    args.map((word) => PATHS[word] ?? word),
    { program: at('bin/run.js'), node: ['--import', at('trace.mjs')], env: { ...env, CALICOCTL_TEST_TRACE: trace } },
  );
  const files: unknown = JSON.parse(readFileSync(trace, 'utf8'));
  if (!Array.isArray(files)) throw new TypeError('no list of files');
  const libraries = new Set(files.flatMap((file) => contents.get(String(file)) ?? []));
  if (!files.includes(at('dist/main.cjs'))) throw new Error('the bundle was not started');
  return WATCHED.filter((library) => libraries.has(library));
}

describe.each(Object.keys(TABLE))('datastore: %s', (datastore) => {
  it.each(TABLE[datastore] ?? [])('calicoctl %s loads %j', async (line, libraries) => {
    const expected = WATCHED.filter((library) => libraries.includes(library));
    expect(await loadedBy(line, environments[datastore] ?? {})).toEqual(expected);
  });
});
