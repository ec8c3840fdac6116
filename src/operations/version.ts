/** The versions of the cluster. */
import type { Context } from '../context.ts';
import { SettingsError } from '../datastore/settings.ts';
import { OperationError } from './errors.ts';
import { Session } from './session.ts';

export interface ClusterVersion {
  readonly version: string;
  readonly type: string;
}

/**
 * What ClusterInformation says. 'undetected' when no Kubernetes client can be made from the settings.
 * @throws {OperationError} when it cannot be read
 */
export async function clusterVersion(context: Context): Promise<ClusterVersion | 'undetected'> {
  let session;
  try {
    session = await Session.open(context);
  } catch (error) {
    if (error instanceof SettingsError && error.datastoreClient) return 'undetected';
    throw error;
  }
  let information;
  try {
    information = await session.datastore.get({ kind: 'ClusterInformation', name: 'default' });
  } catch (error) {
    if (!(error instanceof Error) || context.signal.aborted) throw error;
    throw new OperationError(`unable to retrieve Cluster Version or Type: ${error.message}`, [], error);
  }
  const { calicoVersion, clusterType } = information.spec;
  const textOf = (value: unknown): string => (typeof value === 'string' && value !== '' ? value : 'unknown');
  return { version: textOf(calicoVersion), type: textOf(clusterType) };
}
