import { describe, expect, it } from 'vitest';
import { ConfigFileMissing, DEFAULT_CONFIG_FILE, loadSettings } from '../../src/config/load.ts';
import { SettingsError } from '../../src/datastore/settings.ts';
import { memoryFiles } from './memory-files.ts';

type Environment = Readonly<Record<string, string>>;

const HEAD = 'apiVersion: projectcalico.org/v3\nkind: CalicoAPIConfig\n';

const load = (text: string, env: Environment = {}, context?: string) =>
  loadSettings({ configFile: 'c.cfg', env, context, files: memoryFiles({ 'c.cfg': text }) });

/** What loading fails with: message and hints. */
async function failure(text: string): Promise<{ readonly message: string; readonly hints: readonly string[] }> {
  const error: unknown = await load(text).catch((reason: unknown) => reason);
  if (!(error instanceof SettingsError)) throw new Error('expected a SettingsError', { cause: error });
  return { message: error.message, hints: error.hints };
}

describe('loadSettings() from a file', () => {
  it('reads every field, and names file and field as its origin', async () => {
    const spec = {
      datastoreType: 'etcdv3',
      etcdEndpoints: 'https://a:2379,https://b:2379',
      etcdDiscoverySrv: 'example.com',
      etcdUsername: 'u',
      etcdPassword: 'p',
      etcdKeyFile: 'k',
      etcdCertFile: 'c',
      etcdCACertFile: 'ca',
      etcdKey: 'KEY\n',
      etcdCert: 'CERT\n',
      etcdCACert: 'CA\n',
      kubeconfig: '/k',
      k8sAPIEndpoint: 'https://h',
      k8sKeyFile: 'kk',
      k8sCertFile: 'kc',
      k8sCAFile: 'kca',
      k8sAPIToken: 't',
      k8sInsecureSkipTLSVerify: true,
      k8sDisableNodePoll: true,
      usePodCIDR: true,
      kubeconfigInline: 'inline',
      k8sClientQPS: 2.5,
      k8sClientBurst: 7,
      k8sCurrentContext: 'ctx',
      calicoAPIGroup: 'projectcalico.org/v3',
      localDir: 'net',
    };
    const document = JSON.stringify({
      apiVersion: 'projectcalico.org/v3',
      kind: 'CalicoAPIConfig',
      metadata: {},
      spec,
    });
    const settings = await load(document);
    const { spec: loaded, file, warnings } = settings;
    expect({ loaded, file, warnings }).toEqual({ loaded: spec, file: 'c.cfg', warnings: [] });
    expect([settings.origin('etcdEndpoints'), settings.origin('k8sClientQPS')]).toEqual([
      'c.cfg: spec.etcdEndpoints',
      'c.cfg: spec.k8sClientQPS',
    ]);
  });

  it('takes nothing from the environment', async () => {
    const settings = await load(`${HEAD}spec: {datastoreType: kubernetes}\n`, {
      KUBECONFIG: '/k',
      ETCD_USERNAME: 'u',
    });
    expect([settings.spec.kubeconfig, settings.spec.etcdUsername, settings.origin('kubeconfig')]).toEqual([
      '',
      '',
      'default',
    ]);
  });

  it('applies the defaults that depend on other fields and on HOME', async () => {
    expect((await load(`${HEAD}spec: {etcdEndpoints: "http://e"}\n`)).spec.datastoreType).toBe('etcdv3');
    expect((await load(`${HEAD}spec:\n`)).spec.datastoreType).toBe('kubernetes');
    const files = memoryFiles({ 'c.cfg': HEAD, '/root/.kube/config': '' });
    const { spec } = await loadSettings({ configFile: 'c.cfg', env: { HOME: '/root' }, files });
    expect(spec.kubeconfig).toBe('/root/.kube/config');
  });

  it('is found at the default path', async () => {
    const files = memoryFiles({ [DEFAULT_CONFIG_FILE]: `${HEAD}spec: {etcdEndpoints: "http://e"}\n` });
    const settings = await loadSettings({ env: {}, files });
    expect(settings.origin('etcdEndpoints')).toBe('/etc/calico/calicoctl.cfg: spec.etcdEndpoints');
  });

  it('that is missing throws ConfigFileMissing, except at the default path', async () => {
    const missing = loadSettings({ configFile: 'nowhere.cfg', env: {}, files: memoryFiles({}) });
    await expect(missing).rejects.toBeInstanceOf(ConfigFileMissing);
    await expect(missing).rejects.toMatchObject({
      path: 'nowhere.cfg',
      message: 'Error reading config file: nowhere.cfg',
    });
    const given = await loadSettings({
      configFile: DEFAULT_CONFIG_FILE,
      env: { KUBECONFIG: '/k' },
      files: memoryFiles({}),
    });
    expect(given.spec.kubeconfig).toBe('/k');
  });

  it.each([
    ['EACCES', 'open c.cfg: permission denied'],
    ['EISDIR', 'read c.cfg: is a directory'],
  ])('that cannot be read (%s) is an error with the words of Go', async (code, message) => {
    const files = memoryFiles({ 'c.cfg': { code } });
    await expect(loadSettings({ configFile: 'c.cfg', env: {}, files })).rejects.toThrow(new SettingsError(message));
  });

  it('takes numbers and booleans for texts, and keys in any case', async () => {
    const { spec } = await load(`${HEAD}SPEC:\n  etcdUserName: 42\n  etcdPassword: 1.5\n  k8sCurrentContext: true\n`);
    expect([spec.etcdUsername, spec.etcdPassword, spec.k8sCurrentContext]).toEqual(['42', '1.5', 'true']);
  });

  it('warns where YAML reads a text as something else, without showing it', async () => {
    const { spec, warnings } = await load(
      `${HEAD}spec:\n  etcdPassword: 0123\n  etcdUsername: !me\n  etcdKeyFile: yes\n`,
    );
    expect([spec.etcdPassword, spec.etcdUsername, spec.etcdKeyFile]).toEqual(['83', '', 'true']);
    expect([...warnings].sort()).toEqual([
      'c.cfg:4: YAML reads the value of spec.etcdPassword as another number than it shows; put it in quotes',
      'c.cfg:5: YAML reads the value of spec.etcdUsername as a tag; put it in quotes',
      'c.cfg:6: YAML reads the value of spec.etcdKeyFile as another boolean than it shows; put it in quotes',
    ]);
  });

  it('warns when the environment names another datastore, without showing endpoints', async () => {
    const text = `${HEAD}spec: {datastoreType: kubernetes}\n`;
    const warningsWith = async (env: Environment) => (await load(text, env)).warnings;
    expect(await warningsWith({ DATASTORE_TYPE: 'etcdv3' })).toEqual([
      'c.cfg says datastore type kubernetes; DATASTORE_TYPE=etcdv3 in the environment is ignored',
    ]);
    expect(await warningsWith({ CALICO_DATASTORE_TYPE: 'local', DATASTORE_TYPE: 'kubernetes' })).toEqual([
      'c.cfg says datastore type kubernetes; CALICO_DATASTORE_TYPE=local in the environment is ignored',
    ]);
    expect(await warningsWith({ ETCD_ENDPOINTS: 'http://user:secret@e' })).toEqual([
      'c.cfg says datastore type kubernetes; ETCD_ENDPOINTS in the environment is ignored',
    ]);
    expect(await warningsWith({ DATASTORE_TYPE: 'kubernetes', ETCD_ENDPOINTS: 'http://e' })).toEqual([]);
    expect(await warningsWith({ CALICO_DATASTORE_TYPE: '', DATASTORE_TYPE: 'etcdv3' })).toEqual([]);
  });

  it('warns that --context has no effect', async () => {
    const { spec, warnings } = await load(`${HEAD}spec: {k8sCurrentContext: a}\n`, {}, 'b');
    expect(spec.k8sCurrentContext).toBe('a');
    expect(warnings).toEqual([
      '--context has no effect: the configuration comes from c.cfg (set spec.k8sCurrentContext there)',
    ]);
  });

  const YAML = 'syntax error in c.cfg: failed to parse config as YAML/JSON: error converting YAML to JSON: yaml: ';
  const JSON_TEXT =
    'syntax error in c.cfg: failed to parse config as YAML/JSON: error unmarshaling JSON: while decoding JSON: json: ';

  it.each<[string, string, string, readonly string[]]>([
    ['is empty', '', "syntax error in c.cfg: invalid config file: unknown APIVersion ''", []],
    [
      'has another version',
      'apiVersion: v1\n',
      "syntax error in c.cfg: invalid config file: unknown APIVersion 'v1'",
      [],
    ],
    [
      'is of another kind',
      'apiVersion: projectcalico.org/v3\nkind: Config\n',
      "syntax error in c.cfg: invalid config file: expected kind 'CalicoAPIConfig', got 'Config'",
      [],
    ],
    [
      'has a mistyped field',
      `${HEAD}metadata:\nspec:\n  datastoreType: etcdv3\n  etcdEndpoint: http://127.0.0.1:1\n`,
      `${JSON_TEXT}unknown field "etcdEndpoint"`,
      ['c.cfg:6: did you mean etcdEndpoints?'],
    ],
    [
      'has a field that is like no other',
      `${HEAD}spec:\n  frobnicate: 1\n`,
      `${JSON_TEXT}unknown field "frobnicate"`,
      ['see c.cfg:4'],
    ],
    [
      'has several problems: the first by name',
      `${HEAD}spec:\n  zzz: 1\n  usePodCIDR: 1\n`,
      `${JSON_TEXT}cannot unmarshal number into Go struct field CalicoAPIConfigSpec.spec.usePodCIDR of type bool`,
      ['see c.cfg:5'],
    ],
    [
      'has a text for a number',
      `${HEAD}spec:\n  k8sClientQPS: fast\n`,
      `${JSON_TEXT}cannot unmarshal string into Go struct field CalicoAPIConfigSpec.spec.k8sClientQPS of type float32`,
      ['see c.cfg:4'],
    ],
    [
      'has a map for a text',
      `${HEAD}spec:\n  datastoreType: {}\n`,
      `${JSON_TEXT}cannot unmarshal object into Go struct field CalicoAPIConfigSpec.spec.datastoreType of type apiconfig.DatastoreType`,
      ['see c.cfg:4'],
    ],
    ['is a list', '- a\n', `${JSON_TEXT}cannot unmarshal array into Go value of type apiconfig.CalicoAPIConfig`, []],
    ['is a number', '42\n', `${JSON_TEXT}cannot unmarshal number into Go value of type apiconfig.CalicoAPIConfig`, []],
    [
      'is no YAML',
      'apiVersion: projectcalico.org/v3\nkind: [CalicoAPIConfig\n',
      `${YAML}line 2: did not find expected ',' or ']'`,
      [],
    ],
    [
      'gives a key twice',
      `${HEAD}kind: CalicoAPIConfig\n`,
      `${YAML}unmarshal errors:\n  line 3: key "kind" already set in map`,
      [],
    ],
    [
      'names an unknown type',
      `${HEAD}spec: {datastoreType: consul}\n`,
      'unknown datastore type: consul',
      ['c.cfg: spec.datastoreType may be etcdv3, kubernetes or local'],
    ],
  ])('that %s is refused with the words of Go and its place', async (_, text, message, hints) => {
    expect(await failure(text)).toEqual({ message, hints });
  });
});
