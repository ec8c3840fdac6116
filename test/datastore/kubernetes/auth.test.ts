import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { credentialsOf } from '../../../src/datastore/kubernetes/auth.ts';
import type { Credentials } from '../../../src/datastore/kubernetes/auth.ts';
import { resolveConnection } from '../../../src/datastore/kubernetes/connection.ts';
import { createAuthority } from '../../servers/certificates.ts';
import { failure, settings } from './support.ts';

const folder = mkdtempSync(join(tmpdir(), 'calicoctl-test-auth-'));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => void vi.useRealTimers());

const env = { PATH: process.env['PATH'] ?? '' };
const authority = createAuthority('test');

let count = 0;

/** The credentials of a kubeconfig's user. */
async function credentials(
  user: object,
  cluster: object = {},
  signal = new AbortController().signal,
): Promise<Credentials> {
  const config = {
    'current-context': 'c',
    contexts: [{ name: 'c', context: { cluster: 'k', user: 'u' } }],
    clusters: [{ name: 'k', cluster: { server: 'https://10.0.0.1:6443', ...cluster } }],
    users: [{ name: 'u', user }],
  };
  const connection = await resolveConnection(settings({ kubeconfigInline: JSON.stringify(config) }), {});
  return credentialsOf(connection, { env, signal });
}

/** A shell script and what a kubeconfig says to run it. */
function plugin(script: string, given: object = {}): { readonly exec: object; readonly path: string } {
  const path = join(folder, `plugin-${count++}`);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return {
    path,
    exec: { command: path, apiVersion: 'client.authentication.k8s.io/v1', interactiveMode: 'Never', ...given },
  };
}

const credential = (status: object): string =>
  JSON.stringify({ kind: 'ExecCredential', apiVersion: 'client.authentication.k8s.io/v1', status });

