/** Which proxy a request goes through: the rules of Go (golang.org/x/net/http/httpproxy), which the Go calicoctl follows. */
import { isIP } from 'node:net';
import { contains, parseCIDR } from '../../net/cidr.ts';
import { parseIP } from '../../net/ip.ts';
import type { ServerAddress } from './connection.ts';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The URL of the proxy for a server, from `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` (or in lower case); undefined for a direct connection.
 * `localhost` and loopback addresses are always reached directly.
 */
export function proxyFor(
  { scheme, host, port }: Pick<ServerAddress, 'scheme' | 'host' | 'port'>,
  env: Env,
): string | undefined {
  const either = (name: string): string =>
    [env[name], env[name.toLowerCase()]].find((value) => value !== undefined && value !== '') ?? '';
  const proxy = either(scheme === 'https' ? 'HTTPS_PROXY' : 'HTTP_PROXY');
  if (proxy === '' || isLoopback(host) || isExempt(host.toLowerCase(), port, either('NO_PROXY'))) return undefined;
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(proxy) ? proxy : `http://${proxy}`;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || (isIP(host) === 4 && host.startsWith('127.')) || host === '::1';
}

/** `NO_PROXY`: `*`, addresses, networks, names (with everything below them), `.names` (only what is below), each with a port or none. */
function isExempt(host: string, port: number, list: string): boolean {
  const ip = parseIP(host);
  return list.split(',').some((text) => {
    const entry = text.trim().toLowerCase();
    if (entry === '') return false;
    if (entry === '*') return true;
    const network = parseCIDR(entry);
    if (network) return ip !== undefined && contains(network, ip);
    const [, name = '', wantedPort = ''] = /^(.*?)(?::(\d+))?$/.exec(isIP(entry) === 6 ? `[${entry}]` : entry) ?? [];
    if (wantedPort !== '' && Number(wantedPort) !== port) return false;
    const bare = name.replace(/^\[|\]$/g, '');
    const address = parseIP(bare);
    if (address) return ip !== undefined && ip.version === address.version && ip.value === address.value;
    const domain = bare.replace(/^\*\./, '.');
    return domain.startsWith('.') ? host.endsWith(domain) : host === domain || host.endsWith(`.${domain}`);
  });
}
