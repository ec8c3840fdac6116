import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SettingsError } from '../../../src/datastore/settings.ts';
import { etcdSettings } from '../../../src/datastore/etcd/settings.ts';
import { loadTls, secure } from '../../../src/datastore/etcd/tls.ts';
import type { ConnectionSpec } from '../../../src/datastore/settings.ts';
import { createAuthority } from '../../servers/certificates.ts';
import { settings } from './support.ts';

const authority = createAuthority('test authority');
const client = authority.issue({ commonName: 'client', usages: ['client'] });
const other = authority.issue({ commonName: 'other', usages: ['client'] });

describe('loadTls()', () => {
  let folder: string;
  const file = (name: string, content: string): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'calicoctl-test-tls-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  const load = (spec: Partial<ConnectionSpec>, env: Readonly<Record<string, string>> = {}, spoken = true) =>
    loadTls(etcdSettings(settings({ etcdEndpoints: 'https://a:1', ...spec })).certificates, env, spoken);
  const failure = async (spec: Partial<ConnectionSpec>, env?: Readonly<Record<string, string>>, spoken?: boolean) => {
    const error: unknown = await load(spec, env, spoken).catch((reason: unknown) => reason);
    return error instanceof SettingsError ? [error.message, ...error.hints] : error;
  };
  const hint = (setting: string) => `the certificate or key is set by ${setting}`;

  it('reads files, and remembers the settings that named them', async () => {
    const material = await load({
      etcdCACertFile: file('ca.pem', authority.certificate),
      etcdCertFile: file('cert.pem', client.certificate),
      etcdKeyFile: file('key.pem', client.key),
    });
    expect({ ...material, context: undefined, client: material?.client?.certificate.subject }).toEqual({
      context: undefined,
      client: 'CN=client',
      caSetting: 'ETCD_CA_CERT_FILE',
      clientSettings: 'ETCD_CERT_FILE, ETCD_KEY_FILE',
    });
  });

  it('does with an authority alone, and without anything', async () => {
    const withAuthority = await load({ etcdCACertFile: file('ca.pem', authority.certificate) });
    const without = await load({});
    expect([withAuthority?.client, withAuthority?.caSetting]).toEqual([undefined, 'ETCD_CA_CERT_FILE']);
    expect([without?.client, without?.caSetting]).toEqual([undefined, undefined]);
  });

  it('takes PEM texts, of the authority the first only', async () => {
    const material = await load({
      etcdCACert: `${authority.certificate}-----BEGIN CERTIFICATE-----\nbroken\n-----END CERTIFICATE-----\n`,
      etcdCert: client.certificate,
      etcdKey: client.key,
    });
    expect(material?.client?.certificate.subject).toBe('CN=client');
    expect(material?.caSetting).toBe('etcd.cfg: spec.etcdCACert');
  });

  it('gives nothing when TLS is not spoken, but refuses wrong files all the same', async () => {
    expect(await load({ etcdCACertFile: file('ca.pem', authority.certificate) }, {}, false)).toBeUndefined();
    expect(await failure({ etcdCACertFile: '/nonexistent/ca.pem' }, {}, false)).toEqual([
      'could not initialize etcdv3 client: open /nonexistent/ca.pem: no such file or directory',
      hint('ETCD_CA_CERT_FILE'),
    ]);
  });

  it.each<{ reason: string; spec: Partial<ConnectionSpec>; setting?: string }>([
    { reason: 'KeyFile and CertFile must both be present[key: , cert: a.pem]', spec: { etcdCertFile: 'a.pem' } },
    { reason: 'KeyFile and CertFile must both be present[key: b.pem, cert: ]', spec: { etcdKeyFile: 'b.pem' } },
    {
      reason: 'open /nonexistent: no such file or directory',
      spec: { etcdCACertFile: '/nonexistent' },
      setting: 'ETCD_CA_CERT_FILE',
    },
    { reason: 'read /: is a directory', spec: { etcdCACertFile: '/' }, setting: 'ETCD_CA_CERT_FILE' },
    {
      reason: 'open /nonexistent/c: no such file or directory',
      spec: { etcdCertFile: '/nonexistent/c', etcdKeyFile: '/nonexistent/k' },
      setting: 'ETCD_CERT_FILE',
    },
    { reason: 'Certificate and Key must both be present inline.', spec: { etcdCACert: authority.certificate } },
    { reason: 'Certificate and Key must both be present inline.', spec: { etcdCert: client.certificate } },
    {
      reason: 'Cannot decode PEM block containing certificate',
      spec: { etcdCACert: 'no PEM', etcdCert: client.certificate, etcdKey: client.key },
      setting: 'etcd.cfg: spec.etcdCACert',
    },
    {
      reason: 'tls: failed to find any PEM data in certificate input',
      spec: { etcdCert: 'no PEM', etcdKey: client.key },
      setting: 'etcd.cfg: spec.etcdCert',
    },
    {
      reason: 'tls: failed to find any PEM data in key input',
      spec: { etcdCert: client.certificate, etcdKey: 'no PEM' },
      setting: 'etcd.cfg: spec.etcdKey',
    },
    {
      reason: 'tls: failed to parse private key',
      spec: { etcdCert: client.certificate, etcdKey: '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n' },
      setting: 'etcd.cfg: spec.etcdKey',
    },
    {
      reason: 'tls: private key does not match public key',
      spec: { etcdCert: client.certificate, etcdKey: other.key },
      setting: 'etcd.cfg: spec.etcdCert and etcd.cfg: spec.etcdKey',
    },
    {
      reason: 'x509: malformed certificate',
      spec: { etcdCert: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n', etcdKey: client.key },
      setting: 'etcd.cfg: spec.etcdCert',
    },
  ])('says as Go does: $reason', async ({ spec, reason, setting }) => {
    expect(await failure(spec)).toEqual([
      `could not initialize etcdv3 client: ${reason}`,
      ...(setting === undefined ? [] : [hint(setting)]),
    ]);
  });

  it('refuses a file without an authority, with which nobody could be trusted', async () => {
    expect(await failure({ etcdCACertFile: file('key.pem', client.key) })).toEqual([
      'could not initialize etcdv3 client: no certificate found in the PEM of the authority',
      hint('ETCD_CA_CERT_FILE'),
    ]);
  });

  it('refuses cipher suites that Go does not know', async () => {
    const names = 'TLS_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,TLS_RSA_WITH_RC4_128_SHA';
    expect(await failure({}, { TLS_CIPHER_SUITES: names })).toEqual([
      'failed to create TLS Config: failed to create TLS Config: unsupported cipher: TLS_RSA_WITH_RC4_128_SHA',
      'the cipher suites are set by TLS_CIPHER_SUITES',
    ]);
  });
});

describe('secure()', () => {
  it.each([
    { host: 'localhost', sent: 'localhost' },
    { host: '127.0.0.1', sent: false },
  ])('verifies $host, and sends it as server name only if it is a name', async ({ host, sent }) => {
    const { certificate: cert, key } = authority.issue({ commonName: 'server', usages: ['server'] });
    const server = createServer({ cert, key, ALPNProtocols: ['h2'] });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the server has no port');
    const names: unknown[] = [];
    server.on('secureConnection', (socket) => {
      names.push(socket.servername);
      socket.destroy();
    });
    const spec = { etcdEndpoints: 'https://a', etcdCACert: authority.certificate };
    const inline = settings({ ...spec, etcdCert: client.certificate, etcdKey: client.key });
    const material = await loadTls(etcdSettings(inline).certificates, {}, true);
    if (material === undefined) throw new Error('TLS was to be spoken');
    const secured = await secure(connect(address.port, '127.0.0.1'), material, host);
    await once(secured, 'close');
    expect({ names, protocol: secured.alpnProtocol }).toEqual({ names: [sent], protocol: 'h2' });
    server.close();
  });
});
