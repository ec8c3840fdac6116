import { existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { connect } from 'node:tls';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { findProgram, obtainMilliseconds } from './binaries.ts';
import { startEtcd } from './etcd.ts';
import type { EtcdOptions, EtcdServer } from './etcd.ts';

beforeAll(
  () => Promise.all((['etcd-3.4', 'etcdctl-3.4', 'etcd-3.6', 'etcdctl-3.6'] as const).map(findProgram)),
  obtainMilliseconds,
);

async function start(options: EtcdOptions): Promise<EtcdServer> {
  const etcd = await startEtcd(options);
  onTestFinished(() => etcd.stop());
  return etcd;
}

describe.each(['3.4', '3.6'] as const)('startEtcd() of release %s', (version) => {
  it('gives a server of that release that keeps keys until it is wiped', async () => {
    const etcd = await start({ version });
    await etcd.etcdctl(['put', '/a'], 'value');
    const [endpoint, , release] = (await etcd.etcdctl(['endpoint', 'status'])).split(', ');
    expect([endpoint, release?.slice(0, 4)]).toEqual([etcd.endpoints, `${version}.`]);
    expect(await etcd.etcdctl(['get', '/a'])).toBe('/a\nvalue\n');
    await etcd.wipe();
    expect(await etcd.etcdctl(['get', '', '--from-key'])).toBe('');
  });

  it('lets only clients in whose certificate it can trust, when it asks for one', async () => {
    const etcd = await start({ version, tls: true, clientCertAuth: true });
    const { port, files } = etcd;
    await etcd.etcdctl(['put', '/a', 'value']);
    expect(await handshake(port, files?.caFile, files?.certFile, files?.keyFile)).toEqual(bothUsages);
    await expect(handshake(port, files?.caFile)).rejects.toThrow(/alert/);
    await expect(handshake(port, files?.caFile, files?.expiredCertFile, files?.expiredKeyFile)).rejects.toThrow(
      /alert/,
    );
    await expect(handshake(port, files?.caFile, files?.unknownCertFile, files?.unknownKeyFile)).rejects.toThrow(
      /alert/,
    );
    await expect(handshake(port, files?.unknownCaFile, files?.certFile, files?.keyFile)).rejects.toThrow(
      'unable to verify',
    );
    await etcd.wipe();
    expect(await etcd.etcdctl(['get', '', '--from-key'])).toBe('');
  });

  it('lets only the user in that it was given', async () => {
    const etcd = await start({ version, auth: { user: 'someone', password: 'secret' } });
    await etcd.etcdctl(['put', '/a', 'value']);
    await expect(etcd.etcdctl(['get', '/a', '--user=someone:wrong'])).rejects.toThrow('authentication failed');
    await expect(etcd.etcdctl(['get', '/a', '--user='])).rejects.toThrow('user name is empty');
    expect(etcd.environment).toEqual({
      ETCD_ENDPOINTS: etcd.endpoints,
      ETCD_USERNAME: 'someone',
      ETCD_PASSWORD: 'secret',
    });
  });

  it.each([
    ['expired', 'CERT_HAS_EXPIRED'],
    ['other-host', 'ERR_TLS_CERT_ALTNAME_INVALID'],
  ] as const)('serves with a certificate that is %s', async (certificate, code) => {
    const etcd = await start({ version, tls: { certificate } });
    await expect(handshake(etcd.port, etcd.files?.caFile)).rejects.toMatchObject({ code });
    expect(await etcd.etcdctl(['put', '/a', 'value'])).toBe('OK\n');
  });

  it('serves with a certificate that is none of a client', async () => {
    const etcd = await start({ version, tls: { certificate: 'server-usage-only' } });
    expect(await handshake(etcd.port, etcd.files?.caFile)).toEqual(['1.3.6.1.5.5.7.3.1']);
  });
});

it('startEtcd() stop() ends the server and removes its folder, also after kill()', async () => {
  const etcd = await startEtcd({ tls: true });
  const folder = dirname(etcd.files?.caFile ?? '');
  expect([existsSync(folder), etcd.isRunning()]).toEqual([true, true]);
  await etcd.kill();
  expect([existsSync(folder), etcd.isRunning()]).toEqual([true, false]);
  await etcd.stop();
  await etcd.stop();
  expect(existsSync(folder)).toBe(false);
});

it('startEtcd() refuses to ask for client certificates without TLS', async () => {
  await expect(startEtcd({ clientCertAuth: true })).rejects.toThrow('clientCertAuth needs tls');
});

const bothUsages = ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2'];

/** Connects with a trusted authority and perhaps a client's certificate, and gives the usages of the server's certificate. */
function handshake(port: number, caFile = '', certFile?: string, keyFile?: string): Promise<unknown> {
  const pair = certFile !== undefined &&
    keyFile !== undefined && { cert: readFileSync(certFile), key: readFileSync(keyFile) };
  return new Promise((resolve, reject) => {
    // In TLS 1.3 the client is done before the server has looked at the client's certificate.
    const socket = connect({ port, host: '127.0.0.1', maxVersion: 'TLSv1.2', ca: readFileSync(caFile), ...pair });
    socket.once('error', reject);
    socket.once('secureConnect', () => {
      resolve(socket.getPeerCertificate().ext_key_usage);
      socket.destroy();
    });
  });
}
