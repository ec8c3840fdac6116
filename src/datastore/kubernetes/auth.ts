/** Who is asking: the headers and the client certificate of requests, renewed when they run out. */
import { readFile } from 'node:fs/promises';
import type { OpenOptions } from '../settings.ts';
import type { Connection } from './connection.ts';
import { CredentialsError, loadClientNode } from './load-client-node.ts';
import type { PluginCredentials } from './exec-plugin.ts';
import type { User } from './kubeconfig.ts';

export type Headers = Readonly<Record<string, string | string[]>>;

export interface ClientCertificate {
  readonly cert: string;
  readonly key: string;
}

/** What a user shows to the server. Both parts may take as long as a person at a terminal takes. */
export interface Credentials {
  /** @throws {CredentialsError}, and the signal's reason */
  headers(): Promise<Headers>;
  /** The same object as long as it is the same certificate. @throws {CredentialsError}, and the signal's reason */
  clientCertificate(): Promise<ClientCertificate | undefined>;
  /** The server did not know the user (401): forgets what can be fetched anew. Tells whether another attempt makes sense. */
  refused(): boolean;
}

/** client-go reads a token file again after this time. */
const TOKEN_FILE_MILLISECONDS = 50_000;
/** Credentials younger than this were refused for what they are, not for their age. */
const FRESH_MILLISECONDS = 10_000;

/** Chooses the user's way, in the order of client-go: what is written down goes before what would have to be fetched. */
export function credentialsOf(connection: Connection, options: Pick<OpenOptions, 'env' | 'signal'>): Credentials {
  const { user, clientCertificate } = connection;
  const written = user.token !== '' || user.tokenFile !== '' || user.username !== '' || clientCertificate !== undefined;
  if (written) return new WrittenCredentials(user, clientCertificate);
  if (user.exec) return new ExecCredentials(connection, options);
  if (user.authProvider) return new ProviderCredentials(connection);
  return new WrittenCredentials(user, undefined);
}

function impersonation(user: User): Headers {
  if (user.impersonate === '') return {};
  const headers: Record<string, string | string[]> = { 'Impersonate-User': user.impersonate };
  if (user.impersonateUID !== '') headers['Impersonate-Uid'] = user.impersonateUID;
  if (user.impersonateGroups.length > 0) headers['Impersonate-Group'] = [...user.impersonateGroups];
  for (const [key, values] of Object.entries(user.impersonateExtra)) {
    headers[`Impersonate-Extra-${encodeURIComponent(key).toLowerCase()}`] = [...values];
  }
  return headers;
}

/** A token, a file with a token, a password or a certificate, as the kubeconfig has them. */
class WrittenCredentials implements Credentials {
  readonly #user: User;
  readonly #clientCertificate: ClientCertificate | undefined;
  #fromFile: { readonly token: string; readonly read: number } | undefined;

  constructor(user: User, clientCertificate: ClientCertificate | undefined) {
    this.#user = user;
    this.#clientCertificate = clientCertificate;
  }

