/**
 * Kubeconfig files: reading, merging, and choosing a context, by the rules of kubectl ("Organizing Cluster Access Using kubeconfig Files" in
 * the Kubernetes documentation). Only what a client needs; unknown fields are ignored.
 */
import { readFileSync, statSync } from 'node:fs';
import { dirname, isAbsolute, resolve, sep } from 'node:path';
import type { JsonObject } from '../../kinds/schema.ts';
import { isJsonObject } from '../../kinds/schema.ts';
import { SettingsError } from '../settings.ts';
import { osErrorText } from '../../system-errors.ts';

/** How a server is reached. Empty strings mean not set. */
export interface Cluster {
  readonly server: string;
  readonly tlsServerName: string;
  readonly insecure: boolean;
  readonly caFile: string;
  /** base64 of PEM */
  readonly caData: string;
  readonly proxyURL: string;
  readonly disableCompression: boolean;
  /** what a credential plugin is told of this cluster (extension `client.authentication.k8s.io/exec`) */
  readonly execExtension: JsonObject | undefined;
}

/** A credential plugin. */
export interface ExecPlugin {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly apiVersion: string;
  readonly installHint: string;
  readonly provideClusterInfo: boolean;
  readonly interactiveMode: string;
}

/** How a user proves who they are. Empty strings mean not set. */
export interface User {
  readonly certFile: string;
  readonly certData: string;
  readonly keyFile: string;
  readonly keyData: string;
  readonly token: string;
  readonly tokenFile: string;
  readonly username: string;
  readonly password: string;
  readonly impersonate: string;
  readonly impersonateUID: string;
  readonly impersonateGroups: readonly string[];
  readonly impersonateExtra: Readonly<Record<string, readonly string[]>>;
  readonly authProvider: { readonly name: string; readonly config: Readonly<Record<string, string>> } | undefined;
  readonly exec: ExecPlugin | undefined;
}

export interface Kubeconfig {
  readonly currentContext: string;
  readonly contexts: ReadonlyMap<string, { readonly cluster: string; readonly user: string }>;
  /** with the file each stands in */
  readonly clusters: ReadonlyMap<string, { readonly cluster: Cluster; readonly file: string }>;
  readonly users: ReadonlyMap<string, User>;
}

export const NO_CLUSTER: Cluster = {
  server: '',
  tlsServerName: '',
  insecure: false,
  caFile: '',
  caData: '',
  proxyURL: '',
  disableCompression: false,
  execExtension: undefined,
};

export const NO_USER: User = {
  certFile: '',
  certData: '',
  keyFile: '',
  keyData: '',
  token: '',
  tokenFile: '',
  username: '',
  password: '',
  impersonate: '',
  impersonateUID: '',
  impersonateGroups: [],
  impersonateExtra: {},
  authProvider: undefined,
  exec: undefined,
};

/**
 * Reads one file, which must exist, or merges several, of which some may be missing: of entries with one name the first wins, and the
 * first current context.
 * @throws {SettingsError} with the texts of the Go client
 */
export async function readKubeconfigs(paths: readonly string[]): Promise<Kubeconfig> {
  const files = [...new Set(paths)].filter((path) => path !== '');
  const [only] = files;
  if (paths.length === 1 && only !== undefined) {
    try {
      statSync(only);
    } catch (cause) {
      if (isMissing(cause)) throw settingsError(osErrorText('stat', only, cause), cause);
    }
  }
  const problems: string[] = [];
  const found: Kubeconfig[] = [];
  for (const file of files) {
    try {
      found.push(await parseKubeconfig(readFileSync(file, 'utf8'), file));
    } catch (cause) {
      if (isMissing(cause)) continue;
      const text = cause instanceof KubeconfigFault ? cause.message : osErrorText('open', file, cause);
      problems.push(`error loading config file "${file}": ${text}`);
    }
  }
  if (problems.length > 0) throw settingsError(problems.length === 1 ? problems.join() : `[${problems.join(', ')}]`);
  return merged(found);
}

/** Reads a kubeconfig given as text; relative paths in it count from the working directory. @throws {SettingsError} */
export async function readInlineKubeconfig(text: string): Promise<Kubeconfig> {
  try {
    return await parseKubeconfig(text, '');
  } catch (cause) {
    if (cause instanceof KubeconfigFault) throw settingsError(cause.message, cause);
    throw cause;
  }
}

