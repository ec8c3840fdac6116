/** What a person sees of the program when servers do not answer, are not trusted, or refuse. */
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { calicoctl } from '../doubles/program.ts';
import { createAuthority } from '../servers/certificates.ts';
import type { Identity } from '../servers/certificates.ts';
import { startEtcd } from '../servers/etcd.ts';
import type { EtcdServer } from '../servers/etcd.ts';
import type { KubernetesConnection } from '../servers/kubernetes.ts';
import { sharedKubernetes } from '../servers/shared.ts';

const SECRET = 'hunter2-never-shown';
const DAY = 24 * 3600 * 1000;
const authority = createAuthority('the right authority');
const stranger = createAuthority('another authority');
const good = authority.issue({ commonName: 'server' });
const expired = authority.issue({
  commonName: 'server',
  validFrom: new Date(Date.now() - 3 * DAY),
  validTo: new Date(Date.now() - DAY),
});

let folder: string;
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const servers: Server[] = [];

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  servers.push(server);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Takes connections and whatever is sent, and never says a word. */
const silent = (): Promise<number> =>
  listen(createServer((socket) => void socket.on('error', () => undefined).resume()));

/** Speaks TLS with a certificate, and nothing inside. */
const secured = ({ certificate: cert, key }: Identity): Promise<number> =>
  listen(createTlsServer({ cert, key }).on('tlsClientError', () => undefined));

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'calicoctl-failures-'));
});
afterAll(() => {
  for (const server of servers) server.close();
  rmSync(folder, { recursive: true });
});

type Environment = Readonly<Record<string, string>>;
const etcdAt = (url: string, more: Environment = {}): Environment => ({
  DATASTORE_TYPE: 'etcdv3',
  ETCD_ENDPOINTS: url,
  ...more,
});
const kubernetesAt = (url: string, more: Environment = {}): Environment => ({
  DATASTORE_TYPE: 'kubernetes',
  K8S_API_ENDPOINT: url,
  CALICO_K8SAPITOKEN: SECRET,
  ...more,
});

/** Runs the program; ports are no part of the answer. */
async function run(
  args: readonly string[],
  env: Environment,
): Promise<{ exit: number; stdout: string; stderr: string }> {
  const { exit, stdout, stderr } = await calicoctl(args, { env });
  const clean = (text: string): string =>
    text
      .replaceAll(/127\.0\.0\.1:\d+/g, 'SERVER')
      .replaceAll(folder, 'FOLDER')
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:]+Z/g, 'TIME');
  return { exit, stdout: clean(stdout), stderr: clean(stderr) };
}

const GET = ['get', 'ippool', '--request-timeout', '1s'];

describe('a server that takes connections and never answers', () => {
  it('is given up in time: etcd', async () => {
    expect(await run(GET, etcdAt(`http://127.0.0.1:${await silent()}`))).toMatchInlineSnapshot(`
      {
        "exit": 1,
        "stderr": "failed to get resources: unable to get Cluster Information to verify version mismatch: cannot reach etcd at http://SERVER: it accepts connections but does not answer (phase: response; setting: ETCD_ENDPOINTS)
      Use --allow-version-mismatch to override
      hint: no usable answer from http://SERVER (response), set by ETCD_ENDPOINTS
      ",
        "stdout": "",
      }
    `);
  });
  it('is given up in time: Kubernetes', async () => {
    expect(await run(GET, kubernetesAt(`http://127.0.0.1:${await silent()}`))).toMatchInlineSnapshot(`
      {
        "exit": 1,
        "stderr": "failed to get resources: unable to get Cluster Information to verify version mismatch: Get "http://SERVER/apis/crd.projectcalico.org/v1/clusterinformations/default": net/http: request canceled (Client.Timeout exceeded while awaiting headers)
      Use --allow-version-mismatch to override
      hint: no usable answer from http://SERVER (response), set by K8S_API_ENDPOINT
      ",
        "stdout": "",
      }
    `);
  });
  it('is given up in time: TLS', async () => {
    const port = await silent();
    expect([
      await run(GET, etcdAt(`https://127.0.0.1:${port}`)),
      await run(GET, kubernetesAt(`https://127.0.0.1:${port}`)),
    ]).toMatchInlineSnapshot(`
      [
        {
          "exit": 1,
          "stderr": "failed to get resources: unable to get Cluster Information to verify version mismatch: cannot reach etcd at https://SERVER: it accepts connections but does not answer the TLS handshake (phase: tls; setting: ETCD_ENDPOINTS)
      Use --allow-version-mismatch to override
      hint: no TLS connection with https://SERVER (tls), set by ETCD_ENDPOINTS
      ",
          "stdout": "",
        },
        {
          "exit": 1,
          "stderr": "failed to get resources: unable to get Cluster Information to verify version mismatch: Get "https://SERVER/apis/crd.projectcalico.org/v1/clusterinformations/default": net/http: TLS handshake timeout
      Use --allow-version-mismatch to override
      hint: no TLS connection with https://SERVER (tls), set by K8S_API_ENDPOINT
      ",
          "stdout": "",
        },
      ]
    `);
  });
});