describe('credentialsOf() a user with', () => {
  it.each([
    ['nothing', {}, {}],
    ['a token', { token: 'secret' }, { Authorization: 'Bearer secret' }],
    [
      'a password',
      { username: 'joe', password: 'päss:word' },
      { Authorization: `Basic ${Buffer.from('joe:päss:word').toString('base64')}` },
    ],
    [
      'somebody to act for',
      { token: 't', as: 'joe', 'as-uid': '7', 'as-groups': ['a', 'b'], 'as-user-extra': { 'K/x': ['v', 'w'] } },
      {
        Authorization: 'Bearer t',
        'Impersonate-User': 'joe',
        'Impersonate-Uid': '7',
        'Impersonate-Group': ['a', 'b'],
        'Impersonate-Extra-k%2fx': ['v', 'w'],
      },
    ],
  ])('%s', async (_what, user, headers) => {
    const found = await credentials(user);
    expect(await found.headers()).toEqual(headers);
    expect(await found.clientCertificate()).toBeUndefined();
    expect(found.refused()).toBe(false);
  });

  it('a token file: reads it, without the line end, and again after a minute', async () => {
    const tokenFile = join(folder, 'token');
    writeFileSync(tokenFile, 'first\n');
    const found = await credentials({ tokenFile, token: 'not this one' });
    vi.useFakeTimers({ toFake: ['Date'] });
    const headers = [await found.headers()];
    writeFileSync(tokenFile, 'second\n');
    headers.push(await found.headers());
    vi.setSystemTime(Date.now() + 60_000);
    headers.push(await found.headers());
    rmSync(tokenFile);
    vi.setSystemTime(Date.now() + 60_000);
    headers.push(await found.headers());
    expect(headers).toEqual(
      ['first', 'first', 'second', 'second'].map((token) => ({ Authorization: `Bearer ${token}` })),
    );
  });

  it('a token file that is not there: uses the token', async () => {
    const found = await credentials({ tokenFile: join(folder, 'missing'), token: 'fallback' });
    expect(await found.headers()).toEqual({ Authorization: 'Bearer fallback' });
  });

  it('a plugin: runs it once, with its arguments and variables, and the server’s address when it wants that', async () => {
    const { exec, path } = plugin(
      `echo run >> "$0.runs"; printf '%s' "$KUBERNETES_EXEC_INFO" > "$0.info"; printf '%s' "$1 $2 $A $B" > "$0.told"
       echo '${credential({ token: 'from-plugin' })}'`,
      { args: ['one', 'two words'], env: [{ name: 'A', value: 'a b' }], provideClusterInfo: true },
    );
    const ca = Buffer.from(authority.certificate).toString('base64');
    const extensions = [{ name: 'client.authentication.k8s.io/exec', extension: { audience: 'x' } }];
    const found = await credentials(
      { exec },
      { 'certificate-authority-data': ca, 'tls-server-name': 'api', extensions },
    );
    const headers = await Promise.all([found.headers(), found.headers()]);
    expect([...headers, await found.clientCertificate()]).toEqual([
      { Authorization: 'Bearer from-plugin' },
      { Authorization: 'Bearer from-plugin' },
      undefined,
    ]);
    expect(readFileSync(`${path}.runs`, 'utf8')).toBe('run\n');
    expect(readFileSync(`${path}.told`, 'utf8')).toBe('one two words a b ');
    expect(JSON.parse(readFileSync(`${path}.info`, 'utf8'))).toEqual({
      kind: 'ExecCredential',
      apiVersion: 'client.authentication.k8s.io/v1',
      spec: {
        interactive: false,
        cluster: {
          server: 'https://10.0.0.1:6443',
          'tls-server-name': 'api',
          'certificate-authority-data': ca,
          config: { audience: 'x' },
        },
      },
    });
  });

  it('a plugin that gives a certificate', async () => {
    const { certificate, key } = authority.issue({ commonName: 'joe' });
    const answer = join(folder, 'certificate.json');
    writeFileSync(answer, credential({ clientCertificateData: certificate, clientKeyData: key }));
    const found = await credentials(plugin(`cat ${answer}`));
    const first = await found.clientCertificate();
    expect(first).toEqual({ cert: certificate, key });
    expect(await found.clientCertificate()).toBe(first);
    expect(await found.headers()).toEqual({});
  });

  it('a plugin whose credentials expire: runs it again then, not before', async () => {
    const soon = new Date(Date.now() + 60_000).toISOString();
    const { exec, path } = plugin(
      `echo run >> "$0.runs"; echo '${credential({ token: 'TOKEN', expirationTimestamp: soon })}' | sed "s/TOKEN/$(wc -l < "$0.runs" | tr -d ' ')/"`,
    );
    const found = await credentials({ exec });
    vi.useFakeTimers({ toFake: ['Date'] });
    const headers = [await found.headers(), await found.headers()];
    vi.setSystemTime(Date.now() + 61_000);
    headers.push(await found.headers());
    expect(headers).toEqual(['1', '1', '2'].map((token) => ({ Authorization: `Bearer ${token}` })));
    expect(existsSync(path)).toBe(true);
  });

  it('a plugin whose old credentials the server refused: runs it again', async () => {
    const { exec } = plugin(
      `echo run >> "$0.runs"; echo '${credential({ token: 'TOKEN' })}' | sed "s/TOKEN/$(wc -l < "$0.runs" | tr -d ' ')/"`,
    );
    const found = await credentials({ exec });
    vi.useFakeTimers({ toFake: ['Date'] });
    expect([await found.headers(), found.refused()]).toEqual([{ Authorization: 'Bearer 1' }, false]);
    vi.setSystemTime(Date.now() + 11_000);
    expect([found.refused(), await found.headers()]).toEqual([true, { Authorization: 'Bearer 2' }]);
  });

  it('a token beside a plugin: does not run it', async () => {
    const { exec, path } = plugin('touch "$0.ran"');
    const found = await credentials({ exec, token: 't' });
    expect(await found.headers()).toEqual({ Authorization: 'Bearer t' });
    expect(existsSync(`${path}.ran`)).toBe(false);
  });

  it('a plugin that the command no longer waits for: ends it, with the reason of the signal', async () => {
    const controller = new AbortController();
    const { exec, path } = plugin('sleep 60 & trap "kill $!; touch $0.ended; exit 1" TERM; touch "$0.started"; wait');
    const found = await credentials({ exec }, {}, controller.signal);
    const running = failure(found.headers());
    await expect.poll(() => existsSync(`${path}.started`), { timeout: 10_000 }).toBe(true);
    const reason = new Error('cancelled by the test');
    controller.abort(reason);
    expect(await running).toBe(reason);
    await expect.poll(() => existsSync(`${path}.ended`), { timeout: 10_000 }).toBe(true);
  });

  it('an OpenID Connect token that is still valid', async () => {
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const token = `${part({ alg: 'none' })}.${part({ exp: Math.floor(Date.now() / 1000) + 3600 })}.c2ln`;
    const found = await credentials({ 'auth-provider': { name: 'oidc', config: { 'id-token': token } } });
    expect(await found.headers()).toEqual({ Authorization: `Bearer ${token}` });
  });
});

