/** The list of drivers. Each is loaded only when it is named. */
import type { Datastore } from './datastore.ts';
import type { ConnectionSettings, OpenOptions } from './settings.ts';

/**
 * Opens the datastore that the settings name. No request need have been sent when this returns, except where credentials must be fetched.
 * @throws {SettingsError} when the settings are wrong
 */
export async function openDatastore(settings: ConnectionSettings, options: OpenOptions): Promise<Datastore> {
  switch (settings.spec.datastoreType) {
    case 'kubernetes':
      return (await import('./kubernetes/driver.ts')).open(settings, options);
    case 'etcdv3':
      return (await import('./etcd/driver.ts')).open(settings, options);
    case 'local':
      return (await import('./local/driver.ts')).open(settings, options);
  }
}