describe('a server whose certificate', () => {
  it('is of another authority is not trusted', async () => {
    const port = await secured(good);
    const ca = file('stranger.pem', stranger.certificate);
    expect([
      await run(GET, etcdAt(`https://127.0.0.1:${port}`, { ETCD_CA_CERT_FILE: ca })),
      await run(GET, kubernetesAt(`https://127.0.0.1:${port}`, { K8S_CA_FILE: ca })),
    ]).toMatchInlineSnapshot(`
      [
        {
          "exit": 1,
          "stderr": "failed to get resources: unable to get Cluster Information to verify version mismatch: cannot reach etcd at https://SERVER: x509: certificate signed by unknown authority (issued by "the right authority"; trusted is the authority set by ETCD_CA_CERT_FILE) (phase: tls; setting: ETCD_ENDPOINTS)
      Use --allow-version-mismatch to override
      hint: no TLS connection with https://SERVER (tls), set by ETCD_ENDPOINTS
      ",
          "stdout": "",
        },
        {
          "exit": 1,
          "stderr": "failed to get resources: unable to get Cluster Information to verify version mismatch: Get "https://SERVER/apis/crd.projectcalico.org/v1/clusterinformations/default": tls: failed to verify certificate: x509: certificate signed by unknown authority
      Use --allow-version-mismatch to override
      hint: no TLS connection with https://SERVER (tls), set by K8S_API_ENDPOINT
      ",
          "stdout": "",
        },
      ]
    `);
  });
  it('has expired is not trusted', async () => {
    const port = await secured(expired);
    const ca = file('ca.pem', authority.certificate);
    expect([
      await run(GET, etcdAt(`https://127.0.0.1:${port}`, { ETCD_CA_CERT_FILE: ca })),
      await run(GET, kubernetesAt(`https://127.0.0.1:${port}`, { K8S_CA_FILE: ca })),
    ]).toMatchInlineSnapshot(`
      [
        {
          "exit": 1,
          "stderr": "failed to get resources: unable to get Cluster Information to verify version mismatch: cannot reach etcd at https://SERVER: x509: certificate has expired or is not yet valid: "server" expired on TIME (phase: tls; setting: ETCD_ENDPOINTS)
      Use --allow-version-mismatch to override
      hint: no TLS connection with https://SERVER (tls), set by ETCD_ENDPOINTS
      ",
          "stdout": "",
        },
        {
          "exit": 1,
          "stderr": "failed to get resources: unable to get Cluster Information to verify version mismatch: Get "https://SERVER/apis/crd.projectcalico.org/v1/clusterinformations/default": tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time TIME is after TIME
      Use --allow-version-mismatch to override
      hint: no TLS connection with https://SERVER (tls), set by K8S_API_ENDPOINT
      ",
          "stdout": "",
        },
      ]
    `);
  });
});

