/** What kubectl checks of a cluster and a user before it uses them; texts are those of the Go Kubernetes client library. */
import { closeSync, openSync } from 'node:fs';
import { osErrorText } from '../../system-errors.ts';
import type { Cluster, ExecPlugin, User } from './kubeconfig.ts';

/** What is wrong with a cluster entry of that name. */
export function clusterProblems(name: string, cluster: Cluster): readonly string[] {
  const problems: string[] = [];
  if (cluster.server === '') {
    problems.push(
      name === '' ? 'default cluster has no server defined' : `no server found for cluster ${JSON.stringify(name)}`,
    );
  }
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(cluster.proxyURL)?.[1] ?? '';
  if (cluster.proxyURL !== '' && !['http', 'https', 'socks5'].includes(scheme)) {
    // The URL itself may hold a password.
    const reason = `unsupported scheme ${JSON.stringify(scheme)}, must be http, https, or socks5`;
    problems.push(`invalid 'proxy-url' for cluster ${JSON.stringify(name)}: ${reason}`);
  }
  if (cluster.caFile !== '') {
    if (cluster.caData !== '') {
      problems.push(
        `certificate-authority-data and certificate-authority are both specified for ${name}. certificate-authority-data will override.`,
      );
    }
    const fault = openFault(cluster.caFile);
    if (fault !== undefined)
      problems.push(`unable to read certificate-authority ${cluster.caFile} for ${name} due to ${fault}`);
  }
  return problems;
}

/** What is wrong with a user entry of that name. */
export function userProblems(name: string, user: User): readonly string[] {
  const problems = [...certificateProblems(name, user), ...(user.exec ? execProblems(name, user.exec, user) : [])];
  if (user.token !== '' && (user.username !== '' || user.password !== '')) {
    problems.push(
      `more than one authentication method found for ${name}; found [token basicAuth], only one is allowed`,
    );
  }
  const { impersonateUID, impersonateGroups, impersonateExtra } = user;
  const asked = impersonateUID !== '' || impersonateGroups.length > 0 || Object.keys(impersonateExtra).length > 0;
  if (asked && user.impersonate === '') {
    problems.push(`requesting uid, groups or user-extra for ${name} without impersonating a user`);
  }
  return problems;
}

function certificateProblems(name: string, user: User): string[] {
  const { certFile, certData, keyFile, keyData } = user;
  if (certFile === '' && certData === '') return [];
  const problems: string[] = [];
  if (certFile !== '' && certData !== '') {
    problems.push(`client-cert-data and client-cert are both specified for ${name}. client-cert-data will override.`);
  }
  if (keyFile !== '' && keyData !== '') {
    problems.push(`client-key-data and client-key are both specified for ${name}; client-key-data will override`);
  }
  if (keyFile === '' && keyData === '') {
    problems.push(
      `client-key-data or client-key must be specified for ${name} to use the clientCert authentication method.`,
    );
  }
  for (const [what, file] of [['client-cert', certFile] as const, ['client-key', keyFile] as const]) {
    const fault = file === '' ? undefined : openFault(file);
    if (fault !== undefined) problems.push(`unable to read ${what} ${file} for ${name} due to ${fault}`);
  }
  return problems;
}

function execProblems(name: string, exec: ExecPlugin, user: User): string[] {
  const problems: string[] = [];
  if (user.authProvider) {
    problems.push(`authProvider cannot be provided in combination with an exec plugin for ${name}`);
  }
  const use = `for ${name} to use exec authentication plugin`;
  if (exec.command === '') problems.push(`command must be specified ${use}`);
  if (exec.apiVersion === '') problems.push(`apiVersion must be specified ${use}`);
  if (exec.env.some((variable) => variable.name === '')) problems.push(`env variable name must be specified ${use}`);
  if (exec.interactiveMode === '') problems.push(`interactiveMode must be specified ${use}`);
  else if (!['Never', 'IfAvailable', 'Always'].includes(exec.interactiveMode)) {
    problems.push(`invalid interactiveMode for ${name}: ${JSON.stringify(exec.interactiveMode)}`);
  }
  return problems;
}

function openFault(file: string): string | undefined {
  try {
    closeSync(openSync(file, 'r'));
    return undefined;
  } catch (error) {
    return osErrorText('open', file, error);
  }
}
