import { delimiter, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseServer } from '../../../src/datastore/kubernetes/connection.ts';
import type { Connection } from '../../../src/datastore/kubernetes/connection.ts';
import { NO_CLUSTER, NO_USER } from '../../../src/datastore/kubernetes/kubeconfig.ts';
import type { ConnectionSpec } from '../../../src/datastore/settings.ts';
import {
  authority,
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

const resolveText = (text: string, spec: Partial<ConnectionSpec> = {}): Promise<Connection> =>
  resolve({ kubeconfig: kubeconfig(text), ...spec });

const SERVER = { scheme: 'https', host: '10.0.0.1', port: 6443, path: '', origin: 'https://10.0.0.1:6443' };

describe('resolveConnection()', () => {
  it('takes cluster and user of the current context', async () => {
    const text =
      HEAD +
      cluster(
        `certificate-authority-data: ${base64(authority.certificate)}, tls-server-name: api, disable-compression: true`,
      ) +
      user('token: secret, as: joe, as-uid: "7", as-groups: [a, b], as-user-extra: {k: [v]}');
    const path = kubeconfig(text);
    expect(await resolve({ kubeconfig: path })).toEqual({
      server: SERVER,
      setting: `setting kubeconfig: cluster "k" in ${path}`,
      cluster: {
        ...NO_CLUSTER,
        server: 'https://10.0.0.1:6443',
        caData: base64(authority.certificate),
        tlsServerName: 'api',
        disableCompression: true,
      },
      user: {
        ...NO_USER,
        token: 'secret',
        impersonate: 'joe',
        impersonateUID: '7',
        impersonateGroups: ['a', 'b'],
        impersonateExtra: { k: ['v'] },
      },
      ca: authority.certificate,
      clientCertificate: undefined,
    });
  });

  it('reads certificate, key and authority from files beside the kubeconfig', async () => {
    file('pki/ca.pem', authority.certificate);
    file('pki/cert.pem', identity.certificate);
    file('pki/key.pem', identity.key);
    const text =
      HEAD +
      cluster('certificate-authority: pki/ca.pem') +
      user('client-certificate: ./pki/cert.pem, client-key: pki/key.pem');
    const { ca, clientCertificate, user: found } = await resolveText(text);
    expect({ ca, clientCertificate, certFile: found.certFile }).toEqual({
      ca: authority.certificate,
      clientCertificate: { cert: identity.certificate, key: identity.key },
      certFile: join(folder, 'pki/cert.pem'),
    });
  });

  it('reads certificate and key from the kubeconfig itself, in JSON too', async () => {
    const data = { 'client-certificate-data': base64(identity.certificate), 'client-key-data': base64(identity.key) };
    const config = {
      'current-context': 'c',
      contexts: [{ name: 'c', context: { cluster: 'k', user: 'u' } }],
      clusters: [{ name: 'k', cluster: { server: 'https://10.0.0.1:6443' } }],
      users: [{ name: 'u', user: data }],
    };
    const { clientCertificate } = await resolveText(JSON.stringify(config));
    expect(clientCertificate).toEqual({ cert: identity.certificate, key: identity.key });
  });

  it('leaves a plugin’s command to PATH unless it has a folder', async () => {
    const exec = (command: string): string =>
      user(`exec: {command: ${command}, apiVersion: client.authentication.k8s.io/v1beta1}`);
    const commands = await Promise.all(
      ['plugin', './plugin', '/bin/plugin'].map(async (command) => {
        const found = await resolveText(HEAD + CLUSTER + exec(command));
        return [found.user.exec?.command, found.user.exec?.interactiveMode];
      }),
    );
    expect(commands).toEqual([
      ['plugin', 'IfAvailable'],
      [join(folder, 'plugin'), 'IfAvailable'],
      ['/bin/plugin', 'IfAvailable'],
    ]);
  });

  it('merges several files: the first entry of a name wins, the first current-context, missing files are passed over', async () => {
    const first = kubeconfig(
      `contexts: [{name: c, context: {cluster: k, user: u}}]\n${cluster('tls-server-name: first')}`,
    );
    const second = kubeconfig(HEAD + cluster('tls-server-name: second') + user('token: second'));
    const third = kubeconfig(`current-context: other\n${user('token: third')}`);
    const paths = [first, join(folder, 'missing'), second, first, third, ''];
    const found = await resolve({ kubeconfig: paths.join(delimiter) });
    expect([found.cluster.tlsServerName, found.user.token, found.setting]).toEqual([
      'first',
      'second',
      `setting kubeconfig: cluster "k" in ${first}`,
    ]);
  });

  it('resolves relative paths against the file that they stand in', async () => {
    file('deep/token', 'x');
    const second = file('deep/config', user('tokenFile: token'));
    const found = await resolve({ kubeconfig: [kubeconfig(HEAD + CLUSTER), second].join(delimiter) });
    expect(found.user.tokenFile).toBe(join(folder, 'deep/token'));
  });

  it('uses ~/.kube/config when nothing is set', async () => {
    const path = file('home/.kube/config', HEAD + CLUSTER + user('token: t'));
    const found = await resolve({}, { HOME: join(folder, 'home') });
    expect([found.setting, found.user.token]).toEqual([`cluster "k" in ${path}`, 't']);
  });

  it('does not use ~/.kube/config when an endpoint is set', async () => {
    file('home/.kube/config', HEAD + CLUSTER + user('token: t'));
    const found = await resolve({ k8sAPIEndpoint: 'https://b:1' }, { HOME: join(folder, 'home') });
    expect([found.server.origin, found.setting, found.user]).toEqual([
      'https://b:1',
      'setting k8sAPIEndpoint',
      NO_USER,
    ]);
  });

  it('lays overrides over the kubeconfig', async () => {
    const text =
      HEAD +
      cluster(`certificate-authority-data: ${base64(authority.certificate)}, tls-server-name: api`) +
      user('token: t');
    const found = await resolveText(text, {
      k8sAPIEndpoint: 'https://b:1/prefix/',
      k8sAPIToken: 'override',
      k8sInsecureSkipTLSVerify: true,
    });
    expect([found.server, found.cluster, found.user.token, found.ca]).toEqual([
      { scheme: 'https', host: 'b', port: 1, path: '/prefix', origin: 'https://b:1' },
      { ...NO_CLUSTER, server: 'https://b:1/prefix/', insecure: true },
      'override',
      undefined,
    ]);
  });

  it('takes certificate, key and authority from the settings', async () => {
    const found = await resolveText(HEAD + cluster('insecure-skip-tls-verify: true'), {
      k8sCAFile: file('ca.pem', authority.certificate),
      k8sCertFile: file('cert.pem', identity.certificate),
      k8sKeyFile: file('key.pem', identity.key),
    });
    expect([found.ca, found.clientCertificate, found.cluster.insecure]).toEqual([
      authority.certificate,
      { cert: identity.certificate, key: identity.key },
      false,
    ]);
  });

  it('takes another context when told to', async () => {
    const text = `${HEAD}${CLUSTER.replace(']', ", {name: k2, cluster: {server: 'https://b:1'}}]")}`.replace(
      'contexts: [',
      'contexts: [{name: d, context: {cluster: k2}}, ',
    );
    const found = await resolveText(text, { k8sCurrentContext: 'd' });
    expect(found.server.origin).toBe('https://b:1');
  });

  it('takes a kubeconfig given as text as it stands, without overrides', async () => {
    const found = await resolve({
      kubeconfigInline: HEAD + CLUSTER + user('token: inline'),
      kubeconfig: '/not/read',
      k8sAPIEndpoint: 'https://b:1',
      k8sAPIToken: 'override',
      k8sCurrentContext: 'zz',
      k8sInsecureSkipTLSVerify: true,
    });
    expect([found.server, found.user.token, found.cluster.insecure, found.setting]).toEqual([
      SERVER,
      'inline',
      false,
      'setting kubeconfigInline',
    ]);
  });

  it('sends nobody’s secrets over plain HTTP', async () => {
    const text = `${HEAD}clusters: [{name: k, cluster: {server: 'http://10.0.0.1:8080'}}]\n${user('token: secret, as: joe')}`;
    expect((await resolveText(text)).user).toEqual({ ...NO_USER, impersonate: 'joe' });
  });

  describe('in a pod', () => {
    const pod = join(folder, 'pod');
    file('pod/token', 'pod-token');
    file('pod/ca.crt', authority.certificate);
    const env = { KUBERNETES_SERVICE_HOST: '10.96.0.1', KUBERNETES_SERVICE_PORT: '443' };

    it('uses the service account when nothing is configured', async () => {
      expect(await resolve({}, env, pod)).toEqual({
        server: { scheme: 'https', host: '10.96.0.1', port: 443, path: '', origin: 'https://10.96.0.1:443' },
        setting: 'KUBERNETES_SERVICE_HOST',
        cluster: { ...NO_CLUSTER, server: 'https://10.96.0.1:443', caFile: join(pod, 'ca.crt') },
        user: { ...NO_USER, tokenFile: join(pod, 'token') },
        ca: authority.certificate,
        clientCertificate: undefined,
      });
    });

    it('puts an IPv6 address in brackets', async () => {
      const found = await resolve({}, { ...env, KUBERNETES_SERVICE_HOST: 'fd00::1' }, pod);
      expect(found.server).toEqual({
        scheme: 'https',
        host: 'fd00::1',
        port: 443,
        path: '',
        origin: 'https://[fd00::1]:443',
      });
    });

    it('lets a token of the settings replace that of the service account', async () => {
      expect((await resolve({ k8sAPIToken: 'mine' }, env, pod)).user).toEqual({ ...NO_USER, token: 'mine' });
    });

    it('prefers a kubeconfig', async () => {
      const path = kubeconfig(HEAD + CLUSTER);
      expect((await resolve({ kubeconfig: path }, env, pod)).server).toEqual(SERVER);
    });

    it.each([
      ['without KUBERNETES_SERVICE_HOST', { KUBERNETES_SERVICE_PORT: '443' }, pod],
      ['without KUBERNETES_SERVICE_PORT', { KUBERNETES_SERVICE_HOST: '10.96.0.1' }, pod],
      ['without a service account', env, join(folder, 'no-pod')],
    ])('is not taken for one %s', async (_what, variables, serviceAccount) => {
      await expect(resolve({}, variables, serviceAccount)).rejects.toThrow(NOTHING_CONFIGURED);
    });
  });
});

describe('parseServer()', () => {
  it.each([
    ['https://a:6443', { scheme: 'https', host: 'a', port: 6443, path: '', origin: 'https://a:6443' }],
    ['https://a:443', { scheme: 'https', host: 'a', port: 443, path: '', origin: 'https://a:443' }],
    ['https://a', { scheme: 'https', host: 'a', port: 443, path: '', origin: 'https://a' }],
    ['http://a/', { scheme: 'http', host: 'a', port: 80, path: '', origin: 'http://a' }],
    [
      'https://[fd00::1]:6443',
      { scheme: 'https', host: 'fd00::1', port: 6443, path: '', origin: 'https://[fd00::1]:6443' },
    ],
    [
      'https://a:1/k8s/clusters/c1/',
      { scheme: 'https', host: 'a', port: 1, path: '/k8s/clusters/c1', origin: 'https://a:1' },
    ],
    ['a:6443', { scheme: 'http', host: 'a', port: 6443, path: '', origin: 'http://a:6443' }],
    ['10.0.0.1', { scheme: 'http', host: '10.0.0.1', port: 80, path: '', origin: 'http://10.0.0.1' }],
    ['https://user:pass@a:1', { scheme: 'https', host: 'a', port: 1, path: '', origin: 'https://a:1' }],
  ])('reads %s', (text, expected) => {
    expect(parseServer(text)).toEqual(expected);
  });

  it.each([
    ['a/b', 'host must be a URL or a host:port pair: "a/b"'],
    ['https://user:pass@a:port', 'host must be a URL or a host:port pair: "https://a:port"'],
    ['ftp://a', 'unsupported protocol scheme "ftp"'],
  ])('refuses %s', (text, message) => {
    expect(() => parseServer(text)).toThrow(message);
  });
});