/** An error of the settings in the words of the Kubernetes client library. */
export function settingsError(message: string, cause?: unknown): SettingsError {
  return new SettingsError(message, { datastoreClient: true, cause });
}

/** What is wrong inside one kubeconfig. Never quotes a value: it may be a secret. */
class KubeconfigFault extends Error {
  override readonly name = 'KubeconfigFault' as const;
}

function isMissing(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
}

function merged(configs: readonly Kubeconfig[]): Kubeconfig {
  const first = <T>(pick: (config: Kubeconfig) => ReadonlyMap<string, T>): Map<string, T> =>
    new Map(configs.toReversed().flatMap((config) => [...pick(config)]));
  return {
    currentContext: configs.find((config) => config.currentContext !== '')?.currentContext ?? '',
    contexts: first((config) => config.contexts),
    clusters: first((config) => config.clusters),
    users: first((config) => config.users),
  };
}

async function parseKubeconfig(text: string, file: string): Promise<Kubeconfig> {
  const document = (await parseDocument(text)) ?? {};
  if (!isJsonObject(document)) {
    const got = Array.isArray(document) ? 'array' : typeof document;
    throw new KubeconfigFault(
      `couldn't get version/kind; json parse error: json: cannot unmarshal ${got} into Go value of type struct`,
    );
  }
  const root = new Reader(document, '');
  const kind = root.text('kind');
  const version = root.text('apiVersion');
  if ((kind !== '' && kind !== 'Config') || (version !== '' && version !== 'v1')) {
    throw new KubeconfigFault(`no kind "${kind || 'Config'}" is registered for version "${version || 'v1'}"`);
  }
  const base = file === '' ? undefined : resolve(dirname(file));
  const path = (name: string): string =>
    name === '' || base === undefined || isAbsolute(name) ? name : resolve(base, name);
  return {
    currentContext: root.text('current-context'),
    contexts: root.named('contexts', 'context', 'Context', (entry) => ({
      cluster: entry.text('cluster'),
      user: entry.text('user'),
    })),
    clusters: root.named('clusters', 'cluster', 'Cluster', (entry) => ({ cluster: clusterOf(entry, path), file })),
    users: root.named('users', 'user', 'AuthInfo', (entry) => userOf(entry, path)),
  };
}

/** JSON is YAML too, and needs no library. */
async function parseDocument(text: string): Promise<unknown> {
  if (text.trimStart().startsWith('{')) {
    try {
      return JSON.parse(text);
    } catch {
      // Flow YAML, or a fault that the YAML parser names with its line.
    }
  }
  const { loadAll, YAMLException } = await import('js-yaml');
  try {
    return loadAll(text)[0];
  } catch (cause) {
    // The library's message quotes lines of the file, which may be secret.
    if (cause instanceof YAMLException)
      throw new KubeconfigFault(`yaml: line ${(cause.mark?.line ?? 0) + 1}: ${cause.reason}`);
    throw cause;
  }
}

function clusterOf(entry: Reader, path: (name: string) => string): Cluster {
  const extensions = entry.named('extensions', 'extension', 'NamedExtension', (extension) => extension.object);
  return {
    server: entry.text('server'),
    tlsServerName: entry.text('tls-server-name'),
    insecure: entry.bool('insecure-skip-tls-verify'),
    caFile: path(entry.text('certificate-authority')),
    caData: entry.base64('certificate-authority-data'),
    proxyURL: entry.text('proxy-url'),
    disableCompression: entry.bool('disable-compression'),
    execExtension: extensions.get('client.authentication.k8s.io/exec'),
  };
}

function userOf(entry: Reader, path: (name: string) => string): User {
  const provider = entry.child('auth-provider');
  const exec = entry.child('exec');
  return {
    certFile: path(entry.text('client-certificate')),
    certData: entry.base64('client-certificate-data'),
    keyFile: path(entry.text('client-key')),
    keyData: entry.base64('client-key-data'),
    token: entry.text('token'),
    tokenFile: path(entry.text('tokenFile')),
    username: entry.text('username'),
    password: entry.text('password'),
    impersonate: entry.text('as'),
    impersonateUID: entry.text('as-uid'),
    impersonateGroups: entry.texts('as-groups'),
    impersonateExtra: entry.record('as-user-extra', (extra, key) => extra.texts(key)),
    authProvider: provider && {
      name: provider.text('name'),
      config: provider.record('config', (config, key) => config.text(key)),
    },
    exec: exec && execOf(exec, path),
  };
}

