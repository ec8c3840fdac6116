import type { SrvRecord } from 'node:dns';
import { describe, expect, it } from 'vitest';
import { discoverEndpoints } from '../../../src/datastore/etcd/discovery.ts';
import { SettingsError } from '../../../src/datastore/settings.ts';

/** A DNS that knows some names; for the others it fails with a code. */
function dns(records: Readonly<Record<string, readonly SrvRecord[] | string>>) {
  return (name: string): Promise<readonly SrvRecord[]> => {
    const answer = records[name] ?? 'ENOTFOUND';
    return typeof answer === 'string'
      ? Promise.reject(Object.assign(new Error(`querySrv ${answer} ${name}`), { code: answer }))
      : Promise.resolve(answer);
  };
}

const record = (name: string, port: number, priority = 0, weight = 0): SrvRecord => ({ name, port, priority, weight });

describe('discoverEndpoints()', () => {
  it('gives endpoints with TLS before those without', async () => {
    const lookup = dns({
      '_etcd-client._tcp.example.org': [record('plain.example.org.', 2379)],
      '_etcd-client-ssl._tcp.example.org': [record('safe.example.org', 2380)],
    });
    expect(await discoverEndpoints('example.org', lookup)).toEqual([
      'https://safe.example.org:2380',
      'http://plain.example.org:2379',
    ]);
  });

  it('orders them by priority, then by weight', async () => {
    const records = [record('c', 1, 20, 9), record('b', 1, 10, 1), record('a', 1, 10, 5)];
    expect(await discoverEndpoints('x', dns({ '_etcd-client._tcp.x': records }))).toEqual([
      'http://a:1',
      'http://b:1',
      'http://c:1',
    ]);
  });

  it('fails when the DNS has neither', async () => {
    const failure = discoverEndpoints('example.invalid', dns({ '_etcd-client._tcp.example.invalid': 'ESERVFAIL' }));
    await expect(failure).rejects.toThrow(
      new SettingsError(
        'failed to discover etcd endpoints through SRV discovery: dns lookup errors: lookup _etcd-client-ssl._tcp.example.invalid: no such host and lookup _etcd-client._tcp.example.invalid: server misbehaving',
      ),
    );
  });
});
