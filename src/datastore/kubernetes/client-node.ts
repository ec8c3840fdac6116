/**
 * What `@kubernetes/client-node` does for this driver: tokens of auth providers, and connections through proxies. It takes longer to load than
 * everything else together, so this file is only imported when one of the two is needed.
 */
import type { Agent } from 'node:http';
import { KubeConfig } from '@kubernetes/client-node';
import type { Cluster as LibraryCluster, User as LibraryUser } from '@kubernetes/client-node';
import type { Connection } from './connection.ts';

/** Gives the `Authorization` header of an auth provider's user, each time it is called; fetches and renews tokens. */
export async function providerAuthorization({ user }: Connection): Promise<() => Promise<string>> {
  const config = configOf(
    { name: 'calico', server: 'https://localhost', skipTLSVerify: false },
    { name: 'calico', authProvider: user.authProvider },
  );
  return async () => {
    const options: { headers?: Record<string, unknown> } = {};
    await config.applyToHTTPSOptions(options);
    const authorization = options.headers?.['Authorization'];
    return typeof authorization === 'string' ? authorization : '';
  };
}

/** An agent whose connections go through a proxy. */
export async function proxyAgent(
  { cluster, server, ca }: Connection,
  proxyURL: string,
  certificate: { readonly cert: string; readonly key: string } | undefined,
): Promise<Agent> {
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  const config = configOf(
    {
      name: 'calico',
      server: server.origin,
      // For http: the library insists on it before it speaks without TLS.
      skipTLSVerify: cluster.insecure || server.scheme === 'http',
      proxyUrl: proxyURL,
      ...(ca !== undefined && { caData: base64(ca) }),
      ...(cluster.tlsServerName !== '' && { tlsServerName: cluster.tlsServerName }),
    },
    {
      name: 'calico',
      ...(certificate && { certData: base64(certificate.cert), keyData: base64(certificate.key) }),
    },
  );
  const options: { agent?: Agent | boolean } = {};
  await config.applyToHTTPSOptions(options);
  const { agent } = options;
  if (typeof agent !== 'object') throw new TypeError('the client library made no agent');
  // The library gives no way to ask for it: without, every request would tunnel and shake hands anew.
  return Object.assign(agent, { keepAlive: true });
}

function configOf(cluster: LibraryCluster, user: LibraryUser): KubeConfig {
  const config = new KubeConfig();
  config.loadFromClusterAndUser(cluster, user);
  return config;
}