  async headers(): Promise<Headers> {
    const { username, password } = this.#user;
    const headers = impersonation(this.#user);
    const token = await this.#token();
    if (token !== '') return { ...headers, Authorization: `Bearer ${token}` };
    if (username === '' && password === '') return headers;
    return { ...headers, Authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
  }

  clientCertificate(): Promise<ClientCertificate | undefined> {
    return Promise.resolve(this.#clientCertificate);
  }

  refused(): boolean {
    const old = this.#fromFile !== undefined && Date.now() - this.#fromFile.read > FRESH_MILLISECONDS;
    if (old) this.#fromFile = undefined;
    return old;
  }

  /** A readable token file wins over a token; it is where Kubernetes puts the next one. */
  async #token(): Promise<string> {
    const { token, tokenFile } = this.#user;
    if (tokenFile === '') return token;
    if (this.#fromFile === undefined || Date.now() - this.#fromFile.read > TOKEN_FILE_MILLISECONDS) {
      const text = await readFile(tokenFile, 'utf8').then(
        (content) => content.trim(),
        () => '',
      );
      if (text === '') return this.#fromFile?.token ?? token;
      this.#fromFile = { token: text, read: Date.now() };
    }
    return this.#fromFile.token;
  }
}

/** A credential plugin; it runs once, however many requests wait for it. */
class ExecCredentials implements Credentials {
  readonly #connection: Connection;
  readonly #options: Pick<OpenOptions, 'env' | 'signal'>;
  #current: Promise<PluginCredentials> | undefined;
  #renewal: Promise<PluginCredentials> | undefined;
  #since = 0;
  #certificate: ClientCertificate | undefined;

  constructor(connection: Connection, options: Pick<OpenOptions, 'env' | 'signal'>) {
    this.#connection = connection;
    this.#options = options;
  }

  async headers(): Promise<Headers> {
    const { token } = await this.#credentials();
    const headers = impersonation(this.#connection.user);
    return token === '' ? headers : { ...headers, Authorization: `Bearer ${token}` };
  }

  async clientCertificate(): Promise<ClientCertificate | undefined> {
    const { clientCertificate } = await this.#credentials();
    const same =
      clientCertificate?.cert === this.#certificate?.cert && clientCertificate?.key === this.#certificate?.key;
    if (!same) this.#certificate = clientCertificate;
    return this.#certificate;
  }

  refused(): boolean {
    if (Date.now() - this.#since < FRESH_MILLISECONDS) return false;
    this.#current = undefined;
    return true;
  }

  async #credentials(): Promise<PluginCredentials> {
    const current = await this.#current;
    if (current !== undefined && (current.expires === undefined || Date.now() < current.expires)) return current;
    // Of several requests that find them expired, the first starts the plugin.
    this.#renewal ??= this.#run().finally(() => {
      this.#renewal = undefined;
    });
    this.#current = this.#renewal;
    return this.#current;
  }

  async #run(): Promise<PluginCredentials> {
    const { exec } = this.#connection.user;
    if (exec === undefined) throw new CredentialsError('no exec plugin is configured');
    const { PluginError, runPlugin } = await import('./exec-plugin.ts');
    try {
      const credentials = await runPlugin(exec, this.#connection, this.#options);
      this.#since = Date.now();
      return credentials;
    } catch (cause) {
      this.#current = undefined;
      if (cause instanceof PluginError) throw new CredentialsError(`getting credentials: ${cause.message}`, { cause });
      throw cause;
    }
  }
}

/** `auth-provider` entries (OpenID Connect and the retired cloud providers): client-node knows them. */
class ProviderCredentials implements Credentials {
  readonly #connection: Connection;
  #apply: Promise<() => Promise<string>> | undefined;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async headers(): Promise<Headers> {
    this.#apply ??= loadClientNode().then(({ providerAuthorization }) => providerAuthorization(this.#connection));
    const headers = impersonation(this.#connection.user);
    const { authProvider } = this.#connection.user;
    try {
      const authorization = await (await this.#apply)();
      return authorization === '' ? headers : { ...headers, Authorization: authorization };
    } catch (cause) {
      const text = cause instanceof Error ? cause.message : String(cause);
      throw new CredentialsError(
        `auth provider "${authProvider?.name ?? ''}": ${redact(text, authProvider?.config ?? {})}`,
        {
          cause,
        },
      );
    }
  }

  clientCertificate(): Promise<ClientCertificate | undefined> {
    return Promise.resolve(undefined);
  }

  refused(): boolean {
    return false;
  }
}

/** Takes the values of secret settings out of a text that a library made. */
function redact(text: string, config: Readonly<Record<string, string>>): string {
  const secrets = Object.entries(config).filter(([key, value]) => /token|secret/.test(key) && value.length > 3);
  return secrets.reduce((out, [, value]) => out.replaceAll(value, '***'), text);
}
