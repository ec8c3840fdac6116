/**
 * Credential plugins (`users[].user.exec` of a kubeconfig; "client-go credential plugins" in the Kubernetes documentation).
 *
 * Run here rather than by client-node, whose runner hides what the plugin says on stderr and keeps the terminal from it: plugins ask for a second
 * factor or a device code there. It also saves loading that library for what most clouds use.
 */
import { spawn } from 'node:child_process';
import { delimiter, join, sep } from 'node:path';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { isatty } from 'node:tty';
import type { JsonObject } from '../../kinds/schema.ts';
import { isJsonObject } from '../../kinds/schema.ts';
import type { Connection } from './connection.ts';
import { pairFault } from './connection.ts';
import { errnoText, codeOf } from '../../system-errors.ts';
import type { ExecPlugin } from './kubeconfig.ts';

/** What a plugin gave. */
export interface PluginCredentials {
  readonly token: string;
  readonly clientCertificate: { readonly cert: string; readonly key: string } | undefined;
  /** milliseconds since 1970; undefined when they do not expire */
  readonly expires: number | undefined;
}

/** The plugin did not give credentials. The message is the Go client's; it quotes nothing that the plugin printed. */
export class PluginError extends Error {
  override readonly name = 'PluginError' as const;
}

/** Where a person finds help, as client-go words it. */
const NOT_INSTALLED = `

It looks like you are trying to use a client-go credential plugin that is not installed.

To learn more about this feature, consult the documentation available at:
      https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins`;

/** What a plugin runs with. */
export interface PluginSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/**
 * Runs the plugin, however long it takes; it may talk to the person at the terminal.
 * @throws {PluginError}, and the signal's reason when it is aborted
 */
export async function runPlugin(
  plugin: ExecPlugin,
  connection: Connection,
  { env, signal }: PluginSurroundings,
): Promise<PluginCredentials> {
  if (!/^client\.authentication\.k8s\.io\/(v1|v1beta1|v1alpha1)$/.test(plugin.apiVersion)) {
    throw new PluginError(`exec plugin: invalid apiVersion ${JSON.stringify(plugin.apiVersion)}`);
  }
  const interactive = isInteractive(plugin);
  const stdout = await run(plugin, interactive, signal, {
    ...env,
    ...Object.fromEntries(plugin.env.map(({ name, value }) => [name, value])),
    KUBERNETES_EXEC_INFO: `${JSON.stringify(execInfo(plugin, connection, interactive))}\n`,
  });
  return credentialsOf(stdout, plugin.apiVersion);
}

/** Standard input is the plugin's only at a terminal: in a pipe it holds manifests. */
function isInteractive({ interactiveMode }: ExecPlugin): boolean {
  if (interactiveMode === 'Never') return false;
  const terminal = isatty(0);
  if (interactiveMode === 'Always' && !terminal) {
    throw new PluginError('exec plugin cannot support interactive mode: standard input is not a terminal');
  }
  return terminal;
}

function execInfo(plugin: ExecPlugin, { cluster, ca }: Connection, interactive: boolean): JsonObject {
  const told: JsonObject = {
    server: cluster.server,
    'tls-server-name': cluster.tlsServerName || undefined,
    'insecure-skip-tls-verify': cluster.insecure || undefined,
    'certificate-authority-data': ca === undefined ? undefined : Buffer.from(ca).toString('base64'),
    'proxy-url': cluster.proxyURL || undefined,
    'disable-compression': cluster.disableCompression || undefined,
    config: cluster.execExtension,
  };
  const spec = plugin.provideClusterInfo ? { cluster: told, interactive } : { interactive };
  return { kind: 'ExecCredential', apiVersion: plugin.apiVersion, spec };
}

async function run(
  plugin: ExecPlugin,
  interactive: boolean,
  signal: AbortSignal,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const { command } = plugin;
  if (!command.includes(sep) && !(await isOnPath(command, env['PATH'] ?? ''))) {
    const hint = plugin.installHint === '' ? '' : `\n\n${plugin.installHint.replace(/\p{Cc}(?<![\t-\r])/gu, '')}`;
    throw new PluginError(`exec: executable ${command} not found${NOT_INSTALLED}${hint}`);
  }
  signal.throwIfAborted();
  const output = await new Promise<string>((resolve, reject) => {
    const child = spawn(command, plugin.args, { env, stdio: [interactive ? 'inherit' : 'ignore', 'pipe', 'inherit'] });
    const cancel = (): void => {
      child.kill();
      resolve('');
    };
    signal.addEventListener('abort', cancel, { once: true });
    const parts: Buffer[] = [];
    child.stdout.on('data', (part: Buffer) => parts.push(part));
    child.once('error', (cause) => {
      signal.removeEventListener('abort', cancel);
      const why = errnoText(codeOf(cause)) ?? cause.message;
      reject(new PluginError(`exec: fork/exec ${command}: ${why}`, { cause }));
    });
    child.once('close', (code) => {
      signal.removeEventListener('abort', cancel);
      if (code === 0) resolve(Buffer.concat(parts).toString('utf8'));
      else reject(new PluginError(`exec: executable ${command} failed with exit code ${code ?? -1}`));
    });
  });
  signal.throwIfAborted();
  return output;
}

async function isOnPath(command: string, path: string): Promise<boolean> {
  // Windows tries endings of its own: leave the search to it.
  if (sep === '\\') return true;
  for (const folder of path.split(delimiter)) {
    const found = await access(join(folder, command), constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return true;
  }
  return false;
}

function credentialsOf(stdout: string, apiVersion: string): PluginCredentials {
  let answer: unknown;
  try {
    answer = stdout.trim() === '' ? {} : JSON.parse(stdout);
  } catch {
    // The parser's message would quote the output, which holds the secret.
    throw new PluginError("decoding stdout: couldn't get version/kind; json parse error: the output is not JSON");
  }
  if (!isJsonObject(answer)) {
    throw new PluginError("decoding stdout: couldn't get version/kind; json parse error: the output is not an object");
  }
  const given = answer['apiVersion'];
  const version = typeof given === 'string' ? given : 'client.authentication.k8s.io/__internal';
  if (version !== apiVersion) {
    throw new PluginError(
      `exec plugin is configured to use API version ${apiVersion}, plugin returned version ${version}`,
    );
  }
  const kind = answer['kind'] ?? 'ExecCredential';
  if (kind !== 'ExecCredential') {
    throw new PluginError(`decoding stdout: no kind ${JSON.stringify(kind)} is registered for version "${apiVersion}"`);
  }
  const status = answer['status'];
  if (!isJsonObject(status)) throw new PluginError("exec plugin didn't return a status field");
  return statusCredentials(status);
}

function statusCredentials(status: JsonObject): PluginCredentials {
  const text = (key: string): string => {
    const value = status[key];
    return typeof value === 'string' ? value : '';
  };
  const [token, cert, key] = [text('token'), text('clientCertificateData'), text('clientKeyData')];
  if (token === '' && cert === '' && key === '') {
    throw new PluginError("exec plugin didn't return a token or cert/key pair");
  }
  if ((cert === '') !== (key === '')) throw new PluginError('exec plugin returned only certificate or key, not both');
  const fault = cert === '' ? undefined : pairFault(cert, key);
  if (fault !== undefined) throw new PluginError(`failed parsing client key/certificate: ${fault}`);
  const expires = Date.parse(text('expirationTimestamp'));
  return {
    token,
    clientCertificate: cert === '' ? undefined : { cert, key },
    expires: Number.isNaN(expires) ? undefined : expires,
  };
}
