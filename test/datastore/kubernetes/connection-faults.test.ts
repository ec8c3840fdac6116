/** Settings and kubeconfigs that cannot be used, with the texts that the Go client was heard to say of them. */
import { delimiter } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ConnectionSpec } from '../../../src/datastore/settings.ts';
import { SettingsError } from '../../../src/datastore/settings.ts';
import {
  base64,
  cluster,
  CLUSTER,
  file,
  folder,
  HEAD,
  identity,
  kubeconfig,
  NOTHING_CONFIGURED,
  resolve,
  user,
} from './kubeconfig-support.ts';
import { failure } from './support.ts';

describe('resolveConnection() refuses', () => {
  const bad = file('bad', 'a: [\nb');
  const token = 'verysecret';
  const fault = async (spec: Partial<ConnectionSpec>): Promise<unknown> => failure(resolve(spec));

  it.each([
    ['an empty kubeconfig', '', NOTHING_CONFIGURED],
    ['one without current-context', CLUSTER, NOTHING_CONFIGURED],
    ['one without the context’s cluster', HEAD, NOTHING_CONFIGURED],
    [
      'a current-context that is not there',
      `current-context: x\n${CLUSTER}`,
      'invalid configuration: [context was not found for specified context: x, cluster has no server defined]',
    ],
    [
      'a cluster without server',
      `${HEAD}clusters: [{name: k, cluster: {}}]`,
      'invalid configuration: no server found for cluster "k"',
    ],
    [
      'a list',
      '- a',
      `error loading config file "FILE": couldn't get version/kind; json parse error: json: cannot unmarshal array into Go value of type struct`,
    ],
    [
      'another kind',
      'kind: Pod\napiVersion: v1',
      'error loading config file "FILE": no kind "Pod" is registered for version "v1"',
    ],
    [
      'a field of another type',
      `${HEAD}${CLUSTER}${user('token: 123')}`,
      'error loading config file "FILE": json: cannot unmarshal number into Go struct field AuthInfo.users.user.token of type string',
    ],
    [
      'no base64',
      HEAD + cluster("certificate-authority-data: '!!!'"),
      'error loading config file "FILE": illegal base64 data at input byte 0',
    ],
    [
      'cut base64',
      HEAD + cluster('certificate-authority-data: abcde'),
      'error loading config file "FILE": illegal base64 data at input byte 4',
    ],
    [
      'an authority that is none',
      HEAD + cluster('certificate-authority-data: aGVsbG8='),
      'unable to load root certificates: unable to parse bytes as PEM block',
    ],
    [
      'a missing authority',
      HEAD + cluster('certificate-authority: nosuch.pem'),
      'invalid configuration: unable to read certificate-authority FOLDER/nosuch.pem for k due to open FOLDER/nosuch.pem: no such file or directory',
    ],
    [
      'two authorities',
      HEAD + cluster('certificate-authority: bad, certificate-authority-data: aGVsbG8='),
      'invalid configuration: certificate-authority-data and certificate-authority are both specified for k. certificate-authority-data will override.',
    ],
    [
      'an authority that is not to be used',
      HEAD + cluster('certificate-authority: bad, insecure-skip-tls-verify: true'),
      'specifying a root certificates file with the insecure flag is not allowed',
    ],
    [
      'a token and a password',
      HEAD + CLUSTER + user(`token: ${token}, username: b, password: ${token}`),
      'invalid configuration: more than one authentication method found for u; found [token basicAuth], only one is allowed',
    ],
    [
      'a certificate without key',
      HEAD + CLUSTER + user('client-certificate: bad'),
      'invalid configuration: client-key-data or client-key must be specified for u to use the clientCert authentication method.',
    ],
    [
      'missing certificate and key',
      HEAD + CLUSTER + user('client-certificate: no.pem, client-key: no.key'),
      'invalid configuration: [unable to read client-cert FOLDER/no.pem for u due to open FOLDER/no.pem: no such file or directory, unable to read client-key FOLDER/no.key for u due to open FOLDER/no.key: no such file or directory]',
    ],
    [
      'a certificate that is none',
      HEAD + CLUSTER + user('client-certificate: bad, client-key: bad'),
      'tls: failed to find any PEM data in certificate input',
    ],
    [
      'a key that is none',
      HEAD + CLUSTER + user(`client-certificate-data: ${base64(identity.certificate)}, client-key-data: aGVsbG8=`),
      'tls: failed to find any PEM data in key input',
    ],
    [
      'a plugin without anything',
      HEAD + CLUSTER + user('exec: {}'),
      'invalid configuration: [command must be specified for u to use exec authentication plugin, apiVersion must be specified for u to use exec authentication plugin, interactiveMode must be specified for u to use exec authentication plugin]',
    ],
    [
      'a plugin with a mode that is none',
      HEAD +
        CLUSTER +
        user(
          "exec: {command: a, apiVersion: client.authentication.k8s.io/v1, interactiveMode: Foo, env: [{name: ''}]}",
        ),
      'invalid configuration: [env variable name must be specified for u to use exec authentication plugin, invalid interactiveMode for u: "Foo"]',
    ],
    [
      'a plugin and an auth provider',
      HEAD +
        CLUSTER +
        user('auth-provider: {name: oidc}, exec: {command: a, apiVersion: client.authentication.k8s.io/v1beta1}'),
      'invalid configuration: authProvider cannot be provided in combination with an exec plugin for u',
    ],
    [
      'groups of nobody',
      HEAD + CLUSTER + user('as-groups: [a]'),
      'invalid configuration: requesting uid, groups or user-extra for u without impersonating a user',
    ],
    [
      'a missing token file',
      HEAD + CLUSTER + user('tokenFile: nosuch'),
      'open FOLDER/nosuch: no such file or directory',
    ],
    [
      'a proxy of another protocol',
      HEAD + cluster("proxy-url: 'ftp://x'"),
      `invalid configuration: invalid 'proxy-url' for cluster "k": unsupported scheme "ftp", must be http, https, or socks5`,
    ],
  ])('%s', async (_what, text, expected) => {
    const path = kubeconfig(text);
    const error = await fault({ kubeconfig: path });
    expect(error).toBeInstanceOf(SettingsError);
    expect(error).toMatchObject({
      datastoreClient: true,
      message: expected.replaceAll('FILE', path).replaceAll('FOLDER', folder),
    });
    expect(String(error)).not.toContain(token);
  });

  it('a file that is missing, a folder, and what is no YAML without quoting it', async () => {
    const secret = kubeconfig(`users:\n- name: u\n  user: {token: ${token}\n- x`);
    const [missing, isFolder, noYaml] = await Promise.all([
      fault({ kubeconfig: '/nosuch/file' }),
      fault({ kubeconfig: folder }),
      fault({ kubeconfig: secret }),
    ]);
    expect([missing, isFolder].map(String)).toEqual([
      'SettingsError: stat /nosuch/file: no such file or directory',
      `SettingsError: error loading config file "${folder}": read ${folder}: is a directory`,
    ]);
    expect(String(noYaml)).toMatch(/^SettingsError: error loading config file ".*": yaml: line \d: /);
    expect(String(noYaml)).not.toContain(token);
  });

  it('several broken files, all named', async () => {
    const list = kubeconfig('- a');
    expect(String(await fault({ kubeconfig: [bad, list].join(delimiter) }))).toMatch(
      new RegExp(
        `^SettingsError: \\[error loading config file "${bad}": yaml: line \\d: .*, error loading config file "${list}": `,
      ),
    );
  });

  it('a context that is not there, and names those that are', async () => {
    const text = HEAD + CLUSTER + user('token: t');
    const error = await fault({ kubeconfig: kubeconfig(text), k8sCurrentContext: 'zz' });
    expect(error).toMatchObject({ message: 'context "zz" does not exist', hints: ['contexts of the kubeconfig: c'] });
  });

  it('a kubeconfig without current-context, and names its contexts', async () => {
    const error = await fault({ kubeconfig: kubeconfig(HEAD.replace('current-context: c\n', '') + CLUSTER) });
    expect(error).toMatchObject({
      message: NOTHING_CONFIGURED,
      hints: ['the kubeconfig has no current-context; its contexts: c'],
    });
  });
});