describe('a plugin that fails', () => {
  const v1beta1 = JSON.stringify({
    kind: 'ExecCredential',
    apiVersion: 'client.authentication.k8s.io/v1beta1',
    status: {},
  });

  it.each([
    ['with an exit code', 'echo verysecret; exit 3', 'exec: executable PATH failed with exit code 3'],
    ['by a signal', 'kill -9 $$', 'exec: executable PATH failed with exit code -1'],
    [
      'to say anything',
      'true',
      'exec plugin is configured to use API version client.authentication.k8s.io/v1, plugin returned version client.authentication.k8s.io/__internal',
    ],
    [
      'to speak JSON',
      'echo verysecret',
      "decoding stdout: couldn't get version/kind; json parse error: the output is not JSON",
    ],
    [
      'to speak the right version',
      `echo '${v1beta1}'`,
      'exec plugin is configured to use API version client.authentication.k8s.io/v1, plugin returned version client.authentication.k8s.io/v1beta1',
    ],
    [
      'to give a status',
      `echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1"}'`,
      "exec plugin didn't return a status field",
    ],
    ['to give anything', `echo '${credential({})}'`, "exec plugin didn't return a token or cert/key pair"],
    [
      'to give a key',
      `echo '${credential({ clientCertificateData: 'verysecret' })}'`,
      'exec plugin returned only certificate or key, not both',
    ],
    [
      'to give a real certificate',
      `echo '${credential({ clientCertificateData: 'x', clientKeyData: 'verysecret' })}'`,
      'failed parsing client key/certificate: tls: failed to find any PEM data in certificate input',
    ],
  ])('%s', async (_what, script, expected) => {
    const { exec, path } = plugin(script);
    const error = await failure((await credentials({ exec })).headers());
    expect(String(error)).toBe(`CredentialsError: getting credentials: ${expected.replace('PATH', path)}`);
  });

  it('because it is not installed, and says what to do', async () => {
    const exec = {
      command: 'no-such-plugin',
      apiVersion: 'client.authentication.k8s.io/v1',
      interactiveMode: 'Never',
      installHint: 'go \u001bget it',
    };
    const error = await failure((await credentials({ exec })).headers());
    expect(String(error)).toBe(`CredentialsError: getting credentials: exec: executable no-such-plugin not found

It looks like you are trying to use a client-go credential plugin that is not installed.

To learn more about this feature, consult the documentation available at:
      https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins

go get it`);
  });

  it('because its path leads nowhere', async () => {
    const { exec } = plugin('true', { command: '/no/such/plugin' });
    const error = await failure((await credentials({ exec })).headers());
    expect(String(error)).toBe(
      'CredentialsError: getting credentials: exec: fork/exec /no/such/plugin: no such file or directory',
    );
  });

  it('because it needs a terminal', async () => {
    const { exec } = plugin('true', { interactiveMode: 'Always' });
    const error = await failure((await credentials({ exec })).headers());
    expect(String(error)).toBe(
      'CredentialsError: getting credentials: exec plugin cannot support interactive mode: standard input is not a terminal',
    );
  });

  it('is run again by the next request', async () => {
    const { exec } = plugin(`[ -e "$0.second" ] && echo '${credential({ token: 't' })}'; touch "$0.second"`);
    const found = await credentials({ exec });
    await failure(found.headers());
    expect(await found.headers()).toEqual({ Authorization: 'Bearer t' });
  });
});

describe('an auth provider that fails', () => {
  it('names no secret', async () => {
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const expired = `${part({ alg: 'none' })}.${part({ exp: 1 })}.c2ln`;
    const config = {
      'id-token': expired,
      'refresh-token': 'verysecret',
      'client-id': 'calico',
      'client-secret': 'verysecret',
      'idp-issuer-url': 'https://127.0.0.1:1/verysecret',
    };
    const error = await failure((await credentials({ 'auth-provider': { name: 'oidc', config } })).headers());
    expect(String(error)).toMatch(/^CredentialsError: auth provider "oidc": /);
    expect(String(error)).not.toContain('verysecret');
  });
});
