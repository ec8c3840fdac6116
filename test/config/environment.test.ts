import { describe, expect, it, vi } from 'vitest';
import { loadSettings } from '../../src/config/load.ts';
import type { ConnectionSpec } from '../../src/datastore/settings.ts';
import { SettingsError } from '../../src/datastore/settings.ts';
import { memoryFiles } from './memory-files.ts';

type Environment = Readonly<Record<string, string>>;

const NOTHING: ConnectionSpec = {
  datastoreType: 'kubernetes',
  etcdEndpoints: '',
  etcdDiscoverySrv: '',
  etcdUsername: '',
  etcdPassword: '',
  etcdKeyFile: '',
  etcdCertFile: '',
  etcdCACertFile: '',
  etcdKey: '',
  etcdCert: '',
  etcdCACert: '',
  kubeconfig: '',
  k8sAPIEndpoint: '',
  k8sKeyFile: '',
  k8sCertFile: '',
  k8sCAFile: '',
  k8sAPIToken: '',
  k8sInsecureSkipTLSVerify: false,
  k8sDisableNodePoll: false,
  usePodCIDR: false,
  kubeconfigInline: '',
  k8sClientQPS: 0,
  k8sClientBurst: 0,
  k8sCurrentContext: '',
  calicoAPIGroup: '',
  localDir: '',
};

const load = (env: Environment, context?: string) => loadSettings({ env, context, files: memoryFiles({}) });

/** The loaded settings as far as they are not the default ones, and where each came from. */
async function differences(env: Environment, context?: string) {
  const settings = await load(env, context);
  const { spec } = settings;
  const different: { [field: string]: unknown } = {};
  for (const field of names(spec)) {
    const origin = settings.origin(field);
    if (spec[field] !== NOTHING[field] || origin !== 'default') different[field] = [spec[field], origin];
  }
  return different;
}

function names(spec: ConnectionSpec): readonly (keyof ConnectionSpec)[] {
  const known: readonly string[] = Object.keys(NOTHING);
  expect(Object.keys(spec).sort()).toEqual([...known].sort());
  return Object.keys(NOTHING).filter((name): name is keyof ConnectionSpec => name in spec);
}

/** What loading fails with. */
async function failure(env: Environment): Promise<string> {
  const error: unknown = await load(env).catch((reason: unknown) => reason);
  if (!(error instanceof SettingsError)) throw new Error('expected a SettingsError', { cause: error });
  return error.message;
}

