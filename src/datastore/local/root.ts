/** The folder that the settings name. */
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { codeOf } from '../../system-errors.ts';
import { SettingsError } from '../settings.ts';
import type { ConnectionSettings } from '../settings.ts';
import { systemReason } from './errors.ts';

/**
 * Looks at the folder before anything is read.
 * @returns what to say to readers when it does not exist
 * @throws {SettingsError} when something else is there, or it may not be read
 */
export async function missingRoot(settings: ConnectionSettings): Promise<SettingsError | undefined> {
  const { localDir } = settings.spec;
  const setting = settings.origin('localDir');
  const hint = `${setting} must name a folder of manifests that may be read`;
  try {
    if (!(await stat(localDir)).isDirectory())
      throw new SettingsError(`${localDir} is not a folder`, { hints: [hint] });
    await access(localDir, constants.R_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') {
      const hints = [
        `set by ${setting}: name another folder, or make this one (mkdir -p)`,
        'create and apply make it themselves',
      ];
      return new SettingsError(`folder ${localDir} does not exist`, { hints, cause: error });
    }
    const reason = systemReason(error);
    throw reason === undefined
      ? error
      : new SettingsError(`open ${localDir}: ${reason}`, { hints: [hint], cause: error });
  }
}
