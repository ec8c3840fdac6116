/** Finds the endpoints of etcd: those that are configured, or the ones that the DNS names for a domain. */
import type { SrvRecord } from 'node:dns';
import { SettingsError } from '../settings.ts';

/** Looks up SRV records of a name; rejects when there are none. */
export type SrvLookup = (name: string) => Promise<readonly SrvRecord[]>;

/**
 * Looks up the SRV records by which a domain names its etcd (etcd documentation, "DNS discovery"): endpoints with TLS, then those without.
 * @throws {SettingsError} with the Go client's text when there are none
 */
export async function discoverEndpoints(domain: string, lookup: SrvLookup = defaultLookup): Promise<readonly string[]> {
  const services = [
    { scheme: 'https', name: `_etcd-client-ssl._tcp.${domain}` },
    { scheme: 'http', name: `_etcd-client._tcp.${domain}` },
  ];
  const found = await Promise.allSettled(services.map(({ name }) => lookup(name)));
  const endpoints: string[] = [];
  const problems: string[] = [];
  found.forEach((result, index) => {
    const { scheme = '', name = '' } = services[index] ?? {};
    if (result.status === 'rejected') problems.push(`lookup ${name}: ${reasonOf(result.reason)}`);
    else endpoints.push(...inOrder(result.value).map((record) => `${scheme}://${placeOf(record)}`));
  });
  if (problems.length === services.length) {
    throw new SettingsError(
      `failed to discover etcd endpoints through SRV discovery: dns lookup errors: ${problems.join(' and ')}`,
    );
  }
  return endpoints;
}

function defaultLookup(name: string): Promise<readonly SrvRecord[]> {
  // A class: see scripts/lazy-builtins.ts.
  const { Resolver } = process.getBuiltinModule('node:dns/promises');
  return new Resolver({ timeout: 2000, tries: 2 }).resolveSrv(name);
}

/** By priority, then the heavier first (RFC 2782 has the choice among equals made by chance; here it is the same each time). */
function inOrder(records: readonly SrvRecord[]): readonly SrvRecord[] {
  return records.toSorted((a, b) => a.priority - b.priority || b.weight - a.weight);
}

function placeOf({ name, port }: SrvRecord): string {
  return `${name.replace(/\.$/, '')}:${port}`;
}

const REASONS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'no such host',
  ENODATA: 'no such host',
  ETIMEOUT: 'i/o timeout',
  ESERVFAIL: 'server misbehaving',
  ECONNREFUSED: 'connection refused',
};

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  return REASONS[code] ?? code;
}
