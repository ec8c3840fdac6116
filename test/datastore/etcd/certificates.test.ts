/** The etcd driver and TLS: what works, and what is said when it does not. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConnectionSpec } from '../../../src/datastore/settings.ts';
import type { EtcdServer } from '../../servers/etcd.ts';
import { startEtcd } from '../../servers/etcd.ts';
import { SERVERS } from './servers.ts';
import { attempt, unreachable } from './attempt.ts';
import { settings, settingsFor } from './support.ts';

/** What an attempt told; what succeeded told nothing. */
function told(result: unknown): { readonly message: string } {
  if (typeof result === 'object' && result !== null && 'message' in result && typeof result.message === 'string') {
    return { ...result, message: result.message };
  }
  return { message: `no failure: ${String(result)}` };
}

describe.each(SERVERS)('etcd $version, JSON gateway: $jsonGateway', ({ version, jsonGateway }) => {
  describe('with TLS and client certificates', () => {
    let etcd: EtcdServer;
    beforeAll(async () => {
      etcd = await startEtcd({ version, jsonGateway, tls: true, clientCertAuth: true });
    });
    afterAll(() => etcd.stop());

    const files = () => {
      if (etcd.files === undefined) throw new Error('the server has no certificates');
      return etcd.files;
    };
    const given = (spec: Partial<ConnectionSpec>) =>
      settings({ etcdEndpoints: etcd.endpoints, etcdCACertFile: files().caFile, ...spec });

    it('serves a client with its certificate', async () => {
      expect(await attempt(settingsFor(etcd.environment))).toBe('0 listed');
    });

    it('serves a client that leaves out the scheme', async () => {
      const { certFile: etcdCertFile, keyFile: etcdKeyFile } = files();
      const etcdEndpoints = `127.0.0.1:${etcd.port}`;
      expect(await attempt(given({ etcdEndpoints, etcdCertFile, etcdKeyFile }))).toBe('0 listed');
    });

    it('serves a client that knows it by name', async () => {
      const { certFile: etcdCertFile, keyFile: etcdKeyFile } = files();
      const etcdEndpoints = `https://localhost:${etcd.port}`;
      expect(await attempt(given({ etcdEndpoints, etcdCertFile, etcdKeyFile }))).toBe('0 listed');
    });

    it.each([
      { TLS_MIN_VERSION: '1.3' },
      { TLS_MIN_VERSION: '1.1' },
      { TLS_CIPHER_SUITES: 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,TLS_AES_128_GCM_SHA256' },
    ])('serves a client with %j', async (env) => {
      expect(await attempt(settingsFor(etcd.environment), { env })).toBe('0 listed');
    });

    /** How the server words its refusal depends on the release of Go that built it. */
    const refusal = async (spec: Partial<ConnectionSpec>) => {
      const { message, ...facts } = told(await attempt(given(spec)));
      return { message: message.replace(/tls: [a-z ]+ \(/, 'tls: REFUSED ('), ...facts };
    };

    it('refuses a client without certificate', async () => {
      const reason = 'remote error: tls: REFUSED (it asks for a client certificate: set ETCD_CERT_FILE, ETCD_KEY_FILE)';
      expect(await refusal({})).toEqual(unreachable(etcd.endpoints, 'tls', reason));
    });

    it('refuses a client whose certificate has expired: the day is told', async () => {
      const { expiredCertFile: etcdCertFile, expiredKeyFile: etcdKeyFile } = files();
      const { message, ...facts } = await refusal({ etcdCertFile, etcdKeyFile });
      const day = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/;
      const reason = 'remote error: tls: REFUSED (the client certificate set by ETCD_CERT_FILE expired on DAY)';
      expect({ message: message.replace(day, 'DAY'), ...facts }).toEqual(unreachable(etcd.endpoints, 'tls', reason));
    });

    it('refuses a client whose certificate it does not know', async () => {
      const { unknownCertFile: etcdCertFile, unknownKeyFile: etcdKeyFile } = files();
      const reason =
        'remote error: tls: REFUSED (it does not accept the client certificate set by ETCD_CERT_FILE, issued by CN=unknown)';
      expect(await refusal({ etcdCertFile, etcdKeyFile })).toEqual(unreachable(etcd.endpoints, 'tls', reason));
    });

    it('is refused by a client that trusts another authority', async () => {
      const { unknownCaFile: etcdCACertFile, certFile: etcdCertFile, keyFile: etcdKeyFile } = files();
      const reason =
        'x509: certificate signed by unknown authority (issued by "calicoctl test etcd"; trusted is the authority set by ETCD_CA_CERT_FILE)';
      expect(await refusal({ etcdCACertFile, etcdCertFile, etcdKeyFile })).toEqual(
        unreachable(etcd.endpoints, 'tls', reason),
      );
    });

    it("is refused by a client that knows the system's authorities only", async () => {
      const reason =
        'x509: certificate signed by unknown authority (issued by "calicoctl test etcd"; trusted is the system\'s authorities)';
      expect(await refusal({ etcdCACertFile: '' })).toEqual(unreachable(etcd.endpoints, 'tls', reason));
    });

    it('is spoken to without TLS', async () => {
      const etcdEndpoints = `http://127.0.0.1:${etcd.port}`;
      const result = await refusal({ etcdEndpoints });
      expect(result).toEqual(
        unreachable(
          etcdEndpoints,
          'response',
          'it closes the connection without an answer (does it serve https:// instead?)',
        ),
      );
    });
  });

  it('whose certificate has expired: the day is told', async () => {
    const etcd = await startEtcd({ version, jsonGateway, tls: { certificate: 'expired' } });
    const { message, ...facts } = told(await attempt(settingsFor(etcd.environment)));
    await etcd.stop();
    const day = new Date(Date.now() - 24 * 3600 * 1000).toISOString().slice(0, 10);
    const reason = `x509: certificate has expired or is not yet valid: "etcd" expired on ${day}`;
    expect({ message: message.replace(/T\d\d:\d\d:\d\dZ/, ''), ...facts }).toEqual(
      unreachable(etcd.endpoints, 'tls', reason),
    );
  });

  it('whose certificate is for another host', async () => {
    const etcd = await startEtcd({ version, jsonGateway, tls: { certificate: 'other-host' } });
    const result = await attempt(settingsFor(etcd.environment));
    await etcd.stop();
    const reason = 'x509: certificate is valid for etcd.example.org, not 127.0.0.1';
    expect(result).toEqual(unreachable(etcd.endpoints, 'tls', reason));
  });

  it('whose certificate is for servers only', async () => {
    const etcd = await startEtcd({
      version,
      jsonGateway,
      tls: { certificate: 'server-usage-only' },
      clientCertAuth: true,
    });
    const result = await attempt(settingsFor(etcd.environment));
    await etcd.stop();
    expect(result).toBe('0 listed');
  });

  it('without TLS, spoken to with TLS', async () => {
    const etcd = await startEtcd({ version, jsonGateway });
    const etcdEndpoints = etcd.endpoints.replace('http:', 'https:');
    const result = await attempt(settings({ etcdEndpoints }));
    await etcd.stop();
    const { message, ...facts } = told(result);
    expect(facts).toEqual({ endpoint: etcdEndpoints, phase: 'tls', setting: 'ETCD_ENDPOINTS' });
    expect(message).toContain('(does it serve http:// instead?)');
  });
});
