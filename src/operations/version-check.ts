/** Whether this tool knows the cluster's release. */
import { OperationError, VersionMismatch } from './errors.ts';
import { KNOWN_RELEASES } from './known-releases.ts';
import type { Session } from './session.ts';

/** `v3.31.0-0.dev-12` → `3.31.0`: what the Go tool compares. */
export function bareVersion(version: string): string {
  return version.replace(/^v/, '').replace(/-.*$/s, '');
}

/** Whether a release lies in the known range. A text that is no release number does not. */
export function isKnownRelease(version: string): boolean {
  const parts = /^(\d+)\.(\d+)(?:\.(\d+))?$/.exec(bareVersion(version));
  if (parts === null) return false;
  const number = (text: string): number => {
    const [major = 0, minor = 0] = text.split('.').map(Number);
    return major * 10000 + minor;
  };
  const given = number(`${parts[1] ?? ''}.${parts[2] ?? ''}`);
  return given >= number(bareVersion(KNOWN_RELEASES.oldest)) && given <= number(bareVersion(KNOWN_RELEASES.newest));
}

/**
 * Compares the cluster's version with the known range; a cluster without a version passes.
 * @throws {VersionMismatch} outside the range, {OperationError} when ClusterInformation cannot be read
 */
export async function checkVersion(session: Session): Promise<void> {
  let information;
  try {
    information = await session.clusterInformation();
  } catch (error) {
    session.context.signal.throwIfAborted();
    if (!(error instanceof Error)) throw error;
    const message = `unable to get Cluster Information to verify version mismatch: ${error.message}`;
    throw new OperationError(`${message}\nUse --allow-version-mismatch to override`, [], error);
  }
  const { calicoVersion } = information?.spec ?? {};
  if (typeof calicoVersion !== 'string' || calicoVersion === '' || isKnownRelease(calicoVersion)) return;
  const lines = [
    'version mismatch.',
    `Client Version:   ${KNOWN_RELEASES.newest}`,
    `Cluster Version:  ${bareVersion(calicoVersion)}`,
    'Use --allow-version-mismatch to override',
  ];
  throw new VersionMismatch(lines.join('\n'));
}
