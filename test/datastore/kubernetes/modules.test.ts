/** What is loaded for a read with a token or a certificate: no client library, and a YAML reader only for YAML. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KubernetesConnection } from '../../servers/kubernetes.ts';
import { run } from '../../servers/run.ts';
import { sharedKubernetes } from '../../servers/shared.ts';
import { settings } from './support.ts';

const folder = mkdtempSync(join(tmpdir(), 'calicoctl-test-modules-'));
afterAll(() => rmSync(folder, { recursive: true }));

let server: KubernetesConnection;
beforeAll(async () => {
  server = await sharedKubernetes('v1');
});

const driver = fileURLToPath(new URL('../../../src/datastore/kubernetes/driver.ts', import.meta.url));

/** The packages that a process loads to list the BGP peers with this kubeconfig. */
async function packagesFor(kubeconfig: string): Promise<readonly string[]> {
  const { spec } = settings({ kubeconfig });
  const program = `
    import { registerHooks } from 'node:module';
    const packages = new Set();
    registerHooks({ load(url, context, next) {
      const found = /\\/node_modules\\/((?:@[^/]+\\/)?[^/]+)\\//.exec(url)?.[1];
      if (found) packages.add(found);
      return next(url, context);
    } });
    const { open } = await import(${JSON.stringify(pathToFileURL(driver).href)});
    const options = { signal: new AbortController().signal, requestTimeout: 30000, env: {}, log() {}, warn() {} };
    const datastore = await open({ spec: ${JSON.stringify(spec)}, origin: () => '' }, options);
    await datastore.list({ kind: 'BGPPeer' });
    await datastore.close();
    console.log(JSON.stringify([...packages].sort()));
  `;
  const output = await run(process.execPath, ['--input-type=module', '--no-warnings', '--eval', program]);
  const packages: unknown = JSON.parse(output);
  if (!Array.isArray(packages)) throw new Error(output);
  return packages.map(String);
}

describe('a read', () => {
  it('with a token or a certificate in a kubeconfig in JSON loads no package', async () => {
    expect(await packagesFor(server.kubeconfigFile)).toEqual([]);
    expect(await packagesFor(server.certificateKubeconfigFile)).toEqual([]);
  });

  it('with a kubeconfig in YAML loads the YAML reader', async () => {
    const kubeconfig = join(folder, 'kubeconfig');
    // A comment makes YAML of JSON.
    writeFileSync(kubeconfig, `# kubeconfig\n${readFileSync(server.kubeconfigFile, 'utf8')}`);
    expect(await packagesFor(kubeconfig)).toEqual(['js-yaml']);
  });

  it('through a proxy loads the client library', async () => {
    const config = readFileSync(server.kubeconfigFile, 'utf8').replace(
      '"server"',
      '"proxy-url": "http://127.0.0.1:1", "server"',
    );
    const kubeconfig = join(folder, 'proxied');
    writeFileSync(kubeconfig, config);
    await expect(packagesFor(kubeconfig)).rejects.toThrow(
      'proxyconnect tcp: dial tcp 127.0.0.1:1: connect: connection refused',
    );
  });
});
