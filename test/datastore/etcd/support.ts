/** What the tests of the etcd driver share: settings and options as the layers above would hand them over. */
import { UNSET_SPEC } from '../../../src/datastore/settings.ts';
import type { ConnectionSettings, ConnectionSpec, OpenOptions } from '../../../src/datastore/settings.ts';

const EMPTY: ConnectionSpec = { ...UNSET_SPEC, datastoreType: 'etcdv3' };

/** The environment variables of the settings that the etcd driver reads. */
const VARIABLES: Readonly<Record<string, keyof ConnectionSpec>> = {
  ETCD_ENDPOINTS: 'etcdEndpoints',
  ETCD_DISCOVERY_SRV: 'etcdDiscoverySrv',
  ETCD_USERNAME: 'etcdUsername',
  ETCD_PASSWORD: 'etcdPassword',
  ETCD_KEY_FILE: 'etcdKeyFile',
  ETCD_CERT_FILE: 'etcdCertFile',
  ETCD_CA_CERT_FILE: 'etcdCACertFile',
};

/** Settings as from a configuration file. */
export function settings(spec: Partial<ConnectionSpec>): ConnectionSettings {
  const names = new Map(Object.entries(VARIABLES).map(([variable, field]) => [field, variable]));
  return {
    spec: { ...EMPTY, ...spec },
    origin: (field) => names.get(field) ?? `etcd.cfg: spec.${field}`,
  };
}

/** Settings as from environment variables such as a test server names. */
export function settingsFor(environment: Readonly<Record<string, string>>): ConnectionSettings {
  return settings(
    Object.fromEntries(Object.entries(VARIABLES).map(([variable, field]) => [field, environment[variable] ?? ''])),
  );
}

export function openOptions(options: Partial<OpenOptions> = {}): OpenOptions {
  return {
    signal: new AbortController().signal,
    requestTimeout: 30_000,
    env: {},
    log: () => undefined,
    warn: () => undefined,
    ...options,
  };
}
