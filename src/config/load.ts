/** Which datastore to use: from a CalicoAPIConfig file or from the environment, never from both. */
import { posix } from 'node:path';
import type { Files } from '../context.ts';
import type { ConnectionSettings, ConnectionSpec } from '../datastore/settings.ts';
import { SettingsError, UNSET_SPEC } from '../datastore/settings.ts';
import type { Environment } from './environment.ts';
import { environmentType, readEnvironment } from './environment.ts';
import type { Given, GivenSpec } from './fields.ts';

/** Where the file is looked for when no other path is given. */
export const DEFAULT_CONFIG_FILE = '/etc/calico/calicoctl.cfg';

export interface SettingsSource {
  /** the path as the user gave it (`--config`) */
  readonly configFile?: string | undefined;
  /** value of `--context` */
  readonly context?: string | undefined;
  readonly env: Environment;
  readonly files: Files;
}

export interface LoadedSettings extends ConnectionSettings {
  /** the file they came from, if it was a file */
  readonly file: string | undefined;
  /** findings that a person should see, printed as `warning: …` on stderr */
  readonly warnings: readonly string[];
}

/** The configuration file that the user named is not there; the Go tool prints the message on stdout and ends with 1. */
export class ConfigFileMissing extends Error {
  override readonly name = 'ConfigFileMissing' as const;
  readonly path: string;
  constructor(path: string) {
    super(`Error reading config file: ${path}`);
    this.path = path;
  }
}

/**
 * Settles the connection settings as the Go client does. A file that exists is the only source: not even its missing fields are taken from
 * the environment. Without one, at the default path, the environment is the source.
 *
 * @throws {ConfigFileMissing} when the given file does not exist
 * @throws {SettingsError} when a value is wrong
 */
export async function loadSettings(source: SettingsSource): Promise<LoadedSettings> {
  const { configFile = DEFAULT_CONFIG_FILE, context, env, files } = source;
  if (await exists(files, configFile)) {
    // Only here is YAML read: settings from the environment must not wait for a parser.
    const { readConfigFile } = await import('./file.ts');
    const given = await readConfigFile(configFile, files);
    const settings = await settle(given, env, files);
    const warnings = [...given.warnings, ...disagreements(configFile, settings.spec, context, env)];
    return { ...settings, file: configFile, warnings };
  }
  if (configFile !== DEFAULT_CONFIG_FILE) throw new ConfigFileMissing(configFile);
  return { ...(await settle(readEnvironment(env, context), env, files)), file: undefined, warnings: [] };
}

/** Fills in defaults and checks what only the whole can tell. */
async function settle({ spec: given, origins }: Given, env: Environment, files: Files): Promise<ConnectionSettings> {
  const datastoreType = datastoreTypeOf(given, origins.get('datastoreType') ?? 'default');
  const spec: ConnectionSpec = { ...UNSET_SPEC, ...given, datastoreType };
  const origin = (field: keyof ConnectionSpec): string => origins.get(field) ?? 'default';
  if (datastoreType === 'local' && spec.localDir === '') {
    throw new SettingsError('no folder of manifests specified for datastore type local', {
      hints: ['set CALICO_LOCAL_DIR, or spec.localDir in a configuration file, to the path of the folder'],
    });
  }
  const { HOME: home } = env;
  if (datastoreType === 'kubernetes' && spec.kubeconfig === '' && spec.k8sAPIEndpoint === '' && home) {
    const kubeconfig = posix.join(home, '.kube', 'config');
    if (await exists(files, kubeconfig))
      return { spec: { ...spec, kubeconfig }, origin: defaultFor('kubeconfig', origin) };
  }
  return { spec, origin };
}

/** `origin` for settings in which one field was left to its default. */
function defaultFor(field: keyof ConnectionSpec, origin: ConnectionSettings['origin']): ConnectionSettings['origin'] {
  return (asked) => (asked === field ? 'default' : origin(asked));
}

function datastoreTypeOf(
  { datastoreType = '', etcdEndpoints = '' }: GivenSpec,
  origin: string,
): ConnectionSpec['datastoreType'] {
  switch (datastoreType) {
    case '':
      return etcdEndpoints === '' ? 'kubernetes' : 'etcdv3';
    case 'etcdv3':
    case 'kubernetes':
    case 'local':
      return datastoreType;
    default:
      throw new SettingsError(`unknown datastore type: ${datastoreType}`, {
        hints: [`${origin} may be etcdv3, kubernetes or local`],
      });
  }
}

/** What was asked for beside the file, and is not done. */
function disagreements(
  file: string,
  spec: ConnectionSpec,
  context: string | undefined,
  env: Environment,
): readonly string[] {
  const warnings: string[] = [];
  if (context !== undefined && context !== '') {
    warnings.push(`--context has no effect: the configuration comes from ${file} (set spec.k8sCurrentContext there)`);
  }
  const other = environmentType(env);
  if (other !== undefined && other.type !== spec.datastoreType) {
    // Endpoints may hold credentials, so their value is not shown.
    const setting = other.variable.endsWith('DATASTORE_TYPE') ? `${other.variable}=${other.type}` : other.variable;
    warnings.push(`${file} says datastore type ${spec.datastoreType}; ${setting} in the environment is ignored`);
  }
  return warnings;
}

/** Whether a path leads to anything. As in the Go tool any failure to look counts as no. */
async function exists(files: Files, path: string): Promise<boolean> {
  try {
    await files.stat(path);
    return true;
  } catch {
    return false;
  }
}
