/** The fields of a CalicoAPIConfig: their names in the file, in the environment and in messages of the Go client. */
import type { ConnectionSpec } from '../datastore/settings.ts';

/** The names of a type's properties that hold a `V`. */
type FieldsOf<V> = { [K in keyof ConnectionSpec]: ConnectionSpec[K] extends V ? K : never }[keyof ConnectionSpec];

interface Common<K extends string> {
  /** name below `spec` in the file */
  readonly name: K;
  /** name in messages about bad values */
  readonly go: string;
  /** environment variables, the first one set counts; none for fields that only a file can give */
  readonly env: readonly string[];
}
export type ConfigField =
  | (Common<FieldsOf<string>> & { readonly type: 'string' })
  | (Common<FieldsOf<boolean>> & { readonly type: 'bool' })
  | (Common<FieldsOf<number>> & { readonly type: 'int' | 'float32' });

/** `CALICO_X` wins over `X`, even when it is set to the empty string. */
const both = (name: string): readonly string[] => [`CALICO_${name}`, name];

/** All fields, in the order in which the Go client reads them: the first bad value is the one reported. */
export const CONFIG_FIELDS: readonly ConfigField[] = [
  { name: 'datastoreType', go: 'DatastoreType', type: 'string', env: both('DATASTORE_TYPE') },
  { name: 'etcdEndpoints', go: 'EtcdEndpoints', type: 'string', env: both('ETCD_ENDPOINTS') },
  {
    name: 'etcdDiscoverySrv',
    go: 'EtcdDiscoverySrv',
    type: 'string',
    env: both('ETCD_DISCOVERY_SRV'),
  },
  { name: 'etcdUsername', go: 'EtcdUsername', type: 'string', env: both('ETCD_USERNAME') },
  { name: 'etcdPassword', go: 'EtcdPassword', type: 'string', env: both('ETCD_PASSWORD') },
  { name: 'etcdKeyFile', go: 'EtcdKeyFile', type: 'string', env: both('ETCD_KEY_FILE') },
  { name: 'etcdCertFile', go: 'EtcdCertFile', type: 'string', env: both('ETCD_CERT_FILE') },
  {
    name: 'etcdCACertFile',
    go: 'EtcdCACertFile',
    type: 'string',
    env: both('ETCD_CA_CERT_FILE'),
  },
  { name: 'etcdKey', go: 'EtcdKey', type: 'string', env: [] },
  { name: 'etcdCert', go: 'EtcdCert', type: 'string', env: [] },
  { name: 'etcdCACert', go: 'EtcdCACert', type: 'string', env: [] },
  { name: 'kubeconfig', go: 'Kubeconfig', type: 'string', env: both('KUBECONFIG') },
  {
    name: 'k8sAPIEndpoint',
    go: 'K8sAPIEndpoint',
    type: 'string',
    env: both('K8S_API_ENDPOINT'),
  },
  { name: 'k8sKeyFile', go: 'K8sKeyFile', type: 'string', env: both('K8S_KEY_FILE') },
  { name: 'k8sCertFile', go: 'K8sCertFile', type: 'string', env: both('K8S_CERT_FILE') },
  { name: 'k8sCAFile', go: 'K8sCAFile', type: 'string', env: both('K8S_CA_FILE') },
  // The Go client knows this one by one name only.
  { name: 'k8sAPIToken', go: 'K8sAPIToken', type: 'string', env: ['CALICO_K8SAPITOKEN'] },
  {
    name: 'k8sInsecureSkipTLSVerify',
    go: 'K8sInsecureSkipTLSVerify',
    type: 'bool',
    env: both('K8S_INSECURE_SKIP_TLS_VERIFY'),
  },
  {
    name: 'k8sDisableNodePoll',
    go: 'K8sDisableNodePoll',
    type: 'bool',
    env: both('K8S_DISABLE_NODE_POLL'),
  },
  { name: 'usePodCIDR', go: 'K8sUsePodCIDR', type: 'bool', env: both('USE_POD_CIDR') },
  { name: 'kubeconfigInline', go: 'KubeconfigInline', type: 'string', env: [] },
  { name: 'k8sClientQPS', go: 'K8sClientQPS', type: 'float32', env: both('K8S_CLIENT_QPS') },
  { name: 'k8sClientBurst', go: 'K8sClientBurst', type: 'int', env: both('K8S_CLIENT_BURST') },
  {
    name: 'k8sCurrentContext',
    go: 'K8sCurrentContext',
    type: 'string',
    env: both('K8S_CURRENT_CONTEXT'),
  },
  // The Go client puts the prefix before a name that has it already.
  {
    name: 'calicoAPIGroup',
    go: 'CalicoAPIGroup',
    type: 'string',
    env: ['CALICO_CALICO_API_GROUP', 'CALICO_API_GROUP'],
  },
  { name: 'localDir', go: 'LocalDir', type: 'string', env: ['CALICO_LOCAL_DIR'] },
];

/** A spec in the making: what a source has given so far. `datastoreType` is any text until it is checked. */
export type GivenSpec = {
  -readonly [K in keyof ConnectionSpec]?: K extends 'datastoreType' ? string : ConnectionSpec[K];
};

/** What one source gave, and where each value came from. */
export interface Given {
  readonly spec: GivenSpec;
  readonly origins: ReadonlyMap<keyof ConnectionSpec, string>;
  /** findings that a person should see */
  readonly warnings: readonly string[];
}