/** Plugins of the beta API may ask the person at the terminal unless told otherwise; later ones must say. */
function execOf(entry: Reader, path: (name: string) => string): ExecPlugin {
  const command = entry.text('command');
  const apiVersion = entry.text('apiVersion');
  return {
    // A bare name is looked up on PATH.
    command: command.includes(sep) ? path(command) : command,
    args: entry.texts('args'),
    env: entry.list('env', (item) => ({ name: item.text('name'), value: item.text('value') })),
    apiVersion,
    installHint: entry.text('installHint'),
    provideClusterInfo: entry.bool('provideClusterInfo'),
    interactiveMode: entry.text('interactiveMode') || (/\/v1(alpha1|beta1)$/.test(apiVersion) ? 'IfAvailable' : ''),
  };
}

function mismatch(value: unknown, where: string, type: string): KubeconfigFault {
  const got = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  return new KubeconfigFault(`json: cannot unmarshal ${got} into Go struct field ${where} of type ${type}`);
}

/** Reads the fields of one object; a value of another type is a fault. */
class Reader {
  readonly object: JsonObject;
  readonly #path: string;

  constructor(object: JsonObject, path: string) {
    this.object = object;
    this.#path = path;
  }

  text(key: string): string {
    const value = this.object[key] ?? '';
    if (typeof value !== 'string') throw mismatch(value, this.#at(key), 'string');
    return value;
  }

  bool(key: string): boolean {
    const value = this.object[key] ?? false;
    if (typeof value !== 'boolean') throw mismatch(value, this.#at(key), 'bool');
    return value;
  }

  base64(key: string): string {
    // YAML may fold it over several lines.
    const value = this.text(key).replace(/[\r\n]/g, '');
    const fault = value.search(/[^A-Za-z0-9+/=]|=(?!=?$)/);
    if (fault >= 0) throw new KubeconfigFault(`illegal base64 data at input byte ${fault}`);
    if (value.length % 4 !== 0)
      throw new KubeconfigFault(`illegal base64 data at input byte ${value.length - (value.length % 4)}`);
    return value;
  }

  texts(key: string): readonly string[] {
    return this.#items(key).map((item) => {
      if (typeof item !== 'string') throw mismatch(item, this.#at(key), 'string');
      return item;
    });
  }

  list<T>(key: string, read: (item: Reader) => T): readonly T[] {
    return this.#items(key).map((item) => {
      if (!isJsonObject(item)) throw mismatch(item, this.#at(key), 'struct');
      return read(new Reader(item, this.#at(key)));
    });
  }

  child(key: string): Reader | undefined {
    const value = this.object[key];
    if (value === undefined || value === null) return undefined;
    if (!isJsonObject(value)) throw mismatch(value, this.#at(key), 'struct');
    return new Reader(value, this.#at(key));
  }

  record<T>(key: string, read: (reader: Reader, key: string) => T): Readonly<Record<string, T>> {
    const reader = this.child(key);
    return reader === undefined
      ? {}
      : Object.fromEntries(Object.keys(reader.object).map((name) => [name, read(reader, name)]));
  }

  /** A list of `{name, <content>}`; `type` is the Go type of the content. */
  named<T>(key: string, content: string, type: string, read: (entry: Reader) => T): Map<string, T> {
    const entries = new Map<string, T>();
    for (const [name, value] of this.list(key, (item) => [item.text('name'), item.child(content)] as const)) {
      if (entries.has(name)) throw new KubeconfigFault(`duplicate name "${name}" in list ${this.#at(key)}`);
      entries.set(name, read(new Reader(value?.object ?? {}, `${type}.${key}.${content}`)));
    }
    return entries;
  }

  #items(key: string): readonly unknown[] {
    const value: unknown = this.object[key] ?? [];
    if (!Array.isArray(value)) throw mismatch(value, this.#at(key), 'slice');
    return value;
  }

  #at(key: string): string {
    return this.#path === '' ? key : `${this.#path}.${key}`;
  }
}