describe('a user', () => {
  let cluster: KubernetesConnection;
  let etcd: EtcdServer;
  beforeAll(async () => {
    cluster = await sharedKubernetes('v1');
    await cluster.wipe();
    etcd = await startEtcd({ auth: { user: 'calico', password: SECRET } });
  });
  afterAll(() => etcd.stop());
  const POOL = 'apiVersion: projectcalico.org/v3\nkind: IPPool\nmetadata: {name: p}\nspec: {cidr: 10.1.0.0/16}\n';

  it('who may only read is told what was refused', async () => {
    const env = { DATASTORE_TYPE: 'kubernetes', KUBECONFIG: cluster.kubeconfigFiles.viewer };
    const pool = file('pool.yaml', POOL);
    expect([
      await run(['apply', '-f', pool], env),
      await run(['get', 'ippool'], env),
      await run(['get', 'ippool'], { ...env, KUBECONFIG: cluster.kubeconfigFiles.nobody }),
    ]).toMatchInlineSnapshot(`
      [
        {
          "exit": 1,
          "stderr": "failed to apply 'IPPool' resource: [connection is unauthorized: ippools.crd.projectcalico.org is forbidden: User "viewer" cannot create resource "ippools" in API group "crd.projectcalico.org" at the cluster scope]
      ",
          "stdout": "",
        },
        {
          "exit": 0,
          "stderr": "",
          "stdout": "NAME   CIDR   SELECTOR   

      ",
        },
        {
          "exit": 1,
          "stderr": "failed to get resources: unable to get Cluster Information to verify version mismatch: connection is unauthorized: clusterinformations.crd.projectcalico.org "default" is forbidden: User "nobody" cannot get resource "clusterinformations" in API group "crd.projectcalico.org" at the cluster scope
      Use --allow-version-mismatch to override
      ",
          "stdout": "",
        },
      ]
    `);
  });

  it('who is not known to etcd is told so', async () => {
    expect(await run(['get', 'ippool'], etcdAt(etcd.endpoints, { ETCD_USERNAME: 'calico', ETCD_PASSWORD: 'wrong' })))
      .toMatchInlineSnapshot(`
      {
        "exit": 1,
        "stderr": "hint: not logged in to http://SERVER (authenticate), set by ETCD_ENDPOINTS
      ",
        "stdout": "Failed to create Calico API client: etcdserver: authentication failed, invalid user ID or password (etcd at http://SERVER; phase: authenticate; setting: ETCD_USERNAME)
      ",
      }
    `);
  });

  it.each<readonly [string, () => Promise<Environment> | Environment]>([
    ['a kubeconfig', () => ({ DATASTORE_TYPE: 'kubernetes', KUBECONFIG: cluster.kubeconfigFiles.viewer })],
    [
      'a token',
      () => kubernetesAt(cluster.server, { K8S_CA_FILE: cluster.caFile, CALICO_K8SAPITOKEN: cluster.tokens.viewer }),
    ],
    ['a wrong token', () => kubernetesAt(cluster.server, { K8S_CA_FILE: cluster.caFile })],
    ['a token for nobody', async () => kubernetesAt(`http://127.0.0.1:${await silent()}`)],
    ['a password', () => etcdAt(etcd.endpoints, { ETCD_USERNAME: 'calico', ETCD_PASSWORD: SECRET })],
    ['a wrong user', () => etcdAt(etcd.endpoints, { ETCD_USERNAME: 'nobody', ETCD_PASSWORD: SECRET })],
    [
      'a password for nobody',
      async () => etcdAt(`http://127.0.0.1:${await silent()}`, { ETCD_USERNAME: 'calico', ETCD_PASSWORD: SECRET }),
    ],
  ])('with %s never sees a secret in what is logged', async (_, environment) => {
    const flags = ['--log-level', 'debug', '--request-timeout', '1s'];
    const { stdout, stderr } = await calicoctl(['apply', '-f', file('pool.yaml', POOL), ...flags], {
      env: await environment(),
    });
    const secrets = [SECRET, cluster.tokens.viewer].flatMap((text) => [text, Buffer.from(text).toString('base64')]);
    expect(stderr).toMatch(/^(debug|hint): /m);
    expect(secrets.filter((secret) => `${stdout}${stderr}`.includes(secret))).toEqual([]);
  });
});