describe('loadSettings() from the environment', () => {
  it('without any variable is Kubernetes with nothing set', async () => {
    const settings = await load({});
    const { spec, warnings, file } = settings;
    expect({ spec, warnings, file, origin: settings.origin('datastoreType') }).toEqual({
      spec: NOTHING,
      warnings: [],
      file: undefined,
      origin: 'default',
    });
  });

  it('reads no YAML', async () => {
    vi.doMock('../../src/manifests/yaml/parse.ts', () => {
      throw new Error('the YAML reader was loaded');
    });
    try {
      await expect(load({ DATASTORE_TYPE: 'kubernetes' })).resolves.toMatchObject({ warnings: [] });
    } finally {
      vi.doUnmock('../../src/manifests/yaml/parse.ts');
    }
  });

  it.each([
    ['DATASTORE_TYPE', 'datastoreType', 'etcdv3'],
    ['ETCD_DISCOVERY_SRV', 'etcdDiscoverySrv', 'example.com'],
    ['ETCD_USERNAME', 'etcdUsername', 'u'],
    ['ETCD_PASSWORD', 'etcdPassword', 'p'],
    ['ETCD_KEY_FILE', 'etcdKeyFile', 'k'],
    ['ETCD_CERT_FILE', 'etcdCertFile', 'c'],
    ['ETCD_CA_CERT_FILE', 'etcdCACertFile', 'ca'],
    ['KUBECONFIG', 'kubeconfig', '/a:/b'],
    ['K8S_API_ENDPOINT', 'k8sAPIEndpoint', 'https://h'],
    ['K8S_KEY_FILE', 'k8sKeyFile', 'k'],
    ['K8S_CERT_FILE', 'k8sCertFile', 'c'],
    ['K8S_CA_FILE', 'k8sCAFile', 'ca'],
    ['K8S_CURRENT_CONTEXT', 'k8sCurrentContext', 'ctx'],
  ])('takes %s, and its prefixed form first', async (variable, field, value) => {
    expect(await differences({ [variable]: value })).toEqual({ [field]: [value, variable] });
    expect(await differences({ [`CALICO_${variable}`]: value, [variable]: 'other' })).toEqual({
      [field]: [value, `CALICO_${variable}`],
    });
  });

  it.each([
    ['K8S_INSECURE_SKIP_TLS_VERIFY', 'k8sInsecureSkipTLSVerify'],
    ['K8S_DISABLE_NODE_POLL', 'k8sDisableNodePoll'],
    ['USE_POD_CIDR', 'usePodCIDR'],
  ])('reads %s with the words of Go', async (variable, field) => {
    for (const value of ['1', 't', 'T', 'TRUE', 'true', 'True']) {
      expect(await differences({ [variable]: value })).toEqual({ [field]: [true, variable] });
    }
    for (const value of ['0', 'f', 'F', 'FALSE', 'false', 'False']) {
      expect(await differences({ [`CALICO_${variable}`]: value })).toEqual({ [field]: [false, `CALICO_${variable}`] });
    }
  });

  it.each([
    ['K8S_CLIENT_QPS', 'k8sClientQPS', '2.5', 2.5],
    ['K8S_CLIENT_QPS', 'k8sClientQPS', '1e2', 100],
    ['K8S_CLIENT_QPS', 'k8sClientQPS', '-.5', -0.5],
    ['K8S_CLIENT_BURST', 'k8sClientBurst', '40', 40],
    ['K8S_CLIENT_BURST', 'k8sClientBurst', '-7', -7],
    ['K8S_CLIENT_BURST', 'k8sClientBurst', '0x1F', 31],
    ['K8S_CLIENT_BURST', 'k8sClientBurst', '010', 8],
    ['K8S_CLIENT_BURST', 'k8sClientBurst', '+1_000', 1000],
  ])('reads %s for %s: %s', async (variable, field, value, number) => {
    expect(await differences({ [variable]: value })).toEqual({ [field]: [number, variable] });
  });

  it('reads the variables that go by unusual names', async () => {
    expect(
      await differences({ CALICO_K8SAPITOKEN: 't', K8SAPITOKEN: 'x', K8S_API_TOKEN: 'x', CALICO_K8S_API_TOKEN: 'x' }),
    ).toEqual({
      k8sAPIToken: ['t', 'CALICO_K8SAPITOKEN'],
    });
    expect(await differences({ CALICO_API_GROUP: 'a' })).toEqual({ calicoAPIGroup: ['a', 'CALICO_API_GROUP'] });
    expect(await differences({ CALICO_API_GROUP: 'a', CALICO_CALICO_API_GROUP: 'b' })).toEqual({
      calicoAPIGroup: ['b', 'CALICO_CALICO_API_GROUP'],
    });
  });

  it('does not read fields that only a file may give', async () => {
    expect(
      await differences({
        ETCD_KEY: 'x',
        CALICO_ETCD_CERT: 'x',
        ETCD_CA_CERT: 'x',
        KUBECONFIG_INLINE: 'x',
        LOCAL_DIR: 'x',
      }),
    ).toEqual({});
  });

  it('takes a prefixed variable that is set but empty for an empty value', async () => {
    expect(await differences({ CALICO_KUBECONFIG: '', KUBECONFIG: '/a' })).toEqual({
      kubeconfig: ['', 'CALICO_KUBECONFIG'],
    });
  });

  it('without a type picks etcd exactly when endpoints are given', async () => {
    expect((await load({ ETCD_ENDPOINTS: 'http://e' })).spec.datastoreType).toBe('etcdv3');
    expect((await load({ ETCD_ENDPOINTS: '' })).spec.datastoreType).toBe('kubernetes');
    expect((await load({ ETCD_DISCOVERY_SRV: 'example.com' })).spec.datastoreType).toBe('kubernetes');
    expect((await load({ ETCD_ENDPOINTS: 'http://e', DATASTORE_TYPE: 'kubernetes' })).spec.datastoreType).toBe(
      'kubernetes',
    );
    expect((await load({ ETCD_ENDPOINTS: 'http://e', DATASTORE_TYPE: '' })).spec.datastoreType).toBe('etcdv3');
  });

  it.each(['etcd', 'ETCDV3', 'zookeeper', ' kubernetes', 'Local'])('refuses the datastore type "%s"', async (type) => {
    expect(await failure({ DATASTORE_TYPE: type })).toBe(`unknown datastore type: ${type}`);
  });

  it('says in a hint which types there are, and which variable is wrong', async () => {
    await expect(load({ CALICO_DATASTORE_TYPE: 'etcd' })).rejects.toMatchObject({
      hints: ['CALICO_DATASTORE_TYPE may be etcdv3, kubernetes or local'],
    });
  });

  it.each([
    [
      'K8S_INSECURE_SKIP_TLS_VERIFY',
      'perhaps',
      `K8sInsecureSkipTLSVerify: converting 'perhaps' to type bool. details: strconv.ParseBool: parsing "perhaps": invalid syntax`,
    ],
    [
      'K8S_DISABLE_NODE_POLL',
      '',
      `K8sDisableNodePoll: converting '' to type bool. details: strconv.ParseBool: parsing "": invalid syntax`,
    ],
    [
      'USE_POD_CIDR',
      'yes',
      `K8sUsePodCIDR: converting 'yes' to type bool. details: strconv.ParseBool: parsing "yes": invalid syntax`,
    ],
    [
      'K8S_CLIENT_QPS',
      'fast',
      `K8sClientQPS: converting 'fast' to type float32. details: strconv.ParseFloat: parsing "fast": invalid syntax`,
    ],
    [
      'K8S_CLIENT_QPS',
      '',
      `K8sClientQPS: converting '' to type float32. details: strconv.ParseFloat: parsing "": invalid syntax`,
    ],
    [
      'K8S_CLIENT_QPS',
      '1e99',
      `K8sClientQPS: converting '1e99' to type float32. details: strconv.ParseFloat: parsing "1e99": value out of range`,
    ],
    [
      'K8S_CLIENT_BURST',
      'many',
      `K8sClientBurst: converting 'many' to type int. details: strconv.ParseInt: parsing "many": invalid syntax`,
    ],
    [
      'K8S_CLIENT_BURST',
      '1.5',
      `K8sClientBurst: converting '1.5' to type int. details: strconv.ParseInt: parsing "1.5": invalid syntax`,
    ],
    [
      'K8S_CLIENT_BURST',
      '08',
      `K8sClientBurst: converting '08' to type int. details: strconv.ParseInt: parsing "08": invalid syntax`,
    ],
    [
      'K8S_CLIENT_BURST',
      '9223372036854775808',
      `K8sClientBurst: converting '9223372036854775808' to type int. details: strconv.ParseInt: parsing "9223372036854775808": value out of range`,
    ],
  ])('refuses %s=%s with the words of Go, naming the prefixed variable', async (variable, value, text) => {
    const expected = `failed to load config from env vars: envconfig.Process: assigning CALICO_${variable} to ${text}`;
    expect(await failure({ [variable]: value })).toBe(expected);
    expect(await failure({ [`CALICO_${variable}`]: value })).toBe(expected);
  });

  it('reports the first of several bad values in the order of the fields', async () => {
    expect(
      await failure({ K8S_CLIENT_BURST: 'x', K8S_CLIENT_QPS: 'x', USE_POD_CIDR: 'x', DATASTORE_TYPE: 'x' }),
    ).toContain('CALICO_USE_POD_CIDR');
  });

  it('with a context prefers it to K8S_CURRENT_CONTEXT only', async () => {
    expect(await differences({}, 'c')).toEqual({ k8sCurrentContext: ['c', '--context'] });
    expect(await differences({ K8S_CURRENT_CONTEXT: 'x' }, 'c')).toEqual({ k8sCurrentContext: ['c', '--context'] });
    expect(await differences({ K8S_CURRENT_CONTEXT: 'x' }, '')).toEqual({
      k8sCurrentContext: ['x', 'K8S_CURRENT_CONTEXT'],
    });
    expect(await differences({ CALICO_K8S_CURRENT_CONTEXT: 'x' }, 'c')).toEqual({
      k8sCurrentContext: ['x', 'CALICO_K8S_CURRENT_CONTEXT'],
    });
    expect(await differences({ CALICO_K8S_CURRENT_CONTEXT: '' }, 'c')).toEqual({
      k8sCurrentContext: ['', 'CALICO_K8S_CURRENT_CONTEXT'],
    });
  });

  it('takes the folder of the local datastore from CALICO_LOCAL_DIR', async () => {
    expect(await differences({ DATASTORE_TYPE: 'local', CALICO_LOCAL_DIR: 'net' })).toEqual({
      datastoreType: ['local', 'DATASTORE_TYPE'],
      localDir: ['net', 'CALICO_LOCAL_DIR'],
    });
  });

  it('refuses the local datastore without a folder, and says in a hint how to name one', async () => {
    expect(await failure({ DATASTORE_TYPE: 'local' })).toBe(
      'no folder of manifests specified for datastore type local',
    );
    expect(await failure({ DATASTORE_TYPE: 'local', CALICO_LOCAL_DIR: '' })).toBe(
      'no folder of manifests specified for datastore type local',
    );
    await expect(load({ DATASTORE_TYPE: 'local' })).rejects.toMatchObject({
      hints: ['set CALICO_LOCAL_DIR, or spec.localDir in a configuration file, to the path of the folder'],
    });
  });

  describe('the default kubeconfig', () => {
    const home = (env: Environment) =>
      loadSettings({ env: { HOME: '/home/op', ...env }, files: memoryFiles({ '/home/op/.kube/config': '' }) });

    it('is used when it exists and nothing else is configured', async () => {
      const settings = await home({});
      expect([settings.spec.kubeconfig, settings.origin('kubeconfig')]).toEqual(['/home/op/.kube/config', 'default']);
    });

    it('is used when KUBECONFIG is set but empty', async () => {
      const settings = await home({ KUBECONFIG: '' });
      expect([settings.spec.kubeconfig, settings.origin('kubeconfig')]).toEqual(['/home/op/.kube/config', 'default']);
    });

    it.each<[string, Environment, string]>([
      ['KUBECONFIG is set', { KUBECONFIG: '/k' }, '/k'],
      ['an endpoint is set', { K8S_API_ENDPOINT: 'https://h' }, ''],
      ['the datastore is etcd', { DATASTORE_TYPE: 'etcdv3' }, ''],
      ['HOME is empty', { HOME: '' }, ''],
      ['it does not exist', { HOME: '/home/other' }, ''],
    ])('is not used when %s', async (_, env, kubeconfig) => {
      expect((await home(env)).spec.kubeconfig).toBe(kubeconfig);
    });
  });
});
