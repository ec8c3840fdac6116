/** Connection settings as a CalicoAPIConfig file or the environment gives them; `src/config` fills them, drivers read them. */
import type { DatastoreType } from '../kinds/kind.ts';

/** Fields of `spec` in a CalicoAPIConfig file. An empty string means not set. */
export interface ConnectionSpec {
  readonly datastoreType: DatastoreType;
  /** comma separated */
  readonly etcdEndpoints: string;
  readonly etcdDiscoverySrv: string;
  readonly etcdUsername: string;
  readonly etcdPassword: string;
  readonly etcdKeyFile: string;
  readonly etcdCertFile: string;
  readonly etcdCACertFile: string;
  /** PEM; file only */
  readonly etcdKey: string;
  readonly etcdCert: string;
  readonly etcdCACert: string;
  /** one path, or several separated by the OS path separator */
  readonly kubeconfig: string;
  readonly k8sAPIEndpoint: string;
  readonly k8sKeyFile: string;
  readonly k8sCertFile: string;
  readonly k8sCAFile: string;
  readonly k8sAPIToken: string;
  readonly k8sInsecureSkipTLSVerify: boolean;
  readonly k8sDisableNodePoll: boolean;
  readonly usePodCIDR: boolean;
  /** content of a kubeconfig; overrides `kubeconfig` and disables every override */
  readonly kubeconfigInline: string;
  readonly k8sClientQPS: number;
  readonly k8sClientBurst: number;
  readonly k8sCurrentContext: string;
  /** `projectcalico.org/v3` or `crd.projectcalico.org/v1`; found by discovery when empty */
  readonly calicoAPIGroup: string;
  /** folder of manifests for the local datastore */
  readonly localDir: string;
}

/** Settings of which none is given. */
export const UNSET_SPEC: Omit<ConnectionSpec, 'datastoreType'> = {
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

export interface ConnectionSettings {
  readonly spec: ConnectionSpec;
  /** where a value came from, for messages: an environment variable, `FILE: spec.FIELD`, or `default` */
  origin(field: keyof ConnectionSpec): string;
}

/** What a driver gets besides its settings. */
export interface OpenOptions {
  /** aborts every request */
  readonly signal: AbortSignal;
  /** milliseconds that one request may take; 0 = no limit */
  readonly requestTimeout: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** told at log level debug; texts carry no secrets */
  readonly log: (message: string) => void;
  /** told always: a finding that a person should see, printed as `warning: …` on stderr */
  readonly warn: (message: string) => void;
}

/** The connection settings themselves are wrong; the message is what the Go client says. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError' as const;
  /** made while building a Kubernetes client (the `version` command tolerates those) */
  readonly datastoreClient: boolean;
  /** lines that help, printed as `hint: …` */
  readonly hints: readonly string[];
  constructor(
    message: string,
    options: { readonly datastoreClient?: boolean; readonly hints?: readonly string[]; readonly cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.datastoreClient = options.datastoreClient ?? false;
    this.hints = options.hints ?? [];
  }
}
