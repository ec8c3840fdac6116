/** Kubeconfigs for tests, in a folder of their own. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';
import { resolveConnection } from '../../../src/datastore/kubernetes/connection.ts';
import type { Connection } from '../../../src/datastore/kubernetes/connection.ts';
import type { ConnectionSpec } from '../../../src/datastore/settings.ts';
import { createAuthority } from '../../servers/certificates.ts';
import { settings } from './support.ts';

export const folder = mkdtempSync(join(tmpdir(), 'calicoctl-test-kubeconfig-'));
afterAll(() => rmSync(folder, { recursive: true }));

export const authority = createAuthority('test');
export const identity = authority.issue({ commonName: 'jane' });

export function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

/** Writes a file and gives its path. */
export function file(name: string, content: string): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

let count = 0;

/** Writes a kubeconfig and gives its path. */
export function kubeconfig(text: string): string {
  return file(`config-${count++}`, text);
}

export const HEAD =
  'apiVersion: v1\nkind: Config\ncurrent-context: c\ncontexts: [{name: c, context: {cluster: k, user: u}}]\n';
export const CLUSTER = "clusters: [{name: k, cluster: {server: 'https://10.0.0.1:6443'}}]\n";

/** The cluster of {@link HEAD} with further fields. */
export function cluster(fields: string): string {
  return `clusters: [{name: k, cluster: {server: 'https://10.0.0.1:6443', ${fields}}}]\n`;
}

/** The user of {@link HEAD}. */
export function user(fields: string): string {
  return `users: [{name: u, user: {${fields}}}]\n`;
}

export function resolve(
  spec: Partial<ConnectionSpec>,
  env: Readonly<Record<string, string>> = {},
  serviceAccount = join(folder, 'no-pod'),
): Promise<Connection> {
  return resolveConnection(settings(spec), env, serviceAccount);
}

/** What the driver says when nothing says which server to use. */
export const NOTHING_CONFIGURED =
  'invalid configuration: no configuration has been provided, try setting KUBERNETES_MASTER environment variable';
