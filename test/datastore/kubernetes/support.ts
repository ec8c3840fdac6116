/** Settings for the driver under test, and what its tests do behind its back. */
import type { ConnectionSettings, ConnectionSpec, OpenOptions } from '../../../src/datastore/settings.ts';

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

/** Settings with some fields set; a field's origin is `setting FIELD`. */
export function settings(spec: Partial<ConnectionSpec>): ConnectionSettings {
  return { spec: { ...NOTHING, ...spec }, origin: (field) => `setting ${field}` };
}

/** What a test hears of the driver. */
export interface Heard {
  readonly log: string[];
  readonly warnings: string[];
}

/** Options of a command that nobody cancels, with a time limit; collects what the driver says in `heard`. */
export function options(given: Partial<OpenOptions> = {}, heard: Heard = { log: [], warnings: [] }): OpenOptions {
  return {
    signal: new AbortController().signal,
    requestTimeout: 30_000,
    env: {},
    log: (message) => void heard.log.push(message),
    warn: (message) => void heard.warnings.push(message),
    ...given,
  };
}

/** The rejection of a promise. Throws when it is fulfilled. */
export async function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value) => {
      throw new Error(`was fulfilled with ${JSON.stringify(value)}`);
    },
    (error: unknown) => error,
  );
}
